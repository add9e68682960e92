"""Somebody edits a message of their own from which a draft has its caption: the draft follows."""

from contextlib import suppress

from telegram import Message, Update

from bot.context import Actor, Context, actor_of
from bot.new_post import prompt
from bot.new_post.prompt import thumb_up
from bot.new_post.question import NotUnderstoodError
from bot.new_post.steps import ask
from bot.new_post.text_steps import refuse_over
from bot.new_post.written import written
from bot.rights import Right, may
from storage.draft_changes import DraftGoneError
from storage.models import Draft


async def followed(update: Update, context: Context) -> bool:
    """Whether a draft on a card did; in the guided way none does."""
    message, actor = update.edited_message, actor_of(update, context.services)
    if message is None or not may(actor.role, Right.DRAFT):
        return False
    draft = await context.store.draft_given_by(
        message.message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if draft is None or draft.is_guided or not _gives_caption(message, draft):
        return False
    with suppress(DraftGoneError):
        await _follow(message, draft, actor, context)
    return True


def _gives_caption(message: Message, draft: Draft) -> bool:
    """One that was written later counts more than what stands below the media now."""
    return draft.caption_message_id == message.message_id or not draft.caption


async def _follow(message: Message, draft: Draft, actor: Actor, context: Context) -> None:
    """Raises DraftGoneError."""
    caption = written(message)
    moment = await prompt.moment_of(draft, context, actor)
    try:
        refuse_over(caption, draft.hashtags or [], moment)
    except NotUnderstoodError as problem:
        await ask(draft, actor, context, problem=problem)
        return
    changed = await context.store.answer(
        draft.id,
        question=draft.question,
        by=context.delivery.update_id,
        caption=caption,
        caption_message_id=message.message_id,
    )
    await ask(changed, actor, context)
    await thumb_up(message)
