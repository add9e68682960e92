"""Migrations and transactions."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, literal, select, text

from storage.database import Database, NotLeaderError
from storage.migrations import is_newest
from storage.models import Base
from storage.prepared import Prepared
from tests.addresses import normalised
from tests.end_to_end.ways import CountingWay, counting_way

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
        assert is_newest(connection), "by the files' names alone"


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


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("INSERT INTO users (id, timezone) VALUES (1, 'UTC')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM users")) == 0


@pytest.fixture
def way_and_database(database_url: str) -> Iterator[tuple[CountingWay, Database]]:
    with counting_way(database_url) as (way, url):
        database = Database(url)
        assert database.answers()  # what SQLAlchemy asks of a new server is asked
        way.trips.clear()
        yield way, database
        database.close()


ZONE = text("INSERT INTO users (id, timezone) VALUES (:id, 'UTC')")


def test_a_transaction_begins_with_its_first_statement_and_a_single_one_needs_none(
    way_and_database: tuple[CountingWay, Database],
) -> None:
    way, database = way_and_database
    with database.transaction() as session:
        session.execute(ZONE, {"id": 1})
        session.execute(ZONE, {"id": 2})
    assert [trip.statement.split(";")[0].split(" ")[0] for trip in way.trips] == [
        "BEGIN",
        "INSERT",
        "COMMIT",
    ]
    way.trips.clear()
    with database.single() as session:
        session.execute(ZONE, {"id": 3})
    assert len(way.trips) == 1
    with database.single() as session:
        assert session.scalar(text("SELECT count(*) FROM users")) == 3


def test_a_connection_that_was_cut_meanwhile_is_noticed_before_it_is_used(
    database: Database, owner: Connection
) -> None:
    assert database.answers()
    cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name"
    owner.execute(text(cut), {"name": database.url.rpartition("/")[2].partition("?")[0]})
    with database.single() as session:
        session.execute(ZONE, {"id": 1})


def test_who_may_no_more_writes_nothing(database: Database) -> None:
    """Also if that comes out while the connection is made, or while the transaction is open."""
    allowed = [True, True, True, False]
    guarded = database.only_while(lambda: allowed.pop(0))
    with guarded.single() as session:
        session.execute(ZONE, {"id": 1})
    for way in (guarded.single, guarded.transaction):
        with pytest.raises(NotLeaderError), way() as session:
            session.execute(ZONE, {"id": 2})
        allowed[:] = [True, False]
    with database.single() as session:
        assert session.scalars(text("SELECT id FROM users")).all() == [1]


def test_what_a_statement_found_is_nothing_to_who_stood_still_over_it(database: Database) -> None:
    """Else it would ask what the next leader has asked already."""
    leads = iter([True, True, False])
    with (
        pytest.raises(NotLeaderError),
        database.only_while(lambda: next(leads)).single() as session,
    ):
        assert session.scalar(text("SELECT 1")) == 1
    leads = iter([True, False])
    with pytest.raises(NotLeaderError):
        database.only_while(lambda: next(leads)).run(Prepared(select(literal(1))), {})
