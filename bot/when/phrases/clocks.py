"""`18:30`, `6pm`, `halb neun`, `20 past eight`, `1830`, `18h30`: times of the day."""

from collections.abc import Iterable
from dataclasses import replace

from bot.when.phrases.dates import dotted_dates, packed_dates
from bot.when.phrases.pieces import Match, Pieces, Rule
from bot.when.said import Said
from bot.when.words import any_of

DAY_MINUTES, NOON = 1440, 12
SMALL_HOURS = range(1, 7)
"""In English `2:30` without am or pm is rather of the afternoon."""
MINUTES_ALONE = r"(?P<minutes>(?:5|10|15|20|25)\b|(?:twenty five|five|ten|fifteen|twenty)\b)"
BEFORE = frozenset({"to", "before", "till", "of", "vor"})
SIGN = r"(?P<sign>to|before|till|of|past|after|vor|nach)"


def rules(pieces: Pieces) -> Iterable[Rule]:
    half, hour, ends = pieces.half, pieces.hour, pieces.ends

    def clock(match: Match) -> list[Said]:
        return _clock(pieces, match)

    def loose(match: Match) -> list[Said]:
        return _clock(pieces, match, loose=True)

    def dotted(match: Match) -> list[Said]:
        return _dotted(pieces, match)

    def packed(match: Match) -> list[Said] | None:
        return _packed(pieces, match)

    digits = r"(?P<hour>\d\d?)"
    suffix = rf"(?: ?(?P<uhr>uhr|h|hrs|hours)\b|{half}|-?ish\b)"
    yield (
        rf"{digits}:(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?(?!\d){suffix}?",
        clock,
    )
    yield rf"{digits}[.,;-](?P<minute>\d\d){suffix}", clock
    yield rf"{digits}[;,](?P<minute>\d\d)(?![\d.,])", clock
    yield (
        rf"{hour} ?(?P<uhr>uhr|h(?=\d\d)|h\b)(?:(?: und)? ?(?P<minute>\d\d){ends}"
        rf"(?! (?:{any_of(pieces.words.months)})\b)(?: ?min(?:uten)?\b)?"
        rf"| (?P<minute_word>{pieces.number}))?(?![a-z])",
        clock,
    )
    yield rf"{digits} (?P<minute>[0-5]\d){ends}{suffix}?(?! ?(?:{_units(pieces)})\b)", loose
    words = rf"(?P<hour>\d\d?|{pieces.hour_word}) (?P<minute_word>{pieces.minute_word})"
    yield rf"{words}(?:{half})?", loose
    yield rf"{hour}(?: o ?clock\b)?{half}", clock
    yield r"(?P<first>\d\d?)\.(?P<second>\d\d?)(?![\d:/]|\.\d)", dotted
    yield rf"(?P<hour>\d\d?)(?P<minute>\d\d)(?![\d:.,/-]){suffix}?", packed
    yield (
        rf"12 (?=(?:{pieces.parts}|midnight|mitternacht)\b)|12 uhr (?=mittags)",
        lambda _: [Said()],
    )
    yield (
        rf"{hour}(?:-?ish\b)?(?: o ?clock\b)?(?![\d:/-])",
        lambda match: _on_the_dial(pieces.number_of(match["hour"]), 0),
    )


def _units(pieces: Pieces) -> str:
    return any_of(word for word in pieces.words.units | pieces.words.months_in)


def around_hours(pieces: Pieces) -> Iterable[Rule]:
    """Quarters and minutes before and after an hour."""
    words, number = pieces.words, pieces.number
    end = rf"(?: ?uhr\b| o ?clock\b|{pieces.half})?"
    noon = r"(?P<noon>noon|midnight|mittag|mitternacht)\b"

    def quarter(match: Match) -> list[Said]:
        return _around(pieces, match, words.quarters[match["quarter"]])

    def minutes(match: Match) -> list[Said]:
        return _around(pieces, match, _offset(pieces, match))

    def perhaps_a_span(match: Match) -> list[Said]:
        may_be = match["sign"] == "to" and pieces.number_of(match["minutes"]) <= NOON
        unsure = True if may_be else None
        return [replace(said, unsure=unsure) for said in minutes(match)]

    quarters = rf"(?P<quarter>{any_of(words.quarters)})"
    yield rf"{quarters} (?:{noon}|{pieces.hour}{end})", quarter
    sign = r"(?P<sign>vor|nach)" if pieces.language == "de" else SIGN
    counted = rf"(?P<minutes>{number}) ?(?:m|mins?|minutes?|minuten?)"
    alone = MINUTES_ALONE if pieces.language == "en" else rf"(?P<minutes>{number})"
    yield rf"{counted} {sign} (?:{noon}|(?P<halb>halb )?{pieces.hour}{end})", minutes
    yield rf"{alone} {sign} (?:{noon}|(?P<halb>halb )?{pieces.hour}{end})", perhaps_a_span


def _offset(pieces: Pieces, match: Match) -> int:
    """Minutes from the hour that is named."""
    minutes = pieces.number_of(match["minutes"])
    return (-minutes if match["sign"] in BEFORE else minutes) - (30 if match["halb"] else 0)


def _around(pieces: Pieces, match: Match, offset: int) -> list[Said]:
    """`half past 9`, `halb 10`: of the morning or of the evening, unless that was said."""
    if match["noon"]:
        hour = NOON if match["noon"] in ("noon", "mittag") else 2 * NOON
    elif match["half"]:
        hour = _of_half(pieces.number_of(match["hour"]), match["half"])
    else:
        hour = pieces.number_of(match["hour"])
        return _on_the_dial(*divmod((60 * hour + offset) % DAY_MINUTES, 60), said=hour)
    hour, minute = divmod((60 * hour + offset) % DAY_MINUTES, 60)
    return [Said(hour=hour, minute=minute, second=0, halved=True)]


def _clock(pieces: Pieces, match: Match, *, loose: bool = False) -> list[Said]:
    """One time of the day, whether it exists or not; two where it was written loosely."""
    said = match.groupdict()
    hour, half = pieces.number_of(match["hour"]), said.get("half")
    word = said.get("minute_word")
    minute = pieces.number_of(word) if word else int(said.get("minute") or 0)
    second = int(said.get("second") or 0)
    if half:
        bare_a = match[0].endswith("a.") and not said.get("minute")
        unsure = True if bare_a or (half == "p" and not 0 < hour <= NOON) else None
        if hour > 12 and half == "a":
            return []
        hour = _of_half(hour, half)
        return [Said(hour=hour, minute=minute, second=second, halved=True, unsure=unsure)]
    dial = hour <= 12 and not match["hour"].startswith("0")
    loose |= pieces.language == "en" and hour in SMALL_HOURS and not said.get("uhr")
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
    if named > NOON or named == 0:
        hours = [hour] if hour < 2 * NOON else []
    elif hour == NOON:
        hours = [NOON, 0 if minute else 2 * NOON]
    else:
        hours = [hour % NOON, hour % NOON + NOON]
    return [Said(hour=hour, minute=minute, second=0) for hour in hours]


def _dotted(pieces: Pieces, match: Match) -> list[Said]:
    """`9.30` is a time, `24.12` a date, and `9.12` may be either."""
    hour, minute = int(match["first"]), int(match["second"])
    ways = []
    if hour <= 24 and minute <= 59 and len(match["second"]) == 2:
        if pieces.language == "en" and hour in SMALL_HOURS and match["first"][0] != "0":
            ways += _on_the_dial(hour, minute)
        else:
            dial = True if hour <= 12 and match["first"][0] != "0" else None
            ways.append(Said(hour=hour, minute=minute, second=0, twelve=dial))
    if ways and match.string[: match.start()].endswith(("um ", "at ")):
        return ways
    return ways + dotted_dates(pieces, match)


def _packed(pieces: Pieces, match: Match) -> list[Said] | None:
    """`1830`, `730pm`, `0700h`."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if minute > 59 or hour > 24:
        return packed_dates(pieces, match) or None
    if match["half"] or match["hour"].startswith("0") or hour > 12:
        times = _clock(pieces, match)
    else:
        times = _on_the_dial(hour, minute)
    year = 100 * hour + minute
    if 2000 < year < 2100 and not (match["uhr"] or match["half"]):
        times = [Said(hour=hour, minute=minute, second=0, unsure=True), Said(year=year)]
    return times + packed_dates(pieces, match)
