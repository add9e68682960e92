"""How a language's words for a time are kept, folded to one spelling, and put together.

All are kept as `folded` leaves them, so `übermorgen`, `uebermorgen` and `Ubermorgen` are one word.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from babel.dates import get_day_names, get_month_names

from bot.when.said import Said, Which

Meaning = TypeVar("Meaning")


def folded(text: str) -> str:
    """Lower case, single spaces, no apostrophes, and one spelling of ä, ae and a."""
    plain = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char) and char not in "'’")
    return re.sub("([aou])e", r"\1", bare)


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest that fits."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"


def vocabulary(meanings: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """Each of the words, which stand between commas, and what it means."""
    return {
        folded(word): meaning for meaning, words in meanings.items() for word in words.split(",")
    }


@dataclass(frozen=True)
class Words:
    """The words of one language, each kind with what its words mean."""

    months: dict[str, int]
    weekdays: dict[str, int]
    """Monday is 0."""
    plural_weekdays: dict[str, int]
    """`mondays`, `freitags`: a habit, or said for the one."""
    phrases: dict[str, Said]
    """Whatever means the same wherever it stands."""
    numbers: dict[str, int]
    ordinals: dict[str, int]
    """1 to 31; -1 is the last."""
    amounts: dict[str, float]
    """Fractions and articles before a unit: `half an`, `anderthalb`."""
    units: dict[str, int]
    """In seconds."""
    months_in: dict[str, int]
    """Units that the calendar makes longer or shorter."""
    quarters: dict[str, int]
    """What stands before an hour, and the minutes that it means from that hour on."""
    which: dict[str, Which | None]
    """What stands before a weekday; None says nothing more."""
    fillers: dict[str, None]
    """What may stand around a time without a meaning."""
    mistakable: frozenset[str]
    """Words that stand for something else in other languages' sentences."""


def together(own: Words, foreign: Words) -> Words:
    """Both languages: one's own words win, and mistakable ones of the other do not count."""
    kinds: dict[str, dict[str, object]] = {}
    known = {word for kind in _kinds(own) for word in getattr(own, kind)}
    for kind in _kinds(own):
        others = {
            word: meaning
            for word, meaning in getattr(foreign, kind).items()
            if word not in foreign.mistakable and word not in known
        }
        kinds[kind] = others | getattr(own, kind)
    return Words(**kinds, mistakable=own.mistakable)  # type: ignore[arg-type]


def every_word(words: Words) -> set[str]:
    """All single words, also those within phrases."""
    phrases = {phrase for kind in _kinds(words) for phrase in getattr(words, kind)}
    return {word for phrase in phrases for word in phrase.split()}


def _kinds(words: Words) -> list[str]:
    return [field.name for field in fields(words) if field.name != "mistakable"]


def month_names(*locales: str) -> dict[str, int]:
    """The months, in full and abbreviated, as CLDR has them."""
    return {
        folded(name).rstrip("."): number
        for locale in locales
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def day_names(locale: str) -> dict[str, int]:
    """The weekdays, in full and abbreviated, as CLDR has them."""
    return {
        folded(name).rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_day_names(width, locale=locale).items()
    }
