"""A calendar and a clock to tap: months, days, hours, quarters. Each button says what it is."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from babel.dates import format_date
from dateutil.relativedelta import relativedelta

from bot.keyboards import Choice, in_rows
from bot.new_post.question import Moment, Page, Prompt
from bot.texts import dates, label, say
from bot.when import FARTHEST, quarters_of
from bot.zones import zone_name

MARK = "@"
"""What the values of all buttons begin with that turn a page."""
MONTHS = f"{MARK}months"
VALUE = re.compile(rf"{MARK}(\d{{4}}-\d\d)(?:-(\d\d)(?:T(\d\d))?)?", re.ASCII)
A_ROW = 4
"""As many as a narrow phone shows without cutting their words."""


def opening(language: str, moment: Moment) -> Choice:
    """The button that opens the calendar, at the current month."""
    return label(language, "button_other_date"), f"{MARK}{moment.today:%Y-%m}"


def opening_hours(day: date, language: str) -> Choice:
    """The button that opens the clock of one day."""
    return label(language, "button_other_hour"), f"{MARK}{day}"


def page(value: str, language: str, moment: Moment) -> Page | None:
    """What a button of this value shows; None for what is none, or has passed."""
    if value == MONTHS:
        return Page(_months(language, moment), {})
    match = VALUE.fullmatch(value)
    first = _first_of(match[1]) if match else None
    if match is None or first is None or first not in months(moment):
        return None
    if match[2] is None:
        return Page(_days(first, language, moment), {})
    day = next((day for day in days(first, moment) if day.day == int(match[2])), None)
    if day is None:
        return None
    if match[3] is None:
        return Page(_hours(day, language, moment), {"chosen_days": [day]})
    hour = int(match[3])
    if hour not in hours(day, moment):
        return None
    return Page(_quarters(day, hour, language, moment), {"chosen_days": [day]})


def months(moment: Moment) -> list[date]:
    """The first of each month that can be planned for, this one first."""
    first, last = moment.today.replace(day=1), _last(moment)
    return [first + relativedelta(months=n) for n in range(13) if _later(first, n) <= last]


def days(first: date, moment: Moment) -> list[date]:
    """All days of a month on which a post can be planned."""
    within = (first + timedelta(days=n) for n in range(31))
    coming = (day for day in within if day.month == first.month and day >= moment.today)
    return [day for day in coming if day <= _last(moment) and _has_hours(day, moment)]


def hours(day: date, moment: Moment) -> list[int]:
    """All hours of a day in which a post can be planned; none that the clocks skip."""
    return sorted(_hours_of(day, moment))


def _has_hours(day: date, moment: Moment) -> bool:
    return next(_hours_of(day, moment), None) is not None


def _hours_of(day: date, moment: Moment) -> Iterator[int]:
    """The latest first: whether there is any is soon known."""
    for hour in reversed(range(24)):
        if quarters_of(day, hour, moment.now, moment.zone):
            yield hour


def _months(language: str, moment: Moment) -> Prompt:
    buttons = [_month(first, language) for first in months(moment)]
    return Prompt(say(language, "calendar_month"), [*in_rows(buttons, 2), _back(language)])


def _days(first: date, language: str, moment: Moment) -> Prompt:
    """A month, with the ones before and after it."""
    pattern = label(language, "pattern_weekday_and_day")
    buttons = [
        (format_date(day, pattern, locale=language), f"{MARK}{day}") for day in days(first, moment)
    ]
    known = months(moment)
    at = known.index(first)
    around = [
        *((f"‹ {name}", value) for name, value in _named(known[at - 1 : at], language)),
        (label(language, "calendar_months"), MONTHS),
        *((f"{name} ›", value) for name, value in _named(known[at + 1 : at + 2], language)),
    ]
    text = say(language, "calendar_day", month=dates.month(language, first))
    return Prompt(text, [*in_rows(buttons, A_ROW), around, _back(language)])


def _hours(day: date, language: str, moment: Moment) -> Prompt:
    buttons = [
        (label(language, "calendar_hours", hour=f"{hour:02d}"), f"{MARK}{day}T{hour:02d}")
        for hour in hours(day, moment)
    ]
    shown = dates.day(language, day, moment.today)
    text = say(language, "calendar_hour", day=shown, zone=zone_name(moment.zone))
    month = _month(day.replace(day=1), language)
    rows = [*in_rows(buttons, A_ROW), [(f"‹ {month[0]}", month[1])], _back(language)]
    return Prompt(text, rows)


def _quarters(day: date, hour: int, language: str, moment: Moment) -> Prompt:
    found = quarters_of(day, hour, moment.now, moment.zone)
    twice = len({when.local.replace(fold=0, tzinfo=None) for when in found}) < len(found)
    buttons = [
        (
            f"{when.local:%H:%M}{f' {when.local.tzname()}' if twice else ''}",
            when.local.isoformat(timespec="seconds"),
        )
        for when in found
    ]
    shown = dates.day(language, day, moment.today)
    text = say(language, "calendar_quarter", day=shown, zone=zone_name(moment.zone))
    other = (f"‹ {shown}", f"{MARK}{day}")
    return Prompt(text, [*in_rows(buttons, A_ROW), [other], _back(language)])


def _back(language: str) -> list[Choice]:
    """To all times, or out of it."""
    return [(label(language, "button_back"), MARK), (label(language, "button_cancel"), "cancel")]


def _month(first: date, language: str) -> Choice:
    return dates.month(language, first), f"{MARK}{first:%Y-%m}"


def _named(known: list[date], language: str) -> list[Choice]:
    """Months whose year is clear."""
    return [
        (format_date(first, "LLLL", locale=language), f"{MARK}{first:%Y-%m}") for first in known
    ]


def _first_of(month: str) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def _later(first: date, count: int) -> date:
    later: date = first + relativedelta(months=count)
    return later


def _last(moment: Moment) -> date:
    return (moment.now + FARTHEST).astimezone(moment.zone).date()
