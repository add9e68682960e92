"""When to try again. Pure."""

from collections.abc import Callable
from datetime import timedelta

MAX_RETRIES = 5
FIRST_DELAY = timedelta(minutes=1)
JITTER = 0.2
"""A fifth up or down, so that posts which failed together do not return together."""


def next_attempt(retry_count: int, random: Callable[[], float]) -> timedelta | None:
    """How long to wait after `retry_count` earlier retries: 1, 2, 4, 8, 16 minutes; then None.

    Args:
        random: returns a number from 0 to 1.
    """
    if retry_count >= MAX_RETRIES:
        return None
    spread: float = 1 + JITTER * (2 * random() - 1)
    return FIRST_DELAY * float(2**retry_count) * spread
