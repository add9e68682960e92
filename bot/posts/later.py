"""'One day later', typed without a reply: the post that is meant moves, or it is asked which."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatType

from bot.access import permits
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button
from bot.new_post import prompt
from bot.new_post.meanings import Time
from bot.new_post.understanding import understand
from bot.posts import replies
from bot.posts.moving import as_choice
from bot.rights import Right
from bot.texts import label, say
from bot.texts.words import LATER
from storage.lifecycle import CHANGEABLE
from storage.models import Post

MOST_OFFERED = 6


async def moved(update: Update, context: Context) -> bool:
    """Whether the words are such, and somebody has planned what they may be about."""
    message, actor = update.message, actor_of(update, context.services)
    if message is None or message.chat.type != ChatType.PRIVATE:
        return False
    if not LATER.search(message.text or "") or not await permits(Right.CHANGE, update, context):
        return False
    posts = await _meant(actor, context)
    offered = [await _offer(post, message.text or "", actor, context) for post in posts]
    rows = [[button] for button in offered if button is not None]
    if len(posts) == 1 and rows:
        await replies.hear(posts[0].id, update, message, context)
    elif rows:
        await context.bot.send_message(
            actor.chat_id,
            say(actor.language, "which_to_move"),
            reply_markup=InlineKeyboardMarkup(rows),
        )
    return bool(rows)


async def _meant(actor: Actor, context: Context) -> list[Post]:
    """The post that was planned or changed this minute; else the next ones.

    None of these if the words may be a draft's.
    """
    store, scope = context.store, actor.scope
    if fresh := _own(await store.undoable(scope), actor)[:1]:
        return fresh
    if await store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id):
        return []
    return _own(await store.planned_posts(scope), actor)[:MOST_OFFERED]


def _own(posts: list[Post], actor: Actor) -> list[Post]:
    return [
        post
        for post in posts
        if (post.owner_id, post.chat_id) == (actor.id, actor.chat_id) and post.status in CHANGEABLE
    ]


async def _offer(
    post: Post, said: str, actor: Actor, context: Context
) -> InlineKeyboardButton | None:
    """A button that moves it, with the time that it would have; None if no time is meant."""
    moment = await prompt.moment_of(post, context, actor)
    meant = understand(said, draft=post, actor=actor, moment=moment, is_reply=True)
    local = replies.local_of(meant, moment) if isinstance(meant, Time) else None
    if local is None:
        return None
    shown, value = as_choice(local, moment, actor.language)
    text = label(actor.language, "move_post_to", id=post.id, time=shown)
    return action_button(text, Action.MOVE, post.id, value)
