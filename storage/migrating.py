"""The schema brought up to date, or back, by Alembic. Loaded only when there is something to do."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from storage.migrations import revision_of, revisions
from storage.sentences import Sentence
from storage.trouble import DatabaseTroubleError

log = logging.getLogger(__name__)

LOCK = 0x706F7374626F7432
"""Key of the advisory lock under which migrations run: 'postbot2' in ASCII.

Another one than once: a lock of a session may have been left behind on a pool.
"""
LOOK_SECONDS = 0.2
"""How often to look whether another process has migrated."""

WAITING = (
    "waiting: another process migrates the database, or a bot of an older version is at work on it:"
    " stop that one"
)
AT_WORK = Sentence("A bot is at work: stop it first.")

PUBLISHER = text(
    "SELECT host FROM processes"
    " WHERE kind = 'publisher' AND seen_at > now() - make_interval(secs => :seconds) LIMIT 1"
)
LIVES_SECONDS = 90
"""Since its last sign of life, of which each gives one a minute."""

Keeping = Callable[[str], None]
"""Keeps the tables as they are, of this revision, before they are changed."""


def upgrade(engine: Engine, keep: Keeping | None = None) -> None:
    """Bring the schema up to date; several processes starting at once take turns.

    Waits while an older version is at work. Raises DatabaseTroubleError, sqlalchemy's errors, and
    what `keep` raises.
    """
    if _is_upgraded(engine, keep):
        return
    log.warning(WAITING)
    while not _is_upgraded(engine, keep):
        time.sleep(LOOK_SECONDS)


def downgrade(engine: Engine, revision: str, keep: Keeping | None = None) -> None:
    """Raises DatabaseTroubleError while anybody is at work, or if there is no such revision."""
    with engine.begin() as connection:
        current, known = revision_of(connection), revisions()
        if is_led(connection):
            raise _final(AT_WORK)
        if host := _publishes_on(connection):
            raise _final(
                Sentence("A publisher on {host} is at work: stop it, and wait a minute.", host=host)
            )
        if current not in known:
            raise _final(
                Sentence("This version does not know these tables: roll back with that of theirs.")
            )
        if revision not in known[: known.index(current) + 1]:
            raise _final(
                Sentence(
                    "The database is at revision {current}: {revision} is no earlier one. The"
                    " first is {oldest}.",
                    current=current,
                    oldest=known[0],
                    revision=revision,
                )
            )
        if revision != current:
            if not _kept(connection, current, keep):
                raise _final(AT_WORK)
            command.downgrade(migration_config(connection), revision)


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _is_upgraded(engine: Engine, keep: Keeping | None) -> bool:
    """Migrate, unless somebody else is at it, or at work on the tables as they are: False."""
    with engine.begin() as connection:
        lock = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not connection.scalar(lock, {"key": LOCK}):
            return False
        if is_outdated(connection):
            if is_led(connection) or not _kept(connection, revision_of(connection), keep):
                return False
            command.upgrade(migration_config(connection), "head")
        return True


def _kept(connection: Connection, current: str | None, keep: Keeping | None) -> bool:
    """Keep the database as it was, which may take minutes; False if a bot is at work by then."""
    if keep is None or current is None:
        return True
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    keep(current)
    return not is_led(connection)


def _final(sentence: str) -> DatabaseTroubleError:
    return DatabaseTroubleError(sentence, is_transient=False)


def is_outdated(connection: Connection) -> bool:
    """Raises DatabaseTroubleError if the tables are those of a version that is newer than we."""
    current, known = revision_of(connection), revisions()
    if current is not None and current not in known:
        raise _final(
            Sentence(
                "The database was made by a newer version of Postbote ({current}): update"
                " this one.",
                current=current,
            )
        )
    return current != known[-1]


def _publishes_on(connection: Connection) -> str | None:
    """The machine of a publisher that lives, or was killed a moment ago: it knows newer tables."""
    if connection.scalar(text("SELECT to_regclass('processes')")) is None:
        return None
    found = connection.scalar(PUBLISHER, {"seconds": LIVES_SECONDS})
    return None if found is None else str(found)


def is_led(connection: Connection) -> bool:
    """Whether a bot is at work, of any version that has the table; see `leader.py`."""
    if connection.scalar(text("SELECT to_regclass('leader')")) is None:
        return False
    return bool(connection.scalar(text("SELECT EXISTS (SELECT FROM leader WHERE until > now())")))
