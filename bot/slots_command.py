"""/slots: the week of an account, set by text or by tap; its message is edited in place."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from telegram import (
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    MessageEntity,
    Update,
)
from telegram.ext import filters

from bot import slots_pages as pages
from bot.context import Actor, Context, actor_of
from bot.keyboards import decode, taps_below
from bot.new_post.prompt import acknowledge, show_on
from bot.new_post.written import written
from bot.slots_pages import NAME, OLD_WEEK, TYPED, Shown, Week
from bot.texts import REFERENCE, label, say
from bot.weekly_times import (
    DAYS,
    WORKING_DAYS,
    SlotsError,
    read_slots,
)
from storage.models import Account
from storage.slots import WeeklyTime

PRESETS: dict[str, frozenset[WeeklyTime]] = {
    "daily": frozenset((day, time(18)) for day in DAYS),
    "work": frozenset((day, time(hour)) for day in WORKING_DAYS for hour in (9, 18)),
    "clear": frozenset(),
}
"""A button's value -> the slots that it sets."""


async def slots(update: Update, context: Context) -> None:
    """/slots: show the week, or set it by what is typed behind."""
    actor = actor_of(update, context.services)
    accounts = await actor.accounts(context.services)
    account, wanted = account_named(" ".join(context.args or []), accounts)
    await _set_or_show(wanted, account, accounts, actor, context)


async def replied(update: Update, context: Context) -> None:
    """What is typed in reply to such a message sets the slots of the account that it shows."""
    actor, message = actor_of(update, context.services), update.message
    assert message is not None
    accounts, shown = await actor.accounts(context.services), _shown_on(message.reply_to_message)
    account, wanted = account_named(written(message), accounts)
    if account is None and len(shown) == 1:
        account = next((one for one in accounts if one.id in shown), None)
    await _set_or_show(wanted, account, accounts, actor, context)


async def tapped(update: Update, context: Context) -> None:
    """A button of such a message; which account's, and what it does, stands in its data."""
    actor, query = actor_of(update, context.services), update.callback_query
    tap = decode(query.data) if query else None
    assert query is not None and tap is not None
    accounts = await actor.accounts(context.services)
    account = next((one for one in accounts if one.id == tap.post_id), None)
    if account is None:
        await acknowledge(update, label(actor.language, "stale_button"))
        return
    await acknowledge(update)
    if tap.value == "accounts":
        text, buttons = pages.which("", None, accounts, actor.language)
    else:
        week = await _week(account, accounts, actor, context)
        quoted = _quoted(query.message)
        if tap.value == TYPED and tap not in [each for _, each in taps_below(query.message)]:
            week = replace(week, before=quoted)  # tapped twice
        else:
            week = await _carried_out(tap.value, week, quoted, actor, context)
        text, buttons = _shown(tap.value, week)
    await show_on(query.message, text, buttons)


class _InReply(filters.MessageFilter):
    """Words in reply to a message with the slots of an account, or with the choice of one."""

    def filter(self, message: Message) -> bool:
        return bool(_shown_on(message.reply_to_message))


IN_REPLY = filters.TEXT & ~filters.COMMAND & _InReply()


def _shown_on(message: Message | None) -> set[int]:
    """The accounts to which the message's buttons for slots belong."""
    return {tap.post_id for _, tap in taps_below(message) if tap.what == NAME}


async def _set_or_show(
    wanted: str,
    account: Account | None,
    accounts: Sequence[Account],
    actor: Actor,
    context: Context,
) -> None:
    """Send the week, after it was set if anything was typed; or what is wrong or missing."""
    buttons: InlineKeyboardMarkup | None = None
    try:
        found = read_slots(wanted, actor.language) if wanted else None
    except SlotsError as problem:
        text = say(actor.language, problem.key, **problem.values)
    else:
        if account is None:
            text, buttons = pages.which(wanted, found, accounts, actor.language)
        else:
            week = await _week(account, accounts, actor, context)
            if found is not None:
                zone = await actor.zone(context.services, account)
                week = await _set(found, replace(week, zone=zone), actor, context)
            text, buttons = pages.overview(week)
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


async def _carried_out(
    value: str, week: Week, quoted: frozenset[WeeklyTime], actor: Actor, context: Context
) -> Week:
    """The week after what a button does. `quoted` is an older one, as its message shows it."""
    changed = (quoted or None) if value in (OLD_WEEK, TYPED) else _changed(value, week)
    if changed is None:
        return week
    if value == TYPED:
        zone = await actor.zone(context.services, week.account)
        return await _set(changed, replace(week, zone=zone), actor, context)
    if changed == {*week.slots}:  # tapped twice
        return replace(week, before=quoted)
    week = await _set(changed, week, actor, context)
    return replace(week, before=frozenset()) if value == OLD_WEEK else week


async def _set(slots: Collection[WeeklyTime], week: Week, actor: Actor, context: Context) -> Week:
    """The week with these from now on, in its zone."""
    account, zone = week.account, week.zone.key
    own = frozenset(week.slots if week.calendar.timezone == zone else ())
    await context.store.set_slots(account.id, slots, timezone=zone, set_by=actor.id)
    now = await _week(account, week.accounts, actor, context)
    return replace(now, before=own)


def _quoted(message: MaybeInaccessibleMessage | None) -> frozenset[WeeklyTime]:
    """The week that the message quotes as the one before; none without."""
    if not isinstance(message, Message) or not message.text:
        return frozenset()
    quotes = [*message.parse_entities([MessageEntity.BLOCKQUOTE]).values()]
    with suppress(SlotsError):
        return read_slots(quotes[0], REFERENCE) if quotes else frozenset()
    return frozenset()


def _shown(value: str, week: Week) -> Shown:
    """What the message shows after such a button; after a forged one, the week."""
    if value == "days":
        return pages.days(week)
    day = _day_of(value)
    return pages.overview(week) if day is None or value.endswith("=") else pages.day(week, day)


def _changed(value: str, week: Week) -> frozenset[WeeklyTime] | None:
    """The slots that a button sets: `daily`, `d4+1800`, `d4-1800`, `d4=`; None if it only shows."""
    if value in PRESETS:
        return PRESETS[value]
    day, before = _day_of(value), frozenset(week.slots)
    if day is None or len(value) == len("d0"):
        return None
    if value.endswith("="):
        return frozenset((each, clock) for each in DAYS for at, clock in before if at == day)
    try:
        slot = day, datetime.strptime(value[3:], "%H%M").time()  # noqa: DTZ007 - a wall time
    except ValueError:
        return None
    return before | {slot} if value[2] == "+" else before - {slot}


def _day_of(value: str) -> int | None:
    """The day in the value of a button that belongs to one."""
    is_one = len(value) > 1 and value[0] == "d" and value[1] in "0123456"
    return int(value[1]) if is_one else None


async def _week(
    account: Account, accounts: Sequence[Account], actor: Actor, context: Context
) -> Week:
    calendar = await context.store.calendar(account.id)
    zone = await actor.zone(context.services, account)
    own = ZoneInfo(calendar.timezone) if calendar.timezone else zone
    return Week(account, accounts, calendar, own, actor.language)


def account_named(said: str, accounts: Sequence[Account]) -> tuple[Account | None, str]:
    """Which account is meant, and the rest; the only one need not be named."""
    for account in sorted(accounts, key=lambda one: -len(one.name)):
        name, rest = said[: len(account.name)], said[len(account.name) :]
        if name.casefold() == account.name.casefold() and (not rest or rest[0] in ": "):
            return account, rest.lstrip(": ")
    return (accounts[0] if len(accounts) == 1 else None), said
