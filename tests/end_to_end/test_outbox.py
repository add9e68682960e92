"""The way out: told at least once, by one message where that can be known, and to who can hear."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import outbox
from bot.outbox import deliver
from bot.posts.card_edits import edit_card
from bot.sandbox.instagram.faults import Fault
from storage.models import Notice
from storage.outbox import NoticeKind
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, World
from tests.end_to_end.test_posts import plan
from tests.scopes import ALL
from tests.spoken import spoken

pytestmark = pytest.mark.usefixtures("on_cards")


def results(person: Person) -> list[str]:
    """The messages that tell of success, other than by the post's own card."""
    return [
        text_of(message)
        for message in person.messages()
        if "reply_to_message" in message and spoken("result_published") in text_of(message)
    ]


async def test_a_result_is_told_once_whatever_becomes_of_its_message(
    world: World, anna: Person
) -> None:
    await plan(anna, "now")
    await anna.sees("➜ published")
    await anna.sees(spoken("result_published"))
    assert len(results(anna)) == 1
    for arrives in (True, False):  # which the bot cannot know: it is told on the card, not again
        await plan(anna, "in 2 hours")
        world.telegram.fail("sendMessage", drop=True, after_effect=arrives)
        await publish_now(world)
        await until(lambda: spoken("result_published") in text_of(card_of(anna)))
        assert len(results(anna)) == 2
    await plan(anna, "in 2 hours")
    world.telegram.fail("sendMessage", status=502, description="Bad Gateway")
    await publish_now(world)
    await until(lambda: len(results(anna)) == 3)


@pytest.mark.parametrize(
    "refusal",
    [
        "Bad Request: chat not found",
        "Bad Request: not enough rights to send text messages to the chat",
    ],
)
async def test_a_chat_that_takes_nothing_for_a_while_hears_what_waits_when_its_person_writes(
    world: World, anna: Person, admin: Person, refusal: str
) -> None:
    await plan(anna, "in 2 hours")
    world.telegram.fail("editMessageText", status=400, description=refusal)
    world.telegram.fail("sendMessage", status=400, description=refusal)
    await publish_now(world)
    await admin.sees(spoken("alert_blocked"))
    await world.stop_bot()
    await world.start_bot()
    assert results(anna) == []
    await anna.sends("hello")
    await anna.sees(spoken("result_published"))


async def test_a_token_that_telegram_refuses_for_a_while_loses_no_result(
    world: World, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it has been replaced, and nobody has told the bot the new one."""
    monkeypatch.setattr(outbox, "PAUSE_OF_THE_ADMIN", timedelta(0))
    await plan(anna, "in 2 hours")
    world.telegram.fail("sendMessage", status=401, description="Unauthorized", times=3)
    await publish_now(world)
    await until(lambda: len(results(anna)) == 1)


async def test_more_alerts_than_a_group_takes_in_a_minute_arrive_once_and_in_order(
    world: World, anna: Person, admin: Person
) -> None:
    reasons = [f"Trouble{number}." for number in range(30)]
    for reason in reasons:
        await asyncio.to_thread(
            world.services.outbox.alert, NoticeKind.DISK_TROUBLE, {"reason": reason}
        )
    await deliver(world.app)
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await until(lambda: len(admin.told()) >= len(reasons))
    found = [re.findall(r"Trouble\d+\.", told) for told in admin.told()]
    assert found == [[reason] for reason in reasons]


async def test_the_last_edit_of_a_card_stands_and_what_is_left_to_tell_of_it_holds_up_nothing(
    world: World, anna: Person
) -> None:
    """However long one takes, and whatever each has read; also once the post is deleted."""
    await plan(anna, "in 2 hours")
    await until(lambda: world.services.inbox.chats() == [])
    (before,) = world.services.posts.planned(ALL)
    after = world.services.edits.rewrite(before.id, ALL, caption="Evening", hashtags=[])
    world.telegram.fail("editMessageText", delay=0.2)
    await asyncio.gather(*(edit_card(post, world.app) for post in (before, after)))
    assert "Evening" in text_of(card_of(anna))
    await edit_card(before, world.app)
    assert "Evening" in text_of(card_of(anna))
    detail = {"error_class": "network", "seconds": 60}
    world.services.posts.delete(before.id, ALL)
    with world.services.database.transaction() as session:
        for kind in ("retrying", "no such kind", "retrying"):
            session.add(Notice(audience="owner", kind=kind, post_id=before.id, detail=detail))
    await until(lambda: sum(spoken("result_retrying") in text_of(m) for m in anna.messages()) == 2)


def card_of(person: Person) -> dict[str, object]:
    return next(m for m in reversed(person.messages()) if text_of(m).startswith("🗓"))


async def publish_now(world: World) -> None:
    """Let the one planned post be due."""
    (post,) = world.services.posts.planned(ALL)
    with world.services.database.transaction() as session:
        session.get_one(type(post), post.id).next_attempt_at = post.created_at
    await world.app.job_queue.get_jobs_by_name("sweep")[0].run(world.app)  # type: ignore[union-attr]


async def test_what_the_admin_should_know_is_kept_until_their_chat_is_open(
    world: World, anna: Person, admin: Person
) -> None:
    world.telegram.block(ADMIN_CHAT)
    world.instagram.script(Fault(at="rupload", kind="challenge"))
    await plan(anna, "now")
    await anna.sees(spoken("result_waiting"))
    await until(lambda: _attempts(world) == [1])
    world.telegram.unblock(ADMIN_CHAT)
    await admin.sees(spoken("alert_paused_for_good"))


async def test_the_admin_hears_of_posts_of_an_account_that_is_no_longer_named(
    world: World, anna: Person, admin: Person
) -> None:
    await plan(anna, "in 2 hours")
    for name in ("Creator", "somebody"):
        await world.stop_bot()
        world.settings = world.settings.model_copy(update={"instagram_username": name})
        await world.start_bot()
    await admin.sees(spoken("alert_orphaned"), "Posts are planned for creator")
    told = [text_of(message) for message in admin.messages()]
    assert sum(spoken("alert_orphaned") in text for text in told) == 1


def _attempts(world: World) -> list[int]:
    """How often each alert that still waits was tried."""
    with world.services.database.transaction() as session:
        waits = (Notice.audience == "admin", Notice.sent_at.is_(None))
        return list(session.scalars(select(Notice.attempts).where(*waits)))
