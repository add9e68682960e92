"""`18:30`, `6pm`, `halb neun`, `20 past eight`, `1830`, `18h30`: times of the day."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from bot.when.phrases.dates import dotted_dates, packed_dates
from bot.when.phrases.distances import A_FEW
from bot.when.phrases.pieces import (
    MIDNIGHT_HOUR,
    NOON_HOUR,
    Match,
    Pieces,
    Rule,
    always,
    nothing,
)
from bot.when.said import Said
from bot.when.words import any_of

DAY_MINUTES = 1440
SOME_MINUTES = 5
"""What is offered for "shortly after 6"."""
SMALL_HOURS = range(1, 7)
"""Where a day has twice twelve hours, `2:30` without am or pm is rather of the afternoon."""


def rules(pieces: Pieces) -> Iterable[Rule]:
    syntax, half, hour, ends = pieces.words.syntax, pieces.words.half, pieces.hour, pieces.ends
    clock, loose = partial(_clock, pieces), partial(_clock, pieces, loose=True)
    digits, minute = r"(?P<hour>\d\d?)", r"(?P<minute>\d\d)"
    mark, dial_mark = syntax.hour_mark, rf"(?: {syntax.dial_mark}\b)?"
    suffix = rf"(?: ?(?P<mark>{mark}|h|{syntax.after_digits})\b|{half}|-?ish\b)"
    yield from _midnight_twice(pieces)
    yield rf"{digits}:{minute}(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?(?!\d){suffix}?", clock
    yield rf"{digits}[.,;]{minute}{suffix}", clock
    yield rf"{digits}-(?P<minute>00|[3-5]\d){suffix}", clock
    yield rf"{digits}[;,]{minute}(?!\d|[.,](?! *$))", clock
    minute_word = rf"(?:{syntax.leading_zero} )?(?P<minute_word>{pieces.number})"
    minutes = rf"{minute}{ends}|{minute_word}(?![:/]|[.-]\d|\. ?[a-z])"
    a_date = rf" \d\d? (?:{any_of(pieces.words.months)})\b"
    yield (
        rf"{hour} ?(?P<mark>{mark}|h(?=\d\d)|h\b)"
        rf"(?:(?!{a_date})(?: {syntax.conjunction})? ?(?:{minutes})(?: ?(?:{pieces.minutes})\b)?)?"
        rf"(?![a-z])",
        clock,
    )
    yield rf"{digits} (?P<minute>[0-5]\d){ends}{suffix}?(?! ?(?:{pieces.unit})\b)", loose
    yield from _in_words(pieces)
    yield rf"{hour}{dial_mark}{half}", clock
    yield r"(?P<first>\d\d?)\.(?P<second>\d\d?)(?![\d:/]|\.\d)", partial(_dotted, pieces)
    no_more = r"(?![\d:/-]|[.,](?! *$))"
    yield rf"{digits}{minute}{no_more}{suffix}?", partial(_packed, pieces)
    yield rf"{digits}{minute}(?P<second>[0-5]\d){no_more}", partial(_with_seconds, pieces)
    twelve = any_of(word for word, number in pieces.words.numbers.items() if number == NOON_HOUR)
    yield rf"(?:12|{twelve}) (?:{mark} )?(?=(?:{any_of(pieces.twelves)})\b)", nothing
    zero = any_of(word for word, number in pieces.words.numbers.items() if number == 0)
    yield (
        rf"(?!^(?:0+|{zero})\W*$){pieces.dial_hour}(?:-?ish\b)?{dial_mark}"
        rf"(?![\d:/-]| {pieces.minute_word})",
        lambda match: _on_the_dial(pieces.number_of(match["hour"]), 0),
    )


def _in_words(pieces: Pieces) -> Iterable[Rule]:
    """`seven thirty pm`, `six oh five`, `oh eight fifteen`, `nineteen hundred hours`."""
    syntax = pieces.words.syntax
    zero, hours = syntax.leading_zero, rf" (?P<mark>{syntax.after_digits})\b"
    hour = rf"(?P<zero>(?:{zero}) )?(?P<hour>\d\d?|{pieces.hour_word})"
    few = rf"(?:{zero}) (?P<few>{pieces.minute_word})"

    def read(match: Match) -> list[Said] | None:
        if not match["hundred"]:
            return _clock(pieces, match, loose=True)
        late = pieces.number_of(match["hour"]) > NOON_HOUR
        return _clock(pieces, match) if late or match["zero"] or match["mark"] else None

    yield (
        rf"{hour} (?:(?P<minute_word>{pieces.late_minute_word})|{few}|"
        rf"(?P<hundred>{syntax.hundred})\b)(?:{pieces.words.half}|{hours})?",
        read,
    )


def _midnight_twice(pieces: Pieces) -> Iterable[Rule]:
    """`12:00 midnight`, `Mitternacht (0 Uhr)`: the digits add nothing to the word."""
    mark = pieces.words.syntax.hour_mark
    digits = rf"(?:12|00?|24)(?:[:.]00(?: ?{mark}\b)?| ?{mark}\b| ?am\b)"
    midnight = any_of(word for word, hour in pieces.twelves.items() if hour == MIDNIGHT_HOUR)
    yield rf"{digits}[ ,(]+(?=(?:{midnight})\b)", nothing
    yield rf"(?:{midnight})[ ,(]+{digits}(?![\d:])", always(Said(midnight=True))


def _spans_around(pieces: Pieces, hour: str, sign: str) -> Rule:
    """`an hour before midnight`, `half an hour after 6pm`."""
    words = pieces.words
    lengths = {unit: n // 60 for unit, n in words.units.items() if 60 <= n < DAY_MINUTES * 60}
    amounts = {word: n for word, n in words.amounts.items() if n != A_FEW}

    def read(match: Match) -> list[Said] | None:
        word = match["amount"]
        amount = amounts[word] if word in amounts else pieces.number_of(word)
        minutes = words.signs[match["sign"]] * amount * lengths[match["unit"]]
        past = int(match.groupdict().get("past") or 0)
        return _around(pieces, match, past + int(minutes)) if minutes % 1 == 0 else None

    return (
        rf"(?P<amount>(?:{any_of(amounts)})\b|{pieces.number}) ?(?P<unit>{any_of(lengths)}) "
        rf"{sign} {hour}",
        read,
    )


def around_hours(pieces: Pieces) -> Iterable[Rule]:
    """Quarters and minutes before and after an hour."""
    words, syntax = pieces.words, pieces.words.syntax
    halves = f"(?:{any_of(word for word, minutes in words.quarters.items() if minutes == -30)})"
    end = rf"(?: ?{syntax.hour_mark}\b| {syntax.dial_mark}\b|{words.half})?"
    hour = rf"(?:(?P<twelve>{any_of(pieces.twelves)})\b|(?P<halb>{halves} )?{pieces.hour}{end})"
    plain_hour = hour.replace(f"(?P<halb>{halves} )?", "")
    sign = rf"(?P<sign>{any_of(words.signs)})"

    def minutes(match: Match) -> list[Said]:
        offset = words.signs[match["sign"]] * pieces.number_of(match["minutes"])
        return _around(pieces, match, offset - (30 if match["halb"] else 0))

    def perhaps_a_span(match: Match) -> list[Said]:
        is_span = re.fullmatch(syntax.until, match["sign"])
        unsure = True if is_span and pieces.number_of(match["minutes"]) <= NOON_HOUR else None
        return [replace(said, unsure=unsure) for said in minutes(match)]

    def some_minutes(match: Match) -> list[Said]:
        some = _around(pieces, match, words.signs[match["sign"]] * SOME_MINUTES)
        return [replace(said, unsure=True) for said in some]

    yield rf"(?:{syntax.shortly}) {sign} (?:{syntax.at} )?{plain_hour}", some_minutes
    yield _spans_around(pieces, plain_hour, sign)
    digital = rf"(?P<twelve>(?!))?(?P<hour>\d\d?):(?P<past>[0-5]\d)(?![:\d]){end}"
    yield _spans_around(pieces, digital, sign)
    yield (
        rf"(?P<quarter>{any_of(words.quarters)})(?: |(?=[a-z])){plain_hour}",
        lambda match: _around(pieces, match, words.quarters[match["quarter"]]),
    )
    yield rf"(?P<minutes>{pieces.number}) ?(?:{pieces.minutes}) {sign} {hour}", minutes
    yield rf"(?P<minutes>{words.minutes_alone or pieces.number}) {sign} {hour}", perhaps_a_span


def _around(pieces: Pieces, match: Match, offset: int) -> list[Said]:
    """`half past 9`, `halb 10`: of the morning or of the evening, unless that was said."""
    named, half = match["twelve"], match["half"]
    said = pieces.twelves[named] if named else pieces.number_of(match["hour"])
    if said > MIDNIGHT_HOUR:
        return []
    start = _of_half(said, half) if half else said
    total = 60 * start + offset
    # only around midnight is the other day meant
    if start % MIDNIGHT_HOUR and not 0 <= total < DAY_MINUTES:
        return []
    hour, minute = divmod(total % DAY_MINUTES, 60)
    if named or half:
        return [Said(hour=hour, minute=minute, second=0, halved=True)]
    return _on_the_dial(hour, minute, said=said)


def _clock(pieces: Pieces, match: Match, *, loose: bool = False) -> list[Said]:
    """One time of the day, whether it exists or not; two where it was written loosely."""
    said = match.groupdict()
    hour, half = pieces.number_of(match["hour"]), said.get("half")
    word = said.get("minute_word") or said.get("few")
    minute = pieces.number_of(word) if word else int(said.get("minute") or 0)
    second = int(said.get("second") or 0)
    if not half:
        loose |= pieces.words.twelve_hours and hour in SMALL_HOURS and not said.get("mark")
        written = f"0{hour}" if said.get("zero") else match["hour"]
        return _written(pieces, written, minute, second, loose=loose)
    if hour > NOON_HOUR and half == "a":
        return []
    bare_a = match[0].endswith("a.") and not said.get("minute")
    unsure = True if bare_a or (half == "p" and not 0 < hour <= NOON_HOUR) else None
    hour = _of_half(hour, half)
    return [Said(hour=hour, minute=minute, second=second, halved=True, unsure=unsure)]


def _written(pieces: Pieces, word: str, minute: int, second: int = 0, *, loose: bool) -> list[Said]:
    """Without am or pm: an hour up to 12 may be one of the afternoon, unless it begins with 0."""
    hour = pieces.number_of(word)
    dial = hour <= NOON_HOUR and not word.startswith("0")
    if dial and loose:
        return _on_the_dial(hour, minute)
    return [Said(hour=hour, minute=minute, second=second, twelve=True if dial else None)]


def _of_half(hour: int, half: str) -> int:
    """The hour of the day for one said with am or pm; `18 pm` is 18."""
    return hour if hour > 12 else hour % 12 + (12 if half == "p" else 0)


def _on_the_dial(hour: int, minute: int, said: int | None = None) -> list[Said]:
    """What a clock with hands shows so, in the morning or in the evening.

    `said` is the hour that was named, where it is another one; from 13 on it says which half.
    """
    named = hour if said is None else said
    if named > NOON_HOUR or named == 0:
        hours = [hour] if hour < 2 * NOON_HOUR else []
    elif hour == NOON_HOUR:
        hours = [NOON_HOUR, 0 if minute else 2 * NOON_HOUR]
    else:
        hours = [hour % NOON_HOUR, hour % NOON_HOUR + NOON_HOUR]
    return [Said(hour=hour, minute=minute, second=0) for hour in hours]


def _dotted(pieces: Pieces, match: Match) -> list[Said]:
    """`9.30` is a time, `24.12` a date, and `9.12` may be either."""
    hour, minute = int(match["first"]), int(match["second"])
    ways: list[Said] = []
    if hour <= 24 and minute <= 59 and len(match["second"]) == 2:
        loose = pieces.words.twelve_hours and hour in SMALL_HOURS
        ways = _written(pieces, match["first"], minute, loose=loose)
    if ways and re.search(rf"\b{pieces.words.syntax.at} $", match.string[: match.start()]):
        return ways
    return ways + dotted_dates(pieces, match)


def _with_seconds(pieces: Pieces, match: Match) -> list[Said]:
    """`20261224T183000`; alone it may be any number."""
    alone = True if match.start() == 0 else None
    return [replace(said, unsure=alone) for said in _clock(pieces, match)]


def _packed(pieces: Pieces, match: Match) -> list[Said] | None:
    """`1830`, `730pm`, `0700h`."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if minute > 59 or hour > 24 or match["hour"] == "0":
        return packed_dates(pieces, match) or None
    if match["half"] or match["hour"].startswith("0") or hour > 12:
        times = _clock(pieces, match)
    else:
        times = _on_the_dial(hour, minute)
    year = 100 * hour + minute
    if 2000 <= year < 2100 and not (match["mark"] or match["half"]):
        times = [Said(hour=hour, minute=minute, second=0, unsure=True), Said(year=year)]
    return times + packed_dates(pieces, match)
