"""What can be broken on purpose: both services, a real Postgres, and processes to kill."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import create_engine, text

from bot.sandbox.telegram.state import TelegramState
from storage.files import MediaFiles
from storage.lifecycle import Status
from tests.addresses import normalised
from tests.chaos.ledger import SECRET_KEY, Ledger
from tests.chaos.plan import MODULE, VARIABLE, Plan
from tests.chaos.postgres import OwnPostgres, made_template, own_postgres
from tests.chaos.processes import ForkServer, Process, ServersProcess
from tests.chaos.remote import RemoteInstagram, RemoteTelegram, RemoteWorld
from tests.chaos.servers import PASSWORD, TOKEN
from tests.chaos.waiting import TIMEOUT_SECONDS, until
from tests.end_to_end.chat import Person
from tests.guided import choose_the_guided_way
from tests.made import RUN_FOLDER

ANNA, BEN, ADMIN_CHAT = 11, 12, -100
CARLA = 21
"""Has cards; the others are asked step by step."""
CREATOR, OTHER = "creator", "other"


@dataclass
class Deployment:
    """What a test acts on. Every process that it starts is gone at the end."""

    folder: Path
    fork_server: ForkServer
    world: RemoteWorld
    ledger: Ledger
    database_url: str
    processes: list[Process] = field(default_factory=list)

    @property
    def telegram(self) -> RemoteTelegram:
        return self.world.telegram

    @property
    def instagram(self) -> RemoteInstagram:
        return self.world.instagram[CREATOR]

    def person(self, person_id: int, chat_id: int | None = None) -> Person:
        """Somebody with a phone, whose Telegram is in another process."""
        person = Person(cast(TelegramState, self.telegram), person_id, chat_id)
        person.timeout_seconds = TIMEOUT_SECONDS
        return person

    @property
    def media(self) -> Path:
        """Where the bot keeps media."""
        return self.folder / "data" / "media"

    def bot(self, **settings: str) -> Process:
        """`python -m bot`, polling."""
        bot = self.start("bot", **settings)
        until(lambda: self.telegram.is_polled or not bot.is_alive, what="the bot polls")
        assert bot.is_alive, bot.words()
        return bot

    def publisher(self, **settings: str) -> Process:
        """`python -m publisher`."""
        return self.start("publisher", **settings)

    def quick_publisher(self, **timings: float) -> Process:
        """A publisher for both accounts, with some timings (seconds) of its own."""
        urls = {name: account.url for name, account in self.world.instagram.items()}
        plan = Plan(self.database_url, str(self.media), urls, timings)
        return self.start(MODULE, **{VARIABLE: plan.dump()})

    def start(self, module: str, **settings: str) -> Process:
        log = self.folder / f"{module}.log"
        settings = {**self._settings(), **settings}
        process = Process(self.fork_server, module, settings, self.folder, log)
        self.processes.append(process)
        return process

    def is_published_once(self, number: int, caption: str) -> None:
        """Wait for it, then compare what we believe with what stands on the profile."""
        post = self.ledger.settled(number, Status.UPLOADED)
        live = [one for one in self.instagram.live() if one["caption"] == caption]
        assert [one["pk"] for one in live] == [post.media_pk]
        assert live[0]["upload_id"] == post.upload_id
        assert post.link is not None

    def words(self) -> str:
        """What all processes have logged."""
        return "\n".join(log.read_text() for log in self.folder.glob("*.log"))

    def _settings(self) -> dict[str, str]:
        return {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "ALLOWED_USER_IDS": f"{ANNA},{BEN},{CARLA}",
            "ADMIN_CHAT_ID": str(ADMIN_CHAT),
            "TELEGRAM_API_URL": self.telegram.url,
            "INSTAGRAM_API_URL": self.instagram.url,
            "INSTAGRAM_USERNAME": CREATOR,
            "INSTAGRAM_PASSWORD": PASSWORD,
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": SECRET_KEY,
            "TIMEZONE": "Europe/Berlin",
            "SWEEP_INTERVAL_SECONDS": "5",
            "MIN_FREE_DISK_MB": "0",  # the disk that fills up is a small one
            "SSL_CERT_DIR": str(self.folder),  # no certificates to read: nobody speaks TLS here
        }


@pytest.fixture(scope="session")
def servers() -> Iterator[ServersProcess]:
    """One process with both services for all tests of this run."""
    process = ServersProcess(Path(os.environ[RUN_FOLDER]) / "servers.log")
    yield process
    process.end()


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """Where this run's processes are started."""
    fork_server = ForkServer(Path(os.environ[RUN_FOLDER]) / "fork_server.log")
    yield fork_server
    fork_server.end()


@pytest.fixture
def deployment(
    servers: ServersProcess, fork_server: ForkServer, database_url: str, tmp_path: Path
) -> Iterator[Deployment]:
    """One Instagram account, and another of which bot and `python -m publisher` know nothing."""
    with _deployed(servers, fork_server, database_url, tmp_path) as deployment:
        yield deployment


@contextmanager
def _deployed(
    servers: ServersProcess, fork_server: ForkServer, database_url: str, folder: Path
) -> Iterator[Deployment]:
    world = RemoteWorld(servers.url, folder / "services", [CREATOR, OTHER])
    world.telegram.add_group(ADMIN_CHAT, "Admins", [ANNA])
    ledger = Ledger(database_url, MediaFiles(folder / "data" / "media"))
    choose_the_guided_way(ledger.database)
    deployment = Deployment(folder, fork_server, world, ledger, database_url)
    try:
        yield deployment
    finally:
        for process in deployment.processes:
            process.end()
        ledger.close()
        world.close()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Outside pytest's folders, which the server's user may not be able to enter."""
    with tempfile.TemporaryDirectory(prefix="pb-", dir=os.environ[RUN_FOLDER]) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_template() -> Path:
    """One for all workers of this run."""
    return made_template(Path(os.environ[RUN_FOLDER]) / "chaos-postgres")


@pytest.fixture
def deployment_with_postgres(
    servers: ServersProcess,
    fork_server: ForkServer,
    tmp_path: Path,
    server_folder: Path,
    postgres_template: Path,
) -> Iterator[tuple[Deployment, OwnPostgres]]:
    """The same on a Postgres of its own."""
    with (
        own_postgres(server_folder / "postgres", postgres_template) as postgres,
        _deployed(servers, fork_server, postgres.url, tmp_path) as deployment,
    ):
        yield deployment, postgres


@pytest.fixture
def other_database_url(database_url: str, postgres_url: str) -> Iterator[str]:
    """A second, empty database."""
    engine = create_engine(normalised(postgres_url), isolation_level="AUTOCOMMIT")
    given = normalised(database_url)
    name = f"{given.database}_other"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield given.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def anna(deployment: Deployment) -> Person:
    """A creator who speaks English."""
    deployment.telegram.add_person(ANNA, "Anna")
    return deployment.person(ANNA)


@pytest.fixture
def admin(deployment: Deployment) -> Person:
    """Anna, in the admin chat."""
    deployment.telegram.add_person(ANNA, "Anna")
    return deployment.person(ANNA, ADMIN_CHAT)
