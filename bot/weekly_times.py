"""What people type as an account's weekly slots: `mon-fri 9:00 18:00, sat 11`; and back in words.

Days, then their hours, then the next days. Pure; the words of each language stand in `texts/`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby, pairwise
from typing import Literal

import regex
from babel.dates import format_time, get_day_names

from bot.slots import NEARBY
from bot.texts import LANGUAGES, REFERENCE, label
from bot.texts.parts import shortened
from bot.when.said import Part, Said
from bot.when.text import folded, plain
from bot.when.words import any_of, vocabularies
from storage.slots import WeeklyTime

MOST_A_DAY = 12
MOST_CHARACTERS, SHOWN_CHARACTERS = 500, 30
MOST_SAID = 200
"""Characters of a week that a card repeats, so that it can be copied."""
DAYS = range(7)
WORKING_DAYS, WEEKEND = (0, 1, 2, 3, 4), (5, 6)
MONDAY = date(2024, 1, 1)
"""Any that is one."""
Width = Literal["wide", "abbreviated"]
BULLET = regex.compile(r"(?m)^\s*[-–•*]\s+")
DASHES = regex.compile(r"[\p{Pd}→~]|\.{2,}|…")
SIGNS = regex.compile(r"[[\p{P}\p{So}\p{Sk}\p{Cf}\p{Me}\ufe0f]--[-:.,;/&'’]]", regex.VERSION1)
NOON = 12


class SlotsError(ValueError):
    """It names no weekly times; the key of the sentence that says why, and its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def read_slots(text: str, language: str) -> frozenset[WeeklyTime]:
    """The slots that the text names; none, if it says so. Raises SlotsError and nothing else.

    Args:
        language: in which an error names days.
    """
    if len(text) > MOST_CHARACTERS:
        raise SlotsError("slots_not_understood")
    reader = _Reader()
    for match in _tokens().finditer(_plain(text)):
        reader.take(match)
    slots = reader.end()
    _check(slots, language)
    return slots


def sounds_weekly(text: str) -> bool:
    """Whether it names slots on several days, or on all: what hardly is one post's time."""
    try:
        slots = read_slots(text, REFERENCE) if len(text) <= MOST_SAID else ()
    except SlotsError:
        return False
    names_days = any(match.lastgroup == "days" for match in _tokens().finditer(_plain(text)))
    return names_days and len({day for day, _ in slots}) > 1


def week_in_words(slots: Collection[WeeklyTime], language: str) -> str:
    """A line for each run of days with the same hours, such as 'Mon–Fri: 09:00, 18:00'."""
    hours = {day: sorted(clock for weekday, clock in slots if weekday == day) for day in DAYS}
    runs = [(shown, [*days]) for shown, days in groupby(DAYS, key=lambda day: hours[day])]
    return "\n".join(
        f"{_span(days, language)}: {', '.join(clock_in_words(one, language) for one in shown)}"
        for shown, days in runs
        if shown
    )


def clock_in_words(clock: time, language: str) -> str:
    return format_time(clock, label(language, "pattern_clock"), locale=language)


def day_in_words(weekday: int, language: str, width: Width = "wide") -> str:
    return str(get_day_names(width, "stand-alone", locale=language)[weekday])


def _plain(text: str) -> str:
    return folded(SIGNS.sub(" ", DASHES.sub("-", BULLET.sub(" ", plain(text)))))


def _span(days: Sequence[int], language: str) -> str:
    if len(days) == len(DAYS):
        return label(language, "slots_every_day")
    ends = dict.fromkeys((days[0], days[-1]))
    return "–".join(day_in_words(day, language, "abbreviated") for day in ends)


class _Reader:
    """Days and hours as they come, one after the other."""

    def __init__(self) -> None:
        self.slots: set[WeeklyTime] = set()
        self.days: list[int] = []
        self.is_range = self.has_hours = self.is_implied = self.wants_none = False
        self.unknown: list[str] = []
        self.parts: dict[str, Part] = {}
        self.in_digits: set[int] = set()

    def take(self, match: re.Match[str]) -> None:
        kind, word = match.lastgroup, match[0]
        if kind == "hours":
            self._hour(clock := _clock(match))
            self.in_digits.add(clock.hour)
        elif kind == "named":
            self._hour(_named_hours()[word])
        elif kind == "parts":
            self.parts[word] = _parts()[word]
        elif kind == "days":
            self._day(_days()[word.rstrip(".")])
        elif kind == "until":
            self.is_range = bool(self.days) and not self.has_hours
            if not self.is_range:
                self.unknown.append(word)
        elif kind == "none":
            self.wants_none = True
        elif kind == "unknown":
            self.unknown.append(word)

    def end(self) -> frozenset[WeeklyTime]:
        """All that was said. Raises SlotsError."""
        self._compare_parts()
        if self.unknown:
            words = ", ".join(shortened(word, SHOWN_CHARACTERS) for word in self.unknown[:3])
            raise SlotsError("slots_unknown_words", words=words)
        if self.wants_none and not self.days and not self.slots:
            return frozenset()
        if self.wants_none or self.is_range or not (self.days or self.slots):
            raise SlotsError("slots_not_understood")
        if not self.has_hours:
            raise SlotsError("slots_without_hours")
        return frozenset(self.slots)

    def _compare_parts(self) -> None:
        """`abends 18 Uhr` names an hour; `evening at 6` or `evenings` leaves it open."""
        spans = {word: range(part.value[1], part.value[2] + 1) for word, part in self.parts.items()}
        is_plain = all(any(hour in span for span in spans.values()) for hour in self.in_digits)
        if not is_plain or any(self.in_digits.isdisjoint(span) for span in spans.values()):
            self.unknown += spans

    def _hour(self, clock: time) -> None:
        if not self.days:
            self.days, self.is_implied = [*DAYS], True
        if self.is_range:
            raise SlotsError("slots_not_understood")
        self.has_hours = True
        self.slots |= {(day, clock) for day in self.days}

    def _day(self, days: Sequence[int]) -> None:
        if self.is_implied:
            raise SlotsError("slots_days_first")
        if self.has_hours:
            self.days, self.has_hours = [], False
        if self.is_range:
            start = self.days.pop()
            self.days += [(start + n) % 7 for n in range((days[0] - start) % 7 + 1)]
            self.is_range = False
        else:
            self.days += days


def _clock(match: re.Match[str]) -> time:
    """Raises SlotsError for what no clock shows."""
    packed = match["packed"]
    hour, minute = (packed[:2], packed[2:]) if packed else (match["hour"], match["minute"] or 0)
    hour, minute, half = int(hour), int(minute), match["half"]
    if half and 1 <= hour <= NOON:
        hour = hour % NOON + (NOON if half == "p" else 0)
    elif half:
        hour = 99
    try:
        return time(hour, minute)
    except ValueError:
        raise SlotsError("slots_no_such_time", time=match[0].strip()) from None


def _check(slots: Iterable[WeeklyTime], language: str) -> None:
    """Raises SlotsError for too many on a day, and for two that get into each other's way."""
    week = sorted(datetime.combine(MONDAY + timedelta(days=day), clock) for day, clock in slots)
    for day, times in groupby(week, key=datetime.weekday):
        if len([*times]) > MOST_A_DAY:
            raise SlotsError("slots_too_many", day=day_in_words(day, language), limit=MOST_A_DAY)
    around = [*week, *(moment + timedelta(days=7) for moment in week[:1])]
    for one, other in pairwise(around):
        if other - one < NEARBY:
            first, second = (_in_words(moment, language) for moment in (one, other))
            raise SlotsError("slots_too_close", first=first, second=second)


def _in_words(moment: datetime, language: str) -> str:
    day = day_in_words(moment.weekday(), language, "abbreviated")
    return f"{day} {clock_in_words(moment.time(), language)}"


def _said(key: str) -> Iterator[str]:
    """The words of all languages."""
    return (folded(word) for texts in LANGUAGES.values() for word in texts.listed(key))


@cache
def _days() -> dict[str, tuple[int, ...]]:
    """What names days, and which."""
    named: dict[str, tuple[int, ...]] = {
        word: (day,) for words in vocabularies().values() for word, day in words.weekdays.items()
    }
    several = {
        **dict.fromkeys(_said("said_every_day"), tuple(DAYS)),
        **dict.fromkeys(_said("said_working_days"), WORKING_DAYS),
        **dict.fromkeys(_said("said_weekend"), WEEKEND),
    }
    plural = {f"{word}s": days for word, days in named.items() if len(word) > 3}
    return plural | named | several


@cache
def _parts() -> dict[str, Part]:
    """What names a part of the day."""
    phrases = [item for words in vocabularies().values() for item in words.phrases.items()]
    return {word: said.part for word, said in phrases if said.part and said == Said(part=said.part)}


@cache
def _named_hours() -> dict[str, time]:
    phrases = [item for words in vocabularies().values() for item in words.phrases.items()]
    midnight = {word: time() for word, said in phrases if said == Said(midnight=True)}
    return midnight | {word: time(NOON) for word, part in _parts().items() if part is Part.NOON}


@cache
def _tokens() -> re.Pattern[str]:
    after = r"(?:[:.]|h(?=\d)|,(?=00|[3-5]\d)| ?uhr (?=\d\d\b(?! ?(?:uhr|h\b|[:.]\d))))"
    hour = rf"(?P<hour>\d\d?)(?:{after}(?P<minute>\d\d))?|(?P<packed>\d{{4}})"
    mark = r" ?(?:(?P<half>[ap])\.?m\b\.?|(?:uhr|h|hrs)\b)"
    parts = f"(?:{any_of(_parts())})"
    return re.compile(
        rf"(?P<hours>(?<![\d:.])(?:{hour})(?:{mark})?(?![\d:]|\.\d))"
        rf"|(?P<named>(?<!\d )(?<!uhr )\b(?:{any_of(_named_hours())})\b(?! (?:um |at )?\d))"
        rf"|(?P<days>\b(?:{any_of(_days())})(?:\b\.?|(?={parts}\b)))"
        rf"|(?P<until>-|\b(?:{any_of(_said('said_until'))})\b)"
        rf"|(?P<parts>{parts}\b)"
        rf"|(?P<none>\b(?:{any_of(_said('said_no_slots'))})\b)"
        rf"|(?P<nothing>\b(?:{any_of(_said('said_around_slots'))})\b|[\s,;.:/&+|=']+)"
        rf"|(?P<unknown>[^\s,;]+)",
        re.ASCII,
    )
