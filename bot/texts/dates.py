"""Moments in words: one shape wherever they stand, and how long from now."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.units import format_unit

from bot.texts import label
from bot.zones import zone_name
from storage.pace import Pace

WEEK = 7
DAY_SECONDS = 86_400
MINUTE_SECONDS, HOUR_SECONDS = 60, 3600


def moment(language: str, when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Such as 'Thu 24 Dec, 18:00 (Europe/Berlin)'; the year stands there if it is not this one."""
    return f"{short(language, when, zone, now)} ({zone_name(zone)})"


def short(language: str, when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The same where the zone is known, as on a button."""
    named = day(language, when.astimezone(zone), now.astimezone(zone))
    return f"{named}, {clock_time(language, when, zone)}"


def clock_time(language: str, when: datetime, zone: ZoneInfo) -> str:
    """The hour and minute there, such as '18:00'."""
    pattern = label(language, "pattern_clock")
    return format_time(when.astimezone(zone), pattern, locale=language)


def soon(language: str, when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The shortest that is clear: 'Fri 18:00' within the coming week, else as `short`."""
    local = when.astimezone(zone)
    if (local.date() - now.astimezone(zone).date()).days >= WEEK:
        return short(language, when, zone, now)
    weekday = format_date(local, "EEE", locale=language)
    return f"{weekday} {format_time(local, label(language, 'pattern_clock'), locale=language)}"


def month(language: str, first: date) -> str:
    """Such as 'December 2026'."""
    return format_date(first, "LLLL y", locale=language)


def exact(language: str, when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """With the name of the offset, as 'CET': for the night in which a time comes twice."""
    return f"{short(language, when, zone, now)} {when.astimezone(zone).tzname()}"


def day(language: str, named: date, now: date) -> str:
    """A day without a time, such as 'Thu 24 Dec'."""
    key = "pattern_day" if named.year == now.year else "pattern_day_year"
    return format_date(named, label(language, key), locale=language)


def missing_day(language: str, year: int, month: int, number: int) -> str:
    """One that the calendar lacks, such as '31 April'; '29 February 2027' only that year."""
    name = format_date(date(year, month, 1), "MMMM", locale=language)
    said = label(language, "missing_day", day=str(number), month=name)
    return f"{said} {year}" if (month, number) == (2, 29) else said


def coming_day(language: str, when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A day within a sentence: 'today', 'on Friday' within the coming week, 'on Thu 24 Dec'."""
    local, today = when.astimezone(zone).date(), now.astimezone(zone).date()
    ahead = (local - today).days
    if ahead < 2:
        return label(language, "day_tomorrow" if ahead == 1 else "day_today")
    named = (
        format_date(local, "EEEE", locale=language) if ahead < WEEK else day(language, local, today)
    )
    return label(language, "day_on", day=named)


def from_now(language: str, when: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """Such as 'in 2 hours' or 'vor 3 Minuten'. Of days, as many as in the zone's calendar."""
    seconds = _rounded((when - now).total_seconds())
    days = (when.astimezone(zone).date() - now.astimezone(zone).date()).days
    if min(abs(seconds) / DAY_SECONDS, abs(days)) >= 1.9:
        seconds = days * DAY_SECONDS
    least = 1 if abs(seconds) in (MINUTE_SECONDS, HOUR_SECONDS) else 1.9
    return format_timedelta(seconds, add_direction=True, threshold=least, locale=language)


def span(language: str, seconds: float) -> str:
    """A length of time, such as '2 hours'."""
    rounded = _rounded(seconds)
    return format_timedelta(rounded, threshold=1 if rounded == HOUR_SECONDS else 2, locale=language)


def pace_in_words(language: str, pace: Pace) -> str:
    """What holds posts back, such as 'at most 25 posts in 24 hours, at least 5 minutes apart'."""
    gap = pace.min_gap.total_seconds()
    cap = [] if pace.daily_cap is None else [label(language, "pace_cap", count=pace.daily_cap)]
    return ", ".join(
        [*cap, *([label(language, "pace_gap", wait=span(language, gap))] if gap else [])]
    )


def length(language: str, seconds: float) -> str:
    """How long a clip is, exactly, such as '3 hours', '1 minute 40 seconds' or '2.5 seconds'."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    seconds_left = round(rest, 1) if seconds < 10 else round(rest)
    parts = (("hour", int(hours)), ("minute", int(minutes)), ("second", seconds_left))
    words = [format_unit(n, f"duration-{unit}", locale=language) for unit, n in parts if n]
    return " ".join(words) or format_unit(0, "duration-second", locale=language)


def _rounded(seconds: float) -> int:
    """To whole minutes from 90 seconds on: nobody wants to read 'in 119 seconds'."""
    return round(seconds) if abs(seconds) < 90 else round(seconds / 60) * 60


def clock(seconds: float) -> str:
    """A place in a video, such as '1:05'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
