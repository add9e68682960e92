"""python -m tests.bench.memory: what the bot and its publisher take, idle and after work.

`python -m bot` as it is deployed, against the sandbox's Telegram and Instagram. Counted is what the
kernel says is resident: of the bot's own process, which publishes as well, and besides of the
server of which the decoders' processes are forked, without the pages that both share. Postgres is
not counted.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.sandbox.instagram import server as instagram_server
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.state import TelegramState
from storage.embedded import embedded_postgres
from tests.end_to_end.chat import Person, until
from tests.samples import jpeg

TOKEN = "1000000001:bench-token-that-opens-nothing-elsewhere"
ANNA = 1001
ROOT = Path(__file__).parents[2]
WANTED_MEGABYTES = 150
TIMEOUT_SECONDS = 120
SETTLE_SECONDS = 5.0
POSTS, ALBUM = 5, 10
SIDES = (4000, 3000)


@dataclass(frozen=True)
class Deployed:
    """The bot's process, the person who talks to it, and where it publishes."""

    process: psutil.Process
    environment: dict[str, str]
    anna: Person
    instagram: InstagramState

    async def measured(self) -> tuple[float, float]:
        """(megabytes of the bot itself, those that its decoders' server has for itself)."""
        await asyncio.sleep(SETTLE_SECONDS)
        own = self.process.memory_info().rss
        servers = [
            one for one in self.process.children() if "forkserver" in " ".join(one.cmdline())
        ]
        return own / 1e6, sum(one.memory_full_info().uss for one in servers) / 1e6


@asynccontextmanager
async def deployed(folder: Path, url: str | None, **settings: str) -> AsyncIterator[Deployed]:
    """Both services here, the bot in a process of its own; without a URL, with its own Postgres."""
    telegram = TelegramState(folder / "telegram", token=TOKEN)
    instagram = InstagramState(folder / "instagram", username="bench", password="bench")
    servers = [
        LocalServer(telegram_server.application(telegram)),
        LocalServer(instagram_server.application(instagram)),
    ]
    telegram_url, instagram_url = [await server.start() for server in servers]
    telegram.add_person(ANNA, "Anna")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram_url,
        "ALLOWED_USER_IDS": str(ANNA),
        "ADMIN_CHAT_ID": str(ANNA),
        "INSTAGRAM_USERNAME": "bench",
        "INSTAGRAM_PASSWORD": "bench",
        "INSTAGRAM_API_URL": instagram_url,
        **({"DATABASE_URL": url} if url else {}),
        "DATA_DIR": str(folder / "bot"),
        **settings,
    }
    with started(folder, environment, "bot") as process:
        yield Deployed(process, environment, Person(telegram, ANNA), instagram)
    for server in servers:
        await server.stop()
    telegram.close()
    instagram.close()


@contextmanager
def started(folder: Path, environment: dict[str, str], module: str) -> Iterator[psutil.Process]:
    """`python -m module`, which is gone afterwards."""
    with (folder / f"{module}.log").open("wb") as log:
        command = [sys.executable, "-m", module]
        process = psutil.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        with suppress(psutil.NoSuchProcess):  # it was ended before
            process.terminate()
        process.wait()


async def publish(world: Deployed, number: int) -> None:
    """A photo, at once, by its card."""
    await world.anna.sends_photo(jpeg(*SIDES), caption=f"Number {number}")
    await world.anna.sees(f"Number {number}", timeout_seconds=TIMEOUT_SECONDS)
    await world.anna.taps("Now")
    await until_live(world, number + 1)


async def publish_album(world: Deployed) -> None:
    """As many photos as Telegram sends at one go, as one post."""
    known = len(world.instagram.posts)
    await world.anna.sends_files(
        [(f"{n}.jpg", jpeg(*SIDES)) for n in range(ALBUM)], caption="Album"
    )
    await world.anna.sees("Album", timeout_seconds=TIMEOUT_SECONDS)
    await world.anna.taps("Now")
    await until_live(world, known + 1)


async def until_live(world: Deployed, count: int) -> None:
    await until(lambda: len(world.instagram.posts) >= count, TIMEOUT_SECONDS)


async def main(*, publishes: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="pb-") as temporary:
        folder = Path(temporary)
        with embedded_postgres(folder / "postgres") as url:
            settings = {} if publishes else {"PUBLISH_IN_BOT": "false"}
            async with deployed(folder, url, **settings) as world:
                await world.anna.sends("/help")
                await world.anna.sees("/list", timeout_seconds=TIMEOUT_SECONDS)
                print_row("idle", await world.measured())
                if publishes:
                    for number in range(POSTS):
                        await publish(world, number)
                    print_row(f"after {POSTS} posts", await world.measured())
                    await publish_album(world)
                    print_row(f"after an album of {ALBUM}", await world.measured())


def print_row(name: str, measured: tuple[float, float]) -> None:
    """Figures beside what is wanted."""
    own, decoders = measured
    ratio = own / WANTED_MEGABYTES
    print_line(
        f"{name:24}{own:6.0f} MB   {ratio:4.2f} of what is wanted   decoders {decoders:4.0f} MB"
    )


def print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--talks-only", action="store_true", help="another process publishes")
    asyncio.run(main(publishes=not parser.parse_args().talks_only))
