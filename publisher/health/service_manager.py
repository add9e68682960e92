"""What systemd is told with Type=notify: starting, ready, alive, stopping; see sd_notify(3).

Without one that listens, nobody is told; with its watchdog alone, as in the image, a process that
stands still ends itself. Its library would have to be compiled for this.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from publisher.health.liveness import Liveness

log = logging.getLogger(__name__)

START_SECONDS = 10.0
"""How often it hears that we are starting still, as while Postgres is away or migrated."""
STARTING = f"EXTEND_TIMEOUT_USEC={3 * START_SECONDS * 10**6:.0f}"
TELL_SECONDS = 1.0
"""For so long at the most one that does not listen holds us up."""
FOR_US = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""No child is to speak for us."""

THREAD = "service manager"


class ServiceManager:
    """From the start of this process to its end.

    Args:
        address: of its socket; '' where there is none.
        watchdog: after so many seconds without a sign of life it kills us, or, where there is none,
            we do; None: nobody does.
    """

    def __init__(
        self, liveness: Liveness, address: str = "", watchdog: float | None = None
    ) -> None:
        self._liveness, self._address, self._watchdog = liveness, address, watchdog
        self._ended = threading.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)

    def ready(self) -> None:
        """We serve, or stand by to do so."""
        self._started.set()
        self._tell("READY=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def tell_alive(self) -> bool:
        """Only while all that is expected of this process turns; returns whether it does."""
        silent = self._liveness.silent()
        for what, seconds in silent.items():
            log.error("%s has stood still for %.0f s: the watchdog hears no more", what, seconds)
        if not silent:
            self._tell("WATCHDOG=1")
        return not silent

    @contextmanager
    def told(self) -> Iterator["ServiceManager"]:
        """Until the end of the block it hears that we start, and then that we live."""
        is_told = self._address != "" or self._watchdog is not None
        if is_told:
            self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._started.set()
            if is_told:
                self._thread.join()

    def _run(self) -> None:
        self._tell(STARTING)
        while not self._started.wait(START_SECONDS):
            self._tell(STARTING)
        alive_at = time.monotonic()
        while self._watchdog is not None and not self._ended.wait(self._watchdog / 3):
            if self.tell_alive():
                alive_at = time.monotonic()
            elif not self._address and time.monotonic() - alive_at > self._watchdog:
                os.abort()  # with PYTHONFAULTHANDLER, the log says where it stands

    def _tell(self, what: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.settimeout(TELL_SECONDS)
            there.sendto(what.encode(), self._address)


def service_manager(liveness: Liveness) -> ServiceManager:
    """The one that has started us, if any; our children do not learn of it."""
    address, microseconds, pid = (os.environ.pop(name, "") for name in FOR_US)
    is_watched = microseconds.isdigit() and pid in ("", str(os.getpid()))
    watchdog = int(microseconds) / 10**6 if is_watched else None
    if address.startswith("@"):  # an abstract one
        address = "\0" + address.removeprefix("@")
    return ServiceManager(liveness, address, watchdog)
