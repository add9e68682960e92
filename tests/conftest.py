"""What all tests share: one real Postgres per run, one database per test, media made for real."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.util import LRUCache

from publisher.media.rules import RULES
from storage.accounts import Accounts
from storage.database import Database
from storage.embedded import embedded_postgres
from storage.encryption import SecretBox
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.addresses import normalised
from tests.made import RUN_FOLDER, alone
from tests.spare_databases import SpareDatabase

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there are as many workers as cores
gc.disable()  # what is imported and collected is never garbage; see pytest_collection_finish

TEMPLATE = "postbote_template"
QUICK = ("fsync = off", "full_page_writes = off", "autovacuum = off")
"""What a server may do whose data nobody needs tomorrow."""

hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # the same examples in every run of one commit
)
hypothesis.settings.load_profile("unhurried")


MEMORY = Path("/dev/shm")  # noqa: S108 - the run makes a folder of its own there
ROOM = 4 * 1024**3
"""Bytes that have to be free in memory for a run to take place there; it needs a tenth."""

YOUNG = 250_000
"""New objects after which garbage is looked for: a test makes more than the usual 700 at once."""

LAST = -200
"""multiprocessing removes its own folders at -100."""


def pytest_configure() -> None:
    """The run's own folder: made once, by the process that starts the workers."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else nobody would clean up
    if RUN_FOLDER in os.environ:
        return
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    folder = Path(tempfile.mkdtemp(prefix="pb-", dir=MEMORY if roomy else None))
    (folder / "tmp").mkdir()
    for passed in (folder, folder / "tmp"):
        passed.chmod(0o711)  # where root may not make namespaces, the server has its own user
    os.environ[RUN_FOLDER] = str(folder)
    # at the very end, when multiprocessing has removed what it had there
    Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=LAST)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The first worker at a module rewrites its asserts; the others read what it has written."""
    if not isinstance(collector, pytest.Module):
        return (yield)
    with alone(f"collecting {collector.nodeid}"):
        return (yield)


def pytest_collection_finish() -> None:
    """What all tests share lives as long as they: no use in looking through it for garbage."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The run's server, with a migrated template database."""
    with embedded_postgres(Path(os.environ[RUN_FOLDER]) / "postgres") as url:
        _make_template(url)
        yield url


def _make_template(url: str) -> None:
    engine = create_engine(normalised(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        found = connection.scalar(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": TEMPLATE}
        )
        if not found:
            for setting in QUICK:
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}_new"))
            database = Database(_named(url, f"{TEMPLATE}_new"))
            database.migrate()
            database.close()
            connection.execute(text(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}"))
    engine.dispose()


def _named(url: str, name: str) -> str:
    return normalised(url).set(database=name).render_as_string(hide_password=False)


dialects: dict[str, Dialect] = {}
compiled = LRUCache[Any, Any](2000)


@event.listens_for(Engine, "engine_connect")
def share_compiled_statements(connection: Connection) -> None:
    """Each test has an engine of its own, but all speak to one server, in the same words."""
    dialect = connection.dialect
    if dialect._on_connect_isolation_level is None:
        connection.dialect = dialects.setdefault(dialect.name, dialect)
        connection.execution_options(compiled_cache=compiled)


@pytest.fixture(scope="session")
def owner(postgres_url: str) -> Iterator[Connection]:
    """Who makes the tests' databases."""
    engine = create_engine(normalised(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, postgres_url: str, owner: Connection
) -> Iterator[str]:
    """A database of this test's own, as the migrations have made it."""
    if "database" in request.fixturenames:
        yield request.getfixturevalue("spare_database").database.url
        return
    name = _cloned(owner)
    yield _named(postgres_url, name)
    _drop(owner, name)


@pytest.fixture
def database(spare_database: SpareDatabase) -> Database:
    return spare_database.lend()


@pytest.fixture
def spare_database(
    postgres_url: str, owner: Connection, spare_databases: list[SpareDatabase]
) -> Iterator[SpareDatabase]:
    """One that earlier tests have left as they found it, or else a new one."""
    if spare_databases:
        spare = spare_databases.pop()
    else:
        name = _cloned(owner)
        spare = SpareDatabase(name, Database(_named(postgres_url, name)))
    yield spare
    if spare.take_back():
        spare_databases.append(spare)
    else:
        spare.database.close()
        _drop(owner, spare.name)


@pytest.fixture(scope="session")
def spare_databases() -> Iterator[list[SpareDatabase]]:
    """What this worker's tests have left as they found it."""
    spare: list[SpareDatabase] = []
    yield spare
    for one in spare:
        one.database.close()


def _cloned(owner: Connection) -> str:
    name = f"test_{uuid4().hex}"
    owner.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"))
    return name


def _drop(owner: Connection, name: str) -> None:
    owner.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, SecretBox("a test's key"))


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    return MediaFiles(tmp_path / "media")


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """What is imported here costs more than a second, in the workers that need it alone."""
    from tests.s3 import S3Server

    with S3Server() as server:
        yield server


@pytest.fixture
def short_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    """A story takes 6 seconds of video and no 60: a clip that is too long is soon converted."""
    short = replace(RULES[PostType.STORY], longest=6)
    monkeypatch.setitem(RULES, PostType.STORY, short)


LONG = ("chaos", "end_to_end", "publisher")
"""Folders whose tests take seconds each."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Longest first, so that no worker is left with them when the others are done.

    Hypothesis reads all our sources; what the first worker finds there, it keeps for the others.
    """
    items.sort(key=lambda item: next((n for n, at in enumerate(LONG) if at in item.path.parts), 9))
    with alone("reading the sources"):
        yield
