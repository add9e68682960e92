"""python -m tests.bench.album: how long until an album's card is there, at 100 ms a call?

From the moment in which it is sent until something is heard, and until its card is there. Each call
of Telegram's takes that much longer than it does here.
"""

import asyncio
import io
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image

from bot.sandbox.telegram.media import Media, photo
from bot.sandbox.telegram.methods import METHODS, Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState
from tests.bench.chat import Running, running, say
from tests.bench.crowd import TIMEOUT_SECONDS, cancels

CALL_SECONDS = 0.1
SIDES = (1280, 960)
"""As phones send photos."""
ROUNDS, PARTS = 5, (10, 4)
WANTED_SECONDS = 1.5
STEPS = {"heard": "sendchataction", "card": "sendphoto"}

reached: dict[str, float] = {}
"""Method -> when its last call had its effect."""


def slowed(name: str, method: Method) -> Method:
    """The same, at the pace of a network."""

    async def called(state: TelegramState, parameters: Parameters) -> object:
        await asyncio.sleep(CALL_SECONDS)
        reached[name] = time.perf_counter()
        return await method(state, parameters)

    return called


def pictures(count: int) -> list[Media]:
    """With enough in them to be decoded as slowly as what people send."""
    made = []
    for number in range(count):
        noise = Image.effect_noise(SIDES, 20 + number).convert("RGB")
        buffer = io.BytesIO()
        noise.save(buffer, "JPEG")
        made.append(photo(buffer.getvalue()))
    return made


async def taken(world: Running, album: list[Media]) -> dict[str, float]:
    """Step -> seconds."""
    anna, telegram, known = world.anna, world.telegram, len(world.anna.messages())
    telegram.faults.clear()
    telegram.fail("downloadFile", delay=CALL_SECONDS, times=len(album))
    began = time.perf_counter()
    telegram.deliver_media(anna.id, album, sender=anna.id)
    while len(anna.messages()) <= known + len(album):
        await telegram.wait_for_change(telegram.version, TIMEOUT_SECONDS)
    return {step: reached[name] - began for step, name in STEPS.items()}


async def main() -> None:
    METHODS.update({name: slowed(name, method) for name, method in METHODS.items()})
    with tempfile.TemporaryDirectory(prefix="postbote-bench-") as folder:
        async with running(Path(folder), local_mode=False) as world:
            await taken(world, pictures(PARTS[0]))  # what is said and loaded once is so now
            await cancels(world.anna)
            for parts in PARTS:
                print_row(parts, [await measured(world, parts) for _ in range(ROUNDS)])


async def measured(world: Running, parts: int) -> dict[str, float]:
    await asyncio.sleep(2)
    found = await taken(world, pictures(parts))
    await cancels(world.anna)
    return found


def print_row(parts: int, rounds: list[dict[str, float]]) -> None:
    """Medians, and the slowest card."""
    steps = {step: [one[step] for one in rounds] for step in STEPS}
    line = "   ".join(f"{step} {statistics.median(found):.2f} s" for step, found in steps.items())
    slowest, ratio = max(steps["card"]), statistics.median(steps["card"]) / WANTED_SECONDS
    say(f"{parts:2} photos   {line} (slowest {slowest:.2f})   ratio to what is wanted {ratio:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
