"""Weekly slots and the calendar, as chats: set by text and by tap, filled, and found empty."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.texts import label
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World, running_world
from tests.end_to_end.test_outbox import publish_now
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken

NEXT_FREE = spoken("button_next_free")


async def stand_at_the_time(person: Person) -> None:
    """A story is asked for no more than its type and time."""
    await person.sends_photo(jpeg(360, 640))
    await person.sees(spoken("ask_type"))
    await answer(person, ("story", spoken("ask_time")))


async def plan_into_the_next_slot(person: Person) -> str:
    """Returns what the bot says of it."""
    await stand_at_the_time(person)
    await person.taps(buttons(person)[0])
    await person.sees(spoken("ask_confirm"))
    await person.sends("yes")
    return await person.sees("Post ")


def buttons(person: Person) -> list[str]:
    """Those of the newest message."""
    rows = person.last().get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_slots_are_set_by_text_and_tap_filled_and_told_when_they_run_dry(
    world: World, anna: Person, carla: Person
) -> None:
    await anna.sends("/slots")
    await anna.sees(spoken("slots_by_default"), "Every day: 09:00, 12:00, 18:00")
    await anna.replies(spoken("slots_by_default"), "mon 10am")
    await anna.sees("Mon: 10:00")
    await answer(
        anna,
        ("mon, wed 10:00", "/slots mon, wed 10:00"),
        ("/slots mon-fri nine", "understand “nine”"),
        ("/slots mon-fri", spoken("slots_without_hours")),
        ("/slots mon-fri 9:00 18:00, sat 11", "Mon–Fri: 09:00, 18:00\nSat: 11:00"),
    )
    told = len(anna.told())
    for tap, shown in (
        ("Day by day …", spoken("slots_choose_day")),
        ("Saturday", "Saturday: 11:00"),
        ("Add 20:00", "Saturday: 11:00, 20:00"),
        ("Remove 11:00", "Saturday: 20:00"),
        ("The same every day", "Every day: 20:00"),
        ("No slots", spoken("slots_none")),
        ("Old week", "Every day: 20:00"),
        ("Every day 18:00", "Every day: 18:00"),
    ):
        await anna.taps(tap)
        await anna.sees(shown)
    assert len(anna.told()) == told, "it is one message, edited in place"
    assert spoken("slots_replaced") in anna.told()[-1] and "Old week" in buttons(anna)

    await carla.sends_photo(caption="Second")
    await carla.sees("Second")
    assert "waiting" not in await plan_into_the_next_slot(anna)
    await carla.taps(buttons(carla)[0])  # which that post has taken
    await carla.sees("Post 2", "📥 2 waiting, the last goes out")
    first, second = world.services.posts.planned(ALL)
    assert first.wall_time is not None and first.wall_time.endswith("T18:00:00")
    assert first.scheduled_time and second.scheduled_time
    assert (second.scheduled_time - first.scheduled_time).days in (0, 1)

    await stand_at_the_time(anna)
    await anna.sends(first.scheduled_time.isoformat())
    await anna.sees(spoken("ask_confirm"), spoken("time_nearby"))
    free = next(text for text in buttons(anna) if text.endswith(", 18:00"))
    await anna.taps(free)
    await anna.sees(f"{free} (Europe/Berlin)")
    assert spoken("time_nearby") not in anna.told()[-1]
    await anna.taps("Cancel")
    await anna.sees(spoken("cancelled"))

    for person, post in ((anna, first), (carla, second)):
        await answer(person, (f"/delete {post.id} yes", "have been deleted"))
    await plan_into_the_next_slot(anna)
    await publish_now(world)
    await anna.sees(spoken("result_published"))
    assert world.services.slots.tell_of_empty_queues() == 1
    await anna.sees(spoken("result_queue_is_empty"))


def days_between_the_posts(world: World) -> int:
    first, second = world.services.posts.planned(ALL)
    assert first.scheduled_time and second.scheduled_time
    return round((second.scheduled_time - first.scheduled_time) / timedelta(days=1))


async def test_on_a_card_a_date_is_tapped_and_a_post_nearby_is_told_but_stands_in_nobodys_way(
    world: World, carla: Person
) -> None:
    await carla.sends_photo(caption="First")
    await carla.sees("First")
    await carla.sends("every day 9:00")
    await carla.sees(spoken("card_is_weekly"), "/slots every day 9:00")
    await carla.taps("Caption: every day 9:00")
    await until(lambda: "💬 every day 9:00" in carla.told()[-1])
    for tap, shown in (
        ("Other time …", spoken("ask_time")),
        ("Other date …", spoken("calendar_day")),
        ("All months", spoken("calendar_month")),
    ):
        await carla.taps(tap)
        await carla.sees(shown)
    await carla.taps(buttons(carla)[2])  # in two months
    await carla.sees(spoken("calendar_day"))
    await carla.taps(next(text for text in buttons(carla) if text.endswith(" 15")))
    await carla.sees(spoken("calendar_hour"))
    await carla.taps("‹ Back")
    await carla.sees(spoken("ask_time"))
    assert 5 <= len(buttons(carla)) <= 7, "an hour that is a slot is offered once"
    await carla.sends("in 3 weeks")
    await carla.sees("in 3 weeks")
    await carla.taps("Other time …")
    await carla.sees(spoken("ask_time"))
    await carla.sends("day after tomorrow")
    await carla.sees(spoken("ask_hour"))
    await carla.taps("Other hour …")
    await carla.sees(spoken("calendar_hour"))
    await carla.taps("18 h")
    await carla.sees(spoken("calendar_quarter"))
    await carla.taps("18:30")
    await carla.sees("Post 1")
    assert len(carla.told()) == 1, "from the photo to the plan it is one message"

    await carla.sends_photo(caption="Second")
    await carla.sees("Second")
    await carla.sends("day after tomorrow 18:25")
    await carla.sees(spoken("time_nearby"), ", 18:30", spoken("crowded_draft"))
    assert 5 <= len(buttons(carla)) <= 7
    await carla.taps(buttons(carla)[0])
    await carla.sees("Post 2", spoken("time_nearby"), spoken("crowded_post"))
    await carla.taps(next(text for text in buttons(carla) if text.endswith(", 18:45")))
    assert spoken("time_nearby") not in await carla.sees(", 18:45 (")
    await until(lambda: "Change" in buttons(carla))
    first, second = world.services.posts.planned(ALL)
    assert first.scheduled_time and second.scheduled_time
    assert second.scheduled_time - first.scheduled_time == timedelta(minutes=15)

    await carla.sends("/slots daily 18:30")
    await carla.sees("Every day: 18:30")
    await carla.replies("Second", "day after tomorrow 18:35")
    await carla.taps(await carla.sees_button(", 18:30"))
    await until(lambda: days_between_the_posts(world) == 1)


class TestWithTwoAccounts:
    @pytest.fixture
    async def world(self, tmp_path: Path, database_url: str) -> AsyncIterator[World]:
        async with running_world(tmp_path, database_url, by_hand=("Bakery",)) as world:
            yield world

    async def test_slots_ask_whose_they_are_and_a_date_is_tapped_on_the_calendar(
        self, world: World, ben: Person
    ) -> None:
        await answer(
            ben,
            ("/slots", spoken("slots_which_account", "de")),
            ("/slots morgen irgendwann", "morgen, irgendwann"),
            ("/slots bakery: sa 11", "Sa: 11:00"),
            ("/slots täglich 7:30", "Für welches Konto? täglich 7:30"),
        )
        question = ben.last()
        rows = question["reply_markup"]["inline_keyboard"]
        bakery = next(row[0]["callback_data"] for row in rows if row[0]["text"] == "Bakery")
        await ben.taps("Bakery")
        await ben.sees("Täglich: 07:30", spoken("slots_replaced", "de"), "Sa: 11:00")
        await world.telegram.forge_tap(ben.id, question["message_id"], bakery)  # tapped twice
        await ben.sees("Täglich: 07:30", spoken("slots_replaced", "de"), "Sa: 11:00")
        await answer(
            ben,
            ("/slots keine", "Für welches Konto? keine"),
            ("/slots", spoken("slots_which_account", "de")),
        )
        await ben.taps("creator")
        await ben.sees(spoken("slots_by_default", "de"))
        await ben.taps("Mo–Fr 9:00, 18:00")
        await ben.sees("Mo–Fr: 09:00, 18:00")
        await ben.replies("Mo–Fr: 09:00, 18:00", "mo 10 Uhr")
        await ben.sees("Mo: 10:00", "creator")
        forged = "slots:999:daily"
        popped = await world.telegram.forge_tap(ben.id, ben.last()["message_id"], forged)
        assert popped is not None and popped.text == label("de", "stale_button")

        await ben.sends_photo(jpeg(360, 640))
        await ben.sees(spoken("ask_account", "de"))
        await ben.taps("Bakery (von Hand)")
        await answer(ben, ("Story", spoken("ask_time", "de")))
        assert buttons(ben)[0].endswith("07:30 · nächster freier Slot")
        told = len(ben.told())
        await ben.taps("Anderes Datum …")
        await ben.sees(spoken("calendar_day", "de"))
        await ben.taps(next(text for text in buttons(ben) if text.endswith(" ›")))
        await ben.sees(spoken("calendar_day", "de"))
        await ben.taps(next(text for text in buttons(ben) if text.endswith(" 15.")))
        await ben.sees(spoken("calendar_hour", "de"))
        await ben.taps("18 Uhr")
        await ben.sees(spoken("calendar_quarter", "de"))
        await ben.taps("18:45")
        asked = await ben.sees(spoken("ask_confirm", "de"))
        assert "15." in asked and "18:45" in asked
        assert len(ben.told()) == told + 2, "the pages are one message, then the preview and all"

        await ben.taps("Zeit")
        await ben.sees(spoken("ask_time", "de"))
        await answer(ben, ("übermorgen", spoken("ask_hour", "de")))
        assert buttons(ben)[:2] == ["07:30", "Andere Uhrzeit …"]
        await ben.taps("Andere Uhrzeit …")
        await ben.sees(spoken("calendar_hour", "de"))
        await ben.sends("20:15")
        await ben.sees(spoken("ask_confirm", "de"), "20:15")
