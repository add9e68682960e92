"""What a person says of a moment, as the fields that were named.

Only known words count: a text with any other has no reading, and the word is named. A text that
can be read in several ways (`3/4`, a lone `9`) has several readings; `parsing.py` asks back then.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from bot.when.holidays import country_of, named_days
from bot.when.phrases import clocks, dates, days, distances
from bot.when.phrases.pieces import Match, Pieces, Reader, Rule, nothing
from bot.when.said import Said
from bot.when.text import Text
from bot.when.words import Words, any_of, every_word, together
from bot.when.words_de import GERMAN
from bot.when.words_en import ENGLISH

WORDS = {"en": ENGLISH, "de": GERMAN}
EVERYWHERE = frozenset({"uhr", "in", "pm"})
"""Words of the rules themselves."""


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
        self.language, self.words, self.country = language, words, country
        self._holidays = named_days(language, country)

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], Reader]]:
        """Made when it is first needed: it takes a tenth of a second."""
        rules = self._rules(Pieces(self.language, self.words))
        return [(re.compile(pattern, re.ASCII), read) for pattern, read in rules]

    @cached_property
    def known(self) -> frozenset[str]:
        """All single words that stand in its phrases."""
        names = (word for name in self._holidays for word in name.split())
        compounds = {
            day + part
            for day in self.words.weekdays
            for part, said in self.words.phrases.items()
            if said.part and len(day) > 3 and " " not in part
        }
        return frozenset({*every_word(self.words), *names, *compounds, *EVERYWHERE})

    @cached_property
    def meaningful(self) -> frozenset[str]:
        """Those of them that an unknown word may be a slip of."""
        fillers = {word for phrase in self.words.fillers for word in phrase.split()}
        return self.known - fillers

    @cached_property
    def unmistakable(self) -> frozenset[str]:
        """The words that show that a sentence is in its language."""
        (other,) = WORDS.keys() - {self.language}
        shared = every_word(WORDS[other]) | self.words.mistakable
        own = {"uhr"} if self.language == "de" else {"oclock"}
        words = every_word(WORDS[self.language]) - shared | own
        return frozenset(word for word in words if len(word) > 1)

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

    def _holiday(self, match: Match) -> list[Said]:
        return [Said(holiday=(match[1], self.country))]

    def _rules(self, pieces: Pieces) -> list[Rule]:
        phrases = pieces.words.phrases
        spelt_with_digits = [phrase for phrase in phrases if phrase[0].isdecimal()]
        return [
            (r"""[ ,;.!?()\[\]{}"@*_•|<>~≈=`]+|(?<=[a-z])/""", nothing),
            (rf"(?!^- ?\d+ ?(?:{any_of(pieces.words.units)})\b)[-:](?!\d)", nothing),
            (rf"({any_of(spelt_with_digits)})\b", lambda match: [phrases[match[1]]]),
            (rf"(?:(?:am|an|der|den|the|on) )?({any_of(self._holidays)})(?![a-z])", self._holiday),
            *days.counted_weekdays(pieces),
            *clocks.around_hours(pieces),
            *distances.rules(pieces),
            *dates.rules(pieces),
            *clocks.rules(pieces),
            *days.rules(pieces),
            (rf"(?:{any_of(pieces.words.fillers)})(?![a-z])", nothing),
        ]


def grammars(language: str, zone: str) -> tuple[Grammar, Grammar]:
    """Of a person's language, with what is unmistakable of the other one; and of the other."""
    language = language if language in WORDS else "en"  # of one that has no words of its own yet
    (other,) = WORDS.keys() - {language}
    return (
        _grammar(language, country_of(zone, language), alone=False),
        _grammar(other, country_of(zone, other), alone=True),
    )


@cache
def _grammar(language: str, country: str, *, alone: bool) -> Grammar:
    (other,) = WORDS.keys() - {language}
    words = WORDS[language] if alone else together(WORDS[language], WORDS[other])
    return Grammar(language, words, country)
