"""Albums, which have no end mark: gathered until no part comes, and fetched meanwhile."""

import asyncio

from telegram import Update

from bot.access import is_allowed
from bot.context import App, Services, actor_of
from bot.new_post.fetching import Fetching
from bot.pace import now
from bot.rights import Right, may
from bot.topics import speak_in, topic_of
from storage.inbox import NewIncoming
from storage.models import Incoming

PAUSE_SECONDS = 0.5
"""An album counts as complete if no further part comes for so long: Telegram usually delivers all
parts at once, and one that comes later joins the same draft."""
MOST_PARTS = 10
"""With these an album is complete (core.telegram.org/bots/api#sendmediagroup, 2026-11)."""
LOOK_SECONDS = 0.1
"""How often to look whether a further part has come."""


class Albums:
    """Of each chat, the one that comes next."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._services: Services = application.bot_data
        self._heard: dict[tuple[int, str], float] = {}
        """(chat, album) -> when its latest part came."""
        self._fetching: dict[int, Fetching] = {}
        """Chat -> what is on its way of the album that comes next."""

    def hear(self, item: NewIncoming) -> None:
        """A part has come."""
        if item.album is not None:
            self._heard[item.chat_id, item.album] = now()

    async def gathered(self, rows: list[Incoming]) -> list[Incoming]:
        """All parts, once the album is full or no further part has come for a while."""
        chat_id, key = rows[0].chat_id, (rows[0].chat_id, str(rows[0].album))
        heard = self._heard.setdefault(key, now())
        await self._fetch(rows)
        while len(rows) < MOST_PARTS and (left := heard + PAUSE_SECONDS - now()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            if self._heard[key] != heard:
                heard = self._heard[key]
                rows = await self._services.store.next_updates(chat_id)
                await self._fetch(rows)
        del self._heard[key]
        return rows

    def fetching(self, chat_id: int) -> Fetching | None:
        """What is on its way of the album that was gathered last: now its handler's."""
        return self._fetching.pop(chat_id, None)

    async def stop(self) -> None:
        """Nobody handles what was being gathered: it is fetched anew by the next start."""
        while self._fetching:
            await self._fetching.popitem()[1].discard()

    async def _fetch(self, rows: list[Incoming]) -> None:
        """Only what will be fetched anyway, and for the first time."""
        if any(row.begun_at is not None for row in rows):
            return
        updates = [Update.de_json(row.payload, self._application.bot) for row in rows]
        chat_id = rows[0].chat_id
        if chat_id not in self._fetching:
            if not await self._may_fetch(updates[0]):
                return
            self._fetching[chat_id] = self._fetching_for(updates[0])
        self._fetching[chat_id].begin([one.message for one in updates if one.message])

    async def _may_fetch(self, update: Update) -> bool:
        if not await is_allowed(update, self._services, self._application.bot):
            return False
        return may(actor_of(update, self._services).role, Right.DRAFT)

    def _fetching_for(self, update: Update) -> Fetching:
        actor = actor_of(update, self._services)
        speak_in(actor.chat_id, topic_of(update.effective_message))
        context = self._application.context_types.context(self._application)
        fetching = Fetching(actor, context)
        fetching.show()
        return fetching
