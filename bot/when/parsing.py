"""A typed text, its readings, and the one moment that they come to, or the question to ask."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from bot.when.grammar import Grammar, grammars
from bot.when.present import Present
from bot.when.problems import Problem, When, WhenError
from bot.when.resolving import Outcome, outcomes
from bot.when.said import Said
from bot.when.text import Text, typed
from bot.when.typos import meant
from bot.when.words import every_word

SUNDAY_IN_SHORT = re.compile(r"\bSo(?=[.,]? ?\d)")
"""German; in small letters it may mean about."""
MOST_SLIPS = 2
MOST_NAMED = 3
"""Words that are named as not understood."""


def parse(
    text: str, *, now: datetime, zone: ZoneInfo, language: str, day: date | None = None
) -> When:
    """Read a time that a person typed in their language and zone.

    `day` is the one whose time they were asked for. Raises WhenError and nothing else.
    """
    present = now.astimezone(zone).replace(microsecond=0)
    if exact := _with_offset(text):
        here = Present(present, zone, zone, present.date())
        here.check_ahead(exact)
        return here.moment(exact)
    ready = typed(SUNDAY_IN_SHORT.sub("Sonntag", text) if language == "de" else text)
    if ready is None or not ready.folded:
        raise WhenError(Problem.NOT_UNDERSTOOD)
    own, other = grammars(language, zone.key)
    readings, unknown = _readings(ready, own, other)
    if unknown:
        raise _named(ready, unknown, _repaired(ready, unknown, own, other, present, zone, day))
    return _decided(_all(readings, present, zone, day))


def _with_offset(text: str) -> datetime | None:
    """An ISO time that names its offset; None for whatever else.

    Only with its `T`: in `2026-12-24 18:00-19:00` a person means no offset.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo and "T" in text else None


def _readings(text: Text, own: Grammar, other: Grammar) -> tuple[set[Said], tuple[int, ...]]:
    """In the person's language; a sentence in the other one counts if it is unmistakable."""
    heard = own.hear(text)
    readings = set(heard.readings)
    if not _foreign(own, other).isdisjoint(re.findall(r"[a-z]+", text.folded)):
        abroad = other.hear(text)
        readings |= set(abroad.readings)
        if not abroad.unknown:
            return readings, ()
    return readings, heard.unknown


@cache
def _foreign(own: Grammar, other: Grammar) -> frozenset[str]:
    """The words that show that a sentence is in the other language."""
    shared = every_word(own.native) | other.words.mistakable
    return frozenset(word for word in every_word(other.words) | {"uhr"} if word not in shared)


def _all(
    readings: Iterable[Said], now: datetime, zone: ZoneInfo, day: date | None
) -> list[Outcome]:
    return [
        outcome for said in readings for outcome in outcomes(_on_the_day(said, day), now, zone)
    ]


def _on_the_day(said: Said, day: date | None) -> Said:
    """A time without a day is one of the day that was asked about."""
    if day is None or said.has_day or said.has_distance or not said.has_clock:
        return said
    return replace(said, year=day.year, month=day.month, day=day.day)


def _decided(found: Sequence[Outcome]) -> When:
    """The one moment of all readings. Raises WhenError."""
    problems = [outcome.problem for outcome in found if outcome.problem]
    others = [error for error in problems if error.problem is not Problem.CONTRADICTORY]
    whens = dict.fromkeys(outcome.when for outcome in found if outcome.when)
    if not found or (not whens and not others):
        raise WhenError(Problem.CONTRADICTORY if problems else Problem.NOT_UNDERSTOOD)
    unsure = any(outcome.unsure for outcome in found)
    if len(whens) == 1 and not others and not unsure:
        return next(iter(whens))
    offered = {*whens, *(choice for error in others for choice in error.choices)}
    choices = tuple(sorted(offered, key=lambda when: when.utc))
    days = tuple(sorted({day for error in others for day in error.days}))
    raise WhenError(_problem(others, choices, days, unsure=unsure, any_found=bool(whens)), choices, days=days)


def _problem(
    others: Sequence[WhenError],
    choices: Sequence[When],
    days: Sequence[date],
    *,
    unsure: bool,
    any_found: bool,
) -> Problem:
    kinds = {error.problem for error in others}
    if len(kinds) == 1 and not any_found and not unsure:
        return kinds.pop()
    if len(choices) + len(days) == 1:
        return Problem.DID_YOU_MEAN
    return Problem.SEVERAL_WAYS if choices or days else Problem.NOT_UNDERSTOOD


def _repaired(
    text: Text,
    unknown: Sequence[int],
    own: Grammar,
    other: Grammar,
    now: datetime,
    zone: ZoneInfo,
    day: date | None,
) -> WhenError | None:
    """What the text means if the unknown words are slips; None if that is no time."""
    if len(unknown) > MOST_SLIPS:
        return None
    known = frozenset(every_word(own.words) | {"uhr"})
    ways = [meant(_letters(text, word), known) for word in unknown]
    found: list[Outcome] = []
    for words in product(*ways):
        mended = text
        for index, word in zip(unknown, words, strict=True):
            mended = mended.with_word(index, word)
        readings, still = _readings(mended, own, other)
        found += [] if still else _all(readings, now, zone, day)
    try:
        when = _decided(found)
    except WhenError as error:
        return error if error.choices or error.days else None
    return WhenError(Problem.DID_YOU_MEAN, (when,))


def _letters(text: Text, word: int) -> str:
    return text.folded[text.starts[word] : text.end_of(word)].strip(" ,;.!?()")


def _named(text: Text, unknown: Sequence[int], mended: WhenError | None) -> WhenError:
    words = tuple(filter(None, map(text.named, unknown[:MOST_NAMED])))
    if mended is not None:
        return WhenError(Problem.DID_YOU_MEAN, mended.choices, days=mended.days, unknown=words)
    return WhenError(Problem.UNKNOWN_WORDS if words else Problem.NOT_UNDERSTOOD, unknown=words)
