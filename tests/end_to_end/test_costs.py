"""What an answer costs, held to: what is not the answer must not hold it up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.leader import BEATS_PER_SPAN, SPAN
from storage.lifecycle import PreparationState
from storage.outbox import ADMIN, NoticeKind, notify
from storage.processes import BEAT
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, CARLA, World, running_world
from tests.end_to_end.counting import BESIDE, Cost, Counter
from tests.end_to_end.test_card import draft_of, slot
from tests.end_to_end.ways import counting_way
from tests.samples import jpeg
from tests.spoken import spoken

TOLD_OF_THE_LOGIN = """
    INSERT INTO login_questions (account_id, kind, expires_at, settled_at, outcome)
    SELECT id, 'added', now(), now(), 'again' FROM accounts
"""
"""So that a notice says when all is done."""


@pytest.fixture(autouse=True)
def few_connections() -> None:
    """As many as at work, so that what goes on side by side is seen to do so."""


@dataclass
class Counted:
    world: World
    person: Person
    counter: Counter


async def counted(person_id: int, folder: Path, url: str, *held: str) -> AsyncIterator[Counted]:
    """Once all runs, and the person has heard how photos keep their quality."""
    with counting_way(url) as (way, counted_url):
        async with running_world(folder, counted_url) as world:
            person, counter = world.person(person_id), Counter(world, way, (*BESIDE, *held))
            await counter.until("/list", person, person.sends("/help"))
            world.services.users.learns_of_files(person.id)
            await logged_in(world)
            await counter.quiet()
            yield Counted(world, person, counter)
            counter.close()


async def logged_in(world: World) -> None:
    """Its account has a session, as any that has published before."""
    services = world.services
    with services.database.transaction() as session:
        session.execute(text("UPDATE accounts SET login_at = now()"))
        session.execute(text(TOLD_OF_THE_LOGIN))
    await asyncio.to_thread(services.dispatcher.look)
    await until(lambda: services.accounts.active()[0].login_at is None)
    await until(lambda: services.outbox.chats(ADMIN_CHAT) == [])


@pytest.fixture
async def guided(tmp_path: Path, database_url: str) -> AsyncIterator[Counted]:
    async for one in counted(ANNA, tmp_path, database_url, "editMessageText"):
        yield one


@pytest.fixture
async def with_card(tmp_path: Path, database_url: str) -> AsyncIterator[Counted]:
    async for one in counted(CARLA, tmp_path, database_url):
        yield one


BETWEEN = 2
"""Trips beside the answer that can come between those of its row, on a busy machine."""


def assert_within(cost: Cost, calls_in_a_row: int, trips: int) -> None:
    assert cost.calls_in_a_row <= calls_in_a_row, f"{cost.calls_in_a_row}\n{cost}"
    assert len(cost.trips) <= trips + BETWEEN, f"{len(cost.trips)}\n{cost}"


async def test_a_question_is_answered_by_the_next_and_nothing_holds_it_up(guided: Counted) -> None:
    until, anna = guided.counter.until, guided.person
    photo = anna.sends_photo(caption="At the lake")
    assert_within(await until(spoken("ask_type"), anna, photo), 2, 7)
    assert_within(await until(spoken("ask_caption"), anna, anna.taps("Photo")), 1, 5)
    assert_within(await until(spoken("ask_hashtags"), anna, anna.sends("Hello")), 1, 4)
    assert_within(await until(spoken("ask_time"), anna, anna.sends("none")), 1, 4)
    assert_within(await until(spoken("ask_confirm"), anna, anna.sends("now")), 2, 8)
    result = spoken("result_published")
    assert_within(await until(result, anna, anna.sends("yes"), publishes=True), 4, 18)


async def test_a_card_follows_what_is_said_and_tapped_by_one_call(with_card: Counted) -> None:
    until, carla = with_card.counter.until, with_card.person
    photo = await until("At the lake", carla, carla.sends_photo(caption="At the lake"))
    assert_within(photo, 2, 7)
    await its_files_are_made(with_card)
    typed = await until("Evening", carla, carla.sends("Evening at the lake"))
    assert_within(typed, 1, 5)
    planned = await until("Post 1", carla, carla.taps(await slot(carla)))
    assert_within(planned, 1, 7)
    assert len(photo.calls) + len(planned.calls) <= 10, f"{photo}\n{planned}"


async def its_files_are_made(with_card: Counted) -> None:
    """And its card says so: that counts for nothing that comes later."""

    def is_told() -> bool:
        draft = draft_of(with_card.world, with_card.person)
        is_made = draft.preparation is PreparationState.DONE
        return is_made and draft.progress_message_id is None

    await until(is_told)
    await with_card.counter.quiet()


async def test_of_an_album_something_is_heard_at_once_and_all_is_fetched_side_by_side(
    guided: Counted,
) -> None:
    """In the order in which it was sent, while the rest is still awaited; whether there is room is
    asked once for all."""
    anna, telegram, drafts = guided.person, guided.world.telegram, guided.world.services.drafts
    album = [(f"{number}.jpg", jpeg(320, 320 + number)) for number in range(10)]

    async def send() -> None:
        telegram.fail("getFile", delay=60, times=len(album))
        await anna.sends_files(album)
        await until(lambda: not telegram.faults._pending)
        await until(lambda: "sendChatAction" in guided.counter.come)
        telegram.faults.let_go()

    cost = await guided.counter.until(spoken("ask_type"), anna, send())
    fetched = [call for call in cost.calls if call.name == "getFile"]
    assert max(call.began for call in fetched) < min(call.ended for call in fetched)
    held = "coalesce(drafts.series_id, drafts.id)"
    assert sum(held in trip.asks for trip in guided.counter.trips) == 1
    (typing,) = [call for call in cost.calls if call.name == "sendChatAction"]
    *_, asked = [call for call in cost.calls if call.name == "sendMessage"]
    assert typing.began < min(call.ended for call in fetched) < asked.began
    draft = drafts.current(owner_id=anna.id, chat_id=anna.chat_id)
    assert draft is not None
    assert [item.height for item in draft.media] == [320 + number for number in range(10)]


async def test_who_is_idle_asks_postgres_seldom_and_is_told_at_once(guided: Counted) -> None:
    """All that runs by the clock, at the pace of production; `python -m tests.bench.idle` waits."""
    world, services, trips = guided.world, guided.world.services, guided.counter.trips
    assert services.signals.is_live
    assert world.app.job_queue is not None
    asked = [60 / SPAN.total_seconds() * BEATS_PER_SPAN, 60 / BEAT.total_seconds()]
    for job in world.app.job_queue.jobs():
        if interval := getattr(job.job.trigger, "interval", None):
            trips.clear()
            await job.run(world.app)
            await guided.counter.quiet()
            asked.append(len(trips) * 60 / interval.total_seconds())
            job.schedule_removal()  # from here on, nobody looks
    assert sum(asked) <= 40, asked

    elsewhere = Database(world.database_url)
    with elsewhere.transaction() as session:
        notify(session, NoticeKind.DATABASE_WAS_AWAY, ADMIN, seconds=1)
    elsewhere.close()
    await until(lambda: services.outbox.chats(ADMIN_CHAT) == [])
