"""What no answer waits for: it goes on beside the handler, and is over before its update is."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from functools import wraps
from typing import Any, ParamSpec, Self

Parameters = ParamSpec("Parameters")


class Beside:
    """All that was begun beside one update, within whose block it is handled."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self.is_over = False

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it go on by itself; what it raises, the end of the block does."""
        context = copy_context()
        context.run(_GOES_ON_BESIDE.set, True)
        self._tasks.append(asyncio.create_task(work, context=context))

    async def __aenter__(self) -> Self:
        _BESIDE.set(self)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            await self._finish(is_told=kind is not None)
        finally:
            self.is_over = True

    async def _finish(self, *, is_told: bool) -> None:
        """Wait for all, also for what these have begun; then raise the first error, if any."""
        failed: list[BaseException] = []
        while self._tasks:
            tasks, self._tasks = self._tasks, []
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            failed += [one for one in ended if isinstance(one, BaseException)]
        if failed and not is_told:
            raise failed[0]


_BESIDE: ContextVar[Beside | None] = ContextVar("beside", default=None)
_GOES_ON_BESIDE = ContextVar("goes on beside", default=False)


def goes_on_beside() -> bool:
    """Whether nobody waits for what is being done in this task."""
    return _GOES_ON_BESIDE.get()


def beside(
    work: Callable[Parameters, Coroutine[Any, Any, None]],
) -> Callable[Parameters, Coroutine[Any, Any, None]]:
    """Whoever awaits this goes on at once, if an update is being handled."""

    @wraps(work)
    async def begun(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        at_hand = _BESIDE.get()
        if at_hand is None or at_hand.is_over:
            await work(*args, **kwargs)
        else:
            at_hand.begin(work(*args, **kwargs))

    return begun
