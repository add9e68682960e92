"""A post's card is edited in place, one edit after the other, so that the last one is right.

Handlers, the outbox and jobs do so side by side, each with the post as they have read it.
"""

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.context import AnyApp, Services
from bot.posts.outdated import take_off
from bot.posts.series_cards import look_of
from bot.transient import is_shown_already
from storage.models import Draft, Post


async def edit_card(
    post: Post,
    application: AnyApp,
    *,
    told: str = "",
    buttons: InlineKeyboardMarkup | None = None,
) -> bool:
    """Show the post's state on its card, and `told` besides; False if there is no card any more.

    The buttons are those of its state, unless others are given.
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
        return is_shown_already(error)
    return True


async def language_in(content: Draft | Post, services: Services) -> str:
    """The owner's present language; in a group, the one in which it was begun."""
    if content.chat_id != content.owner_id:
        return content.language
    return await services.names.language_of(content.owner_id, services, content.language)
