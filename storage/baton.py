"""The baton: of all processes on one database, its holder alone talks with the chat service."""

import logging
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from storage.database import Database

log = logging.getLogger(__name__)

BATON_LOCK = 0x706F7374_6261746F
"""Key of the advisory lock: 'postbato' in ASCII."""

DEAD_PEER = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5"
"""Seconds after which Postgres looks whether a silent holder's machine still exists."""


class Baton:
    """An advisory lock on a connection of its own: it falls the moment its holder dies."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it if nobody else holds it. Raises sqlalchemy's errors while Postgres is away."""
        connection = self._database.engine.connect()
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(DEAD_PEER))
            query = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.scalar(query, {"key": BATON_LOCK}):
                connection.close()
                return False
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        self._connection = connection
        return True

    @property
    def is_ours(self) -> bool:
        """Whether we have it, as far as we know without asking."""
        return self._connection is not None

    def is_held(self) -> bool:
        """Whether it is still ours: it is lost with its connection."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._hang_up()
            return False
        return True

    def drop(self) -> None:
        """Let somebody else have it, from the moment this returns."""
        if self._connection is None:
            return
        with suppress(DBAPIError):
            self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": BATON_LOCK})
        self._hang_up()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
