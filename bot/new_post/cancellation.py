"""Media on their way from Telegram to us, which the person may stop meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from telegram import Update

from bot.keyboards import Action, decode
from bot.texts.words import heard, labels_called

Result = TypeVar("Result")

DOWNLOAD = 0
"""Stands for a post's number in the button that stops a download: there may be no draft yet."""


STOPPING = frozenset({"button_stop_download", "button_cancel"})
"""Buttons whose name stops a download."""


class StoppedError(Exception):
    """The person does not want these media after all."""

    def __init__(self, *, discards: bool = False) -> None:
        super().__init__()
        self.discards = discards
        """Nor the draft that they would have joined: what says so is handled next."""


class Download:
    """One item, or all of an album, being fetched."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        self._discards = False
        self.fetched = 0
        """Bytes of all parts that are here by now."""
        self.taken = 0
        """Bytes of the items that were taken, for a draft that does not have them yet, and of those
        that are on their way, as they were announced."""
        self.expected, self.room = 0, -1
        """Bytes of all items, as announced; and how many have room, -1 until that is asked."""
        self.counting = asyncio.Lock()
        """Held while it is asked whether there is room for one more."""

    def stop(self, *, discards: bool = False) -> None:
        """Fetch nothing more."""
        self._discards = discards
        self._stopped.set()

    def check(self) -> None:
        """Raises StoppedError: it may be stopped when nothing is left to be fetched, too."""
        if self._stopped.is_set():
            raise StoppedError(discards=self._discards)

    async def unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work, or give it up half done. Raises StoppedError, and what the work raises."""
        working, stopping = asyncio.create_task(work), asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            self.check()
            return await working
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)


Downloads = dict[tuple[int, int], Download]
"""(chat, person) -> what is being fetched for them at this moment."""


def stopped_by(update: Update, downloads: Downloads) -> bool:
    """Let the button below a download, or the word, stop it: it cannot wait for its turn.

    False if there is nothing to stop, or the update says nothing of the kind.
    """
    if update.effective_chat is None or update.effective_user is None or not _says_stop(update):
        return False
    download = downloads.get((update.effective_chat.id, update.effective_user.id))
    if download is None:
        return False
    message = update.message
    download.stop(discards=message is not None and (message.text or "").startswith("/"))
    return True


def _says_stop(update: Update) -> bool:
    if update.callback_query is not None:
        tap = decode(update.callback_query.data)
        return tap is not None and tap.what is Action.STOP and tap.post_id == DOWNLOAD
    return says_cancel(update)


def says_cancel(update: Update) -> bool:
    """The word or the command that throws away what is in the making."""
    message = update.message
    said = (message and message.text) or ""
    if message is not None and said.startswith("/"):  # as menus send it in groups: /cancel@its_name
        said, _, whom = said[1:].partition(" ")[0].partition("@")
        if whom and whom.lower() != message.get_bot().username.lower():
            return False
    return heard(said, ("cancel",)) is not None or not STOPPING.isdisjoint(labels_called(said))
