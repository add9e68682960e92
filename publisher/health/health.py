"""What this process knows of itself, at hand while everything else hangs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from publisher.health.counts import Counts
from publisher.health.liveness import Liveness
from publisher.health.snapshot import Seen, Snapshot
from storage.database import Database
from storage.facts import Installation

BOT, PUBLISHER = "bot", "publisher"
"""Kinds of processes."""

STARTING, LEADING, STANDBY, PUBLISHING = "starting", "leading", "standby", "publishing"
"""What one is at: a bot that stands by publishes as well, and leads once the other one ends."""

TOKEN_REFUSED = "token refused"  # noqa: S105 - what Telegram says of it
PATIENCE_SECONDS = 60.0
"""For how long Telegram may be away before a bot that leads is not ready any more."""


@dataclass(frozen=True)
class Readiness:
    """Whether a process can do its work, and what keeps it from that, by what is missing."""

    role: str
    troubles: dict[str, str]


class Health:
    """One for each process, from its start on. Safe to use from any thread."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.liveness = Liveness()
        self.counts = Counts()
        self.since_sweep: Callable[[], float | None] = lambda: None
        """Seconds since this process has looked at all that is due; None: it has not."""
        self._began = time.monotonic()
        self._role: Callable[[], str] = lambda: STARTING
        self._snapshot: Snapshot | None = None
        self._telegram: tuple[str, float] | None = None

    def begin(self, database: Database, role: Callable[[], str]) -> None:
        """The database can be used, and its tables are ours."""
        self._role = role
        self._snapshot = Snapshot(Installation(database).facts)

    def note_telegram(self, trouble: str | None) -> None:
        """What it is like to reach Telegram; None: it answers."""
        since = self._telegram[1] if self._telegram else time.monotonic()
        self._telegram = None if trouble is None else (trouble, since)

    @property
    def telegram_answers(self) -> bool | None:
        """None: it is not asked here."""
        return self._telegram is None if self.role == LEADING else None

    @property
    def role(self) -> str:
        return self._role()

    @property
    def uptime(self) -> float:
        """Seconds."""
        return time.monotonic() - self._began

    def seen(self) -> Seen:
        """How the installation stands; asked of Postgres now and then. Blocks for a moment."""
        if self._snapshot is None:
            return Seen(None, 0.0, "it could not be used yet")
        return self._snapshot.latest()

    def readiness(self) -> Readiness:
        """Whether it can do its work at this moment. Blocks for a moment."""
        troubles = {f"{what} stands still": f"{seconds:.0f} s" for what, seconds in self._silent()}
        if trouble := self.seen().trouble:
            troubles["database"] = trouble
        if (trouble := self._trouble_with_telegram()) and self.role == LEADING:
            troubles["telegram"] = trouble
        return Readiness(self.role, troubles)

    def _silent(self) -> list[tuple[str, float]]:
        return sorted(self.liveness.silent().items())

    def _trouble_with_telegram(self) -> str | None:
        """What needs a person, at once; what may pass, once it lasts."""
        if self._telegram is None:
            return None
        trouble, since = self._telegram
        lasts = time.monotonic() - since >= PATIENCE_SECONDS
        return trouble if lasts or trouble == TOKEN_REFUSED else None


def own_version() -> str:
    """As it was installed; of a checkout that never was, nobody knows."""
    try:
        return version("postbote")
    except PackageNotFoundError:
        return "unknown"
