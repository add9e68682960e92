"""Migrations and transactions."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from storage.database import Database
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


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("INSERT INTO users (id, timezone) VALUES (1, 'UTC')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM users")) == 0
