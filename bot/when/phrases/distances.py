"""`in 2 hours`, `+15 min`, `eine halbe Stunde`, `a week from tomorrow`."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from bot.when.phrases.pieces import Match, Pieces, Rule, always
from bot.when.said import Said
from bot.when.words import any_of

DAY_SECONDS, HOURS_OF_A_DAY = 86_400, 24
LAST_HOURS, FIRST_CLOCK = 5, 13
"""`5h` is a distance and `13h` a time of the day; what is between may be either."""
LATE = r"(?:1[3-9]|2\d)"
SHORTEST_MONTH_SECONDS = 28 * DAY_SECONDS
MOMENT_SECONDS = 60
"""`just a minute`, `in a sec` and `in a mo` ask for patience; `1 min`, in digits, is a time."""
A_FEW = 3
"""What is offered for an amount that is vague."""


def rules(pieces: Pieces) -> Iterable[Rule]:
    return _Distances(pieces).rules()


class _Distances:
    """The patterns of amounts with units, and what they come to."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces, self.words, self.syntax = pieces, pieces.words, pieces.words.syntax
        words = self.words
        amount = (
            r"\d{1,30} \d/\d(?!\d)|(?:an? )?\d/\d(?!\d)|\d{1,30}(?:[.,]\d{1,2})?"
            rf"|(?:{any_of(words.amounts | words.numbers)})\b"
        )
        half, unit = self.syntax.and_a_half, rf"(?:{pieces.unit})(?![a-z])"
        half_more = rf"(?:{half})\b(?! {unit})"
        more = rf" ?(?:(?:{self.syntax.more}) )?"
        item = rf"(?:{amount})(?:{half})?{more}{unit}(?:{half_more})?"
        clock = (
            rf"(?:\d{{3,4}}|{LATE}[.,][0-5]\d) ?(?:h|{self.syntax.after_digits})"
            rf"|\d\d?[.,]\d\d ?h|{LATE} ?h"
        )
        joint = rf"\.?(?:,? (?:{self.syntax.conjunction}|[&+])|,)? ?"
        self.items = rf"{item}(?:{joint}(?!{clock}){item})*"
        self.after_days = re.compile(rf"(.*(?:{self.pieces.unit}))[ ,]+(\d\d?) ?h", re.ASCII)
        self.item = re.compile(rf"({amount})({half})?{more}({unit})({half_more})?", re.ASCII)
        self.vague = re.compile(
            rf"\b(?:{any_of(word for word, n in words.amounts.items() if n == A_FEW)})\b"
        )
        self.lengths = words.units | {
            unit: SHORTEST_MONTH_SECONDS * months for unit, months in words.months_in.items()
        }

    def rules(self) -> Iterable[Rule]:
        pieces, syntax, words = self.pieces, self.syntax, self.words
        a_day = any_of(
            [*words.weekdays, *(word for word, said in words.phrases.items() if said.day_ahead)]
        )
        after_hours = "|".join(
            rf"(?<={unit})\.? " for unit, seconds in words.units.items() if seconds == 3600
        ).replace(r"(?<=h)\.? ", r"(?:(?<=\dh)|(?<=\d h)) ?")
        past = rf"{syntax.before_past} {self.items}|{self.items} {syntax.after_past}\b"
        yield (
            rf"(?P<items>{self.items})\.? {syntax.earlier}(?=[ .!]*$)"
            rf"|^- ?(?P<digits>(?=\d){self.items})$",
            self.read_back,
        )
        yield past, always(Said(seconds=-1))
        yield (
            rf"{syntax.ahead} (?P<hours>\d{{1,3}}):(?P<minutes>[0-5]\d) ?(?:{pieces.hours})\b",
            lambda match: [_hours_and_minutes(match)],
        )
        yield (
            rf"(?P<sign>{syntax.ahead} (?:{syntax.about}\b\.? )?|\+ ?)?"
            rf"(?P<lasting>{syntax.lasting} )?(?P<items>{self.items})"
            rf"(?:(?:{after_hours})(?P<minutes>[0-5]\d){pieces.ends}"
            rf"(?![a-z]|{pieces.clock_follows}))?"
            rf"(?P<after>\.? {syntax.from_now}\b| {syntax.counted_from} (?:{pieces.today})\b"
            rf"|(?P<counted> {syntax.counted_from})(?= (?:{a_day})\b)"
            rf"|(?P<beside>)(?= (?:{pieces.today}|{a_day})\b))?",
            self.read,
        )

    def read(self, match: Match) -> list[Said] | None:
        items = match["items"]
        said = self.total(items, int(match["minutes"] or 0))
        if said is None:
            return []
        if match["counted"] and said.seconds is not None:
            return None
        if re.fullmatch(self.syntax.a_week, items):
            return [Said(days=7), said]
        shortened = said.months is not None and re.search(r" [a-z]{1,2}$", items)
        patience = (said.seconds == 1 or shortened) and not items[0].isdecimal()
        sign = (match["sign"] or "").split(" ")[0]
        after_a_clock = sign in self.words.signs and re.fullmatch(r"\d\d? ?h", items)
        if after_a_clock or self.vague.search(items) or patience or not self.descends(items):
            return [replace(said, unsure=True)]
        if (late := self.after_days.fullmatch(items)) and int(late[2]) > LAST_HOURS:
            return [said, *self.at_an_hour(late[1], int(late[2]), match["minutes"])]
        of_a_day = match["beside"] is not None and said.seconds is None
        if match["sign"] or match["after"] or of_a_day:
            written = re.fullmatch(
                rf"(?P<hours>\d\d?)[.,](?P<minutes>[0-5]\d) ?(?:{self.pieces.hours})", items
            )
            return [said, _hours_and_minutes(written)] if written else [said]
        digits = rf"(?:\d{{4}}|{LATE}[.,][0-5]\d) ?(?:h|{self.syntax.after_digits})"
        if re.fullmatch(rf"{digits}|\d\d?[.,]\d\d ?h", items):
            return None
        if hour := re.fullmatch(rf"(\d\d?) ?(?:h|{self.syntax.hour_mark})", items):
            return _or_a_clock(match, said, int(hour[1]))
        if hour := re.fullmatch(rf"(\d\d?) ?h ?([0-5]\d) ?(?:{self.pieces.minutes})", items):
            return _or_a_clock(match, said, int(hour[1]), int(hour[2]))
        is_long = said.seconds is not None and said.seconds >= MOMENT_SECONDS
        is_sure = is_long and (said.seconds != MOMENT_SECONDS or items[0].isdecimal())
        return [replace(said, unsure=None if is_sure and not match["lasting"] else True)]

    def at_an_hour(self, days: str, hour: int, minutes: str | None) -> list[Said]:
        """`in 2 days, 9h` may be that time of the day."""
        said = self.total(days, 0)
        if said is None or said.seconds is not None or hour >= HOURS_OF_A_DAY:
            return []
        return [replace(said, hour=hour, minute=int(minutes or 0), second=0)]

    def read_back(self, match: Match) -> list[Said]:
        """`an hour earlier`, `-1 day`: only what is sure."""
        items = match["items"] or match["digits"]
        said = self.total(items, 0)
        if said is None or not self.descends(items):
            return []
        vague = True if self.vague.search(items) else None
        return [replace(said, earlier=True, unsure=vague)]

    def descends(self, items: str) -> bool:
        """Whether no unit is longer than the one before: `2 hours a day` is no sum."""
        lengths = [self.lengths[unit] for _, _, unit, _ in self.item.findall(items)]
        return all(long >= short for long, short in pairwise(lengths))

    def total(self, items: str, minutes: int) -> Said | None:
        """All items together; None for such as `1.5 months`."""
        months, days, seconds = Decimal(0), Decimal(0), Decimal(60 * minutes) if minutes else None
        for written, half, unit, half_more in self.item.findall(items):
            amount = self.amount(written) + (Decimal("0.5") if half or half_more else 0)
            if unit in self.words.months_in:
                months += amount * self.words.months_in[unit]
                continue
            length = amount * self.words.units[unit]
            if self.words.units[unit] >= DAY_SECONDS and length % DAY_SECONDS == 0:
                days += length // DAY_SECONDS
            else:
                seconds = (seconds or 0) + length
        if months % 1:
            return None
        return Said(
            months=int(months) or None,
            days=int(days) if days or (seconds is None and not months) else None,
            seconds=None if seconds is None else round(seconds),
        )

    def amount(self, written: str) -> Decimal:
        if "/" in written:
            whole, _, fraction = written.removeprefix("a ").removeprefix("an ").rpartition(" ")
            above, below = map(int, fraction.split("/"))
            return Decimal(whole or 0) + (Decimal(above) / below if below else 0)
        if written[0].isdecimal():
            return Decimal(written.replace(",", "."))
        known = self.words.numbers | self.words.amounts
        return Decimal(str(known[written]))


def _hours_and_minutes(match: Match) -> Said:
    """`in 1:30 h`; `in 1.30 h` may be an hour and a half as well."""
    return Said(seconds=3600 * int(match["hours"]) + 60 * int(match["minutes"]))


def _or_a_clock(match: Match, said: Said, hour: int, spelt: int = 0) -> list[Said] | None:
    """`18h` and `8h30` are French and Swiss for times of the day, and `18h30min` may be one."""
    minute = int(match["minutes"] or spelt)
    whole = match.span() == (0, len(match.string.rstrip(" .!?")))
    if FIRST_CLOCK <= hour < HOURS_OF_A_DAY and not spelt:
        return None
    if hour > HOURS_OF_A_DAY or (whole and hour <= LAST_HOURS and match["minutes"] is None):
        return [said]
    unsure = True if hour == HOURS_OF_A_DAY else None
    return [said, Said(hour=hour, minute=minute, second=0, unsure=unsure)]
