"""What Postgres says of the installation, asked now and then however many want to know.

Whoever asks waits a moment at the most, also while Postgres hangs, and hears how old the answer is.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from storage.database import named
from storage.facts import Facts

FRESH_SECONDS = 15.0
"""How long an answer is good enough: a scrape every second costs a statement in 15 seconds."""
WAIT_SECONDS = 2.0
"""How long somebody waits for a fresh one."""


@dataclass(frozen=True)
class Seen:
    facts: Facts | None
    """The last that were seen; None: none ever were."""
    age: float
    """Seconds since then."""
    trouble: str | None
    """Why they are not fresh; None: they are."""


class Snapshot:
    """Safe to use from any thread.

    Args:
        ask: blocks, and may hang.
    """

    def __init__(self, ask: Callable[[], Facts]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asking: threading.Event | None = None
        self._facts: Facts | None = None
        self._seen_at = self._tried_at = float("-inf")
        self._trouble: str | None = None

    def latest(self) -> Seen:
        """As fresh as can be had within a moment."""
        with self._lock:
            is_due = time.monotonic() - self._tried_at > FRESH_SECONDS
            if is_due and self._asking is None:
                self._asking = threading.Event()
                thread = threading.Thread(target=self._look, name="snapshot", daemon=True)
                thread.start()
            asking = self._asking
        has_answered = asking is None or asking.wait(WAIT_SECONDS)
        with self._lock:
            trouble = self._trouble if has_answered else "it does not answer"
            return Seen(self._facts, time.monotonic() - self._seen_at, trouble)

    def _look(self) -> None:
        facts, trouble = None, None
        try:
            facts = self._ask()
        except Exception as error:
            trouble = named(error)
        with self._lock:
            now = time.monotonic()
            if facts is not None:
                self._facts, self._seen_at = facts, now
            self._trouble, self._tried_at = trouble, now
            asking, self._asking = self._asking, None
        assert asking is not None
        asking.set()
