"""A post's card is edited where it stands, one edit after the other: the last shows how it stands.

Handlers, the outbox and jobs do it side by side, each with the post as they have read it.
"""

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.context import AnyApp, Services
from bot.posts.outdated import take_off
from bot.posts.series_cards import look_of
from storage.models import Post


async def edit_card(
    post: Post,
    application: AnyApp,
    *,
    told: str = "",
    buttons: InlineKeyboardMarkup | None = None,
) -> bool:
    """Let the card say where the post stands, and more; False if there is none any more.

    Its buttons are those of where the post stands, unless others are given.
    """
    await take_off(post, application)
    if post.card_message_id is None:
        return False
    services: Services = application.bot_data
    async with services.cards.turn(post.chat_id, post.card_message_id) as is_first:
        found: Post | None = post
        if not is_first:
            found = await services.store.post_with_card(post.chat_id, post.card_message_id)
        return found is not None and await _edit(found, application, told, buttons)


async def _edit(
    post: Post, application: AnyApp, told: str, buttons: InlineKeyboardMarkup | None
) -> bool:
    services: Services = application.bot_data
    bot, store = application.bot, services.store
    name = await services.names.maker(post, post.chat_id, services)
    post.language = await language_in(post, services)
    text, own_buttons = await look_of(post, post.language, store, made_by=name)
    text, buttons = text + told, buttons or own_buttons
    edit = bot.edit_message_caption if post.card_has_picture else bot.edit_message_text
    words = {"caption" if post.card_has_picture else "text": text}
    where = {"chat_id": post.chat_id, "message_id": post.card_message_id}
    try:
        await edit(**words, **where, reply_markup=buttons)
    except (BadRequest, Forbidden) as error:
        return "not modified" in error.message.lower()
    return True


async def language_in(post: Post, services: Services) -> str:
    """The one that its owner speaks by now; of a group, that in which it was planned there."""
    if post.chat_id != post.owner_id:
        return post.language
    return await services.names.language_of(post.owner_id, services, post.language)
