"""The message about a login in the admin chat: what is asked, and then what came of it."""

from datetime import UTC, datetime

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.accounts.words import OTHER_CREDENTIALS, in_words
from bot.context import AnyApp
from bot.keyboards import Action, actions
from bot.texts import label, say
from bot.texts.dates import span
from bot.topics import speak_in
from bot.transient import is_shown_already
from storage.logins import ASKED_AGAIN, GIVEN_UP, Outcome
from storage.models import LoginQuestion, Notice


async def tell_login(notice: Notice, application: AnyApp) -> None:
    """The outbox's part: the message says how it stands, whenever that changes."""
    store = application.bot_data.store
    question = await store.login_question(int(notice.detail["question"]))
    if question is None:
        return
    is_new = question.message_id is None and question.kind in OTHER_CREDENTIALS
    if is_new and (question.outcome is not None or await store.is_told_on_card(question)):
        return  # nobody is waiting to hear it here
    await show(question, application, failed=notice.detail.get("failed"))


async def show(question: LoginQuestion, application: AnyApp, *, failed: str | None = None) -> None:
    """On the message that asked, or on a new one. Raises TelegramError.

    Args:
        failed: what the platform could not be reached for just now.
    """
    services = application.bot_data
    language, admin = services.settings.language, services.settings.admin_chat_id
    chat_id = services.moved.get(admin, admin)
    if question.message_id is None and question.outcome in (Outcome.AGAIN, Outcome.REPLACED):
        return
    text, buttons = words(question, language), buttons_of(question, language)
    if failed and question.settled_at is None and question.answered_at is None:
        text = say(language, f"login_failed_{failed}") + "\n\n" + text
    if question.message_id is not None:
        try:
            await application.bot.edit_message_text(
                text, chat_id, question.message_id, reply_markup=buttons
            )
            return
        except BadRequest as error:
            if is_shown_already(error):
                return
    speak_in(chat_id, None)
    sent = await application.bot.send_message(chat_id, text, reply_markup=buttons)
    await services.store.login_question_shown(question.id, sent.message_id)


def words(question: LoginQuestion, language: str) -> str:
    """How it stands: what is wanted of whom, or what came of it."""
    account = question.account.name
    if question.outcome is not None:
        return say(language, f"login_{question.outcome}", account=account)
    if question.state is None:
        reason = in_words(question.kind, question.account, language)
        key = "login_needs_credentials" if _takes_others(question) else "login_needs_you"
        return say(language, key, account=account, reason=reason)
    if question.answered_at is not None:
        return say(language, "login_trying", account=account)
    left = (question.expires_at - datetime.now(UTC)).total_seconds()
    asked = say(
        language,
        f"login_asks_{question.kind}",
        account=account,
        place=question.detail or label(language, "login_place_unknown"),
    )
    how = say(language, "login_how", wait=span(language, max(left, 60)))
    wrong = ""
    if question.attempts:
        left_over = ASKED_AGAIN + 1 - question.attempts
        wrong = say(language, "login_code_was_wrong", count=left_over) + "\n\n"
    return f"{wrong}{asked} {how}"


def _takes_others(question: LoginQuestion) -> bool:
    """Whether other credentials, given in the chat, log in by themselves."""
    return question.kind in OTHER_CREDENTIALS and not question.account.from_settings


def buttons_of(question: LoginQuestion, language: str) -> InlineKeyboardMarkup | None:
    """What can be done about it besides answering."""
    again = ("login_button_again", Action.LOG_IN_AGAIN, question.account_id)
    if question.outcome in GIVEN_UP:
        rows = [[again]]
    elif question.outcome is not None or question.answered_at is not None:
        return None
    elif question.state is None:
        rows = [[("login_button_done_try_again", Action.LOG_IN_AGAIN, question.account_id)]]
    else:
        rows = [[("button_stop_login", Action.STOP_LOGIN, question.id)]]
        if question.can_resend:
            rows.insert(0, [("login_button_new_code", Action.NEW_CODE, question.id)])
    return actions([[(label(language, key), what, id) for key, what, id in row] for row in rows])
