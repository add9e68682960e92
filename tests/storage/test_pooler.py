"""Behind pgbouncer, where a session may be anybody's from one transaction to the next."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.baton import Baton
from storage.database import Database
from storage.trouble import DatabaseTroubleError
from tests.storage.pgbouncer import needs_pgbouncer, pgbouncer

pytestmark = needs_pgbouncer

LOCKS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = :here")


@pytest.fixture(params=["session", "transaction"])
def pooled(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The test's database behind a pooler."""
    with pgbouncer(database_url, request.param, tmp_path) as url:
        yield url


def test_several_processes_migrate_at_once_and_leave_no_lock_behind(
    pooled: str, owner: Connection
) -> None:
    with closing(Database(pooled)) as database, database.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
        here = session.scalar(text("SELECT oid FROM pg_database WHERE datname=current_database()"))

    def migrate(_: int) -> bool:
        with closing(Database(pooled)) as database:
            database.migrate()
            return database.answers()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(migrate, range(4)))
    assert owner.scalar(LOCKS, {"here": here}) == 0


def test_one_of_two_leads_and_what_it_drops_the_other_gets(pooled: str) -> None:
    with closing(Database(pooled)) as one, closing(Database(pooled)) as another:
        first, second = Baton(one), Baton(another)
        assert first.take()
        assert not any(second.take() for _ in range(10))
        first.drop()
        assert second.take()
        assert not first.take()
        second.drop()


def test_moments_are_read_in_utc_whatever_the_session_thinks(
    pooled: str, owner: Connection
) -> None:
    name = pooled.rpartition("/")[2]
    owner.execute(text(f"ALTER DATABASE {name} SET timezone TO 'America/New_York'"))
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    with closing(Database(pooled)) as database, database.transaction() as session:
        assert session.scalar(text("SHOW timezone")) == "America/New_York"
        read = session.scalar(text("SELECT CAST(:at AS timestamptz)"), {"at": moment})
    assert (read, read.tzinfo) == (moment, UTC)


def test_what_the_pooler_does_not_let_through_is_named(pooled: str) -> None:
    url = f"{pooled}?options=-csearch_path%3Dpublic"
    with closing(Database(url)) as database:
        with pytest.raises(Exception, match="startup parameter") as raised:
            database.migrate()
        trouble = database.explain(raised.value)
    assert isinstance(trouble, DatabaseTroubleError)
    assert not trouble.passes and "options" in str(trouble)
