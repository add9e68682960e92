"""Time zones as people name them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.texts.dates import moment
from bot.zones import ABBREVIATIONS, zone_of, zones_like, zones_named

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("named", "zone"),
    [
        ("Zürich", "Europe/Zurich"),
        ("zuerich", "Europe/Zurich"),
        ("ZURICH", "Europe/Zurich"),
        ("Europe/Zürich", "Europe/Zurich"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao_paulo", "America/Sao_Paulo"),
        ("Wien", "Europe/Vienna"),
        ("Vienne", "Europe/Vienna"),
        ("Bogotá", "America/Bogota"),
        ("München", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("NYC", "America/New_York"),
        ("Mumbai", "Asia/Kolkata"),
        ("Beijing", "Asia/Shanghai"),
        ("UK", "Europe/London"),
        ("Wiener Zeit", "Europe/Vienna"),
        ("in London", "Europe/London"),
        ("Pacific time", "America/Los_Angeles"),
        ("Tokyo time, Japan", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("Kiew", "Europe/Kyiv"),
        ("Calcutta", "Asia/Kolkata"),
        ("Москва", "Europe/Moscow"),
        ("東京", "Asia/Tokyo"),
        ("Deutschland", "Europe/Berlin"),
        ("Österreich", "Europe/Vienna"),
        ("US/Eastern", "America/New_York"),
        ("UTC", "UTC"),
        ("UTC+2", "Etc/GMT-2"),
        ("gmt -3", "Etc/GMT+3"),
        ("UTC−5", "Etc/GMT+5"),
        ("+1", "Etc/GMT-1"),
        ("utc+0", "UTC"),
        ("+05:30", "Asia/Kolkata"),
        ("GMT-0330", "America/St_Johns"),
        ("MEZ", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("HKT", "Asia/Hong_Kong"),
        ("Eastern", "America/New_York"),
        ("Mountain Time", "America/Denver"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Etc/GMT-2", "Etc/GMT-2"),
    ],
)
def test_a_place_is_known_by_its_names_in_many_languages(named: str, zone: str) -> None:
    assert zones_named(named, NOW) == [zone]


@pytest.mark.parametrize(
    ("named", "among"),
    [
        ("USA", {"America/New_York", "America/Los_Angeles"}),
        ("Spain", {"Europe/Madrid", "Atlantic/Canary"}),
        ("IST", {"Asia/Kolkata", "Europe/Dublin"}),
        ("EST", {"America/New_York", "America/Panama"}),
    ],
)
def test_where_clocks_differ_one_is_asked_which(named: str, among: set[str]) -> None:
    assert among <= set(zones_named(named, NOW))


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("Berlni", "Europe/Berlin"),
        ("Wein", "Europe/Vienna"),
        ("Europa/Berlin", "Europe/Berlin"),
        ("New Yrok", "America/New_York"),
    ],
)
def test_a_near_miss_is_offered_and_not_taken(misspelt: str, meant: str) -> None:
    assert zones_named(misspelt, NOW) == []
    assert meant in zones_like(misspelt)


@pytest.mark.parametrize(
    "nonsense", ["Xanadu Ltd", "UTC+15", "+25:00", "12", "", "/", "../etc/passwd"]
)
def test_nonsense_is_no_zone(nonsense: str) -> None:
    assert zones_named(nonsense, NOW) == []
    assert zones_like(nonsense) == []


def test_every_zone_that_letters_stand_for_exists() -> None:
    assert all(zone_of(meaning) for meanings in ABBREVIATIONS.values() for meaning in meanings)


def test_a_distance_from_utc_is_shown_with_its_own_sign() -> None:
    assert moment("en", NOW, ZoneInfo("Etc/GMT-2"), NOW).endswith("14:00 (UTC+2)")
    assert moment("en", NOW, ZoneInfo("Etc/GMT+10"), NOW).endswith("02:00 (UTC-10)")
    assert moment("en", NOW, ZoneInfo("Europe/Berlin"), NOW).endswith("(Europe/Berlin)")
