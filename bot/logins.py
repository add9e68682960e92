"""What a person does about a login: a code by reply, another code, done, or leave it."""

import re

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden
from telegram.ext import ApplicationHandlerStop, filters

from bot.access import permits
from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Action
from bot.login_messages import show
from bot.outbox import deliver
from bot.rights import Right, may
from bot.sealing import OF_LOGINS, actions_on, words_of
from bot.texts import say
from storage.encryption import UnreadableSecretError
from storage.scope import is_among

CODE = re.compile(r"\d{4,10}")
"""Six digits by SMS, e-mail or an authenticator, eight of a backup code; Instagram tells which."""


DIGITS = r"\d(?:[\s-]?\d){3,9}"
LIKE_A_CODE = filters.Regex(rf"(?i)^(?:\D*\bcode\b\D*)?\s*{DIGITS}[\s.!]*$")
"""What may be one: '123 456', 'the code is 123456'."""
ONE_NUMBER = re.compile(rf"(?:\D*[^\d\s-])?\s*({DIGITS})\s*(?:[^\d\s-]\D*)?")
"""Words around one code, in reply to the question for it."""


class _InReply(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return not OF_LOGINS.isdisjoint(actions_on(message.reply_to_message))


IN_REPLY = _InReply()


async def replied(update: Update, context: Context) -> None:
    """The answer to a question of a login: it is deleted from the chat, whatever it was."""
    message = update.message
    assert message is not None
    if not await permits(Right.LOG_IN, update, context):
        raise ApplicationHandlerStop
    actor = actor_of(update, context.services)
    is_deleted = await _delete(message, context)
    sentence = await _taken(message, actor, context)
    if not is_deleted:
        sentence = "\n\n".join(filter(None, [sentence, say(actor.language, "login_delete_it")]))
    if sentence:
        await context.bot.send_message(actor.chat_id, sentence)
    raise ApplicationHandlerStop


async def is_a_stray_code(update: Update, context: Context) -> bool:
    """Digits that answer nothing: says how to give a code, and where, while one is wanted.

    In reply to a question that is settled, that it is.
    """
    if not LIKE_A_CODE.check_update(update):
        return False
    actor = actor_of(update, context.services)
    is_theirs = actor.chat_id == context.services.settings.admin_chat_id
    if not is_theirs:
        return await _is_for_the_admin_chat(update, actor, context)
    if not may(actor.role, Right.LOG_IN):
        return False
    asked = await context.store.open_login_codes()
    if asked:
        sentence = say(actor.language, "login_in_reply", account=asked[0].account.name)
        await context.bot.send_message(actor.chat_id, sentence)
        return True
    replied = update.message.reply_to_message if update.message else None
    if replied is None or not await context.store.is_login_question(replied.message_id):
        return False
    await context.bot.send_message(actor.chat_id, say(actor.language, "login_too_late"))
    return True


async def _is_for_the_admin_chat(update: Update, actor: Actor, context: Context) -> bool:
    """Whether somebody gives the code that is wanted to the bot alone; they hear where it goes.

    Of an account that is not given to them they hear nothing.
    """
    chat = update.effective_chat
    if chat is None or chat.type != ChatType.PRIVATE or not may(actor.role, Right.DRAFT):
        return False
    wanted = await context.store.open_login_codes()
    asked = [one for one in wanted if is_among(one.account_id, actor.scope.accounts)]
    if asked:
        sentence = say(actor.language, "login_in_admin_chat", account=asked[0].account.name)
        await context.bot.send_message(actor.chat_id, sentence)
    return bool(asked)


async def _taken(message: Message, actor: Actor, context: Context) -> str | None:
    """Keep the code for whoever logs in; what there is to say about it, if anything."""
    question_id = actions_on(message.reply_to_message).get(Action.STOP_LOGIN)
    if question_id is None:
        return say(actor.language, "login_too_late")
    try:
        said = words_of(message, context.services.logins.box)
    except UnreadableSecretError:
        said = ""
    only = ONE_NUMBER.fullmatch(said)
    code = re.sub(r"[\s-]", "", only[1] if only else said)
    if not CODE.fullmatch(code):
        return say(actor.language, "login_not_a_code")
    if not await context.store.answer_login(question_id, code):
        return None if context.delivery.again else say(actor.language, "login_too_late")
    await _show(question_id, context)
    await wake(context.application)
    return None


async def send_new_code(question_id: int, actor: Actor, context: Context) -> str | None:
    if not await context.store.want_new_login_code(question_id):
        return say(actor.language, "login_too_late")
    await wake(context.application)
    return None


async def cancel(question_id: int, actor: Actor, context: Context) -> str | None:
    """The outbox says on the message what that means."""
    if not await context.store.cancel_login(question_id) and not context.delivery.again:
        return say(actor.language, "login_too_late")
    await deliver(context.application)
    return None


async def try_again(account_id: int, actor: Actor, context: Context) -> str | None:
    """Once more with the password, now that a person says so."""
    if not await context.store.log_in_again(account_id):
        return say(actor.language, "login_not_needed")
    question = await context.store.latest_login_question(account_id)
    if question is not None:
        await show(question, context.application)
    await wake(context.application)
    return None


async def _show(question_id: int, context: Context) -> None:
    question = await context.store.login_question(question_id)
    if question is not None:
        await show(question, context.application)


async def _delete(message: Message, context: Context) -> bool:
    """False if Telegram does not let us, as in a group in which we are no admin."""
    try:
        await context.bot.delete_message(message.chat_id, message.message_id)
    except (BadRequest, Forbidden) as error:
        return "not found" in error.message.lower()  # deleted before a crash
    return True
