"""An account is taken care of: a gap between posts, pauses that somebody wants, offers by hand."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from storage.lifecycle import Status
from tests.days import weekday
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.scopes import ALL
from tests.spoken import spoken

SOON = "in 20 Minuten"


def execute(world: World, statement: str, **values: object) -> None:
    with world.services.database.transaction() as session:
        session.execute(text(statement), values)


async def plans(person: Person, said: str, language: str) -> None:
    """A photo on a card, at a time that was typed."""
    await person.sends_photo(caption="Evening")
    await person.sees("Evening")
    await person.sends(said)
    await person.taps(await person.sees_button(spoken("plan_at", language)))
    await person.sees_button(spoken("button_duplicate", language))


async def test_a_time_too_early_for_the_gap_is_pointed_out_and_kept_to(
    world: World, dirk: Person
) -> None:
    person, language = dirk, "de"
    execute(world, "UPDATE accounts SET min_gap_seconds = 3600")
    await plans(person, SOON, language)
    await person.sends_photo(caption="Second")
    await person.sees("Second")
    await person.sends(SOON)
    await person.sees(spoken("time_paced", language), spoken("pace_gap", language))
    await person.taps(await person.sees_button(spoken("plan_at", language)))
    told = await person.sees(spoken("result_postponed", language))
    assert "2" in told and spoken("pace_gap", language) in told
    first, second = world.services.posts.planned(ALL)
    assert first.next_attempt_at and second.next_attempt_at
    assert second.next_attempt_at - first.next_attempt_at == timedelta(hours=1)
    await person.sends("/list")
    await person.sees(spoken("state_postponed", language))


async def test_publishing_pauses_until_a_day_or_until_somebody_resumes(
    world: World, carla: Person, dirk: Person, admin: Person
) -> None:
    await plans(carla, "in 3 weeks", "en")
    await plans(dirk, "in 3 Wochen", "de")
    await dirk.sends("/pause")
    await dirk.sees(spoken("admin_only", "de"))
    await admin.sends("/pause until whenever")
    await admin.sees(spoken("pause_not_understood"))
    await admin.sends(f"/pause until {weekday(3)}")
    await admin.sees(spoken("paused_by_you_until"), "creator")
    await carla.sees(spoken("result_paused_until"))
    await dirk.sees(spoken("result_paused_until", "de"))
    await admin.taps(spoken("button_resume"))
    await admin.sees(spoken("resumed"))
    assert world.services.accounts.paused() == []

    world.services.accounts.configure("by_hand", "Bakery")
    await admin.sends(f"/pause alle bis {weekday(3, 'de')}")
    await admin.sees(spoken("paused_by_you_until"), "creator and Bakery")
    await admin.taps(spoken("button_resume"))
    await admin.sees(spoken("resumed"))
    await admin.sends("/pause")
    await admin.sees(spoken("which_to_pause"))
    await admin.taps("All accounts")
    await admin.sees(spoken("paused_by_you"), "creator and Bakery")
    await carla.sees(spoken("result_paused"))
    await admin.taps(spoken("pause_button_tomorrow"))
    await admin.sees(spoken("paused_by_you_until"))
    assert all(account.paused_until for account in world.services.accounts.paused())
    await admin.sends("/resume @creator")
    await admin.sees(spoken("resumed"))
    assert [account.name for account in world.services.accounts.paused()] == ["Bakery"]


async def test_while_the_account_waits_for_a_person_a_post_is_offered_by_hand_at_its_minute(
    world: World, carla: Person, dirk: Person
) -> None:
    await plans(carla, "in 3 weeks", "en")
    await plans(dirk, "in 3 Wochen", "de")
    (account,) = world.services.accounts.active()
    world.services.accounts.pause(account.id, reason="challenge", span=None)
    execute(world, "UPDATE scheduled_posts SET next_attempt_at = now()")
    await asyncio.to_thread(world.services.dispatcher.look)
    await carla.sees(spoken("offered_by_hand"))
    await dirk.sees(spoken("offered_by_hand", "de"))
    await carla.taps(spoken("button_hand_over"))
    await carla.sees(spoken("result_hand_over"))
    statuses = [post.status for post in world.services.posts.planned(ALL)]
    assert sorted(statuses) == [Status.HANDED_OVER, Status.PENDING]
