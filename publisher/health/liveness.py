"""Whether this process still turns: each of its loops says so itself, and is missed when it stops.

Nobody is asked, neither Postgres nor Telegram: a restart would not bring them back.
"""

import threading
import time
from datetime import timedelta

LOOP, SWEEP = "loop", "sweep"
"""The event loop of the bot; the look at all that is due, whether it succeeds or not."""

LOOP_WITHIN = timedelta(minutes=1)
"""A loop that is held up for so long answers nobody."""
SWEEP_WITHIN = timedelta(minutes=10)
"""At the least: a server that vanished keeps a sweep for half a minute, a busy one for longer."""


class Liveness:
    """Safe to use from any thread. What is expected of nobody is missed by nobody.

    By a clock that stands still while the machine sleeps.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._within: dict[str, float] = {}
        self._beaten: dict[str, float] = {}

    def expect(self, what: str, within: timedelta) -> None:
        """From now on it is to give a sign of life at least so often."""
        with self._lock:
            self._within[what] = within.total_seconds()
            self._beaten[what] = time.monotonic()

    def beat(self, what: str) -> None:
        """It lives."""
        with self._lock:
            self._beaten[what] = time.monotonic()

    def dismiss(self, what: str) -> None:
        """It ends as it should."""
        with self._lock:
            self._within.pop(what, None)

    def silent(self) -> dict[str, float]:
        """What has stopped -> seconds since its last sign of life."""
        now = time.monotonic()
        with self._lock:
            since = {what: now - self._beaten[what] for what in self._within}
            return {what: gone for what, gone in since.items() if gone > self._within[what]}

    def alive(self) -> bool:
        """Whether all that is expected still turns: what a watchdog is told."""
        return not self.silent()
