"""`18:30`, `6pm`, `halb neun`, `20 past eight`, `1830`, `18h30`: times of the day."""

from collections.abc import Iterable, Sequence

from bot.when.phrases.dates import dotted_dates, packed_dates
from bot.when.phrases.pieces import Match, Pieces, Rule
from bot.when.said import Said
from bot.when.words import any_of

DAY_MINUTES = 1440
SMALL_HOURS = range(1, 7)
"""In English `2:30` without am or pm is rather of the afternoon."""
MINUTES_ALONE = r"(?:5|10|15|20|25|five|ten|fifteen|twenty|twenty-five|twenty five)"


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
    suffix = rf"(?: ?(?P<uhr>uhr|h)\b|{half}|-?ish\b)"
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
    yield rf"(?P<hour>\d\d?|{_words(pieces)}) (?P<minute_word>{_words(pieces)})(?:{half})?", loose
    yield rf"{hour}(?: o ?clock\b)?{half}", clock
    yield r"(?P<first>\d\d?)\.(?P<second>\d\d?)(?![\d:/]|\.\d)", dotted
    yield rf"(?P<hour>\d\d?)(?P<minute>\d\d)(?![\d:.,/-]){suffix}?", packed
    yield (
        rf"12 (?=(?:{pieces.parts}|midnight|mitternacht)\b)|12 uhr (?=mittags)",
        lambda _: [Said()],
    )
    yield (
        rf"{hour}(?:-?ish\b)?(?: o ?clock\b)?(?![\d:/-])",
        lambda match: _on_the_dial([(pieces.number_of(match["hour"]), 0)]),
    )


def _units(pieces: Pieces) -> str:
    return any_of(word for word in pieces.words.units | pieces.words.months_in)


def _words(pieces: Pieces) -> str:
    return rf"(?:{any_of(pieces.words.numbers)})\b"


def around_hours(pieces: Pieces) -> Iterable[Rule]:
    """Quarters and minutes before and after an hour."""
    words, hour, half = pieces.words, pieces.hour, pieces.half
    end = rf"(?: ?uhr\b| o ?clock\b|{half})?"

    def quarter(match: Match) -> list[Said]:
        return _around(pieces, match, words.quarters[match["quarter"]])

    def minutes(match: Match) -> list[Said]:
        before = match["sign"] in ("to", "before", "till", "of", "vor")
        offset = pieces.number_of(match["minutes"]) * (-1 if before else 1)
        return _around(pieces, match, offset - (30 if match["halb"] else 0))

    yield rf"(?P<quarter>{any_of(words.quarters)}) {hour}{end}", quarter
    yield (
        rf"(?P<quarter>{any_of(words.quarters)}) (?P<noon>noon|midnight|mittag|mitternacht)\b",
        (lambda match: _around_noon(match["noon"], words.quarters[match["quarter"]])),
    )
    sign = "vor|nach" if pieces.language == "de" else "to|before|till|of|past|after|vor|nach"
    counted = rf"(?P<minutes>{pieces.number}) ?(?:m|mins?|minutes?|minuten?) (?P<sign>{sign})"
    alone = rf"(?P<minutes>{MINUTES_ALONE if pieces.language == 'en' else pieces.number})"
    for start in (counted, rf"{alone} (?P<sign>{sign})"):
        yield rf"{start} (?P<halb>halb )?{hour}{end}", minutes
        yield (
            rf"{start} (?P<noon>noon|midnight|mittag|mitternacht)\b",
            lambda match: _around_noon(
                match["noon"],
                pieces.number_of(match["minutes"])
                * (-1 if match["sign"] in ("to", "before", "till", "of", "vor") else 1),
            ),
        )


def _around_noon(noon: str, offset: int) -> list[Said]:
    base = 12 * 60 if noon in ("noon", "mittag") else 24 * 60
    hour, minute = divmod((base + offset) % DAY_MINUTES, 60)
    return [Said(hour=hour, minute=minute, second=0)]


def _around(pieces: Pieces, match: Match, offset: int) -> list[Said]:
    """`half past 9`, `halb 10`: of the morning or of the evening, unless that was said."""
    hour = pieces.number_of(match["hour"])
    if not match["half"]:
        return _on_the_dial([divmod((60 * hour + offset) % DAY_MINUTES, 60)], said=hour)
    hour = _of_half(hour, match["half"])
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
        unsure = True if match[0].endswith("a.") and not said.get("minute") else None
        if hour > 12 and half == "a":
            return []
        hour = _of_half(hour, half)
        return [Said(hour=hour, minute=minute, second=second, halved=True, unsure=unsure)]
    dial = hour <= 12 and not match["hour"].startswith("0")
    loose |= pieces.language == "en" and hour in SMALL_HOURS and not said.get("uhr")
    if dial and loose:
        return _on_the_dial([(hour, minute)])
    return [Said(hour=hour, minute=minute, second=second, twelve=True if dial else None)]


def _of_half(hour: int, half: str) -> int:
    """The hour of the day for one said with am or pm; `18 pm` is 18."""
    return hour if hour > 12 else hour % 12 + (12 if half == "p" else 0)


def _on_the_dial(clocks: Sequence[tuple[int, int]], said: int | None = None) -> list[Said]:
    """What a clock with hands shows so, in the morning or in the evening."""
    found = []
    for hour, minute in clocks:
        if (said if said is not None else hour) > 12:
            found += [(hour, minute)] if hour < 24 else []
        elif hour > 12:
            found += [(hour - 12, minute), (hour, minute)]
        else:
            found += [(hour, minute), ((hour + 12) % 24 if hour + 12 != 24 else 24, minute)]
    return [Said(hour=hour, minute=minute, second=0) for hour, minute in found]


def _dotted(pieces: Pieces, match: Match) -> list[Said]:
    """`9.30` is a time, `24.12` a date, and `9.12` may be either."""
    hour, minute = int(match["first"]), int(match["second"])
    ways = []
    if hour <= 24 and minute <= 59 and len(match["second"]) == 2:
        if pieces.language == "en" and hour in SMALL_HOURS and match["first"][0] != "0":
            ways += _on_the_dial([(hour, minute)])
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
        times = _on_the_dial([(hour, minute)])
    year = 100 * hour + minute
    if match.re.groups and 2000 < year < 2100 and not (match["uhr"] or match["half"]):
        times = [Said(hour=hour, minute=minute, second=0, unsure=True), Said(year=year)]
    return times + packed_dates(pieces, match)
