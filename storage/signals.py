"""That there is something to do, as processes hear it of Postgres: by LISTEN and NOTIFY.

Triggers say so when a transaction is committed (migration 0031), of lost files `Originals.ask`, and
of what comes often whoever has committed it, afterwards (`Teller`).
Nothing relies on it: whoever listens looks now and then all the same, and all the time where
signals do not come through, as behind a pooler in transaction mode.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import partial
from select import POLLIN, poll
from uuid import uuid4

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from storage.connection import FewTrips, connect
from storage.database import Database, NotLeaderError, note_away

log = logging.getLogger(__name__)

NOTICES, WORK, LOST = "postbote_notices", "postbote_work", "postbote_lost"
"""Channels: somebody is to hear something; a publisher has something to do, or to wait for; a file
is to be fetched once more."""

NAME = "postbote, listener"
"""Of the connection."""
RETRY_SECONDS, RETRY_BEHIND_A_POOLER_SECONDS = 2.0, 300.0
PROOF_SECONDS = 2.0
"""Within which a signal of our own arrives, or none do."""
APART_SECONDS = 0.02
"""Between two signals of a `Teller`."""

TELLS_ITSELF = func.set_config("postbote.tells_itself", "on", True) == "on"
"""The condition of a statement whose new notices no trigger tells of (migration 0036): whoever runs
it does. To notify holds a lock of the whole server until the transaction is on the disk."""


class Signals:
    """Heard in a thread of its own, from `start` to `close`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread: threading.Thread | None = None
        self._ending, self._end = -1, -1
        self.is_live = False
        """Whether what happens is heard at once."""

    def start(self, heard: Mapping[str, Callable[[], None]]) -> None:
        """From now on, call what belongs to a channel, in the thread; all once it is heard anew."""
        self._ending, self._end = os.pipe()
        self._thread = threading.Thread(
            target=self._run, args=(heard, self._ending), name="signals", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Nothing is called any more once this returns."""
        if self._thread is None:
            return
        os.write(self._end, b".")
        self._thread.join()
        os.close(self._ending)
        os.close(self._end)
        self._thread = None

    def tell(self, channel: str) -> None:
        """Say that there is something to do, if Postgres is there."""
        with suppress(SQLAlchemyError, NotLeaderError):
            self._say(channel)

    def _say(self, channel: str) -> None:
        with self._database.single() as session:
            session.execute(select(func.pg_notify(channel, "")))

    def _run(self, heard: Mapping[str, Callable[[], None]], ending: int) -> None:
        pause = 0.0
        while not _is_said(ending, seconds=pause):
            pause = RETRY_SECONDS
            try:
                with closing(connect(self._database.url, NAME)) as connection:
                    if not self._is_heard(connection, [*heard]):
                        log.info("no signals come through the pooler: Postgres is asked instead")
                        pause = RETRY_BEHIND_A_POOLER_SECONDS
                        continue
                    self.is_live = True
                    self._hear(connection, heard, ending)
            except (psycopg2.Error, SQLAlchemyError) as error:
                note_away("signals are not heard", error)
            finally:
                self.is_live = False

    def _is_heard(self, connection: FewTrips, channels: list[str]) -> bool:
        """Listen; whether what another connection says arrives here."""
        proof = f"postbote_{uuid4().hex}"
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with closing(connection.cursor()) as cursor:
            cursor.execute("; ".join(f"LISTEN {channel}" for channel in [*channels, proof]))
        self._say(proof)
        while _is_said(connection.fileno(), seconds=PROOF_SECONDS):
            if proof in _said(connection):
                return True
        return False

    def _hear(
        self, connection: FewTrips, heard: Mapping[str, Callable[[], None]], ending: int
    ) -> None:
        """Until the end. Raises psycopg2.Error."""
        said = {*heard}  # for what was missed meanwhile
        while True:
            for channel in said & heard.keys():
                heard[channel]()
            if not _is_said(connection.fileno(), ending):
                continue
            if _is_said(ending, seconds=0):
                return
            said = _said(connection)


class Teller:
    """Says on one channel that there is something to do: at once, and once of all that comes within
    the next 20 ms. Safe to use from any thread."""

    def __init__(self, database: Database, channel: str) -> None:
        self._tell = partial(Signals(database).tell, channel)
        self._lock = threading.Lock()
        self._told_at = -APART_SECONDS
        self._is_about_to = False

    def tell(self) -> None:
        """Of what has been committed."""
        with self._lock:
            if self._is_about_to:
                return
            self._is_about_to = True
            pause = self._told_at + APART_SECONDS - time.monotonic()
        if pause > 0:
            threading.Timer(pause, self._tell_now).start()
        else:
            self._tell_now()

    def _tell_now(self) -> None:
        with self._lock:
            self._is_about_to = False  # what is committed from here on is told anew
            self._told_at = time.monotonic()
        self._tell()


def _is_said(*handles: int, seconds: float | None = None) -> bool:
    """Wait until one of them has something to read; False if none had in time."""
    looking = poll()
    for handle in handles:
        looking.register(handle, POLLIN)
    return bool(looking.poll(None if seconds is None else seconds * 1000))


def _said(connection: FewTrips) -> set[str]:
    """The channels on which something was said. Raises psycopg2.Error once it is cut."""
    connection.poll()
    said = {notice.channel for notice in connection.notifies}
    connection.notifies.clear()
    return said
