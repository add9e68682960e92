"""KeyedTasks: the work of one key is done in order; that of different keys goes side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class KeyedTasks:
    """One task per key that has work. The work takes from the database until nothing is left."""

    def __init__(self, name: str, side_by_side: int = 32) -> None:
        self._name = name
        self._room = asyncio.Semaphore(side_by_side)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()

    def wake(self, key: int, work: Work) -> None:
        """Start the work of this key, or have it look once more if it is under way."""
        self._woken.add(key)
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._run(key, work), name=self._name)

    async def stop(self, grace: float) -> None:
        """Wait up to `grace` seconds for what is under way, then break it off."""
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: int, work: Work) -> None:
        try:
            while key in self._woken:
                self._woken.discard(key)
                async with self._room:
                    await work()
        except Exception:
            log.exception("%s: a task has ended early", self._name)  # woken again by the clock
        finally:
            self._woken.discard(key)
            del self._tasks[key]
