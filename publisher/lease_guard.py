"""One piece of work under an account's lease: kept alive, limited in time, and never past its end.

A process may be stopped and continued, its machine put to sleep, its upload hang. So the right
to send is asked for just before each request, by a clock that runs on in all of these.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Self

from publisher.gate import GateClosedError
from publisher.timings import Timings
from storage.database import is_away, note_away
from storage.lease import Lease, LeaseLostError, now
from storage.queue import Queue

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0


class LeaseGuard:
    """Keeps the lease until the end of the `with` block, or until the deadline.

    Args:
        give_up: called once, from another thread, when the deadline has passed.
    """

    def __init__(
        self,
        queue: Queue,
        lease: Lease,
        timings: Timings,
        *,
        began: float,
        give_up: Callable[[], None],
        stopping: threading.Event,
    ) -> None:
        self._queue, self._lease, self._timings = queue, lease, timings
        self._give_up, self._stopping = give_up, stopping
        self._safe_until = self._left_from(began)
        self._last = self._deadline = began + timings.deadline.total_seconds()
        self._ended, self._changed = False, threading.Event()
        self.is_over = False
        """The lease is lost or the deadline has passed: nothing of it may be sent any more."""
        self.is_committed = False
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)

    def may_send(self) -> bool:
        """Whether a request may leave now. A publisher that is to stop only finishes."""
        if self.is_over or (self._stopping.is_set() and not self.is_committed):
            return False
        return now() < self._safe_until

    def commit(self, mark: Callable[[bool], None]) -> None:
        """Write the commit point. Raises GateClosedError, and what `mark` raises.

        Nothing is in doubt before the request is made, so it is written again while Postgres is
        away: the answer to a COMMIT may be all that was lost.

        Args:
            mark: is told whether it may have been written already.
        """
        began: float | None = None

        def once() -> None:
            nonlocal began
            if not self.may_send():
                raise GateClosedError
            again, began = began is not None, now()
            mark(again)

        self.write(once)
        assert began is not None
        self._safe_until = self._left_from(began)
        self.is_committed = True

    @contextlib.contextmanager
    def limited(self, span: timedelta) -> Iterator[None]:
        """Within, the deadline is this close, if not closer. Raises GateClosedError."""
        if not self.may_send():
            raise GateClosedError
        self._deadline = min(self._last, now() + span.total_seconds())
        self._changed.set()
        try:
            yield
        finally:
            self._deadline = self._last

    def is_to_stop(self, seconds: float) -> bool:
        """Wait; True as soon as nothing new is to be begun."""
        return self._stopping.wait(seconds)

    def write(self, outcome: Callable[[], None]) -> None:
        """Write an outcome, again while Postgres is away, until the lease has run out.

        Raises LeaseLostError, or the database's error when there is no time left.
        """
        while True:
            try:
                outcome()
                return
            except Exception as error:
                if not is_away(error) or now() >= self._safe_until:
                    raise
                log.warning("the database is away; the outcome waits")
                time.sleep(PAUSE_SECONDS)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._changed.set()
        self._thread.join()

    def _left_from(self, began: float) -> float:
        return began + (self._timings.lease - self._timings.margin).total_seconds()

    def _watch(self) -> None:
        """Beat until the end; at the deadline settle the post in the place of a stuck thread."""
        beat_at = now() + self._timings.heartbeat.total_seconds()
        while True:
            self._changed.wait(max(min(beat_at, self._deadline) - now(), 0))
            self._changed.clear()
            if self._ended:
                return
            if now() >= self._deadline:
                self.is_over = True
                self._give_up()
                return
            if now() < beat_at:
                continue
            began = now()
            beat_at = began + self._timings.heartbeat.total_seconds()
            try:
                self._queue.heartbeat(self._lease)
            except LeaseLostError as error:
                self.is_over = True
                log.warning("%s", error)
                return
            except Exception as error:
                if is_away(error):
                    note_away("a heartbeat waits", error)
                else:
                    log.exception("a heartbeat has failed")
            else:
                self._safe_until = self._left_from(began)
