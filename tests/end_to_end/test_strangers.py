"""Who has not been let in learns that, costs next to nothing, and changes nothing."""

import asyncio

import pytest
from sqlalchemy import text

from bot.app import UPDATES, build_application, build_services
from bot.arrivals import read
from bot.sandbox.telegram.queries import Answer
from bot.settings import SettingsError
from bot.supervisor import running
from storage.database import Database
from storage.inbox import Inbox, NewIncoming
from storage.lifecycle import Status
from tests.end_to_end.chat import TIMEOUT_SECONDS, Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, BEN, STRANGER, World
from tests.end_to_end.test_inbox import times_seen, until_handled
from tests.end_to_end.test_posts import plan
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken

CHANNEL = -1003
PRIVATE = Answer("This bot is private.", show_alert=True)
PICTURE = jpeg()
TOO_MANY = spoken("too_many_items")


def kept_updates(world: World) -> int:
    """How many updates stand in the inbox, handled ones among them."""
    database = Database(world.database_url)
    with database.transaction() as session:
        count = session.execute(text("SELECT count(*) FROM inbox")).scalar_one()
    database.close()
    return int(count)


def keep(world: World, arrived: list[NewIncoming]) -> None:
    database = Database(world.database_url)
    Inbox(database).keep(arrived)
    database.close()


@pytest.mark.usefixtures("on_cards")
async def test_a_stranger_learns_their_number_once_and_nothing_else(
    world: World, anna: Person, admin: Person
) -> None:
    await plan(anna)
    before = await asyncio.to_thread(kept_updates, world)
    stranger = world.person(STRANGER)
    await stranger.sends("/start")
    await stranger.sees(spoken("stranger_tap"), str(STRANGER))
    for said in ("/list", "/delete 1 yes"):
        await stranger.sends(said)
    await stranger.sends_photo()
    stranger.edits("/list", "/delete 1 yes")
    unreadable = {"from": {"id": STRANGER, "is_bot": False, "first_name": "S"}, "chat": "garbage"}
    world.telegram.push_raw_update({"message": unreadable})
    question = stranger.last()["message_id"]
    assert await world.telegram.forge_tap(STRANGER, question, "delete!:1:") == PRIVATE
    await until_handled(world)
    assert len(stranger.told()) == 1 and admin.told() == []
    assert len(world.services.posts.planned(ALL)) == 1
    assert await asyncio.to_thread(kept_updates, world) == before


async def test_a_flood_of_strangers_delays_nobody_who_is_let_in(
    world: World, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is at Telegram before the one command that counts."""
    monkeypatch.setattr("bot.strangers.PAUSE_SECONDS", 0)
    await world.stop_bot()
    strangers = [world.person(1000 + number) for number in range(40)]
    for number in range(10):
        for stranger in strangers:
            world.telegram.send_text(stranger.id, f"Let me in! {number}", sender=stranger.id)
    await anna.sends("/list")
    await world.start_bot()
    await anna.sees(spoken("list_empty"))
    answered = sum(len(stranger.told()) for stranger in strangers)
    assert answered <= len(strangers)
    await until(lambda: all(stranger.told() for stranger in strangers))
    assert {len(stranger.told()) for stranger in strangers} == {1}
    assert await asyncio.to_thread(kept_updates, world) == 1


async def test_a_tap_of_a_stranger_while_the_bot_was_away_alarms_nobody(
    world: World, anna: Person, admin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await world.stop_bot()
    stranger = world.person(STRANGER)
    for _ in range(3):
        await world.telegram.forge_tap(STRANGER, 1, "delete:1:", sender=STRANGER, seconds=0)
    world.telegram.queries.expire()
    await world.start_bot()
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await until_handled(world)
    assert stranger.told() == [] and admin.told() == []
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


async def test_mere_members_of_the_admin_group_are_strangers_and_its_admins_are_not(
    world: World, anna: Person
) -> None:
    member, chief = world.person(STRANGER), world.person(STRANGER + 1)
    people = [ANNA, member.id, chief.id]
    world.telegram.add_group(ADMIN_CHAT, "Admins", people, [ANNA, chief.id])
    admin, at_work = Person(world.telegram, ANNA, ADMIN_CHAT), (ADMIN_CHAT,)
    inside = Person(world.telegram, member.id, *at_work)
    await admin.sends_photo()
    await admin.sees(spoken("ask_type"))
    assert await inside.taps("Photo") == PRIVATE  # so that the button does not spin
    await inside.sends_photo()
    await inside.sends("/list")
    await until_handled(world)
    assert times_seen(admin, spoken("ask_type")) == 1
    assert times_seen(admin, spoken("list_empty")) == 0
    leader = Person(world.telegram, chief.id, *at_work)
    await leader.sends("/list")
    await leader.sees(spoken("list_empty"))


async def test_a_channel_is_no_admin_chat(world: World, admin: Person) -> None:
    """All its subscribers would have the admin's buttons."""
    await world.stop_bot()
    world.telegram.add_channel(CHANNEL, "News", [ANNA, STRANGER])
    settings = world.settings.model_copy(update={"admin_chat_id": CHANNEL})
    services = await asyncio.to_thread(build_services, settings, world.database_url)
    with pytest.raises(SettingsError, match="ADMIN_CHAT_ID is wrong"):
        async with running(build_application(services), UPDATES) as supervisor:
            await asyncio.wait([supervisor], timeout=TIMEOUT_SECONDS)
    services.database.close()
    assert world.telegram.messages(CHANNEL) == []


async def test_a_tap_without_data_is_a_stale_one(world: World, anna: Person, admin: Person) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    question = anna.last()["message_id"]
    answered = await world.telegram.forge_tap(ANNA, question, "")
    assert answered is not None and answered.text is not None
    await anna.taps("Photo")
    await anna.sees(spoken("ask_caption"))
    assert admin.told() == []


async def test_many_photos_one_by_one_get_one_sentence_and_are_cancelled_at_once(
    world: World, anna: Person
) -> None:
    def send(count: int) -> None:
        for _ in range(count):
            world.telegram.send_media(ANNA, [("a.jpg", PICTURE)], sender=ANNA)

    await world.stop_bot()
    await asyncio.to_thread(send, 30)
    await world.start_bot()
    await anna.sees(TOO_MANY)
    send(15)
    await until_handled(world)
    draft = world.services.drafts.current(owner_id=ANNA, chat_id=ANNA)
    assert draft is not None and len(draft.media) == 10
    assert times_seen(anna, TOO_MANY) == 1
    assert sum(spoken("ask_type") in text_of(message) for message in anna.messages()) <= 2
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    world.telegram.fail("downloadFile", delay=60)
    send(15)
    await until(lambda: bool(world.services.downloads))
    send(85)
    await anna.sends(f"/cancel@{world.app.bot.username}")  # as from the menu of a group
    send(3)  # which go on arriving: they are a new post
    await anna.sees(spoken("download_stopped"))
    await until_handled(world)
    draft = world.services.drafts.current(owner_id=ANNA, chat_id=ANNA)
    assert draft is not None and len(draft.media) == 3
    assert [item.position for item in draft.media] == sent_last(anna, 3)
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    asked, bot = times_seen(anna, spoken("ask_type")), world.app.bot
    await world.stop_bot()
    send(5)
    await anna.sends("/cancel")
    arrived = [read(update, bot)[0] for update in world.telegram.updates.pending]
    world.telegram.updates.pending.clear()
    await asyncio.to_thread(keep, world, arrived)  # and then the process ended
    await world.start_bot()
    await anna.sees(spoken("nothing_to_cancel"))
    assert times_seen(anna, spoken("ask_type")) == asked
    assert world.services.drafts.current(owner_id=ANNA, chat_id=ANNA) is None


def sent_last(person: Person, count: int) -> list[int]:
    """The numbers of the person's latest media."""
    mine = [
        m["message_id"] for m in person.messages() if not person.is_the_bots(m) and "photo" in m
    ]
    return mine[-count:]


@pytest.mark.usefixtures("on_cards")
async def test_posts_of_who_was_taken_out_of_the_list_wait_for_the_admins_word(
    world: World, admin: Person
) -> None:
    ben = world.person(BEN)
    everybody, without_ben = world.settings, {"allowed_user_ids": frozenset({ANNA})}
    await plan(ben, "in 2 hours")
    await plan(ben, "in 3 hours")
    await plan(admin, "in 4 hours")
    await world.stop_bot()
    world.settings = everybody.model_copy(update=without_ben)
    await world.start_bot()
    asked = await admin.sees("may no longer plan posts here")
    assert f"Person {BEN}" in asked and "post 1" in asked and "the 2 posts" in asked
    question = admin.last()["message_id"]
    await admin.sends("/list")
    listed = await admin.sees(spoken("list_needs_you"))
    assert listed.count(spoken("state_held")) == 2
    await world.telegram.forge_tap(BEN, 1, "held!:1:", sender=BEN)

    await world.stop_bot()
    world.settings = everybody
    await world.start_bot()
    await admin.sends("/list")
    assert "held" not in await admin.sees("Planned: 3")
    await world.telegram.forge_tap(BEN, 1, "held!:1:", sender=BEN)
    await ben.sees(spoken("admin_only"))

    await world.stop_bot()
    world.settings = everybody.model_copy(update=without_ben)
    await world.start_bot()
    await until(lambda: times_seen(admin, "may no longer plan posts here") == 2)
    await admin.taps("Publish as planned")
    await admin.sees(spoken("held_published", count=2))
    await world.stop_bot()
    await world.start_bot()
    await world.telegram.forge_tap(ADMIN_CHAT, question, "held-:1:", sender=ANNA)
    await until(lambda: times_seen(admin, spoken("held_settled")) == 1)
    assert [post.status for post in world.services.posts.planned(ALL)] == [Status.PENDING] * 3
    assert times_seen(admin, "may no longer plan posts here") == 0  # both questions are answered
