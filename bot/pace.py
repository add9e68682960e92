"""So many in so much time, first come first served; and for each of many, once in a while."""

import asyncio
import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from math import inf

LOOK_SECONDS = 0.05
"""How often who lets others pass first looks whether somebody waits."""


@dataclass(frozen=True)
class Pace:
    """At most `size` in `seconds`. Whoever has passed leaves after that time; `one_by_one`, only
    after the one before, so that room for a burst comes back bit by bit."""

    size: int
    seconds: float
    one_by_one: bool = False


class Throttle:
    """Lets pass at a pace, in the order in which they came."""

    def __init__(self, pace: Pace, speed: float) -> None:
        """`speed` is how many times faster than ours the clock runs by which the pace is meant."""
        self._leave = deque([-inf] * pace.size, maxlen=pace.size)
        self._pace, self._speed = pace, speed
        self._turn, self._last_turn = asyncio.Lock(), asyncio.Lock()

    async def pass_through(self, count: int) -> None:
        """Wait until there is room for so many; more than fit at once count as what fits."""
        async with self._turn:
            await asyncio.sleep(self._waits(count))
            for _ in range(count):
                self._leave.append(self._leaves_at())

    async def pass_through_last(self, count: int) -> None:
        """The same, as long as it takes until nobody else waits."""
        async with self._last_turn:
            while self._turn.locked() or self._waits(count) > 0:  # noqa: ASYNC110 - time brings it
                await asyncio.sleep(max(self._waits(count), LOOK_SECONDS / self._speed))
            await self.pass_through(count)

    def _waits(self, count: int) -> float:
        return self._leave[min(count, self._pace.size) - 1] - now()

    def _leaves_at(self) -> float:
        if self._pace.one_by_one:
            step = self._pace.seconds / self._pace.size
            return max(now(), self._leave[-1]) + step / self._speed
        return now() + self._pace.seconds / self._speed

    def is_half_free(self) -> bool:
        """Whether nobody waits, and at most half of the room is taken."""
        return not self._turn.locked() and self._leave[self._pace.size // 2] <= now()

    def is_used(self) -> bool:
        return self._turn.locked() or self._leave[-1] > now()


def now() -> float:
    """Seconds, by the loop's clock."""
    return asyncio.get_running_loop().time()


class Cooldown:
    """Remembers for `seconds` for whom something was done; of more than `most`, the latest."""

    def __init__(self, seconds: float, most: int = 10_000) -> None:
        self._seconds, self._most = seconds, most
        self._since: dict[Hashable, float] = {}

    def begin(self, whom: Hashable) -> bool:
        """Whether it may be done now; if so, it counts as done."""
        now = time.monotonic()
        since = self._since.get(whom)
        if since is not None and now - since < self._seconds:
            return False
        self._since.pop(whom, None)
        while len(self._since) >= self._most:
            del self._since[next(iter(self._since))]
        self._since[whom] = now
        return True

    def end(self, whom: Hashable) -> None:
        """It may be done again at once."""
        self._since.pop(whom, None)
