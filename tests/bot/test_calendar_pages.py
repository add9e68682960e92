"""The calendar and the clock: every page reached by taps alone, and every button plans or turns."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.context import Actor
from bot.keyboards import encode
from bot.new_post.question import Moment, NotUnderstoodError, Page, Prompt
from bot.new_post.time_step import TimeQuestion, crowded
from bot.rights import Role
from bot.slots import offered
from bot.texts import LANGUAGES
from storage.models import Draft
from storage.slots import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
NOW = Moment(datetime(2026, 11, 26, 9, 20, tzinfo=UTC), BERLIN)  # a Thursday, 10:20
START = datetime(2026, 1, 1, tzinfo=UTC)
step = TimeQuestion()


def actor(language: str = "en") -> Actor:
    return Actor(id=1, chat_id=1, language=language, role=Role.AUTHOR)


def tapped(value: str, moment: Moment = NOW, language: str = "en") -> Page:
    """The page behind a button of this value."""
    assert step.stays_open(value)
    page = step.understand(value, Draft(), actor(language), moment)
    assert isinstance(page, Page)
    return page


def texts(prompt: Prompt) -> list[str]:
    return [text for row in prompt.rows for text, _ in row]


def value_of(prompt: Prompt, text: str) -> str:
    return dict(choice for row in prompt.rows for choice in row)[text]


def test_a_date_is_reached_by_months_days_hours_and_quarters() -> None:
    first = step.ask(Draft(), actor(), NOW)
    november = tapped(value_of(first, "Other date …")).prompt
    assert texts(november) == [
        *("Thu 26", "Fri 27", "Sat 28", "Sun 29", "Mon 30"),
        *("All months", "December ›", "‹ Back", "Cancel"),
    ]
    december = tapped(value_of(november, "December ›")).prompt
    assert "December 2026" in december.text and len(texts(december)) == 31 + 5
    day = tapped(value_of(december, "Thu 24"))
    assert [f"{day:%d.%m.}" for day in day.kept["chosen_days"] or []] == ["24.12."]
    assert texts(day.prompt)[:3] == ["00 h", "01 h", "02 h"]
    quarters = tapped(value_of(day.prompt, "18 h")).prompt
    assert texts(quarters)[:4] == ["18:00", "18:15", "18:30", "18:45"]
    planned = step.understand(value_of(quarters, "18:45"), Draft(), actor(), NOW)
    assert isinstance(planned, dict)
    assert planned["wall_time"] == "2026-12-24T18:45:00"


def test_german_months_and_days_are_named_in_german() -> None:
    first = step.ask(Draft(), actor("de"), NOW)
    november = tapped(value_of(first, "Anderes Datum …"), language="de").prompt
    assert texts(november)[0] == "Do. 26." and "Dezember ›" in texts(november)
    assert "18 Uhr" in texts(tapped("@2026-11-27", language="de").prompt)


def test_today_begins_with_the_quarter_that_is_ahead() -> None:
    assert texts(tapped("@2026-11-26").prompt)[0] == "10 h"
    assert texts(tapped("@2026-11-26T10").prompt)[:2] == ["10:30", "10:45"]
    late = Moment(datetime(2026, 11, 26, 22, 50, tzinfo=UTC), BERLIN)
    assert texts(tapped("@2026-11", late).prompt)[0] == "Fri 27"


def test_all_months_of_a_year_are_one_tap_away() -> None:
    months = texts(tapped("@months").prompt)
    assert (months[0], months[12]) == ("November 2026", "November 2027")
    last = texts(tapped("@2027-11").prompt)
    assert last[25:28] == ["Fri 26", "Sat 27", "‹ October"]


def test_an_hour_that_the_clocks_skip_is_not_offered_and_one_that_comes_twice_is_told_apart() -> (
    None
):
    assert "02 h" not in texts(tapped("@2027-03-28").prompt)
    assert texts(tapped("@2027-10-31T02").prompt)[:8] == [
        *("02:00 CEST", "02:15 CEST", "02:30 CEST", "02:45 CEST"),
        *("02:00 CET", "02:15 CET", "02:30 CET", "02:45 CET"),
    ]


@pytest.mark.parametrize(
    "value",
    ["@", "@2026-10", "@2026-11-25", "@2026-11-26T09", "@2028-01", "@2026-13", "@9999-99-99T99"],
)
def test_what_has_passed_or_was_forged_leads_to_all_times(value: str) -> None:
    page = tapped(value)
    assert page.prompt == step.ask(Draft(), actor(), NOW)
    assert page.kept == {"chosen_days": None}


@settings(deadline=None, max_examples=25)
@given(
    now=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    language=st.sampled_from([*LANGUAGES]),
    walk=st.lists(st.integers(0, 30), min_size=4, max_size=4),
)
def test_no_button_is_empty_too_long_or_of_the_past(
    now: datetime, zone: str, language: str, walk: list[int]
) -> None:
    moment = Moment(now, ZoneInfo(zone))
    prompt = step.ask(Draft(), actor(language), moment)
    for turn in walk:
        choices = [choice for row in prompt.rows for choice in row]
        assert len({value for _, value in choices}) == len({text for text, _ in choices})
        for text, value in choices:
            assert text.strip() and encode("time", 10**18 - 1, value)
            if value not in ("now", "back", "cancel") and not step.stays_open(value):
                planned = step.understand(value, Draft(), actor(language), moment)
                assert isinstance(planned, dict) and planned["scheduled_time"] > now
        pages = [value for _, value in choices if step.stays_open(value)]
        prompt = tapped(pages[turn % len(pages)], moment, language).prompt


def test_the_hours_of_a_day_are_its_free_slots() -> None:
    draft = Draft(chosen_days=[datetime(2026, 11, 27, tzinfo=UTC).date()])
    usual = texts(step.ask(draft, actor(), NOW))
    assert usual[:5] == ["09:00", "12:00", "18:00", "20:00", "Other hour …"]
    clock = datetime(2026, 1, 1, 7, 30, tzinfo=UTC).time()
    own = Moment(NOW.now, BERLIN, calendar=Calendar("Europe/Berlin", ((4, clock),)))
    assert texts(step.ask(draft, actor(), own))[:2] == ["07:30", "Other hour …"]


def test_the_next_free_slot_is_the_first_button_and_can_be_typed() -> None:
    first, *_ = texts(step.ask(Draft(), actor(), NOW))
    assert first == "Thu 12:00 · next free slot"
    for said in (first, first.upper(), "next slot", "Add to queue!", "Nächster freier Slot"):
        planned = step.understand(said, Draft(), actor(), NOW)
        assert isinstance(planned, dict) and planned["wall_time"] == "2026-11-26T12:00:00"
    nobodys = Moment(NOW.now, BERLIN, calendar=Calendar("Europe/Berlin"))
    assert "next free slot" not in " ".join(texts(step.ask(Draft(), actor(), nobodys)))


def test_the_button_for_a_slot_means_the_next_that_is_free_at_the_tap() -> None:
    ((_, value),) = step.ask(Draft(), actor(), NOW).rows[0]
    noon = datetime(2026, 11, 26, 11, tzinfo=UTC)
    weekly = tuple((day, time(15)) for day in range(7))
    for calendar, at, planned_for in (
        (Calendar(), NOW.now, "2026-11-26T12:00:00"),
        (Calendar(taken=(noon,)), NOW.now, "2026-11-26T18:00:00"),
        (Calendar(), noon, "2026-11-26T18:00:00"),
        (Calendar("Europe/Berlin", weekly), NOW.now, "2026-11-26T15:00:00"),
        (Calendar("Europe/Berlin"), NOW.now, "2026-11-26T12:00:00"),
    ):
        planned = step.understand(value, Draft(), actor(), Moment(at, BERLIN, calendar=calendar))
        assert isinstance(planned, dict) and planned["wall_time"] == planned_for
    assert offered("slot:0001-01-01T00:00:00+14:00", NOW) is None
    for forged in ("slot:", "slot:soon", "slot:0001-01-01T00:00:00+14:00"):
        with pytest.raises(NotUnderstoodError):
            step.understand(forged, Draft(), actor(), NOW)


def test_another_post_that_is_near_is_told_with_the_next_free_time() -> None:
    taken = tuple(datetime(2026, 11, 27, 17, minute, tzinfo=UTC) for minute in (0, 20))
    moment = Moment(NOW.now, BERLIN, calendar=Calendar(taken=taken))
    draft = Draft(scheduled_time=taken[0], wall_time="2026-11-27T18:00:00")
    told = crowded(draft, "en", moment)
    assert told is not None and "18:00" in told.text
    assert texts(told) == ["Fri 27 Nov, 18:30"]
    own = Calendar("Europe/Berlin", tuple((day, time(18)) for day in range(7)), taken)
    told = crowded(draft, "en", Moment(NOW.now, BERLIN, calendar=own))
    assert told is not None and texts(told) == ["Sat 28 Nov, 18:00"], "a slot, if anybody set any"
    assert crowded(draft, "en", NOW) is None
    right_away = Moment(taken[0], BERLIN, calendar=moment.calendar)
    assert crowded(Draft(scheduled_time=NOW.now), "en", right_away) is not None
