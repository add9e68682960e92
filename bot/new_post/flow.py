"""The conversation as one table: which step hears what, and where it leads."""

import warnings
from collections.abc import Callable, Container

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

from bot.access import needs
from bot.context import Context, actor_of
from bot.keyboards import Action, decode
from bot.new_post.answers import cancel, stop, tapped, typed
from bot.new_post.intake import MEDIA, take_in
from bot.new_post.redelivery import go_on
from bot.rights import BUTTONS, Right
from storage.lifecycle import Step


class Conversation(ConversationHandler[Context]):
    """PTB's; but where a person stands is read from their draft before each update."""

    async def recall(self, update: Update, context: Context) -> None:
        """Stand where the draft stands. An update that has had its effect ends here.

        A button under a planned post goes on: its handler knows its own update again.
        """
        if update.effective_user is None or update.effective_chat is None:
            return
        actor = actor_of(update, context.services.settings)
        again = context.delivery.again and not _is_under_a_post(update)
        if again and await go_on(actor, context):
            raise ApplicationHandlerStop
        draft = await context.store.current_draft(owner_id=actor.id, chat_id=actor.chat_id)
        state = draft.step if draft else self.END
        self._update_state(state, (actor.chat_id, actor.id))


def conversation() -> Conversation:
    """Media starts it; every step hears words, its own buttons, and more media.

    A first download can be stopped as well, before there is a draft.
    """
    media = MessageHandler(MEDIA, needs(Right.DRAFT, take_in))
    text = filters.UpdateType.MESSAGE & filters.TEXT & ~filters.COMMAND
    words = MessageHandler(text, needs(Right.DRAFT, typed))
    buttons = CallbackQueryHandler(needs(Right.DRAFT, tapped), pattern=_is_for([*Step]))
    stopping = CallbackQueryHandler(
        needs(BUTTONS[Action.STOP], stop), pattern=_is_for([Action.STOP])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)  # buttons count per person, as is meant
        return Conversation(
            name="new_post",
            entry_points=[media, stopping],
            states={step: [buttons, words, media] for step in Step},
            fallbacks=[CommandHandler("cancel", needs(Right.DRAFT, cancel)), stopping],
        )


def _is_under_a_post(update: Update) -> bool:
    tap = decode(update.callback_query.data) if update.callback_query else None
    return tap is not None and isinstance(tap.what, Action) and tap.what is not Action.STOP


def _is_for(kinds: Container[Step | Action]) -> Callable[[object], bool]:
    """Whether callback data belong to one of these questions or actions.

    Which question is open the draft knows best: a preparation that fails leads back to the first
    one while PTB still thinks of a later one.
    """

    def matches(data: object) -> bool:
        tap = decode(data if isinstance(data, str) else None)
        return tap is not None and tap.what in kinds

    return matches
