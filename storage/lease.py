"""The lease of an account: which publisher works for it, until when, and under which fence.

It stands on the account's row, so one post at a time is published per account, by whichever
process. Each new lease raises the fence. Whoever writes names the fence it believes in; if the
row says otherwise, or the time is up, somebody else has taken over and the writer stops
(LeaseLostError). A lease that ran out is freed by `Queue.rescue` alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, true, update
from sqlalchemy.orm import Session

from storage.accounts import is_paused
from storage.models import Account

LEASE = timedelta(seconds=45)
"""How long a publisher that has fallen silent keeps its account; a heartbeat begins it anew."""


class LeaseLostError(RuntimeError):
    """Somebody else has taken the account or the post over."""


@dataclass(frozen=True)
class Lease:
    """What a publisher names at each of its writes."""

    account_id: int
    fence: int


Work = Select[int, datetime | None]
"""(`post_id`, `at`) of one account's next piece of work, correlated to Account, or no row."""


def take(
    session: Session, work: Work, accounts: Collection[int] | None, owner: str, span: timedelta
) -> tuple[Lease, int] | None:
    """Lease the free account whose work has waited the longest; (lease, post number).

    Accounts that pause, or that somebody holds or is just taking, are passed over.

    Args:
        accounts: the ones to choose from; None means all.
    """
    due = work.lateral("work")
    choice = (
        select(Account.id, due.c.post_id)
        .join(due, true())
        .where(Account.lease_owner.is_(None), ~is_paused())
        .order_by(due.c.at, due.c.post_id)
        .limit(1)
        .with_for_update(of=Account, skip_locked=True, key_share=True)
    )
    if accounts is not None:
        choice = choice.where(Account.id.in_(accounts))
    found = choice.cte("found")
    row = session.execute(
        update(Account)
        .where(Account.id == found.c.id)
        .values(
            lease_owner=owner,
            lease_fence=Account.lease_fence + 1,
            lease_until=func.now() + span,
        )
        .returning(Account.id, Account.lease_fence, found.c.post_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else (Lease(row[0], row[1]), row[2])


def hold(session: Session, lease: Lease) -> None:
    """Lock the account's row while the lease is ours. Raises LeaseLostError."""
    if session.scalar(_ours(lease).with_for_update(key_share=True)) is None:
        raise _lost(lease)


def extend(
    session: Session, lease: Lease, span: timedelta, *, left: timedelta = timedelta(0)
) -> None:
    """Begin the span anew, if at least `left` of it is left. Raises LeaseLostError."""
    _change(session, lease, left, lease_until=func.now() + span)


def release(session: Session, lease: Lease) -> None:
    """Give the account back, in the transaction that writes the outcome. Raises LeaseLostError."""
    _change(session, lease, timedelta(0), lease_owner=None, lease_until=None)


def _change(session: Session, lease: Lease, left: timedelta, **values: Any) -> None:
    changed = session.scalar(
        update(Account)
        .where(
            Account.id == lease.account_id,
            Account.lease_fence == lease.fence,
            Account.lease_until > func.now() + left,
        )
        .values(**values)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise _lost(lease)


def _ours(lease: Lease) -> Select[int]:
    return select(Account.id).where(
        Account.id == lease.account_id,
        Account.lease_fence == lease.fence,
        Account.lease_until > func.now(),
    )


def _lost(lease: Lease) -> LeaseLostError:
    return LeaseLostError(f"the lease {lease.fence} of account {lease.account_id} is lost")
