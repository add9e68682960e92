"""An update that had its effect when the bot was broken off: only what was not said is said."""

from bot.context import Actor, Context
from bot.new_post.confirm_step import announce
from bot.new_post.steps import ask
from bot.posts.cards import farewell
from bot.texts import say
from storage.lifecycle import Status
from storage.models import Post


async def go_on(actor: Actor, context: Context) -> bool:
    """False if the update has changed nothing so far and is to be handled from the beginning."""
    update_id = context.delivery.update_id
    if update_id is None:
        return False
    post = await context.store.changed_by(update_id)
    if post is None:
        return False
    await _say_the_rest(post, actor, context)
    return True


async def _say_the_rest(post: Post, actor: Actor, context: Context) -> None:
    if post.status is Status.DRAFT:
        if post.prompt_message_id is None:
            await ask(post, actor, context)
    elif post.status is Status.DELETED:
        was_draft = post.next_attempt_at is None
        language = actor.language
        sentence = say(language, "cancelled") if was_draft else farewell(post, language)
        await context.bot.send_message(actor.chat_id, sentence)
    elif post.card_message_id is None:
        await announce(post, actor, context)
