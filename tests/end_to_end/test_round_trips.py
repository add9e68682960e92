"""How often Postgres is asked until a person has their answer: each time is a wait for the network.

Counted on the wire, with BEGIN, COMMIT and every question whether a connection still stands.
"""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import ANNA, running_world
from tests.end_to_end.ways import CountingWay, counting_way
from tests.spoken import spoken

QUIET_SECONDS = 0.2
BY_THE_CLOCK = ("SELECT DISTINCT", "SELECT accounts.id FROM accounts WHERE accounts.lease_until")
"""How those begin that are asked every few seconds, whatever people do."""


async def trips(way: CountingWay, person: Person, act: Awaitable[object], seen: str) -> int:
    """Until the answer is there, and what follows from it is written down."""
    way.asked.clear()
    await act
    await person.sees(seen)
    count = -1
    while count != len(way.asked):
        count = len(way.asked)
        await asyncio.sleep(QUIET_SECONDS)
    return sum(not said.startswith(BY_THE_CLOCK) for said in way.asked)


async def test_an_answer_takes_few_round_trips(tmp_path: Path, database_url: str) -> None:
    with counting_way(database_url) as (way, url):
        async with running_world(tmp_path, url) as world:
            anna = world.person(ANNA)
            await trips(way, anna, anna.sends("/help"), "/list")  # the start is over
            photo = anna.sends_photo(caption="Evening at the lake")
            assert await trips(way, anna, photo, spoken("ask_type")) <= 24
            assert await trips(way, anna, anna.taps("Photo"), spoken("ask_caption")) <= 8
            assert await trips(way, anna, anna.sends("Hello"), spoken("ask_hashtags")) <= 8
            await anna.sends("none")
            await anna.sees(spoken("ask_time"))
            assert await trips(way, anna, anna.sends("now"), spoken("ask_confirm")) <= 15
            assert await trips(way, anna, anna.sends("yes"), spoken("result_published")) <= 80
