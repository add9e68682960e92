"""The lease of an account: which publisher works for it, until when, and under which fence.

It stands on the account's row, so one post at a time is published per account, by whichever
process. Each new lease raises the fence. Whoever writes names the fence it believes in; if the
row says otherwise, or the time is up, somebody else has taken over and the writer stops
(LeaseLostError). A lease that ran out is freed by `Queue.rescue` alone.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Exists,
    Interval,
    Select,
    bindparam,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.dml import ReturningUpdate

from storage.accounts import is_active
from storage.models import Account, Post
from storage.pauses import is_paused

LEASE = timedelta(seconds=45)
"""How long a publisher that has fallen silent keeps its account; a heartbeat begins it anew."""


class LeaseLostError(RuntimeError):
    """Somebody else has taken the account or the post over."""


@dataclass(frozen=True)
class Lease:
    """What a publisher names at each of its writes."""

    account_id: int
    fence: int


def now() -> float:
    """Seconds on a clock that nobody sets and that runs on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


SPAN = bindparam("span", type_=Interval)
_MINE = (Account.id == bindparam("of_account")) & (Account.lease_fence == bindparam("under_fence"))
_EXTEND = (
    update(Account)
    .where(_MINE, Account.lease_until > func.now() + bindparam("left", type_=Interval))
    .values(lease_until=func.now() + SPAN)
    .returning(Account.id)
)
_RELEASE = (
    update(Account)
    .where(_MINE, Account.lease_until > func.now())
    .values(lease_owner=None, lease_until=None)
    .returning(Account.id)
)
_RELEASE_WELL = _RELEASE.values(backoffs=0)
"""Built once, as they run once per post."""

Work = Select[int, datetime | None] | Select[int, datetime]
"""(`post_id`, `at`) of one account's next piece of work, correlated to Account, or no row."""


def first(at: InstrumentedAttribute[datetime | None], *which: ColumnElement[bool]) -> Work:
    """The first of an account's posts by this time, of those of which all this holds."""
    return (
        select(Post.id.label("post_id"), at.label("at"))
        .where(Post.account_id == Account.id, *which)
        .order_by(at, Post.id)
        .limit(1)
        .correlate(Account)
    )


def take(
    session: Session, work: Work, account_id: int | None, owner: str, span: timedelta
) -> tuple[Lease, int] | None:
    """Lease the free account whose work has waited the longest; (lease, post number).

    Accounts that pause, were removed, have to log in first, or that somebody holds or is just
    taking, are passed over.

    Args:
        account_id: the only one to choose from; None: all.
    """
    return take_by(session, taking(work, of_one=account_id is not None), account_id, owner, span)


@lru_cache  # of the same work; building a statement costs more than running it
def taking(work: Work, *, of_one: bool, paused_too: bool = False) -> ReturningUpdate[int, int, int]:
    """The statement for `take_by`."""
    due = work.lateral("work")
    choice = (
        select(Account.id, due.c.post_id)
        .join(due, true())
        .where(
            Account.lease_owner.is_(None),
            is_active(),
            true() if paused_too else ~is_paused() & Account.login_at.is_(None),
        )
        .order_by(due.c.at, due.c.post_id)
        .limit(1)
        .with_for_update(of=Account, skip_locked=True, key_share=True)
    )
    if of_one:
        choice = choice.where(Account.id == bindparam("only"))
    found = choice.cte("found")
    return (
        update(Account)
        .where(Account.id == found.c.id)
        .values(
            lease_owner=bindparam("owner"),
            lease_fence=Account.lease_fence + 1,
            lease_until=func.now() + SPAN,
        )
        .returning(Account.id, Account.lease_fence, found.c.post_id)
    )


def take_by(
    session: Session,
    statement: Executable,
    account_id: int | None,
    owner: str,
    span: timedelta,
) -> tuple[Lease, int] | None:
    """The same with a statement of `taking`, built with `of_one` if an account is named."""
    named = {} if account_id is None else {"only": account_id}
    values = {"owner": owner, "span": span, **named}
    row = session.connection().execute(statement, values).one_or_none()
    return None if row is None else (Lease(row[0], row[1]), row[2])


def take_account(
    session: Session,
    which: ColumnElement[bool],
    account_id: int | None,
    owner: str,
    span: timedelta,
) -> Lease | None:
    """Lease a free account of which this holds, paused or not, for work that is no post's."""
    free = select(Account.id).where(Account.lease_owner.is_(None), is_active(), which)
    if account_id is not None:
        free = free.where(Account.id == account_id)
    found = free.order_by(Account.id).limit(1).with_for_update(skip_locked=True, key_share=True)
    row = session.execute(
        update(Account)
        .where(Account.id == found.cte("found").c.id)
        .values(
            lease_owner=owner, lease_fence=Account.lease_fence + 1, lease_until=func.now() + span
        )
        .returning(Account.id, Account.lease_fence)
    ).one_or_none()
    return None if row is None else Lease(row[0], row[1])


def extending() -> Exists:
    """The condition of a statement that begins the span anew as `extend` does, or does nothing."""
    return select(_EXTEND.cte("extended")).exists()


def releasing_well() -> Exists:
    """The condition of a statement that gives the account back after a success."""
    return select(_RELEASE_WELL.cte("released")).exists()


def named(lease: Lease) -> dict[str, Any]:
    """The values that name it, for a statement with one of these."""
    return {"of_account": lease.account_id, "under_fence": lease.fence}


def hold(session: Session, lease: Lease) -> None:
    """Lock the account's row while the lease is ours. Raises LeaseLostError."""
    ours = select(Account.id).where(
        Account.id == lease.account_id,
        Account.lease_fence == lease.fence,
        Account.lease_until > func.now(),
    )
    if session.scalar(ours.with_for_update(key_share=True)) is None:
        raise _lost(lease)


def extend(session: Session, lease: Lease, span: timedelta) -> None:
    """Begin the span anew, if any of it is left. Raises LeaseLostError."""
    _change(session, _EXTEND, lease, left=timedelta(0), span=span)


def release(session: Session, lease: Lease) -> None:
    """Give the account back, in the transaction that writes the outcome. Raises LeaseLostError."""
    _change(session, _RELEASE, lease)


def _change(session: Session, statement: Executable, lease: Lease, **values: timedelta) -> None:
    if session.connection().execute(statement, named(lease) | values).scalar() is None:
        raise _lost(lease)


def _lost(lease: Lease) -> LeaseLostError:
    return LeaseLostError(f"the lease {lease.fence} of account {lease.account_id} is lost")
