"""What this process has done since it started, counted as it happens: nobody need be asked."""

import threading
from bisect import bisect_left
from collections import Counter
from datetime import timedelta

LATENESS_BOUNDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""Seconds after its minute at which a post is live: the upper ends of the histogram's buckets."""


class Counts:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._late = [0] * (len(LATENESS_BOUNDS) + 1)
        self._late_seconds = 0.0

    def count(self, outcome: str) -> None:
        """Something has become of a post."""
        with self._lock:
            self._outcomes[outcome] += 1

    def count_live(self, late: timedelta) -> None:
        """A post is live, so long after its minute."""
        seconds = max(0.0, late.total_seconds())
        with self._lock:
            self._late[bisect_left(LATENESS_BOUNDS, seconds)] += 1
            self._late_seconds += seconds

    def outcomes(self) -> dict[str, int]:
        with self._lock:
            return dict(self._outcomes)

    def lateness(self) -> tuple[list[int], float]:
        """Posts of each bucket, the last one without an upper end; and all seconds together."""
        with self._lock:
            return list(self._late), self._late_seconds
