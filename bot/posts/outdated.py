"""Buttons below results and questions about a post: gone once it stands elsewhere."""

from contextlib import suppress

from telegram import Message
from telegram.error import BadRequest, Forbidden

from bot.beside import beside
from bot.context import DELIVERY, AnyApp
from storage.models import Post


async def remember(post: Post, sent: Message, application: AnyApp) -> None:
    """This message has buttons about the post as it stood before it was sent; somebody may have
    been quick meanwhile."""
    now = await application.bot_data.store.remember_buttons(post, sent.chat_id, sent.message_id)
    if now.status is not post.status:
        await take_off(now, application)


@beside
async def take_off(post: Post, application: AnyApp) -> None:
    """But for the message that was tapped: what came of the tap stands there."""
    if post.buttons_at:
        await _take_off(post, application)


@beside
async def take_off_undone(number: int, application: AnyApp, *, is_series: bool = False) -> None:
    """The same for the post of this number, or a series of them, which is a draft again."""
    for post in await application.bot_data.store.posts_with_buttons(number, is_series=is_series):
        await _take_off(post, application)


async def _take_off(post: Post, application: AnyApp) -> None:
    for chat_id, message_id in await application.bot_data.store.outdated_buttons(post):
        if (chat_id, message_id) != DELIVERY.get().tapped_message:
            with suppress(BadRequest, Forbidden):  # it is gone, or has none any more
                await application.bot.edit_message_reply_markup(
                    chat_id, message_id, reply_markup=None
                )
