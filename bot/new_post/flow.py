"""The conversation as one table: which step hears what, and where it leads."""

import warnings
from collections.abc import Callable, Container

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
from bot.keyboards import Action, decode
from bot.new_post.answers import cancel, stop, tapped, typed
from bot.new_post.intake import MEDIA, join_or_wait, take_in
from storage.lifecycle import Step


def conversation() -> ConversationHandler[Context]:
    """Media starts it; every step hears words, its own buttons, and more media."""
    media = MessageHandler(MEDIA, take_in, block=False)
    words = MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT & ~filters.COMMAND, typed)
    buttons = CallbackQueryHandler(tapped, pattern=_is_for([*Step]))
    stopping = CallbackQueryHandler(stop, pattern=_is_for([Action.STOP]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)  # buttons count per person, as is meant
        return ConversationHandler(
            name="new_post",
            persistent=True,
            entry_points=[media],
            states={
                **{step: [buttons, words, media] for step in Step},
                ConversationHandler.WAITING: [TypeHandler(Update, join_or_wait, block=False)],
            },
            fallbacks=[CommandHandler("cancel", cancel), stopping],
        )


def _is_for(kinds: Container[Step | Action]) -> Callable[[object], bool]:
    """Whether callback data belong to one of these questions or actions.

    Which question is open the draft knows best: a preparation that fails leads back to the first
    one while PTB still thinks of a later one.
    """

    def matches(data: object) -> bool:
        tap = decode(data if isinstance(data, str) else None)
        return tap is not None and tap.what in kinds

    return matches
