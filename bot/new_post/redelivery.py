"""An update that had its effect when the bot was broken off: only what was not said is said."""

from telegram import Update

from bot.context import Actor, Context
from bot.new_post.confirm_step import announce
from bot.new_post.steps import ask
from bot.posts.cards import farewell
from bot.posts.typed import say_again
from bot.texts import say
from storage.lifecycle import Status
from storage.models import Draft, Post


async def go_on(update: Update, actor: Actor, context: Context) -> bool:
    """False if the update has changed nothing so far and is to be handled from the beginning."""
    update_id = context.delivery.update_id
    if update_id is None:
        return False
    changed = await context.store.changed_by(update_id)
    if isinstance(changed, Draft):
        await _say_the_rest_of_draft(changed, actor, context)
    elif changed is not None:
        await _say_the_rest_of_post(changed, update, actor, context)
    return changed is not None


async def _say_the_rest_of_draft(draft: Draft, actor: Actor, context: Context) -> None:
    if draft.discarded_at is not None:
        await context.bot.send_message(actor.chat_id, say(actor.language, "cancelled"))
    elif draft.prompt_message_id is None:
        await ask(draft, actor, context)


async def _say_the_rest_of_post(post: Post, update: Update, actor: Actor, context: Context) -> None:
    if post.status is Status.DELETED:
        await context.bot.send_message(actor.chat_id, farewell(post, actor.language))
    elif post.card_message_id is None:
        await announce(post, actor, context)
    else:
        await say_again(post, update, context)
