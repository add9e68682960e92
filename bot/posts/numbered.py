"""Words that name a planned post by its number: 'move post 3 to Saturday 10am'."""

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, filters

from bot.access import permits
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, Tap
from bot.new_post import prompt
from bot.new_post.meanings import Cancel, Day, Either, Problem, Time
from bot.new_post.understanding import understand
from bot.posts import replies, taps
from bot.posts.cards import why_not
from bot.posts.typed import OF_CARDS
from bot.rights import Right
from bot.texts.words import POST_NAMED, begins_with_a_wish, labels_called
from storage.models import Post
from storage.post_changes import PostNotFoundError


class _NamesAPost(filters.MessageFilter):
    """In a private chat, a number behind the word 'post', and more."""

    def filter(self, message: Message) -> bool:
        named = POST_NAMED.search(message.text or "")
        return message.chat.type == ChatType.PRIVATE and named is not None and _rest(message) != ""


NAMES_A_POST = filters.TEXT & ~filters.COMMAND & ~filters.REPLY & _NamesAPost()


async def heard(update: Update, context: Context) -> None:
    """A time, 'delete', or what a button of its card is called is done, or it is said why not; of
    other wishes, its card is shown. All else goes on."""
    message, actor = update.message, actor_of(update, context.services)
    assert message is not None
    named = POST_NAMED.search(message.text or "")
    assert named is not None
    number, rest = int(named[1]), _rest(message)
    try:
        post = await context.store.post(number, actor.scope)
    except PostNotFoundError as error:
        if not begins_with_a_wish(rest):
            return
        told = why_not(error, number, actor.language)
        await context.bot.send_message(actor.chat_id, told)
        raise ApplicationHandlerStop from None
    action = next((OF_CARDS[key] for key in labels_called(rest) if key in OF_CARDS), None)
    if action is None and await _is_clear(rest, post, actor, context):
        if await permits(Right.CHANGE, update, context):
            await replies.hear(post.id, update, message, context, named=rest)
    elif action is not None or begins_with_a_wish(rest):
        await taps.perform(Tap(action or Action.SHOW, post.id, ""), update, context)
    else:
        return
    raise ApplicationHandlerStop


async def _is_clear(said: str, post: Post, actor: Actor, context: Context) -> bool:
    """Whether this is a time, also one that cannot be, or 'delete': 'now' takes its button, which
    asks once more."""
    moment = await prompt.moment_of(post, context, actor)
    meant = understand(said, draft=post, actor=actor, moment=moment, is_reply=True)
    if isinstance(meant, Either) and isinstance(meant.first, Problem):
        return True
    is_plain = isinstance(meant, Day | Problem | Cancel)
    return is_plain or (isinstance(meant, Time) and not meant.is_now)


def _rest(message: Message) -> str:
    return " ".join(POST_NAMED.sub(" ", message.text or "").split()).strip(" ,:;–-")
