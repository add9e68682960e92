"""One reading of what a person typed: the fields of a moment that they named."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Part(Enum):
    """Parts of a day: the hour meant when none is said, the first and the last that can be said.

    Hours from 24 on are those of the following night.
    """

    MORNING = (9, 0, 11)
    FORENOON = (9, 6, 11)
    LATE_MORNING = (11, 9, 12)
    NOON = (12, 11, 14)
    AFTERNOON = (15, 12, 20)
    LATE_AFTERNOON = (17, 14, 20)
    PM = (15, 12, 23)
    EVENING = (19, 16, 24)
    TONIGHT = (19, 17, 28)
    NIGHT = (21, 18, 29)


class Which(Enum):
    """Which of the weekdays to come."""

    COMING = "coming"
    """The first, but never today."""
    NEXT = "next"
    """`next friday`: the coming one to some, to others that of the next week."""
    LAST = "last"
    """`last friday`: it is over."""
    AFTER_NEXT = "after_next"
    """`übernächsten Freitag`, `friday after next`: one week after whatever `next` is."""


@dataclass(frozen=True)
class Said:
    """One reading. None where nothing was said; nothing is checked against a calendar."""

    now: bool | None = None
    year: int | None = None
    year_ahead: int | None = None  # `this year` is 0, `next year` 1
    month: int | None = None
    day: int | None = None  # of the month; without a `month` the coming one that has it
    month_ahead: int | None = None  # `of this month` is 0, `of next month` 1
    month_end: bool | None = None
    nth: int | None = None  # `first wednesday of december`; -1 is the last one
    weekday: int | None = None  # Monday is 0
    which: Which | None = None
    occurrence: int | None = None  # `3 fridays from now`
    week: int | None = None  # weeks after this one, which began on Monday
    one_of: tuple[int, ...] | None = None  # weekdays, of which one is meant: of the weekend
    holiday: tuple[str, str, int] | None = None  # its name, `de_AT`, and how many days off it is
    beside: int | None = None  # the weekday before the holiday is -1, the second after it 2
    day_ahead: int | None = None  # `today` is 0, `tomorrow` 1
    months: int | None = None  # calendar months from now
    days: int | None = None  # calendar days from now, on top of `months`
    seconds: int | None = None  # exact seconds from now, on top of both
    earlier: bool | None = None  # the distance is counted back: `an hour earlier`
    same_time: bool | None = None
    midnight: bool | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    halved: bool | None = None  # the hour was said with am or pm
    twelve: bool | None = None  # the hour was said as on a dial: it may be meant twelve hours later
    part: Part | None = None
    zone: str | None = None  # a zone's key, or an offset such as `+05:30`
    unsure: bool | None = None  # never without a question, even if this is the only reading

    @property
    def has_clock(self) -> bool:
        """Whether a time of the day was said."""
        return _any((self.same_time, self.midnight, self.hour, self.part))

    @property
    def has_distance(self) -> bool:
        return _any((self.months, self.days, self.seconds))

    @property
    def has_date(self) -> bool:
        """Whether a day of the calendar was named, rather than one counted from today."""
        return _any((self.day, self.month_end, self.nth, self.holiday))

    @property
    def has_day(self) -> bool:
        return self.has_date or _any((self.weekday, self.week, self.one_of, self.day_ahead))

    def merged(self, new: "Said") -> "Said | None":
        """Both together; None if they contradict each other."""
        old, said = self._named, new._named
        agree = all(said.get(name, value) == value for name, value in old.items())
        return Said(**old | said) if agree else None

    @property
    def _named(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}

    @property
    def is_coherent(self) -> bool:
        """Whether no field stands against another."""
        if self.now:
            return self == Said(now=True)
        if (self.same_time, self.midnight, self.hour).count(None) < 2:
            return False
        if self.seconds is not None and (
            self.has_clock or self.day_ahead or self.weekday is not None
        ):
            return False
        if self.earlier and (self.has_clock or self.has_day):
            return False
        if self.zone is not None and not self.has_clock:
            return False
        if self.midnight and self.part in (Part.MORNING, Part.NOON, Part.AFTERNOON, Part.PM):
            return False
        if self.has_date and self.one_of is not None:
            return False
        names_a_day = self.has_date or self.week is not None or self.one_of is not None
        return not (self.has_distance and names_a_day)

    @property
    def is_enough(self) -> bool:
        """Whether a day, a time or a distance is named, and not only something about one."""
        if self.now:
            return True
        about_weekdays = any((self.which, self.occurrence, self.nth)) or self.week == 0
        if about_weekdays and not _any((self.weekday, self.one_of)):
            return False
        if _any((self.month, self.year, self.year_ahead, self.month_ahead)) and not self.has_date:
            return self._names_only_a_month and self.has_clock
        return self.has_clock or self.has_day or self.has_distance

    @property
    def _names_only_a_month(self) -> bool:
        """`next month`, and nothing more of a day."""
        others = _any((self.month, self.year, self.year_ahead)) or self.has_day or self.has_distance
        return bool(self.month_ahead) and not others


def _any(values: tuple[object, ...]) -> bool:
    """Whether something was said, be it 0."""
    return any(value is not None for value in values)


def said_of(written: str) -> Said:
    """A reading as vocabularies write it: `day_ahead=0 part=MORNING unsure`, or `nothing`."""
    fields = dict(field.partition("=")[::2] for field in written.split() if field != "nothing")
    values: dict[str, Any] = {name: _value(name, value) for name, value in fields.items()}
    return Said(**values)


def _value(name: str, written: str) -> object:
    if name in ("part", "which"):
        return (Part if name == "part" else Which)[written]
    if name == "one_of":
        return tuple(map(int, written.split("/")))
    return int(written) if written else True
