"""Who administers the admin chat, where that is a group."""

import asyncio
import logging
import time
from typing import Any

from telegram.error import TelegramError
from telegram.ext import ExtBot

log = logging.getLogger(__name__)

FRESH_SECONDS = 300.0
"""For which a list of administrators counts: who is none any more is out after these."""
STALE_SECONDS = 3600.0
"""For which it counts while Telegram gives no other."""
ASK_AGAIN_SECONDS = 10.0
"""Between two questions that Telegram did not answer."""


class Admins:
    """The admins that Telegram names; while it names none, nobody is one."""

    def __init__(self) -> None:
        self._ids: frozenset[int] = frozenset()
        self._told_at = float("-inf")
        self._ask_at = float("-inf")
        self._asking = asyncio.Lock()

    def are_known_to_include(self, user_id: int) -> bool:
        """Whether the person is one of them, by Telegram's last answer; it is not asked again."""
        return user_id in self._ids and time.monotonic() - self._told_at < STALE_SECONDS

    async def known(self, chat_id: int, bot: ExtBot[Any]) -> frozenset[int] | None:
        """All of them; None if Telegram has not said so lately."""
        async with self._asking:
            if time.monotonic() >= self._ask_at:
                await self._ask(chat_id, bot)
        return self._ids if time.monotonic() - self._told_at < STALE_SECONDS else None

    async def _ask(self, chat_id: int, bot: ExtBot[Any]) -> None:
        try:
            members = await bot.get_chat_administrators(chat_id)
        except TelegramError as error:
            log.warning("who administers the admin chat is unknown: %s", error.message)
            self._ask_at = time.monotonic() + ASK_AGAIN_SECONDS
            return
        self._ids = frozenset(member.user.id for member in members if not member.user.is_bot)
        self._told_at = time.monotonic()
        self._ask_at = self._told_at + FRESH_SECONDS
