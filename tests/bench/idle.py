"""python -m tests.bench.idle: how often an idle installation asks Postgres something.

Counted on the wire, with BEGIN, COMMIT, pings and the leader's heartbeat, once the first minute,
in which it is cleaned, is over. A hosted Postgres that is asked all the time never sleeps.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from storage.embedded import embedded_postgres
from tests.bench.memory import TIMEOUT_SECONDS, deployed, print_line, started
from tests.end_to_end.ways import CountingWay, counting_way

WANTED = 40
WARM_UP_SECONDS = 65
SHOWN_CHARS = 110


async def main(*, seconds: int, apart: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="pb-") as temporary:
        folder = Path(temporary)
        with embedded_postgres(folder / "postgres") as url, counting_way(url) as (way, counted):
            way.hears_leader = True
            settings = {"PUBLISH_IN_BOT": "false"} if apart else {}
            async with deployed(folder, counted, **settings) as world:
                await world.anna.sends("/help")
                await world.anna.sees("/list", timeout_seconds=TIMEOUT_SECONDS)
                with ExitStack() as stack:
                    if apart:
                        stack.enter_context(started(folder, world.environment, "publisher"))
                    await asyncio.sleep(WARM_UP_SECONDS)
                    await count(way, seconds)


async def count(way: CountingWay, seconds: int) -> None:
    """Print what is asked within this time."""
    way.trips.clear()
    await asyncio.sleep(seconds)
    asked = Counter(" ".join(trip.statement.split())[:SHOWN_CHARS] for trip in way.trips)
    for statement, times in asked.most_common():
        print_line(f"{times * 60 / seconds:6.1f}  {statement}")
    total = asked.total() * 60 / seconds
    print_line(f"{total:6.1f}  round trips a minute, {total / WANTED:.2f} of what is wanted")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="with a publisher of its own")
    parser.add_argument("--seconds", type=int, default=120)
    given = parser.parse_args()
    asyncio.run(main(seconds=given.seconds, apart=given.apart))
