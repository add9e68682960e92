"""What a person types as a time, in English or German: an aware UTC time, or why not.

Own grammar rather than the `dateparser` library: that guesses wherever it can (`3/4`, a lone `9`,
a word it does not know), while a post that goes out at the wrong time is worse than a question.

What words mean:
- morning 9:00, noon 12:00, afternoon 15:00, evening and tonight 19:00, night 21:00; midnight is
  the end of the day that was named, and the coming one if none was.
- A weekday is the coming one, today included as long as its time is ahead; with `next` or
  `nächsten` never today; `next week friday` is the one of the week that starts next Monday.
- A date without a year is the coming one.
- Hours and minutes from now are exact; days, weeks, months and years keep the time on the clock.
- A lone hour up to twelve (`9`, `um 9`, `halb 10`) is asked back; `9 Uhr` and `9:00` are 9:00.
- A full ISO time with its offset means itself: so buttons answer, also in nights of two 2:30s.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.when_grammar import Said, readings

DAY, DAY_SECONDS = timedelta(days=1), 86_400
FARTHEST = timedelta(days=366)
"""How far ahead a post can be planned: a year, also a leap year."""
SHORTEST_MONTH = 28
SOONEST_QUICK_CHOICE = timedelta(minutes=10)
QUICK_ROUNDING = timedelta(minutes=5)
MORNING, EVENING = time(9), time(18)


class Problem(StrEnum):
    """Why a text is no time to publish at."""

    NOT_UNDERSTOOD = "not_understood"
    """Unknown words, or a contradiction."""
    SEVERAL_WAYS = "several_ways"
    """It can be read in several ways; these are the choices."""
    IN_THE_PAST = "in_the_past"
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    TIME_MISSING = "time_missing"
    """A day without a time."""
    TOO_FAR = "too_far"
    """More than a year ahead."""
    SKIPPED_BY_DST = "skipped_by_dst"
    """The clocks go forward over it; the choices are as much before and after."""
    AMBIGUOUS_DST = "ambiguous_dst"
    """The clocks go back and it comes twice; the choices are both."""


@dataclass(frozen=True)
class When:
    """A moment in UTC and on the person's clock; `now` if "now" was meant."""

    utc: datetime
    local: datetime
    now: bool


class WhenError(Exception):
    """No moment could be found; `choices` are those that may have been meant, all ahead."""

    def __init__(self, problem: Problem, choices: tuple[When, ...] = ()) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.choices = choices


def parse(text: str, *, now: datetime, zone: ZoneInfo) -> When:
    """Read a time that a person typed in their zone. Raises WhenError and nothing else."""
    if exact := _with_offset(text):
        _check_ahead(exact, now)
        return _moment(exact, zone)
    here = now.astimezone(zone).replace(microsecond=0)
    found: dict[When, None] = {}
    problems: list[WhenError] = []
    for said in readings(text):
        try:
            found[_resolved(said, here, zone)] = None
        except WhenError as error:
            problems.append(error)
    if len(found) == 1 and not problems:
        return next(iter(found))
    offered = [*found, *(choice for error in problems for choice in error.choices)]
    kinds = {error.problem for error in problems}
    if len(kinds) == 1 and not found:
        problem = kinds.pop()
    else:
        problem = Problem.SEVERAL_WAYS if offered else Problem.NOT_UNDERSTOOD
    raise WhenError(problem, tuple(sorted(set(offered), key=lambda when: when.utc)))


def _with_offset(text: str) -> datetime | None:
    """An ISO time that names its offset; None for whatever else.

    Only with its `T`: in `2026-12-24 18:00-19:00` a person means no offset.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo and "T" in text else None


def quick_choices(now: datetime, zone: ZoneInfo) -> list[When]:
    """Moments worth a button, earliest first: about an hour ahead, evening, tomorrow morning."""
    local = now.astimezone(zone)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    hour_ahead = _moment(_rounded_up(now + timedelta(hours=1)), zone)
    choices = {hour_ahead.utc: hour_ahead}
    for day, clock in ((today, EVENING), (tomorrow, MORNING), (tomorrow, EVENING)):
        utcs = _instants(datetime.combine(day, clock), zone)
        if len(utcs) == 1 and utcs[0] >= now + SOONEST_QUICK_CHOICE:
            choices[utcs[0]] = _moment(utcs[0], zone)
    return [choices[utc] for utc in sorted(choices)]


def _rounded_up(moment: datetime) -> datetime:
    since_midnight = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return moment.replace(microsecond=0) + -since_midnight % QUICK_ROUNDING


def _resolved(said: Said, now: datetime, zone: ZoneInfo) -> When:
    """The moment of one reading. `now` is in the zone. Raises WhenError."""
    if said.now:
        return When(now.astimezone(UTC), now, now=True)
    if said.seconds is not None and said.clock_hour is None:
        return _later(said, now, zone)
    clock = _clock(said)
    day = _day(said, now, clock, zone)
    if clock is None:
        raise WhenError(Problem.TIME_MISSING)
    try:
        return _ahead(_wall(day, clock), now, zone)
    except WhenError as error:
        if error.problem is Problem.IN_THE_PAST and day == now.date():
            raise WhenError(error.problem, _offer(_wall(day + DAY, clock), now, zone)) from None
        raise


def _later(said: Said, now: datetime, zone: ZoneInfo) -> When:
    """So many days on at the same time of the clock, and then so many seconds."""
    days = _distance(said, now.date())
    _check_reach(days + (said.seconds or 0) // DAY_SECONDS)
    seconds = timedelta(seconds=said.seconds or 0)
    _check_agreement(said, now.date() + timedelta(days=days), now.date())
    start = now.astimezone(UTC)
    if days:
        try:
            start = _ahead(now.replace(tzinfo=None) + timedelta(days=days), now, zone).utc
        except WhenError as error:
            choices = tuple(_moment(choice.utc + seconds, zone) for choice in error.choices)
            raise WhenError(error.problem, choices) from None
    _check_ahead(start + seconds, now)
    return _moment(start + seconds, zone)


def _clock(said: Said) -> timedelta | None:
    """Time since the day's midnight; 24:00 is its end. Raises WhenError."""
    hour, minute, second = said.clock_hour, said.minute or 0, said.second or 0
    if hour is None:
        return None
    if minute > 59 or second > 59 or hour * 3600 + minute * 60 + second > 24 * 3600:
        raise WhenError(Problem.NO_SUCH_TIME)
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _day(said: Said, now: datetime, clock: timedelta | None, zone: ZoneInfo) -> date:
    """The day that was said; today if none was. Raises WhenError."""
    today = now.date()
    if said.month is not None and said.day is not None:
        day = _calendar_day(said.year, said.month, said.day, today)
    elif said.days is not None:
        days = _distance(said, today)
        _check_reach(days)
        day = today + timedelta(days=days)
    elif said.weekday is not None:
        day = _coming_weekday(said, now, clock, zone)
    else:
        day = today
    _check_agreement(said, day, today)
    return day


def _calendar_day(year: int | None, month: int, day: int, today: date) -> date:
    """A date of the calendar; without a year the coming one. Raises WhenError."""
    for candidate in [year] if year is not None else [today.year, today.year + 1]:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None:
            _check_reach((found - today).days)
        if found >= today or year is not None:
            return found
    raise WhenError(Problem.NO_SUCH_DATE)


def _coming_weekday(said: Said, now: datetime, clock: timedelta | None, zone: ZoneInfo) -> date:
    assert said.weekday is not None
    today = now.date()
    if said.next_week:
        return today + timedelta(days=7 - today.weekday() + said.weekday)
    day = today + timedelta(days=(said.weekday - today.weekday()) % 7)
    passed = clock is not None and not any(utc > now for utc in _instants(_wall(day, clock), zone))
    return day + 7 * DAY if day == today and (said.not_today or passed) else day


def _distance(said: Said, today: date) -> int:
    """Calendar days from today; a month later the 31st may be the 30th. Raises WhenError."""
    months, days = said.months or 0, said.days or 0
    if not months:
        return days
    _check_reach(months * SHORTEST_MONTH)
    years, index = divmod(today.month - 1 + months, 12)
    year, month = today.year + years, index + 1
    last = monthrange(year, month)[1]
    return (date(year, month, min(today.day, last)) - today).days + days


def _check_reach(days: int) -> None:
    """Keep arithmetic far from the calendar's ends. Raises WhenError."""
    if days < 0:
        raise WhenError(Problem.IN_THE_PAST)
    if days > FARTHEST.days:
        raise WhenError(Problem.TOO_FAR)


def _check_agreement(said: Said, day: date, today: date) -> None:
    """`Friday 24.12.` must be a Friday, `tomorrow 24.12.` be tomorrow. Raises WhenError."""
    monday = today - timedelta(days=today.weekday())
    wrong_weekday = said.weekday is not None and day.weekday() != said.weekday
    wrong_distance = said.days is not None and (day - today).days != _distance(said, today)
    wrong_week = said.next_week and (day - monday).days // 7 != 1
    if wrong_weekday or wrong_distance or wrong_week or (said.not_today and day == today):
        raise WhenError(Problem.NOT_UNDERSTOOD)


def _wall(day: date, clock: timedelta) -> datetime:
    return datetime.combine(day, time()) + clock


def _instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """When a clock in the zone shows this, in UTC and in order.

    One moment as a rule, two when the clocks go back. When they go forward over it, none shows
    it: then the two that are as much before and after.
    """
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(both)


def _ahead(wall: datetime, now: datetime, zone: ZoneInfo) -> When:
    """The one moment at which the clock will show this. Raises WhenError."""
    utcs = _instants(wall, zone)
    shown = any(utc.astimezone(zone).replace(tzinfo=None) == wall for utc in utcs)
    ahead = [utc for utc in utcs if utc > now]
    for utc in ahead or utcs:
        _check_ahead(utc, now)
    if not shown or len(ahead) > 1:
        problem = Problem.AMBIGUOUS_DST if shown else Problem.SKIPPED_BY_DST
        raise WhenError(problem, tuple(_moment(utc, zone) for utc in ahead))
    return _moment(ahead[0], zone)


def _check_ahead(utc: datetime, now: datetime) -> None:
    if utc <= now:
        raise WhenError(Problem.IN_THE_PAST)
    if utc > now + FARTHEST:
        raise WhenError(Problem.TOO_FAR)


def _offer(wall: datetime, now: datetime, zone: ZoneInfo) -> tuple[When, ...]:
    try:
        return (_ahead(wall, now, zone),)
    except WhenError as error:
        return error.choices


def _moment(utc: datetime, zone: ZoneInfo) -> When:
    return When(utc.astimezone(UTC), utc.astimezone(zone), now=False)
