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
AHEAD = "SELECT accounts.id, accounts.destination"
"""How it begins that is asked while the draft is looked for: on a network, in no time."""
WHAT_WAITS = "WITH anon_1 AS"
"""How it begins that is asked when an update comes, and, by the clock, while it is handled."""


async def trips(way: CountingWay, person: Person, act: Awaitable[object], seen: str) -> list[str]:
    """In a row, until the answer is there and what follows from it is written down."""
    way.forget()
    await act
    await person.sees(seen)
    count = -1
    while count != len(way.asked):
        count = len(way.asked)
        await asyncio.sleep(QUIET_SECONDS)
    asked = [said for said in way.in_a_row if not said.startswith(BY_THE_CLOCK)]
    asked = [said for said in asked if not said.startswith(AHEAD)]
    looks = [said for said in asked if said.startswith(WHAT_WAITS)]
    return [said for said in asked if said not in looks[1:]]


async def takes(
    most: int, way: CountingWay, person: Person, act: Awaitable[object], seen: str
) -> None:
    asked = await trips(way, person, act, seen)
    assert len(asked) <= most, "\n".join([f"{len(asked)} instead of {most}", *asked])


async def test_an_answer_takes_few_round_trips(tmp_path: Path, database_url: str) -> None:
    with counting_way(database_url) as (way, url):
        async with running_world(tmp_path, url) as world:
            anna = world.person(ANNA)
            await trips(way, anna, anna.sends("/help"), "/list")  # the start is over
            photo = anna.sends_photo(caption="Evening at the lake")
            await takes(22, way, anna, photo, spoken("ask_type"))
            await takes(8, way, anna, anna.taps("Photo"), spoken("ask_caption"))
            await takes(8, way, anna, anna.sends("Hello"), spoken("ask_hashtags"))
            await takes(8, way, anna, anna.sends("none"), spoken("ask_time"))
            await takes(13, way, anna, anna.sends("now"), spoken("ask_confirm"))
            await takes(45, way, anna, anna.sends("yes"), spoken("result_published"))
