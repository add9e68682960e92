"""Several items on their way from Telegram at once; of an album, while the rest is awaited."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

from telegram import Message
from telegram.constants import ChatAction

from bot.context import Actor, Context
from bot.new_post.cancellation import Download
from bot.new_post.ingest import Refused, announced_size, take
from bot.new_post.prompt import say_busy
from storage.items import NewMedia


class Fetching:
    """One person's items. What nobody has asked for in the end is removed by `discard`."""

    def __init__(self, actor: Actor, context: Context) -> None:
        self.download = Download()
        self._actor, self._context = actor, context
        self._items: dict[int, asyncio.Task[NewMedia | Refused]] = {}
        self._typing: asyncio.Task[None] | None = None

    def show(self) -> None:
        """Let the chat show that something is under way."""
        busy = say_busy(self._context, self._actor.chat_id, ChatAction.TYPING)
        self._typing = asyncio.create_task(busy)

    def begin(self, messages: Sequence[Message]) -> None:
        """Fetch what is new of these."""
        for message in messages:
            if message.message_id not in self._items:
                self.download.expected += announced_size(message)
                work = take(message, self.download, self._actor, self._context)
                self._items[message.message_id] = asyncio.create_task(work)

    async def taken(self, messages: Sequence[Message]) -> list[NewMedia | Refused]:
        """What these have become, in their order. Raises StoppedError, and what `take` raises."""
        self.begin(messages)
        wanted = [self._items[message.message_id] for message in messages]
        if wanted:
            await asyncio.wait(wanted, return_when=asyncio.FIRST_EXCEPTION)
        for item in wanted:
            if item.done() and (error := item.exception()):
                raise error
        self.download.check()
        for message in messages:
            del self._items[message.message_id]
        return [item.result() for item in wanted]

    async def discard(self) -> None:
        """Let go of all that was not taken, as soon as nothing of it is being written."""
        self.download.stop()
        ended = await asyncio.gather(*self._items.values(), return_exceptions=True)
        kept = [item.original for item in ended if isinstance(item, NewMedia)]
        await self._context.store.remove_files(kept)
        self._items.clear()
        if self._typing is not None:
            self._typing.cancel()


AHEAD: ContextVar[Fetching | None] = ContextVar("ahead", default=None)
"""What has been on its way since before the turn of the update at hand."""
