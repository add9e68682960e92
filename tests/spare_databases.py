"""Databases that several tests have, one after the other.

To make one, and to open connections that know nothing yet, costs as much as what most tests do.
"""

import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from storage.database import ALONE, Database
from storage.models import Base

TABLES = sorted(Base.metadata.tables)

STATE = text(
    """
    SELECT (
        SELECT string_agg(concat(named, ' ', rows, ' ', newest), ', ') FROM (
            SELECT 1 named, count(*) rows, max(xmin::text::bigint) newest FROM pg_class
            UNION ALL SELECT 2, count(*), max(xmin::text::bigint) FROM pg_attribute
            UNION ALL SELECT 3, count(*), max(xmin::text::bigint) FROM pg_constraint
            UNION ALL SELECT 4, count(*), max(xmin::text::bigint) FROM pg_trigger
            UNION ALL SELECT 5, count(*), max(xmin::text::bigint) FROM pg_proc
            UNION ALL SELECT 6, count(*), max(xmin::text::bigint) FROM alembic_version
            UNION ALL SELECT 7, count(*), 0 FROM pg_db_role_setting WHERE setdatabase = mine.oid
            UNION ALL SELECT 8, count(*), 0 FROM pg_locks
                WHERE locktype = 'advisory' AND database = mine.oid
        ) AS catalogs
    ) AS made,
    (SELECT count(*) FROM pg_stat_activity WHERE datid = mine.oid) AS connections
    FROM pg_database AS mine WHERE datname = current_database()
    """
)
"""All by which a database differs from one that was just made, but for what its tables hold."""

FILLED = text(
    " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608 - our tables
        for name in TABLES
        if name != "leader"
    )
)
REWIND = text(
    "DELETE FROM leader; INSERT INTO leader (id) VALUES (1);"
    " SELECT setval(seqrelid, seqstart, seqrelid = 'inbox_id_seq'::regclass) FROM pg_sequence"
)
"""As the migrations leave it."""

LEAVE_SECONDS = 0.2
"""For threads that were told to end, and for the server to see that a connection was closed."""


@dataclass
class SpareDatabase:
    """One of them, with the connections that it keeps."""

    name: str
    database: Database
    threads: int = 0

    def lend(self) -> Database:
        """To the next test."""
        assert self._fresh
        self.threads = threading.active_count()
        return self.database

    def take_back(self) -> bool:
        """Empty it; False if it is not as it was, or somebody may still be at it."""
        try:
            return self._all_have_left() and self._is_emptied()
        except DBAPIError:  # its connections were cut
            return False

    def _is_emptied(self) -> bool:
        engine = self.database.engine.execution_options(isolation_level=ALONE)
        with engine.connect() as connection:
            if _state(connection).made != self._fresh:
                return False
            filled = list(connection.scalars(FILLED))
            if filled:
                deletes = "; ".join(f"DELETE FROM {name}" for name in filled)  # noqa: S608 - ours
                connection.exec_driver_sql(
                    f"SET session_replication_role = replica; {deletes};"
                    " SET session_replication_role = origin"
                )
                connection.exec_driver_sql(f"VACUUM {', '.join(filled)}")  # rows in order again
            connection.execute(REWIND)
        return True

    @cached_property
    def _fresh(self) -> str:
        with self.database.engine.connect() as connection:
            return str(_state(connection).made)

    def _all_have_left(self) -> bool:
        """Whether the test's threads have ended, and the server has seen its connections close."""
        pool: Any = self.database.engine.pool
        deadline = time.monotonic() + LEAVE_SECONDS
        while time.monotonic() < deadline:
            if threading.active_count() <= self.threads and not pool.checkedout():
                with self.database.engine.connect() as connection:
                    if _state(connection).connections == pool.checkedin() + pool.checkedout():
                        return True
            time.sleep(0.005)
        return False


def _state(connection: Connection) -> Row[Any]:
    return connection.execute(STATE).one()
