"""The embedded Postgres ending under the bot, and a database that takes no writes for a while."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.chaos.conftest import Deployment
from tests.chaos.ledger import soon
from tests.chaos.postgres import copied
from tests.chaos.servers import TOKEN
from tests.chaos.test_way_in import times_seen
from tests.chaos.waiting import stays, until
from tests.end_to_end.chat import Person
from tests.end_to_end.outage import postgres_read_only
from tests.ending import kill_all, of_each
from tests.spoken import spoken


@pytest.fixture
def kill_embedded(deployment: Deployment, server_folder: Path) -> Iterator[Callable[[], None]]:
    """Kills the Postgres that a bot has brought along in that folder."""

    def kill() -> None:
        kill_all(_embedded(server_folder))

    yield kill
    for process in deployment.processes:
        process.end()
    kill()


def _embedded(folder: Path) -> list[psutil.Process]:
    """The servers that have their data in this folder."""
    data = str(folder / "postgres")
    return [one for one in psutil.process_iter(["cmdline"]) if data in (one.info["cmdline"] or [])]


def _environments(folder: Path) -> str:
    return str(of_each(_embedded(folder), psutil.Process.environ))


async def test_an_embedded_postgres_that_is_killed_is_started_again(
    deployment: Deployment,
    server_folder: Path,
    postgres_template: Path,
    kill_embedded: Callable[[], None],
    anna: Person,
) -> None:
    copied(postgres_template, server_folder / "postgres")
    bot = deployment.bot(DATABASE_URL="", DATA_DIR=str(server_folder))
    await anna.sends_photo()
    await anna.sees(spoken("card_no_caption"))
    environments = _environments(server_folder)
    assert "PATH" in environments and TOKEN not in environments
    kill_embedded()

    await anna.sends("Hello")

    await anna.sees("Hello")
    until(lambda: "starting it again" in bot.words(), what="the bot says so")
    assert bot.terminate() == 0


async def test_a_database_that_writes_nothing_for_a_while_is_an_outage_like_any_other(
    deployment: Deployment, anna: Person, admin: Person
) -> None:
    """As during a failover: few words in the log, one alert, and all goes on."""
    deployment.bot()
    publisher = deployment.publisher()
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    until(lambda: "publishing for" in publisher.words(), what="the publisher works")
    (due,) = deployment.ledger.plan("creator", ["Meanwhile"], due=[soon(2)])
    before = len(deployment.words().splitlines())
    with postgres_read_only(deployment.database_url):
        await anna.sends("photo")
        stays(lambda: bool(deployment.telegram.unread()), seconds=5, what="it waits")
    lines = deployment.words().splitlines()[before:]
    assert len(lines) < 20, "\n".join(lines)
    assert not any("Traceback" in line for line in lines)

    await anna.sees(spoken("ask_caption"))
    await admin.sees(spoken("alert_database_was_away"))
    assert times_seen(admin, spoken("alert_database_was_away")) == 1
    deployment.is_published_once(due, "Meanwhile")
