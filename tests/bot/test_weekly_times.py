"""Weekly slots as people type them: read exactly, or refused with what is wrong."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES, say
from bot.weekly_times import DAYS, SlotsError, read_slots, sounds_weekly, week_in_words

MON, TUE, WED, THU, FRI, SAT, SUN = DAYS


def slots(*groups: tuple[tuple[int, ...], str]) -> set[tuple[int, time]]:
    return {
        (day, time.fromisoformat(clock))
        for days, clocks in groups
        for clock in clocks.split()
        for day in days
    }


WORKING = (MON, TUE, WED, THU, FRI)
EVERY = tuple(DAYS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("mon-fri 9:00 18:00, sat 11", slots((WORKING, "09:00 18:00"), ((SAT,), "11:00"))),
        ("mo-fr 9:00 18:00, sa 11", slots((WORKING, "09:00 18:00"), ((SAT,), "11:00"))),
        ("Mo bis Fr um 9 und 18 Uhr", slots((WORKING, "09:00 18:00"))),
        ("Samstag 11 Uhr; sonntags 11.30", slots(((SAT,), "11:00"), ((SUN,), "11:30"))),
        ("täglich 12:00", slots((EVERY, "12:00"))),
        ("taeglich 12 Uhr", slots((EVERY, "12:00"))),
        ("daily 12", slots((EVERY, "12:00"))),
        ("every day at 6pm", slots((EVERY, "18:00"))),
        ("Every day 18:00", slots((EVERY, "18:00"))),
        ("18:00", slots((EVERY, "18:00"))),
        ("9, 12 and 18.30", slots((EVERY, "09:00 12:00 18:30"))),
        ("weekdays 9am 12 pm 6 p.m.", slots((WORKING, "09:00 12:00 18:00"))),
        ("werktags 8, am Wochenende 10:30", slots((WORKING, "08:00"), ((SAT, SUN), "10:30"))),
        ("mon, wed & fri 18:00", slots(((MON, WED, FRI), "18:00"))),
        ("fri\u2013mon 20h", slots(((FRI, SAT, SUN, MON), "20:00"))),
        ("sat to sun 0900", slots(((SAT, SUN), "09:00"))),
        ("Mondays 9\nMondays 18", slots(((MON,), "09:00 18:00"))),
        ("mo. 9, di. 10", slots(((MON,), "09:00"), ((TUE,), "10:00"))),
        ("so 9", slots(((SUN,), "09:00"))),
        ("12am", slots((EVERY, "00:00"))),
        ("from Monday thru Friday at 9", slots((WORKING, "09:00"))),
        ("von Mo bis Fr um 9, an Wochenenden 11", slots((WORKING, "09:00"), ((SAT, SUN), "11:00"))),
        ("Mo, Mi und Fr jeweils um 9 Uhr", slots(((MON, WED, FRI), "09:00"))),
        ("mon → wed, fri..sun 9", slots(((MON, TUE, WED, FRI, SAT, SUN), "09:00"))),
        ("daily at noon and midnight", slots((EVERY, "00:00 12:00"))),
        ("täglich 12 Uhr mittags", slots((EVERY, "12:00"))),
        ("mittags und abends 18 Uhr", slots((EVERY, "12:00 18:00"))),
        ("Montagabend 18 Uhr", slots(((MON,), "18:00"))),
        ("morgens 9 Uhr und abends 18 Uhr", slots((EVERY, "09:00 18:00"))),
        ("mon 9h 18h, tue 9 Uhr 18 Uhr", slots(((MON, TUE), "09:00 18:00"))),
        ("Mo 9 Uhr 15, Di 18,30", slots(((MON,), "09:15"), ((TUE,), "18:30"))),
        ("• mon 9\n- tue 10 ✅", slots(((MON,), "09:00"), ((TUE,), "10:00"))),
        ("„Mo ９：００“!", slots(((MON,), "09:00"))),
        ("clear", set()),
        *((said, set()) for said in ("none", "keine", "No slots", "Keine Slots!", "aus")),
    ],
)  # fmt: skip
def test_days_and_then_their_hours_are_read(said: str, meant: set[tuple[int, time]]) -> None:
    assert read_slots(said.replace("!", ""), "en") == meant


@pytest.mark.parametrize(
    ("said", "key", "values"),
    [
        ("mongtag 9", "slots_unknown_words", {"words": "mongtag"}),
        ("mon 9-18", "slots_unknown_words", {"words": "-"}),
        ("monday evening at 6", "slots_unknown_words", {"words": "evening"}),
        ("mittags um 1", "slots_unknown_words", {"words": "mittags"}),
        ("8 and 9 in the evening", "slots_unknown_words", {"words": "evening"}),
        ("пн 9", "slots_unknown_words", {"words": "пн"}),
        ("mon nine", "slots_unknown_words", {"words": "nine"}),
        ("mon 123", "slots_unknown_words", {"words": "123"}),
        ("mon-fri", "slots_without_hours", {}),
        ("mon 9, tue", "slots_without_hours", {}),
        ("9:00 mon-fri", "slots_days_first", {}),
        ("mon 25", "slots_no_such_time", {"time": "25"}),
        ("mon 9:75", "slots_no_such_time", {"time": "9:75"}),
        ("mon 13pm", "slots_no_such_time", {"time": "13pm"}),
        ("mon-9", "slots_not_understood", {}),
        ("none mon 9", "slots_not_understood", {}),
        (", ;", "slots_not_understood", {}),
        ("x" * 501, "slots_not_understood", {}),
        ("mon 18:00 18:05", "slots_too_close", {"first": "Mon 18:00", "second": "Mon 18:05"}),
        ("sun 23:55, mon 0:00", "slots_too_close", {"first": "Sun 23:55", "second": "Mon 00:00"}),
        (f"tue {' '.join(map(str, range(13)))}", "slots_too_many", {"day": "Tuesday", "limit": 12}),
    ],
)  # fmt: skip
def test_what_names_no_slots_is_told_why(said: str, key: str, values: dict[str, object]) -> None:
    with pytest.raises(SlotsError) as refused:
        read_slots(said, "en")
    assert (refused.value.key, refused.value.values) == (key, values)


PIECES = st.sampled_from(
    [
        "mon",
        "fr",
        "-",
        "bis",
        "täglich",
        "weekend",
        "9",
        "18:00",
        "6pm",
        "24",
        "none",
        ",",
        "Ⅸ",
        "٣",
    ]
)


@settings(deadline=None)
@given(st.text() | st.lists(PIECES | st.text(max_size=3)).map(" ".join))
def test_whatever_is_typed_is_slots_or_a_kind_answer(said: str) -> None:
    try:
        found = read_slots(said, "de")
    except SlotsError as problem:
        found, told = frozenset(), say("de", problem.key, **problem.values)
        assert told, "it says why"
    assert {day for day, _ in found} <= {*DAYS}


@settings(deadline=None)
@given(st.sets(st.tuples(st.sampled_from(DAYS), st.sampled_from([*map(time, range(7, 23, 3))]))))
def test_a_week_in_words_can_be_typed_again(week: set[tuple[int, time]]) -> None:
    for language in LANGUAGES:
        assert read_slots(week_in_words(week, language) or "none", language) == week


def test_days_with_the_same_hours_stand_on_one_line() -> None:
    week = slots((WORKING, "09:00 18:00"), ((SUN,), "11:00"))
    assert week_in_words(week, "en") == "Mon–Fri: 09:00, 18:00\nSun: 11:00"
    assert week_in_words(slots((EVERY, "18:00")), "de") == "Täglich: 18:00"


@pytest.mark.parametrize(
    ("said", "sounds"),
    [
        ("mon, wed and fri 18:00, sun 10am", True),
        ("every day 9:00", True),
        ("mo-fr 9 und 18 Uhr", True),
        ("täglich 18 Uhr", True),
        *((said, False) for said in ("fri 18:00", "18:00", "9, 12 and 18", "every day", "none")),
        *((said, False) for said in ("Open Mon-Fri 9:00", "mon-fri 9" + " 9" * 200)),
    ],
)
def test_several_days_with_their_hours_sound_weekly(said: str, sounds: bool) -> None:
    assert sounds_weekly(said) is sounds
