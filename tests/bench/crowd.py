"""python -m tests.bench.crowd [CHECKOUT]: how long is one photo's answer awaited, and 50 at once?

From a person's photo to the bot's next message, Telegram's limits counted in real time. With the
path of another checkout, such as of an earlier commit, both bots are measured in turns. Phones
and Telegram's servers do their work beforehand where that is possible: here it is on our cores.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.sandbox.telegram.media import Media, photo
from tests.bench.chat import ROOT, Running, p95, running, say
from tests.end_to_end.chat import Person
from tests.samples import jpeg
from tests.spoken import spoken

CROWD = range(2001, 2050)
"""Besides Anna."""
ROUNDS, ALONE = 2, 10
TIMEOUT_SECONDS = 60
CALM_SECONDS = 4.0
"""Until Telegram takes a burst again."""


async def answered(world: Running, people: Sequence[Person], picture: Media) -> list[float]:
    """Seconds from each one's photo to the next message in their chat."""
    telegram = world.telegram
    awaited: dict[int, tuple[int, float]] = {}
    for person in people:
        telegram.deliver_media(person.id, [picture], sender=person.id)
        awaited[person.id] = len(telegram.messages(person.id)) + 1, time.perf_counter()
        await asyncio.sleep(0)  # they send it at once, and the server serves meanwhile
    taken: list[float] = []
    while True:
        version = telegram.version
        for chat_id, (count, began) in [*awaited.items()]:
            if len(telegram.messages(chat_id)) >= count:
                taken.append(time.perf_counter() - began)
                del awaited[chat_id]
        if not awaited:
            return taken
        await telegram.wait_for_change(version, TIMEOUT_SECONDS)


async def cancels(person: Person) -> None:
    """In words or on the card: the draft is thrown away."""
    await person.sends("/cancel")
    await person.sees(spoken("cancelled"), timeout_seconds=TIMEOUT_SECONDS)


def cpu_seconds(pid: int) -> float:
    """Spent by this process so far, without the processes that it has started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(code: Path, picture: Media) -> tuple[list[float], list[float], float]:
    """(one person's waits, those of 50 at once, the bot's CPU seconds for a photo of these)."""
    alone: list[float] = []
    at_once: list[float] = []
    spent = 0.0
    with tempfile.TemporaryDirectory(prefix="postbote-bench-") as folder:
        async with running(Path(folder), code=code, others=CROWD) as world:
            people = [world.anna, *world.others]
            for person in people:  # whatever is said once is said now
                await answered(world, [person], picture)
                await cancels(person)
            for _ in range(ALONE):
                await asyncio.sleep(0.5)
                alone += await answered(world, [world.anna], picture)
                await asyncio.sleep(0.5)
                await cancels(world.anna)
            for _ in range(ROUNDS):
                await asyncio.sleep(CALM_SECONDS)
                before = cpu_seconds(world.pid)
                at_once += await answered(world, people, picture)
                spent += cpu_seconds(world.pid) - before
                await asyncio.sleep(CALM_SECONDS)
                await asyncio.gather(*(cancels(person) for person in people))
    return alone, at_once, spent / len(at_once)


async def main(checkouts: Sequence[Path]) -> None:
    picture = photo(jpeg(1080, 1350))
    for code in checkouts:
        alone, at_once, spent = await measured(code, picture)
        for people, taken in ((1, alone), (len(CROWD) + 1, at_once)):
            median, slow = statistics.median(taken), p95(taken)
            how = f"{people:3} at once {len(taken):4} times   p50 {median:.2f} s   p95 {slow:.2f} s"
            say(f"{code.name:14} {how}   ratio to one {median / statistics.median(alone):.2f}")
        say(f"{code.name:14} of its CPU the bot takes {spent * 1e3:.1f} ms for a photo of these")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", nargs="*", type=Path, help="to be measured before ours")
    asyncio.run(main([*parser.parse_args().checkout, ROOT]))
