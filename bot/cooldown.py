"""What is done for each of many at most once in a while, in bounded memory."""

import time
from collections.abc import Hashable


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
