"""Pauses of accounts: whether one pauses and why, how it begins and ends, and who hears of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from storage import lasting
from storage.causes import Cause
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind, notify


def is_paused() -> ColumnElement[bool]:
    """Whether the account of the row at hand pauses at this moment."""
    return Account.paused_reason.is_not(None) & or_(
        Account.paused_until.is_(None), Account.paused_until > func.now()
    )


def unpaused(session: Session, account_id: int) -> Account | None:
    """None if it pauses already, as when two find out at once."""
    free = select(Account).where(Account.id == account_id, ~is_paused())
    return session.scalars(free.with_for_update(key_share=True)).one_or_none()


def begin_pause(
    session: Session, account: Account, reason: str, span: timedelta | None, waiting: int | None
) -> None:
    """For so long, or, if None, until a person resumes; the admin hears, and the owner of the post
    that waits."""
    account.paused_reason, account.paused_at = reason, func.now()
    account.paused_until = None if span is None else func.now() + span
    seconds = None if span is None else span.total_seconds()
    told: dict[str, Any] = {"error_class": reason, "seconds": seconds}
    kind = NoticeKind.ACCOUNT_PAUSED
    (notice,) = notify(session, kind, ADMIN, account_id=account.id, **told)
    lasting.note(session, notice, str(account.id), {"account": account.name})
    if waiting is not None:
        notify_of_pause(session, waiting, reason, offered=span is None)


def tell_planners(
    session: Session, account_id: int, until: datetime | None, by: int | None
) -> None:
    """One message per person and chat, about their next post."""
    waiting = (Post.account_id == account_id, Post.status == Status.PENDING)
    first = (
        select(Post.id, Post.owner_id, func.count().over(partition_by=_WHOSE))
        .where(*waiting, Post.owner_id.is_distinct_from(by))
        .ext(distinct_on(*_WHOSE))
        .order_by(*_WHOSE, Post.next_attempt_at, Post.id)
    )
    for post_id, _, count in session.execute(first).all():
        told: dict[str, Any] = {"count": count, "until": until and until.isoformat()}
        notify(session, NoticeKind.PAUSED, OWNER, post_id=post_id, **told)


_WHOSE = (Post.chat_id, Post.owner_id)


def was_asked_for() -> ColumnElement[bool]:
    """Whether a person wants the pause at hand, and the owner of the post at hand was told."""
    return (Account.paused_reason == Cause.ON_REQUEST) & (Post.created_at <= Account.paused_at)


def awaits_a_person() -> ColumnElement[bool]:
    """Whether the account at hand pauses until somebody has seen to it, and nobody wanted that."""
    for_good = is_paused() & Account.paused_until.is_(None)
    return for_good & (Account.paused_reason != Cause.ON_REQUEST)


def notify_of_pause(
    session: Session, post_id: int, reason: str, *, offered: bool = False
) -> Notice:
    """Tell an owner of a post that is due while its account pauses.

    Args:
        offered: they are to publish it by hand, if they like.
    """
    told: dict[str, Any] = {"error_class": reason, "offered": offered}
    return notify(session, NoticeKind.WAITING, OWNER, post_id=post_id, **told)[0]


def read_doubts_now(session: Session, account_id: int) -> None:
    """The account's posts in doubt are looked for at once."""
    session.execute(
        update(Post)
        .where(
            Post.account_id == account_id,
            Post.status == Status.UNCONFIRMED,
            Post.next_check_at > func.now(),
        )
        .values(next_check_at=func.now())
    )
