"""A sign of life once a minute, with how the machine is: a row of Postgres, in one statement."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from storage.database import is_away, note_away
from storage.lease import now
from storage.processes import BEAT, Processes, Signs

log = logging.getLogger(__name__)

TRIP_SECONDS = 5.0
"""A statement that took longer says nothing of clocks."""
SLEWED_SECONDS = 2.0
"""By less, a clock is put right all the time."""


class Heartbeat:
    """From `start` to `stop`, in a thread of its own.

    Args:
        folder: on whose disk the data lie.
        sweeps_every: how often it looks at all that is due; None: it publishes nothing.
        since_sweep: seconds since it did, if it did.
        time_there: by the platform's clock, if that has told it: seconds since 1970.
    """

    def __init__(
        self,
        processes: Processes,
        folder: Path,
        sweeps_every: timedelta | None,
        since_sweep: Callable[[], float | None],
        time_there: Callable[[], float | None],
    ) -> None:
        self._processes, self._folder = processes, folder
        self._since_sweep, self._time_there = since_sweep, time_there
        self._sweep_seconds = round(sweeps_every.total_seconds()) if sweeps_every else None
        self._clock = Clock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """This process ends as it should. Blocks for a moment, also while Postgres is away."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(TRIP_SECONDS)
        self._processes.end()

    @property
    def free_bytes(self) -> int:
        """Of the disk with the data, at this moment. Raises OSError."""
        return shutil.disk_usage(self._folder).free

    def beat(self) -> None:
        """Give one sign of life. Raises sqlalchemy's errors."""
        signs = Signs(
            free_bytes=self.free_bytes,
            sweep_seconds=self._sweep_seconds,
            **self._clock.compared(),
        )
        began = time.monotonic()
        told = self._processes.beat(signs, since_sweep=self._since_sweep())
        if time.monotonic() - began < TRIP_SECONDS:
            self._clock.compare(told.timestamp(), self._time_there())

    def _run(self) -> None:
        while True:
            try:
                self.beat()
            except Exception as error:
                if is_away(error):
                    note_away("signs of life wait", error)
                else:
                    log.exception("no sign of life could be given")
            if self._ended.wait(BEAT.total_seconds()):
                return


class Clock:
    """How this machine's clock stands to Postgres' and to the platform's, and to what it was.

    Args:
        read: seconds since 1970.
    """

    def __init__(self, read: Callable[[], float] = time.time) -> None:
        self._read = read
        self._began = read() - now()
        self._ahead: float | None = None
        self._database_ahead: float | None = None

    def compare(self, database: float, there: float | None) -> None:
        """Look at it beside what these say: seconds since 1970.

        Args:
            there: by the platform's clock, if that has said so.
        """
        here = self._read()
        self._ahead = here - database
        self._database_ahead = None if there is None else database - there
        if there is not None and abs(here - there) < TRIP_SECONDS:
            self._began = here - now()  # whatever it was set by, it is right

    def compared(self) -> dict[str, int]:
        """What is known, by the names of `Signs`: seconds."""
        set_by = self._read() - now() - self._began
        known = {
            "clock_ahead": self._ahead,
            "database_ahead": self._database_ahead,
            "clock_set_by": set_by if abs(set_by) >= SLEWED_SECONDS else 0.0,
        }
        return {name: round(seconds) for name, seconds in known.items() if seconds is not None}
