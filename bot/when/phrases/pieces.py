"""The pieces of patterns that the rules are made of, and how a rule looks."""

import re
from collections.abc import Callable

from bot.when.said import Said
from bot.when.words import Words, any_of

Match = re.Match[str]
Reader = Callable[[Match], list[Said] | None]
"""What a phrase may mean. No reading at all is a contradiction, None another rule's business."""
Rule = tuple[str, Reader]


def nothing(_: Match) -> list[Said]:
    """A phrase without a meaning."""
    return [Said()]


class Pieces:
    """Patterns of one language's words; a named group can stand once in a rule."""

    ends = r"(?![\d:./])"

    def __init__(self, language: str, words: Words) -> None:
        self.language, self.words = language, words
        self.weekday = rf"(?P<weekday>{any_of(words.weekdays)})"
        self.month = rf"(?P<month>{any_of(words.months)})\b\.?"
        self.minute_word = rf"(?:{_up_to(59, words.numbers)})\b"
        self.hour_word = rf"(?:{_up_to(24, words.numbers)})\b"
        self.number = rf"(?:\d\d?(?!\d)|{self.minute_word})"
        self.hour = rf"(?P<hour>\d\d?{self.ends}|\d\d?(?=\.(?: *$| [a-z]))|{self.hour_word})"
        self.ordinal = rf"(?:{any_of(words.ordinals)})\b"
        self.day = rf"(?P<day>(?>\d\d?(?:st|nd|rd|th|te[nrm]?|\.)?)(?![\d:])|{self.ordinal})"
        self.half = self._half()
        self.clock_follows = r" ?(?:uhr|[ap]\.?m|o ?clock|h)\b"
        self.parts = any_of(
            word for word, said in words.phrases.items() if said.part and said.day_ahead is None
        )

    def _half(self) -> str:
        """am or pm; but `9 am Freitag` is German for `9 on Friday`."""
        if self.language == "de":
            return r"(?! am +[^ ]) ?(?P<half>[ap])\.?m\b\.?"
        return r"(?:ish)? ?(?P<half>[ap])(?:\.? ?m\b\.?|(?<=\d[ap])\b\.?)"

    def number_of(self, word: str) -> int:
        """A number in digits or as a word."""
        return int(word) if word.isdecimal() else self.words.numbers[word]

    def day_of(self, word: str) -> int:
        """A day of the month in digits, or as a word; -1 is the last."""
        digits = re.match(r"\d+", word)
        return int(digits[0]) if digits else self.words.ordinals[word]


def _up_to(last: int, numbers: dict[str, int]) -> str:
    return any_of(word for word, number in numbers.items() if number <= last)
