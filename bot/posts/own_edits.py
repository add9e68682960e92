"""People edit their own messages: the planned post that came of one follows, while it can."""

from telegram import Update

from bot.context import Context, actor_of
from bot.new_post.question import NotUnderstoodError
from bot.new_post.written import written
from bot.posts import changes
from bot.posts.cards import why_not
from bot.rights import Right, may
from bot.texts import say
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
    if text != post.caption and post.caption_message_id not in (None, message.message_id):
        return False  # its words are those of another message
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
