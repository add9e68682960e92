"""The conversation as one table: which step hears what, and where it leads."""

import asyncio
import warnings
from collections.abc import Callable

from telegram import Update
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from bot.context import Context, speaker_of
from bot.keyboards import decode
from bot.new_post.answers import cancel, tapped, typed
from bot.new_post.broken_off import go_on
from bot.new_post.intake import MEDIA, take_in
from storage.lifecycle import Step


class Conversation(ConversationHandler[Context]):
    """PTB's; but where a person stands is read from their draft before each update."""

    async def recall(self, update: Update, context: Context) -> None:
        """Stand where the draft stands. An update that has had its effect ends here."""
        if update.effective_user is None or update.effective_chat is None:
            return
        speaker = speaker_of(update, context.services.settings)
        if context.delivery.again and await go_on(speaker, context):
            raise ApplicationHandlerStop
        draft = await asyncio.to_thread(
            context.services.drafts.current, owner_id=speaker.id, chat_id=speaker.chat_id
        )
        state = draft.step if draft else self.END
        self._update_state(state, (speaker.chat_id, speaker.id))


def conversation() -> Conversation:
    """Media starts it; every step hears words, its own buttons, and more media."""
    media = MessageHandler(MEDIA, take_in)
    words = MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT & ~filters.COMMAND, typed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)  # buttons count per person, as is meant
        return Conversation(
            name="new_post",
            entry_points=[media],
            states={
                Step.TYPE: [_buttons(Step.TYPE), words, media],
                Step.CAPTION: [_buttons(Step.CAPTION), words, media],
                Step.HASHTAGS: [_buttons(Step.HASHTAGS), words, media],
                Step.TIME: [_buttons(Step.TIME), words, media],
                Step.CONFIRM: [_buttons(Step.CONFIRM), words, media],
            },
            fallbacks=[CommandHandler("cancel", cancel)],
        )


def _buttons(step: Step) -> CallbackQueryHandler[Context, object]:
    """The buttons that answer this step's question."""
    return CallbackQueryHandler(tapped, pattern=_is_about(step))


def _is_about(step: Step) -> Callable[[object], bool]:
    def matches(data: object) -> bool:
        tap = decode(data if isinstance(data, str) else None)
        return tap is not None and tap.what is step

    return matches
