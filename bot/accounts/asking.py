"""What is asked about an account, step by step, on one message that is edited in place."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.accounts.cards import NAME, Shown, card
from bot.accounts.listening import is_secret
from bot.accounts.page import address_of
from bot.context import AnyApp, Services
from bot.keyboards import Choice, encode, fits, in_rows
from bot.texts import label, say
from bot.texts.dates import span
from bot.topics import speak_in
from bot.transient import is_shown_already
from storage.account_facts import AccountFacts
from storage.account_forms import FormStep
from storage.models import AccountForm

CAPS = (3, 5, 10, 25)
"""Posts within 24 hours that can be tapped; any other is typed."""
GAPS = (15 * 60, 30 * 60, 60 * 60, 3 * 60 * 60)
"""The same for seconds between two posts."""

WITH_A_COMMON_ANSWER = frozenset(
    {FormStep.SEED, FormStep.ZONE, FormStep.CAP, FormStep.GAP, FormStep.PROXY}
)
COMMON = "common"
"""The value of the button for what holds where nothing is set."""


async def zone_of(form: AccountForm, services: Services) -> ZoneInfo:
    """That of whoever fills the form in."""
    chosen = await services.store.timezone(form.person_id)
    return ZoneInfo(chosen or services.settings.timezone)


async def facts_of(account_id: int | None, services: Services) -> AccountFacts | None:
    """How the account stands; None once it is removed."""
    found = await services.store.account_facts([account_id]) if account_id else []
    return next(iter(found), None)


async def question(form: AccountForm, services: Services, note: str = "") -> Shown:
    """What the form asks at the moment.

    Args:
        note: what was wrong with the answer before, as HTML.
    """
    language, step = form.language, FormStep(form.step)
    key = f"account_ask_{step}_{form.kind}" if step is FormStep.NAME else f"account_ask_{step}"
    text = say(language, key, account=await _name(form, services))
    if is_secret(form):
        text += "\n\n" + say(language, "account_is_deleted_at_once")
    if form.chat_id < 0:  # a group
        text += "\n\n" + say(language, "account_reply_here")
    rows = [_buttons(row, form) for row in _choices(form)]
    if step is FormStep.PASSWORD and services.settings.webhook_url is not None:
        token = await services.store.offer_form_link(form)
        url = address_of(token, str(services.settings.webhook_url))
        rows.insert(0, [InlineKeyboardButton(label(language, "account_button_page"), url=url)])
        text += "\n\n" + say(language, "account_page_is_safer")
    cancel = (label(language, "button_cancel"), "cancel")
    return "\n\n".join([note, text] if note else [text]), InlineKeyboardMarkup(
        [*rows, _buttons([cancel], form)]
    )


async def _name(form: AccountForm, services: Services) -> str:
    if form.account_id is None:
        return form.name or ""
    accounts = await services.store.active_accounts()
    return next((one.name for one in accounts if one.id == form.account_id), "")


def _choices(form: AccountForm) -> list[list[Choice]]:
    """What can be tapped instead of typed."""
    language, step = form.language, FormStep(form.step)
    if step not in WITH_A_COMMON_ANSWER:
        return []
    common = (label(language, f"account_button_{step}_{COMMON}"), f"{step}={COMMON}")
    if step is FormStep.CAP:
        return [[(str(number), f"{step}={number}") for number in CAPS], [common]]
    if step is FormStep.GAP:
        gaps = [(span(language, gap), f"{step}={gap // 60}") for gap in GAPS]
        none = (label(language, "account_button_gap_none"), f"{step}=0")
        return [*in_rows(gaps, 2), [none, common]]
    return [[common]]


def zones_to_choose(form: AccountForm, zones: Sequence[str]) -> list[list[InlineKeyboardButton]]:
    """A button for each zone that may have been meant."""
    meant = [(zone, f"{FormStep.ZONE}={zone}") for zone in zones]
    number = form.account_id or 0
    return [_buttons([one], form) for one in meant if fits(NAME, number, one[1])]


def _buttons(row: list[Choice], form: AccountForm) -> list[InlineKeyboardButton]:
    number = form.account_id or 0
    return [
        InlineKeyboardButton(text, callback_data=encode(NAME, number, value)) for text, value in row
    ]


async def show(shown: Shown, form: AccountForm, application: AnyApp) -> bool:
    """Put it where the form stands; on a message of its own if that is gone.

    False if it stood there already.
    """
    text, buttons = shown
    try:
        await application.bot.edit_message_text(
            text, form.chat_id, form.message_id, reply_markup=buttons
        )
    except BadRequest as error:
        if is_shown_already(error):
            return False
        await tell(text, form, application, buttons)
    return True


async def tell(
    text: str, form: AccountForm, application: AnyApp, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """On a message of its own, where the form stands."""
    speak_in(form.chat_id, form.thread_id)
    await application.bot.send_message(form.chat_id, text, reply_markup=buttons)


async def show_card(form: AccountForm, application: AnyApp, note: str = "") -> None:
    """The account that the form was about, where it stood."""
    services = application.bot_data
    facts = await facts_of(form.account_id, services)
    if facts is None:
        await show(
            (say(form.language, "account_given_up"), InlineKeyboardMarkup([])), form, application
        )
        return
    zone = await zone_of(form, services)
    await show(card(facts, form.language, zone, note), form, application)
