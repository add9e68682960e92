"""How many chats wait for an answer right now: what can be done later then lets them go first."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

MANY = 4
"""More than these, and they wait for each other's pictures rather than for the network."""


class Load:
    def __init__(self) -> None:
        self._waiting = 0
        self._is_low = asyncio.Event()
        self._is_low.set()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """While the block runs."""
        self._note(1)
        try:
            yield
        finally:
            self._note(-1)

    @property
    def is_high(self) -> bool:
        return not self._is_low.is_set()

    async def falls(self, timeout_seconds: float) -> None:
        """Return once it is not high, or in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_low.wait(), timeout_seconds)

    def _note(self, change: int) -> None:
        self._waiting += change
        if self._waiting > MANY:
            self._is_low.clear()
        else:
            self._is_low.set()
