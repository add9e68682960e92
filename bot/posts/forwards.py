"""A card that is forwarded to us is no new picture: a post's begins a copy of it."""

from functools import cache

from telegram import Message, MessageOriginUser, Update
from telegram.ext import ApplicationHandlerStop

from bot.access import permits
from bot.context import Context, actor_of
from bot.keyboards import Action, Tap
from bot.posts.answered import beginning, number_in
from bot.posts.buttons import outcome
from bot.rights import Right
from bot.texts import LANGUAGES, say


async def forwarded(update: Update, context: Context) -> None:
    """Hears what we have sent ourselves; all else goes on."""
    message = update.message
    origin = message.forward_origin if message else None
    if not isinstance(origin, MessageOriginUser) or origin.sender_user.id != context.bot.id:
        return
    if await permits(Right.CHANGE, update, context):
        actor, post_id = actor_of(update, context.services), _post_on(message)
        sentence: str | None = say(actor.language, "forwarded_preview")
        if post_id is not None:
            sentence = await outcome(Tap(Action.DUPLICATE, post_id, ""), actor, context)
        if sentence:
            await context.bot.send_message(actor.chat_id, sentence)
    raise ApplicationHandlerStop


def _post_on(message: Message | None) -> int | None:
    """The post whose card this is: a forward does not say of which message, but has its words."""
    return number_in(message, _beginnings()) if message else None


@cache
def _beginnings() -> set[str]:
    """What stands before a card's number, in each language."""
    values = dict.fromkeys(("type", "of_account", "state", "reason", "time", "excerpt"), "")
    return {beginning(say(language, "card", id=0, **values)) for language in LANGUAGES}
