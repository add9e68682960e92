"""A Postgres of a test's own, which can be stopped and killed under everybody's feet."""

import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from storage.database import Database
from storage.postmaster import Postmaster
from storage.server_processes import lives
from tests.chaos.waiting import until
from tests.ending import kill_all


class OwnPostgres:
    """The embedded server on a folder; after `start` it has the address that it had before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = Postmaster(folder)
        self.url = self._server.url

    def start(self) -> None:
        """Returns once it answers."""
        self._server.start()
        self.url = self._server.url

    def stop(self) -> None:
        """What `pg_ctl stop -m fast` does: connections are cut, data is written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL of the server and of all its backends, as when the machine loses power."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stopped, if it still runs."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            try:
                self.stop()
            except AssertionError:
                self.kill()

    def _end(self, how: signal.Signals) -> None:
        postmaster = self._postmaster()
        backends = postmaster.children(recursive=True)
        os.kill(postmaster.pid, how)
        if how is signal.SIGKILL:
            kill_all(backends)
        until(lambda: not any(map(lives, [postmaster, *backends])), what="Postgres is gone")

    def _postmaster(self) -> psutil.Process:
        """Raises NoSuchProcess, also when its number belongs to somebody else by now."""
        pid = int((self._folder / "postmaster.pid").read_text().split()[0])
        found = psutil.Process(pid)
        if str(self._folder) not in found.cmdline():
            raise psutil.NoSuchProcess(pid)
        return found


@contextmanager
def own_postgres(folder: Path, template: Path | None = None) -> Iterator[OwnPostgres]:
    """A migrated server, stopped at the end; with a template at hand it is there much sooner."""
    if template is not None:
        copied(template, folder)
    server = OwnPostgres(folder)
    server.start()
    try:
        database = Database(server.url)
        database.migrate()
        database.close()
        yield server
    finally:
        server.close()


def made_template(folder: Path) -> Path:
    """A migrated server that does not run, to be copied: made once, by whoever comes first."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            with own_postgres(unfinished):
                pass
            unfinished.rename(folder)
    return folder


def copied(template: Path, folder: Path) -> None:
    """With owners and permissions, on which Postgres insists."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([shutil.which("cp") or "", "-a", str(template), str(folder)], check=True)
