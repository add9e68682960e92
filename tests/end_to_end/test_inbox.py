"""The way in, from Telegram to the effect: in order, chats apart, whatever comes and goes."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from bot.arrivals import identity_of
from bot.sandbox.telegram.flood import CHAT_BURST, Flood
from storage.database import Database
from storage.inbox import Inbox, NewIncoming
from storage.post_changes import PostNotFoundError
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, World
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import own
from tests.spoken import spoken


def times_seen(person: Person, words: str) -> int:
    return sum(words in text_of(m) for m in person.messages() if m["from"]["is_bot"])


async def until_handled(world: World) -> None:
    """Wait until nothing waits, neither at Telegram nor in the inbox."""
    await until(lambda: not (world.telegram.updates.pending or world.services.inbox.chats()))


async def test_one_chats_slow_photo_delays_no_other_chat(
    world: World, anna: Person, ben: Person
) -> None:
    world.telegram.fail("downloadFile", delay=60)
    await anna.sends_photo()
    await until(lambda: not world.telegram.faults._pending)
    await anna.sends("photo")
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    assert times_seen(anna, spoken("ask_type")) == 0
    world.telegram.faults.let_go()
    await anna.sees(spoken("ask_caption"))
    assert times_seen(anna, spoken("ask_caption")) == 1


async def test_an_album_fetched_by_halves_is_one_album(world: World, anna: Person) -> None:
    """A webhook that was left behind does not keep the bot from polling."""
    await world.stop_bot()
    world.telegram.updates.webhook = {"url": "https://old.example.org/"}
    colours = ["red", "lime", "blue", "white"]
    await anna.sends_files([(f"{c}.jpg", jpeg(320, 320, c)) for c in colours])
    half = world.telegram.updates.pending[:2]
    keep(world, half)
    await world.start_bot()
    await anna.sees("4 photos")
    await until_handled(world)
    assert times_seen(anna, spoken("ask_type", count=4)) == 1
    (draft,) = [world.services.drafts.current(owner_id=ANNA, chat_id=ANNA)]
    assert draft is not None and len(draft.media) == 4


def keep(world: World, updates: list[dict[str, Any]]) -> None:
    """What a bot had kept that was killed before it confirmed them."""
    database = Database(world.database_url)
    Inbox(database).keep(
        [
            NewIncoming(u["update_id"], identity_of(u), ANNA, u["message"].get("media_group_id"), u)
            for u in updates
        ]
    )
    database.close()


async def test_an_update_that_always_fails_becomes_a_dead_letter_and_is_told(
    world: World, anna: Person, admin: Person
) -> None:
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    message = anna.messages()[0] | {"message_id": 99, "document": POISON}
    del message["text"]
    world.telegram.push_raw_update({"message": message})
    await anna.sends_photo()
    await anna.sees(spoken("went_wrong"))
    await admin.sees(spoken("alert_dead_letter"))
    await anna.sees(spoken("ask_type"))
    assert times_seen(anna, spoken("went_wrong")) == 1
    world.telegram.push_raw_update({"message": {"chat": "garbage"}})
    there = {"chat": {"id": -200, "type": "group", "title": "Others"}, "date": message["date"]}
    world.telegram.push_raw_update({"message": TORN | there | {"from": message["from"]}})
    await anna.sends("photo")
    await anna.sees(spoken("ask_caption"))
    await until(lambda: times_seen(admin, spoken("alert_dead_letter")) == 3)


POISON = {"file_id": "x", "file_unique_id": "y", "file_size": "huge"}
"""A document that no server sends."""
TORN = {
    "message_id": 7,
    "photo": [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}],
    "caption": "\N{ROCKET}",
    "caption_entities": [{"type": "mention", "offset": 1, "length": 1}],
}
"""A mention that begins in the middle of a letter."""


async def test_an_update_that_postgres_refuses_holds_up_nobody_and_the_admin_hears(
    world: World, anna: Person, ben: Person, admin: Person
) -> None:
    with connected(world) as connection:
        connection.execute(text(REFUSAL))
    await anna.sends("poison")
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await admin.sees(spoken("alert_dead_letter"), spoken("dead_letter_untold"))
    with connected(world) as connection:
        (raw,) = connection.scalars(text("SELECT payload #>> '{}' FROM inbox WHERE chat_id = 0"))
    assert "poison" in base64.b64decode(raw).decode()


REFUSAL = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'data_exception'; END $$;
    CREATE TRIGGER refusal BEFORE INSERT ON inbox FOR EACH ROW
        WHEN (NEW.payload::text LIKE '%poison%') EXECUTE FUNCTION refuse()
"""


@contextmanager
def connected(world: World) -> Iterator[Connection]:
    """A transaction of somebody else's on the bot's database."""
    database = Database(world.database_url)
    with database.engine.begin() as connection:
        yield connection
    database.close()


async def test_updates_that_are_numbered_from_1_again_are_all_heard(
    world: World, anna: Person
) -> None:
    world.telegram.updates._next_id = 1
    await anna.sends_photo()
    await answer(anna, ("photo", spoken("ask_caption")), ("Hello", "Which hashtags?"))
    await until_handled(world)
    await world.telegram_api.stop()
    world.telegram.updates._next_id = 1
    await world.telegram_api.start()
    await answer(anna, ("none", spoken("ask_time")), ("in 2 hours", spoken("ask_confirm")))
    await answer(anna, ("yes", "Post 1"), ("/delete 1 yes", "deleted"), ("/list", "Nothing is"))
    with pytest.raises(PostNotFoundError):
        world.services.posts.get(1, own(ANNA))


async def test_an_answer_is_followed_by_its_question_although_the_bot_ended_between(
    world: World, anna: Person
) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    world.telegram.fail("sendMessage", status=502, description="Bad Gateway", times=1000)
    await anna.taps("Photo")
    await until(lambda: excused(world))
    await world.stop_bot()
    world.telegram.faults.clear()
    await world.start_bot()
    await anna.sees(spoken("ask_caption"))
    await answer(anna, ("Hello", "Which hashtags?"))


def excused(world: World) -> bool:
    """Whether an answer is stored whose attempt does not count, since Telegram was away."""
    with connected(world) as connection:
        query = "SELECT count(*) FROM inbox WHERE begun_at IS NOT NULL AND attempts = 0"
        return bool(connection.scalar(text(f"{query} AND handled_at IS NULL")))


async def test_telegram_being_away_at_the_start_or_later_ends_no_bot_and_loses_nothing(
    world: World, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await world.stop_bot()
    await world.telegram_api.stop()
    await world.start_bot()
    await anna.sends_photo()
    await until(lambda: "Telegram cannot be reached" in caplog.text)
    await world.telegram_api.start()
    await anna.sees(spoken("ask_type"))
    caplog.clear()
    await world.telegram_api.stop()
    await anna.sends("photo")
    await anna.sends("Hello")
    await until(lambda: "Telegram cannot be reached" in caplog.text)
    await world.telegram_api.start()
    await anna.sees("Which hashtags?")
    draft = world.services.drafts.current(owner_id=ANNA, chat_id=ANNA)
    assert draft is not None and draft.caption == "Hello"


async def test_an_answer_that_telegram_does_not_take_is_said_later_and_heard_once(
    world: World, anna: Person
) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    for method in ("sendMessage", "editMessageReplyMarkup", "getFile"):
        world.telegram.fail(method, status=502, description="Bad Gateway", times=2)
    await answer(anna, ("photo", spoken("ask_caption")), ("Hello", "Which hashtags?"))
    await anna.sends_photo()
    await anna.sees(spoken("ask_type", count=2))
    await until_handled(world)
    assert times_seen(anna, spoken("ask_caption")) == 1
    draft = world.services.drafts.current(owner_id=ANNA, chat_id=ANNA)
    assert draft is not None and draft.caption == "Hello" and len(draft.media) == 2


async def test_a_chat_that_is_told_to_slow_down_delays_no_other(
    world: World, anna: Person, ben: Person
) -> None:
    """Telegram's clock stands still until the other one was answered."""
    seconds = 0.0
    world.telegram.flood = flood = Flood(clock=lambda: seconds)
    flood.send(anna.id, CHAT_BURST)
    await anna.sends("/help")
    await until(lambda: flood.refused > 0)
    await ben.sends("/help")
    await ben.sees(spoken("help", "de"))
    assert times_seen(anna, spoken("help")) == 0
    seconds = 60.0
    await anna.sees(spoken("help"))


async def test_a_stranger_who_blocks_the_bot_at_once_is_no_trouble(world: World) -> None:
    stranger = world.person(13)
    world.telegram.fail(
        "sendMessage", status=403, description="Forbidden: bot was blocked by the user"
    )
    await stranger.sends("hello")
    await until_handled(world)
    assert world.services.outbox.chats(ADMIN_CHAT) == []


async def test_somebody_else_who_polls_is_named_once_and_nothing_is_lost(
    world: World, anna: Person, admin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await until(lambda: world.telegram.updates.is_polled)
    address = f"{world.settings.telegram_api_url}bot{world.telegram.token}/getUpdates"
    async with httpx.AsyncClient(trust_env=False) as rival:
        for _ in range(2):
            await rival.get(address)
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await admin.sees(spoken("alert_second_poller"))
    assert "stop one of the two" in caplog.text
    assert times_seen(admin, spoken("alert_second_poller")) == 1
