"""Words right after a plan, while an older draft waits: they are about the one or the other."""

from telegram import InlineKeyboardMarkup, Message, ReplyParameters, Update

from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button
from bot.new_post import prompt, waiting
from bot.posts import replies
from bot.texts import label, say
from bot.texts.parts import shortened
from storage.models import Draft, Post

SAID_CHARACTERS, NAME_CHARACTERS = 40, 20


async def asked(update: Update, context: Context) -> bool:
    """Whether a post that can still be changed stands below the lowest draft, and it was asked."""
    message, actor = update.message, actor_of(update, context.services)
    draft = await waiting.lowest(actor, context)
    if message is None or draft is None or len(context.delivery.messages) > 1:
        return False
    assert draft.prompt_message_id is not None
    post = await context.store.post_shown_below(
        draft.prompt_message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if post is None:
        return False
    said = shortened(message.text or "", SAID_CHARACTERS)
    await context.bot.send_message(
        actor.chat_id,
        say(actor.language, "which_is_meant", said=said, id=post.id),
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        reply_markup=_either(post, draft, actor.language),
    )
    return True


def _either(post: Post, draft: Draft, language: str) -> InlineKeyboardMarkup:
    name = shortened(draft.caption or "", NAME_CHARACTERS)
    of_draft = label(language, "for_draft", said=name) if name else None
    row = [
        action_button(label(language, "for_post", id=post.id), Action.FOR_POST, post.id),
        action_button(of_draft or label(language, "for_open_draft"), Action.FOR_DRAFT, draft.id),
    ]
    return InlineKeyboardMarkup([row])


async def for_post(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    said = _said(actor, update)
    if said is None or update is None:
        return say(actor.language, "reply_not_understood")
    context.delivery.messages = (said,)
    await replies.hear(post_id, update, said, context)
    await _settled(update, context)
    return None


async def for_draft(
    draft_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    said = _said(actor, update)
    if said is None or update is None:
        return say(actor.language, "reply_not_understood")
    context.delivery.messages = (said,)
    words = Update(update.update_id, message=said)
    if not await waiting.hear(draft_id, words, context):
        return say(actor.language, "draft_gone")
    await _settled(update, context)
    return None


def _said(actor: Actor, update: Update | None) -> Message | None:
    """The words, if they are this person's and still there."""
    question = update.callback_query.message if update and update.callback_query else None
    said = question.reply_to_message if isinstance(question, Message) else None
    is_theirs = said is not None and said.from_user is not None and said.from_user.id == actor.id
    return said if said is not None and is_theirs and said.text else None


async def _settled(update: Update, context: Context) -> None:
    """The question goes away."""
    question = update.callback_query.message if update.callback_query else None
    if question is not None:
        await prompt.take_away(context, question.chat.id, question.message_id)
