"""By hand: at its minute the chat gets the files and the caption, and hears what became of it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.sandbox.instagram.faults import Fault
from storage.lifecycle import Status
from storage.models import Notice, Post
from tests.end_to_end.chat import Addressing, Message, Person, text_of, until
from tests.end_to_end.conftest import BEN, World, running_world
from tests.end_to_end.media import video
from tests.end_to_end.test_downloads import change, in_s3
from tests.end_to_end.test_outbox import card_of, publish_now
from tests.end_to_end.test_publishing import answer
from tests.end_to_end.test_words import FORUM
from tests.publisher.test_media_in_s3 import trouble
from tests.s3 import S3Server
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken

CAPTION = "Brot & <Butter> #brot"


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """With a second account, which is published by hand."""
    async with running_world(tmp_path, database_url, by_hand=("Bakery",)) as world:
        yield world


async def plan(
    person: Person, *files: bytes, account: str = "Bakery (by hand)", time: str = "now"
) -> None:
    """By a card, once its account is the one that is meant."""
    named = [(f"{number}.jpg", content) for number, content in enumerate(files or [jpeg()])]
    await person.sends_files(named, caption="Hello")
    await person.taps(await person.sees_button("Account: "))
    await person.sees(spoken("ask_account"))
    await person.taps(account)
    button = await person.sees_button(spoken("button_now"))
    if time != "now":
        await person.sends(time)
        button = await person.sees_button(spoken("plan_at"))
    await person.taps(button)
    await person.sees("Post ")


def given(person: Person) -> list[Message]:
    """The files that the bot has sent as they are."""
    return [message for message in person.messages() if _is_given(person, message)]


def _is_given(person: Person, message: Message) -> bool:
    return person.is_the_bots(message) and "document" in message


def post_of(world: World) -> Post:
    with world.services.database.transaction() as session:
        (post,) = session.query(Post).all()
        return post


def bytes_of(world: World, message: Message) -> bytes:
    stored = world.telegram.files.by_unique_id(message["document"]["file_unique_id"])
    assert stored is not None
    return world.telegram.files.location(stored).read_bytes()


async def test_a_post_is_handed_over_and_its_owner_says_what_became_of_it(
    world: World, ben: Person
) -> None:
    """In German, with a restart before the answer, and a tap that is handled twice."""
    await ben.sends_photo(caption=CAPTION)
    asked = await ben.sees(spoken("ask_account", "de"))
    assert ben.labels()[:2] == ["creator", "Bakery (von Hand)"], asked
    await answer(
        ben,
        ("niemand", "creator oder Bakery"),
        ("bakery", spoken("ask_type", "de")),
        ("Foto", spoken("ask_caption", "de")),
        ("nehmen", spoken("ask_hashtags", "de")),
        ("Butter", spoken("ask_time", "de")),
        ("jetzt", "Konto: Bakery (von Hand)"),
        ("ja", "Post 1 · Foto für Bakery"),
    )
    await ben.sees(spoken("result_hand_over", "de"))
    (file,) = given(ben)
    kept = post_of(world).media[0].prepared
    assert kept is not None
    assert bytes_of(world, file) == world.services.files.path(kept).read_bytes()
    assert file["document"]["file_name"] == "post-1.jpg"
    *_, block, question = (m for m in ben.messages() if ben.is_the_bots(m))
    assert block["text"] == f"{CAPTION}\n\n#Butter"
    assert block["entities"][0] == {"type": "pre", "offset": 0, "length": len(block["text"])}
    assert "auf Bakery" in question["text"] and "Ein Tipp auf den Text" in question["text"]
    assert {m["reply_to_message"]["message_id"] for m in (file, question)} == {
        card_of(ben)["message_id"]
    }
    await until(lambda: "➜ liegt bei dir" in text_of(card_of(ben)))
    assert ")\nBrot" in text_of(card_of(ben))  # no "in 0 Sekunden" that would stay

    await world.stop_bot()
    await world.start_bot()
    await ben.sends("Heute nicht")
    await ben.sees(spoken("not_posted", "de"))
    await ben.sees("➜ noch nicht gepostet")
    assert [*ben.labels()[-2:]] == ["Gib ihn mir", "Löschen"]
    await ben.sends("/list")
    await ben.sees("noch nicht gepostet", spoken("list_needs_you", "de"))
    await ben.taps("Gib ihn mir")
    await ben.sees("✋ Post 1 gehört dir. Gleich kommt alles")  # the bot never would have posted it
    await ben.sees(spoken("result_hand_over", "de"))
    assert len(given(ben)) == 2
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await ben.taps("Gepostet")  # handled twice: the first answer does not arrive
    await ben.sees(spoken("confirmed_live", "de"))
    await ben.sees("➜ veröffentlicht")
    assert post_of(world).status is Status.UPLOADED
    assert (world.instagram.posts, world.instagram.logins) == ([], 0)


@pytest.mark.usefixtures("on_cards")
async def test_an_album_comes_as_files_in_order_although_a_reply_was_lost(
    world: World, anna: Person
) -> None:
    """What may have arrived comes twice rather than never; what was confirmed, once."""
    world.telegram.fail("sendMediaGroup", drop=True, after_effect=True)
    colours = ("red", "lime", "blue")
    await plan(anna, *(jpeg(320, 400, colour) for colour in colours))
    await anna.sees(spoken("result_hand_over"))
    names = [message["document"]["file_name"] for message in given(anna)]
    assert names == ["post-1-1.jpg", "post-1-2.jpg", "post-1-3.jpg"] * 2
    assert len({message["media_group_id"] for message in given(anna)}) == 2
    wanted = [item.prepared or "" for item in post_of(world).media]
    for message, name in zip(given(anna), wanted * 2, strict=True):
        assert bytes_of(world, message) == world.services.files.path(name).read_bytes()
    assert "post-1" not in text_of(anna.last())
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await anna.sends("Posted")  # handled twice: by then, no post waits for this word
    await anna.sees(spoken("confirmed_live"))


@pytest.mark.usefixtures("on_cards")
async def test_silence_is_asked_about_once_and_only_its_owner_or_the_admin_answers(
    world: World, anna: Person, admin: Person
) -> None:
    ben = world.person(BEN)
    await ben.sends("/start")
    await ben.sees("Instagram (@creator)", "For Bakery")
    await plan(anna)
    await anna.sees(spoken("result_hand_over"))
    question = anna.last()["message_id"]
    await ben.sends("/list")
    await ben.sees(spoken("list_empty"))
    for data in ("posted:1:", "posted-:1:", "mine:1:"):
        await world.telegram.forge_tap(ben.id, ben.last()["message_id"], data)
        await ben.sees(spoken("no_such_post", id=1))
    await later(world, timedelta(hours=25))
    await anna.sees(spoken("result_hand_over_reminder"))
    await later(world, timedelta(hours=25))
    assert sum(spoken("result_hand_over_reminder") in told for told in anna.told()) == 1
    reminder = anna.last()["message_id"]
    await world.telegram.forge_tap(admin.chat_id, question, "posted:1:", sender=anna.id)
    await admin.sees(spoken("confirmed_live"))
    await world.telegram.forge_tap(anna.id, reminder, "posted-:1:")  # still on her phone
    await anna.sees(spoken("too_late_uploaded", id=1))
    assert given(ben) == [] and given(admin) == []


@pytest.mark.usefixtures("on_cards")
async def test_a_blocked_chat_hears_later_of_what_telegram_took_and_what_not(
    world: World, anna: Person, admin: Person
) -> None:
    await plan(anna, time="in 2 hours")
    world.telegram.block(anna.id)
    await publish_now(world)
    await admin.sees(spoken("alert_blocked"))
    world.telegram.fail("sendDocument", status=413, description="Request Entity Too Large")
    world.telegram.unblock(anna.id)
    await anna.sees(spoken("hand_over_refused"))
    await anna.sees(spoken("result_hand_over"))
    await anna.taps("Posted")
    await anna.sees(spoken("confirmed_live"))
    told = len(anna.messages())
    with world.services.database.transaction() as session:
        for kind in ("hand_over", "hand_over_reminder"):
            session.add(Notice(audience="owner", kind=kind, post_id=1))
    await until(lambda: world.services.outbox.chats(admin.chat_id) == [])
    assert (len(anna.messages()), given(anna)) == (told, [])


@pytest.mark.usefixtures("on_cards")
async def test_a_post_is_handed_over_once_the_disk_has_room_for_its_files(
    world: World, anna: Person, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which lie in S3, and have to be fetched to be given."""
    monkeypatch.setattr("bot.outbox.PAUSE_AFTER_TROUBLE", timedelta(seconds=0.5))
    await change(world, **in_s3(s3, s3.bucket()))
    await plan(anna, time="in 2 hours")
    world.telegram.block(anna.id)
    await publish_now(world)
    await until(lambda: world.services.outbox.parked_chats() == {anna.id})
    shutil.rmtree(world.settings.data_dir / "media-cache")
    with trouble(s3, "full"):
        world.telegram.unblock(anna.id)
        await until(lambda: _attempts(world) > 0)
    await anna.sees(spoken("result_hand_over"))
    assert len(given(anna)) == 1


def _attempts(world: World) -> int:
    """To give what is handed over just now."""
    with world.services.database.transaction() as session:
        waits = "SELECT max(attempts) FROM notices WHERE sent_at IS NULL AND kind = 'hand_over'"
        return session.scalar(text(waits)) or 0


async def test_a_reel_comes_with_the_cover_that_was_chosen_in_its_topic(
    world: World, anna: Person
) -> None:
    world.telegram.add_forum(FORUM, "Kitchen", [anna.id])
    topic = world.telegram.add_topic(FORUM, "Cakes")
    there = Addressing(world.telegram, anna.id, FORUM, topic)
    await there.sends_files([("clip.mp4", video("360x640"))], as_file=True)
    await there.sees(spoken("ask_account"))
    await there.taps("Bakery (by hand)")
    await there.sees(spoken("ask_type"))
    await finish_reel(there)
    await there.sees(spoken("result_hand_over"))
    names = [message["document"]["file_name"] for message in given(there)]
    assert names == ["post-1.mp4", "post-1-cover.jpg"]
    await there.taps("Not today")
    await there.sees(spoken("not_posted"))
    await there.taps("Delete")
    await there.sees(spoken("ask_delete", id=1))
    await there.taps("Yes, delete it")
    await there.sees(spoken("deleted"))
    bots = [message for message in there.messages() if there.is_the_bots(message)]
    assert {message.get("message_thread_id") for message in bots} == {topic}


async def finish_reel(person: Person) -> None:
    await answer(
        person,
        ("reel", spoken("ask_caption")),
        ("none", spoken("ask_hashtags")),
        ("none", spoken("ask_time")),
        ("now", spoken("ask_confirm")),
        ("cover", spoken("ask_cover")),
        ("2", spoken("ask_confirm")),
        ("yes", "Post 1"),
    )


@pytest.mark.usefixtures("on_cards")
async def test_a_post_of_an_account_that_pauses_for_good_is_handed_over_and_not_published_twice(
    world: World, anna: Person, admin: Person
) -> None:
    world.instagram.script(Fault(at="rupload", kind="challenge"))
    await plan(anna, account="creator")
    await anna.sees(spoken("result_waiting"))
    await admin.sees(spoken("alert_paused_for_good"))
    for _ in range(2):
        await plan(anna, account="creator", time="in 3 hours")
    await admin.sends("/list")
    await admin.sees("Planned: 3")
    assert [label for label in admin.labels() if label.startswith("Hand")] == [
        f"Hand over {number}" for number in (1, 2, 3)
    ]
    await anna.sends("Hand it to me")
    await anna.sees(spoken("several_posts"))
    await anna.taps("Hand it to me")
    await anna.sees("Post 1 is yours")
    await anna.sees(spoken("result_hand_over"))
    await admin.taps("Hand over 2")
    await admin.sees("Post 2 is yours")
    await anna.sees("Post 2 (Photo)", "planned for")
    await admin.sees_button("Hand over 3")  # the list stays as it was
    await until(lambda: len(given(anna)) == 2)
    await admin.taps("Resume publishing")
    await admin.sees(spoken("resumed"))
    await publish_later(world)
    await anna.sees(spoken("result_published"))
    assert len(world.instagram.posts) == 1
    statuses = [post.status for post in world.services.posts.planned(ALL)]
    assert statuses == [Status.HANDED_OVER] * 2
    await anna.sends("/list")
    await anna.sees("yours to post")
    assert not any(label.startswith("Hand over") for label in anna.labels()[-3:])
    await anna.sends("Not today")
    await anna.sees(spoken("several_posts"))
    await anna.taps("Not today")
    await anna.sees(spoken("not_posted"))
    await anna.taps("Try again")
    await anna.sees(spoken("result_published"))
    assert len(world.instagram.posts) == 2


async def later(world: World, span: timedelta) -> None:
    """Let so much time have passed since a post was handed over, and the publisher look."""
    with world.services.database.transaction() as session:
        passed = (
            "UPDATE scheduled_posts SET handed_over_at = handed_over_at - :span,"
            " scheduled_time = scheduled_time - :span"
        )
        session.execute(text(passed), {"span": span})
    await asyncio.to_thread(world.services.dispatcher.sweep)


async def publish_later(world: World) -> None:
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET next_attempt_at = now()"))
    await asyncio.to_thread(world.services.dispatcher.sweep)
