"""Words that answer a question about an account: heard before anything else hears them."""

from datetime import UTC, datetime

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ApplicationHandlerStop, filters

from bot.accounts.asking import show
from bot.accounts.cards import NAME
from bot.accounts.filling import show_again, take
from bot.accounts.listening import is_secret
from bot.context import Context, actor_of
from bot.keyboards import are_of
from bot.new_post.cancellation import says_cancel
from bot.new_post.prompt import thumb_up
from bot.rights import Right, may
from bot.sealing import is_sealed, words_of
from bot.texts import say
from storage.account_forms import FormStep
from storage.encryption import UnreadableSecretError
from storage.models import AccountForm


async def heard(update: Update, context: Context) -> None:
    """Any update of somebody who is being asked, and whatever was encrypted when it came."""
    message = update.message or update.edited_message
    listening = context.services.listening
    if says_cancel(update) and await _cancelled(update, context):
        raise ApplicationHandlerStop
    if message is not None and (is_sealed(message) or listening.answered_by(update) is not None):
        await _answered(message, update, context)
        raise ApplicationHandlerStop
    form = listening.form_at(update)
    if form is not None and _turns_away(update):
        await _give_up(form, context)


async def _cancelled(update: Update, context: Context) -> bool:
    """Whether it was this that was to be cancelled."""
    form = context.services.listening.form_at(update)
    if form is None or not (_turns_away(update) or context.services.listening.answered_by(update)):
        return False
    await _give_up(form, context)
    return True


def _turns_away(update: Update) -> bool:
    """Whether the person is about something else by now; in a group, people talk."""
    if update.callback_query is not None:
        return not are_of(NAME)(update.callback_query.data)
    message = update.message
    if message is None or filters.StatusUpdate.ALL.check_update(update):
        return False
    is_command = (message.text or "").startswith("/")
    return is_command or message.chat.type == ChatType.PRIVATE


async def _answered(message: Message, update: Update, context: Context) -> None:
    actor = actor_of(update, context.services)
    form = await context.store.form_of(actor.chat_id, actor.id)
    hides = is_sealed(message) or (form is not None and is_secret(form))
    if hides:
        await _take_away(message, actor.language, context)
    if form is None or not may(actor.role, Right.ACCOUNTS):
        await context.bot.send_message(actor.chat_id, say(actor.language, "account_too_late"))
        return
    by, is_done = context.delivery.update_id, form.step == FormStep.DONE
    if by is not None and form.last_update_id == by:  # it has had its effect
        await show_again(form, context.application)
        return
    if is_done or form.expires_at < datetime.now(UTC):
        await _give_up(form, context)
        await context.bot.send_message(actor.chat_id, say(actor.language, "account_too_late"))
        return
    try:
        said = words_of(message, context.services.accounts.box)
    except UnreadableSecretError:  # SECRET_KEY has changed since
        await show_again(form, context.application)
        return
    if await take(form, said, context.application, by=by) and not hides:
        await thumb_up(message)


async def _take_away(message: Message, language: str, context: Context) -> None:
    """Delete it before anything else is done; where that cannot be, its sender is told."""
    try:
        await context.bot.delete_message(message.chat.id, message.message_id)
    except BadRequest as error:
        if "not found" in error.message.lower():  # deleted before a crash
            return
        await context.bot.send_message(message.chat.id, say(language, "account_delete_yourself"))


async def _give_up(form: AccountForm, context: Context) -> None:
    """Ask no more; nothing that was typed is kept."""
    await context.store.close_form(form)
    was_open, form.step = form.step != FormStep.DONE, FormStep.DONE
    context.services.listening.note(form)
    if was_open:
        given_up = say(form.language, "account_given_up")
        await show((given_up, InlineKeyboardMarkup([])), form, context.application)
