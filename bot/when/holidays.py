"""Days with a name: Christmas Eve, Black Friday, the first Sunday of Advent, public holidays.

Vocabularies have what people call them; what is public only in one country comes from `holidays`.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import TypeAlias

from babel.core import get_global
from dateutil import easter, relativedelta

from bot.public_holidays import holidays_of
from bot.when.text import folded

Rule: TypeAlias = relativedelta.relativedelta | int
"""What leads from 1 January to a day of the year, or the days from Easter Sunday on."""
RULE = re.compile(
    r"(?:(?P<weekday>[A-Z]{2}) (?P<side>from|until) )?(?P<month>\d\d)-(?P<day>\d\d)"
    r"|easter(?P<off>[+-]\d+)?"
)
A_YEAR = 2026
"""The names of days are the same every year."""


def rules_of(written: str) -> tuple[Rule, ...]:
    """Days as vocabularies write them: `12-24 or 12-25`, `FR from 11-23`, `easter-2`."""
    return tuple(map(_rule, written.split(" or ")))


def _rule(written: str) -> Rule:
    found = RULE.fullmatch(written)
    assert found, written
    if not found["month"]:
        return int(found["off"] or 0)
    near = None
    if found["weekday"]:
        near = getattr(relativedelta, found["weekday"])(1 if found["side"] == "from" else -1)
    return relativedelta.relativedelta(
        month=int(found["month"]), day=int(found["day"]), weekday=near
    )


def days_named(name: str, rules: Iterable[Rule], locale: str, year: int) -> list[date]:
    """The days of this name in a year; several if it may mean either."""
    public = public_holidays(locale, year)
    if found := public.get(name) or public.get(f"{name} day"):
        return [found]
    start, sunday = date(year, 1, 1), easter.easter(year)
    return [
        sunday + relativedelta.relativedelta(days=rule) if isinstance(rule, int) else start + rule
        for rule in rules
    ]


def country_of(zone: str, countries: tuple[str, ...]) -> str:
    """The country of the zone if it is one of these, otherwise the first."""
    country = get_global("zone_territories").get(zone, "")
    return country if country in countries else countries[0]


@cache
def public_holidays(locale: str, year: int = A_YEAR) -> dict[str, date]:
    """The public holidays of a country by their folded names in a language: `de_AT`."""
    language, _, country = locale.partition("_")
    return {folded(name): day for name, day in holidays_of(country, year, language)}
