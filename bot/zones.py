"""Time zones as people name them: by city in many languages, by country, by distance from UTC."""

import difflib
import itertools
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import regex
from babel import Locale
from babel.core import get_global

from bot.texts.words import BESIDE_A_PLACE

LOCALES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "pl", "cs", "hu", "ro", "tr"),
    *("ru", "uk", "el", "ar", "fa", "hi", "id", "ja", "zh"),
)
"""Whose names for cities are known (CLDR's exemplar cities, by way of Babel)."""

TABLES = tomllib.loads(Path(__file__).with_name("zones.toml").read_text(encoding="utf-8"))
ABBREVIATIONS: dict[str, list[str]] = {
    letters: meanings.split() for letters, meanings in TABLES["abbreviations"].items()
}
"""Distances from UTC, and zones."""
OFFSET = regex.compile(r"(?:utc|gmt|z)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?(?:\s*h)?")
MAX_OFFSET = timedelta(hours=14)
MIN_LIKENESS = 0.75
"""From which a misspelt name is offered, 1 being the same (difflib)."""
MAX_OFFERED = 8
"""Names that are offered at a time."""


def zones_named(wanted: str, now: datetime) -> list[str]:
    """All zones of this name: one if it is clear, several to choose from, or none."""
    plain = regex.sub(r"[\p{Pd}−]", "-", wanted)
    if offset := OFFSET.fullmatch(plain.strip().casefold()):
        return _at_offset(offset, now)
    words = _folded(wanted)
    if words in ABBREVIATIONS:
        return [zone for zone in ABBREVIATIONS[words] if "/" in zone] or ["UTC"]
    for names in _names():
        if words in names:
            return _if_they_differ(names[words], now)
    place = BESIDE_A_PLACE.sub("", wanted.partition(",")[0])
    return zones_named(place, now) if place != wanted else []


def zones_like(wanted: str) -> list[str]:
    """What a misspelt name may have meant, the most likely first."""
    words, found = _folded(wanted), list[str]()
    for names in _names():
        for close in difflib.get_close_matches(words, names, n=3, cutoff=MIN_LIKENESS):
            found += names[close]
    return [*dict.fromkeys(found)][:MAX_OFFERED]


def zone_name(zone: ZoneInfo) -> str:
    """As people read it: 'Etc/GMT-2', whose sign is turned round (POSIX), is 'UTC+2'."""
    sign, hours = zone.key[7:8], zone.key[8:]
    if not zone.key.startswith("Etc/GMT") or sign not in ("+", "-") or not hours.isdigit():
        return zone.key
    return f"UTC{'-' if sign == '+' else '+'}{hours}"


def city_of(key: str, language: str) -> str:
    """The city by which a zone is known, in this language (CLDR)."""
    named = Locale.parse(language).time_zones.get(key, {})
    return str(named.get("city") or key.rpartition("/")[2].replace("_", " "))


def zone_of(key: str) -> tzinfo:
    """The zone behind a key or a distance from UTC: `Europe/Berlin`, `+5:30`."""
    offset = OFFSET.fullmatch(key)
    return timezone(_distance(offset)) if offset else ZoneInfo(key)


def is_offset(key: str) -> bool:
    """Whether it is a distance from UTC that some place on Earth could have."""
    offset = OFFSET.fullmatch(key)
    return offset is not None and abs(_distance(offset)) <= MAX_OFFSET


def _distance(offset: "regex.Match[str]") -> timedelta:
    distance = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return -distance if offset[1] == "-" else distance


def _at_offset(found: "regex.Match[str]", now: datetime) -> list[str]:
    """Whole hours have zones of their own, without a summer time; others belong to places."""
    sign, hours, minutes = found[1], int(found[2]), int(found[3] or 0)
    if not minutes:
        key = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
        return [key] if key in available_timezones() else []
    offset = _distance(found)
    here = [zone for zone in _places() if now.astimezone(ZoneInfo(zone)).utcoffset() == offset]
    return _if_they_differ(here, now)[:MAX_OFFERED]


def _if_they_differ(zones: Iterable[str], now: datetime) -> list[str]:
    """The first of zones whose clocks agree all year, else all of them."""
    kept: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        moments = (now + timedelta(days=91 * quarter) for quarter in range(4))
        kept.setdefault(tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in moments), zone)
    return [*kept.values()]


Names = dict[str, list[str]]
"""Folded names -> their zones, the most populous first."""


@cache
def _names() -> tuple[Names, Names, Names]:
    """By city, by country, and by the zones' own names."""
    aliases = _modern_names()
    own = ((name, aliases.get(name, name)) for name in available_timezones())
    return _gathered(cities(*LOCALES)), _gathered(_countries()), _gathered(own)


def _gathered(named: Iterable[tuple[str, str]]) -> Names:
    found = defaultdict[str, dict[str, None]](dict)
    for name, zone in named:
        for spelling in _spellings(name):
            found[spelling][zone] = None
    return {spelling: [*zones] for spelling, zones in found.items() if spelling}


def cities(*locales: str) -> Iterator[tuple[str, str]]:
    """The names of cities in these languages, with their zones."""
    places, aliases = _places(), _modern_names()
    # Where zones are called after cities; others are such as US/Eastern
    continents = {place.partition("/")[0] for place in places}
    for name, zone in itertools.chain(zip(places, places, strict=True), aliases.items()):
        continent, _, city = name.partition("/")
        if continent in continents:
            yield city.rpartition("/")[2].replace("_", " "), zone
    for zone, names in TABLES["cities"].items():
        yield from ((name.strip(), zone) for name in names.split(","))
    for tag in locales:
        for name, details in Locale.parse(tag).time_zones.items():
            if (zone := aliases.get(name, name)) in places and "city" in details:
                yield details["city"], zone


def _countries() -> Iterator[tuple[str, str]]:
    """Their names, with each of their zones."""
    for tag in LOCALES:
        territories = Locale.parse(tag).territories
        for code, zones in _in_countries().items():
            yield from ((territories[code], zone) for zone in zones if code in territories)


@cache
def _places() -> dict[str, None]:
    """The zones that stand for a place, by their present names (IANA's zone.tab), in its order."""
    return dict.fromkeys(zone for zones in _in_countries().values() for zone in zones)


@cache
def _in_countries() -> Names:
    """Country code -> its zones."""
    countries = defaultdict[str, list[str]](list)
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            countries[code].append(zone)
    return dict(countries)


@cache
def _modern_names() -> dict[str, str]:
    """Names of former times, which CLDR keeps using, -> present ones (IANA's backward links)."""
    table = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    links = [line.split()[1:3] for line in table.splitlines() if line.startswith("L ")]
    places = _places()
    modern = {old: zone for zone, old in links if zone in places and old not in places}
    for old, zone in get_global("zone_aliases").items():
        if old not in places and zone in places:
            modern.setdefault(old, zone)
        elif zone not in places and old in places:
            modern.setdefault(zone, old)
    return modern


def _spellings(name: str) -> Iterable[str]:
    """'München' is written 'Munchen' and 'Muenchen' as well."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return {_folded(name), _folded(composed.translate(UMLAUTS))}


def _folded(name: str) -> str:
    """Without case, accents and marks; a space stands where there were any of the latter."""
    plain = name.casefold().translate(STROKES)
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char)
    )
    return " ".join(regex.sub(r"[^\p{L}\p{N}\p{M}+/]+", " ", letters).split())


UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "'": None})
