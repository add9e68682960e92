"""One reading of what a person typed: the fields of a moment that they named."""

from dataclasses import dataclass, fields
from enum import Enum


class Part(Enum):
    """Parts of a day: the hour meant when none is said, the first and the last that can be said.

    Hours from 24 on are those of the following night.
    """

    MORNING = (9, 0, 11)
    NOON = (12, 11, 14)
    AFTERNOON = (15, 12, 20)
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
    AFTER_NEXT = "after_next"
    """`übernächsten Freitag`, `friday after next`: one week after whatever `next` is."""


@dataclass(frozen=True)
class Said:
    """One reading. None where nothing was said; nothing is checked against a calendar."""

    now: bool | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    """Of the month; without a `month` the coming one that has it."""
    month_ahead: int | None = None
    """`of this month` is 0, `of next month` 1."""
    month_end: bool | None = None
    nth: int | None = None
    """`first wednesday of december`; -1 is the last one."""
    weekday: int | None = None
    """Monday is 0."""
    which: Which | None = None
    occurrence: int | None = None
    """`3 fridays from now`."""
    week: int | None = None
    """Weeks after this one, which began on Monday."""
    one_of: tuple[int, ...] | None = None
    """Weekdays of which one is meant: of the weekend, of the end of the week."""
    holiday: tuple[str, str] | None = None
    """Its name and the country, as `holidays.py` knows them."""
    day_ahead: int | None = None
    """`today` is 0, `tomorrow` 1."""
    months: int | None = None
    """Calendar months from now."""
    days: int | None = None
    """Calendar days from now, on top of `months`."""
    seconds: int | None = None
    """Exact seconds from now, on top of both."""
    same_time: bool | None = None
    midnight: bool | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    halved: bool | None = None
    """The hour was said with am or pm."""
    twelve: bool | None = None
    """The hour was said as on a dial: it may be meant twelve hours later."""
    part: Part | None = None
    zone: str | None = None
    """A zone's key, or an offset such as `+05:30`."""
    unsure: bool | None = None
    """Never without a question, even if this is the only reading."""

    @property
    def has_clock(self) -> bool:
        """Whether a time of the day was said."""
        return bool(self.same_time or self.midnight) or (self.hour, self.part) != (None, None)

    @property
    def has_distance(self) -> bool:
        return (self.months, self.days, self.seconds) != (None, None, None)

    @property
    def has_date(self) -> bool:
        """Whether a day of the calendar was named, rather than one counted from today."""
        named = (self.day, self.month_end, self.nth, self.holiday)
        return any(value is not None for value in named)

    @property
    def has_day(self) -> bool:
        counted = (self.weekday, self.week, self.one_of, self.day_ahead)
        return self.has_date or any(value is not None for value in counted)

    def merged(self, new: "Said") -> "Said | None":
        """Both together; None if they contradict each other."""
        values = {}
        for field in fields(self):
            old, said = getattr(self, field.name), getattr(new, field.name)
            if old is not None and said is not None and old != said:
                return None
            values[field.name] = said if old is None else old
        return Said(**values)

    @property
    def is_coherent(self) -> bool:
        """Whether no field stands against another."""
        if self.now:
            return self == Said(now=True)
        clocks = (self.same_time, self.midnight, self.hour is not None)
        if sum(1 for clock in clocks if clock) > 1:
            return False
        if self.seconds is not None and (
            self.has_clock or self.day_ahead or self.weekday is not None
        ):
            return False
        names_a_day = self.has_date or self.week is not None or self.one_of is not None
        return not (self.has_distance and names_a_day)

    @property
    def is_enough(self) -> bool:
        """Whether a day, a time or a distance is named, and not only something about one."""
        if self.now:
            return True
        about_weekdays = (self.which, self.occurrence, self.nth)
        if any(about_weekdays) and self.weekday is None and self.one_of is None:
            return False
        about_dates = (self.month, self.year, self.month_ahead)
        if any(value is not None for value in about_dates) and not self.has_date:
            return False
        if self.week == 0 and self.weekday is None and self.one_of is None:
            return False
        return self.has_clock or self.has_day or self.has_distance
