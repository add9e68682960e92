"""Zones that a person names beside a time: `18:00 UTC`, `6pm EST`, `9 Uhr Londoner Zeit`."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.when.words import folded

OFFSET = re.compile(r"([+-])(\d\d?)(?::?(\d\d))?")
LARGEST_OFFSET = timedelta(hours=14)

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "utc": ("+0",),
    "gmt": ("+0",),
    "z": ("+0",),
    "et": ("America/New_York",),
    "est": ("-5", "America/New_York"),
    "edt": ("-4", "America/New_York"),
    "ct": ("America/Chicago",),
    "cst": ("-6", "America/Chicago", "+8"),
    "cdt": ("-5", "America/Chicago"),
    "mt": ("America/Denver",),
    "mst": ("-7", "America/Denver"),
    "mdt": ("-6", "America/Denver"),
    "pt": ("America/Los_Angeles",),
    "pst": ("-8", "America/Los_Angeles"),
    "pdt": ("-7", "America/Los_Angeles"),
    "akst": ("-9", "America/Anchorage"),
    "hst": ("-10",),
    "cet": ("+1", "Europe/Berlin"),
    "cest": ("+2", "Europe/Berlin"),
    "mez": ("+1", "Europe/Berlin"),
    "mesz": ("+2", "Europe/Berlin"),
    "eet": ("+2", "Europe/Helsinki"),
    "eest": ("+3", "Europe/Helsinki"),
    "bst": ("+1", "Europe/London"),
    "ist": ("+5:30", "+2", "Europe/Dublin"),
    "jst": ("+9",),
    "kst": ("+9",),
    "sgt": ("+8",),
    "hkt": ("+8",),
    "aest": ("+10", "Australia/Sydney"),
    "aedt": ("+11", "Australia/Sydney"),
    "acst": ("+9:30", "Australia/Adelaide"),
    "awst": ("+8",),
    "nzst": ("+12", "Pacific/Auckland"),
    "nzdt": ("+13", "Pacific/Auckland"),
    "eastern": ("America/New_York",),
    "central": ("America/Chicago",),
    "mountain": ("America/Denver",),
    "pacific": ("America/Los_Angeles",),
    "german": ("Europe/Berlin",),
    "deutscher": ("Europe/Berlin",),
    "mitteleuropaischer": ("Europe/Berlin",),
    "uk": ("Europe/London",),
    "britischer": ("Europe/London",),
}
"""What each may mean: many say `EST` in summer and mean the clock of New York."""
ADJECTIVES = frozenset({"german", "deutscher", "mitteleuropaischer", "uk", "britischer"})
"""They name a zone only before the word `time`."""
A_GERMAN_WORD = frozenset({"ist"})


def named(name: str) -> tuple[str, ...]:
    """The zones that a folded name may mean, as keys for `zone_of`; none if it is unknown."""
    if name in ABBREVIATIONS:
        return ABBREVIATIONS[name]
    return (cities()[name],) if name in cities() else ()


def keyed(written: str) -> str | None:
    """The key of a zone that is written as in the tz database, whatever its capitals."""
    return _keys().get(written)


@cache
def _keys() -> dict[str, str]:
    return {folded(key): key for key in available_timezones()}


def zone_of(key: str) -> tzinfo:
    """The zone behind a key: `Europe/Berlin`, `+5:30`."""
    if match := OFFSET.fullmatch(key):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(offset if match[1] == "+" else -offset)
    return ZoneInfo(key)


def is_offset(key: str) -> bool:
    """Whether it is an offset that some place on Earth could have."""
    match = OFFSET.fullmatch(key)
    return (
        match is not None
        and timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) <= LARGEST_OFFSET
        and int(match[3] or 0) < 60
    )


@cache
def cities() -> dict[str, str]:
    """The cities that zones are called after, as people write them."""
    return {
        folded(key.rpartition("/")[2].replace("_", " ")): key
        for key in sorted(available_timezones())
        if "/" in key and not key.startswith(("Etc/", "SystemV/"))
    } | {
        folded(name): key
        for name, key in {
            "Wien": "Europe/Vienna",
            "Zürich": "Europe/Zurich",
            "Moskau": "Europe/Moscow",
            "Rom": "Europe/Rome",
            "Tokio": "Asia/Tokyo",
            "NYC": "America/New_York",
            "LA": "America/Los_Angeles",
            "San Francisco": "America/Los_Angeles",
            "München": "Europe/Berlin",
            "Hamburg": "Europe/Berlin",
        }.items()
    }
