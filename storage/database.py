"""The connection to Postgres: engine, transactions, migrations at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session, sessionmaker

DEAD_PEER = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that vanished without a word is noticed within half a minute (libpq's parameters)."""

MIGRATION_LOCK = 0x706F7374626F7465
"""Key of the advisory lock under which migrations run: 'postbote' in ASCII."""


PROGRAM_LIMIT = "54"
"""Class of SQLSTATE for what is too deep or too large: psycopg2 calls it operational, too."""


def normalised(url: str) -> URL:
    """Name psycopg2 as the driver: SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg2")


def check_url(url: str) -> None:
    """Raises ValueError, with a reason that does not repeat it, unless it is a Postgres' URL."""
    try:
        given = normalised(url)
    except (ArgumentError, ValueError):
        raise ValueError("this is no database URL") from None
    if not url.startswith("postgres"):
        raise ValueError("Postbote needs Postgres")
    if not given.database:
        raise ValueError("the database's name is missing")


class Database:
    """A pool of connections, handed out one transaction at a time.

    Args:
        url: a libpq-style URL; its query part (`sslmode=require` and so on) goes to libpq as it is.
    """

    def __init__(self, url: str) -> None:
        self.engine = create_engine(
            normalised(url),
            pool_pre_ping=True,
            hide_parameters=True,  # captions, in the text of errors
            connect_args={
                "application_name": "postbote",
                "connect_timeout": 10,
                **DEAD_PEER,
                "options": "-c timezone=UTC",
            },
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception."""
        with self._sessions.begin() as session:
            yield session

    def migrate(self) -> None:
        """Bring the schema up to date; several processes starting at once take turns."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            try:
                command.upgrade(migration_config(connection), "head")
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
                connection.commit()

    def answers(self) -> bool:
        """Whether the server takes a connection and a query right now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def is_away(error: BaseException) -> bool:
    """Whether Postgres could not be reached or broke off: later, the same will work."""
    if str(getattr(getattr(error, "orig", None), "pgcode", None) or "").startswith(PROGRAM_LIMIT):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InterfaceError, NoConnectionLeft))
