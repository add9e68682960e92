"""What the message of /slots shows: an account's week, or one day of it, in words and buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.keyboards import Choice, choices, in_rows
from bot.slots import DEFAULT_SLOTS
from bot.texts import label, say
from bot.weekly_times import (
    DAYS,
    MOST_CHARACTERS,
    clock_in_words,
    day_in_words,
    week_in_words,
)
from bot.zones import zone_name
from storage.models import Account
from storage.slots import Calendar, WeeklyTime

NAME = "slots"
"""What the callback data of all its buttons begin with; the account's number follows."""
OLD_WEEK = "old"
"""The value of the button that brings back the week which its message quotes."""
TYPED = "typed"
"""The value of the button that sets what was typed, which its message quotes, for an account."""
HOURS = tuple(map(time, (8, 10, 12, 15, 18, 20)))
"""What can be added by tap; any other by text."""

Shown = tuple[str, InlineKeyboardMarkup]
"""What a message says, and its buttons."""


@dataclass(frozen=True)
class Week:
    """An account's week, as somebody sees it."""

    account: Account
    accounts: Sequence[Account]
    calendar: Calendar
    zone: ZoneInfo
    language: str
    before: frozenset[WeeklyTime] = frozenset()
    """The account's own slots, which these have just replaced."""

    @property
    def slots(self) -> Sequence[WeeklyTime]:
        return self.calendar.slots if self.calendar.timezone else DEFAULT_SLOTS

    @property
    def title(self) -> str:
        named = of_account(self.account, self.accounts, self.language)
        zone = zone_name(self.zone)
        return say(self.language, "slots_title", of_account=named, zone=zone)


def which(
    wanted: str,
    found: frozenset[WeeklyTime] | None,
    accounts: Sequence[Account],
    language: str,
) -> Shown:
    """Which account is meant; its button shows its week, or sets what was typed."""
    key, value = "slots_which_account", "week"
    if found is not None:
        key, value = "slots_which_account_typed", TYPED if found else "clear"
    buttons = [choices(NAME, each.id, [[(each.name, value)]]) for each in accounts]
    rows = [row for each in buttons for row in each.inline_keyboard]
    return say(language, key, typed=wanted), InlineKeyboardMarkup(rows)


def overview(week: Week) -> Shown:
    """The whole week, how to change it, and a handful of buttons."""
    language, several = week.language, len(week.accounts) > 1
    shown = week_in_words(week.slots, language)
    lines = [f"{shown}\n\n{say(language, 'slots_use')}" if shown else say(language, "slots_none")]
    if week.calendar.timezone is None:
        lines.insert(0, say(language, "slots_by_default"))
    name = f"{week.account.name}: " if several else ""
    lines.append(say(language, "slots_hint", account=name))
    before = week_in_words(week.before, language)
    is_offered = week.before != {*week.slots} and 0 < len(before) <= MOST_CHARACTERS
    if is_offered:
        lines.append(say(language, "slots_replaced", week=before))
    rows: list[list[Choice]] = [
        [(label(language, "slots_old_week"), OLD_WEEK)] if is_offered else [],
        [(label(language, "slots_by_day"), "days"), (label(language, "slots_clear"), "clear")],
        [
            (label(language, "slots_preset_daily"), "daily"),
            (label(language, "slots_preset_work"), "work"),
        ],
        [(label(language, "slots_accounts"), "accounts")] if several else [],
    ]
    return "\n".join([week.title, "", *lines]), choices(NAME, week.account.id, rows)


def days(week: Week) -> Shown:
    language = week.language
    buttons = [(day_in_words(day, language), f"d{day}") for day in DAYS]
    back = (label(language, "slots_back"), "week")
    text = f"{week.title}\n\n{say(language, 'slots_choose_day')}"
    return text, choices(NAME, week.account.id, [*in_rows(buttons, 3), [back]])


def day(week: Week, day: int) -> Shown:
    """One day: each hour with a button that takes it away or adds it."""
    language = week.language
    own = sorted(clock for weekday, clock in week.slots if weekday == day)
    hours = ", ".join(clock_in_words(clock, language) for clock in own)
    shown = say(
        language,
        "slots_of_day",
        day=day_in_words(day, language),
        hours=hours or label(language, "slots_no_hours"),
    )
    toggles = [_toggle(day, clock, own, language) for clock in sorted({*own, *HOURS})]
    rows = [
        *in_rows(toggles, 3),
        [
            (label(language, "slots_same_every_day"), f"d{day}="),
            (label(language, "slots_by_day"), "days"),
        ],
        [(label(language, "slots_back"), "week")],
    ]
    return f"{week.title}\n\n{shown}", choices(NAME, week.account.id, rows)


def _toggle(day: int, clock: time, own: Sequence[time], language: str) -> Choice:
    shown = clock_in_words(clock, language)
    if clock in own:
        return label(language, "slots_remove", time=shown), f"d{day}-{clock:%H%M}"
    return label(language, "slots_add", time=shown), f"d{day}+{clock:%H%M}"
