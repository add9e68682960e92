"""python -m tests.bench.costs: what each step of a post costs, in calls and in round trips.

In a row is what a person waits for: on a network, each time there and back.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from storage.database import Database
from storage.embedded import embedded_postgres
from tests.end_to_end.conftest import ANNA, CARLA, World, running_world
from tests.end_to_end.counting import BESIDE, Cost, Counter
from tests.end_to_end.test_card import slot
from tests.end_to_end.ways import counting_way
from tests.spoken import spoken


async def guided(world: World, counter: Counter) -> list[tuple[str, Cost]]:
    """Question by question, published at once."""
    anna, until = world.person(ANNA), counter.until
    await until("/list", anna, anna.sends("/help"))
    world.services.users.learns_of_files(anna.id)
    photo, result = anna.sends_photo(caption="At the lake"), spoken("result_published")
    return [
        ("photo", await until(spoken("ask_type"), anna, photo)),
        ("tap", await until(spoken("ask_caption"), anna, anna.taps("Photo"))),
        ("typed caption", await until(spoken("ask_hashtags"), anna, anna.sends("Hello"))),
        ("typed hashtags", await until(spoken("ask_time"), anna, anna.sends("none"))),
        ("typed time", await until(spoken("ask_confirm"), anna, anna.sends("now"))),
        (
            "yes, to the result",
            await until(result, anna, anna.sends("yes"), publishes=True),
        ),
    ]


async def by_card(world: World, counter: Counter) -> list[tuple[str, Cost]]:
    """On a card, planned for the next free slot."""
    carla, until = world.person(CARLA), counter.until
    await until("/list", carla, carla.sends("/help"))
    world.services.users.learns_of_files(carla.id)
    photo = carla.sends_photo(caption="At the lake")
    return [
        ("photo", await until("At the lake", carla, photo)),
        ("typed caption", await until("Evening", carla, carla.sends("Evening at the lake"))),
        ("tap on a slot", await until("Post 2", carla, carla.taps(await slot(carla)))),
    ]


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "pg") as url:
        database = Database(url)
        database.migrate()
        database.close()
        with counting_way(url) as (way, counted_url):
            async with running_world(Path(folder), counted_url) as world:
                counter = Counter(world, way, (*BESIDE, "editMessageText"))
                print_table("guided", await guided(world, counter))
                counter.close()
                print_table("card", await by_card(world, Counter(world, way)))


def print_table(how: str, steps: list[tuple[str, Cost]]) -> None:
    calls = sum(len(cost.calls) for _, cost in steps)
    in_a_row = sum(cost.calls_in_a_row for _, cost in steps)
    sys.stdout.write(f"{how}: {calls} calls, ratio of those in a row {in_a_row / calls:.2f}\n")
    for name, cost in steps:
        figures = (cost.calls_in_a_row, len(cost.calls), len(cost.trips))
        sys.stdout.write("{:20} calls {} in a row of {}, trips {}\n".format(name, *figures))


if __name__ == "__main__":
    # else each process that looks at a picture would import all of this
    sys.modules["__main__"].__spec__ = None
    asyncio.run(main())
