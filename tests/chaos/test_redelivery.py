"""kill -9 in the middle of handling: what had its effect has it once, what was not said is said."""

import asyncio

from storage.lifecycle import Status
from tests.chaos.conftest import CARLA, Deployment
from tests.chaos.processes import Process
from tests.chaos.test_way_in import times_seen
from tests.chaos.waiting import until
from tests.end_to_end.chat import Person
from tests.samples import jpeg
from tests.spoken import spoken

DRAFT = "SELECT 1 FROM drafts WHERE question = :step"
POST = "SELECT 1 FROM scheduled_posts WHERE status = :status"


async def test_a_kill_at_any_step_of_a_conversation_loses_and_repeats_nothing(
    deployment: Deployment, anna: Person
) -> None:
    """Row 5: kill -9 right after updates were fetched, before they are in Postgres; while photos
    are fetched, long after Telegram has forgotten them; and whenever an answer is taken, before
    the bot says anything."""
    answers = [
        ("carousel", "caption", spoken("ask_caption")),
        ("Hello", "hashtags", "Which hashtags?"),
        ("one two", "time", spoken("ask_time")),
    ]
    await sends_an_album_between_kills(deployment, anna)
    deployment.telegram.fail("sendMessage", delay=600)
    bot = deployment.bot()
    bot = after_a_kill_at(deployment, bot, DRAFT, step="type")
    await anna.sees("4 photos")
    for said, step, question in answers:
        deployment.telegram.fail("sendMessage", delay=600)
        await anna.sends(said)
        bot = after_a_kill_at(deployment, bot, DRAFT, step=step)
        await anna.sees(question)
    await anna.sends("in 2 hours")
    await anna.sees(spoken("ask_confirm"))
    deployment.telegram.fail("sendMessage", delay=600)
    await anna.sends("yes")
    bot = after_a_kill_at(deployment, bot, POST, status="pending")
    await anna.sees("Post 1")

    assert deployment.ledger.statuses() == {Status.PENDING: 1}
    stored = deployment.ledger.rows("SELECT caption, hashtags, post_type FROM scheduled_posts")
    assert stored == [("Hello", ["one", "two"], "carousel")]
    heights = deployment.ledger.rows("SELECT height FROM media_items ORDER BY position")
    assert heights == [(600,), (601,), (602,), (603,)]
    deployment.telegram.fail("sendMessage", delay=600)
    await anna.sends("/delete 1 yes")
    bot = after_a_kill_at(deployment, bot, POST, status="deleted")
    await anna.sees(spoken("deleted", id=1))
    for question in (spoken("ask_type", count=4), *(asked for _, _, asked in answers), "🗓"):
        assert times_seen(anna, question) == 1, question
    await makes_no_caption_of_a_long_text_around_a_kill(deployment, anna, bot)


async def sends_an_album_between_kills(deployment: Deployment, anna: Person) -> None:
    """Once it is fetched but not kept, and once two of four pictures are there."""
    victim = deployment.bot()
    with deployment.ledger.locked("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"):
        await anna.sends_files([(f"{n}.jpg", jpeg(600, 600 + n)) for n in range(4)])
        until(deployment.ledger.somebody_waits, what="the updates are about to be kept")
        victim.kill()
    deployment.telegram.fail("downloadFile", times=2)
    deployment.telegram.fail("downloadFile", delay=600)
    victim = deployment.bot()
    until(lambda: not deployment.telegram.faults(), what="the third picture is being fetched")
    until(lambda: not deployment.telegram.unread(), what="Telegram has forgotten them")
    victim.kill()
    deployment.telegram.clear_faults()


async def test_a_kill_before_a_card_shows_it_repeats_nothing(deployment: Deployment) -> None:
    """Each update has its effect once, and the card shows it, whenever the bot is killed."""
    deployment.telegram.add_person(CARLA, "Carla")
    carla = deployment.person(CARLA)
    bot = deployment.bot()
    deployment.telegram.fail("sendPhoto", delay=600)
    await carla.sends_photo(caption="Hello")
    bot = after_a_kill_at(deployment, bot, "SELECT 1 FROM drafts WHERE caption = 'Hello'")
    await carla.sees("Hello")
    deployment.telegram.fail("editMessageCaption", delay=600)
    slot = await carla.sees_button(spoken("button_next_free"))
    tap = asyncio.create_task(carla.taps(slot))
    await asyncio.sleep(0)
    await asyncio.to_thread(after_a_kill_at, deployment, bot, POST, status="pending")
    await tap
    await carla.sees("Post 1")
    assert deployment.ledger.statuses() == {Status.PENDING: 1}
    assert deployment.ledger.rows("SELECT caption FROM scheduled_posts") == [("Hello",)]
    assert len(carla.told()) == 1


def after_a_kill_at(deployment: Deployment, bot: Process, query: str, **values: str) -> Process:
    """Kill the bot once the database says so, and start another."""
    until(lambda: deployment.ledger.rows(query, **values), what="the answer is taken")
    bot.kill()
    deployment.telegram.clear_faults()
    return deployment.bot()


async def makes_no_caption_of_a_long_text_around_a_kill(
    deployment: Deployment, anna: Person, bot: Process
) -> None:
    """Its beginning was answered before the kill; the rest, sent with it, comes after that."""
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await anna.sends("photo")
    await anna.sees(spoken("ask_caption"))
    await anna.sends("x" * 4096)
    await anna.sees("4,096 characters")
    beginning = next(m for m in reversed(anna.messages()) if m.get("text", "").startswith("xx"))
    handled = "SELECT 1 FROM inbox WHERE message_id = :number AND handled_at IS NOT NULL"
    number = beginning["message_id"]
    until(
        lambda: deployment.ledger.rows(handled, number=number), what="the beginning is dealt with"
    )
    bot.kill()
    rest = beginning | {"message_id": 900, "text": "and this is how it ends"}
    deployment.telegram.push_raw_update({"message": rest})

    deployment.bot()

    await anna.sees(spoken("caption_text_was_split"))
    assert deployment.ledger.rows("SELECT caption FROM drafts ORDER BY id DESC LIMIT 1") == [
        (None,)
    ]
