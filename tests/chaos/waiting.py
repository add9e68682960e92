"""Waiting for a condition: no test sleeps and hopes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TIMEOUT_SECONDS = 60.0
"""Seconds after which something that should have happened counts as missing."""


FIRST_PAUSE_SECONDS = 0.02
"""Between the first two questions; what takes longer is asked for less and less often."""


def until(
    found: Callable[[], T], *, seconds: float = TIMEOUT_SECONDS, what: str = "", every: float = 0.1
) -> T:
    """Ask again and again until the answer is true, and return it. Raises AssertionError.

    Args:
        every: seconds between two questions at the most.
    """
    deadline, pause = time.monotonic() + seconds, min(FIRST_PAUSE_SECONDS, every)
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds:g} s: {what or found}")
        time.sleep(pause)
        pause = min(1.5 * pause, every)


def stays(holds: Callable[[], bool], *, seconds: float, what: str = "") -> None:
    """Assert that a condition holds during all this time. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert holds(), what
        time.sleep(0.2)
    assert holds(), what
