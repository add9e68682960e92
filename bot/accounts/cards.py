"""How accounts are shown: the list, an account's card and its settings, with their buttons."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.accounts.words import CODES, NEED_A_LOGIN, in_words
from bot.keyboards import Choice, choices, encode, in_rows
from bot.slots_pages import NAME as SLOTS
from bot.texts import label, say
from bot.texts.dates import clock_time, day, moment, short, span
from bot.zones import zone_name
from publisher.wiring import publishes_itself
from storage.account_facts import AccountFacts
from storage.account_forms import NewAccount
from storage.causes import Cause
from storage.models import Account
from storage.pace import Pace

NAME = "accounts"
"""What the callback data of all its buttons begin with; the account's number follows, or 0."""
PAGE = 8
"""Accounts of a page of the list: two lines each."""

Shown = tuple[str, InlineKeyboardMarkup]
"""What a message says, and its buttons."""


def listed(facts: Sequence[AccountFacts], page: int, language: str, zone: ZoneInfo) -> Shown:
    """A page of all accounts."""
    page = page if page * PAGE < len(facts) else 0
    here = facts[page * PAGE : (page + 1) * PAGE]
    lines = [_row(each, language, zone) for each in here]
    names = [
        InlineKeyboardButton(each.account.name, callback_data=_data(each.account.id, "card"))
        for each in here
    ]
    turns = [("previous", page - 1)] if page else []
    turns += [("next", page + 1)] if (page + 1) * PAGE < len(facts) else []
    row = [
        InlineKeyboardButton(
            label(language, f"button_list_{way}"), callback_data=_data(0, f"list.{to}")
        )
        for way, to in turns
    ]
    add = InlineKeyboardButton(label(language, "account_button_add"), callback_data=_data(0, "add"))
    head = say(language, "accounts_head", count=len(facts))
    rows = [*in_rows(names, 2), *([row] if row else []), [add]]
    return "\n\n".join([head, *lines]), InlineKeyboardMarkup(rows)


def ways_to_add(language: str) -> Shown:
    """How a new one is added."""
    rows = [[(label(language, f"account_add_{kind}"), f"add.{kind}")] for kind in NewAccount]
    back = (label(language, "button_back"), "list.0")
    return say(language, "account_ask_kind"), choices(NAME, 0, [*rows, [back]])


def card(facts: AccountFacts, language: str, zone: ZoneInfo, note: str = "") -> Shown:
    """One account: how it stands, and what can be done about it.

    Args:
        note: what has just come of something, as HTML.
    """
    account = facts.account
    lines = [*_facts(facts, language, zone)]
    if account.from_settings:
        lines += ["", say(language, "account_is_from_settings")]
    lines += ["", note] if note else []
    return "\n".join(lines), choices(NAME, account.id, _card_rows(facts, language))


def _card_rows(facts: AccountFacts, language: str) -> list[list[Choice]]:
    account = facts.account
    pause = "resume" if facts.is_paused else "pause"
    own = not account.from_settings
    logs_in = publishes_itself(account)
    first = ["check"] if logs_in else []
    second = ["settings", *(["login"] if own and logs_in else [])]
    third = [*(["remove"] if own else [])]
    rows = [[*first, pause], second, third]
    shown = [[(label(language, f"account_button_{what}"), what) for what in row] for row in rows]
    return [*shown, [(label(language, "account_button_back"), "list.0")]]


def settings(
    account: Account, language: str, zone: ZoneInfo, proxy: str | None, pace: Pace
) -> Shown:
    """What can be changed of an account.

    Args:
        zone: in which its times are meant for whoever looks.
        proxy: its address without name and password, if it has one.
        pace: what counts where nothing is set.
    """
    lines = [say(language, "account_settings_head", account=account.name)]
    zone_key = "account_zone_is" if account.timezone else "account_zone_each"
    lines += [
        say(language, zone_key, zone=zone_name(zone)),
        _cap(account, pace, language),
        _gap(account, pace, language),
    ]
    if publishes_itself(account) and proxy:
        lines.append(say(language, "account_proxy_is", proxy=proxy))
    elif publishes_itself(account):
        lines.append(say(language, "account_proxy_none"))
    needed = "yes" if account.needs_approval else "no"
    lines.append(say(language, "account_approval_is", needed=needed))
    return "\n".join(lines), _settings_buttons(account, language)


def _cap(account: Account, pace: Pace, language: str) -> str:
    if account.daily_cap is not None:
        return say(language, "account_cap_is", cap=account.daily_cap)
    if pace.daily_cap is not None:
        return say(language, "account_cap_by_default", cap=pace.daily_cap)
    return say(language, "account_cap_none")


def _gap(account: Account, pace: Pace, language: str) -> str:
    seconds = account.min_gap_seconds
    if seconds is None and pace.min_gap:
        gap = span(language, pace.min_gap.total_seconds())
        return say(language, "account_gap_by_default", gap=gap)
    if not seconds:
        return say(language, "account_gap_none")
    return say(language, "account_gap_is", gap=span(language, seconds))


def _settings_buttons(account: Account, language: str) -> InlineKeyboardMarkup:
    def button(what: str, value: str = "") -> InlineKeyboardButton:
        text = label(language, f"account_button_{what}")
        return InlineKeyboardButton(text, callback_data=_data(account.id, value or what))

    slots = InlineKeyboardButton(
        label(language, "account_button_slots"), callback_data=encode(SLOTS, account.id, "week")
    )
    approval = (
        ("approval_off", "approval-") if account.needs_approval else ("approval", "approval+")
    )
    proxy = [button("proxy")] if publishes_itself(account) else []
    return InlineKeyboardMarkup(
        [
            [button("zone"), slots],
            [button("cap"), button("gap")],
            [*proxy, button(*approval)],
            [button("card", "card")],
        ]
    )


def planned(count: int, language: str) -> str:
    """What becomes of the posts of an account that is removed."""
    return label(language, "account_planned", count=count)


def ask_to_remove(account: Account, waiting: int, language: str) -> Shown:
    rows = [
        [(label(language, "account_button_remove_for_sure"), "remove!")],
        [(label(language, "button_back"), "card")],
    ]
    text = say(
        language, "account_ask_remove", account=account.name, planned=planned(waiting, language)
    )
    return text, choices(NAME, account.id, rows)


def check_note(facts: AccountFacts, language: str, zone: ZoneInfo) -> str:
    """What a look at the account has shown; nothing while nobody has looked."""
    if facts.checked_at is None:
        return ""
    time = clock_time(language, facts.checked_at, zone)
    if facts.check_reason is None:
        logged_in = facts.account.session_at
        is_older = logged_in is not None and logged_in < facts.account.configured_at
        return say(language, "account_check_kept" if is_older else "account_check_fine", time=time)
    if facts.awaits_code:
        return say(language, "account_check_awaits", time=time)
    if facts.is_paused and facts.check_reason == facts.account.paused_reason:
        return say(language, "account_check_same", time=time)  # the reason stands above it
    reason = in_words(facts.check_reason, facts.account, language, on_its_card=True)
    return say(language, "account_check_failed", time=time, reason=reason)


def _row(facts: AccountFacts, language: str, zone: ZoneInfo) -> str:
    account = facts.account
    parts = [
        Markup("<b>{}</b>").format(account.name),
        say(language, f"account_way_{account.destination}"),
        _state(facts, language, zone, is_short=True),
    ]
    more = [_today(facts, language), _next(facts, language, zone)]
    return " · ".join(map(str, parts)) + "\n" + " · ".join(more)


def _facts(facts: AccountFacts, language: str, zone: ZoneInfo) -> Iterator[str]:
    account = facts.account
    way = say(language, f"account_way_{account.destination}")
    yield str(Markup("<b>{}</b> · {}").format(account.name, Markup(way)))  # noqa: S704
    yield _state(facts, language, zone)
    if account.session_ends_at is not None and not facts.is_paused:
        ends, today = account.session_ends_at.astimezone(zone), datetime.now(zone)
        yield say(language, "account_session_ends", until=day(language, ends, today))
    yield _today(facts, language)
    yield _next(facts, language, zone)
    if facts.last_error is not None:
        yield say(
            language,
            "account_last_error",
            reason=in_words(facts.last_error, account, language, on_its_card=True),
        )


def _state(facts: AccountFacts, language: str, zone: ZoneInfo, *, is_short: bool = False) -> str:
    account = facts.account
    if not (facts.is_paused or facts.is_asked):
        if not publishes_itself(account):
            return say(language, "account_by_people")
        return say(language, "account_works" if account.session_at else "account_not_yet")
    if facts.awaits_code:
        stands = say(language, "account_awaits_code")
    elif facts.is_asked or account.paused_reason in NEED_A_LOGIN:
        stands = say(language, "account_needs_login")
    elif account.paused_until is not None:
        time = moment(language, account.paused_until, zone, datetime.now(UTC))
        stands = say(language, "account_paused_until", time=time)
    else:
        stands = say(language, "account_paused")
    if is_short:
        return stands
    if facts.awaits_code and account.paused_reason not in CODES:
        return f"{stands}\n{say(language, 'account_remedy_code')}"
    return f"{stands}{_why(account, language)}"


def _why(account: Account, language: str) -> str:
    reason = account.paused_reason
    if reason in (None, Cause.ON_REQUEST):
        return ""
    return f"\n{escape(in_words(reason, account, language, on_its_card=True))}"


def _today(facts: AccountFacts, language: str) -> str:
    cap = facts.account.daily_cap
    if cap is None:
        return say(language, "account_today", count=facts.published)
    return say(language, "account_today_of", count=facts.published, cap=cap)


def _next(facts: AccountFacts, language: str, zone: ZoneInfo) -> str:
    if facts.next_at is None:
        return say(language, "account_next_none")
    time = short(language, facts.next_at, zone, datetime.now(UTC))
    return say(language, "account_next", time=time)


def _data(account_id: int, value: str) -> str:
    return encode(NAME, account_id, value)
