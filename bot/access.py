"""The one gate: nothing is kept and no handler reached unless its sender is allowed to."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ExtBot

from bot.answering import acknowledge
from bot.context import Actor, Context, Services, actor_of
from bot.rights import Right, may
from bot.settings import Settings
from bot.texts import label, say
from storage.held import LetIn
from storage.scope import Scope

Handler = Callable[[Update, Context], Coroutine[Any, Any, Any]]


async def is_allowed(update: Update, services: Services, bot: ExtBot[Any]) -> bool:
    """Whether it comes from an allowed person, or from an admin of the admin chat.

    That chat is one person's, or a group; a channel's subscribers can tap buttons, too.
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
    if user.id in settings.allowed_user_ids:
        return True
    if chat.id != settings.admin_chat_id or chat.type == ChatType.CHANNEL:
        return False
    if chat.type == ChatType.PRIVATE:
        return True
    return await services.admins.include(user.id, chat.id, bot)


async def gate(update: Update, context: Context) -> None:
    """Stop what the entrance did not see: kept before somebody was shut out, or without data."""
    services = context.services
    if not await is_allowed(update, services, context.bot):
        raise ApplicationHandlerStop
    query = update.callback_query
    if query is not None and not query.data:  # PTB would hand it to every handler of buttons
        language = actor_of(update, services.settings).language
        await acknowledge(update, label(language, "stale_button"))
        raise ApplicationHandlerStop


def let_in(settings: Settings, *, admins: frozenset[int] | None) -> LetIn:
    """Whose planned posts go out; see `LetIn` for `admins`."""
    return LetIn(settings.allowed_user_ids, settings.admin_chat_id, admins)


async def scope_of(actor: Actor, services: Services) -> Scope:
    """Whose posts this person reaches from this chat, and of which accounts."""
    accounts = await services.store.account_ids()
    if may(actor.role, Right.EVERYBODYS):
        return Scope.of_everybody(accounts)
    if may(actor.role, Right.LIST):
        return Scope.of_person(actor.id, accounts)
    return Scope()


def needs(right: Right, handler: Handler) -> Handler:
    """The handler, for those who may; everybody else hears who may."""

    async def checked(update: Update, context: Context) -> Any:
        if await permits(right, update, context):
            return await handler(update, context)
        return None

    return checked


async def permits(right: Right, update: Update, context: Context) -> bool:
    """Whether the table of rights allows it; says so if not."""
    actor = actor_of(update, context.services.settings)
    if may(actor.role, right):
        return True
    await context.bot.send_message(actor.chat_id, say(actor.language, "admin_only"))
    return False
