"""People whom nobody has let in: they learn that and their number, and cost next to nothing.

What they send is never kept, and what they are answered waits in line behind each other only.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.links import payload_of
from bot.pace import Cooldown
from bot.store import Store
from bot.team.joining import answer_to_stranger
from bot.texts import language_of, say

log = logging.getLogger(__name__)

TOLD_EVERY_SECONDS = 3600.0
"""Between two answers to what one stranger writes."""
OPENED_EVERY_SECONDS = 3.0
"""Between two answers to links by which one stranger opens the bot."""
TAPPED_EVERY_SECONDS = 1.0
"""Between two answers to one stranger's taps: each keeps a button from spinning."""

MAX_WAITING_ANSWERS = 100
"""Answers that wait; strangers beyond these get none."""
PAUSE_SECONDS = 0.2
"""Between two messages to strangers: of Telegram's 30 a second most are for others."""


class Strangers:
    """Answers them, and drops what it cannot answer soon."""

    def __init__(self, bot: ExtBot[Any], store: Store, default_language: str) -> None:
        self._bot, self._store, self._default = bot, store, default_language
        self._told, self._tapped = Cooldown(TOLD_EVERY_SECONDS), Cooldown(TAPPED_EVERY_SECONDS)
        self._words, self._taps = _Line(self._tell, PAUSE_SECONDS), _Line(self._answer_tap, 0)
        self._opened = Cooldown(OPENED_EVERY_SECONDS)
        self._links = _Line(self._answer_link, PAUSE_SECONDS)

    def turn_away(self, update: Update) -> None:
        """A private message is answered once an hour, a link and a tap anywhere; no more is."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or user.is_bot:
            return
        if update.callback_query is not None:
            if self._tapped.begin(user.id):
                self._taps.join(update)
            return
        if update.message is None or chat is None or chat.type != ChatType.PRIVATE:
            return
        if payload_of(update) is not None:  # however lately they were told who is let in
            if self._opened.begin(user.id):
                self._links.join(update)
            return
        if self._told.begin(user.id) and not self._words.join(update):
            self._told.end(user.id)

    def stop(self) -> None:
        """Say nothing more."""
        self._words.stop()
        self._links.stop()
        self._taps.stop()

    async def _tell(self, update: Update) -> None:
        user, chat = update.effective_user, update.effective_chat
        assert user is not None and chat is not None
        language = language_of(user.language_code, self._default)
        try:
            await self._bot.send_message(chat.id, say(language, "stranger", id=user.id))
        except Forbidden:
            return  # they have blocked us, and get no further answer
        except TelegramError:
            self._told.end(user.id)

    async def _answer_link(self, update: Update) -> None:
        """Why the link lets nobody in: if it did, it would not have come here."""
        user, chat = update.effective_user, update.effective_chat
        assert user is not None and chat is not None
        language = language_of(user.language_code, self._default)
        try:
            told = await answer_to_stranger(update, self._store, language)
        except Exception as error:
            log.warning("a stranger's link was not looked at: %s", type(error).__name__)
            told = say(language, "team_link_later")
        with suppress(TelegramError):
            await self._bot.send_message(chat.id, told)

    async def _answer_tap(self, update: Update) -> None:
        query = update.callback_query
        assert query is not None
        language = language_of(query.from_user.language_code, self._default)
        try:
            await query.answer(say(language, "stranger_tap"), show_alert=True)
        except TelegramError as error:  # too old, as after an outage
            log.debug("a stranger's tap was not answered: %s", type(error).__name__)


class _Line:
    """Answers given one after the other, by a task that lives as long as somebody waits."""

    def __init__(self, answer: Callable[[Update], Awaitable[None]], pause: float) -> None:
        self._answer, self._pause = answer, pause
        self._waiting: list[Update] = []
        self._task: asyncio.Task[None] | None = None

    def join(self, update: Update) -> bool:
        """False if too many wait already."""
        if len(self._waiting) >= MAX_WAITING_ANSWERS:
            return False
        self._waiting.append(update)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work_off(), name="strangers")
        return True

    def stop(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _work_off(self) -> None:
        while self._waiting:
            await self._answer(self._waiting.pop(0))
            await asyncio.sleep(self._pause)
