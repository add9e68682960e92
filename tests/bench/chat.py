"""python -m tests.bench.chat: does the chat stay quick and the bot small while media are prepared?

The bot runs as any deployment runs it, `python -m bot`, against the sandbox's Bot API server in
local mode. Latency goes from a person's message to the bot's answer; memory is the bot's own, by
the kernel's account, without its converters and its Postgres.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.media import Media
from bot.sandbox.telegram.state import TelegramState
from bot.texts import label
from tests.end_to_end.chat import Person, text_of
from tests.spoken import spoken

TOKEN = "1000000001:bench-token-that-opens-nothing-elsewhere"
ANNA = 1001
OTHERS = range(1002, 1012)
"""They ask in turn: one chat takes a message a second, and our limiter keeps to it."""
ROOT = Path(__file__).parents[2]

ROUNDS, SAMPLES = 4, 60
GAP_SECONDS = 0.1
QUESTIONS = ("/help", "/list", "/timezone")

WANTED_RATIO = 2.0
WANTED_MEGABYTES = 50
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Running:
    """The bot's process, and the people who talk to it."""

    telegram: TelegramState
    pid: int
    anna: Person
    others: list[Person]


@asynccontextmanager
async def running(
    folder: Path,
    *,
    code: Path = ROOT,
    others: Sequence[int] = OTHERS,
    local_mode: bool = True,
) -> AsyncIterator[Running]:
    """The sandbox's Bot API server here, the bot in a process of its own.

    Args:
        code: the checkout of which the bot is.
        local_mode: files are taken from the server's disk.
    """
    telegram = TelegramState(folder / "telegram", token=TOKEN, local_mode=local_mode)
    server = LocalServer(telegram_server.application(telegram))
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": await server.start(),
        "TELEGRAM_LOCAL_MODE": str(local_mode).lower(),
        "ALLOWED_USER_IDS": ",".join(map(str, (ANNA, *others))),
        "ADMIN_CHAT_ID": str(ANNA),
        "INSTAGRAM_USERNAME": "bench",
        "INSTAGRAM_PASSWORD": "bench",
        "INSTAGRAM_API_URL": "http://127.0.0.1:9",
        "DATA_DIR": str(folder / "bot"),
    }
    people = []
    for person_id in (ANNA, *others):
        telegram.add_person(person_id, f"Person {person_id}")
        people.append(Person(telegram, person_id))
    with (folder / "bot.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(code), **settings},
            stdout=log,
            stderr=log,
        )
    try:
        yield Running(telegram, process.pid, people[0], people[1:])
    finally:
        process.terminate()
        await process.wait()
        await server.stop()
        telegram.close()


async def latencies(world: Running, *, while_: Callable[[], bool] = lambda: True) -> list[float]:
    """Seconds from what a person says to the bot's answer, again and again."""
    taken = []
    for number in range(SAMPLES):
        if not while_():
            break
        asker = world.others[number % len(world.others)]
        known = len(asker.messages())
        started = time.perf_counter()
        await asker.sends(QUESTIONS[number % len(QUESTIONS)])
        while len(asker.messages()) < known + 2:
            await world.telegram.wait_for_change(world.telegram.version, 20)
        taken.append(time.perf_counter() - started)
        await asyncio.sleep(GAP_SECONDS)
    return taken


def encoded(path: Path, source: str, seconds: int, *options: str) -> Path:
    """A clip made by ffmpeg."""
    picture = ("-f", "lavfi", "-t", str(seconds), "-i", source)
    tone = ("-f", "lavfi", "-t", str(seconds), "-i", "sine=440")
    how = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *options)
    command = [get_ffmpeg_exe(), "-v", "error", "-y", *picture, *tone, *how, "-c:a", "aac"]
    subprocess.run([*command, str(path)], check=True)
    return path


def sent_as_file(world: Running, clip: Path) -> None:
    """As a phone sends a document; what a real server has from Telegram lies on its disk."""
    content = Media("document", clip.read_bytes(), "video/mp4", file_name=clip.name)
    world.telegram.deliver_media(ANNA, [content], sender=ANNA)


async def choose_the_guided_way(world: Running) -> None:
    """There a conversion can be stopped and begun again."""
    anna = world.anna
    await anna.sends_photo()
    await anna.sees(spoken("card_no_caption"), timeout_seconds=TIMEOUT_SECONDS)
    await anna.taps(label("en", "button_more"))
    await anna.sees(spoken("ask_more"), timeout_seconds=TIMEOUT_SECONDS)
    await anna.taps(label("en", "button_guide_me"))
    await anna.sees(spoken("ask_type"), timeout_seconds=TIMEOUT_SECONDS)
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"), timeout_seconds=TIMEOUT_SECONDS)


async def prepare_reel(world: Running) -> None:
    """Anna's clip is on its way to be converted."""
    anna = world.anna
    await anna.sees(spoken("ask_type"), timeout_seconds=TIMEOUT_SECONDS)
    await anna.sends("reel")
    await anna.sees(spoken("ask_fit"), timeout_seconds=TIMEOUT_SECONDS)
    await anna.sends("blurred")
    await anna.sees(spoken("ask_caption"), timeout_seconds=TIMEOUT_SECONDS)


def is_converting(world: Running) -> bool:
    return any("Converting" in text_of(message) for message in world.anna.messages())


async def until_converted(world: Running) -> None:
    await world.anna.sends("skip")
    await world.anna.sends("none")
    await world.anna.sends("now")
    await world.anna.sees(spoken("ask_confirm"), timeout_seconds=TIMEOUT_SECONDS)
    await world.anna.sends("/cancel")
    await world.anna.sees(spoken("cancelled"), timeout_seconds=TIMEOUT_SECONDS)


async def measure_latency(world: Running, clip: Path) -> tuple[list[float], list[float]]:
    """(idle, while a 4K video is converted), in turns, so that both meet the same machine."""
    idle, busy = [], []
    await choose_the_guided_way(world)
    await latencies(world)  # warms up
    sent_as_file(world, clip)
    await prepare_reel(world)
    for _ in range(ROUNDS):
        await world.anna.taps("Stop converting")
        await world.anna.sees(spoken("ask_type"), timeout_seconds=TIMEOUT_SECONDS)
        idle += await latencies(world)
        await world.anna.sends("reel")
        await world.anna.sees("Converting", timeout_seconds=TIMEOUT_SECONDS)
        busy += await latencies(world, while_=lambda: is_converting(world))
    return idle, busy


async def measure_memory(world: Running, clip: Path, warm_up: Path) -> tuple[float, float]:
    """(megabytes of the bot before, at its peak while the clip is taken in and prepared)."""
    await choose_the_guided_way(world)
    for source in (warm_up, clip):
        Path(f"/proc/{world.pid}/clear_refs").write_text("5")  # noqa: ASYNC240 - no disk behind it
        before = _megabytes(world.pid, "VmRSS")
        sent_as_file(world, source)
        await prepare_reel(world)
        await until_converted(world)
        peak = _megabytes(world.pid, "VmHWM")
    return before, peak


def _megabytes(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) * 1024 / 1e6


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


async def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="postbote-bench-") as temporary:
        folder = Path(temporary)
        small = encoded(folder / "small.mp4", "testsrc2=s=1280x720:r=30", 4)
        four_k = encoded(folder / "4k.mp4", "testsrc2=s=3840x2160:r=30", 20)
        rate = ("-b:v", f"{megabytes * 8 // 30}M", "-maxrate", f"{megabytes * 8 // 30}M")
        noisy = "testsrc2=s=1920x1080:r=30,noise=alls=70:allf=t+u"
        large = encoded(folder / "large.mp4", noisy, 30, *rate, "-bufsize", "50M")
        async with running(folder) as world:
            for person in world.others:
                await person.sends("/start")
                await person.sees("Hello", timeout_seconds=TIMEOUT_SECONDS)
            before, peak = await measure_memory(world, large, small)
            idle, busy = await measure_latency(world, four_k)
            size = large.stat().st_size / 1e6
    print_table(idle, busy, before, peak, size)


def print_table(
    idle: list[float], busy: list[float], before: float, peak: float, size: float
) -> None:
    """Figures beside what is wanted."""
    for name, taken in (("idle", idle), ("4K converting", busy)):
        median, slow = statistics.median(taken) * 1e3, p95(taken) * 1e3
        say(f"answer, {name:14} {len(taken):4} times   p50 {median:6.1f} ms   p95 {slow:6.1f} ms")
    ratio = p95(busy) / p95(idle)
    say(f"ratio at p95: {ratio:.2f} (wanted: at most {WANTED_RATIO:.1f})")
    say(f"bot's memory before {before:.0f} MB, peak {peak:.0f} MB with a clip of {size:.0f} MB:")
    say(f"grown by {peak - before:.0f} MB (wanted: less than {WANTED_MEGABYTES})")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the large clip")
    asyncio.run(main(parser.parse_args().megabytes))
