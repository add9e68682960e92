"""`in 2 hours`, `+15 min`, `eine halbe Stunde`, `a week from tomorrow`."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from bot.when.phrases.pieces import Match, Pieces, Rule
from bot.when.said import Said
from bot.when.words import any_of

DAY_SECONDS, HOURS_OF_A_DAY = 86_400, 24
LAST_HOURS, FIRST_CLOCK = 5, 13
"""`5h` is a distance and `13h` a time of the day; what is between may be either."""
SHORTEST_MONTH = 28 * DAY_SECONDS
A_MOMENT = 60
"""Seconds; `just a minute` asks for patience."""
A_WEEK_IN_GERMAN = re.compile("(?:8|acht) tagen?")
"""It counts today, as the French do."""
VAGUE = re.compile(r"\b(?:few|paar|wenigen?|einigen?)\b")
"""Amounts that are asked about: three is offered."""


def rules(pieces: Pieces) -> Iterable[Rule]:
    words = pieces.words
    amount = (
        r"\d{1,30} \d/\d(?!\d)|(?:an? )?\d/\d(?!\d)|\d{1,30}(?:[.,]\d{1,2})?"
        rf"|(?:{any_of(words.amounts | words.numbers)})\b"
    )
    half = r" and an? half| ?einhalb| und eine? halbe"
    unit = any_of(words.units | words.months_in)
    item = re.compile(rf"({amount})({half})? ?({unit})(?![a-z])", re.ASCII)
    bare = rf"(?:{amount})(?:{half})? ?(?:{unit})(?![a-z])"
    items = rf"(?P<items>{bare}(?:(?:,? and|,? und|,)? ?{bare})*)"
    about = r"(?:(?:ca|about|around|etwa|ungefahr|genau|exactly|roughly|circa|zirka)\b\.? )?"
    after = r" (?:later|from now|hence|spater|ab jetzt|von jetzt an|ab sofort)\b"
    a_day = any_of([*words.weekdays, *(w for w, s in words.phrases.items() if s.day_ahead)])
    today = any_of(word for word, said in words.phrases.items() if said == Said(day_ahead=0))

    def ahead(match: Match) -> list[Said] | None:
        return _read(pieces, item, match, match["items"])

    def ago(match: Match) -> list[Said]:
        return [Said(seconds=-1)]

    yield rf"vor {items}|(?:{bare}(?:(?:,? and|,? und|,)? ?{bare})*) (?:ago|her)\b", ago
    yield (
        r"in (?P<hours>\d{1,3}):(?P<minutes>[0-5]\d) ?(?:h|std|stunden?|hours?|hrs?)\b",
        lambda match: [Said(seconds=3600 * int(match["hours"]) + 60 * int(match["minutes"]))],
    )
    hours = r"(?:(?<=\dh) ?|(?<=hour) |(?<=hours) |(?<=stunde) |(?<=stunden) )"
    yield (
        rf"(?P<sign>in {about}|after |nach |\+ ?)?(?P<span>for |fur )?{items}"
        rf"(?:{hours}(?P<minutes>\d\d)(?![\d:./a-z]|{pieces.clock_follows}))?"
        rf"(?P<after>{after}| time\b| (?:from|after|on|ab|nach|from the) (?:{today})\b"
        rf"|(?: (?:from|after|on|ab|nach))(?= (?:{a_day})\b))?",
        ahead,
    )


def _read(pieces: Pieces, item: re.Pattern[str], match: Match, items: str) -> list[Said] | None:
    said = _sum(pieces, item, match, items)
    if said is None:
        return []
    if A_WEEK_IN_GERMAN.fullmatch(items):
        return [Said(days=7), said]
    if VAGUE.search(items) or not _descends(pieces, item, items):
        return [replace(said, unsure=True)]
    if match["sign"] or match["after"]:
        return [said, *_hours_and_minutes(items)]
    if re.fullmatch(r"\d{4} ?(?:h|hrs|hours)|\d\d?[.,]\d\d ?h", items):
        return None
    whole = match.span() == (0, len(match.string.rstrip(" .!?")))
    if re.fullmatch(r"\d\d? ?h", items):
        return _or_a_clock(match, said, items, whole=whole)
    doubtful = said.seconds is None or said.seconds <= A_MOMENT or match["span"]
    return [replace(said, unsure=True if doubtful else None)]


def _descends(pieces: Pieces, item: re.Pattern[str], items: str) -> bool:
    """Whether no unit is longer than the one before: `2 hours a day` is no sum."""
    months = {unit: SHORTEST_MONTH * n for unit, n in pieces.words.months_in.items()}
    lengths = [(months | pieces.words.units)[unit] for _, _, unit in item.findall(items)]
    return all(long >= short for long, short in pairwise(lengths))


def _hours_and_minutes(items: str) -> list[Said]:
    """`in 1.30 h` may be an hour and a half as well."""
    written = re.fullmatch(r"(\d\d?)[.,]([0-5]\d) ?(?:h|std|stunden?|hours?|hrs?)", items)
    return [Said(seconds=3600 * int(written[1]) + 60 * int(written[2]))] if written else []


def _or_a_clock(match: Match, said: Said, items: str, *, whole: bool) -> list[Said] | None:
    """`18h` and `8h30` are French and Swiss for times of the day."""
    hour, minute = int(items.rstrip(" h")), int(match["minutes"] or 0)
    if FIRST_CLOCK <= hour < HOURS_OF_A_DAY:
        return None
    clock = Said(hour=hour, minute=minute, second=0)
    if hour > HOURS_OF_A_DAY or (whole and hour <= LAST_HOURS and match["minutes"] is None):
        return [said]
    return [said, clock]


def _sum(pieces: Pieces, item: re.Pattern[str], match: Match, items: str) -> Said | None:
    """All items together; None for such as `1.5 months`."""
    words = pieces.words
    months, days, seconds = Decimal(0), Decimal(0), None
    if match["minutes"]:
        seconds = Decimal(60 * int(match["minutes"]))
    for written, half, unit in item.findall(items):
        amount = _amount(pieces, written) + (Decimal("0.5") if half else 0)
        if unit in words.months_in:
            months += amount * words.months_in[unit]
            continue
        length = amount * words.units[unit]
        if words.units[unit] >= DAY_SECONDS and length % DAY_SECONDS == 0:
            days += length // DAY_SECONDS
        else:
            seconds = (seconds or 0) + length
    if months % 1:
        return None
    return Said(
        months=int(months) or None,
        days=int(days) if days or (seconds is None and not months) else None,
        seconds=None if seconds is None else int(seconds),
    )


def _amount(pieces: Pieces, written: str) -> Decimal:
    if "/" in written:
        whole, _, fraction = written.removeprefix("a ").removeprefix("an ").rpartition(" ")
        above, below = map(int, fraction.split("/"))
        return Decimal(whole or 0) + (Decimal(above) / below if below else 0)
    if written[0].isdecimal():
        return Decimal(written.replace(",", "."))
    if written in pieces.words.amounts:
        return Decimal(str(pieces.words.amounts[written]))
    return Decimal(pieces.words.numbers[written])
