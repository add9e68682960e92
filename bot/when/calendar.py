"""The days of the calendar that a reading names."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from bot.when.holidays import days_named, nth_weekday
from bot.when.present import DAY
from bot.when.problems import FARTHEST, Problem, WhenError
from bot.when.said import Said, Which

SHORTEST_MONTH = 28
SUNDAY = 6
NEARLY_A_YEAR = timedelta(days=300)
"""A date without a year that lies so far ahead was perhaps meant to be this year's."""

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
    return day - today > NEARLY_A_YEAR


def check_reach(days: int) -> None:
    """Keep arithmetic far from the calendar's ends. Raises WhenError."""
    if days < 0:
        raise WhenError(Problem.IN_THE_PAST)
    if days > FARTHEST.days:
        raise WhenError(Problem.TOO_FAR)


def distance(said: Said, today: date) -> int:
    """Calendar days from today; a month later the 31st may be the 30th. Raises WhenError."""
    months, days = said.months or 0, (said.days or 0) + (said.day_ahead or 0)
    if not months:
        return days
    check_reach(months * SHORTEST_MONTH)
    year, month = _month_after(today, months)
    last = monthrange(year, month)[1]
    return (date(year, month, min(today.day, last)) - today).days + days


def _named(said: Said, today: date, passed: Passed) -> list[date]:
    if said.has_date:
        return _dates(said, today, passed)
    whole_weeks = said.has_distance and distance(said, today) % 7 == 0
    if said.weekday is not None and said.day_ahead is None:
        if not said.has_distance:
            return _weekdays(said, said.weekday, today, passed)
        if whole_weeks:
            return _weeks_on(said.weekday, today, distance(said, today))
    if said.one_of is not None:
        return [day for weekday in said.one_of for day in _weekend(said, weekday, today, passed)]
    if said.week is not None and said.day_ahead is None and said.weekday is None:
        return [today + 7 * said.week * DAY, _monday(today, said.week)]
    days = distance(said, today)
    check_reach(days)
    return [today + days * DAY]


def _dates(said: Said, today: date, passed: Passed) -> list[date]:
    """Days that the calendar names. Raises WhenError if it has none such."""
    if said.holiday is not None:
        name, country = said.holiday
        years = [said.year] if said.year else [today.year, today.year + 1]
        coming = [
            [day for day in days_named(name, country, year) if said.year or day >= today]
            for year in years
        ]
        return next(filter(None, coming), [])
    if said.day is not None and said.month is not None:
        return [_of_month(said.year, said.month, said.day, today)]
    return [_in_months(said, today, passed)]


def _of_month(year: int | None, month: int, day: int, today: date) -> date:
    """A date of the calendar; without a year the coming one. Raises WhenError."""
    for candidate in [year] if year is not None else [today.year, today.year + 1]:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None:
            check_reach((found - today).days)
        if found >= today or year is not None:
            return found
    raise WhenError(Problem.NO_SUCH_DATE)


def _in_months(said: Said, today: date, passed: Passed) -> date:
    """A day counted within a month: of the one that was named, or the coming one.

    Raises WhenError.
    """
    if said.month is not None:
        years = [said.year] if said.year else [today.year, today.year + 1]
        months = [(year, said.month) for year in years]
    elif said.month_ahead is not None:
        months = [_month_after(today, said.month_ahead)]
    else:
        months = [_month_after(today, ahead) for ahead in range(12)]
    for year, month in months:
        try:
            day = _within(said, year, month)
        except ValueError:
            continue
        if day > today or (day == today and not passed(day)):
            return day
        if len(months) == 1:
            raise WhenError(Problem.IN_THE_PAST)
    raise WhenError(Problem.NO_SUCH_DATE)


def _within(said: Said, year: int, month: int) -> date:
    """Raises ValueError if the month has no such day."""
    if said.month_end:
        return date(year, month, monthrange(year, month)[1])
    if said.nth is not None and said.weekday is not None:
        return nth_weekday(year, month, said.weekday, said.nth)
    return date(year, month, said.day or 0)


def _weekdays(said: Said, weekday: int, today: date, passed: Passed) -> list[date]:
    """The days that a weekday may mean: some are asked for."""
    coming = today + (weekday - today.weekday()) % 7 * DAY
    if said.occurrence is not None:
        check_reach(7 * said.occurrence)
        return [coming + 7 * (said.occurrence - (coming > today)) * DAY]
    if said.week is not None:
        day = _monday(today, said.week) + weekday * DAY
        sunday_first = weekday == SUNDAY and said.week > 0
        return [day - 7 * DAY, day] if sunday_first else [day]
    if coming == today:
        later = today + 7 * DAY
        if said.which is Which.AFTER_NEXT:
            return [later, later + 7 * DAY]
        return [later] if said.which is not None or passed(today) else [today, later]
    if said.which is Which.AFTER_NEXT:
        return [coming + 7 * DAY, _monday(today, 2) + weekday * DAY]
    if said.which is Which.NEXT:
        return [coming, _monday(today, 1) + weekday * DAY]
    return [coming]


def _weeks_on(weekday: int, today: date, days: int) -> list[date]:
    """`friday in two weeks`: from the coming Friday on, or that of the week after next."""
    check_reach(days)
    coming = today + (weekday - today.weekday()) % 7 * DAY
    that_week = _monday(today + days * DAY, 0) + weekday * DAY
    return [coming + days * DAY, that_week]


def _weekend(said: Said, weekday: int, today: date, passed: Passed) -> list[date]:
    """One day of a weekend: of the coming one, or of the next."""
    this = _monday(today, said.week or 0) + weekday * DAY
    if this < today or (this == today and passed(this)):
        return []
    return [this, this + 7 * DAY] if said.which is Which.NEXT else [this]


def _agrees(said: Said, day: date, today: date) -> bool:
    """`Friday 24.12.` must be a Friday, `tomorrow 24.12.` be tomorrow."""
    counted = said.day_ahead is not None and not said.has_distance
    return not (
        (said.weekday is not None and day.weekday() != said.weekday)
        or (counted and (day - today).days != said.day_ahead)
        or (said.which is not None and day == today)
        or (said.week is not None and not _in_week(said, day, today))
    )


def _in_week(said: Said, day: date, today: date) -> bool:
    assert said.week is not None
    weeks = (day - _monday(today, 0)).days // 7
    return weeks == said.week or (day.weekday() == SUNDAY and weeks + 1 == said.week)


def _monday(today: date, weeks: int) -> date:
    return today + (7 * weeks - today.weekday()) * DAY


def _month_after(today: date, months: int) -> tuple[int, int]:
    years, index = divmod(today.month - 1 + months, 12)
    return today.year + years, index + 1
