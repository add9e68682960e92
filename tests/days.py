"""Days ahead, whatever today is."""

from calendar import SUNDAY
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

BERLIN = ZoneInfo("Europe/Berlin")


def weekday(days_ahead: int, language: str = "en") -> str:
    """What the day is called that comes so many days after today, 1 to 6.

    The name of today may mean a week from now, and is asked about.
    """
    return format_date(_in_berlin() + timedelta(days=days_ahead), "EEEE", locale=language)


def on_berlins_clocks(moment: datetime) -> datetime:
    """What they show then: a day later it is the same time, if they were put forward, too."""
    return moment.astimezone(BERLIN).replace(tzinfo=None)


def in_a_month() -> str:
    """A time that a button may carry: it could be planned, whatever today is."""
    return (_in_berlin() + timedelta(days=30)).isoformat(timespec="minutes")


def the_24th() -> date:
    """The next one that is more than a week ahead: so soon that nobody asks which year is meant."""
    day = _in_berlin().date() + timedelta(days=8)
    while day.day != 24:
        day += timedelta(days=1)
    return day


def days_of_summer_time() -> list[date]:
    """The last Sunday in March, when Berlin's clocks skip the hour from two to three.

    It may be a few days more than a year ahead, which is too far to plan; then there is none.
    """
    ahead = [_in_berlin().date() + timedelta(days=days) for days in range(1, 366)]
    return [day for day in ahead if (day.month, day.weekday()) == (3, SUNDAY) and day.day > 24]


def _in_berlin() -> datetime:
    return datetime.now(BERLIN)
