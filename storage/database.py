"""The database: its connections, transactions, and the migrations at start."""

import copy
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import psycopg2
from sqlalchemy import Connection, Engine, Select, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session, joinedload, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

from storage.connection import FewTrips, connect
from storage.migrations import is_newest, revision_of
from storage.prepared import Prepared, connected
from storage.trouble import DatabaseTroubleError, check_server, explain

log = logging.getLogger(__name__)

Built = TypeVar("Built")
Row = TypeVar("Row")

ALONE = "AUTOCOMMIT"
"""What SQLAlchemy calls it when each statement is a transaction of its own."""

LEADER = "postbote, leader"
"""The name of the connection by which a leader keeps the lead."""

WORKING: dict[str, object] = {"pool_size": 10, "max_overflow": 0}
"""Connections: more do not make it quicker, and each that is opened anew costs Postgres as much as
ten questions."""

IDLE_SECONDS = 90.0
"""After which a connection is asked whether it still stands, before it is used again: longer than
the minute after which much is asked again. The kernel knows of a server that has vanished within
half of that, and says so (see `connection.DEFAULTS`)."""
_IDLE_SINCE = "idle since"

AHEAD = "ahead"
"""The execution option of a statement by which another one goes before it, in the same trip. What
that locks is then read as it is by now: a statement that has to wait for a row itself reads other
tables as they were before."""

AWAY = {"25006", "42501", "42P01", "55000"}
"""Besides what psycopg2 calls operational: read-only as during a failover, or being restored."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 15.0
"""Between two attempts at the start."""
REMIND_SECONDS = 60.0
"""How often to say again for what we wait."""

_noted: dict[str, float] = {}
"""What waits for Postgres -> when that was logged last."""


PROGRAM_LIMIT = "54"
"""Class of SQLSTATE for what is too deep or too large: psycopg2 calls it operational, too."""


class NotLeaderError(RuntimeError):
    """Another process does this now: what was begun is to be left alone."""


@dataclass(frozen=True)
class Standing:
    """How a database is found."""

    version: str
    """Of the server."""
    is_current: bool
    """Whether its tables are those of this version."""
    is_led: bool
    """Whether a bot is at work on it."""


class Database:
    """A pool of connections, handed out one transaction at a time.

    Args:
        url: as libpq reads it, with all that its query part may say.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = self._engine()
        self._sessions = self._sessions_on(self.engine)
        self._singles = self._sessions_on(self.engine.execution_options(isolation_level=ALONE))
        self._may: Callable[[], bool] = lambda: True

    def only_while(self, may: Callable[[], bool]) -> "Database":
        """The same, but its transactions raise NotLeaderError once `may` says no."""
        guarded = copy.copy(self)
        guarded._may = may
        return guarded

    def aside(self) -> Engine:
        """A single connection beside the pool, each statement a transaction of its own."""
        single = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 5}
        return self._engine(LEADER, isolation_level=ALONE, **single)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception."""
        self._check_lead()
        with self._sessions.begin() as session:
            yield session
            self._check_lead()  # the process may have stood still meanwhile

    @contextmanager
    def single(self) -> Iterator[Session]:
        """For one statement, or for several that only read: each is a transaction of its own."""
        self._check_lead()
        with self._singles.begin() as session:
            session.connection()
            self._check_lead()  # to connect may have taken a while
            yield session
            self._check_lead()  # written or not, whoever leads now goes on from there

    def run(self, prepared: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of one statement, a transaction of its own."""
        with connected(self.engine) as connection:
            self._check_lead()  # to connect may have taken a while
            rows = prepared.run(connection, values)
            self._check_lead()
            return rows

    def _check_lead(self) -> None:
        if not self._may():
            raise NotLeaderError

    def finds(self, query: Select[*tuple[Any, ...]]) -> bool:
        """Whether there is such a row, in one round trip; a transaction without any takes two."""
        with self.single() as session:
            return session.execute(query.limit(1)).first() is not None

    def migrate(self, keep: Callable[[str], None] | None = None) -> None:
        """Bring the schema up to date; several processes starting at once take turns.

        Waits while an older version is at work. Raises DatabaseTroubleError, sqlalchemy's errors.

        Args:
            keep: called before tables are changed that somebody has used, with their revision.
        """
        with self.engine.begin() as connection:
            check_server(connection)
            if is_newest(connection):
                return
        from storage import migrating  # Alembic takes 9 MB, and seldom there is anything to do

        migrating.upgrade(self.engine, keep)

    def downgrade(self, revision: str, keep: Callable[[str], None] | None = None) -> None:
        """Bring the schema back to what an older version reads.

        Raises DatabaseTroubleError while a bot is at work, or if there is no such revision.

        Args:
            keep: as for `migrate`.
        """
        from storage import migrating  # as above

        migrating.downgrade(self.engine, revision, keep)

    def check(self) -> None:
        """Raises DatabaseTroubleError unless the server can be used, and sqlalchemy's errors."""
        with self.engine.connect() as connection:
            check_server(connection)

    def standing(self) -> Standing:
        """As it is, changing nothing. Raises DatabaseTroubleError, sqlalchemy's errors."""
        from storage import migrating  # as above

        with self.engine.connect() as connection:
            check_server(connection)
            is_current = not migrating.is_outdated(connection)
            version = str(connection.scalar(text("SHOW server_version"))).split()[0]
            return Standing(version, is_current, migrating.is_led(connection))

    def revision(self) -> str | None:
        """Which migration has made its tables; None if they are none of ours."""
        with self.engine.connect() as connection:
            return revision_of(connection)

    def answers(self) -> bool:
        """Whether the server takes a connection and a query right now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def explain(self, error: BaseException) -> DatabaseTroubleError | None:
        """See `trouble.explain`. Blocks."""
        return explain(error, self.url)

    def close(self) -> None:
        self.engine.dispose()

    def _engine(self, name: str = "postbote", **more: object) -> Engine:
        creator = partial(connect, self.url, name)
        engine = create_engine(
            "postgresql+psycopg2://",
            creator=creator,
            pool_use_lifo=True,  # so that one is used again and again, and need not be asked
            use_native_hstore=False,
            hide_parameters=True,  # captions among them
            **(WORKING | more),
        )
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", _check)
        event.listen(engine, "before_cursor_execute", _with_what_goes_ahead, retval=True)
        return engine

    @staticmethod
    def _sessions_on(engine: Engine) -> sessionmaker[Session]:
        options = {"synchronize_session": False}  # no session holds rows that a statement changes
        return sessionmaker(engine, expire_on_commit=False, execution_options=options)


def _with_what_goes_ahead(
    _connection: Connection, _cursor: Any, statement: str, given: Any, running: Any, _many: bool
) -> tuple[str, Any]:
    ahead = running.execution_options.get(AHEAD)
    return (f"{ahead}; {statement}" if ahead else statement), given


def _note_idle(_connection: FewTrips | None, record: PoolProxiedConnection) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _check(connection: FewTrips, record: PoolProxiedConnection, _: object) -> None:
    """Before one is used again: if it was cut meanwhile, another one is made. Costs no round trip
    unless it was idle for long, or the server has said something."""
    since = record.info.pop(_IDLE_SINCE, None)
    if since is None:
        return
    try:
        if connection.has_word() or time.monotonic() - since > IDLE_SECONDS:
            connection.ping()
    except psycopg2.Error as error:
        raise InvalidatePoolError from error


class Repository:
    """What keeps one kind of thing in the database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _all(self, query: Select[Row]) -> list[Row]:
        """What the query finds, of each row the first column."""
        with self._database.single() as session:
            return list(session.scalars(query))


def stored(session: Session, row: Row) -> Row:
    """The row as it stands now, with what Postgres has made of it, and its media."""
    session.flush()
    kind: Any = type(row)
    media = [joinedload(kind.media)] if hasattr(kind, "media") else []
    (number,) = inspect(row).identity
    found: Row = session.get_one(kind, number, options=media, populate_existing=True)
    return found


def is_away(error: BaseException) -> bool:
    """Whether Postgres could not be reached, broke off or writes nothing: later, it will work."""
    if isinstance(error, DBAPIError):
        code = str(getattr(error.orig, "pgcode", None) or "")
        if error.connection_invalidated or code in AWAY:
            return True
        if code.startswith(PROGRAM_LIMIT):
            return False
        return isinstance(error, (OperationalError, InterfaceError))
    return isinstance(error, (NoConnectionLeft, NotLeaderError))


def is_refused(error: BaseException) -> bool:
    """Whether the server is there and does not let us: that may last until a person acts."""
    return getattr(getattr(error, "orig", None), "pgcode", None) in AWAY


def note_away(what: str, error: BaseException) -> None:
    """Log that something waits for Postgres: now and then, however often it is tried."""
    now = time.monotonic()
    if now - _noted.get(what, -REMIND_SECONDS) >= REMIND_SECONDS:
        _noted[what] = now
        log.warning("%s until the database can be used (%s)", what, named(error))


def named(error: BaseException) -> str:
    """The kind of error, by the server's own name for it; and of what it forbids, its words."""
    said: Any = getattr(error, "orig", None) or error
    name = type(said).__name__
    return f"{name}: {said.diag.message_primary}" if is_refused(error) else name


def when_usable(build: Callable[[], Built], url: str) -> Built:
    """Build what needs the database at `url`, as soon as that can be used.

    Raises DatabaseTroubleError once waiting cannot help; what it waits for is logged.
    """
    told, told_at, pause = "", 0.0, FIRST_PAUSE_SECONDS
    while True:
        try:
            return build()
        except Exception as error:
            trouble = explain(error, url)
            if trouble is None:
                raise
            if not trouble.is_transient:
                raise trouble from None
            now = time.monotonic()
            if str(trouble) != told or now - told_at > REMIND_SECONDS:
                told, told_at = str(trouble), now
                log.error("Postgres cannot be used yet; waiting for it: %s", trouble)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
