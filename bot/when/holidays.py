"""Days with a name: Christmas Eve, Black Friday, the first Sunday of Advent, public holidays."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import holidays
from babel.core import get_global
from dateutil.easter import easter

from bot.when.words import folded

DAY = timedelta(days=1)
SUNDAY, THURSDAY = 6, 3


def named_days(language: str, country: str) -> frozenset[str]:
    """The names, folded, that days have in this language and country."""
    return frozenset(NAMES[language]) | _public(language, country, A_YEAR).keys()


def days_named(name: str, country: str, year: int) -> list[date]:
    """The days of this name in a year; several if it may mean either."""
    language = LANGUAGE_OF[country]
    public = _public(language, country, year)
    if found := public.get(name) or public.get(f"{name} day"):
        return [found]
    return [day for rule in NAMES[language].get(name, ()) for day in rule(year)]


def country_of(zone: str, language: str) -> str:
    """The country of the zone, if it speaks the language; otherwise the language's largest."""
    country = get_global("zone_territories").get(zone, "")
    return country if country in COUNTRIES[language] else COUNTRIES[language][0]


@cache
def _public(language: str, country: str, year: int) -> dict[str, date]:
    """The public holidays of a country by their folded names."""
    calendar = getattr(holidays, country)
    speaks = {"de": "de", "en": f"en_{country}"}[language]
    known = holidays.country_holidays(
        country, years=year, language=speaks, categories=calendar.supported_categories
    )
    return {
        folded(name): day
        for day, names in known.items()
        for name in names.split("; ")
        if day.year == year and "(" not in name
    }


COUNTRIES = {
    "de": ("DE", "AT", "CH"),
    "en": ("US", "GB", "CA", "AU", "NZ", "IE"),
}
LANGUAGE_OF = {country: language for language, all_of in COUNTRIES.items() for country in all_of}
A_YEAR = 2026
"""The names of days are the same every year."""

Rule = Callable[[int], list[date]]


def _fixed(month: int, *days: int) -> Rule:
    return lambda year: [date(year, month, day) for day in days]


def _easter(*days: int) -> Rule:
    """So many days after Easter Sunday."""
    return lambda year: [easter(year) + days_on * DAY for days_on in days]


def _nth(month: int, weekday: int, nth: int, plus: int = 0) -> Rule:
    """The nth weekday of a month, and so many days on."""
    return lambda year: [nth_weekday(year, month, weekday, nth) + plus * DAY]


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Such as the first Wednesday of December; -1 is the last. Raises ValueError."""
    if nth < 0:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following - DAY * ((following.weekday() - weekday - 1) % 7 + 1)
    first = date(year, month, 1)
    found = first + DAY * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    if found.month != month:
        raise ValueError("no such weekday in the month")
    return found


def _advent(sunday: int) -> Rule:
    """The fourth Sunday of Advent is the last one before Christmas Day."""

    def days(year: int) -> list[date]:
        eve = date(year, 12, 24)
        fourth = eve - DAY * ((eve.weekday() - SUNDAY) % 7)
        return [fourth - 7 * (4 - sunday) * DAY]

    return days


def _names(rules: dict[str, tuple[Rule, ...]]) -> dict[str, tuple[Rule, ...]]:
    return {folded(name): days for names, days in rules.items() for name in names.split(",")}


NAMES: dict[str, dict[str, tuple[Rule, ...]]] = {
    "en": _names(
        {
            "christmas eve,xmas eve": (_fixed(12, 24),),
            "christmas,xmas,christmas day,xmas day": (_fixed(12, 25),),
            "boxing day": (_fixed(12, 26),),
            "new year's eve,new year eve,nye,silvester": (_fixed(12, 31),),
            "new year's day,new year,new year's,new years": (_fixed(1, 1),),
            "epiphany,three kings day": (_fixed(1, 6),),
            "valentine's,valentine's day,valentine day,valentine": (_fixed(2, 14),),
            "st patrick's day,saint patrick's day,st. patrick's day": (_fixed(3, 17),),
            "april fools,april fools' day,april fool's day": (_fixed(4, 1),),
            "women's day,international women's day": (_fixed(3, 8),),
            "halloween,hallowe'en": (_fixed(10, 31),),
            "independence day": (_fixed(7, 4),),
            "ash wednesday": (_easter(-46),),
            "palm sunday": (_easter(-7),),
            "good friday": (_easter(-2),),
            "easter,easter sunday,easter day": (_easter(0),),
            "easter monday": (_easter(1),),
            "pentecost,whit sunday": (_easter(49),),
            "thanksgiving,thanksgiving day": (_nth(11, THURSDAY, 4),),
            "black friday,blackfriday": (_nth(11, THURSDAY, 4, 1),),
            "cyber monday": (_nth(11, THURSDAY, 4, 4),),
            "mother's day,mothers day": (_nth(5, SUNDAY, 2), _easter(-21)),
            "father's day,fathers day": (_nth(6, SUNDAY, 3),),
            "juneteenth": (_fixed(6, 19),),
            "pi day": (_fixed(3, 14),),
            "star wars day": (_fixed(5, 4),),
            "bonfire night,guy fawkes night,guy fawkes day": (_fixed(11, 5),),
            "singles day": (_fixed(11, 11),),
            "all saints day,all saints": (_fixed(11, 1),),
            "st nicholas day,saint nicholas day": (_fixed(12, 6),),
            "shrove tuesday,pancake day,mardi gras,fat tuesday": (_easter(-47),),
            "maundy thursday": (_easter(-3),),
            "ascension day": (_easter(39),),
            "whit monday": (_easter(50),),
            "small business saturday": (_nth(11, THURSDAY, 4, 2),),
            "giving tuesday": (_nth(11, THURSDAY, 4, 5),),
            "earth day": (_fixed(4, 22),),
            "cinco de mayo": (_fixed(5, 5),),
            "flag day": (_fixed(6, 14),),
            "tax day": (_fixed(4, 15),),
            "mlk day,martin luther king day": (_nth(1, 0, 3),),
            "presidents day,president's day": (_nth(2, 0, 3),),
            "labor day,labour day": (_nth(9, 0, 1),),
            "memorial day": (_nth(5, 0, -1),),
            "first advent,1st advent,first sunday of advent": (_advent(1),),
            "second advent,2nd advent": (_advent(2),),
            "third advent,3rd advent": (_advent(3),),
            "fourth advent,4th advent": (_advent(4),),
        }
    ),
    "de": _names(
        {
            "heiligabend,heilig abend,heiliger abend,heiligen abend,weihnachtsabend": (
                _fixed(12, 24),
            ),
            "weihnachten": (_fixed(12, 24, 25),),
            "erster weihnachtstag,ersten weihnachtstag,1. weihnachtstag,1. weihnachtsfeiertag,"
            "erster weihnachtsfeiertag,ersten weihnachtsfeiertag": (_fixed(12, 25),),
            "zweiter weihnachtstag,zweiten weihnachtstag,2. weihnachtstag,2. weihnachtsfeiertag,"
            "zweiter weihnachtsfeiertag,zweiten weihnachtsfeiertag": (_fixed(12, 26),),
            "silvester,sylvester,silvesterabend": (_fixed(12, 31),),
            "neujahr,neujahrstag": (_fixed(1, 1),),
            "dreikönig,dreikönigstag,heilige drei könige": (_fixed(1, 6),),
            "valentinstag": (_fixed(2, 14),),
            "frauentag,weltfrauentag,internationaler frauentag": (_fixed(3, 8),),
            "weltkindertag": (_fixed(9, 20),),
            "allerseelen": (_fixed(11, 2),),
            "singles day": (_fixed(11, 11),),
            "tag der arbeit,erster mai": (_fixed(5, 1),),
            "tag der deutschen einheit": (_fixed(10, 3),),
            "reformationstag,halloween": (_fixed(10, 31),),
            "allerheiligen": (_fixed(11, 1),),
            "martinstag,sankt martin,st. martin": (_fixed(11, 11),),
            "nikolaus,nikolaustag": (_fixed(12, 6),),
            "nikolausabend": (_fixed(12, 5),),
            "weiberfastnacht": (_easter(-52),),
            "rosenmontag": (_easter(-48),),
            "fastnacht,faschingsdienstag,fastnachtsdienstag,veilchendienstag": (_easter(-47),),
            "aschermittwoch": (_easter(-46),),
            "palmsonntag": (_easter(-7),),
            "gründonnerstag": (_easter(-3),),
            "karfreitag": (_easter(-2),),
            "karsamstag,ostersamstag": (_easter(-1),),
            "ostern,ostersonntag": (_easter(0),),
            "ostermontag": (_easter(1),),
            "christi himmelfahrt,himmelfahrt,vatertag": (_easter(39),),
            "pfingsten,pfingstsonntag": (_easter(49),),
            "pfingstmontag": (_easter(50),),
            "fronleichnam": (_easter(60),),
            "muttertag": (_nth(5, SUNDAY, 2),),
            "black friday,blackfriday": (_nth(11, THURSDAY, 4, 1),),
            "cyber monday": (_nth(11, THURSDAY, 4, 4),),
            "buß- und bettag,buß und bettag": (lambda year: [_advent(1)(year)[0] - 11 * DAY],),
            "totensonntag": (lambda year: [_advent(1)(year)[0] - 7 * DAY],),
            "volkstrauertag": (lambda year: [_advent(1)(year)[0] - 14 * DAY],),
            "1. advent,erster advent,ersten advent,1 advent": (_advent(1),),
            "2. advent,zweiter advent,zweiten advent,2 advent": (_advent(2),),
            "3. advent,dritter advent,dritten advent,3 advent": (_advent(3),),
            "4. advent,vierter advent,vierten advent,4 advent": (_advent(4),),
        }
    ),
}
"""What people call days; what is public only in one country comes from `holidays`."""
