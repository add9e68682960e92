"""What a person says of a moment, in English or German, as the fields that were named.

Only known words count: a text with any other has no reading. A text that can be read in several
ways (`3/4`, a lone `9`) has several readings; `when.py` asks back then.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum

LONGEST = 100
"""Characters; nobody needs more to name a moment."""


class Part(Enum):
    """Parts of a day: the hour meant when none is said, the first and the last that can be said."""

    MORNING = (9, 0, 11)
    NOON = (12, 11, 14)
    AFTERNOON = (15, 12, 18)
    EVENING = (19, 16, 24)
    NIGHT = (21, 18, 24)


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
    days: int | None = None
    """Calendar days from today."""
    seconds: int | None = None
    """Exact seconds from now, on top of `days`."""
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
    rest, found = _folded(text), [Said()]
    while rest:
        match, read = next(
            ((match, read) for pattern, read in GRAMMAR if (match := pattern.match(rest))),
            (None, _filler),
        )
        if match is None:
            return []
        merged = (_merged(known, new) for known in found for new in read(match))
        found = [said for said in merged if said is not None]
        rest = rest[match.end() :]
    return [said for said in dict.fromkeys(found) if _coherent(said)]


def _folded(text: str) -> str:
    """Lower case, single spaces, and one spelling of ä, ae and a."""
    plain = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub("([aou])e", r"\1", bare)


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
    return said != Said() and not (said.next_week and said.weekday is None)


def _vocabulary(*groups: str) -> dict[str, int]:
    """Each word of a group -> the group's place in the order."""
    return {_folded(word): place for place, group in enumerate(groups) for word in group.split()}


def _any(words: Mapping[str, object]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


MONTHS = _vocabulary(
    "january januar jan jänner",
    "february februar feb feber",
    "march märz mar mrz",
    "april apr",
    "may mai",
    "june juni jun",
    "july juli jul",
    "august aug",
    "september sept sep",
    "october oktober oct okt",
    "november nov",
    "december dezember dec dez",
)
GERMAN_WEEKDAYS = _vocabulary(
    "montag mo",
    "dienstag di",
    "mittwoch mi",
    "donnerstag do",
    "freitag fr",
    "samstag sonnabend sa",
    "sonntag so",
)
WEEKDAYS = GERMAN_WEEKDAYS | _vocabulary(
    "monday mon",
    "tuesday tues tue",
    "wednesday weds wed",
    "thursday thurs thur thu",
    "friday fri",
    "saturday sat",
    "sunday sun",
)
DAYS = {
    _folded(word): days
    for days, words in {
        -2: ["vorgestern"],
        -1: ["yesterday", "gestern"],
        0: ["today", "heute"],
        1: ["tomorrow", "tmrw", "morgen"],
        2: ["the day after tomorrow", "day after tomorrow", "übermorgen"],
    }.items()
    for word in words
}
PARTS = {
    _folded(word): part
    for part, words in {
        Part.MORNING: "morning morgens früh vormittag vormittags",
        Part.NOON: "noon midday mittag mittags",
        Part.AFTERNOON: "afternoon nachmittag nachmittags",
        Part.EVENING: "evening abend abends",
        Part.NIGHT: "night nacht nachts",
    }.items()
    for word in words.split()
}
UNITS = {
    _folded(word): seconds
    for seconds, words in {
        1: "s sec secs second seconds sek sekunde sekunden",
        60: "m min mins minute minutes minuten",
        900: "viertelstunde",
        2700: "dreiviertelstunde",
        3600: "h hr hrs hour hours std stunde stunden",
        86_400: "d day days tag tage tagen",
        604_800: "week weeks woche wochen",
    }.items()
    for word in words.split()
}
DAY_SECONDS = 86_400
NUMBERS = {
    _folded(word): number
    for number, words in {
        0.5: ["half an", "half a", "einer halben", "ner halben"],
        1: ["a", "an", "one", "ein", "eine", "einer", "einem", "ner"],
        1.5: ["anderthalb", "eineinhalb"],
        2: ["two", "zwei", "a couple of"],
        3: ["three", "drei"],
        4: ["four", "vier"],
        5: ["five", "fünf"],
        6: ["six", "sechs"],
        7: ["seven", "sieben"],
        8: ["eight", "acht"],
        9: ["nine", "neun"],
        10: ["ten", "zehn"],
        11: ["eleven", "elf"],
        12: ["twelve", "zwölf"],
    }.items()
    for word in words
}
FILLERS = _vocabulary(
    "at on the this by about around exactly sharp please for right",
    "um am an der den dem diesen dieser diese gegen ca circa etwa genau punkt bitte für",
)

NEXT = "(?:next|coming|nachste[rsn]?|kommende[rsn]?)"
AMOUNT = rf"\d{{1,9}}(?:[.,]\d{{1,2}})?|(?:{_any(NUMBERS)})\b"
ITEM = re.compile(rf"({AMOUNT})\s*({_any(UNITS)})(?![a-z])", re.ASCII)
ITEMS = "(?:(?:{item})(?:(?:,| and| und)? ?(?:{item}))*)".format(
    item=rf"(?:{AMOUNT})\s*(?:{_any(UNITS)})(?![a-z])"
)
MERIDIEM = rf"([ap])\.?m\b\.?(?! (?:{_any(GERMAN_WEEKDAYS)})\b| \d\d?\.)"
"""`9 am Freitag` is German for `9 on Friday`."""
NO_MORE = r"(?![\d:./])"


def _read_now(_: re.Match[str]) -> list[Said]:
    return [Said(now=True)]


def _filler(_: re.Match[str]) -> list[Said]:
    return [Said()]


def _duration(match: re.Match[str]) -> list[Said]:
    """Whole days and weeks count on the calendar, all else by the second."""
    days, seconds = 0, 60 * int(match["minutes"] or 0)
    for amount, unit in ITEM.findall(match["items"] or match["items_first"]):
        number = NUMBERS[amount] if amount in NUMBERS else float(amount.replace(",", "."))
        length = round(number * UNITS[unit])
        if UNITS[unit] >= DAY_SECONDS and length % DAY_SECONDS == 0:
            days += length // DAY_SECONDS
        else:
            seconds += length
    return [Said(days=days, seconds=seconds)]


def _numeric_date(match: re.Match[str]) -> list[Said]:
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    return [Said(year=_year(year), month=month, day=day)]


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _slashed_date(match: re.Match[str]) -> list[Said]:
    """Day first or month first: both, unless the calendar rules one out."""
    first, second, year = int(match["first"]), int(match["second"]), _year(match["year"])
    ways = [
        Said(year=year, month=month, day=day) for day, month in ((first, second), (second, first))
    ]
    return [said for said in ways if (said.month or 0) <= 12] or ways[:1]


def _named_date(match: re.Match[str]) -> list[Said]:
    return [
        Said(year=_year(match["year"]), month=MONTHS[match["month"]] + 1, day=int(match["day"]))
    ]


def _dotted(match: re.Match[str]) -> list[Said]:
    """`9.30` is a time, `24.12` a date, and `9.12` may be either."""
    first, second = int(match[1]), int(match[2])
    ways = []
    if first <= 24 and second <= 59 and len(match[2]) == 2:
        ways.append(Said(hour=first, minute=second))
    if 1 <= first <= 31 and 1 <= second <= 12:
        ways.append(Said(day=first, month=second))
    return ways


def _clock(match: re.Match[str]) -> list[Said]:
    groups = match.groupdict()
    hour, half = int(groups["hour"]), groups.get("half")
    minute, second = int(groups.get("minute") or 0), int(groups.get("second") or 0)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half == "a" and hour <= 23:
        return []
    return [Said(hour=hour, minute=minute, second=second, halved=True if half else None)]


def _lone_hour(match: re.Match[str]) -> list[Said]:
    hour = int(match[1])
    hours = [hour, hour + 12] if 1 <= hour <= 12 else [hour] if hour <= 23 else []
    return [Said(hour=hour, minute=0, second=0) for hour in hours]


def _weekday(match: re.Match[str]) -> list[Said]:
    return [
        Said(
            weekday=WEEKDAYS[match["weekday"]],
            not_today=True if match["next"] else None,
            part=Part.MORNING if match["morning"] else None,
        )
    ]


def _grammar(
    *rules: tuple[str, Callable[[re.Match[str]], list[Said]]],
) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[Said]]]]:
    return [(re.compile(pattern, re.ASCII), read) for pattern, read in rules]


GRAMMAR = _grammar(
    (r"""[ ,;.!?()"'@]+|[-–—](?!\d)""", _filler),
    (
        rf"(?:in (?P<items>{ITEMS})(?:(?<=\dh) ?(?P<minutes>\d\d)(?![\d:.a-z]))?|"
        rf"(?P<items_first>{ITEMS}) from now\b)",
        _duration,
    ),
    (r"(?:now|jetzt|sofort|immediately|asap)\b", _read_now),
    (rf"in (?:the|der) (?=(?:{_any(PARTS)})\b)", _filler),
    (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?)(?:t(?=\d)|(?!\d))",
        _numeric_date,
    ),
    (
        r"(?P<day>\d\d?)\. ?(?P<month>\d\d?)\.(?P<year> ?\d{4}|\d\d)(?![\d:]|\.\d| ?uhr| ?[ap]\.?m)",
        _numeric_date,
    ),
    (
        r"(?P<day>\d\d?)\. ?(?P<month>\d\d?)\.(?P<year>(?!))?(?=\d\d?[:.]\d\d|\D|$)",
        _numeric_date,
    ),
    (r"(?P<first>\d\d?)/(?P<second>\d\d?)(?:/(?P<year>\d{4}|\d\d))?(?![\d/:])", _slashed_date),
    (r"(?P<first>\d\d?)-(?P<second>\d\d?)-(?P<year>\d{4})(?!\d)", _slashed_date),
    (
        rf"(?P<day>\d\d?)(?:st|nd|rd|th|\.)? ?(?:of )?(?P<month>{_any(MONTHS)})\b\.?"
        r"(?:,? (?P<year>\d{4})(?!\d))?",
        _named_date,
    ),
    (
        rf"(?P<month>{_any(MONTHS)})\b\.? (?P<day>\d\d?)(?:st|nd|rd|th)?(?![\d:.]| ?[ap]\.?m| ?uhr)"
        r"(?:,? (?P<year>\d{4})(?!\d))?",
        _named_date,
    ),
    (
        rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?(?!\d)"
        rf"(?: ?(?:uhr|h)\b| ?{MERIDIEM.replace('(', '(?P<half>', 1)})?",
        _clock,
    ),
    (
        rf"(?P<hour>\d\d?)\.(?P<minute>\d\d) ?(?:uhr\b|{MERIDIEM.replace('(', '(?P<half>', 1)})",
        _clock,
    ),
    (
        rf"(?P<hour>\d\d?) ?uhr(?: ?(?P<minute>\d\d){NO_MORE}(?! (?:{_any(MONTHS)})\b))?(?![a-z])",
        _clock,
    ),
    (rf"(?P<hour>\d\d?) ?{MERIDIEM.replace('(', '(?P<half>', 1)}", _clock),
    (rf"um (?P<hour>\d\d?){NO_MORE}", _clock),
    (rf"(\d\d?)\.(\d\d?){NO_MORE}", _dotted),
    (rf"(\d\d?)(?: o['’]? ?clock\b)?{NO_MORE}", _lone_hour),
    (r"(?:midnight|mitternacht)\b", lambda _: [Said(hour=24, minute=0, second=0)]),
    (r"heute (?:morgen|fruh)\b", lambda _: [Said(days=0, part=Part.MORNING)]),
    (r"tonight\b", lambda _: [Said(days=0, part=Part.EVENING)]),
    (rf"{NEXT} (?:week|woche)\b", lambda _: [Said(next_week=True)]),
    (
        rf"(?!so (?:um|gegen|ca)\b)(?:(?P<next>{NEXT}) )?(?P<weekday>{_any(WEEKDAYS)})"
        rf"(?:\b|(?=(?:{_any(PARTS)}|morgen)\b))(?: ?(?P<morning>morgen)\b)?",
        _weekday,
    ),
    (rf"({_any(DAYS)})\b", lambda match: [Said(days=DAYS[match[1]])]),
    (rf"({_any(PARTS)})\b", lambda match: [Said(part=PARTS[match[1]])]),
    (rf"(?:{_any(FILLERS)})\b", _filler),
)
"""Tried in this order at each place of the text."""
