"""Someone in systemd's place: what processes tell it, on a real socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

TIMEOUT_SECONDS = 60
WATCHDOG_SECONDS = 0.3


class Listener:
    """Reads all the time, as systemd does: a socket holds ten messages."""

    def __init__(self, path: Path) -> None:
        self._told: SimpleQueue[str] = SimpleQueue()
        self._there = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._there.bind(str(path))
        self.environment = {
            "NOTIFY_SOCKET": str(path),
            "WATCHDOG_USEC": str(round(WATCHDOG_SECONDS * 10**6)),
        }
        """With which a process is started that is to tell us."""
        threading.Thread(target=self._read, daemon=True).start()

    def hears(self, what: str) -> list[str]:
        """Wait for this; returns all that was told until then, this included."""
        heard: list[str] = []
        while not heard or heard[-1] != what:
            heard.append(self._told.get(timeout=TIMEOUT_SECONDS))
        return heard

    def close(self) -> None:
        self._there.shutdown(socket.SHUT_RDWR)
        self._there.close()

    def _read(self) -> None:
        with suppress(OSError):  # closed
            while told := self._there.recv(1024):
                self._told.put(told.decode())


@contextmanager
def listening(folder: Path) -> Iterator[Listener]:
    listener = Listener(folder / "notify")
    try:
        yield listener
    finally:
        listener.close()
