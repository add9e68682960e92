"""The words of a language for a time: `languages/` has one file for each, called after its code.

All are kept as `text.folded` leaves them, so `übermorgen` and `Uebermorgen` are one word.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import get_day_names, get_month_names

from bot.when.holidays import Rule, rules_of
from bot.when.said import Said, Which, said_of
from bot.when.text import folded

LANGUAGES = Path(__file__).with_name("languages")
FALLBACK = "en"
NEVER = r"(?!)"
"""A pattern that fits nothing."""


@dataclass(frozen=True)
class Syntax:
    """How a language puts its words together: patterns of folded words."""

    hour_mark: str = NEVER  # after an hour of 24: `18 Uhr`
    dial_mark: str = NEVER  # after an hour of twelve: `6 o'clock`
    after_digits: str = NEVER  # after hours and minutes: `18:30 hrs`
    at: str = NEVER  # right before a time of the day
    hundred: str = NEVER  # after an hour: `nineteen hundred hours`
    leading_zero: str = NEVER  # before the word of an hour up to nine, or of minutes
    on: str = NEVER  # right before a day of the month
    until: str = NEVER  # between minutes and an hour, or from an hour to another
    day_endings: str = NEVER  # after the digits of a day: `24th`
    articles: str = NEVER  # before a day of the month, or a day with a name
    of: str = NEVER  # between a day and its month
    eve: str = NEVER  # after a day with a name: the day before it
    weekday_before: str = NEVER  # between a weekday and a day with a name that follows it
    weekday_after: str = NEVER  # the same the other way round
    start_of: str = NEVER  # before a month: its first days
    middle_of: str = NEVER  # before a month: about its 15th
    end_of: str = NEVER  # before a month: its last day
    of_the_month: str = NEVER  # after a day, or a counted weekday: of the coming month that has it
    ranked_month: str = NEVER  # a month counted after a day: `am fünften zwölften`
    mornings: str = NEVER  # after a weekday its morning, and something else alone
    conjunction: str = NEVER
    and_a_half: str = NEVER  # between a number and its unit
    zone_word: str = NEVER  # time, after the name of a zone
    about: str = NEVER
    shortly: str = NEVER  # before `after` and an hour: some minutes
    ahead: str = NEVER  # before a distance from now: `in 2 hours`
    more: str = NEVER  # between an amount and a unit: `2 more hours`
    lasting: str = NEVER  # before what is perhaps how long something takes: `for 2 hours`
    from_now: str = NEVER  # after a distance: `2 hours later`
    earlier: str = NEVER  # after a distance that is counted back: `2 hours earlier`
    counted_from: str = NEVER  # between a distance and a day: `a week from friday`
    before_past: str = NEVER  # before a distance into the past: `vor 2 Stunden`
    after_past: str = NEVER  # after it: `2 hours ago`
    a_week: str = NEVER  # a number of days that means a week to many


@dataclass(frozen=True)
class Words:
    """The vocabulary of one language: each table has the words with what they mean."""

    months: dict[str, int]
    weekdays: dict[str, int]  # Monday is 0
    numbers: dict[str, int]
    ordinals: dict[str, int]  # -1 is the last
    phrases: dict[str, Said]  # whatever means the same wherever it stands
    amounts: dict[str, float]  # before a unit: `half an`, `anderthalb`; 3 stands for a few
    units: dict[str, int]  # in seconds
    months_in: dict[str, int]  # of units that the calendar makes longer or shorter
    quarters: dict[str, int]  # before an hour: the minutes from that hour on
    which: dict[str, Which | None]  # before a weekday
    after_weekdays: dict[str, Said]
    before_parts: dict[str, Said]  # before a part of the day
    beside: dict[str, int]  # before a day with a name: how many days off it is
    zones: dict[str, str]  # what names a zone before the word `time`
    fillers: dict[str, None]  # what may stand around a time without a meaning
    syntax: Syntax

    # What follows holds in sentences of the language alone.
    signs: dict[str, int]  # between minutes and an hour: before it is -1, after it 1
    holidays: dict[str, tuple[Rule, ...]]  # days with a name; several if it may mean either
    countries: tuple[str, ...]  # that speak the language, the one to assume first
    half: str  # a pattern of am and pm, whose group `half` is a or p
    minutes_alone: str = ""  # of minutes without their unit before a sign, if not all
    idioms: tuple[tuple[str, list[Said]], ...] = ()  # patterns, and what they may mean
    capitals: tuple[str, str] = (NEVER, "")  # a pattern of what was typed, and what is read instead
    twelve_hours: bool = False  # whether `2:30` is rather of the afternoon
    month_first: bool = False  # whether `12.24` may be a date
    mistakable: frozenset[str] = frozenset()  # words that other languages use otherwise
    no_zones: frozenset[str] = frozenset()  # abbreviations of zones that are ordinary words
    no_slips: frozenset[str] = frozenset()  # words that change what is meant, and are no slips


READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("months", "weekdays", "numbers", "ordinals", "units", "months_in"), int),
    **dict.fromkeys(("quarters", "beside", "signs"), int),
    **dict.fromkeys(("phrases", "after_weekdays", "before_parts"), said_of),
    "amounts": float,
    "which": lambda name: Which[name] if name != "nothing" else None,
    "zones": str,
    "fillers": lambda _: None,
    "holidays": rules_of,
}
"""How the meanings are written that each table lists its words under."""
SHARED = tuple(kind for kind in READERS if kind not in ("signs", "holidays"))
"""Tables that are known in sentences of other languages, too."""


@cache
def vocabularies() -> dict[str, Words]:
    """All languages that have a file, by their codes."""
    return {
        path.stem: _read(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(LANGUAGES.glob("*.toml"))
    }


def _read(language: str, text: str) -> Words:
    data = tomllib.loads(text)
    listed = {
        "months": _named(get_month_names, language),
        "weekdays": _named(get_day_names, language),
        "numbers": _counted(data.pop("counted"), 0),
        "ordinals": _counted(data.pop("ranked"), 1, data.pop("rank_endings", "")),
    }
    tables: dict[str, Any] = {
        kind: listed.get(kind, {}) | vocabulary(data.pop(kind, {}), meaning)
        for kind, meaning in READERS.items()
    }
    syntax = Syntax(**data.pop("syntax"))
    idioms = [
        (pattern, [said_of(reading) for reading in meaning.split(" or ")])
        for pattern, meaning in data.pop("idioms", {}).items()
    ]
    for kind in ("mistakable", "no_zones", "no_slips"):
        data[kind] = frozenset(_split(data.get(kind, "")))
    return Words(**tables, **data, syntax=syntax, idioms=tuple(idioms))


def vocabulary(table: dict[str, str], meaning: Callable[[str], Any]) -> dict[str, Any]:
    """Each of the words, which stand between commas, and what it means."""
    return {word: meaning(written) for written, words in table.items() for word in _split(words)}


def _split(words: str) -> list[str]:
    return [folded(word) for word in words.split(",")]


def _counted(words: str, start: int, endings: str = "") -> dict[str, int]:
    """`twenty-one` is written with a space or nothing as well."""
    return {
        folded(word.replace("-", between) + ending.strip()): number
        for number, word in enumerate(words.split(), start)
        for between in (" ", "")
        for ending in endings.split(",")
    }


def _named(names: Callable[..., Any], language: str) -> dict[str, int]:
    """Months or weekdays, in full and abbreviated, as CLDR has them.

    What is called otherwise in one country stands in the file: each locale takes 0.1 MB.
    """
    return {
        folded(name).rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in names(width, locale=language).items()
    }


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest that fits."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or NEVER


def any_unit() -> str:
    """A pattern for one of the units of time of all languages."""
    known = vocabularies().values()
    return any_of(unit for words in known for unit in [*words.units, *words.months_in])


def together(own: Words, others: Sequence[Words]) -> Words:
    """With the words of the others: one's own win, and mistakable ones of others do not count."""
    known = {word for kind in SHARED for word in getattr(own, kind)}
    merged = {
        kind: {
            word: meaning
            for other in others
            for word, meaning in getattr(other, kind).items()
            if word not in known | other.mistakable
        }
        | getattr(own, kind)
        for kind in SHARED
    }
    return replace(own, **merged, syntax=_either([own.syntax, *(other.syntax for other in others)]))


def every_word(words: Words) -> set[str]:
    """All single words, also those within phrases."""
    phrases = {phrase for kind in SHARED for phrase in getattr(words, kind)}
    return {word for phrase in phrases for word in phrase.split()}


def _either(syntaxes: Sequence[Syntax]) -> Syntax:
    patterns = {
        field.name: "|".join(getattr(syntax, field.name) for syntax in syntaxes)
        for field in fields(Syntax)
    }
    return Syntax(**{name: f"(?:{pattern})" for name, pattern in patterns.items()})
