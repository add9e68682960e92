"""What a person says of a moment, as the fields that were named.

Only known words count: a text with any other has no reading, and the word is named. A text that
can be read in several ways (`3/4`, a lone `9`) has several readings; `parsing.py` asks back then.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

from bot.when.holidays import country_of, public_holidays
from bot.when.phrases import clocks, dates, days, distances
from bot.when.phrases.pieces import Match, Pieces, Reader, Rule, nothing
from bot.when.said import Said, Which
from bot.when.text import Text
from bot.when.words import FALLBACK, Words, any_of, every_word, together, vocabularies


@dataclass(frozen=True)
class Heard:
    """What a text may mean, and the words (by index) that were not understood."""

    readings: tuple[Said, ...]
    contradictory: bool
    """All was understood, but not together."""
    unknown: tuple[int, ...] = ()


class Grammar:
    """The rules of one language, tried in order at each place of a text."""

    def __init__(self, language: str, words: Words, country: str) -> None:
        self.language, self.words, self.locale = language, words, f"{language}_{country}"
        self._holidays = {*words.holidays, *public_holidays(self.locale)}

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], Reader]]:
        """Made when it is first needed: it takes a tenth of a second."""
        rules = self._rules(Pieces(self.words))
        return [(re.compile(pattern, re.ASCII), read) for pattern, read in rules]

    @cached_property
    def known(self) -> frozenset[str]:
        """All single words that stand in its phrases."""
        compounds = {
            day + part
            for day in self.words.weekdays
            for part, said in self.words.phrases.items()
            if said.part and len(day) > 3 and " " not in part
        }
        names = (word for name in self._holidays for word in name.split())
        marks = re.findall("[a-z]+", self.words.syntax.hour_mark)
        return frozenset({*every_word(self.words), *names, *compounds, *marks, "pm"})

    @cached_property
    def meaningful(self) -> frozenset[str]:
        """Those of them that an unknown word may be a slip of."""
        return self.known - {word for phrase in self.words.fillers for word in phrase.split()}

    @cached_property
    def unmistakable(self) -> frozenset[str]:
        """The words that show that a sentence is in its language."""
        own, *others = _own_first(self.language)
        shared = set[str]().union(own.mistakable, *map(every_word, others))
        marks = re.findall("[a-z]+", own.syntax.hour_mark + own.syntax.dial_mark)
        return frozenset(word for word in every_word(own) - shared | {*marks} if len(word) > 1)

    def hear(self, text: Text) -> Heard:
        """Read phrase after phrase. A word that no rule knows is skipped and noted."""
        position, found = 0, [Said()]
        unknown: dict[int, None] = {}
        while position < len(text.folded):
            ways, end = self._first_phrase(text.folded, position)
            if ways is None:
                word = text.word_at(position)
                unknown[word] = None
                position = max(text.end_of(word), position + 1)
                continue
            merged = (known.merged(new) for known in found for new in ways)
            found = [said for said in dict.fromkeys(merged) if said is not None]
            position = end
        coherent = [said for said in found if said.is_coherent]
        readings = () if unknown else tuple(said for said in coherent if said.is_enough)
        return Heard(readings, not coherent, tuple(unknown))

    def _first_phrase(self, text: str, position: int) -> tuple[list[Said] | None, int]:
        """How the text from here on can be read, and where the phrase ends."""
        for pattern, read in self._compiled:
            match = pattern.match(text, position)
            if match and match.end() > position and (ways := read(match)) is not None:
                return ways, match.end()
        return None, position

    def _holiday(self, match: Match) -> list[Said] | None:
        """`day after christmas`, `thanksgiving eve`, `second sunday before easter`."""
        words, count = self.words, match["count"]
        off = words.beside[match["beside"]] if match["beside"] else 0
        unsure = True if match["next"] else None
        said = Said(holiday=(match["name"], self.locale, off - bool(match["eve"])), unsure=unsure)
        if not match["weekday"]:
            return [said]
        number = words.ordinals.get(count) or words.numbers.get(count) or 1
        if number == 1 and count and count not in words.ordinals and count not in words.which:
            return None
        beside = -abs(number) if match["before"] else abs(number)
        return [replace(said, weekday=words.weekdays[match["weekday"]], beside=beside)]

    def _rules(self, pieces: Pieces) -> Iterable[Rule]:
        words, phrases = self.words, self.words.phrases
        spelt_with_digits = [phrase for phrase in phrases if phrase[0].isdecimal()]
        yield (
            r"""[ ,;.!?()\[\]{}"@*_•|<>~≈=`]+|(?<=[a-z.])/|(?<=\d)/(?=\d\d?:)|(?<= )/(?= )""",
            nothing,
        )
        yield rf"(?!- ?\d+ ?(?:{any_of(words.units)})\b)[-:](?!\d)", nothing
        yield rf"({any_of(spelt_with_digits)})\b", lambda match: [phrases[match[1]]]
        coming, following = (
            any_of(word for word, which in words.which.items() if which is one)
            for one in (Which.COMING, Which.NEXT)
        )
        yield (
            rf"(?:{words.syntax.articles} )?(?:(?:(?P<count>[a-z]+) )?{pieces.weekday}s? "
            rf"(?:(?P<before>{words.syntax.weekday_before})|{words.syntax.weekday_after}) )?"
            rf"(?:(?P<beside>{any_of(words.beside)}) )?(?:(?:{coming}|(?P<next>{following})) )?"
            rf"(?P<name>{any_of(self._holidays)})(?![a-z])"
            rf"(?P<eve>(?<!eve) {words.syntax.eve}\b)?",
            self._holiday,
        )
        yield from days.counted_weekdays(pieces)
        yield from clocks.around_hours(pieces)
        yield from distances.rules(pieces)
        yield from dates.rules(pieces)
        yield from clocks.rules(pieces)
        yield from days.rules(pieces)
        yield rf"(?:{any_of(words.fillers)})(?![a-z])", nothing


def grammars(language: str, zone: str) -> list[Grammar]:
    """Of a person's language, with what is unmistakable of the others; and of each other alone."""
    known = vocabularies()
    own = language if language in known else FALLBACK
    return [
        one_grammar(code, country_of(zone, known[code].countries), alone=code != own)
        for code in (own, *(code for code in known if code != own))
    ]


@cache
def one_grammar(language: str, country: str, *, alone: bool) -> Grammar:
    own, *others = _own_first(language)
    return Grammar(language, together(own, [] if alone else others), country)


def _own_first(language: str) -> list[Words]:
    known = vocabularies()
    return [known[language], *(words for code, words in known.items() if code != language)]
