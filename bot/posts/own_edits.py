"""People edit their own messages: what came of those follows, as long as that is possible."""

from typing import Any

from telegram import Message

from bot.context import Actor, Context
from bot.new_post.question import NotUnderstoodError
from bot.new_post.steps import ask
from bot.new_post.written import written
from bot.posts import changes
from bot.posts.card_message import understood
from bot.posts.cards import why_not
from bot.rights import Right, may
from bot.texts import say
from storage.draft_changes import DraftGoneError
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError


async def follow(message: Message, actor: Actor, context: Context) -> bool:
    """Change the caption that the message gave; False if nothing came of it that could change.

    Raises nothing of what a person can bring about: that is said.
    """
    found = await context.store.made_from(
        message.message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if found is None or not may(actor.role, Right.CHANGE):
        return False
    caption = found.caption
    if isinstance(found, Draft) and _is_suggested(found):
        caption = found.suggested_caption
    if written(message) == (caption or ""):
        await _say(say(actor.language, "edited_media"), message, context)
        return True
    if caption and found.caption_message_id not in (None, message.message_id):
        return False  # its words are others
    try:
        await _write(found, message, actor, context)
    except NotUnderstoodError as problem:
        await _say(problem.sentence(actor.language), message, context)
    except (PostNotFoundError, WrongStatusError) as error:
        await _say(why_not(error, found.id, actor.language), message, context)
    except DraftGoneError:
        return False
    return True


def _is_suggested(draft: Draft) -> bool:
    """Whether the guided way has not asked yet what becomes of the words."""
    return draft.is_guided and draft.caption is None


async def _write(found: Draft | Post, message: Message, actor: Actor, context: Context) -> None:
    text = written(message)
    if isinstance(found, Post):
        await changes.write(found, text, found.hashtags or [], message, actor, context)
        return
    column = "suggested_caption" if _is_suggested(found) else "caption"
    answers: dict[str, Any] = {column: text, "caption_message_id": message.message_id}
    if column == "caption":
        await changes.refuse_unfit(found, text, found.hashtags or [], actor, context)
    changed = await context.store.answer(found.id, question=found.question, **answers)
    if not found.is_guided or found.question in ("caption", "confirm"):
        await ask(changed, actor, context)
    await understood(message, say(actor.language, "draft_rewritten"))


async def _say(sentence: str, message: Message, context: Context) -> None:
    await context.bot.send_message(message.chat_id, sentence)
