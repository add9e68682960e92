"""Time zones as people name them: by city in many languages, by country, by distance from UTC."""

import difflib
import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import regex
from babel import Locale
from babel.core import get_global

LOCALES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "pl", "cs", "hu", "ro", "tr"),
    *("ru", "uk", "el", "ar", "fa", "hi", "id", "ja", "zh"),
)
"""Whose names for cities are known (CLDR's exemplar cities, by way of Babel)."""

ABBREVIATIONS = {
    "cet": ["Europe/Berlin"],
    "cest": ["Europe/Berlin"],
    "mez": ["Europe/Berlin"],
    "mesz": ["Europe/Berlin"],
    "wet": ["Europe/Lisbon"],
    "west": ["Europe/Lisbon"],
    "eet": ["Europe/Athens"],
    "eest": ["Europe/Athens"],
    "msk": ["Europe/Moscow"],
    "bst": ["Europe/London"],
    "ist": ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
    "pst": ["America/Los_Angeles"],
    "pdt": ["America/Los_Angeles"],
    "pt": ["America/Los_Angeles"],
    "mst": ["America/Denver", "America/Phoenix"],
    "mdt": ["America/Denver"],
    "mt": ["America/Denver"],
    "cst": ["America/Chicago", "Asia/Shanghai", "America/Havana"],
    "cdt": ["America/Chicago", "America/Havana"],
    "ct": ["America/Chicago"],
    "est": ["America/New_York", "America/Panama"],
    "edt": ["America/New_York"],
    "et": ["America/New_York"],
    "hst": ["Pacific/Honolulu"],
    "brt": ["America/Sao_Paulo"],
    "art": ["America/Argentina/Buenos_Aires"],
    "jst": ["Asia/Tokyo"],
    "kst": ["Asia/Seoul"],
    "sgt": ["Asia/Singapore"],
    "aest": ["Australia/Sydney", "Australia/Brisbane"],
    "aedt": ["Australia/Sydney"],
    "acst": ["Australia/Adelaide", "Australia/Darwin"],
    "awst": ["Australia/Perth"],
    "nzst": ["Pacific/Auckland"],
    "nzdt": ["Pacific/Auckland"],
    "z": ["UTC"],
}
"""Letters mean a place with its summer time; where they mean several, people are asked."""

CITIES = {
    "Europe/Berlin": "München,Munich,Hamburg,Köln,Cologne,Frankfurt,Stuttgart,Düsseldorf,Leipzig",
    "Europe/Vienna": "Graz,Linz,Salzburg,Innsbruck",
    "Europe/Zurich": "Genf,Geneva,Genève,Basel,Bern",
    "Europe/London": "UK,England,Scotland,Wales,Großbritannien,Edinburgh,Manchester,Birmingham",
    "Europe/Paris": "Lyon,Marseille",
    "Europe/Rome": "Mailand,Milano,Milan,Neapel,Napoli,Naples",
    "Europe/Madrid": "Barcelona,Valencia,Sevilla,Mallorca,Ibiza",
    "Atlantic/Canary": "Teneriffa,Tenerife,Gran Canaria",
    "Europe/Moscow": "Saint Petersburg,St Petersburg,Sankt Petersburg",
    "America/New_York": "NYC,New York City,Boston,Miami,Washington,Washington DC,Atlanta,"
    "Philadelphia,Eastern,Eastern Time",
    "America/Chicago": "Houston,Dallas,Austin,St Louis,New Orleans,Central Time",
    "America/Denver": "Mountain Time",
    "America/Los_Angeles": "LA,San Francisco,San Diego,Seattle,Las Vegas,California,Kalifornien,"
    "Pacific Time",
    "America/Sao_Paulo": "Rio de Janeiro,Rio,Brasília",
    "Asia/Kolkata": "Mumbai,Bombay,Delhi,New Delhi,Bangalore,Bengaluru,Chennai,Hyderabad",
    "Asia/Shanghai": "Beijing,Peking,Shenzhen,Guangzhou",
    "Asia/Tokyo": "Osaka,Kyoto",
    "Asia/Makassar": "Bali",
    "Asia/Dubai": "Abu Dhabi",
}
"""Places that no zone is named after, but that many people live in or go to."""

OFFSET = regex.compile(r"(?:utc|gmt|z)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?(?:\s*h)?")
AROUND = regex.compile(r"^\s*in\s+|\s+(?:time|zeit)\s*$|(?<=\w)er\s+zeit\s*$", regex.IGNORECASE)
"""What people say around a city."""
CONTINENTS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
        "Pacific",
    }
)
"""Where zones have the names of cities; elsewhere they are such as US/Eastern."""
CLOSE = 0.75
"""Likeness from which a misspelt name is offered, 1 being the same (difflib)."""
MOST = 8
"""Names that are offered at a time."""


def zones_named(wanted: str, now: datetime) -> list[str]:
    """All zones of this name: one if it is clear, several to choose from, or none."""
    if offset := OFFSET.fullmatch(_plain_signs(wanted).strip().casefold()):
        return _at_offset(offset, now)
    words = _folded(wanted)
    if words in ABBREVIATIONS:
        return list(ABBREVIATIONS[words])
    for names in _names():
        if words in names:
            return _if_they_differ(names[words], now)
    place = AROUND.sub("", wanted.partition(",")[0])
    return zones_named(place, now) if place != wanted else []


def zones_like(wanted: str) -> list[str]:
    """What a misspelt name may have meant, the most likely first."""
    words, found = _folded(wanted), list[str]()
    for names in _names():
        for close in difflib.get_close_matches(words, names, n=3, cutoff=CLOSE):
            found += names[close]
    return [*dict.fromkeys(found)][:MOST]


def zone_name(zone: ZoneInfo) -> str:
    """As people read it: 'Etc/GMT-2', whose sign is turned round (POSIX), is 'UTC+2'."""
    sign, hours = zone.key[7:8], zone.key[8:]
    if not zone.key.startswith("Etc/GMT") or sign not in ("+", "-") or not hours.isdigit():
        return zone.key
    return f"UTC{'-' if sign == '+' else '+'}{hours}"


def _at_offset(found: "regex.Match[str]", now: datetime) -> list[str]:
    """Whole hours have zones of their own, without a summer time; others belong to places."""
    sign, hours, minutes = found[1], int(found[2]), int(found[3] or 0)
    if not minutes:
        key = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
        return [key] if key in available_timezones() else []
    offset = timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
    here = [zone for zone in _places() if now.astimezone(ZoneInfo(zone)).utcoffset() == offset]
    return _if_they_differ(here, now)[:MOST]


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
    by_city, by_country = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    places, aliases, countries = _places(), _modern_names(), _in_countries()
    for zone in places:
        by_city[_folded(zone.rpartition("/")[2])].append(zone)
    for alias, zone in aliases.items():
        if alias.partition("/")[0] in CONTINENTS:
            by_city[_folded(alias.rpartition("/")[2])].append(zone)
    for zone, cities in CITIES.items():
        for spelling in itertools.chain.from_iterable(map(_spellings, cities.split(","))):
            by_city[spelling].append(zone)
    for tag in LOCALES:
        locale = Locale.parse(tag)
        for name, details in locale.time_zones.items():
            zone = aliases.get(name, name)
            for spelling in _spellings(str(details.get("city", ""))) if zone in places else ():
                by_city[spelling].append(zone)
        for code, country in locale.territories.items():
            for spelling in _spellings(country) if code in countries else ():
                by_country[spelling] += countries[code]
    by_name = {_folded(name): [aliases.get(name, name)] for name in available_timezones()}
    return _distinct(by_city), _distinct(by_country), by_name


def _distinct(names: Names) -> Names:
    return {name: [*dict.fromkeys(zones)] for name, zones in names.items() if name}


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
    umlauts = {"ä": "ae", "ö": "oe", "ü": "ue"}
    long = name.casefold()
    for short, both in umlauts.items():
        long = unicodedata.normalize("NFC", long).replace(short, both)
    return {_folded(name), _folded(long)}


def _folded(name: str) -> str:
    """Without case, accents and marks; a space stands where there were any of the latter."""
    plain = name.casefold().translate(_STROKES)
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char)
    )
    return " ".join(regex.sub(r"[^\p{L}\p{N}\p{M}+/]+", " ", letters).split())


def _plain_signs(text: str) -> str:
    """Typographic minus signs and dashes as '-'."""
    return regex.sub(r"[\p{Pd}−]", "-", text)


_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "'": None})
