"""Real processes: as anybody starts them, stopped and killed by real signals."""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos.fork_server import Child
from tests.chaos.waiting import until

ROOT = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
STOP_SECONDS = 60
LEAVE_SECONDS = 3
"""For a helper to end, unless others still use it."""


def inherited() -> dict[str, str]:
    """What a process needs of our environment; nothing else may reach it."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


class Helper:
    """`python -m module`, for all who name the same log: the first of them starts it.

    It says its address in a first line, and ends by itself once nobody uses it, however they ended:
    all hold its standard input open.
    """

    def __init__(self, module: str, log: Path, environment: Mapping[str, str]) -> None:
        self._started: subprocess.Popen[str] | None = None
        self._log = log
        door, address = log.with_suffix(".door"), log.with_suffix(".address")
        with self._alone():
            self._use = _opened(door)
            if self._use is None:
                door.unlink(missing_ok=True)
                os.mkfifo(door)
                self._started, self._use = _start(module, log, environment, door)
                address.write_text(_first_line(self._started, log))
            self.address = address.read_text()

    def end(self) -> None:
        """Where nobody else uses it, it is gone afterwards."""
        assert self._use is not None
        with self._alone():  # who comes later starts another one: this may be its end
            self._log.with_suffix(".door").unlink(missing_ok=True)
        os.close(self._use)
        if self._started is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._started.wait(LEAVE_SECONDS)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._log.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _opened(door: Path) -> int | None:
    """The named pipe, to be held open; None if nobody reads it."""
    try:
        return os.open(door, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENXIO):
            return None
        raise


def _start(
    module: str, log: Path, environment: Mapping[str, str], door: Path
) -> tuple[subprocess.Popen[str], int]:
    """The process, and the end of its standard input that keeps it alive."""
    reading = os.open(door, os.O_RDONLY | os.O_NONBLOCK)
    use = os.open(door, os.O_WRONLY)
    os.set_blocking(reading, True)
    with log.open("ab") as errors:
        started = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=dict(environment),
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    os.close(reading)
    return started, use


def _first_line(started: subprocess.Popen[str], log: Path) -> str:
    assert started.stdout is not None
    with started.stdout as told:
        line = told.readline().strip()
    assert line, f"it has ended: {log.read_text()}"
    return line


class ServersProcess(Helper):
    """`python -m tests.chaos.servers`."""

    def __init__(self, log: Path) -> None:
        super().__init__("tests.chaos.servers", log, os.environ)
        self.url = self.address


class ForkServer(Helper):
    """`python -m tests.chaos.fork_server`: all that it starts for us end with our connection."""

    def __init__(self, log: Path) -> None:
        alone = {"OPENBLAS_NUM_THREADS": "1"}  # a process with threads must not fork
        super().__init__("tests.chaos.fork_server", log, {**inherited(), **alone})
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"\0{self.address}")
            self._lines = connection.makefile("rw")

    def start(self, child: Child) -> int:
        """A new process's pid."""
        return int(self._ask(start=asdict(child)))

    def signal(self, pid: int, number: signal.Signals) -> bool:
        """Send it; False if that process had ended by itself."""
        return bool(self._ask(signal=[pid, number]))

    def code(self, pid: int) -> int | None:
        """How it ended; None while it lives."""
        code: int | None = self._ask(code=pid)
        return code

    def end(self) -> None:
        self._lines.close()
        super().end()

    def _ask(self, **order: Any) -> Any:
        self._lines.write(f"{json.dumps(order)}\n")
        self._lines.flush()
        return json.loads(self._lines.readline())


class Process:
    """`python -m module` with these settings and nothing else of our environment.

    What it writes goes to `log`. It leads a group of its own, and is killed alone.
    """

    def __init__(
        self,
        fork_server: ForkServer,
        module: str,
        settings: Mapping[str, str],
        folder: Path,
        log: Path,
    ) -> None:
        self.module, self.log = module, log
        environment = {**inherited(), **settings, "PYTHONPATH": str(ROOT)}
        self._nursery = fork_server
        self._code: int | None = None
        log.touch()
        self.pid = fork_server.start(Child(module, environment, str(folder), str(log)))

    @property
    def code(self) -> int | None:
        """How it ended; None while it lives."""
        if self._code is None:
            self._code = self._nursery.code(self.pid)
        return self._code

    @property
    def is_alive(self) -> bool:
        return self.code is None

    def kill(self) -> bool:
        """SIGKILL, at once; returns when it is gone: False if it had ended by itself."""
        was_alive = self._signal(signal.SIGKILL)
        self.wait()
        return was_alive

    def freeze(self) -> bool:
        """SIGSTOP: it holds everything it holds and does nothing; returns when it stands.

        False if it had ended by itself.
        """
        self._signal(signal.SIGSTOP)
        until(lambda: not self.is_alive or self._state() == "T", what="it stands still")
        return self.is_alive

    def thaw(self) -> None:
        """SIGCONT: it goes on where it stood, and does not know for how long."""
        self._signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """SIGTERM, as a service manager does it."""
        self._signal(signal.SIGTERM)

    def terminate(self) -> int:
        """The same; returns the exit code."""
        self.ask_to_end()
        return self.wait()

    def wait(self) -> int:
        """Until it has ended; returns the exit code."""
        until(
            lambda: self.code is not None,
            seconds=STOP_SECONDS,
            what=f"{self.module} ends",
            every=0.01,
        )
        assert self.code is not None
        return self.code

    def end(self) -> None:
        """Whatever state it is in: it is gone afterwards."""
        self.kill()

    def words(self) -> str:
        """All that it has logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _signal(self, number: signal.Signals) -> bool:
        return self._code is None and self._nursery.signal(self.pid, number)

    def _state(self) -> str:
        """The kernel's letter for what the process does."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(") ")[2][0]
