"""Whatever writes in several steps goes on where it was, when the bot is killed between two."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update

from bot.keyboards import Action, encode
from storage.lifecycle import Status
from storage.models import Account, ApprovalLink, Invitation, Member, MemberRole, Post
from storage.scope import EVERY_ACCOUNT
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import ANNA, World
from tests.end_to_end.test_accounts import begin_to_add
from tests.end_to_end.test_posts import plan
from tests.spoken import spoken

GROUP = -700
OWNERS = {41: "en", 42: "de", 43: "en", 44: "de", 45: "en"}


@dataclass
class Flow:
    """What somebody does, what is written before the bot says so, and what is said in the end."""

    person: Person
    data: str
    is_written: Callable[[], bool]
    seen_by: Person
    said: str

    async def begin(self, world: World) -> None:
        message = self.person.last()["message_id"]
        await world.telegram.forge_tap(
            self.person.chat_id, message, self.data, sender=self.person.id
        )


def count(world: World, *which: object) -> int:
    with world.services.database.transaction() as session:
        return session.scalar(select(func.count()).where(*which)) or 0  # type: ignore[arg-type]


async def owners(world: World) -> list[Person]:
    """Each with a chat of their own, so that all can be in the middle of something at once."""
    store, roster = world.services.store, world.services.roster
    for number in OWNERS:
        name = f"Person {number}"
        await roster.change(store.set_role(number, MemberRole.OWNER, name=name))
        await roster.change(store.give_accounts(number, EVERY_ACCOUNT))
    people = [world.person(number, language) for number, language in OWNERS.items()]
    for person in people:
        await person.sends("/list")
        await person.sees(spoken("list_empty", OWNERS[person.id]))
    return people


async def test_killed_between_what_is_written_and_what_is_said_each_flow_goes_on(
    world: World, carla: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await carla.sends("/list")
    await carla.sees(spoken("list_empty"))
    inviting, ruling, adding, asking, declining = await owners(world)
    world.telegram.add_group(GROUP, "Club", [ANNA, 41])
    group = Person(world.telegram, 41, GROUP)
    await group.sends("/group")
    await group.sees(spoken("group_shows_none"))
    with world.services.database.transaction() as session:
        session.execute(update(Account).values(needs_approval=True))
    for number in (1, 2):
        await plan(carla, f"tomorrow {number + 8}:00")
    for person in (asking, declining):
        await until(lambda who=person: who.labels().count(approve(who)) == 2)  # type: ignore[misc]
    await declining.taps(spoken("button_decline", "en"))
    await declining.sees(spoken("ask_why_declined", "en"))
    await begin_to_add(adding, "password")
    await adding.sends("nobody")
    await adding.sees(spoken("account_ask_password"))
    await adding.sends("hunter2")
    await adding.sees(spoken("account_ask_seed"))
    for person in (inviting, ruling):
        await person.sends("/team")
        await person.sees(spoken("team_title", OWNERS[person.id]))
    flows = [
        Flow(
            inviting,
            encode("team", 0, "make.author.all.7"),
            lambda: count(world, Invitation.id > 0) == 1,
            inviting,
            "https://t.me/",
        ),
        Flow(
            ruling,
            encode("team", carla.id, "set.editor"),
            lambda: count(world, Member.role == MemberRole.EDITOR) == 1,
            carla,
            spoken("team_role_is_now"),
        ),
        Flow(
            adding,
            encode("accounts", 0, "seed=common"),
            lambda: count(world, Account.name == "nobody") == 1,
            adding,
            spoken("account_check_same"),
        ),
        Flow(
            asking,
            encode(Action.ASK_CLIENT, 1, "0"),
            lambda: count(world, ApprovalLink.id > 0) == 1,
            asking,
            spoken("approval_link", "de"),
        ),
        Flow(
            group,
            encode("group", 1, "on"),
            lambda: count(world, Account.group_chat_id == GROUP) == 1,
            group,
            spoken("group_shows", accounts="creator"),
        ),
    ]
    for method in ("sendMessage", "editMessageText"):
        world.telegram.fail(method, delay=30, times=50)
    for flow in flows:
        await flow.begin(world)
    await declining.replies(spoken("ask_why_declined"), "Too dark")
    await until(lambda: all(flow.is_written() for flow in flows))
    await until(lambda: count(world, Post.status == Status.FAILED) == 1)
    monkeypatch.setattr("bot.supervisor.GRACE_SECONDS", 0.0)
    await world.stop_bot()
    world.telegram.faults.clear()
    await world.start_bot()
    for flow in flows:
        await flow.seen_by.sees(flow.said)
    await declining.sees(spoken("declined", id=2))
    await carla.sees(spoken("result_declined_why"))
    for link in (Invitation, ApprovalLink):
        assert count(world, link.withdrawn_at.is_(None), link.id > 0) == 1, "the one that was seen"


def approve(person: Person) -> str:
    return spoken("button_approve", OWNERS[person.id])
