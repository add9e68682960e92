"""Moments in words: the wall time with its zone, and how long from now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton, format_timedelta
from babel.units import format_unit

from bot.zones import zone_name

PATTERNS = {"en": "EEE d MMM y, HH:mm", "de": "EEE d. MMM y, HH:mm"}


def moment(language: str, when: datetime, zone: ZoneInfo) -> str:
    """Such as 'Thu 24 Dec 2026, 18:00 (Europe/Berlin)'."""
    local = format_datetime(when.astimezone(zone), PATTERNS[language], locale=language)
    return f"{local} ({zone_name(zone)})"


def from_now(language: str, when: datetime, now: datetime) -> str:
    """Such as 'in 2 hours' or 'vor 3 Minuten'."""
    seconds = _rounded((when - now).total_seconds())
    return format_timedelta(seconds, add_direction=True, threshold=2, locale=language)


def span(language: str, seconds: float) -> str:
    """A length of time, such as '2 hours'."""
    return format_timedelta(_rounded(seconds), threshold=2, locale=language)


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


def exact(language: str, local: datetime) -> str:
    """For a button among others alike, such as 'Thu, Dec 24 18:00 CET'."""
    return f"{format_skeleton('MMMEd', local, locale=language)} {local:%H:%M} {local.tzname()}"


def short(language: str, when: datetime, zone: ZoneInfo) -> str:
    """For a button, such as 'Fri 18:30'."""
    return format_skeleton("EHm", when.astimezone(zone), locale=language)


def clock(seconds: float) -> str:
    """A place in a video, such as '1:05'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
