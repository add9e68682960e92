"""The one gate: no update reaches a handler unless its sender is allowed."""

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.context import Context
from bot.settings import Settings
from bot.texts import language_of, say


def is_allowed(update: Update, settings: Settings) -> bool:
    """Whether the update comes from an allowed person, or from a person in the admin chat."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None:
        return False
    message = update.message or update.edited_message
    if message is not None and message.sender_chat is not None:
        # as the group itself: one of its admins, anonymously; any other chat is a stranger
        return message.sender_chat.id == chat.id == settings.admin_chat_id
    if user.is_bot:
        return False
    return user.id in settings.allowed_user_ids or chat.id == settings.admin_chat_id


async def gate(update: Update, context: Context) -> None:
    """Let allowed people pass; a stranger in a private chat learns their own id, no more."""
    if is_allowed(update, context.services.settings):
        return
    await _turn_away(update, context.services.settings)
    raise ApplicationHandlerStop


async def _turn_away(update: Update, settings: Settings) -> None:
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or chat.type != ChatType.PRIVATE:
        return
    language = language_of(user.language_code, settings.language)
    if update.callback_query:
        await update.callback_query.answer(say(language, "stranger_tap"), show_alert=True)
    elif update.message:
        await chat.send_message(say(language, "stranger", id=user.id))
