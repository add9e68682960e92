"""A database that cannot be used: what the server says, what to do, and whether waiting helps."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.connection import check_url
from storage.database import Database, when_usable
from storage.trouble import DatabaseTroubleError
from tests.made import RUN_FOLDER
from tests.storage.tcp_postgres import tcp_postgres

ROOT = Path(__file__).parents[2]

NO_NAME = "x" * 64
"""A label has at most 63 letters (RFC 1035): no need to ask a name server."""

FINAL = [
    ("postbote:wrong@{at}/mine", 'password authentication failed for user "postbote"'),
    ("postbote@{at}/mine", "no password supplied"),
    ("nobody:right@{at}/mine", 'password authentication failed for user "nobody"'),
    ("sleeper:right@{at}/mine", "not permitted to log in"),
    ("barred:right@{at}/mine", "pg_hba.conf"),
    ("postbote:right@{at}/missing", 'database "missing" does not exist'),
    ("postbote:right@{at}/theirs", "permission denied for schema public"),
    ("postbote:right@{at}/latin", "encoding is LATIN1"),
    ("reader:right@{at}/mine", "role reader may only read"),
    ("postbote:right@{at}/mine?sslmode=require", "does not support SSL"),
    ("postbote:right@{at}/mine?sslmode=reqire", 'invalid sslmode value: "reqire"'),
    ("postbote:right@{at}/mine?options=-csearch_path%3Dnowhere", "no schema"),
    ("postbote:right@{at}/mine?options=-cnonsense%3D1", '"nonsense"'),
    ("postbote:right@{at}/mine?options=--nonsense", "--nonsense"),
    (f"postbote:right@{NO_NAME}/mine", f'host name "{NO_NAME}"'),
]
PASSING = [
    ("postbote:right@127.0.0.1:1/mine", "Connection refused"),
    ("postbote:right@/mine?host=/nowhere", "No such file"),
    ("poor:right@{at}/mine", "too many connections"),
    ("postbote:right@{at}/frozen", "read-only at the moment"),
    ("postbote:right@{at}/closed", "not currently accepting connections"),
    ("postbote:right@{at}/mine?target_session_attrs=standby", "not in hot standby"),
]
WORKING = [
    "postgres://postbote:right@{at}/mine",
    "postgresql://postbote:right@127.0.0.1:1,{at}/mine?target_session_attrs=read-write",
    "postgresql://{at}/mine?user=postbote&password=right&connect_timeout=3&application_name=x",
]


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    """A server as on another machine: host and port."""
    with tcp_postgres(Path(os.environ[RUN_FOLDER]) / f"tcp-{os.getpid()}" / "postgres") as at:
        yield at


def trouble_with(url: str) -> DatabaseTroubleError:
    with closing(Database(url)) as database:
        with pytest.raises((DBAPIError, DatabaseTroubleError)) as raised:
            database.migrate()
        trouble = database.explain(raised.value)
    assert trouble is not None
    assert "right" not in str(trouble) and "wrong" not in str(trouble)
    return trouble


@pytest.mark.parametrize(("given", "said"), FINAL)
def test_what_waiting_cannot_help_ends_the_start(at: str, given: str, said: str) -> None:
    trouble = trouble_with(f"postgresql://{given.format(at=at)}")
    assert (trouble.is_transient, said in str(trouble)) == (False, True), trouble


@pytest.mark.parametrize(("given", "said"), PASSING)
def test_what_may_pass_is_waited_for_by_name(at: str, given: str, said: str) -> None:
    trouble = trouble_with(f"postgresql://{given.format(at=at)}")
    assert (trouble.is_transient, said in str(trouble)) == (True, True), trouble


@pytest.mark.parametrize("given", WORKING)
def test_whatever_libpq_understands_is_understood(at: str, given: str) -> None:
    url = given.format(at=at)
    check_url(url)
    with closing(Database(url)) as database:
        database.migrate()


def test_the_options_of_the_url_reach_the_server(at: str) -> None:
    """All tables in a schema of one's own, as search_path says."""
    mine = f"postgresql://postbote:right@{at}/mine"
    with closing(Database(mine)) as database, database.transaction() as session:
        session.execute(text("CREATE SCHEMA apart"))
    with closing(Database(f"{mine}?options=-csearch_path%3Dapart")) as database:
        database.migrate()
        with database.transaction() as session:
            places = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'apart'")
            assert session.scalar(places) > 5


def test_a_database_of_a_newer_version_is_left_alone(at: str) -> None:
    mine = f"postgresql://postbote:right@{at}/mine"
    with closing(Database(mine)) as database:
        database.migrate()
        with database.transaction() as session:
            known = session.scalar(text("SELECT version_num FROM alembic_version"))
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert "newer version of Postbote (9999)" in str(trouble_with(mine))
        with database.transaction() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :known"), {"known": known}
            )


def test_a_server_that_is_too_old_is_named(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.trouble.OLDEST", 990_000)
    assert "18 is too old: Postbote needs 99" in str(
        trouble_with(f"postgresql://postbote:right@{at}/mine")
    )


def test_what_is_waited_for_is_said_once(
    at: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused at first, and then, when it has changed, for good."""
    monkeypatch.setattr("storage.database.FIRST_PAUSE_SECONDS", 0.01)
    addresses = iter([f"poor:right@{at}/mine"] * 2 + [f"postbote:wrong@{at}/mine"])
    known: list[str] = []

    def build() -> None:
        known.append(f"postgresql://{next(addresses)}")
        with closing(Database(known[-1])) as database:
            try:
                database.migrate()
            except Exception as error:
                raise database.explain(error) or error from None

    with pytest.raises(DatabaseTroubleError, match="password authentication"):
        when_usable(build, "")
    assert len(known) == 3
    assert [record.message for record in caplog.records if "waiting" in record.message] == [
        f"Postgres cannot be used yet; waiting for it: Postgres at {at}: too many connections"
        ' for role "poor"'
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://u:hunter2@h/db", "postgresql://"),
        ("postgresql+asyncpg://u:hunter2@h/db", "postgresql://"),
        ("postgresql://u:hunter2@h", "name is missing"),
        ("postgresql://u:hunter2@h/db?sslmod=require", "no option sslmod"),
        ("postgresql://u:hunter2@h:port/db", "from 1 to 65535"),
        ("postgresql://u:hunter2@h:1,g:99999/db", "from 1 to 65535"),
        ("postgresql://u:hunter2@h/db?connect_timeout=soon", "connect_timeout must be a number"),
        ("postgresql://u:hunter2%zz@h/db", "no database URL"),
        ("postgresql://u:hunter2@[::1/db", "no database URL"),
        ("postgresql://u:a@hunter2@h/db", "as %40"),
        ("postgresql://u:12/hunter2@h/db", "as %40"),
        ("postgresql://u:hunter2@h/db?client_encoding=LATIN1", "must be UTF8"),
    ],
)
def test_a_url_that_cannot_be_one_is_refused_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as raised:
        check_url(url)
    assert "hunter2" not in str(raised.value)


def test_a_sign_that_is_escaped_or_begins_an_abstract_socket_is_meant() -> None:
    for url in ("postgresql://u:a%40b@h/d%40b", "postgresql://u@/d?host=@sock", "postgres://@h/d"):
        check_url(url)


@pytest.mark.parametrize("module", ["bot", "publisher"])
def test_the_program_ends_with_one_sentence(at: str, tmp_path: Path, module: str) -> None:
    settings = {
        "DATABASE_URL": f"postgresql://postbote:wr0ng@{at}/mine",
        "DATA_DIR": str(tmp_path),
        "INSTAGRAM_USERNAME": "creator",
        "INSTAGRAM_PASSWORD": "right enough",
        "TELEGRAM_BOT_TOKEN": "123456:of-a-bot-that-is-never-asked-for-it",
        "ALLOWED_USER_IDS": "1",
        "ADMIN_CHAT_ID": "1",
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }
    ended = subprocess.run(
        [sys.executable, "-m", module],
        cwd=tmp_path,
        env=settings,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "Check user and password in DATABASE_URL" in ended.stderr
    assert "wr0ng" not in ended.stderr and "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
