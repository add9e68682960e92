"""Notes beside a post: left by replying "note: ..." to its card, and shown there."""

from telegram import Message, Update

from bot.access import permits
from bot.context import Context, actor_of
from bot.new_post.written import joined
from bot.outbox import deliver
from bot.posts.answered import TO_APPROVE, post_on
from bot.posts.card_edits import edit_card
from bot.posts.card_message import understood
from bot.posts.series_cards import series_of, shares_card
from bot.rights import Right
from bot.texts import say
from bot.texts.words import NOTE
from storage.post_changes import PostNotFoundError

CHARACTERS = 300
"""Of one note: three of them have to stand on a card."""


async def left(update: Update, message: Message, post_id: int | None, context: Context) -> bool:
    """Whether these words are a note; it is kept beside the post of that card, or of this one.

    Args:
        post_id: the post that the message answers by its own card.
    """
    if (note := note_in(joined(context.delivery.messages))) is None:
        return False
    answered = message.reply_to_message
    if post_id is None and answered is not None:
        post_id = post_on(answered, TO_APPROVE) or await context.store.post_on_team_card(
            message.chat_id, answered.message_id
        )
    if post_id is None:
        return False
    if not await permits(Right.NOTE, update, context):
        return True
    actor, services = actor_of(update, context.services), context.services
    if not note:
        await message.reply_text(say(actor.language, "note_is_empty"))
        return True
    try:
        post = await context.store.add_note(
            post_id,
            actor.sight,
            note,
            author_id=actor.id,
            author_name=await services.names.of(actor.id, services),
            by=context.delivery.update_id,
        )
    except PostNotFoundError:
        await message.reply_text(say(actor.language, "no_such_post", id=post_id))
        return True
    await edit_card(post, context.application)
    await deliver(context.application)
    kept = say(actor.language, "note_kept", id=post_id)
    if shares_card(post, await series_of(post, context.store)):  # where no note is shown
        await message.reply_text(kept)
    else:
        await understood(message, kept)
    return True


def note_in(text: str) -> str | None:
    """What stands behind "note:"; None if that does not stand there."""
    found = NOTE.match(text)
    return text[found.end() :].strip()[:CHARACTERS] if found else None
