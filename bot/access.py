"""The one gate: nothing is kept and no handler reached unless its sender is allowed to."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ExtBot

from bot import groups
from bot.context import Context, Services, actor_of, standing
from bot.links import Link, token_in
from bot.new_post.prompt import acknowledge
from bot.posts.answered import question_replied_to
from bot.rights import Right, Role, may
from bot.settings import Settings
from bot.texts import label, say
from storage.held import LetIn

Handler = Callable[[Update, Context], Coroutine[Any, Any, Any]]


async def is_allowed(update: Update, services: Services, bot: ExtBot[Any]) -> bool:
    """Whether it comes from somebody who is let in, or who comes by an invitation.

    Raises storage's errors while nobody can say.
    """
    settings = services.settings
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None:
        return False
    message = update.message or update.edited_message
    if message is not None and message.sender_chat is not None:
        # as the group itself: one of its admins, anonymously; any other chat is a stranger
        return message.sender_chat.id == chat.id == settings.admin_chat_id
    if user.is_bot:
        return False
    await services.roster.ready()
    if chat.id == settings.admin_chat_id and chat.type not in (ChatType.PRIVATE, ChatType.CHANNEL):
        await services.admins.known(chat.id, bot)
    role, _ = standing(user.id, chat.id, services)
    return role is not Role.STRANGER or _comes_by_link(update, services)


def _comes_by_link(update: Update, services: Services) -> bool:
    """By an invitation that is open, or by a client's link, of which they hear if it is not."""
    token, clients = token_in(update), token_in(update, Link.APPROVAL)
    if clients is not None:
        return services.roster.knows_link(clients)
    return token is not None and services.roster.lets_in_by(token)


async def gate(update: Update, context: Context) -> None:
    """Stop what the entrance did not see: kept before somebody was shut out, or without data."""
    services = context.services
    tokens = (token_in(update, kind) for kind in Link)
    comes_by_link = any(tokens)  # which may be used by now: the answer says so
    if not comes_by_link and not await is_allowed(update, services, context.bot):
        raise ApplicationHandlerStop
    if update.effective_user is not None and not update.effective_user.is_bot:
        await services.names.keep(update.effective_user, services)
    if groups.is_talk(update, services, context.delivery.messages):
        raise ApplicationHandlerStop
    query = update.callback_query
    if query is None and not comes_by_link:
        await _keep_to_card(update, context)
    if query is not None and not query.data:  # PTB would hand it to every handler of buttons
        language = actor_of(update, services).language
        await acknowledge(update, label(language, "stale_button"))
        raise ApplicationHandlerStop


async def _keep_to_card(update: Update, context: Context) -> None:
    """Clients tap the buttons of the one card that they see, and answer what these ask."""
    actor = actor_of(update, context.services)
    message = update.message
    answers = question_replied_to(message) is not None and message is not None and message.text
    if actor.role is not Role.CLIENT or answers:
        return
    if message is not None:
        await context.bot.send_message(actor.chat_id, say(actor.language, "client_only_card"))
    raise ApplicationHandlerStop


def let_in(settings: Settings, *, admins: frozenset[int] | None) -> LetIn:
    """Whose planned posts go out, besides the members'; see `LetIn` for `admins`."""
    return LetIn(settings.allowed_user_ids, settings.admin_chat_id, admins)


def needs(right: Right, handler: Handler) -> Handler:
    """The handler, for those who may; everybody else hears who may."""

    async def checked(update: Update, context: Context) -> Any:
        if await permits(right, update, context):
            return await handler(update, context)
        await acknowledge(update)  # else its button would go on spinning
        return None

    return checked


async def permits(right: Right, update: Update, context: Context) -> bool:
    """Whether the table of rights allows it; says so if not."""
    actor = actor_of(update, context.services)
    if may(actor.role, right):
        return True
    key = "only_sees" if actor.role is Role.VIEWER else "admin_only"
    await context.bot.send_message(actor.chat_id, say(actor.language, key))
    return False
