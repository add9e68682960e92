"""`24.12.`, `Dec 24th, 2026`, `am 15.`, `first wednesday of december`, `Ende November`."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from bot.when.phrases.pieces import Match, Pieces, Rule
from bot.when.said import Said
from bot.when.words import any_of

DAY, MONTH = r"(?P<day>\d\d?)", r"(?P<month>\d\d?)"
YEAR = r"(?:(?:,? ?|[-/])(?P<year>20\d\d)(?![\d:]))?"
PAIR = r"(?P<first>\d\d?){0}(?P<second>\d\d?)"
HOURS_OF_A_DAY, MONTHS = 24, 12


def rules(pieces: Pieces) -> Iterable[Rule]:
    clock, of, date = pieces.clock_follows, pieces.words.syntax.of, pieces.date()
    endings, either = pieces.words.syntax.day_endings, partial(_either, pieces)
    yield rf"(?P<year>\d{{4}})(?P<sign>[-/.]){MONTH}(?P=sign){DAY}(?:t(?=\d)|(?!\d))", date
    yield r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:t?(?=(?:\d\d){2,3}(?!\d))|(?!\d))", date
    yield (
        rf"(?P<first>\d\d?)\. ?(?P<second>\d\d?)\.(?P<year> ?\d{{4}}|\d\d)(?![\d:]|\.\d|{clock})",
        partial(_with_year, pieces),
    )
    no_time = r"(?!(?:[01]?\d|2[0-4])\.(?:1[3-9]|[2-5]\d)\. *$)"
    yield rf"{no_time}{DAY}\. ?{MONTH}\.(?=\d\d?(?:[:.]\d\d|{clock})|\D|$)", date
    short_year = r"(?: (?P<year>2[6-9]|3\d)(?![\d:.]))"
    yield rf"{pieces.day}[ /-]?(?:{of} )?{pieces.month}{short_year}(?!{clock})", date
    yield rf"{pieces.day}[ /-]?(?:{of} )?{pieces.month}{YEAR}", date
    yield (
        rf"{pieces.month}(?:[ /-]|(?<=\.))(?:the )?(?P<day>\d\d?(?:{endings})?|{pieces.ordinal})"
        rf"(?![\d:]|\.\d|{clock}){YEAR}",
        date,
    )
    yield PAIR.format("/") + r"(?:/(?P<year>\d{4}|\d\d))?(?![\d:]|/(?!\d\d?:))", either
    yield PAIR.format("-") + r"-(?P<year>\d{4}|\d\d)(?![\d-])", either
    yield PAIR.format("-") + rf"(?![\d:-]|{clock})", _dashed
    yield from _of_a_month(pieces)


def _of_a_month(pieces: Pieces) -> Iterable[Rule]:
    """Days of the month, counted by weekdays or from its start or end."""
    words, syntax = pieces.words, pieces.words.syntax
    day, month, weekday = pieces.day, pieces.month, pieces.weekday
    nth = day.replace("<day>", "<nth>")
    a_month = pieces.phrase(lambda said: said.month_ahead is not None)
    not_more = (
        rf"(?!\d|:|\.\d|/| \d\d?\.(?!\d)|{pieces.clock_follows}"
        rf"| ?(?:{syntax.of} )?(?:{any_of(words.months)})\b"
        rf"| (?:{any_of(words.weekdays)}|{pieces.days})\b)"
    )

    def ranked(match: Match) -> list[Said] | None:
        month = words.ordinals.get(match["rank"], 0)
        return [pieces.said(match, month=month)] if 1 <= month <= MONTHS else None

    def of_month(match: Match) -> list[Said]:
        said = pieces.said(match)
        return [Said(month_end=True, month_ahead=0) if said.day == -1 else said]

    a_day = rf"(?:{syntax.articles} )?{day}"
    yield rf"{a_day} (?P<rank>{syntax.ranked_month})\b", ranked
    yield rf"{nth} {weekday} {syntax.of} {month}", pieces.date()
    yield rf"{nth} {weekday}(?= (?:{a_month})\b)", pieces.date()
    yield rf"{nth} {weekday} {syntax.of_the_month}\b", pieces.date()
    yield rf"{a_day} {syntax.of_the_month}\b", of_month
    yield rf"{syntax.start_of} {month}", pieces.date(day=1, unsure=True)
    yield rf"(?:{syntax.middle_of})[ -]{month}", pieces.date(day=15, unsure=True)
    yield rf"{syntax.end_of} {month}", pieces.date(month_end=True)
    counted = rf"(?P<day>\d\d?{syntax.day_endings}|{pieces.ordinal})"
    yield rf"(?:{syntax.articles} )?{counted} (?:{pieces.days}) {syntax.of} {month}", pieces.date()
    yield rf"{day} (?={a_month}\b)", of_month
    yield rf"{syntax.articles} {day}{not_more}", of_month
    yield rf"(?P<day>\d\d?{syntax.day_endings})\b{not_more}", of_month
    yield rf"(?P<day>\d\d?)\.(?=,? +[^ ]){not_more}", of_month
    yield from _bare_days(pieces)


def _bare_days(pieces: Pieces) -> Iterable[Rule]:
    """`15, 8pm`, `sat 28 10am`: a number that cannot be another hour; `Fr 18 20 Uhr` is either."""
    syntax = pieces.words.syntax
    at, half = rf",? (?:{syntax.at} )?", r"\d\d?(?:[:.]\d\d)? ?[ap]m\b"
    clock = rf"\d\d?(?::\d\d| ?{syntax.hour_mark}\b)"
    day = rf"(?P<day>(?:1[3-9]|2\d|3[01])(?={at}{half})|(?:2[5-9]|3[01])(?={at}{clock}))"

    def either(match: Match) -> list[Said]:
        first, second = int(match["day"]), int(match["second"])
        day_first = pieces.said(match, hour=second, minute=0, second=0)
        return [day_first, replace(day_first, day=None, hour=first, minute=second)]

    yield (
        rf"{pieces.weekday},? (?P<day>1[3-9]|2[0-3]) (?P<second>\d\d) ?{syntax.hour_mark}\b",
        either,
    )
    yield rf"{pieces.weekday},? {day}", pieces.date()
    yield rf"{day}(?=,)", pieces.date()
    yield rf"(?:{syntax.on}) (?P<day>\d\d?)(?= (?:{syntax.at}) )", pieces.date()


def _with_year(pieces: Pieces, match: Match) -> list[Said]:
    """`12.24.2026` can only be American."""
    day, month = _pairs(match)[0] if pieces.words.month_first else match.group("first", "second")
    return [replace(pieces.said(match), day=int(day), month=int(month))]


def _either(pieces: Pieces, match: Match) -> list[Said]:
    return [replace(pieces.said(match), month=month, day=day) for day, month in _pairs(match)]


def _pairs(match: Match) -> list[tuple[int, int]]:
    """Day first or month first: both, unless the calendar rules one out."""
    first, second = int(match["first"]), int(match["second"])
    pairs = [(first, second), (second, first)]
    return [(day, month) for day, month in pairs if month <= MONTHS] or pairs[:1]


def _dashed(match: Match) -> list[Said]:
    """`27-11` is a date and `18-30` a time, `12-31` either; `9-11` may be from 9 to 11."""
    first, second = int(match["first"]), int(match["second"])
    is_minute = len(match["second"]) == 2 and (second == 0 or HOURS_OF_A_DAY < second < 60)
    days = [Said(month=month, day=day) for day, month in _pairs(match)]
    if first < HOURS_OF_A_DAY and is_minute:
        either = [
            said for said in days if (said.month or 0) <= MONTHS and 1 <= (said.day or 0) <= 31
        ]
        return [Said(hour=first, minute=second, second=0), *either]
    if max(first, second) <= MONTHS and not re.search(r"\d", match.string[match.end() :]):
        return []
    return days


def dotted_dates(pieces: Pieces, match: Match) -> list[Said]:
    """`24.12` is a date; in English `4.22` is one as well."""
    first, second = int(match["first"]), int(match["second"])
    pairs = [(first, second)] + ([(second, first)] if pieces.words.month_first else [])
    return [
        Said(month=month, day=day)
        for day, month in dict.fromkeys(pairs)
        if 1 <= month <= MONTHS and 1 <= day <= 31
    ]


def packed_dates(pieces: Pieces, match: Match) -> list[Said]:
    """`2711 18 Uhr`: four digits before a time."""
    time = rf"(?= .*(?:\d|{pieces.words.syntax.hour_mark}))"
    packed = re.compile(rf"(?P<first>\d\d)(?P<second>\d\d){time}").match(
        match.string, match.start()
    )
    return dotted_dates(pieces, packed) if packed else []
