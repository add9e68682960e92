"""The next free slots: ahead, apart from other posts, and on the clock of their zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.new_post.question import Moment
from bot.slots import is_slot, nearby, next_free, slots_of
from storage.pace import Pace
from storage.slots import Calendar

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=BERLIN)  # a Thursday
MINUTE = timedelta(minutes=1)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(
    calendar: Calendar, count: int, now: datetime = NOW, zone: ZoneInfo = BERLIN
) -> list[str]:
    found = next_free(Moment(now, zone, calendar=calendar), count)
    return [f"{when.local:%a %d %H:%M}" for when in found]


def weekly(*slots: tuple[int, int, int], zone: str = "Europe/Berlin") -> Calendar:
    return Calendar(zone, tuple((weekday, time(hour, minute)) for weekday, hour, minute in slots))


def test_until_somebody_sets_slots_every_day_has_three() -> None:
    assert shown(Calendar(), 4) == ["Thu 26 12:00", "Thu 26 18:00", "Fri 27 09:00", "Fri 27 12:00"]


def test_own_slots_come_week_after_week() -> None:
    week = weekly((0, 9, 0), (4, 18, 0))
    assert shown(week, 3) == ["Fri 27 18:00", "Mon 30 09:00", "Fri 04 18:00"]


def test_who_wants_no_slots_is_offered_none() -> None:
    assert shown(Calendar("Europe/Berlin"), 3) == []


@pytest.mark.parametrize(
    ("taken", "first"),
    [
        ("2026-11-26 18:00", "Fri 27 18:00"),
        ("2026-11-26 18:09", "Fri 27 18:00"),
        ("2026-11-26 17:51", "Fri 27 18:00"),
        ("2026-11-26 18:10", "Thu 26 18:00"),
        ("2026-11-26 17:50", "Thu 26 18:00"),
        ("2026-11-27 00:04", "Thu 26 18:00"),
    ],
)
def test_a_slot_is_taken_by_what_is_less_than_ten_minutes_away(taken: str, first: str) -> None:
    daily = [(day, time(18)) for day in range(7)]
    assert shown(Calendar("Europe/Berlin", tuple(daily), (at(taken),)), 1) == [first]


def test_a_slot_that_the_accounts_pace_would_move_is_not_offered() -> None:
    published = (at("2026-11-26 09:30"),)
    gap, cap = Pace(min_gap=timedelta(hours=3)), Pace(daily_cap=2)
    assert shown(Calendar(published=published, pace=gap), 1) == ["Thu 26 18:00"]
    assert shown(Calendar(published=published, pace=cap), 3) == [
        "Thu 26 12:00",
        "Fri 27 12:00",
        "Fri 27 18:00",
    ]


def test_a_post_just_after_midnight_takes_a_slot_just_before_it() -> None:
    week = Calendar("Europe/Berlin", ((3, time(23, 55)), (4, time(18))), (at("2026-11-27 00:04"),))
    assert shown(week, 1) == ["Fri 27 18:00"]


def test_slots_that_are_too_close_are_not_both_used() -> None:
    assert shown(weekly((4, 18, 0), (4, 18, 5), (4, 18, 10)), 2) == ["Fri 27 18:00", "Fri 27 18:10"]


@pytest.mark.parametrize(
    ("now", "first"), [("2026-11-27 17:50", "Fri 27 18:00"), ("2026-11-27 17:51", "Fri 04 18:00")]
)
def test_a_slot_is_at_least_ten_minutes_ahead(now: str, first: str) -> None:
    assert shown(weekly((4, 18, 0)), 1, at(now)) == [first]


def test_slots_are_meant_in_their_own_zone_and_shown_in_the_persons() -> None:
    week = weekly((4, 20, 0), zone="America/New_York")
    assert shown(week, 1) == ["Sat 28 02:00"]
    friday, saturday = (date(2026, 11, day) for day in (27, 28))
    assert slots_of(friday, week, NOW, BERLIN) == []
    assert [when.utc for when in slots_of(saturday, week, NOW, BERLIN)] == [
        at("2026-11-27 20:00", NEW_YORK)
    ]


def test_a_slot_that_the_clocks_skip_is_left_out_and_one_that_comes_twice_comes_once() -> None:
    week = weekly((6, 2, 30), (6, 12, 0))
    spring, autumn = at("2026-03-28 10:00"), at("2026-10-24 10:00")
    assert shown(week, 2, spring) == ["Sun 29 12:00", "Sun 05 02:30"]
    found = next_free(Moment(autumn, BERLIN, calendar=week), 2)
    assert [when.utc.hour for when in found] == [0, 11]


def test_slots_keep_their_hour_across_a_change_of_the_clocks() -> None:
    found = next_free(
        Moment(at("2026-10-23 10:00"), BERLIN, calendar=weekly((4, 18, 0), (0, 18, 0))), 2
    )
    assert [(when.local.hour, when.utc.hour) for when in found] == [(18, 16), (18, 17)]


def test_what_is_close_to_another_post_is_said_with_its_time() -> None:
    taken = (at("2026-11-26 12:00"), at("2026-11-26 18:05"))
    calendar = Calendar(taken=taken)
    assert nearby(at("2026-11-26 18:00"), calendar) == taken[1]
    assert nearby(at("2026-11-26 18:00") - 5 * MINUTE, calendar) is None
    assert nearby(None, calendar) is None
    assert nearby(NOW, Calendar()) is None


def test_a_time_is_a_slot_on_the_clock_of_the_slots() -> None:
    week = weekly((4, 20, 0), zone="America/New_York")
    assert is_slot(at("2026-11-28 02:00"), week, BERLIN)
    assert not is_slot(at("2026-11-27 20:00"), week, BERLIN)
    assert is_slot(datetime(2026, 11, 26, 11, 0, tzinfo=UTC), Calendar(), BERLIN)
