"""Failures that a test has ordered: errors, lost connections, delays."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass


@dataclass
class Fault:
    """What happens to the next `times` calls of a method; without status or drop, only a delay."""

    method: str
    status: int | None
    description: str
    retry_after: int | None
    times: int
    after_effect: bool
    drop: bool
    delay: float


class Faults:
    """Scripted failures, first ordered first served."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._let_go = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self._pending.append(fault)

    def clear(self) -> None:
        self._pending.clear()

    async def hold(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as what is held is let go."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._let_go.wait(), seconds)

    def let_go(self) -> None:
        """Calls that are delayed wait no longer."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    def take(self, method: str) -> Fault | None:
        """The fault of this call, spent by asking."""
        for fault in self._pending:
            if fault.method.lower() == method.lower():
                fault.times -= 1
                if fault.times < 1:
                    self._pending.remove(fault)
                return fault
        return None
