"""From a reading to moments on the calendar.

What words mean:
- morning 9:00, noon 12:00, afternoon 15:00, evening and tonight 19:00, night 21:00.
- Hours and minutes from now are exact; days, weeks, months and years keep the time on the clock.
- A time without a day is today's; of the night, and midnight, the coming one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot import zones
from bot.when.calendar import check_reach, days_said, distance, is_doubtful
from bot.when.clock import HOUR, LAST_OF_NIGHT, clocks_said
from bot.when.moments import DAY, FARTHEST, Present, Problem, When, WhenError, wall_time
from bot.when.said import Part, Said

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Outcome:
    """What became of one reading: a moment or a problem; `unsure` if it is to be asked."""

    when: When | None = None
    problem: WhenError | None = None
    unsure: bool = False


def outcomes(said: Said, now: datetime, home: ZoneInfo) -> Iterator[Outcome]:
    """All that a reading may come to."""
    for present in _presents(said, now, home):
        try:
            yield from _outcomes(_in_its_year(said, present.today), present)
        except WhenError as problem:
            yield Outcome(problem=problem, unsure=bool(said.unsure))


def _in_its_year(said: Said, today: date) -> Said:
    """`next year` is one of the calendar."""
    if said.year_ahead is None or said.year is not None:
        return said
    return replace(said, year=today.year + said.year_ahead)


def _presents(said: Said, now: datetime, home: ZoneInfo) -> Iterator[Present]:
    """In the zone that was named; where it is another day there, days are counted from either."""
    zone = home if said.zone is None else zones.zone_of(said.zone)
    there, here = now.astimezone(zone), now.astimezone(home)
    for today in dict.fromkeys((there.date(), here.date())):
        yield Present(there, zone, home, today)


def _outcomes(said: Said, present: Present) -> Iterator[Outcome]:
    unsure = bool(said.unsure)
    if said.now:
        local = present.now.astimezone(present.home)
        yield Outcome(When(present.now.astimezone(UTC), local, now=True), unsure=unsure)
        return
    if said.seconds is not None or (said.has_distance and not said.has_day and not said.has_clock):
        yield Outcome(_later(said, present), unsure=unsure)
        return
    for clock in clocks_said(said, present):
        for day in days_said(said, present.today, partial(present.has_passed, clock=clock)):
            unsure = bool(said.unsure) or is_doubtful(said, day, present.today)
            try:
                yield Outcome(_at(said, day, clock, present), unsure=unsure)
            except WhenError as problem:
                yield Outcome(problem=problem, unsure=unsure)


def _at(said: Said, day: date, clock: timedelta | None, present: Present) -> When:
    """Raises WhenError."""
    if clock is None:
        raise WhenError(Problem.TIME_MISSING, days=(day,))
    if day == present.today and present.has_passed(day, clock):
        return _instead(said, day, clock, present)
    return present.ahead(wall_time(day, clock))


def _instead(said: Said, day: date, clock: timedelta, present: Present) -> When:
    """What a time of today means that has passed: tomorrow's only where that is plain.

    Raises WhenError with what may be meant.
    """
    twelve = said.twelve and said.part is None
    later = present.offers(wall_time(day, clock + 12 * HOUR)) if twelve else ()
    if said.has_date:
        raise WhenError(Problem.IN_THE_PAST, later)
    lasts = said.part is not None and present.now.hour < said.part.value[2]
    if said.hour is None and lasts and said.part is not Part.NOON:
        raise WhenError(Problem.TIME_MISSING, days=(day,))
    tomorrow = wall_time(day + DAY, clock)
    over = said.part is not None and (not lasts or clock <= LAST_OF_NIGHT * HOUR)
    if not said.has_day and (over or clock < HOUR):
        return present.ahead(tomorrow)
    raise WhenError(Problem.IN_THE_PAST, (*later, *present.offers(tomorrow)))


def _later(said: Said, present: Present) -> When:
    """So many days on at the same time of the clock, and then so many seconds."""
    if said.earlier:
        return _earlier(said, present)
    days = distance(said, present.today)
    check_reach(days + (said.seconds or 0) // DAY_SECONDS)
    seconds = timedelta(seconds=said.seconds or 0)
    start = present.now.astimezone(UTC)
    if days:
        try:
            start = present.ahead(present.now.replace(tzinfo=None) + timedelta(days=days)).utc
        except WhenError as error:
            choices = tuple(present.moment(choice.utc + seconds) for choice in error.choices)
            raise WhenError(error.problem, choices) from None
    present.check_ahead(start + seconds)
    return present.moment(start + seconds)


def _earlier(said: Said, present: Present) -> When:
    """The same backwards. That it is past, if it is, `parse` tells. Raises WhenError."""
    months, days, seconds = said.months or 0, said.days or 0, said.seconds or 0
    if 28 * months + days + seconds // DAY_SECONDS > FARTHEST.days:
        raise WhenError(Problem.IN_THE_PAST)
    wall = present.now.replace(tzinfo=None) - relativedelta(months=months, days=days)
    return present.moment(present.instants(wall)[0] - timedelta(seconds=seconds))
