"""How much of what people type for a time is understood, and that nothing is misunderstood.

`times_people_type.tsv` has phrases of public test suites of date parsers, of the documentation of
reminder bots, of everyday life, of a second reader who did not know the grammar, and of three more
who looked for its gaps; the last column names the source. Expected is, to the minute:
`A` exactly that, `A..B` anything from A to B, `A / B` an ambiguity that is best asked back,
`A // B` either, and `!` a trap: whatever is understood silently is wrong.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from bot.when import WhenError, parse

TABLE = Path(__file__).with_name("times_people_type.tsv")
TRAP = "!"
MINUTE = "%Y-%m-%d %H:%M"
GOALS = {"de": 0.98, "en": 0.98}
"""Right or asked about; of phrases that nobody has seen it will be a little less."""
MOST_GUESSED = 0.02


class Phrase(NamedTuple):
    language: str
    text: str
    present: datetime
    zone: ZoneInfo
    expected: str

    @property
    def is_ambiguous(self) -> bool:
        return " / " in self.expected

    def means(self, local: datetime) -> bool:
        """Whether this moment is one of those that are meant."""
        shown = local.strftime(MINUTE)
        spans = self.expected.replace(" // ", " / ").split(" / ")
        bounds = (span.partition("..") for span in spans)
        return any(first <= shown <= (last or first) for first, _, last in bounds)


def phrases(language: str) -> Iterator[Phrase]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["language"] == language:
                zone = ZoneInfo(row["zone"])
                present = datetime.fromisoformat(row["reference"]).replace(tzinfo=zone)
                yield Phrase(language, row["phrase"], present, zone, row["expected"])


def verdict(phrase: Phrase) -> str:
    """Right, asked, guessed, refused, wrong; or trapped."""
    try:
        when = parse(phrase.text, now=phrase.present, zone=phrase.zone, language=phrase.language)
    except WhenError as error:
        if phrase.expected == TRAP:
            return "right"
        asked = any(phrase.means(choice.local) for choice in error.choices)
        return "asked" if asked else "refused"
    if phrase.expected == TRAP:
        return "trapped"
    if not phrase.means(when.local):
        return "wrong"
    return "guessed" if phrase.is_ambiguous else "right"


@cache
def verdicts(language: str) -> dict[Phrase, str]:
    return {phrase: verdict(phrase) for phrase in phrases(language)}


@pytest.mark.parametrize("language", GOALS)
def test_nothing_is_understood_wrongly_and_no_trap_taken(language: str) -> None:
    wrong = [
        (phrase.text, phrase.expected)
        for phrase, outcome in verdicts(language).items()
        if outcome in ("wrong", "trapped")
    ]
    assert wrong == []


DRESSED = ("{}.", "{},", "„{}“!", "**{}**", "({})", "📅\u00a0{}\u200b 🙏🏽", "ok, {}")
ALIKE = {"right", "asked"}
"""Verdicts that may take the place of each other: what a sign more makes less sure is asked."""


@pytest.mark.parametrize("language", GOALS)
def test_signs_around_a_time_and_digits_of_other_scripts_change_nothing(language: str) -> None:
    arabic = {ord(str(digit)): 0x660 + digit for digit in range(10)}
    changed = [
        (text, before, after)
        for number, (phrase, before) in enumerate(verdicts(language).items())
        if number % 5 == 0
        for text in (DRESSED[number // 5 % 7].format(phrase.text), phrase.text.translate(arabic))
        if (after := verdict(phrase._replace(text=text))) != before and not {before, after} <= ALIKE
    ]
    assert changed == []


@pytest.mark.parametrize("language", GOALS)
def test_nearly_all_is_understood_or_asked_back_and_hardly_anything_guessed(language: str) -> None:
    counts = Counter(verdicts(language).values())
    assert (counts["right"] + counts["asked"]) / counts.total() >= GOALS[language], counts
    assert counts["guessed"] / counts.total() <= MOST_GUESSED
