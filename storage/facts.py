"""How the whole installation stands, in one statement: what waits, who works, what is wrong."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.accounts import is_active
from storage.causes import Cause
from storage.database import Repository
from storage.inbox import waits
from storage.lifecycle import PLANNED, Status
from storage.models import Account, Alert, Incoming, LoginQuestion, Notice, Post, Process
from storage.outbox import is_undelivered, waits_now
from storage.pauses import is_paused

OVERDUE = timedelta(minutes=1)
"""How far past its minute a post is late, whatever the reason."""
WITHOUT_REASON = timedelta(minutes=5)
"""How far past its minute a post is that nothing known holds up."""
BUSY = timedelta(minutes=30)
"""How long another post of its account may be a reason; each is given up long before."""
NO_MEDIA = (Cause.MEDIA_AWAY, Cause.DISK_FULL)
"""What posts wait for together, of which the admin chat is told once."""
MOST_NAMED = 20
"""Posts that are named one by one."""


@dataclass(frozen=True)
class AccountState:
    id: int
    name: str
    destination: str
    is_paused: bool
    paused_reason: str | None
    needs_login: bool
    is_asked: bool
    """Its platform wants to know something of a person."""
    has_session: bool
    session_ends_at: str | None = None
    """When its session is over at the latest, in ISO 8601, if that is known."""
    session_left: float | None = None
    """Seconds until then."""


@dataclass(frozen=True)
class ProcessState:
    """As in `Process`; seconds since each of the moments."""

    id: str
    kind: str
    host: str
    version: str
    started: float
    seen: float
    swept: float | None
    sweep_seconds: int | None
    free_bytes: int
    clock_ahead: int | None
    database_ahead: int | None
    clock_set_by: int


@dataclass(frozen=True)
class OpenAlert:
    id: int
    kind: str
    subject: str
    event: str
    detail: dict[str, Any]
    lasts: float
    """Seconds since it was raised."""


@dataclass(frozen=True)
class Facts:
    queue: dict[str, int] = field(default_factory=dict)
    """Posts by status, of those that are not settled."""
    due: int = 0
    """Posts whose minute has come; `overdue` of them more than `OVERDUE` ago."""
    overdue: int = 0
    unexplained: list[int] = field(default_factory=list)
    """The first of those that should long be out, and that nothing known holds up."""
    waiting_for_media: int = 0
    """Posts that are due and whose files cannot be reached, or find no room."""
    outbox: int = 0
    outbox_age: float = 0.0
    """Seconds for which the oldest notice has waited past its time."""
    parked: int = 0
    """Notices that could not be delivered, and are kept."""
    inbox: int = 0
    inbox_age: float = 0.0
    accounts: list[AccountState] = field(default_factory=list)
    """The active ones, the oldest first."""
    processes: list[ProcessState] = field(default_factory=list)
    alerts: list[OpenAlert] = field(default_factory=list)


Rows = Select[*tuple[Any, ...]]


class Installation(Repository):
    def facts(self) -> Facts:
        """How it stands at this moment."""
        with self._database.single() as session:
            return _read(session.execute(_statement()).one())


def _read(row: Row[Any]) -> Facts:
    told = dict(row._mapping)
    for name, kind in (
        ("accounts", AccountState),
        ("processes", ProcessState),
        ("alerts", OpenAlert),
    ):
        told[name] = [kind(**one) for one in told[name] or []]
    told["queue"], told["unexplained"] = told["queue"] or {}, told["unexplained"] or []
    for name in ("outbox_age", "inbox_age"):
        told[name] = float(told[name] or 0)
    return Facts(**told)


def _since(moment: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return extract("epoch", func.now() - moment)


def _listed(rows: Rows) -> ColumnElement[Any]:
    """All rows as one value."""
    each = rows.subquery()
    return select(func.jsonb_agg(func.to_jsonb(each.table_valued()))).scalar_subquery()


def _counted(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*which).scalar_subquery()


@cache
def _statement() -> Rows:
    """By indexes of what is not settled: a long history costs nothing."""
    past = (Post.status == Status.PENDING, Post.next_attempt_at <= func.now())
    by_status = (
        select(Post.status, func.count().label("count"))
        .where(Post.status.in_(sorted(PLANNED)))
        .group_by(Post.status)
        .subquery()
    )
    return select(
        select(func.jsonb_object_agg(by_status.c.status, by_status.c.count))
        .scalar_subquery()
        .label("queue"),
        _counted(*past).label("due"),
        _counted(*past, Post.next_attempt_at < func.now() - OVERDUE).label("overdue"),
        _unexplained().label("unexplained"),
        _waiting_for_media().label("waiting_for_media"),
        _counted(is_undelivered()).label("outbox"),
        select(_since(func.min(Notice.not_before)))
        .where(waits_now())
        .scalar_subquery()
        .label("outbox_age"),
        _counted(Notice.parked_reason.is_not(None)).label("parked"),
        _counted(waits()).label("inbox"),
        select(_since(func.min(Incoming.received_at)))
        .where(waits())
        .scalar_subquery()
        .label("inbox_age"),
        _listed(_accounts()).label("accounts"),
        _listed(_processes()).label("processes"),
        _listed(_alerts()).label("alerts"),
    )


def _waiting_for_media() -> ColumnElement[int]:
    """Also while it is tried once more; not of removed accounts, for which nobody tries."""
    is_due = Post.status.in_((Status.PENDING, Status.CLAIMED))
    is_tried = (Post.account_id == Account.id, is_active())
    return _counted(is_due, Post.error_class.in_(NO_MEDIA), *is_tried)


def _unexplained() -> ColumnElement[Any]:
    """Posts that wait for nothing: no pause, no login, and nothing else of their account."""
    long_past = Post.next_attempt_at < func.now() - BUSY
    is_free = or_(Account.lease_until.is_(None), Account.lease_until < func.now(), long_past)
    posts = (
        select(Post.id)
        .join(Account)
        .where(
            Post.status == Status.PENDING,
            Post.next_attempt_at < func.now() - WITHOUT_REASON,
            is_active(),
            ~is_paused(),
            Account.login_at.is_(None),
            is_free,
        )
        .order_by(Post.next_attempt_at, Post.id)
        .limit(MOST_NAMED)
        .subquery()
    )
    return select(func.jsonb_agg(posts.c.id)).scalar_subquery()


def _accounts() -> Rows:
    asked = aliased(LoginQuestion)
    is_asked = exists().where(asked.account_id == Account.id, asked.settled_at.is_(None))
    return (
        select(
            Account.id,
            Account.name,
            Account.destination,
            is_paused().label("is_paused"),
            Account.paused_reason,
            Account.login_at.is_not(None).label("needs_login"),
            is_asked.label("is_asked"),
            Account.session_at.is_not(None).label("has_session"),
            Account.session_ends_at,
            extract("epoch", Account.session_ends_at - func.now()).label("session_left"),
        )
        .where(is_active())
        .order_by(Account.id)
    )


def _processes() -> Rows:
    moments = {"started": Process.started_at, "seen": Process.seen_at, "swept": Process.swept_at}
    same = (
        Process.id,
        Process.kind,
        Process.host,
        Process.version,
        Process.sweep_seconds,
        Process.free_bytes,
        Process.clock_ahead,
        Process.database_ahead,
        Process.clock_set_by,
    )
    since = [_since(moment).label(name) for name, moment in moments.items()]
    return select(*same, *since).order_by(Process.started_at, Process.id)


def _alerts() -> Rows:
    return (
        select(
            Alert.id,
            Alert.kind,
            Alert.subject,
            Alert.event,
            Alert.detail,
            _since(Alert.raised_at).label("lasts"),
        )
        .where(Alert.withdrawn_at.is_(None))
        .order_by(Alert.id)
    )
