"""Words right after a plan: they are about the post, or about an older draft that waits."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters, Update

from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button
from bot.new_post import prompt, waiting
from bot.posts import replies
from bot.texts import label, say
from bot.texts.parts import shortened
from storage.models import Draft

SAID_CHARACTERS, NAME_CHARACTERS = 40, 20


async def asked(update: Update, context: Context) -> bool:
    """Whether a post that can still be changed stands below the lowest draft, and it was asked."""
    draft = await waiting.lowest(actor_of(update, context.services), context)
    return draft is not None and await _ask(draft, update, context)


async def offered(update: Update, context: Context) -> bool:
    """Whether, without a draft, the post shown last can still be changed: it gets a button."""
    return await _ask(None, update, context)


async def _ask(draft: Draft | None, update: Update, context: Context) -> bool:
    message, actor = update.message, actor_of(update, context.services)
    if message is None or len(context.delivery.messages) > 1:
        return False
    above = (draft.prompt_message_id if draft else None) or 0
    post = await context.store.post_shown_below(above, owner_id=actor.id, chat_id=actor.chat_id)
    if post is None:
        return False
    language, said = actor.language, shortened(message.text or "", SAID_CHARACTERS)
    sentence = say(language, "is_for_post", said=said, id=post.id)
    buttons = [action_button(label(language, "for_post", id=post.id), Action.FOR_POST, post.id)]
    if draft is not None:
        sentence = say(language, "which_is_meant", said=said, id=post.id)
        buttons.append(_for_draft(draft, language))
    await context.bot.send_message(
        actor.chat_id,
        sentence,
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        reply_markup=InlineKeyboardMarkup([buttons]),
    )
    return True


def _for_draft(draft: Draft, language: str) -> InlineKeyboardButton:
    name = shortened(draft.caption or "", NAME_CHARACTERS)
    text = label(language, "for_draft", said=name) if name else label(language, "for_open_draft")
    return action_button(text, Action.FOR_DRAFT, draft.id)


async def for_post(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """As if they had answered its card."""
    words = _again(actor, context, update)
    if words is None or words.message is None:
        return say(actor.language, "reply_not_understood")
    await replies.hear(post_id, words, words.message, context)
    await _settled(update, context)
    return None


async def for_draft(
    draft_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """As if it had been the one at hand."""
    words = _again(actor, context, update)
    if words is None:
        return say(actor.language, "reply_not_understood")
    if not await waiting.hear(draft_id, words, context):
        return say(actor.language, "draft_gone")
    await _settled(update, context)
    return None


def _again(actor: Actor, context: Context, update: Update | None) -> Update | None:
    """The person's words as if they had just come, if they are theirs and still there."""
    question = update.callback_query.message if update and update.callback_query else None
    said = question.reply_to_message if isinstance(question, Message) else None
    if update is None or said is None or said.from_user is None or not said.text:
        return None
    if said.from_user.id != actor.id:
        return None
    context.delivery.messages = (said,)
    return Update(update.update_id, message=said)


async def _settled(update: Update | None, context: Context) -> None:
    """The question goes away."""
    question = update.callback_query.message if update and update.callback_query else None
    if question is not None:
        await prompt.take_away(context, question.chat.id, question.message_id)
