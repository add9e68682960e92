"""People edit their own messages: the planned post that came of one follows, while it can."""

from telegram import InlineKeyboardMarkup, Message, ReplyParameters, Update

from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button
from bot.new_post.question import NotUnderstoodError
from bot.new_post.written import written
from bot.posts import changes
from bot.posts.cards import why_not
from bot.rights import Right, may
from bot.texts import label, say
from storage.lifecycle import CHANGEABLE
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError


async def followed(update: Update, context: Context) -> bool:
    """Whether there is such a post; if its caption cannot change, that is said."""
    message, actor = update.edited_message, actor_of(update, context.services)
    if message is None or not may(actor.role, Right.CHANGE):
        return False
    post = await context.store.post_given_by(
        message.message_id, owner_id=actor.id, chat_id=actor.chat_id
    )
    if post is None:
        return False
    text = written(message)
    is_other = post.caption_message_id != message.message_id and text != post.caption
    if is_other and text and post.caption and post.status in CHANGEABLE:
        await _ask_whether(post, message, actor, context)
        return True
    try:
        if text == post.caption:
            sentence = say(actor.language, "edited_media")
        else:
            await changes.write(post, text, post.hashtags or [], message, actor, context)
            return True
    except NotUnderstoodError as problem:
        sentence = problem.sentence(actor.language)
    except (PostNotFoundError, WrongStatusError) as error:
        sentence = why_not(error, post.id, actor.language)
    await context.bot.send_message(message.chat_id, sentence)
    return True


async def _ask_whether(post: Post, message: Message, actor: Actor, context: Context) -> None:
    """It has another caption by now, which is replaced by a tap alone."""
    language = actor.language
    button = action_button(label(language, "button_as_caption"), Action.AS_CAPTION, post.id)
    await context.bot.send_message(
        message.chat_id,
        say(language, "edited_which_of_post", id=post.id),
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        reply_markup=InlineKeyboardMarkup([[button]]),
    )
