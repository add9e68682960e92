"""The PostgreSQL that comes with us, for whoever has none: started, and stopped by the last of us.

Several processes may share a folder's server. Who starts or stops it holds `postgres.lock`, alone;
who uses it holds `postgres.users`, with the others. The kernel takes both from a process that dies.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.postmaster import Postmaster, locked
from storage.sentences import Sentence
from storage.server_user import EmbeddedPostgresError, name_of

__all__ = ["EmbeddedPostgresError", "embedded_postgres"]

log = logging.getLogger(__name__)

LOOK_SECONDS = 2
"""How often to look whether it still lives."""
PAUSE_SECONDS = 30
"""How long to leave it alone when it does not start."""


@contextmanager
def embedded_postgres(folder: Path, *, revive: bool = False) -> Iterator[str]:
    """Run a server on `folder` (made if missing) over a Unix socket; yields its URL.

    A server left running by a killed process is adopted. With `revive`, one that ends before us
    is started again. Raises EmbeddedPostgresError.
    """
    folder = folder.resolve()
    server = Postmaster(folder)
    turn, users = (folder.with_name(f"{folder.name}.{kind}") for kind in ("lock", "users"))
    with _files_are_ours(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(turn):
            server.start()
            using = os.open(users, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(using, fcntl.LOCK_SH)
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(server, turn, ended), daemon=True)
    if revive:
        watch.start()
    try:
        yield server.url
    finally:
        ended.set()
        if revive:
            watch.join()
        with locked(turn):
            if _alone(using):
                server.stop()
            os.close(using)


@contextmanager
def _files_are_ours(folder: Path) -> Iterator[None]:
    """What root made, as by a first try of everything, nobody else may write to."""
    try:
        yield
    except PermissionError as error:
        me, data = name_of(os.geteuid()), folder.parent
        how = f"chown -R {me}: {data}" if data.exists() else f"install -d -o {me} {data}"
        raise EmbeddedPostgresError(
            Sentence(
                "Postbote runs as {me}, who may not write {file}: run as root: {how}",
                me=me,
                file=error.filename,
                how=how,
            )
        ) from None


def _alone(using: int) -> bool:
    """Whether nobody else uses the server; while we hold the turn, nobody can begin to."""
    try:
        fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _watch(server: Postmaster, turn: Path, ended: threading.Event) -> None:
    """Start the server again whenever it has ended: there is nobody else who would."""
    while not ended.wait(LOOK_SECONDS):
        if server.is_alive():
            continue
        log.error("the embedded Postgres has ended; starting it again")
        try:
            with locked(turn):
                server.start()
        except (EmbeddedPostgresError, OSError) as error:
            log.error("%s", error)
            ended.wait(PAUSE_SECONDS)
