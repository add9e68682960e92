"""What a person says of a moment, in English or German, as the fields that were named.

Only known words count: a text with any other has no reading. A text that can be read in several
ways (`3/4`, a lone `9`) has several readings; `when.py` asks back then.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

from bot.when_words import (
    AMOUNTS,
    DAYS,
    FILLERS,
    GERMAN_WEEKDAYS,
    HOURS,
    MINUTES_FROM_HOUR,
    MONTHS,
    MONTHS_IN,
    PARTS,
    UNITS,
    WEEKDAYS,
    Part,
    any_of,
    folded,
)

LONGEST = 100
"""Characters; nobody needs more to name a moment."""
DAY_MINUTES, DAY_SECONDS = 1440, 86_400


@dataclass(frozen=True)
class Said:
    """One reading. None where nothing was said; nothing is checked against a calendar."""

    now: bool | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """Monday is 0."""
    not_today: bool | None = None
    next_week: bool | None = None
    months: int | None = None
    """Calendar months from today."""
    days: int | None = None
    """Calendar days from today, on top of `months`."""
    seconds: int | None = None
    """Exact seconds from now, on top of both."""
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    halved: bool | None = None
    """The hour was said with am or pm."""
    part: Part | None = None

    @property
    def clock_hour(self) -> int | None:
        """The hour of the day: 8 said of an evening is 20. None if it is open or contradictory."""
        if self.part is None:
            return self.hour
        usual, first, last = self.part.value
        if self.hour is None:
            return int(usual)
        later = self.hour + 12 if self.hour < 12 and not self.halved else self.hour
        return next((hour for hour in (self.hour, later) if first <= hour <= last), None)


def readings(text: str) -> list[Said]:
    """All ways to read the text; none if any word of it is unknown or contradicts another."""
    if len(text) > LONGEST:
        return []
    rest, found = folded(text), [Said()]
    while rest and found:
        ways, length = _first_phrase(rest)
        merged = (_merged(known, new) for known in found for new in ways)
        found = [said for said in dict.fromkeys(merged) if said is not None]
        rest = rest[length:]
    return [said for said in found if _coherent(said)]


def _first_phrase(rest: str) -> tuple[list[Said], int]:
    """How the start of the text can be read, and how long it is."""
    for pattern, read in GRAMMAR:
        if match := pattern.match(rest):
            return read(match), match.end()
    return [], 0


def _merged(known: Said, new: Said) -> Said | None:
    """Both together; None if they contradict each other."""
    values = {}
    for field in fields(Said):
        old, said = getattr(known, field.name), getattr(new, field.name)
        if old is not None and said is not None and old != said:
            return None
        values[field.name] = said if old is None else old
    return Said(**values)


def _coherent(said: Said) -> bool:
    if said.now:
        return said == Said(now=True)
    clock = said.hour is not None or said.part is not None
    if clock and (said.clock_hour is None or said.seconds):
        return False
    if said.seconds is not None and said.month is not None:
        return False
    return said != Said() and not (said.next_week and said.weekday is None)


def _filler(_: re.Match[str]) -> list[Said]:
    return [Said()]


def _duration(match: re.Match[str]) -> list[Said]:
    """Days, weeks, months and years count on the calendar, all else by the second."""
    months, days, seconds = 0.0, 0, 60 * int(match["minutes"] or 0)
    for amount, unit in re.findall(ITEM, match["items"] or match["items_first"]):
        number = AMOUNTS[amount] if amount in AMOUNTS else float(amount.replace(",", "."))
        if unit in MONTHS_IN:
            months += number * MONTHS_IN[unit]
            continue
        length = round(number * UNITS[unit])
        if UNITS[unit] >= DAY_SECONDS and length % DAY_SECONDS == 0:
            days += length // DAY_SECONDS
        else:
            seconds += length
    if not months.is_integer():
        return []
    return [Said(months=int(months), days=days, seconds=seconds)]


def _date(match: re.Match[str]) -> list[Said]:
    month = MONTHS.get(match["month"]) or int(match["month"])
    return [Said(year=_year(match), month=month, day=int(match["day"]))]


def _year(match: re.Match[str]) -> int | None:
    digits = match.groupdict().get("year")
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _slashed_date(match: re.Match[str]) -> list[Said]:
    """Day first or month first: both, unless the calendar rules one out."""
    first, second, year = int(match["first"]), int(match["second"]), _year(match)
    pairs = [(first, second), (second, first)]
    possible = [(day, month) for day, month in pairs if month <= 12] or pairs[:1]
    return [Said(year=year, month=month, day=day) for day, month in possible]


def _dotted(match: re.Match[str]) -> list[Said]:
    """`9.30` is a time, `24.12` a date, and `9.12` may be either."""
    first, second = int(match[1]), int(match[2])
    ways = []
    if first <= 24 and second <= 59 and len(match[2]) == 2:
        ways.append(Said(hour=first, minute=second, second=0))
    if 1 <= first <= 31 and 1 <= second <= 12:
        ways.append(Said(day=first, month=second))
    return ways


def _clock(match: re.Match[str]) -> list[Said]:
    """`18:30`, `6:30 pm`, `9 Uhr`: one time of the day, whether it exists or not."""
    said = match.groupdict()
    hour, half = _hour(match), said.get("half")
    minute, second = int(said.get("minute") or 0), int(said.get("second") or 0)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half == "a":
        return []
    return [Said(hour=hour, minute=minute, second=second, halved=True if half else None)]


def _lone_hour(match: re.Match[str]) -> list[Said]:
    """`9` may be of the morning or of the evening."""
    return [Said(hour=hour, minute=0, second=0) for hour in _both_halves(_hour(match))]


def _around_hour(match: re.Match[str]) -> list[Said]:
    """`half past 9`, `halb 10`: of the morning or of the evening, unless that was said."""
    if match["half"]:
        hours = [said.hour or 0 for said in _clock(match)]
    else:
        hours = _both_halves(_hour(match))
    offset, halved = MINUTES_FROM_HOUR[match["offset"]], True if match["half"] else None
    clocks = [divmod((60 * hour + offset) % DAY_MINUTES, 60) for hour in hours]
    return [Said(hour=hour, minute=minute, second=0, halved=halved) for hour, minute in clocks]


def _both_halves(hour: int) -> list[int]:
    """The hours of the day that may be meant; none if there is no such hour."""
    return [hour, hour + 12] if 1 <= hour <= 12 else [hour] if hour <= 23 else []


def _hour(match: re.Match[str]) -> int:
    return HOURS.get(match["hour"]) or int(match["hour"])


def _weekday(match: re.Match[str]) -> list[Said]:
    not_today = True if match["next"] else None
    part = Part.MORNING if match["morning"] else None
    return [Said(weekday=WEEKDAYS[match["weekday"]], not_today=not_today, part=part)]


AMOUNT, UNIT = rf"\d{{1,30}}(?:[.,]\d{{1,2}})?|(?:{any_of(AMOUNTS)})\b", any_of(UNITS | MONTHS_IN)
ITEM = rf"({AMOUNT})\s*({UNIT})(?![a-z])"
ITEMS = "{item}(?:(?:,| and| und)? ?{item})*".format(item=rf"(?:{AMOUNT})\s*(?:{UNIT})(?![a-z])")
NEXT = "(?:next|coming|nachste[rsn]?|kommende[rsn]?)"
DAY, MONTH = r"(?P<day>\d\d?)", r"(?P<month>\d\d?)"
MONTH_NAME = rf"(?P<month>{any_of(MONTHS)})\b\.?"
YEAR = r"(?:,? (?P<year>\d{4})(?!\d))?"
ENDS = r"(?![\d:./])"
HOUR = rf"(?P<hour>\d\d?{ENDS}|(?:{any_of(HOURS)})\b)"
OFFSET = rf"(?P<offset>{any_of(MINUTES_FROM_HOUR)})"
HALF = rf" ?(?P<half>[ap])\.?m\b\.?(?! (?:{any_of(GERMAN_WEEKDAYS)})\b| \d\d?\.)"
"""am or pm; but `9 am Freitag` is German for `9 on Friday`."""
CLOCK_FOLLOWS = r" ?(?:uhr|[ap]\.?m)"

_RULES: list[tuple[str, Callable[[re.Match[str]], list[Said]]]] = [
    (r"""[ ,;.!?()"'@]+|[-–—](?!\d)""", _filler),
    (
        rf"in (?P<items>{ITEMS})(?:(?<=\dh) ?(?P<minutes>\d\d)(?![\d:.a-z]))?"
        rf"|(?P<items_first>{ITEMS}) from now\b",
        _duration,
    ),
    (r"(?:now|jetzt|sofort|immediately|asap)\b", lambda _: [Said(now=True)]),
    (rf"in (?:the|der) (?=(?:{any_of(PARTS)})\b)", _filler),
    # Dates
    (rf"(?P<year>\d{{4}})(?P<sign>[-/.]){MONTH}(?P=sign){DAY}(?:t(?=\d)|(?!\d))", _date),
    (rf"{DAY}\. ?{MONTH}\.(?P<year> ?\d{{4}}|\d\d)(?![\d:]|\.\d|{CLOCK_FOLLOWS})", _date),
    (rf"{DAY}\. ?{MONTH}\.(?=\d\d?(?:[:.]\d\d|{CLOCK_FOLLOWS})|\D|$)", _date),
    (rf"{DAY}(?:st|nd|rd|th|\.)? ?(?:of )?{MONTH_NAME}{YEAR}", _date),
    (rf"{MONTH_NAME} {DAY}(?:st|nd|rd|th)?(?![\d:.]|{CLOCK_FOLLOWS}){YEAR}", _date),
    (r"(?P<first>\d\d?)/(?P<second>\d\d?)(?:/(?P<year>\d{4}|\d\d))?(?![\d/:])", _slashed_date),
    (r"(?P<first>\d\d?)-(?P<second>\d\d?)-(?P<year>\d{4})(?!\d)", _slashed_date),
    # Times of the day
    (
        rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?(?!\d)"
        rf"(?: ?(?:uhr|h)\b|{HALF})?",
        _clock,
    ),
    (rf"(?P<hour>\d\d?)\.(?P<minute>\d\d)(?: ?uhr\b|{HALF})", _clock),
    (rf"{HOUR} ?uhr(?: ?(?P<minute>\d\d){ENDS}(?! (?:{any_of(MONTHS)})\b))?(?![a-z])", _clock),
    (rf"{HOUR}{HALF}", _clock),
    (rf"(\d\d?)\.(\d\d?){ENDS}", _dotted),
    (rf"{OFFSET} {HOUR}(?: ?uhr\b|{HALF})?", _around_hour),
    (rf"{HOUR}(?: o['’]? ?clock\b)?", _lone_hour),
    (r"(?:midnight|mitternacht)\b", lambda _: [Said(hour=24, minute=0, second=0)]),
    # Days and their parts
    (r"heute (?:morgen|fruh)\b", lambda _: [Said(days=0, part=Part.MORNING)]),
    (r"tonight\b", lambda _: [Said(days=0, part=Part.EVENING)]),
    (rf"{NEXT} (?:week|woche)\b", lambda _: [Said(next_week=True)]),
    (
        rf"(?!so (?:um|gegen|ca)\b)(?:(?P<next>{NEXT}) )?(?P<weekday>{any_of(WEEKDAYS)})"
        rf"(?:\b|(?=(?:{any_of(PARTS)}|morgen)\b))(?: ?(?P<morning>morgen)\b)?",
        _weekday,
    ),
    (rf"({any_of(DAYS)})\b", lambda match: [Said(days=DAYS[match[1]])]),
    (rf"({any_of(PARTS)})\b", lambda match: [Said(part=PARTS[match[1]])]),
    (rf"(?:{any_of(FILLERS)})\b", _filler),
]
GRAMMAR = [(re.compile(pattern, re.ASCII), read) for pattern, read in _RULES]
"""Tried in this order at each place of the text."""
