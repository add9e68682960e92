"""What a moment is, why a text may be none, when clocks show what, and what is worth a button."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=366)
"""How far ahead a post can be planned: a year, also a leap year."""


class Problem(StrEnum):
    """Why a text is no time to publish at."""

    NOT_UNDERSTOOD = "not_understood"  # nothing in it names a time
    UNKNOWN_WORDS = "unknown_words"  # it has words that are not understood; they are named
    CONTRADICTORY = "contradictory"  # all of it is understood, but not together
    DID_YOU_MEAN = "did_you_mean"  # it may well mean the choices, but not surely
    SEVERAL_WAYS = "several_ways"  # it can be read in several ways; these are the choices
    IN_THE_PAST = "in_the_past"
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    TIME_MISSING = "time_missing"  # a day without a time; the day is given
    TOO_FAR = "too_far"  # more than a year ahead
    SKIPPED_BY_DST = (
        "skipped_by_dst"  # the clocks go forward over it; the choices are as much before and after
    )
    AMBIGUOUS_DST = "ambiguous_dst"  # the clocks go back and it comes twice; the choices are both


@dataclass(frozen=True)
class When:
    """A moment in UTC and on the person's clock; `now` if "now" was meant."""

    utc: datetime
    local: datetime
    now: bool


class WhenError(Exception):
    """No moment could be found.

    `choices` are those that may have been meant, all ahead; `days` those whose time of the day is
    still open; `unknown` the words that were not understood, as they were typed; `missing` the
    year, month and day that are none.
    """

    def __init__(
        self,
        problem: Problem,
        choices: tuple[When, ...] = (),
        *,
        days: tuple[date, ...] = (),
        unknown: tuple[str, ...] = (),
        missing: tuple[int, int, int] | None = None,
    ) -> None:
        super().__init__(str(problem))
        self.problem, self.choices = problem, choices
        self.days, self.unknown, self.missing = days, unknown, missing


DAY = timedelta(days=1)


@dataclass(frozen=True)
class Present:
    """Now; the zone in which a time is meant, and the one in which the person lives."""

    now: datetime
    """On the clock of `zone`."""
    zone: tzinfo
    home: ZoneInfo
    today: date
    """From which days are counted."""

    @classmethod
    def at(cls, now: datetime, home: ZoneInfo) -> "Present":
        """Of a person who means the zone that they live in."""
        local = now.astimezone(home)
        return cls(local, home, home, local.date())

    def instants(self, wall: datetime) -> list[datetime]:
        """When a clock in the zone shows this, in UTC and in order.

        One moment as a rule, two when the clocks go back. When they go forward over it, none
        shows it: then the two that are as much before and after.
        """
        both = {wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        return sorted(both)

    def shown(self, wall: datetime) -> list[datetime]:
        """When a clock in the zone really shows this; never, if they go forward over it."""
        there = ((utc, utc.astimezone(self.zone)) for utc in self.instants(wall))
        return [utc for utc, local in there if local.replace(tzinfo=None) == wall]

    def has_passed(self, day: date, clock: timedelta | None) -> bool:
        """Whether this time of that day is over."""
        return clock is not None and all(
            utc <= self.now for utc in self.instants(wall_time(day, clock))
        )

    def ahead(self, wall: datetime) -> When:
        """The one moment at which the clock will show this. Raises WhenError."""
        utcs = self.instants(wall)
        shown = bool(self.shown(wall))
        ahead = [utc for utc in utcs if utc > self.now]
        for utc in ahead or utcs:
            self.check_ahead(utc)
        if not shown or len(ahead) > 1:
            problem = Problem.AMBIGUOUS_DST if shown else Problem.SKIPPED_BY_DST
            raise WhenError(problem, tuple(self.moment(utc) for utc in ahead))
        return self.moment(ahead[0])

    def offers(self, wall: datetime) -> tuple[When, ...]:
        """The moments to offer for a time on the clock; none if none is ahead."""
        try:
            return (self.ahead(wall),)
        except WhenError as error:
            return error.choices

    def check_ahead(self, utc: datetime) -> None:
        """Raises WhenError for the past and for the far future."""
        if utc <= self.now:
            raise WhenError(Problem.IN_THE_PAST)
        if utc > self.now + FARTHEST:
            raise WhenError(Problem.TOO_FAR)

    def moment(self, utc: datetime) -> When:
        return When(utc.astimezone(UTC), utc.astimezone(self.home), now=False)


def wall_time(day: date, clock: timedelta) -> datetime:
    return datetime.combine(day, time()) + clock


SOONEST, ROUNDING = timedelta(minutes=10), timedelta(minutes=5)
MORNING, EVENING = time(9), time(18)
HOURS_OF_A_DAY = tuple(map(time, (9, 12, 18, 20)))
FIRST_HOUR, LAST_HOUR = 7, 22
"""Hours of the day in which somebody may want "in an hour"; at night hardly anybody does."""
CLOSE = timedelta(minutes=30)
"""Nobody needs two buttons for much the same time."""
QUICK_CHOICES = 4


def quick_choices(now: datetime, zone: ZoneInfo) -> list[When]:
    """Earliest first: about an hour ahead by day, then the coming mornings and evenings."""
    today = now.astimezone(zone).date()
    hour_ahead = Present.at(now, zone).moment(_rounded_up(now + timedelta(hours=1)))
    by_day = FIRST_HOUR <= hour_ahead.local.hour <= LAST_HOUR
    clocks = [(today + n * DAY, clock) for n in (0, 1) for clock in (MORNING, EVENING)]
    found = [hour_ahead] if by_day else []
    for when in coming_at(clocks, now, zone, zone):
        if not by_day or abs(when.utc - hour_ahead.utc) > CLOSE:
            found.append(when)
    return sorted(found, key=lambda when: when.utc)[:QUICK_CHOICES]


def hours_of(day: date, now: datetime, zone: ZoneInfo) -> list[When]:
    """Usual times of one day, as far as they are ahead."""
    return [*coming_at([(day, clock) for clock in HOURS_OF_A_DAY], now, zone, zone)]


def quarters_of(day: date, hour: int, now: datetime, zone: ZoneInfo) -> list[When]:
    """All quarters of this hour that can be planned: none that the clocks skip, some twice."""
    present = Present.at(now, zone)
    walls = (datetime.combine(day, time(hour, minute)) for minute in (0, 15, 30, 45))
    shown = sorted(utc for wall in walls for utc in present.shown(wall))
    return [present.moment(utc) for utc in shown if now < utc <= now + FARTHEST]


def coming_at(
    clocks: Iterable[tuple[date, time]], now: datetime, zone: ZoneInfo, home: ZoneInfo
) -> Iterator[When]:
    """These days' times on the zone's clocks, as far as they are ahead, on the clock of `home`.

    None that the clocks skip, and of one that comes twice the first.
    """
    present = Present(now, zone, home, now.date())
    for day, clock in clocks:
        utc = next(iter(present.shown(datetime.combine(day, clock))), None)
        if utc is not None and now + SOONEST <= utc <= now + FARTHEST:
            yield present.moment(utc)


def _rounded_up(moment: datetime) -> datetime:
    since_midnight = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return moment.replace(microsecond=0) + -since_midnight % ROUNDING
