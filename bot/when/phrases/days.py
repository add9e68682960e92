"""Weekdays, `tomorrow`, parts of the day, and zones beside a time."""

from collections.abc import Iterable
from dataclasses import replace

from bot.when import zones
from bot.when.phrases.pieces import Match, Pieces, Rule, nothing
from bot.when.said import Part, Said, Which
from bot.when.words import any_of

SUNDAY = 6


def rules(pieces: Pieces) -> Iterable[Rule]:
    words, parts = pieces.words, pieces.parts
    yield from _zones(pieces)
    if pieces.language == "de":
        yield from _so()
    else:
        yield r"(am|pm)\b(?= *$)", _half_of_a_day
    yield from _weekdays(pieces)
    yield (
        rf"(?:this|diesen|dieser|diesem) (?=(?:{parts})\b)",
        lambda _: [Said(day_ahead=0)],
    )
    yield rf"in (?:the|der) (?=(?:{parts})\b)|of (?=the (?:\d|{pieces.ordinal}))", nothing
    yield r"end of (?=(?:today|tomorrow)\b)", lambda _: [Said(part=Part.EVENING)]
    yield (
        rf"({any_of(words.phrases)})(?:\b|(?=(?:{parts})\b))",
        lambda match: [words.phrases[match[1]]],
    )


def _half_of_a_day(match: Match) -> list[Said]:
    """`tomorrow am`; within a sentence `am` is rather German."""
    return [Said(part=Part.MORNING if match[1] == "am" else Part.PM, unsure=True)]


def counted_weekdays(pieces: Pieces) -> Iterable[Rule]:
    """`3 fridays from now`."""

    def counted(match: Match) -> list[Said]:
        weekday = pieces.words.weekdays[match["weekday"]]
        return [Said(weekday=weekday, occurrence=pieces.number_of(match["count"]))]

    start = rf"(?P<count>{pieces.number}) {pieces.weekday}"
    yield rf"{start}e?s? (?:from (?:now|today)|ab heute)\b", counted


def _so() -> Iterable[Rule]:
    """`So` is Sunday, and `so` means about; written alike, it is asked."""
    yield r"so (?=(?:etwa|circa|ca|zirka|ungefahr)\b)", lambda _: [Said(unsure=True)]
    yield r"so\b(?!\.)", lambda _: [Said(), Said(weekday=SUNDAY)]


def _weekdays(pieces: Pieces) -> Iterable[Rule]:
    words, weekday = pieces.words, pieces.weekday
    which = any_of(words.which)

    def named(match: Match) -> list[Said]:
        said = Said(weekday=words.weekdays[match["weekday"]])
        if match["which"]:
            said = replace(said, which=words.which[match["which"]])
        return [replace(said, part=Part.MORNING) if match["morning"] else said]

    if pieces.language == "en":
        yield (
            rf"{weekday} week\b",
            lambda match: [Said(weekday=words.weekdays[match["weekday"]], days=7)],
        )
    yield (
        rf"{weekday} after next\b",
        lambda match: [Said(weekday=words.weekdays[match["weekday"]], which=Which.AFTER_NEXT)],
    )
    yield (
        rf"(?:(?P<which>{which}) )?{weekday}(?:\b|(?=(?:{pieces.parts}|morgen)\b))"
        r"(?: ?(?P<morning>morgen)\b)?",
        named,
    )
    yield (
        rf"({any_of(words.plural_weekdays)})\b",
        lambda match: [Said(weekday=words.plural_weekdays[match[1]], unsure=True)],
    )


def _zones(pieces: Pieces) -> Iterable[Rule]:
    known = zones.ABBREVIATIONS.keys() - zones.ADJECTIVES
    abbreviations = any_of(known - (zones.A_GERMAN_WORD if pieces.language == "de" else set()))
    needs = any_of(zones.ADJECTIVES)
    cities = any_of(zones.cities())

    def named(match: Match) -> list[Said]:
        return [Said(zone=key) for key in zones.named(match[1])]

    yield (
        r"(?:utc|gmt) ?([+-]\d\d?(?::?\d\d)?)(?!\d)",
        lambda match: [Said(zone=match[1])] if zones.is_offset(match[1]) else [],
    )
    yield (
        r"(?:(?<=:\d\d)|(?<=:\d\d ))(\+\d\d:?\d\d)(?![\d:])",
        lambda match: [Said(zone=match[1])] if zones.is_offset(match[1]) else [],
    )
    yield rf"({abbreviations})\b(?: (?:time|zeit)\b)?", named
    yield rf"({needs}) (?:time|zeit)\b", named
    yield rf"({cities})(?:er)? (?:time|zeit|ortszeit)\b", named
    yield rf"in ({cities})\b", named
    yield (
        r"[a-z]+(?:/[a-z_]+){1,2}\b",
        lambda match: [Said(zone=key)] if (key := zones.keyed(match[0])) else None,
    )
