"""The way in: kept in Postgres before Telegram is told that we have it, handled chat by chat."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any, cast

from telegram import Update
from telegram.error import ChatMigrated, Forbidden, TelegramError

from bot.access import is_allowed
from bot.ahead import ask_ahead
from bot.albums import Albums
from bot.arrivals import NO_CHAT, is_strangers, is_telegrams_own, read, sender_of_medium
from bot.beside import Beside
from bot.context import DELIVERY, App, Delivery, Services, actor_of
from bot.groups import is_talk
from bot.interruptions import Interruptions
from bot.keyed_tasks import KeyedTasks
from bot.known import KNOWN, Known
from bot.new_post.fetching import AHEAD, Fetching
from bot.outbox import follow, reopen
from bot.queues import Queues
from bot.sealing import sealed
from bot.strangers import Strangers
from bot.texts import say
from bot.topics import speak_in, topic_of
from bot.traces import goes_on, may_go_on, pieces_of
from bot.transient import backoff_after, is_transient
from storage.database import is_away, note_away
from storage.inbox import NewIncoming
from storage.models import Incoming
from storage.outbox import NoticeKind
from storage.trail import about, new_event

log = logging.getLogger(__name__)

MAX_FAILURES = 5
"""How often an update is tried that fails for no passing reason; then it is a dead letter."""

MAX_BEGINNINGS = 10
"""How often one is begun, in all; for an update at which the whole process ends."""

MAX_WAITS = 60
"""How often one is tried whose trouble should pass, not counting while Telegram is away."""

PAUSE_SECONDS = 1.0
"""A long text counts as complete if no further piece comes for so long."""

MAX_BURST_ITEMS = 100
"""Media sent one by one that wait behind each other and are taken in together, at the most."""


class Intake:
    """Takes updates in, however they come, and sees each through to its effect."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._services: Services = application.bot_data
        self._store = self._services.store
        self._tasks_by_chat = KeyedTasks("inbox")
        self._interruptions = Interruptions(application)
        self._strangers = Strangers(application.bot, self._store, self._services.settings.language)
        self._albums = Albums(application)
        self._queues = Queues()
        self._apart: set[int] = set()
        """Media that were part of a burst which failed."""

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep them; once this returns, Telegram may forget them.

        What strangers send is not kept: it must not delay anybody. Raises storage's error while
        Postgres is away. What it refuses for another reason is a dead letter: it must not hold up
        the rest.
        """
        judged = [await self._judged(payload) for payload in updates]
        items = [item for item in judged if item is not None]
        await self._reopen_chats(items)
        chats, new = {item.chat_id for item in items}, list[Incoming]()
        self._queues.expect(chats)
        try:
            new = await self._store.keep_updates(items)
        except Exception as error:
            if is_away(error):
                raise
            items = [item for item in items if await self._is_kept(item)]
        for item in items:
            self._albums.hear(item)
            self._interruptions.heed(item)
        for chat_id in chats:
            self._queues.note(chat_id, [row for row in new if row.chat_id == chat_id])
            self._wake(chat_id)

    async def _judged(self, payload: dict[str, Any]) -> NewIncoming | None:
        """What is to be kept of an update; nothing of one at which we stumble.

        Raises storage's error while Postgres is away.
        """
        item, update = read(payload, self._application.bot)
        try:
            return await self._let_in(item, update)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("update %d cannot be taken in", item.update_id)
            await self._tell_of_lost(item, type(error).__name__)
            return None

    async def _let_in(self, item: NewIncoming, update: Update | None) -> NewIncoming | None:
        services, bot = self._services, self._application.bot
        if update is None:
            return None if is_strangers(item.payload, services) else item
        if not (is_telegrams_own(update) or await is_allowed(update, services, bot)):
            self._strangers.turn_away(update)
            return None
        if item.album is None and is_talk(update, services):
            return None
        return self._sealed(item, update)

    def _sealed(self, item: NewIncoming, update: Update) -> NewIncoming:
        return sealed(item, update, self._services.listening, self._services.accounts.box)

    async def _reopen_chats(self, items: Sequence[NewIncoming]) -> None:
        """Who writes can be written to."""
        spoken = {item.chat_id for item in items if "my_chat_member" not in item.payload}
        for chat_id in spoken & self._services.closed:
            await reopen(chat_id, self._application)

    async def _is_kept(self, item: NewIncoming) -> bool:
        """Keep this one alone; False if Postgres does not take it as it is."""
        try:
            await self._store.keep_updates([item])
            return True
        except Exception as error:
            if is_away(error):
                raise
            reason = type(error).__name__
        log.error("update %d cannot be stored: %s", item.update_id, reason)
        try:
            await self._store.keep_refused(item, reason)
        except Exception as error:
            if is_away(error):
                raise
            await self._tell_of_lost(item, reason)
        return False

    async def _tell_of_lost(self, item: NewIncoming, reason: str) -> None:
        detail = {"error_class": reason, "update_id": item.update_id, "told": False}
        await self._store.alert(NoticeKind.DEAD_LETTER, detail)

    async def catch_up(self) -> None:
        """Handle what waits: left behind by a crash, or kept by another process."""
        for chat_id in await self._store.chats_with_updates():
            self._wake(chat_id)

    async def stop(self, grace: float) -> None:
        """Give what is under way `grace` seconds; what is broken off is handled next time."""
        self._strangers.stop()
        await self._tasks_by_chat.stop(grace)
        await self._albums.stop()

    def _wake(self, chat_id: int) -> None:
        self._tasks_by_chat.wake(chat_id, partial(self._work_off, chat_id))

    async def _work_off(self, chat_id: int) -> None:
        """Handle all that waits in one chat, in order."""
        try:
            rows, behind = self._queues.begin(chat_id) or (None, None)
            while True:
                if rows is None:
                    rows = await self._store.next_updates(chat_id)
                if not (rows := await self._complete(rows, behind)):
                    self._queues.end(chat_id)
                    return
                rows, behind = await self._see_through(rows), None
        except Exception as error:
            if not is_away(error):
                raise
            self._services.left_behind.set()
            note_away(f"chat {chat_id} waits", error)

    async def _complete(
        self, rows: list[Incoming], behind: Sequence[Incoming] | None
    ) -> list[Incoming]:
        """What comes next, with all that belongs to it; `behind` waits then, if known."""
        if rows and rows[0].album is not None:
            return await self._albums.gathered(rows)
        if rows and may_go_on(rows[0]):
            return await self._pieces(rows[0])
        if rows and sender_of_medium(rows[0]) is not None and rows[0].id not in self._apart:
            return await self._burst(rows[0], behind)
        return rows

    async def _pieces(self, first: Incoming) -> list[Incoming]:
        """All that is here of a long text, once no further piece has come for a while."""
        pieces: list[Incoming] = []
        while True:
            rows = await self._store.updates_from(first)
            known, pieces = len(pieces), pieces_of(rows)
            if len(pieces) == known or not may_go_on(pieces[-1]):
                return pieces
            await asyncio.sleep(PAUSE_SECONDS)

    async def _burst(self, first: Incoming, behind: Sequence[Incoming] | None) -> list[Incoming]:
        """One photo or file, and what the same person has sent right behind it, one by one."""
        if behind is None:
            behind = await self._store.updates_behind(first, MAX_BURST_ITEMS - 1)
        sender = sender_of_medium(first)
        for row in behind:
            if sender_of_medium(row) is None:  # /cancel may have come before a restart
                self._interruptions.heed(row)
        return [
            first,
            *takewhile(
                lambda row: (
                    sender_of_medium(row) == sender
                    and row.attempts == first.attempts
                    and row.id not in self._apart
                ),
                behind,
            ),
        ]

    async def _see_through(self, rows: list[Incoming]) -> list[Incoming] | None:
        """Handle one update or album until it has had its effect, or is a dead letter.

        Returns what comes after it; None if that is to be looked for.
        """
        fetching = self._albums.fetching(rows[0].chat_id)
        try:
            with about(update=rows[0].update_id):
                following = await self._try_hard(rows, fetching)
            if len(rows) == 1:
                self._apart.discard(rows[0].id)
            return following
        finally:
            if fetching is not None:
                await fetching.discard()

    async def _try_hard(
        self, rows: list[Incoming], fetching: Fetching | None
    ) -> list[Incoming] | None:
        ids = [row.id for row in rows]
        if await self._interruptions.have_settled(rows):
            return await self._store.finish_updates(rows)
        begun, failed, waited = max(row.attempts for row in rows), 0, 0
        again = any(row.begun_at is not None for row in rows)
        error = cast(Exception, RuntimeError("the process ended every time"))
        while begun < MAX_BEGINNINGS and failed < MAX_FAILURES and waited < MAX_WAITS:
            try:
                AHEAD.set(fetching)
                fetching = None
                await self._handle(rows, again=again)
                return await self._store.finish_updates(rows)
            except Forbidden:
                log.info("update %d: its chat takes no answer", rows[0].update_id)
                return await self._store.finish_updates(rows)
            except ChatMigrated as problem:
                error = problem  # it was sent before, and its chat has another number by now
                break
            except Exception as problem:
                again, error = True, problem
            if is_transient(error):
                log.warning("update %d waits: %s", rows[0].update_id, type(error).__name__)
                await self._store.excuse_updates(ids)
                waited += await self._wait_it_out(error, waited + 1)
            else:
                log.error("update %d has failed", rows[0].update_id, exc_info=error)
                failed += 1
                if len(rows) > 1 and rows[0].album is None and sender_of_medium(rows[0]):
                    self._apart.update(ids)  # it may be one of them: each by itself
                    return None
                if failed < MAX_FAILURES:
                    await asyncio.sleep(backoff_after(error, failed) / 4)
        await self._give_up(rows, error)
        return None

    async def _handle(self, rows: list[Incoming], *, again: bool) -> None:
        """Let the handlers have it. What they raise comes out here (see Postbote)."""
        updates = [Update.de_json(row.payload, self._application.bot) for row in rows]
        chat, person = updates[0].effective_chat, updates[0].effective_user
        known = Known(person.id if person else NO_CHAT)
        KNOWN.set(known)
        before, _ = await asyncio.gather(
            self._store.begin_updates(rows), ask_ahead(updates, self._services, again=again)
        )
        is_rest = before is not None and goes_on(before, rows[0])
        messages = sorted(
            (update.message for update in updates if update.message),
            key=lambda message: message.message_id,
        )
        DELIVERY.set(Delivery(rows[0].id, messages, again, is_rest))
        speak_in(chat.id if chat else NO_CHAT, topic_of(updates[0].effective_message))
        try:
            async with Beside():
                with self._services.load.one_more():
                    await self._application.process_update(updates[0])
        finally:
            known.is_over = True

    async def _wait_it_out(self, error: Exception, attempt: int) -> bool:
        """Whether the attempt counts: not while Telegram does not answer at all."""
        await asyncio.sleep(backoff_after(error, attempt))
        if is_away(error):
            return await self._store.database_answers()
        try:
            await self._application.bot.get_me()
        except TelegramError:
            return False
        return True

    async def _give_up(self, rows: list[Incoming], error: Exception) -> None:
        """Tell the person, if that is possible; the admin hears by the outbox, and of that, too."""
        ids, reason = [row.id for row in rows], type(error).__name__
        with about(event=new_event()):
            log.error("update %d is a dead letter: %s", rows[0].update_id, reason)
            told = await self._apologise(rows[0])
            await self._store.dead_letter(ids, reason, told=told)

    async def _apologise(self, row: Incoming) -> bool:
        """Say that it went wrong; False if nobody could be told."""
        try:
            update = Update.de_json(row.payload, self._application.bot)
            actor = actor_of(update, self._services)
            sentence, send = say(actor.language, "went_wrong"), self._application.bot.send_message
            try:
                await send(actor.chat_id, sentence)
            except ChatMigrated as moved:
                await follow(actor.chat_id, moved.new_chat_id, self._application)
                await send(moved.new_chat_id, sentence)
        except Exception as problem:
            log.warning("nobody could be told: %s", type(problem).__name__)
            return False
        return True
