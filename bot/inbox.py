"""The way in: kept in Postgres before Telegram is told that we have it, handled chat by chat."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any, cast

from telegram import Update
from telegram.error import Forbidden, TelegramError

from bot.access import is_allowed
from bot.context import DELIVERY, App, Delivery, Services, speaker_of
from bot.lanes import Lanes
from bot.new_post.download import says_cancel, stopped_by
from bot.patience import passes, pause_after
from bot.settings import Settings
from bot.strangers import Strangers
from bot.texts import say
from storage.database import is_away
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

BURST = 100
"""Media sent one by one that wait behind each other and are taken in together, at the most."""

NO_CHAT = 0
"""The lane of updates that belong to no chat, or cannot be read at all."""


class Intake:
    """Takes updates in, however they come, and sees each through to its effect."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._services: Services = application.bot_data
        self._inbox = self._services.inbox
        self._lanes = Lanes("inbox")
        self._strangers = Strangers(application.bot, self._services.settings.language)
        self._heard: dict[tuple[int, str], int] = {}
        """(chat, album) -> the latest of its parts."""
        self._heeded: set[int] = set()
        """Words that have stopped a download before their turn."""
        self._cancelled: dict[tuple[int, int], int] = {}
        """(chat, person) -> their latest word that throws away what they have sent before it."""
        self._apart: set[int] = set()
        """Media that were part of a burst which failed."""

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep them; once this returns, Telegram may forget them. Raises storage's errors.

        What strangers send is not kept: it must not delay anybody.
        """
        items = []
        for payload in updates:
            item, update = self._read(payload)
            if update is None:
                if not _is_strangers(payload, self._services.settings):
                    items.append(item)
            elif _is_telegrams_own(update) or await self._lets_in(update):
                items.append(item)
            else:
                self._strangers.turn_away(update)
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
        self._strangers.stop()
        await self._lanes.stop(grace)

    async def _lets_in(self, update: Update) -> bool:
        return await is_allowed(update, self._services, self._application.bot)

    def _read(self, payload: dict[str, Any]) -> tuple[NewIncoming, Update | None]:
        """Which chat it belongs to; an update that cannot be read is kept all the same."""
        chat_id, album, update = NO_CHAT, None, None
        try:
            update = Update.de_json(payload, self._application.bot)
            chat_id = update.effective_chat.id if update.effective_chat else NO_CHAT
            album = update.message.media_group_id if update.message else None
        except Exception as error:
            log.warning("an update cannot be read: %s", type(error).__name__)
            chat_id, album, update = NO_CHAT, None, None
        return NewIncoming(int(payload["update_id"]), chat_id, album, payload), update

    def _heed_stop(self, item: NewIncoming) -> None:
        """What stops a download cannot wait for its turn; a word that did has had its effect."""
        if item.chat_id == NO_CHAT:
            return
        update = Update.de_json(item.payload, self._application.bot)
        if update.effective_user is not None and says_cancel(update):
            self._cancelled[item.chat_id, update.effective_user.id] = item.update_id
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
            log.warning("chat %d waits: Postgres does not answer", chat_id)

    async def _next(self, chat_id: int) -> list[Incoming]:
        rows = await asyncio.to_thread(self._inbox.next_of, chat_id)
        if rows and rows[0].album is not None:
            await self._until_complete(chat_id, rows[0].album)
            return await asyncio.to_thread(self._inbox.next_of, chat_id)
        if rows and _sender_of_medium(rows[0]) is not None and rows[0].update_id not in self._apart:
            return await self._burst(rows[0])
        return rows

    async def _burst(self, first: Incoming) -> list[Incoming]:
        """One photo or file, and what the same person has sent right behind it, one by one."""
        behind = await asyncio.to_thread(
            self._inbox.behind, first.chat_id, first.update_id, BURST - 1
        )
        sender = _sender_of_medium(first)
        return [
            first,
            *takewhile(
                lambda row: (
                    _sender_of_medium(row) == sender
                    and row.attempts == first.attempts
                    and row.update_id not in self._apart
                ),
                behind,
            ),
        ]

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
        if self._is_void(rows) or await self._has_been_heeded(rows):
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
                if len(rows) > 1 and rows[0].album is None:
                    self._apart.update(ids)  # it may be one of them: each by itself
                    return
                if failed < FAILURES:
                    await asyncio.sleep(pause_after(error, failed) / 4)
        await self._set_aside(rows, error)

    def _is_void(self, rows: list[Incoming]) -> bool:
        """Whether these are media that their sender has cancelled while they waited."""
        sender = _sender_of_medium(rows[0])
        if sender is None:
            return False
        return self._cancelled.get((rows[0].chat_id, sender), -1) > rows[-1].update_id

    async def _has_been_heeded(self, rows: list[Incoming]) -> bool:
        """Whether it has stopped a download; /cancel goes on to a draft that was there before."""
        if rows[0].update_id not in self._heeded:
            return False
        self._heeded.discard(rows[0].update_id)
        update = Update.de_json(rows[0].payload, self._application.bot)
        if update.message is None or not (update.message.text or "").startswith("/"):
            return True
        speaker = speaker_of(update, self._services.settings)
        current = self._services.drafts.current
        draft = await asyncio.to_thread(current, owner_id=speaker.id, chat_id=speaker.chat_id)
        return draft is None

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


def _is_strangers(payload: dict[str, Any], settings: Settings) -> bool:
    """Whether one that cannot be read names somebody as its sender who is let in nowhere."""
    for content in payload.values():
        if isinstance(content, dict) and isinstance(content.get("from"), dict):
            chat = content.get("chat")
            in_admin_chat = isinstance(chat, dict) and chat.get("id") == settings.admin_chat_id
            return content["from"].get("id") not in settings.allowed_user_ids and not in_admin_chat
    return False


def _is_telegrams_own(update: Update) -> bool:
    """A group has become another one: said in the name of nobody in particular."""
    message = update.message
    return message is not None and bool(message.migrate_to_chat_id or message.migrate_from_chat_id)


def _sender_of_medium(row: Incoming) -> int | None:
    """Who has sent a photo, video or file, alone or in an album; None for anything else."""
    message = row.payload.get("message") if isinstance(row.payload, dict) else None
    if not isinstance(message, dict) or "animation" in message:
        return None
    if not any(kind in message for kind in ("photo", "video", "document")):
        return None
    sender = message.get("from")
    return sender.get("id") if isinstance(sender, dict) else None
