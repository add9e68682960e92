"""What a moment is, and why a text may be none."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

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
    still open; `unknown` the words that were not understood, as they were typed.
    """

    def __init__(
        self,
        problem: Problem,
        choices: tuple[When, ...] = (),
        *,
        days: tuple[date, ...] = (),
        unknown: tuple[str, ...] = (),
    ) -> None:
        super().__init__(str(problem))
        self.problem, self.choices = problem, choices
        self.days, self.unknown = days, unknown
