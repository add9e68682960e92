"""Telegram's limits: about 30 messages a second overall, and a 429 waited out where it arose."""

import asyncio
import logging
import warnings
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter
from telegram.warnings import PTBDeprecationWarning

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
"""Seconds; who has to wait longer is told by RetryAfter, and keeps what is to be sent."""


class Limiter(AIORateLimiter):
    """PTB's, whose one 429 would pause every chat: here only the chat that it concerns waits."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self._chats: dict[object, asyncio.Lock] = {}

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send it; after a 429 the same again, when Telegram says so. Raises RetryAfter."""
        chat = data.get("chat_id")
        group = chat if isinstance(chat, str) or (isinstance(chat, int) and chat < 0) else False
        while True:
            await self._turn(chat)
            try:
                return await self._run_request(
                    chat is not None, group, False, callback, args, kwargs
                )
            except RetryAfter as error:
                seconds = seconds_of(error)
                if seconds > LONGEST_WAIT:
                    raise
                log.warning("%s waits %.0f s, as Telegram asks", endpoint, seconds)
                await self._hold(chat, seconds)

    async def _turn(self, chat: object) -> None:
        """Wait while another call to this chat waits out its 429."""
        lock = self._chats.get(chat)
        if lock is not None:
            async with lock:
                return

    async def _hold(self, chat: object, seconds: float) -> None:
        if chat is None:
            await asyncio.sleep(seconds)
            return
        lock = self._chats.setdefault(chat, asyncio.Lock())
        async with lock:
            await asyncio.sleep(seconds)
        if not lock.locked():
            self._chats.pop(chat, None)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait; PTB is changing the type, and says so each time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
