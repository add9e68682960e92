"""After media that could not be taken: the next take their place, and nothing else is lost."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from telegram import Message

from bot.context import Actor, Context
from bot.new_post.card_step import ADD, REPLACE
from bot.new_post.joining import adds
from bot.new_post.question import Answers
from bot.new_post.shown import UnusedCaption
from bot.new_post.steps import ORDER, ask, go_to
from bot.new_post.written import captions, giver, written
from storage.draft_changes import DraftGoneError
from storage.models import Draft

KEPT_FOR = timedelta(minutes=15)
"""Who sends something later has something else in mind."""
WAIT_FOR_MEDIA = (ADD.name, REPLACE.name, ORDER.name)


async def ask_instead(
    draft: Draft, messages: Sequence[Message], actor: Actor, context: Context
) -> None:
    """The draft that they were for waits for others."""
    with suppress(DraftGoneError):
        if draft.question in WAIT_FOR_MEDIA:
            await ask(draft, actor, context)
        else:
            await go_to((ADD if adds(messages) else REPLACE).name, draft, actor, context)


def keep_caption(messages: Sequence[Message], actor: Actor, context: Context) -> None:
    """What was written below them is for what is sent instead; the last of such captions is."""
    if caption := captions(messages):
        sent_at = next(message.date for message in messages if written(message))
        kept = UnusedCaption(caption, giver(messages), sent_at)
        context.services.unused_captions[actor.chat_id, actor.id] = kept


def unused_caption(
    draft: Draft, messages: Sequence[Message], actor: Actor, context: Context
) -> Answers:
    """What was kept, for media without any words of their own."""
    unused = context.services.unused_captions.pop((actor.chat_id, actor.id), None)
    if unused is None or messages[0].date - unused.sent_at > KEPT_FOR:
        return {}
    if captions(messages) or draft.caption or draft.suggested_caption:
        return {}
    if draft.is_guided:
        return {"suggested_caption": unused.text}
    return {
        "suggested_caption": unused.text,
        "caption": unused.text,
        "caption_message_id": unused.message_id,
    }
