"""The pieces of patterns that the rules are made of, and how a rule looks."""

import re
from collections.abc import Callable
from typing import Any

from bot.when.said import Part, Said
from bot.when.words import Words, any_of

Match = re.Match[str]
Reader = Callable[[Match], list[Said] | None]
"""What a phrase may mean. No reading at all is a contradiction, None another rule's business."""
Rule = tuple[str, Reader]
NOON_HOUR, MIDNIGHT_HOUR = 12, 24


def always(*readings: Said) -> Reader:
    """A phrase that means the same whatever stands in it."""
    return lambda _: list(readings)


nothing = always(Said())


class Pieces:
    """Patterns of one person's words; a named group can stand once in a rule."""

    ends = r"(?![\d:/]|\.(?! *$))"

    def __init__(self, words: Words) -> None:
        self.words, syntax = words, words.syntax
        self.weekday = rf"(?P<weekday>{any_of(words.weekdays)})"
        self.month = rf"(?P<month>{any_of(words.months)})\b\.?"
        counting = {word: n for word, n in words.numbers.items() if word not in words.amounts}
        self.minute_word = rf"(?:{_up_to(59, counting)})\b"
        late = {word: n for word, n in counting.items() if n >= 10}
        self.late_minute_word = rf"(?:{_up_to(59, late)})\b"
        self.hour_word = rf"(?:{_up_to(24, words.numbers)})\b"
        self.number = rf"(?:\d\d?(?!\d)|{self.minute_word})"
        self.hour = rf"(?P<hour>\d\d?{self.ends}|\d\d?(?=\.(?: *$| [a-z]))|{self.hour_word})"
        self.dial_hour = self.hour.replace(self.hour_word, rf"(?:{_up_to(24, counting)})\b")
        self.ordinal = rf"(?:{any_of(words.ordinals)})\b"
        endings = syntax.day_endings
        self.day = rf"(?P<day>(?>\d\d?(?:{endings}|\.)?)(?![\d:])|{self.ordinal})"
        self.clock_follows = rf" ?(?:{syntax.hour_mark}|[ap]\.?m|{syntax.dial_mark}|h)\b"
        self.twelves = {
            word: NOON_HOUR if said.part else MIDNIGHT_HOUR
            for word, said in words.phrases.items()
            if said in (Said(part=Part.NOON), Said(midnight=True))
        }
        self.parts = self.phrase(lambda said: bool(said.part) and said.day_ahead is None)
        self.today = self.phrase(lambda said: said == Said(day_ahead=0))
        self.unit = any_of(words.units | words.months_in)
        self.minutes, self.hours, self.days = (
            any_of(unit for unit, length in words.units.items() if length == seconds)
            for seconds in (60, 3600, 86_400)
        )

    def phrase(self, fits: Callable[[Said], bool]) -> str:
        """A pattern for all phrases of some meaning."""
        return any_of(word for word, said in self.words.phrases.items() if fits(said))

    def number_of(self, word: str) -> int:
        """A number in digits or as a word."""
        return int(word) if word.isdecimal() else self.words.numbers[word]

    def day_of(self, word: str) -> int:
        """A day of the month in digits, or as a word; -1 is the last."""
        digits = re.match(r"\d+", word)
        return int(digits[0]) if digits else self.words.ordinals[word]

    def said(self, match: Match, **known: Any) -> Said:
        """What the groups say that are called after fields of a date."""
        meanings: dict[str, Callable[[str], Any]] = {
            "year": lambda digits: int(digits) + (2000 if len(digits) == 2 else 0),
            "month": lambda month: self.words.months.get(month) or int(month),
            "day": self.day_of,
            "nth": self.day_of,
            "weekday": self.words.weekdays.__getitem__,
            "which": self.words.which.__getitem__,
            "occurrence": self.number_of,
        }
        found = match.groupdict()
        return Said(
            **{name: mean(found[name]) for name, mean in meanings.items() if found.get(name)}
            | known
        )

    def date(self, **known: Any) -> Reader:
        """A phrase that says what its groups say, and what is known besides."""
        return lambda match: [self.said(match, **known)]


def _up_to(last: int, numbers: dict[str, int]) -> str:
    return any_of(word for word, number in numbers.items() if number <= last)
