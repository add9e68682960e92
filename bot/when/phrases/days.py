"""Weekdays, `tomorrow`, parts of the day, and zones beside a time."""

from collections.abc import Iterable
from functools import cache, partial
from zoneinfo import available_timezones

from bot import zones
from bot.when.phrases.pieces import Match, Pieces, Rule, always
from bot.when.said import Part, Said
from bot.when.text import folded
from bot.when.words import any_of, vocabularies


def rules(pieces: Pieces) -> Iterable[Rule]:
    words, parts = pieces.words, pieces.parts
    yield from _zones(pieces)
    for pattern, readings in words.idioms:
        yield pattern, always(*readings)
    yield from _weekdays(pieces)
    yield (
        rf"({any_of(words.before_parts)}) (?=(?:{parts})\b)",
        lambda match: [words.before_parts[match[1]]],
    )
    yield (
        rf"({any_of(words.phrases)})(?:\b|(?=(?:{parts})\b))",
        lambda match: [words.phrases[match[1]]],
    )


def counted_weekdays(pieces: Pieces) -> Iterable[Rule]:
    """`3 fridays from now`."""
    syntax = pieces.words.syntax
    ahead = rf"(?:{syntax.from_now}|{syntax.counted_from} (?:{pieces.today}))\b"
    counted = rf"(?P<occurrence>{pieces.number}) {pieces.weekday}e?s?"
    yield rf"{counted} {ahead}", pieces.date()
    yield rf"{syntax.ahead} {counted}\b", pieces.date()


def _weekdays(pieces: Pieces) -> Iterable[Rule]:
    words, weekday, mornings = pieces.words, pieces.weekday, pieces.words.syntax.mornings

    def followed(match: Match) -> list[Said]:
        merged = pieces.said(match).merged(words.after_weekdays[match["then"]])
        return [merged] if merged else []

    def named(match: Match) -> list[Said]:
        return [pieces.said(match, part=Part.MORNING if match["morning"] else None)]

    yield rf"{weekday} (?P<then>{any_of(words.after_weekdays)})\b", followed
    yield (
        rf"(?:(?P<which>{any_of(words.which)}) )?{weekday}"
        rf"(?:\b|(?=(?:{pieces.parts}|{mornings})\b))(?:\.? ?(?P<morning>{mornings})\b)?",
        named,
    )
    in_full = any_of(name for name in words.weekdays if len(name) > 3)
    yield rf"(?P<weekday>{in_full})s\b", pieces.date(unsure=True)


def _zones(pieces: Pieces) -> Iterable[Rule]:
    words, time = pieces.words, pieces.words.syntax.zone_word
    known = {folded(letters): named for letters, named in zones.ABBREVIATIONS.items()}
    abbreviations = any_of(known.keys() - words.no_zones)
    cities = any_of(_cities())

    def named(meanings: dict[str, list[str]], match: Match) -> list[Said]:
        return [Said(zone=key) for key in meanings[match[1]]]

    def city(match: Match) -> list[Said]:
        unsure = None if match["surely"] else True
        return [Said(zone=key, unsure=unsure) for key in _cities()[match["city"]]]

    def offset(match: Match) -> list[Said]:
        return [Said(zone=match[1])] if zones.is_offset(match[1]) else []

    yield r"(?:utc|gmt) ?([+-]\d\d?(?::?\d\d)?)(?!\d)", offset
    yield r"(?:(?<=:\d\d)|(?<=:\d\d )|(?<=[ap]m )|(?<=uhr ))(\+\d\d:?\d\d)(?![\d:])", offset
    yield r"(?<=:\d\d:\d\d )([+-]\d{4})(?![\d:])", offset
    yield rf"({abbreviations})\b(?: {time}\b)?", partial(named, known)
    yield rf"({any_of(words.zones)}) {time}\b", lambda match: [Said(zone=words.zones[match[1]])]
    yield rf"({cities})(?:t?er)? {time}\b", partial(named, _cities())
    yield (
        rf"(?:(?P<surely>in )|(?<=[ap]m )|(?<=uhr )|(?<=:\d\d ))(?P<city>{cities})"
        rf"(?(surely)\b|(?=[^a-z0-9]*$))",
        city,
    )
    yield (
        r"[a-z]+(?:/[a-z_]+){1,2}\b",
        lambda match: [Said(zone=key)] if (key := _keys().get(match[0])) else None,
    )


@cache
def _cities() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, zone in zones.cities(*vocabularies()):
        found.setdefault(folded(name), []).append(zone)
    return {name: [*dict.fromkeys(keys)] for name, keys in found.items() if name.isascii()}


@cache
def _keys() -> dict[str, str]:
    """The zones of the tz database, whatever the capitals."""
    return {folded(key): key for key in available_timezones()}
