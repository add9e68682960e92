"""The days of the calendar that a reading names."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date

from dateutil.relativedelta import relativedelta, weekday, weekdays

from bot.when.holidays import days_named
from bot.when.moments import DAY, FARTHEST, Problem, WhenError
from bot.when.said import Said, Which
from bot.when.words import vocabularies

SUNDAY = 6
MAX_SURE_DAYS = 300
"""A date without a year that lies farther ahead was perhaps meant to be this year's."""

Passed = Callable[[date], bool]
"""Whether the time that was said is over on a day."""


def days_said(said: Said, today: date, passed: Passed) -> list[date]:
    """The days that may be meant; today if none was named. Raises WhenError."""
    days = [day for day in dict.fromkeys(_named(said, today, passed)) if _agrees(said, day, today)]
    if not days:
        raise WhenError(Problem.CONTRADICTORY)
    for day in days:
        check_reach((day - today).days)
    return days


def is_doubtful(said: Said, day: date, today: date) -> bool:
    """Whether a date without a year, or without a month, has only just passed."""
    if said.day is None or said.year is not None or said.weekday is not None:
        return False
    if said.month is None:
        return said.day == today.day and day > today
    return (day - today).days > MAX_SURE_DAYS


def check_reach(days: int) -> None:
    """Keep arithmetic far from the calendar's ends. Raises WhenError."""
    if days < 0:
        raise WhenError(Problem.IN_THE_PAST)
    if days > FARTHEST.days:
        raise WhenError(Problem.TOO_FAR)


def distance(said: Said, today: date) -> int:
    """Calendar days from today; a month later the 31st may be the 30th. Raises WhenError."""
    months, days = said.months or 0, (said.days or 0) + (said.day_ahead or 0)
    check_reach(28 * months)
    later: date = today + relativedelta(months=months)
    return (later - today).days + days


def _named(said: Said, today: date, passed: Passed) -> Iterable[date]:
    if said.holiday is not None:
        return _holidays(said, today)
    if said.has_date:
        return [_date(said, today, passed)]
    whole_weeks = said.has_distance and distance(said, today) % 7 == 0
    if said.weekday is not None and said.day_ahead is None:
        if not said.has_distance:
            return _weekdays(said, said.weekday, today, passed)
        if whole_weeks:
            return _weeks_on(said.weekday, today, distance(said, today))
    if said.one_of is not None:
        return [day for weekday in said.one_of for day in _weekend(said, weekday, today, passed)]
    if said.week is not None and said.same_time and said.weekday is None:
        return [today + 7 * said.week * DAY]
    if said.week is not None and said.day_ahead is None and said.weekday is None:
        return [today + 7 * said.week * DAY, _of_week(today, said.week, 0)]
    if said.month_ahead:
        later: date = today + relativedelta(months=said.month_ahead)
        return [later, later.replace(day=1)]
    days = distance(said, today)
    check_reach(days)
    return [today + days * DAY]


def _holidays(said: Said, today: date) -> list[date]:
    """Of the year that was said, or the next ones to come."""
    assert said.holiday is not None
    name, locale, off = said.holiday
    rules = vocabularies()[locale.partition("_")[0]].holidays.get(name, ())
    for year in [said.year] if said.year else range(today.year - 1, today.year + 2):
        days = [day + off * DAY for day in days_named(name, rules, locale, year)]
        if said.beside is not None and said.weekday is not None:
            days = [near for day in days for near in _near(day, said.weekday, said.beside)]
        if coming := [day for day in days if said.year or day >= today]:
            return coming
    return []


def _near(day: date, weekday: int, side: int) -> list[date]:
    """`friday after thanksgiving`; a Monday after a Sunday may belong to the holiday itself."""
    step = 1 if side > 0 else -1
    gap = step * (weekday - day.weekday()) % 7 or 7
    near = day + step * (gap + 7 * (abs(side) - 1)) * DAY
    return [near, near + 7 * DAY] if weekday == 0 and step == gap == 1 else [near]


def _date(said: Said, today: date, passed: Passed) -> date:
    """A day of the calendar: of the year or the month that was named, or the coming one.

    Raises WhenError.
    """
    months = _months(said, today)
    in_full = said.day is not None and said.month is not None
    for month in months:
        day = _within(said, *month)
        if day is None:
            continue
        if in_full and said.year is not None:
            check_reach((day - today).days)
        if day > today or (day == today and (in_full or not passed(day))):
            return day
        if len(months) == 1:
            raise WhenError(Problem.IN_THE_PAST)
    year, number = months[-1]
    is_named = said.day is not None and number in range(1, 13)
    is_one = len({other for _, other in months}) == 1
    missing = (year, number, said.day or 0) if is_named and is_one else None
    raise WhenError(Problem.NO_SUCH_DATE, missing=missing)


def _months(said: Said, today: date) -> list[tuple[int, int]]:
    """The years and months in which the day may lie."""
    if said.month is not None:
        years = [today.year, today.year + 1] if said.year is None else [said.year]
        return [(year, said.month) for year in years]
    ahead = range(12) if said.month_ahead is None else [said.month_ahead]
    starts = [today.replace(day=1) + relativedelta(months=months) for months in ahead]
    return [(start.year, start.month) for start in starts]


def _within(said: Said, year: int, month: int) -> date | None:
    """The day that is counted within a month, if the month has it."""
    try:
        if said.month_end:
            return date(year, month, monthrange(year, month)[1])
        if said.nth is not None and said.weekday is not None:
            return _nth_weekday(date(year, month, 1), weekdays[said.weekday](said.nth))
        return date(year, month, said.day or 0)
    except ValueError:
        return None


def _nth_weekday(first: date, nth: weekday) -> date | None:
    """Such as the first Wednesday of a month; -1 is the last."""
    found: date = first + relativedelta(day=31 if nth.n < 0 else 1, weekday=nth)
    return found if found.month == first.month else None


def _weekdays(said: Said, weekday: int, today: date, passed: Passed) -> list[date]:
    """The days that a weekday may mean: some are asked for. Raises WhenError."""
    coming = _coming(today, weekday)
    if said.which is Which.LAST:
        raise WhenError(Problem.IN_THE_PAST)
    if said.occurrence is not None:
        check_reach(7 * said.occurrence)
        return [coming + 7 * (said.occurrence - (coming > today)) * DAY]
    if said.week is not None:
        day = _of_week(today, said.week, weekday)
        sunday_first = weekday == SUNDAY and said.week > 0
        return [day - 7 * DAY, day] if sunday_first else [day]
    if coming == today:
        later = today + 7 * DAY
        if said.which is Which.AFTER_NEXT:
            return [later, later + 7 * DAY]
        return [later] if said.which is not None or passed(today) else [today, later]
    if said.which is Which.AFTER_NEXT:
        return [coming + 7 * DAY, _of_week(today, 2, weekday)]
    return [coming, *([_of_week(today, 1, weekday)] if said.which is Which.NEXT else [])]


def _weeks_on(weekday: int, today: date, days: int) -> list[date]:
    """`friday in two weeks`: from the coming Friday on, or that of the week after next."""
    check_reach(days)
    return [_coming(today, weekday) + days * DAY, _of_week(today + days * DAY, 0, weekday)]


def _weekend(said: Said, weekday: int, today: date, passed: Passed) -> list[date]:
    """One day of a weekend: of the coming one, or of the next."""
    this = _of_week(today, said.week or 0, weekday)
    if this < today or (this == today and passed(this)):
        return []
    return [this, this + 7 * DAY] if said.which is Which.NEXT else [this]


def _agrees(said: Said, day: date, today: date) -> bool:
    """`Friday 24.12.` must be a Friday, `tomorrow 24.12.` be tomorrow."""
    counted = said.day_ahead is not None and not said.has_distance
    named = ((said.day, day.day), (said.month, day.month), (said.weekday, day.weekday()))
    return not (
        any(wanted not in (None, found) for wanted, found in named)
        or (counted and (day - today).days != said.day_ahead)
        or (said.which is not None and day == today)
        or (said.week is not None and not _is_in_week(said.week, day, today))
    )


def _is_in_week(week: int, day: date, today: date) -> bool:
    """Weeks begin on Monday, and to some on Sunday."""
    weeks = (day - _of_week(today, 0, 0)).days // 7
    return weeks == week or (day.weekday() == SUNDAY and weeks + 1 == week)


def _coming(today: date, weekday: int) -> date:
    """The first such day, which may be today."""
    return today + (weekday - today.weekday()) % 7 * DAY


def _of_week(today: date, weeks: int, weekday: int) -> date:
    """The weekday of this week, or of one so many weeks ahead."""
    return today + (7 * weeks - today.weekday() + weekday) * DAY
