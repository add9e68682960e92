"""'One day later', typed without a reply: the post that is meant moves, or it is asked which."""

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ChatType

from bot.access import permits, scope_of
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button
from bot.new_post import prompt
from bot.new_post.understanding import Time, understand
from bot.posts import replies
from bot.posts.changes import as_choice
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
    if len(posts) == 1:
        await replies.hear(posts[0].id, update, message, context)
    elif posts:
        await _ask_which(posts, message.text or "", actor, context)
    return bool(posts)


async def _meant(actor: Actor, context: Context) -> list[Post]:
    """The post that was planned this minute; else all, unless the words are a draft's."""
    store, scope = context.store, await scope_of(actor, context.services)
    if fresh := _own(await store.undoable(scope), actor)[:1]:
        return fresh
    if await store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id):
        return []
    return _own(await store.planned_posts(scope), actor)


def _own(posts: list[Post], actor: Actor) -> list[Post]:
    return [
        post
        for post in posts
        if (post.owner_id, post.chat_id) == (actor.id, actor.chat_id) and post.status in CHANGEABLE
    ]


async def _ask_which(posts: list[Post], said: str, actor: Actor, context: Context) -> None:
    """A button for each, with the time that it would have."""
    rows, language = [], actor.language
    for post in posts[:MOST_OFFERED]:
        moment = await prompt.moment_of(post, context, actor)
        meant = understand(said, draft=post, actor=actor, moment=moment, is_reply=True)
        if isinstance(meant, Time) and (local := replies.local_of(meant, moment)):
            shown, value = as_choice(local, moment, language)
            text = label(language, "move_post_to", id=post.id, time=shown)
            rows.append([action_button(text, Action.MOVE, post.id, value)])
    await context.bot.send_message(
        actor.chat_id, say(language, "which_to_move"), reply_markup=InlineKeyboardMarkup(rows)
    )
