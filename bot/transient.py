"""What is nobody's fault and passes: Telegram or Postgres away. The same is done again later."""

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.limiter import seconds_of
from storage.database import is_away

LONGEST_PAUSE = 30.0
"""Seconds between two attempts at the most."""


def is_transient(error: BaseException) -> bool:
    """Whether the same can be expected to work later."""
    if isinstance(error, (BadRequest, Forbidden, ChatMigrated)):
        return False
    return isinstance(error, (NetworkError, RetryAfter)) or is_away(error)


def backoff_after(error: BaseException, attempt: int) -> float:
    """Seconds to wait before the next attempt; `attempt` counts from 1."""
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    return min(float(2 ** (attempt - 1)), LONGEST_PAUSE)
