"""How far a long piece of work is: one message with a bar, edited at a humane rate."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.limiter import IF_FREE, IfFree
from bot.load import Load

log = logging.getLogger(__name__)

SHOW_AFTER_SECONDS = 2.0
"""For which work may go on without a word."""
EDIT_PAUSE_SECONDS = 2.5
"""Between two edits: Telegram slows bots down that edit more often than once a second."""
BAR_CELLS = 10


def bar(share: float) -> str:
    """Such as '▓▓▓▓░░░░░░ 40 %'; `share` goes from 0 to 1."""
    share = min(max(share, 0.0), 1.0)
    full = int(share * BAR_CELLS)
    return f"{'▓' * full}{'░' * (BAR_CELLS - full)} {int(share * 100)} %"


class ProgressMessage:
    """A message that is edited; that Telegram does not take an edit never stops the work."""

    def __init__(self, bot: ExtBot[IfFree], chat_id: int, message_id: int | None = None) -> None:
        self._bot, self._chat_id = bot, chat_id
        self.message_id = message_id
        self._shown: str | None = None

    async def update(self, text: str, buttons: InlineKeyboardMarkup) -> None:
        """The same as `show`, but left out where the chat has no room to spare: more will come."""
        await self.show(text, buttons, IF_FREE if self.message_id else None)

    async def show(
        self, text: str, buttons: InlineKeyboardMarkup | None = None, when: IfFree | None = None
    ) -> None:
        """Send it, or edit what was sent, unless it says so already."""
        if text == self._shown:
            return
        self._shown = text
        try:
            if self.message_id is None:
                sent = await self._bot.send_message(self._chat_id, text, reply_markup=buttons)
                self.message_id = sent.message_id
            else:
                await self._bot.edit_message_text(
                    text, self._chat_id, self.message_id, reply_markup=buttons, rate_limit_args=when
                )
        except TelegramError as error:
            self._shown = None
            log.info("the progress could not be shown: %s", type(error).__name__)

    async def remove(self) -> None:
        """The work is over and speaks for itself."""
        if self.message_id is None:
            return
        with suppress(TelegramError):
            await self._bot.delete_message(self._chat_id, self.message_id)


@asynccontextmanager
async def shown_while(
    message: ProgressMessage, text: Callable[[], str], buttons: InlineKeyboardMarkup, load: Load
) -> AsyncIterator[None]:
    """Show `text()` while the block runs, if it runs for long, and remove it afterwards.

    While many wait for an answer it is not sent: it would be one more thing to wait for.
    """
    over = asyncio.Event()
    showing = asyncio.create_task(_keep_showing(message, text, buttons, over, load))
    try:
        yield
    finally:
        over.set()
        await asyncio.wait([showing])  # what is on its way to Telegram would stay there for ever
        await message.remove()


async def _keep_showing(
    message: ProgressMessage,
    text: Callable[[], str],
    buttons: InlineKeyboardMarkup,
    over: asyncio.Event,
    load: Load,
) -> None:
    pause = SHOW_AFTER_SECONDS
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), pause)
            return
        if load.is_high and message.message_id is None:
            continue
        await message.update(text(), buttons)
        pause = EDIT_PAUSE_SECONDS
