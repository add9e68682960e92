"""Somebody edits a message of their own from which a draft has its caption: the draft follows.

Where its caption is another by now, or put together from several, that is asked first."""

from contextlib import suppress

from telegram import Message, Update

from bot.context import Actor, Context, actor_of
from bot.new_post import prompt
from bot.new_post.card_words import as_caption_choice
from bot.new_post.prompt import thumb_up
from bot.new_post.question import Answers, NotUnderstoodError
from bot.new_post.steps import LAST, ask
from bot.new_post.text_steps import CaptionQuestion, refuse_over
from bot.new_post.written import written
from bot.rights import Right, may
from bot.texts import say
from storage.draft_changes import DraftGoneError
from storage.models import Draft

SHOW_CAPTION = (CaptionQuestion.name, LAST.name)
"""Questions of the guided way that show the caption."""


async def followed(update: Update, context: Context) -> bool:
    """Whether the message has to do with an open draft; that changes, or asks whether to."""
    message, actor = update.edited_message, actor_of(update, context.services)
    if message is None or not may(actor.role, Right.DRAFT):
        return False
    draft = await context.store.draft_given_by(
        message.message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if draft is None or draft.discarded_at is not None:
        return False
    gives = _gives_caption(message, draft)
    if not gives and (draft.is_guided or not written(message)):
        return False
    with suppress(DraftGoneError):
        if gives:
            await _follow(message, draft, actor, context)
        else:
            await _ask_whether(message, draft, actor, context)
    return True


async def told_of_discarded(update: Update, context: Context) -> bool:
    """Whether it belongs to a draft that its sender has discarded, and to nothing else."""
    message, actor = update.edited_message, actor_of(update, context.services)
    if message is None:
        return False
    draft = await context.store.draft_given_by(
        message.message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if draft is None or draft.discarded_at is None:
        return False
    await context.bot.send_message(actor.chat_id, say(actor.language, "edited_discarded"))
    return True


def _gives_caption(message: Message, draft: Draft) -> bool:
    """One that was written later counts more than what stands below the media now, and one that is
    put together from several more than a part of it."""
    if draft.caption_message_id == message.message_id or not draft.caption:
        return True
    is_kept = draft.caption == draft.suggested_caption and draft.caption_message_id is None
    return draft.is_guided and is_kept and len(draft.media) == 1


async def _follow(message: Message, draft: Draft, actor: Actor, context: Context) -> None:
    """Raises DraftGoneError."""
    caption = written(message)
    moment = await prompt.moment_of(draft, context, actor)
    try:
        refuse_over(caption, draft.hashtags or [], moment)
    except NotUnderstoodError as problem:
        await _show(draft, actor, context, problem)
        return
    answers: Answers = {"caption": caption, "caption_message_id": message.message_id}
    if draft.is_guided and draft.caption is None:  # it is asked for yet, with this to keep
        answers = {"suggested_caption": caption}
    await _show(await _stored(draft, answers, context), actor, context)
    await thumb_up(message)


async def _ask_whether(message: Message, draft: Draft, actor: Actor, context: Context) -> None:
    """It has another caption by now, which is replaced by a tap alone.

    Raises DraftGoneError.
    """
    caption = written(message)
    if caption == draft.caption:
        return
    kept: Answers = {"suggested_caption": caption}
    problem = NotUnderstoodError(
        "edited_which", choices=[as_caption_choice(caption, actor.language)]
    )
    await ask(await _stored(draft, kept, context), actor, context, problem=problem)


async def _stored(draft: Draft, answers: Answers, context: Context) -> Draft:
    by = None if draft.is_guided else context.delivery.update_id  # its question stays open
    return await context.store.answer(draft.id, question=draft.question, by=by, **answers)


async def _show(
    draft: Draft, actor: Actor, context: Context, problem: NotUnderstoodError | None = None
) -> None:
    """On its card; in the guided way only where the question shows the caption."""
    if not draft.is_guided:
        await ask(draft, actor, context, problem=problem)
    elif problem is not None:
        await context.bot.send_message(draft.chat_id, problem.sentence(actor.language))
    elif draft.question in SHOW_CAPTION:
        await prompt.close(draft, context)
        await ask(draft, actor, context)
