"""Telegram's pace, kept by waiting beforehand; and a 429 waited out where it arose, in order."""

import asyncio
import logging
import warnings
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning

from bot.beside import goes_on_beside
from bot.pace import Pace, Throttle, now

log = logging.getLogger(__name__)

MAX_WAIT_SECONDS = 60.0
"""Who has to wait longer is told by RetryAfter, and keeps what is to be sent."""

OVERALL = Pace(25, 1.0)
IN_A_CHAT = Pace(15, 15.0, one_by_one=True)
IN_A_GROUP = Pace(20, 61.0)
"""Messages in seconds: https://core.telegram.org/bots/faq (2026-11) has about 30 a second overall,
one a second in a chat with short bursts above it, 20 a minute in a group. How long a burst may be
it does not say. A little less than each of them, since requests travel at different speeds."""

MANY_CHATS = 1000


class IfFree:
    """Passed as `rate_limit_args`: better not at all than later, or in the way of others."""


IF_FREE = IfFree()


class Limiter(BaseRateLimiter[IfFree]):
    """Lets messages pass at Telegram's pace, in the order in which they came, each chat apart.

    PTB's AIORateLimiter has no limit for private chats, counts an album as one message, lets small
    requests overtake large ones, and one 429 pauses every chat.
    """

    def __init__(self, speed: float = 1.0) -> None:
        """`speed` is how many times faster than ours Telegram's clock runs, as in tests."""
        self._speed = speed
        self._overall = Throttle(OVERALL, speed)
        self._chats: dict[object, _Chat] = {}

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: IfFree | None,
    ) -> Any:
        """Send it in its turn; after a 429 the same again, when Telegram says so.

        What goes on beside an update's handler lets everybody's answers go first.

        Raises RetryAfter when that is longer than MAX_WAIT_SECONDS, and at once for what is only to
        be sent IF_FREE while less than half of the room is, the chat's or all.
        """
        chat = self._chat(data.get("chat_id"))
        if messages := _messages(endpoint, data):
            throttle = chat.edited if endpoint.startswith("edit") else chat.sent
            if rate_limit_args is not None and not self._is_half_free(throttle):
                raise RetryAfter(1)
            await throttle.pass_through(messages)
            if goes_on_beside():
                await self._overall.pass_through_last(messages)
            else:
                await self._overall.pass_through(messages)
        async with chat.held:  # behind who waits out a 429 here
            pass
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            again = self._again_at(endpoint, error)
        async with chat.held:
            while True:
                await asyncio.sleep(again - now())
                try:
                    return await callback(*args, **kwargs)
                except RetryAfter as error:
                    again = self._again_at(endpoint, error)

    def _is_half_free(self, throttle: Throttle) -> bool:
        return throttle.is_half_free() and self._overall.is_half_free()

    def _chat(self, chat_id: object) -> "_Chat":
        """This chat's own; what concerns no chat waits for nobody."""
        fresh = _Chat(IN_A_GROUP if _is_group(chat_id) else IN_A_CHAT, self._speed)
        if chat_id is None:
            return fresh
        if len(self._chats) > MANY_CHATS:
            self._chats = {one: chat for one, chat in self._chats.items() if chat.is_used()}
        return self._chats.setdefault(chat_id, fresh)

    def _again_at(self, endpoint: str, error: RetryAfter) -> float:
        """By the loop's clock. Raises the error when that is too far away."""
        seconds = seconds_of(error)
        if seconds > MAX_WAIT_SECONDS:
            raise error
        log.warning("%s waits %.0f s, as Telegram asks", endpoint, seconds)
        return now() + seconds / self._speed


class _Chat:
    """What one chat takes: Telegram limits messages; edits it has been seen to limit alike."""

    def __init__(self, pace: Pace, speed: float) -> None:
        self.sent, self.edited = Throttle(pace, speed), Throttle(pace, speed)
        self.held = asyncio.Lock()
        """Held by who waits out a 429, until that has passed."""

    def is_used(self) -> bool:
        return self.sent.is_used() or self.edited.is_used() or self.held.locked()


def _messages(endpoint: str, data: dict[str, Any]) -> int:
    """How many messages a call counts for; an edit counts as one, what shows nothing as none."""
    if endpoint == "sendMediaGroup":
        return len(data["media"])
    is_shown = endpoint.startswith(("send", "edit", "copy", "forward"))
    return int(is_shown and endpoint != "sendChatAction")


def _is_group(chat_id: object) -> bool:
    return isinstance(chat_id, str) or (isinstance(chat_id, int) and chat_id < 0)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait; PTB is changing the type, and says so each time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
