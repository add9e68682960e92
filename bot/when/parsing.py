"""A typed text, its readings, and the one moment that they come to, or the question to ask."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

from bot.when.grammar import Grammar, Heard, grammars
from bot.when.moments import Present, Problem, When, WhenError
from bot.when.resolving import Outcome, outcomes
from bot.when.said import Said
from bot.when.text import Text, plain, typed
from bot.when.typos import meant

AROUND_A_TIME = """ \t\n.,!?()*"'„“”\u200b\u2060"""
"""What people put around an ISO time."""
MAX_SLIPS = 2
MAX_NAMED_WORDS = 3
"""Words that are named as not understood."""


def parse(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    day: date | None = None,
    earliest: datetime | None = None,
) -> When:
    """Read a time that a person typed in their language and zone.

    `day` is the one whose time they were asked for. `earliest` is the present where `now` is a
    planned time, from which distances count. Raises WhenError and nothing else.
    """
    present = now.astimezone(zone).replace(microsecond=0)
    if exact := _with_offset(text):
        here = Present.at(present, zone)
        here.check_ahead(exact)
        return here.moment(exact)
    own, *others = grammars(language, zone.key)
    ready = typed(re.sub(*own.words.capitals, text))
    if ready is None or not ready.folded:
        raise WhenError(Problem.NOT_UNDERSTOOD)
    heard = _readings(ready, own, others)
    if heard.unknown:
        mended = _mended(ready, heard.unknown, own, others)
        raise _named(ready, heard.unknown, own, _all(mended, present, zone, day))
    if heard.contradictory:
        raise WhenError(Problem.CONTRADICTORY)
    when = _decided(_all(heard.readings, present, zone, day))
    if not when.now and when.utc <= (earliest or now):
        raise WhenError(Problem.IN_THE_PAST)
    return when


def _with_offset(text: str) -> datetime | None:
    """An ISO time that names its offset; None for whatever else.

    Only with its `T`: in `2026-12-24 18:00-19:00` a person means no offset.
    """
    try:
        moment = datetime.fromisoformat(plain(text).upper().strip(AROUND_A_TIME))
    except ValueError:
        return None
    return moment if moment.tzinfo and "T" in text.upper() else None


def _readings(text: Text, own: Grammar, others: Sequence[Grammar]) -> Heard:
    """In the person's language; a sentence in another one counts if it is unmistakable."""
    heard, words = own.hear(text), re.findall(r"[a-z]+", text.folded)
    for other in others:
        if other.unmistakable.isdisjoint(words) or (abroad := other.hear(text)).unknown:
            continue
        readings = tuple(dict.fromkeys((*heard.readings, *abroad.readings)))
        heard = Heard(readings, contradictory=not readings and abroad.contradictory)
    return heard


def _all(
    readings: Iterable[Said], now: datetime, zone: ZoneInfo, day: date | None
) -> list[Outcome]:
    return [outcome for said in readings for outcome in outcomes(_on_the_day(said, day), now, zone)]


def _on_the_day(said: Said, day: date | None) -> Said:
    """Put a bare time on the day that was asked about, even if it names that day (`saturday`)."""
    if day is None or said.has_distance or not said.has_clock:
        return said
    bare = replace(said, weekday=None) if said.weekday == day.weekday() and not said.which else said
    return said if bare.has_day else replace(said, year=day.year, month=day.month, day=day.day)


def _decided(found: Sequence[Outcome]) -> When:
    """The one moment of all readings. Raises WhenError."""
    whens = {outcome.when for outcome in found if outcome.when}
    problems = {outcome.problem.problem for outcome in found if outcome.problem}
    if whens or len(problems) > 1:
        problems -= {Problem.CONTRADICTORY}
    unsure = any(outcome.unsure for outcome in found)
    if len(whens) == 1 and not problems and not unsure:
        return whens.pop()
    choices, days = _offered(found)
    if len(problems) == 1 and not whens and (not unsure or len(choices) > 1):
        missing = {outcome.problem.missing for outcome in found if outcome.problem}
        one = missing.pop() if len(missing) == 1 else None
        raise WhenError(problems.pop(), choices, days=days, missing=one)
    if len(choices) + len(days) == 1:
        raise WhenError(Problem.DID_YOU_MEAN, choices, days=days)
    problem = Problem.SEVERAL_WAYS if choices or days else Problem.NOT_UNDERSTOOD
    raise WhenError(problem, choices, days=days)


def _offered(found: Sequence[Outcome]) -> tuple[tuple[When, ...], tuple[date, ...]]:
    """All that may have been meant, in order: moments, and days without a time."""
    problems = [outcome.problem for outcome in found if outcome.problem]
    whens = {outcome.when for outcome in found if outcome.when}
    whens |= {choice for problem in problems for choice in problem.choices}
    days = {day for problem in problems for day in problem.days}
    return tuple(sorted(whens, key=lambda when: when.utc)), tuple(sorted(days))


def _mended(
    text: Text, unknown: Sequence[int], own: Grammar, others: Sequence[Grammar]
) -> set[Said]:
    """What the text means if the unknown words are slips; nothing if it is none even then."""
    slips = [word for word in unknown if text.letters(word) not in own.known]
    if len(slips) > MAX_SLIPS:
        return set()
    found: set[Said] = set()
    for words in product(*(meant(text.letters(word), own.meaningful) for word in slips)):
        mended = text
        for index, word in zip(slips, words, strict=True):
            mended = mended.with_word(index, word)
        found |= set(_readings(mended, own, others).readings)
    return found


def _named(
    text: Text, unknown: Sequence[int], own: Grammar, mended: Sequence[Outcome]
) -> WhenError:
    """The words that are not understood, and what they may have meant."""
    foreign = [word for word in unknown if text.letters(word) not in own.known]
    words = tuple(filter(None, map(text.named, (foreign or unknown)[:MAX_NAMED_WORDS])))
    choices, days = _offered(mended)
    if choices or days:
        return WhenError(Problem.DID_YOU_MEAN, choices, days=days, unknown=words)
    return WhenError(Problem.UNKNOWN_WORDS if words else Problem.NOT_UNDERSTOOD, unknown=words)
