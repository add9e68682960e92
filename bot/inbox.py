"""The way in: kept in Postgres before Telegram is told that we have it, handled chat by chat."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from telegram import Update
from telegram.error import Forbidden, TelegramError

from bot.context import DELIVERY, App, Delivery, Services, speaker_of
from bot.lanes import Lanes
from bot.new_post.download import stopped_by
from bot.patience import passes, pause_after
from bot.texts import say
from storage.database import is_away, note_away
from storage.inbox import NewIncoming
from storage.models import Incoming

log = logging.getLogger(__name__)

FAILURES = 5
"""How often an update is tried that fails for no passing reason; then it is set aside."""

BEGINNINGS = 10
"""How often one is begun, in all; for an update at which the whole process ends."""

PATIENCE = 60
"""How often one is tried whose trouble should pass, not counting while Telegram is away."""

ALBUM_PAUSE = 1.0
"""Seconds without a further part after which an album counts as complete: it has no end mark."""

NO_CHAT = 0
"""The lane of updates that belong to no chat, or cannot be read at all."""


class Intake:
    """Takes updates in, however they come, and sees each through to its effect."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._services: Services = application.bot_data
        self._inbox = self._services.inbox
        self._lanes = Lanes("inbox")
        self._heard: dict[tuple[int, str], int] = {}
        """(chat, album) -> the latest of its parts."""
        self._heeded: set[int] = set()
        """Words that have stopped a download before their turn."""

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep them; once this returns, Telegram may forget them. Raises storage's errors."""
        items = [self._read(update) for update in updates]
        await asyncio.to_thread(self._inbox.keep, items)
        for item in items:
            if item.album is not None:
                self._heard[item.chat_id, item.album] = item.update_id
            self._heed_stop(item)
        for chat_id in {item.chat_id for item in items}:
            self._wake(chat_id)

    async def catch_up(self) -> None:
        """Handle what waits: left behind by a crash, or kept by another process."""
        for chat_id in await asyncio.to_thread(self._inbox.chats):
            self._wake(chat_id)

    async def stop(self, grace: float) -> None:
        """Give what is under way `grace` seconds; what is broken off is handled next time."""
        await self._lanes.stop(grace)

    def _read(self, payload: dict[str, Any]) -> NewIncoming:
        """Which chat it belongs to; an update that cannot be read is kept all the same."""
        chat_id, album = NO_CHAT, None
        try:
            update = Update.de_json(payload, self._application.bot)
            chat_id = update.effective_chat.id if update.effective_chat else NO_CHAT
            album = update.message.media_group_id if update.message else None
        except Exception as error:
            log.warning("an update cannot be read: %s", type(error).__name__)
        return NewIncoming(int(payload["update_id"]), chat_id, album, payload)

    def _heed_stop(self, item: NewIncoming) -> None:
        """What stops a download cannot wait for its turn; a word that did has had its effect."""
        if item.chat_id == NO_CHAT:
            return
        update = Update.de_json(item.payload, self._application.bot)
        if stopped_by(update, self._services.downloads) and update.message is not None:
            self._heeded.add(item.update_id)

    def _wake(self, chat_id: int) -> None:
        self._lanes.wake(chat_id, partial(self._work_off, chat_id))

    async def _work_off(self, chat_id: int) -> None:
        """Handle all that waits in one chat, in order."""
        try:
            while rows := await self._next(chat_id):
                await self._see_through(rows)
        except Exception as error:
            if not is_away(error):
                raise
            note_away(f"chat {chat_id} waits", error)

    async def _next(self, chat_id: int) -> list[Incoming]:
        rows = await asyncio.to_thread(self._inbox.next_of, chat_id)
        if rows and rows[0].album is not None:
            await self._until_complete(chat_id, rows[0].album)
            rows = await asyncio.to_thread(self._inbox.next_of, chat_id)
        return rows

    async def _until_complete(self, chat_id: int, album: str) -> None:
        """Wait until no part has come for a while; one that comes later joins the same draft."""
        key, latest = (chat_id, album), -1
        while latest != self._heard.get(key, 0):
            latest = self._heard.get(key, 0)
            await asyncio.sleep(ALBUM_PAUSE)
        self._heard.pop(key, None)

    async def _see_through(self, rows: list[Incoming]) -> None:
        """Handle one update or album until it has had its effect, or is set aside."""
        ids = [row.update_id for row in rows]
        if self._heeded & {*ids}:
            self._heeded -= {*ids}
            await asyncio.to_thread(self._inbox.finish, ids)
            return
        begun, failed, waited = max(row.attempts for row in rows), 0, 0
        again, error = begun > 0, cast(Exception, RuntimeError("the process ended every time"))
        while begun < BEGINNINGS and failed < FAILURES and waited < PATIENCE:
            await asyncio.to_thread(self._inbox.begin, ids)
            try:
                await self._handle(rows, again=again)
                await asyncio.to_thread(self._inbox.finish, ids)
                return
            except Forbidden:
                log.info("update %d: its chat takes no answer", ids[0])
                await asyncio.to_thread(self._inbox.finish, ids)
                return
            except Exception as problem:
                again, error = True, problem
            if passes(error):
                log.warning("update %d waits: %s", ids[0], type(error).__name__)
                await asyncio.to_thread(self._inbox.excuse, ids)
                waited += await self._wait_it_out(error, waited + 1)
            else:
                log.error("update %d has failed", ids[0], exc_info=error)
                failed += 1
                if failed < FAILURES:
                    await asyncio.sleep(pause_after(error, failed) / 4)
        await self._set_aside(rows, error)

    async def _handle(self, rows: list[Incoming], *, again: bool) -> None:
        """Let the handlers have it. What they raise comes out here (see Postbote)."""
        updates = [Update.de_json(row.payload, self._application.bot) for row in rows]
        messages = sorted(
            (update.message for update in updates if update.message),
            key=lambda message: message.message_id,
        )
        DELIVERY.set(Delivery(updates[0].update_id, messages, again))
        await self._application.process_update(updates[0])

    async def _wait_it_out(self, error: Exception, attempt: int) -> bool:
        """Whether the attempt counts: not while Telegram does not answer at all."""
        await asyncio.sleep(pause_after(error, attempt))
        if is_away(error):
            return await asyncio.to_thread(self._services.database.answers)
        try:
            await self._application.bot.get_me()
        except TelegramError:
            return False
        return True

    async def _set_aside(self, rows: list[Incoming], error: Exception) -> None:
        """The admin hears of it by the outbox; the person at once, if that is possible."""
        ids = [row.update_id for row in rows]
        log.error("update %d is set aside: %s", ids[0], type(error).__name__)
        await asyncio.to_thread(self._inbox.set_aside, ids, type(error).__name__)
        try:
            update = Update.de_json(rows[0].payload, self._application.bot)
            speaker = speaker_of(update, self._services.settings)
            sentence = say(speaker.language, "went_wrong")
            await self._application.bot.send_message(speaker.chat_id, sentence)
        except Exception as problem:
            log.warning("nobody could be told: %s", type(problem).__name__)
