"""/team: people are invited by a link, given roles and accounts, and removed; all by tap."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.arrivals import read
from bot.posts.buttons import BUTTONS
from storage.database import Database
from storage.lifecycle import Status
from storage.members import Members
from storage.models import MemberRole
from tests.days import in_a_month, the_24th
from tests.end_to_end.chat import Message, Person, text_of, until
from tests.end_to_end.conftest import CARLA, World, running_world
from tests.end_to_end.test_inbox import times_seen, until_handled
from tests.end_to_end.test_strangers import PRIVATE, keep
from tests.scopes import ALL
from tests.spoken import spoken

TEAM = -500
OLGA, EVA, FRED, GUSTAV = 30, 31, 32, 33
LANGUAGE = {OLGA: "en", EVA: "en", FRED: "de", GUSTAV: "de", CARLA: "en"}


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """With two accounts; Olga's is the admin chat, and Carla is let in by the settings."""
    async with running_world(tmp_path, database_url, by_hand=("Bakery",)) as world:
        world.settings = world.settings.model_copy(
            update={"allowed_user_ids": frozenset({CARLA}), "admin_chat_id": OLGA}
        )
        await world.stop_bot()
        await world.start_bot()
        yield world


def words(person: Person, key: str, **values: object) -> str:
    return spoken(key, LANGUAGE[person.id], **values)


def titled(role: str) -> str:
    """As a button says it."""
    return role[:1].upper() + role[1:]


def cards(owner: Person) -> list[Message]:
    """What /team has sent, the newest last."""
    return [one for one in owner.messages() if "'team:" in str(one.get("reply_markup"))]


async def open_team(owner: Person) -> None:
    before = len(cards(owner))
    await owner.sends("/team")
    await until(lambda: len(cards(owner)) > before)
    await until(lambda: words(owner, "team_title") in text_of(cards(owner)[-1]))


async def taps_on_team(owner: Person, *labels: str) -> None:
    """One after the other, each on what the card shows then."""
    card = cards(owner)[-1]
    for label in labels:
        before = owner.labels(card)
        await owner.taps(label, card)
        await until(partial(lambda then: owner.labels(card) != then, before))


async def invite(owner: Person, role: str, *accounts: str, days: int = 7) -> str:
    """By tap, to the end; returns what opens the bot."""
    await open_team(owner)
    await taps_on_team(
        owner, words(owner, "team_button_invite"), titled(words(owner, f"role_{role}"))
    )
    if role != "owner":
        every = words(owner, "team_button_all")
        await taps_on_team(owner, *(accounts or [every]), words(owner, "team_button_next"))
    await owner.taps(words(owner, "team_button_days", count=days))
    text = await owner.sees("https://t.me/")
    found = re.search(r"https://t\.me/(\w+)\?start=(\S+)", text)
    assert found
    await owner.sees(words(owner, "team_link_is_below"))
    return f"/start {found[2]}"


async def test_a_link_lets_one_person_in_who_then_does_what_their_role_allows(
    world: World,
) -> None:
    olga, person, late = world.person(OLGA), world.person(FRED, "de"), world.person(EVA)
    language = "de"
    start = await invite(olga, "author", "Bakery", days=1)
    await olga.sees(words(olga, "team_not_seen", id=CARLA))
    await person.sends("Hello?")
    await person.sees(spoken("stranger", language))
    await person.sends(start)
    welcome = await person.sees(spoken("team_welcome_author", language))
    assert "Bakery" in welcome and "creator" not in welcome
    await olga.sees(spoken("alert_joined"))
    await late.sends(start)
    await late.sees(words(late, "team_link_used"))
    await person.sends(start)
    await person.sees(spoken("team_welcome_author", language))
    await person.sends_photo(caption="Fresh bread")
    assert "Bakery" not in await person.sees("Fresh bread")  # their only one is named nowhere
    await person.sends("/slots")
    assert "creator" not in await person.sees(spoken("slots_title", language))
    await person.sends("/team")
    await person.sees(spoken("admin_only", language))
    [draft] = world.services.drafts.all_of(owner_id=FRED, chat_id=FRED)
    assert draft.account.name == "Bakery"
    assert [one.name for one in world.services.members.all()] == [f"Person {FRED}"]
    await change(olga, person)
    await olga.sees(spoken("team_invited_by", name=f"Person {OLGA}"))


async def plan(person: Person, caption: str) -> None:
    """By card, for the account that is theirs."""
    await person.sends_photo(caption=caption)
    await person.sees(caption)
    await person.sends(f"{the_24th():%d.%m.} 18:30")
    await person.sees("18:30")
    at = spoken("plan_at", LANGUAGE[person.id])
    await person.taps(await person.sees_button(at))
    await person.sees("Post ")


async def joined(owner: Person, person: Person, role: str, *accounts: str) -> None:
    await person.sends(await invite(owner, role, *accounts))
    await person.sees(words(person, f"team_welcome_{role}"))


def menu_of(world: World, person: Person) -> set[str]:
    """The commands that Telegram shows in their private chat."""
    profile = world.telegram.profile
    return {row["command"] for row in profile.commands_for(person.id, True, LANGUAGE[person.id])}


async def change(owner: Person, person: Person, *taps: str) -> None:
    """On somebody's page of /team."""
    await open_team(owner)
    await taps_on_team(owner, f"Person {person.id}", *taps)


async def test_everybody_sees_and_changes_what_their_role_and_accounts_allow(
    world: World,
) -> None:
    olga, eva = world.person(OLGA), world.person(EVA)
    fred, gustav = world.person(FRED, "de"), world.person(GUSTAV, "de")
    await plan(olga, "Evening at the lake")
    await joined(olga, eva, "author", "Bakery")
    await plan(eva, "Fresh bread")
    await joined(olga, fred, "viewer", "Bakery")
    await joined(olga, gustav, "editor", "Bakery")
    for person, sees in ((eva, True), (fred, True), (gustav, True), (olga, True)):
        await person.sends("/list")
        listed = await person.sees(words(person, "list_head_planned"))
        assert ("Fresh bread" in listed) == sees
        assert ("Evening" in listed) == (person is olga)

    assert menu_of(world, fred) == {"list", "timezone", "help"}
    owners = {"team", "accounts", "status", "pause", "resume"}
    assert menu_of(world, olga) - menu_of(world, eva) == owners
    assert menu_of(world, eva) == menu_of(world, gustav) > menu_of(world, fred)
    await fred.taps(spoken("button_show", "de", id=2))
    await fred.sees("Post 2")
    assert fred.labels(fred.last()) == []
    for word, key in (("/start", "start_viewer"), ("/help", "help_viewer")):
        await fred.sends(word)
        await fred.sees(spoken(key, "de"))
    for word in ("/delete 2 yes", "/drafts", "/slots", "Hallo", "Rückgängig"):
        await fred.sends(word)
        await fred.sees(spoken("only_sees", "de"))
    await fred.sends_photo()
    await fred.sees(spoken("only_sees", "de"))
    await world.telegram.forge_tap(FRED, 1, "drop:2:", sender=FRED)
    await fred.sees(spoken("only_sees", "de"))
    await change(olga, fred, words(olga, "team_button_role"), titled(words(olga, "role_author")))
    await until(lambda: menu_of(world, fred) == menu_of(world, eva))
    await gustav.sends("/delete 1 yes")
    await gustav.sees(spoken("no_such_post", "de", id=1))

    await gustav.taps(spoken("button_show", "de", id=2))
    await gustav.sees("Post 2")
    await gustav.taps(spoken("button_later", "de"))
    later = f"{the_24th().replace(day=25)}T18:30:00"
    await until(lambda: world.services.posts.planned(ALL)[-1].wall_time == later)

    await gustav.taps(spoken("button_change_post", "de"))
    await gustav.sees(spoken("card_edits", "de", id=2))
    await gustav.sends("Noch frischer")
    await gustav.sees("Noch frischer")
    await gustav.taps(await gustav.sees_button(spoken("plan_at", "de")))
    await gustav.sees("Post 2", "Noch frischer")
    edits = spoken("card_edits", "de", id=2)
    await until(lambda: not any(edits in told for told in gustav.told()))
    [card] = [told for told in eva.told() if "Post 2" in told]  # hers is still where it was
    assert "Noch frischer" in card


async def test_no_button_of_any_post_reaches_what_its_person_may_not_change(world: World) -> None:
    """Each of them, forged, by each role, on a post that is another's or of another account."""
    olga, eva = world.person(OLGA), world.person(EVA)
    await plan(olga, "Evening at the lake")
    await joined(olga, eva, "author", "Bakery")
    await plan(eva, "Fresh bread")
    [bakery] = [one.id for one in world.services.accounts.active() if one.name == "Bakery"]
    people = {FRED: MemberRole.VIEWER, GUSTAV: MemberRole.AUTHOR, EVA: MemberRole.EDITOR}
    for number, role in people.items():
        world.person(number)
        await asyncio.to_thread(world.services.members.set_role, number, role)
        await asyncio.to_thread(world.services.members.give, number, frozenset({bakery}))
    await world.services.roster.read()
    before = await asyncio.to_thread(everything, world)
    for number, post_id in ((FRED, 2), (GUSTAV, 2), (EVA, 1)):
        world.person(number)
        for action in BUTTONS:
            data = f"{action}:{post_id}:{in_a_month()}"
            await world.telegram.forge_tap(number, 1, data, sender=number, seconds=0)
    await until_handled(world)
    assert await asyncio.to_thread(everything, world) == before
    assert world.services.accounts.paused() == []


def everything(world: World) -> list[str]:
    """All posts and drafts, as they stand in the database."""
    with world.services.database.transaction() as session:
        posts = session.scalars(text("SELECT p::text FROM scheduled_posts p ORDER BY id")).all()
        return [*posts, *session.scalars(text("SELECT d::text FROM drafts d ORDER BY id")).all()]


async def test_who_is_removed_is_a_stranger_at_once_and_their_posts_wait_for_an_owner(
    world: World,
) -> None:
    olga, eva, fred = world.person(OLGA), world.person(EVA), world.person(FRED, "de")
    await joined(olga, eva, "author", "Bakery")
    await joined(olga, fred, "owner")
    await plan(eva, "Fresh bread")
    await eva.sends_photo(caption="Fresh cake")
    await eva.sees("Fresh cake")
    await eva.sends(f"{the_24th():%d.%m.} 19:00")
    await eva.sees("19:00")
    at = await eva.sees_button(spoken("plan_at"))

    await change(fred, eva, spoken("team_button_role", "de"), spoken("role_viewer", "de"))
    await olga.sees(spoken("alert_held"))
    await eva.sees(spoken("team_role_is_now", role=spoken("role_viewer")))
    await eva.taps(at)  # of a card that came while she was an author
    await eva.sees(spoken("only_sees"))
    assert status(world) is Status.HELD
    await change(fred, eva, spoken("team_button_role", "de"), spoken("role_author", "de"))
    await until(lambda: status(world) is Status.PENDING)

    await change(fred, eva, spoken("team_button_accounts", "de"), "✅ Bakery")
    await until(lambda: status(world) is Status.HELD)
    await eva.taps(at)
    await eva.sees(spoken("account_gone"))
    await eva.sends_photo()
    await eva.sees(spoken("team_no_account_given"))
    await fred.taps("Bakery")
    await until(lambda: status(world) is Status.PENDING)

    remove = (spoken("team_button_remove", "de"), spoken("team_button_remove_sure", "de"))
    await change(fred, eva, *remove)
    await fred.sees(spoken("team_removed", "de"))
    assert status(world) is Status.HELD
    assert await eva.taps(at) == PRIVATE
    await eva.sends("/list")
    await eva.sees(spoken("stranger"))
    await until(lambda: spoken("button_publish_held") in olga.labels(olga.last()))
    await olga.taps(spoken("button_publish_held"))
    await olga.sees(spoken("held_published", count=1))
    assert status(world) is Status.PENDING
    assert world.services.drafts.all_of(owner_id=EVA, chat_id=EVA) != []


def status(world: World) -> Status:
    """Of the only post."""
    [post] = world.services.posts.planned(ALL)
    return post.status


async def test_the_settings_let_in_who_was_removed_and_team_says_so(world: World) -> None:
    olga, carla = world.person(OLGA), world.person(CARLA)
    await carla.sends("/list")
    await carla.sees(spoken("list_empty"))
    await change(olga, carla)
    await until(lambda: spoken("team_allowed") in text_of(cards(olga)[-1]))
    await taps_on_team(olga, spoken("team_button_role"), titled(spoken("role_viewer")))
    await carla.sends_photo()
    await carla.sees(spoken("only_sees"))
    await olga.taps(spoken("team_button_remove"))
    await olga.sees(spoken("team_ask_remove_allowed"))
    await olga.taps(spoken("team_button_remove_sure"))
    await olga.sees(spoken("team_removed"))
    await change(olga, carla)
    await until(lambda: spoken("team_let_in_anyway") in text_of(cards(olga)[-1]))
    await carla.sends_photo(caption="Hello")
    await carla.sees("Hello")
    await change(olga, olga)
    assert olga.labels(cards(olga)[-1]) == [spoken("team_button_back")]


async def test_a_link_that_lets_nobody_in_says_why(world: World) -> None:
    olga = world.person(OLGA)
    expired = await invite(olga, "author")
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE invitations SET expires_at = now()"))
    withdrawn = await invite(olga, "viewer")
    await open_team(olga)
    link = spoken("team_button_link", role="viewer")
    await taps_on_team(olga, link, spoken("team_button_withdraw"))
    await until(lambda: spoken("team_withdrawn") in text_of(cards(olga)[-1]))
    assert spoken("team_link") not in text_of(cards(olga)[-1])
    for number, (start, key, language) in enumerate(
        (
            (expired, "team_link_expired", "en"),
            (expired, "team_link_expired", "de"),
            (withdrawn, "team_link_withdrawn", "en"),
            (withdrawn, "team_link_withdrawn", "de"),
            ("/start tmistyped", "team_link_unknown", "en"),
            ("/start anything", "team_link_unknown", "de"),
        ),
        start=5001,
    ):
        stranger = world.person(number, language)
        await stranger.sends("Hello?")
        await stranger.sends(start)
        await stranger.sees(spoken(key, language), str(number))
    assert world.services.members.all() == []
    await olga.sends(withdrawn)
    await olga.sees(spoken("team_link_already_in"))


async def test_who_joins_while_the_bot_is_killed_is_welcomed_once_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, eva = world.person(OLGA), world.person(EVA)
    start = await invite(olga, "author")
    world.telegram.fail("sendMessage", delay=30, times=50)
    await eva.sends(start)
    await until(lambda: EVA in {one.user_id for one in world.services.members.all()})
    monkeypatch.setattr("bot.supervisor.GRACE_SECONDS", 0.0)
    await world.stop_bot()
    assert eva.told() == []
    world.telegram.faults.clear()
    await world.start_bot()
    await eva.sees(spoken("team_welcome_author"))
    await olga.sees(spoken("alert_joined"))
    assert times_seen(eva, spoken("team_welcome_author")) == 1
    assert times_seen(olga, spoken("alert_joined")) == 1
    assert len(world.services.members.all()) == 1


async def test_what_a_removed_person_sent_before_is_not_heard_any_more(world: World) -> None:
    olga, eva = world.person(OLGA), world.person(EVA)
    await joined(olga, eva, "editor")
    await plan(olga, "Evening at the lake")
    bot = world.app.bot
    await world.stop_bot()
    said = len(eva.told())
    await eva.sends("/delete 1 yes")
    await eva.sends_photo()
    arrived = [read(update, bot)[0] for update in world.telegram.updates.pending]
    world.telegram.updates.pending.clear()
    await asyncio.to_thread(keep, world, arrived)  # and then the process ended
    await asyncio.to_thread(remove, world, EVA)
    await world.start_bot()
    await open_team(olga)
    await until_handled(world)
    assert len(eva.told()) == said and len(world.services.posts.planned(ALL)) == 1


def remove(world: World, person_id: int) -> None:
    database = Database(world.database_url)
    Members(database).remove(person_id)
    database.close()


async def test_in_a_group_nobody_else_sees_the_link(world: World) -> None:
    olga, _ = world.person(OLGA), world.person(EVA)
    world.telegram.add_group(TEAM, "Team", [OLGA, EVA])
    there = Person(world.telegram, OLGA, TEAM)
    await open_team(there)
    await taps_on_team(there, spoken("team_button_invite"), titled(spoken("role_owner")))
    inside = Person(world.telegram, EVA, TEAM)
    assert await inside.taps(spoken("team_button_days", count=1)) == PRIVATE
    days = spoken("team_button_days", count=1)
    await there.taps(days)
    await there.sees(spoken("team_no_private_chat"))
    assert world.services.invitations.open() == []
    await olga.sends("/start")
    await taps_on_team(there, spoken("team_button_invite"), titled(spoken("role_owner")), days)
    await there.sees(spoken("team_link_is_private"))
    assert any("https://t.me/" in said for said in olga.told())
    assert not any("https://t.me/" in said for said in there.told())
