"""python -m tests.bench.abuse: what do strangers, and one person's burst, cost everybody else?

The bot runs in a process of its own, Telegram's limits counted in real time. Strangers write as
fast as they can, in private and in a group, while a permitted person asks for their list. Then
that person sends 100 photos one by one, and cancels.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bot.sandbox.telegram.media import photo
from tests.bench.chat import ANNA, Running, p95, running, say
from tests.samples import jpeg
from tests.spoken import spoken

STRANGERS, MESSAGES, GROUP = range(5001, 5041), 5600, -7000
LISTS, APART_SECONDS, PHOTOS, TIMEOUT_SECONDS = 15, 1.5, 100, 120


async def lists(world: Running) -> list[float]:
    """Seconds from /list to its answer, again and again."""
    taken = []
    for _ in range(LISTS):
        began = time.perf_counter()
        await world.anna.sends("/list")
        await world.anna.sees(spoken("list_empty"), timeout_seconds=TIMEOUT_SECONDS)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(APART_SECONDS)
    return taken


async def crowd(world: Running, *, in_group: bool) -> None:
    """All of them, one message after the other, as fast as Telegram takes them."""
    telegram = world.telegram
    for number in range(MESSAGES):
        stranger = STRANGERS[number % len(STRANGERS)]
        telegram.send_text(GROUP if in_group else stranger, f"Hi {number}", sender=stranger)
        if number % len(STRANGERS) == 0:
            await asyncio.sleep(0.05)


async def burst(world: Running) -> tuple[float, float, int]:
    """(seconds to the first answer, seconds from /cancel to its answer, messages of the bot)."""
    picture, known = photo(jpeg(1080, 1350)), len(world.anna.told())
    began = time.perf_counter()
    for _ in range(PHOTOS):
        world.telegram.deliver_media(ANNA, [picture], sender=ANNA)
        await asyncio.sleep(0.01)
    while len(world.anna.told()) == known:
        await world.telegram.wait_for_change(world.telegram.version, 20)
    answered, began = time.perf_counter() - began, time.perf_counter()
    await world.anna.sends("/cancel")
    endings = {spoken(key) for key in ("cancelled", "download_stopped", "nothing_to_cancel")}
    while not any(words in text for words in endings for text in world.anna.told()):
        await world.telegram.wait_for_change(world.telegram.version, 20)
    ended = time.perf_counter() - began
    await asyncio.sleep(10)  # for whatever else it may have to say
    return answered, ended, len(world.anna.told()) - known


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="postbote-bench-") as folder:
        async with running(Path(folder)) as world:
            for stranger in STRANGERS:
                world.telegram.add_person(stranger, f"Person {stranger}")
            world.telegram.add_group(GROUP, "Talk", [*STRANGERS])
            await lists(world)  # warms up
            alone = 0.0
            for name, in_group in (("alone", None), ("strangers", False), ("a group", True)):
                talk = None
                if in_group is not None:
                    talk = asyncio.create_task(crowd(world, in_group=in_group))
                taken = await lists(world)
                if talk is not None:
                    await talk
                median, slow = statistics.median(taken), p95(taken)
                alone = alone or median
                ratio = f"ratio to alone {median / alone:.2f}"
                say(f"/list, {name:10} p50 {median:.2f} s   p95 {slow:.2f} s   {ratio}")
            answered, ended, count = await burst(world)
        lines = (Path(folder) / "bot.log").read_text(encoding="utf-8").count("\n")
    say(f"{PHOTOS} photos: answered after {answered:.1f} s, /cancel after {ended:.1f} s more")
    say(f"in {count} messages; {lines} lines in the log")


if __name__ == "__main__":
    asyncio.run(main())
