"""Migrations, and the embedded server's coming and going."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from storage.database import Database
from storage.embedded import embedded_postgres
from storage.models import Base
from tests.addresses import normalised

CHECKS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('c', 'u', 'f', 'p') AND conrelid::regclass::text <> 'alembic_version'
    ORDER BY 1, 2
"""


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    """A database without tables."""
    name = f"empty_{os.getpid()}"
    engine = create_engine(normalised(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield normalised(postgres_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def test_the_migrations_lead_to_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_lead_to_the_models_constraints(database: Database, empty_url: str) -> None:
    direct = Database(empty_url)
    Base.metadata.create_all(direct.engine)
    with database.engine.connect() as migrated, direct.engine.connect() as created:
        expected = created.execute(text(CHECKS)).all()
        assert migrated.execute(text(CHECKS)).all() == expected
        assert len(expected) > 20
    direct.close()


def test_several_processes_may_migrate_at_once(empty_url: str) -> None:
    def migrate(_: int) -> bool:
        database = Database(empty_url)
        database.migrate()
        answers = database.answers()
        database.close()
        return answers

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(migrate, range(4)))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_form_of_url_means_psycopg2(scheme: str) -> None:
    url = normalised(f"{scheme}://u:p@host/db?sslmode=require")
    assert url.drivername == "postgresql+psycopg2"
    assert url.query["sslmode"] == "require"


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("INSERT INTO people (id, timezone) VALUES (1, 'UTC')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM people")) == 0


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Outside pytest's folders, which the embedded server's own user cannot enter."""
    with tempfile.TemporaryDirectory(prefix="postbote-embedded-") as folder:
        yield Path(folder) / "postgres"


def _servers_on(folder: Path) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in (process.info["cmdline"] or [])
    ]


def test_the_embedded_server_keeps_its_data_and_stops_with_us(server_folder: Path) -> None:
    for expected in (0, 1):
        with embedded_postgres(server_folder) as url:
            database = Database(url)
            with database.transaction() as session:
                session.execute(text("CREATE TABLE IF NOT EXISTS kept (id int)"))
                assert session.scalar(text("SELECT count(*) FROM kept")) == expected
                session.execute(text("INSERT INTO kept VALUES (1)"))
            database.close()
        assert _servers_on(server_folder) == []


def test_a_server_left_by_a_killed_process_is_adopted_and_stopped(server_folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from storage.embedded import *\n"
        f"with embedded_postgres(Path({str(server_folder)!r})) as url:\n"
        "    print(url, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    assert len(_servers_on(server_folder)) == 1
    with embedded_postgres(server_folder) as adopted:
        assert adopted == url
    assert _servers_on(server_folder) == []


def test_a_server_that_was_killed_starts_again(server_folder: Path) -> None:
    with embedded_postgres(server_folder):
        for pid in _servers_on(server_folder):
            os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid) for pid in _servers_on(server_folder)], timeout=5)
    with embedded_postgres(server_folder) as url:
        database = Database(url)
        assert database.answers()
        database.close()


def test_a_server_whose_number_belongs_to_somebody_else_starts(server_folder: Path) -> None:
    """As after a power failure: the pid file is still there, and the number is ours."""
    with embedded_postgres(server_folder):
        lines = (server_folder / "postmaster.pid").read_text().splitlines()
    stale = "\n".join([str(os.getpid()), *lines[1:]])
    (server_folder / "postmaster.pid").write_text(stale + "\n")
    with embedded_postgres(server_folder) as url:
        database = Database(url)
        assert database.answers()
        database.close()


def test_a_server_that_is_killed_under_us_is_started_again(server_folder: Path) -> None:
    with embedded_postgres(server_folder, revive=True) as url:
        database = Database(url)
        for pid in _servers_on(server_folder):
            os.kill(pid, signal.SIGKILL)
        for _ in range(300):
            if database.answers():
                break
            time.sleep(0.1)
        assert database.answers()
        database.close()
    assert _servers_on(server_folder) == []
