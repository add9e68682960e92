"""Real processes: started as anybody starts them, stopped and killed by real signals."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.waiting import until

ROOT = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
STOP_SECONDS = 30


class Process:
    """`python -m module` with these settings and nothing else of our environment.

    What it writes goes to `log`. It leads a group of its own, and is killed alone.
    """

    def __init__(self, module: str, settings: Mapping[str, str], folder: Path, log: Path) -> None:
        self.module, self.log = module, log
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=folder,  # no .env of anybody lies there
                env={**inherited, **settings, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        """SIGKILL, at once; returns when it is gone."""
        self._popen.kill()
        self._popen.wait(STOP_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP: it holds everything it holds and does nothing; returns when it stands."""
        self._signal(signal.SIGSTOP)
        until(lambda: self._state() == "T", what=f"{self.module} stands still")

    def thaw(self) -> None:
        """SIGCONT: it goes on where it stood, and does not know for how long."""
        self._signal(signal.SIGCONT)

    def terminate(self) -> int:
        """SIGTERM, as a service manager does it; returns the exit code."""
        self._popen.terminate()
        return self._popen.wait(STOP_SECONDS)

    def end(self) -> None:
        """Whatever state it is in: it is gone afterwards."""
        if self.is_alive:
            self.kill()

    def words(self) -> str:
        """All that it has logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def _state(self) -> str:
        """The kernel's letter for what the process does."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(") ")[2][0]


class ServersProcess:
    """`python -m tests.chaos.servers`; it ends when we do, however we end."""

    def __init__(self, log: Path) -> None:
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.servers"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                start_new_session=True,
            )
        assert self._popen.stdout is not None
        self.url = self._popen.stdout.readline().strip()
        assert self.url, f"the servers did not start: {log.read_text()}"

    def end(self) -> None:
        assert self._popen.stdin is not None and self._popen.stdout is not None
        self._popen.stdin.close()
        try:
            self._popen.wait(STOP_SECONDS)
        finally:
            self._popen.kill()
            self._popen.stdout.close()
