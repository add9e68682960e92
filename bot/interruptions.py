"""Words that cannot wait for their turn: /cancel, and whatever else stops a download."""

from collections.abc import Sequence

from telegram import Update

from bot.arrivals import NO_CHAT, sender_of_medium
from bot.context import App, Services, actor_of
from bot.new_post.cancellation import says_cancel, stopped_by
from storage.inbox import NewIncoming
from storage.models import Incoming


class Interruptions:
    def __init__(self, application: App) -> None:
        self._application = application
        self._services: Services = application.bot_data
        self._heeded: set[str | None] = set()
        """Words that have stopped a download before their turn."""
        self._cancelled: dict[tuple[int, int], int] = {}
        """(chat, person) -> their latest word that throws away what they have sent before it."""

    def heed(self, item: NewIncoming | Incoming) -> None:
        """Let it stop what it is meant for, as soon as it comes."""
        if item.chat_id == NO_CHAT:
            return
        update = Update.de_json(item.payload, self._application.bot)
        message, user = update.message, update.effective_user
        if message is not None and user is not None and says_cancel(update):
            self._cancelled[item.chat_id, user.id] = message.message_id
        if stopped_by(update, self._services.downloads) and message is not None:
            self._heeded.add(item.identity)

    async def have_settled(self, rows: Sequence[Incoming]) -> bool:
        """Whether nothing is left to do about these, now that it is their turn."""
        return self._is_void(rows) or await self._has_been_heeded(rows)

    def _is_void(self, rows: Sequence[Incoming]) -> bool:
        """Whether these are media that their sender has cancelled while they waited."""
        sender, last = sender_of_medium(rows[0]), rows[-1].message_id
        if sender is None or last is None:
            return False
        return self._cancelled.get((rows[0].chat_id, sender), -1) > last

    async def _has_been_heeded(self, rows: Sequence[Incoming]) -> bool:
        """Whether it has stopped a download; /cancel goes on to a draft that was there before."""
        if rows[0].identity not in self._heeded:
            return False
        self._heeded.discard(rows[0].identity)
        update = Update.de_json(rows[0].payload, self._application.bot)
        if update.message is None or not (update.message.text or "").startswith("/"):
            return True
        actor = actor_of(update, self._services)
        draft = await self._services.store.current_draft(owner_id=actor.id, chat_id=actor.chat_id)
        return draft is None
