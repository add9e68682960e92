"""Starting while something is not there, and the embedded Postgres ending under the bot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.chaos.conftest import ANNA, House
from tests.chaos.postgres import OwnPostgres, copied
from tests.chaos.waiting import until
from tests.end_to_end.chat import Person


async def test_the_bot_waits_for_a_postgres_that_starts_after_it(
    house_with_postgres: tuple[House, OwnPostgres],
) -> None:
    house, postgres = house_with_postgres
    house.telegram.add_person(ANNA, "Anna")
    anna = house.person(ANNA)
    postgres.stop()
    bot = house.start("bot")
    await anna.sends_photo()
    until(lambda: "Postgres cannot be used yet" in bot.words(), what="the bot says so")
    assert bot.is_alive

    postgres.start()

    await anna.sees("What shall it become?")
    assert bot.is_alive


@pytest.fixture
def kill_embedded(house: House, server_folder: Path) -> Iterator[Callable[[], None]]:
    """Kills the Postgres that a bot has brought along in that folder."""

    def kill() -> None:
        folder = str(server_folder / "postgres")
        for process in psutil.process_iter(["cmdline"]):
            if folder in (process.info["cmdline"] or []):
                process.kill()

    yield kill
    for process in house.processes:
        process.end()
    kill()


async def test_an_embedded_postgres_that_is_killed_is_started_again(
    house: House,
    server_folder: Path,
    postgres_template: Path,
    kill_embedded: Callable[[], None],
    anna: Person,
) -> None:
    copied(postgres_template, server_folder / "postgres")
    bot = house.bot(DATABASE_URL="", DATA_DIR=str(server_folder))
    await anna.sends_photo()
    await anna.sees("What shall it become?")
    kill_embedded()

    await anna.sends("photo")

    await anna.sees("Which caption?")
    until(lambda: "starting it again" in bot.words(), what="the bot says so")
    assert bot.terminate() == 0
