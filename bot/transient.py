"""What is nobody's fault and passes: Telegram or Postgres away. The same is done again later."""

from collections.abc import Callable

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_never,
)

from bot.limiter import seconds_of
from storage.database import is_away

LONGEST_PAUSE_SECONDS = 30.0
"""Between two attempts at the most."""


def is_transient(error: BaseException) -> bool:
    """Whether the same can be expected to work later."""
    if isinstance(error, (BadRequest, Forbidden, ChatMigrated)):
        return False
    if isinstance(error, InvalidToken):  # to PTB, what is not found as well: that stays so
        return "unauthorized" in error.message.lower()
    return isinstance(error, (NetworkError, RetryAfter)) or is_away(error)


CLOSED = (
    "chat not found",
    "group chat was deactivated",
    "not enough rights to send text",
    "no rights to send a message",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "user_banned_in_channel",
)
"""What Telegram says, in small letters, of a chat in which we may not write at the moment."""


def closes_chat(error: TelegramError) -> bool:
    """Whether the chat as such takes nothing from us, rather than this message."""
    said = error.message.lower()
    return isinstance(error, Forbidden) or any(words in said for words in CLOSED)


def is_shown_already(error: TelegramError) -> bool:
    """Whether an edit was refused because the message shows just that."""
    return "not modified" in error.message.lower()


def backoff_after(error: BaseException, attempt: int) -> float:
    """Seconds to wait before the next attempt; `attempt` counts from 1."""
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    return min(2.0 ** min(attempt - 1, 10), LONGEST_PAUSE_SECONDS)  # after days, too


def repeated(
    retry_on: Callable[[BaseException], bool],
    *,
    attempts: int | None = None,
    pause: Callable[[BaseException, int], float] = backoff_after,
    before_pause: Callable[[BaseException], None] = lambda _: None,
) -> AsyncRetrying:
    """`await repeated(is_transient)(call, argument)` calls until it works.

    Any other error comes out at once, and so does that of the last attempt.

    Args:
        retry_on: whether it may work after this error.
        pause: seconds after an error and the number of the attempt, from 1.
        before_pause: hears of each error that is waited out.
    """

    def error_of(state: RetryCallState) -> BaseException:
        error = state.outcome.exception() if state.outcome else None
        assert error is not None
        return error

    return AsyncRetrying(
        retry=retry_if_exception(retry_on),
        stop=stop_never if attempts is None else stop_after_attempt(attempts),
        wait=lambda state: pause(error_of(state), state.attempt_number),
        before_sleep=lambda state: before_pause(error_of(state)),
        reraise=True,
    )
