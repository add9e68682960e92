"""The present of a person, and when their clock shows what."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.when.problems import FARTHEST, Problem, When, WhenError

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

    def has_passed(self, day: date, clock: timedelta | None) -> bool:
        """Whether this time of that day is over."""
        return clock is not None and all(
            utc <= self.now for utc in self.instants(wall_time(day, clock))
        )

    def ahead(self, wall: datetime) -> When:
        """The one moment at which the clock will show this. Raises WhenError."""
        utcs = self.instants(wall)
        shown = any(utc.astimezone(self.zone).replace(tzinfo=None) == wall for utc in utcs)
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
