"""The leader lock: of all processes on one database, its holder alone talks with the chat service.

It is a lease on the one row of `leader`, extended by a heartbeat: no lock of a session, which
behind a pooler in transaction mode would lie. Whoever gives it back hands over at once; a holder
that was killed on this machine is relieved at once, any other that has fallen silent after SPAN.
"""

import logging
import os
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psutil
from sqlalchemy import Interval, bindparam, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.lease import now
from storage.models import Leader

log = logging.getLogger(__name__)

SPAN = timedelta(seconds=8)
"""How long a holder that has fallen silent keeps it."""
BEATS_PER_SPAN = 2.3
"""How often the holder begins the span anew: every 3.5 s."""
MARGIN = timedelta(seconds=1)
"""How long before the end of the span the holder stops counting on it."""

_UNTIL = func.now() + bindparam("span", type_=Interval)
_TAKE = (
    update(Leader)
    .where(
        or_(
            Leader.owner.is_(None),
            Leader.until < func.now(),
            Leader.owner.in_(bindparam("gone", expanding=True)),
            Leader.until == bindparam("silent_since", type_=Leader.until.type),
        )
    )
    .values(owner=bindparam("me"), fence=Leader.fence + 1, until=_UNTIL)
    .returning(Leader.fence)
)
_MINE = (Leader.owner == bindparam("me"), Leader.fence == bindparam("mine"))
_EXTEND = (
    update(Leader)
    .where(*_MINE, Leader.until > func.now())
    .values(until=_UNTIL)
    .returning(Leader.fence)
)
_DROP = update(Leader).where(*_MINE).values(owner=None, until=None)


class LeaderLock:
    """The right to lead, taken, kept by a thread of its own, and given back."""

    def __init__(self, database: Database) -> None:
        self._engine = database.aside()
        self._me = f"{_here()} {os.getpid()} {uuid4()}"
        self._fence = 0
        self._safe_until = 0.0
        self._ended = threading.Event()
        self._seen: tuple[datetime | None, float] = (None, 0.0)
        """The end of the holder's span, and since when we have seen it unchanged, by our clock."""
        self._changing = threading.Lock()
        """Who stops gives back what is being taken at that moment, too."""

    def take(self) -> bool:
        """Take it if nobody else holds it. Raises sqlalchemy's errors while Postgres is away."""
        with self._changing:
            self._ended.set()
            began = now()
            with self._engine.connect() as connection:
                holder, until = connection.execute(select(Leader.owner, Leader.until)).one()
                gone = [self._me, *([holder] if holder and _is_dead(holder) else [])]
                values = {"me": self._me, "gone": gone, "span": SPAN}
                values["silent_since"] = until if self._is_silent(until, began) else None
                fence = connection.scalar(_TAKE, values)
            if fence is None:
                return False
            self._fence, self._ended = fence, threading.Event()
            self._safe_until = self._left_from(began)
            beating = (self._ended,)
            threading.Thread(target=self._beat, args=beating, name="leader", daemon=True).start()
            return True

    @property
    def is_ours(self) -> bool:
        """Whether we have it, by a clock that runs on while we stand still; asks nobody."""
        return not self._ended.is_set() and now() < self._safe_until

    def drop(self) -> None:
        """Let somebody else have it, from the moment this returns."""
        with self._changing:
            had, self._safe_until = self._safe_until, 0.0
            self._ended.set()
            if had:
                with suppress(SQLAlchemyError), self._engine.connect() as connection:
                    connection.execute(_DROP, {"me": self._me, "mine": self._fence})
            self._engine.dispose()

    def _is_silent(self, until: datetime | None, at: float) -> bool:
        """Whether the holder has not beaten for a span, whatever Postgres' clock says: it may have
        been set back."""
        if until != self._seen[0]:
            self._seen = until, at
        return at - self._seen[1] > SPAN.total_seconds()

    def _beat(self, ended: threading.Event) -> None:
        """Extend it until it is dropped or lost; it counts as lost when Postgres is away."""
        values = {"me": self._me, "mine": self._fence, "span": SPAN}
        while not ended.wait(SPAN.total_seconds() / BEATS_PER_SPAN):
            began = now()
            try:
                with self._engine.connect() as connection:
                    kept = connection.scalar(_EXTEND, values) is not None
            except SQLAlchemyError:
                kept = False
            if not kept:
                ended.set()
                return
            self._safe_until = self._left_from(began)

    def _left_from(self, began: float) -> float:
        return began + (SPAN - MARGIN).total_seconds()


def _here() -> str:
    """Where process numbers mean the same as ours: this boot of this machine, this container."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"
    return str(uuid4())


def _is_dead(owner: str) -> bool:
    """Whether its process has certainly ended; elsewhere, nobody can tell."""
    here, _, rest = owner.partition(" ")
    if here != _here():
        return False
    pid = int(rest.partition(" ")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    with suppress(psutil.Error):  # /proc may hide who lives: systemd's ProtectProc=invisible
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return False
