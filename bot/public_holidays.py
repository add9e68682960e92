"""The public holidays of a country, from `holidays`, which would keep 5 MB of a process that asks.

So they are read in a process of its own, which needs little else: `bot.when` alone takes longer.
"""

import sys
from datetime import date
from pathlib import Path
from types import ModuleType

from publisher.media.isolated import isolated
from publisher.media.refused import MediaRefusedError


def holidays_of(country: str, year: int, language: str) -> list[tuple[str, date]]:
    """Each day under each of its names, as in `AT` and `de`. Blocks."""
    try:
        found = isolated(_holidays_of)(country, year, language)
    except (MediaRefusedError, OSError):  # there is no room for a process
        found = _holidays_of(country, year, language)
    return [(name, date.fromisoformat(day)) for name, day in found]


def _holidays_of(country: str, year: int, language: str) -> list[tuple[str, str]]:
    """With plain values, which are all that an answer may consist of."""
    holidays = _library()
    calendar = getattr(holidays, country)
    locales = (f"{language}_{country}", language)
    spoken = [one for one in locales if one in calendar.supported_languages]
    known = holidays.country_holidays(
        country,
        years=year,
        language=(spoken or [*locales])[0],
        categories=calendar.supported_categories,
    )
    return [
        (name, day.isoformat())
        for day, names in known.items()
        for name in names.split("; ")
        if day.year == year and "(" not in name
    ]


def _library() -> ModuleType:
    """With each country's file when that is asked for: all 250 would take three times as long."""
    import holidays

    countries = ModuleType("holidays.countries")
    countries.__path__ = [str(Path(holidays.__path__[0]) / "countries")]
    sys.modules.setdefault(countries.__name__, countries)
    return holidays
