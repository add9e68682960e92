"""`24.12.`, `Dec 24th, 2026`, `am 15.`, `first wednesday of december`, `Ende November`."""

import re
from collections.abc import Iterable

from bot.when.phrases.pieces import Match, Pieces, Rule
from bot.when.said import Said
from bot.when.words import any_of

DAY, MONTH = r"(?P<day>\d\d?)", r"(?P<month>\d\d?)"
YEAR = r"(?:(?:,? ?|[-/])(?P<year>20\d\d)(?![\d:]))?"
HOURS_OF_A_DAY, MONTHS = 24, 12


def rules(pieces: Pieces) -> Iterable[Rule]:
    clock = pieces.clock_follows

    def date(match: Match) -> list[Said]:
        month = pieces.words.months.get(match["month"]) or int(match["month"])
        return [Said(year=_year(match), month=month, day=pieces.day_of(match["day"]))]

    def american(match: Match) -> list[Said]:
        day, month = int(match["day"]), int(match["month"])
        if month > MONTHS >= day and pieces.language == "en":
            day, month = month, day
        return [Said(year=_year(match), month=month, day=day)]

    yield rf"(?P<year>\d{{4}})(?P<sign>[-/.]){MONTH}(?P=sign){DAY}(?:t(?=\d)|(?!\d))", date
    yield rf"{DAY}\. ?{MONTH}\.(?P<year> ?\d{{4}}|\d\d)(?![\d:]|\.\d|{clock})", american
    yield rf"{DAY}\. ?{MONTH}\.(?=\d\d?(?:[:.]\d\d|{clock})|\D|$)", date
    yield rf"{pieces.day}[ /-]?(?:of )?{pieces.month}{YEAR}", date
    yield (
        rf"{pieces.month}[ /-](?:the )?(?P<day>\d\d?(?:st|nd|rd|th)?|{pieces.ordinal})"
        rf"(?![\d:.]|{clock}){YEAR}",
        date,
    )
    yield r"(?P<first>\d\d?)/(?P<second>\d\d?)(?:/(?P<year>\d{4}|\d\d))?(?![\d/:])", _either
    yield r"(?P<first>\d\d?)-(?P<second>\d\d?)-(?P<year>\d{4}|\d\d)(?![\d-])", _either
    yield r"(?P<first>\d\d?)-(?P<second>\d\d?)(?![\d:-])", _dashed
    yield from _of_a_month(pieces)


def _of_a_month(pieces: Pieces) -> Iterable[Rule]:
    """Days of the month, counted by weekdays or from its start or end."""
    words, day, clock = pieces.words, pieces.day, pieces.clock_follows
    month = rf"(?:of|im|in|des)(?: the)? (?:{pieces.month}|month\b|monats?\b)"

    def nth_weekday(match: Match) -> list[Said]:
        nth, weekday = pieces.day_of(match["day"]), words.weekdays[match["weekday"]]
        if match["month"]:
            return [Said(nth=nth, weekday=weekday, month=words.months[match["month"]])]
        return [Said(nth=nth, weekday=weekday, month_ahead=0)]

    def of_month(match: Match) -> list[Said]:
        found = pieces.day_of(match["day"])
        return [Said(month_end=True, month_ahead=0) if found < 0 else Said(day=found)]

    yield rf"{day} {pieces.weekday} {month}", nth_weekday
    yield (
        rf"{day} {pieces.weekday}(?= (?:of (?:this|next)|(?:diesen|(?:im )?nachsten|des) ))",
        lambda match: [
            Said(nth=pieces.day_of(match["day"]), weekday=words.weekdays[match["weekday"]])
        ],
    )
    yield (
        rf"(?:ende|end of|last day of|letzter tag im|letzten tag im) (?:im )?{pieces.month}",
        lambda match: [Said(month=words.months[match["month"]], month_end=True)],
    )
    not_more = (
        rf"(?!\d|:|\.\d|/|{clock}| ?(?:of )?(?:{any_of(words.months)})\b"
        rf"| (?:{any_of(words.weekdays)}|tag)\b)"
    )
    a_month = any_of(word for word, said in words.phrases.items() if said.month_ahead is not None)
    yield rf"{day} (?={a_month}\b)", of_month
    yield rf"(?:am|der|den|dem|the|zum) {day}{not_more}", of_month
    yield rf"(?P<day>\d\d?(?:st|nd|rd|th|te[nrm]?))\b{not_more}", of_month
    yield rf"(?P<day>\d\d?)\.(?=,? +[^ ]){not_more}", of_month


def _year(match: Match) -> int | None:
    digits = match.groupdict().get("year")
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _pairs(match: Match) -> list[tuple[int, int]]:
    """Day first or month first: both, unless the calendar rules one out."""
    first, second = int(match["first"]), int(match["second"])
    pairs = [(first, second), (second, first)]
    return [(day, month) for day, month in pairs if month <= 12] or pairs[:1]


def _either(match: Match) -> list[Said]:
    year = _year(match)
    return [Said(year=year, month=month, day=day) for day, month in _pairs(match)]


def _dashed(match: Match) -> list[Said]:
    """`27-11` is a date and `18-30` a time; `9-11` is no time, for it may be from 9 to 11."""
    first, second = int(match["first"]), int(match["second"])
    is_minute = len(match["second"]) == 2 and (second == 0 or HOURS_OF_A_DAY < second < 60)
    if first < HOURS_OF_A_DAY and is_minute:
        return [Said(hour=first, minute=second, second=0)]
    if max(first, second) <= MONTHS and not re.search(r"\d", match.string[match.end() :]):
        return []
    return [Said(month=month, day=day) for day, month in _pairs(match)]


def dotted_dates(pieces: Pieces, match: Match) -> list[Said]:
    """`24.12` is a date; in English `4.22` is one as well."""
    first, second = int(match["first"]), int(match["second"])
    pairs = [(first, second)] + ([(second, first)] if pieces.language == "en" else [])
    return [
        Said(month=month, day=day)
        for day, month in dict.fromkeys(pairs)
        if 1 <= month <= 12 and 1 <= day <= 31
    ]


PACKED_DATE = re.compile(r"(?P<first>\d\d)(?P<second>\d\d)(?= .*(?:\d|uhr))")


def packed_dates(pieces: Pieces, match: Match) -> list[Said]:
    """`2711 18 Uhr`: four digits before a time."""
    packed = PACKED_DATE.match(match.string, match.start())
    return dotted_dates(pieces, packed) if packed else []
