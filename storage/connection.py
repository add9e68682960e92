"""A connection to Postgres, by libpq's own reading of DATABASE_URL: all that it knows is allowed.

Nothing is asked of the session that a pooler could refuse or hand to somebody else.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from select import POLLIN, poll
from typing import Any

import psycopg2
from psycopg2.errors import ReadOnlySqlTransaction
from psycopg2.extensions import (
    ISOLATION_LEVEL_AUTOCOMMIT,
    PYDATETIMETZ,
    TRANSACTION_STATUS_IDLE,
    connection,
    cursor,
    new_type,
    register_type,
)
from psycopg2.extensions import parse_dsn as libpq_parse

from storage.sentences import Sentence

SCHEME = re.compile(r"postgres(ql)?(\+psycopg2)?://")

DEFAULTS = {
    "client_encoding": "UTF8",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Unless the URL says otherwise. A server that vanished is noticed within half a minute."""

NUMBERS = {"connect_timeout", *(name for name in DEFAULTS if name.startswith(("keep", "tcp_")))}
"""Options of which libpq looks at the value only when it is too late to say so."""

UNKNOWN_OPTION = re.compile(r'invalid URI query parameter: "(\w+)"')
ENCRYPTED = ("require", "verify-ca", "verify-full")
"""Values of `sslmode` that never send a password or a caption in the clear."""

TIMESTAMPTZ = 1184
"""The type's number in pg_type."""

STANDSTILL_SECONDS = 8
"""After which the server takes its locks from a process that stands still in a transaction."""
BEGIN = f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '{STANDSTILL_SECONDS}s'; "
"""For the transaction alone: a pooler hands sessions on."""


class Statements(cursor):
    """Begins a transaction together with its first statement, which spares a round trip."""

    connection: "FewTrips"

    def execute(self, query: Any, values: Any = None) -> None:
        with self._only_if_it_writes():
            super().execute(self.connection.opening() + query, values)

    def executemany(self, query: Any, values: Iterable[Any]) -> None:
        with self._only_if_it_writes():
            if opening := self.connection.opening():
                super().execute(opening)
            super().executemany(query, values)

    @contextmanager
    def _only_if_it_writes(self) -> Iterator[None]:
        """A failover may leave a session that never writes again: it is closed, and not reused."""
        try:
            yield
        except ReadOnlySqlTransaction:
            self.connection.close()
            raise


class FewTrips(connection):
    """psycopg2 itself sends BEGIN before the first statement, and waits for the answer."""

    _is_in_transactions = True

    def opening(self) -> str:
        """What goes before a statement that is about to be sent."""
        is_first = self.get_transaction_status() == TRANSACTION_STATUS_IDLE
        return BEGIN if is_first and self._is_in_transactions else ""

    def set_isolation_level(self, level: int | None) -> None:
        """As SQLAlchemy calls it: whether each statement is a transaction of its own."""
        self._is_in_transactions = level != ISOLATION_LEVEL_AUTOCOMMIT

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def has_word(self) -> bool:
        """Whether the server has said something unasked, such as goodbye. Asks nobody."""
        looking = poll()
        looking.register(self.fileno(), POLLIN)
        return bool(looking.poll(0))

    def ping(self) -> None:
        """Raises psycopg2.Error unless it answers."""
        with closing(self.cursor(cursor_factory=cursor)) as asking:
            asking.execute("SELECT 1")

    def _end(self, how: str) -> None:
        if self.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            with closing(self.cursor()) as ending:
                ending.execute(how)


def parameters(url: str) -> dict[str, Any]:
    """What libpq is told. Raises psycopg2.ProgrammingError for what it cannot read."""
    return {**DEFAULTS, **libpq_parse(SCHEME.sub("postgresql://", url, count=1))}


def place(given: Mapping[str, Any]) -> str:
    """Where these parameters lead to, for people: no user and no password."""
    hosts = str(given.get("host") or given.get("hostaddr") or "this machine").split(",")
    ports = str(given.get("port", 5432)).split(",")
    ports += ports[-1:] * (len(hosts) - len(ports))
    return ", ".join(map(":".join, zip(hosts, ports, strict=False)))


def passwords_in(url: str) -> list[str]:
    """What the URL contains that must not be told, such as password and sslpassword."""
    given = parameters(url)
    return [given[name] for name in given if name.endswith(("password", "secret"))]


def open_hosts(url: str) -> list[str]:
    """The hosts to which it may go unencrypted; Unix sockets lead nowhere."""
    try:
        given = parameters(url)
    except psycopg2.Error:
        return []
    if _sslmode(given) in ENCRYPTED:
        return []
    hosts = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOST", "")
    return [host for host in hosts.split(",") if host and not host.startswith(("/", "@"))]


def is_meant_to_be_open(url: str) -> bool:
    """Whether it says that nothing is encrypted; without a word, libpq tries first."""
    try:
        return _sslmode(parameters(url)) == "disable"
    except psycopg2.Error:
        return False


def _sslmode(given: Mapping[str, Any]) -> str | None:
    mode: str | None = given.get("sslmode", os.environ.get("PGSSLMODE"))
    return mode


def check_url(url: str) -> None:
    """Raises ValueError, with a reason that does not repeat it, unless it is a Postgres' URL."""
    if not SCHEME.match(url):
        raise ValueError(Sentence("Postbote needs Postgres: postgresql://"))
    try:
        given = parameters(url)
    except psycopg2.ProgrammingError as error:
        unknown = UNKNOWN_OPTION.search(str(error))
        if unknown:
            reason = Sentence("Postgres knows no option {name}", name=unknown[1])
        else:
            reason = Sentence("this is no database URL")
        raise ValueError(reason) from None
    written = SCHEME.sub("", url, count=1).partition("?")[0]
    if "@" in written.partition("@")[2] + written.partition("/")[2]:  # the rest would be a host
        raise ValueError(Sentence("write @ / ? # in a password as %40 %2F %3F %23"))
    if given["client_encoding"].upper() not in ("UTF8", "UTF-8"):
        raise ValueError(Sentence("client_encoding must be UTF8: no other holds every caption"))
    if "dbname" not in given and "service" not in given:
        raise ValueError(Sentence("the database's name is missing"))
    for name in NUMBERS & given.keys():
        if not given[name].isdecimal():
            raise ValueError(Sentence("{name} must be a number", name=name))
    ports = given.get("port", "5432").split(",")
    if any(not port.isdecimal() or not 0 < int(port) < 2**16 for port in ports if port):
        raise ValueError(Sentence("a port is a number from 1 to 65535"))


def connect(url: str, name: str = "postbote") -> FewTrips:
    """By this name the server's administrator sees it. Raises psycopg2.OperationalError."""
    named = {"application_name": name, **parameters(url), "cursor_factory": Statements}
    opened: FewTrips = psycopg2.connect(connection_factory=FewTrips, **named)
    opened.autocommit = True  # as far as psycopg2 is concerned: transactions are ours
    register_type(IN_UTC, opened)
    return opened


def _in_utc(value: str | bytes | None, used: cursor) -> datetime | None:
    """Whatever the session's time zone is: that would have to be set, and to stay so."""
    read: datetime | None = PYDATETIMETZ(value, used)
    return read and read.astimezone(UTC)


IN_UTC = new_type((TIMESTAMPTZ,), "TIMESTAMPTZ in UTC", _in_utc)
