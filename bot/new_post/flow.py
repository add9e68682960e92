"""The conversation as one table: which step hears what, and where it leads."""

import warnings
from collections.abc import Callable

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from bot.context import Context
from bot.keyboards import decode
from bot.new_post.answers import cancel, tapped, typed
from bot.new_post.intake import MEDIA, join_or_wait, take_in
from storage.lifecycle import Step


def conversation() -> ConversationHandler[Context]:
    """Media starts it; every step hears words, its own buttons, and more media."""
    media = MessageHandler(MEDIA, take_in, block=False)
    words = MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT & ~filters.COMMAND, typed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)  # buttons count per person, as is meant
        return ConversationHandler(
            name="new_post",
            persistent=True,
            entry_points=[media],
            states={
                Step.TYPE: [_buttons(Step.TYPE), words, media],
                Step.CAPTION: [_buttons(Step.CAPTION), words, media],
                Step.HASHTAGS: [_buttons(Step.HASHTAGS), words, media],
                Step.TIME: [_buttons(Step.TIME), words, media],
                Step.CONFIRM: [_buttons(Step.CONFIRM), words, media],
                ConversationHandler.WAITING: [TypeHandler(Update, join_or_wait, block=False)],
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
