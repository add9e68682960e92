"""Which post an account's pace lets out, and when, as SQL.

Posts of one series that were planned for the same minute, stories in a row among them, are not
held apart: once one of them is out, the others follow. Each of them counts for the cap.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    Select,
    case,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from storage.lifecycle import Status
from storage.models import Account, Post
from storage.pace import WINDOW, Paces


def gap_of(paces: Paces) -> ColumnElement[Any]:
    """Between two posts of the account at hand."""
    seconds = {way: int(pace.min_gap.total_seconds()) for way, pace in paces}
    set_or_default = func.coalesce(Account.min_gap_seconds, _by_way(seconds), 0)
    return set_or_default * literal(timedelta(seconds=1), Interval)


def cap_of(paces: Paces) -> ColumnElement[int | None]:
    """Posts of the account at hand within 24 hours; null: any number."""
    return func.coalesce(Account.daily_cap, _by_way({way: pace.daily_cap for way, pace in paces}))


def next_due(paces: Paces, *which: ColumnElement[bool]) -> Select[Any, Any, Any, Any]:
    """The account's pending post that goes out first, of those of which all this holds.

    A lease's `Work`, with `staged_at` and `planned_at`, when it would go out at any pace.
    """
    last, full = _last().lateral("last"), _full(cap_of(paces)).lateral("full")
    apart = case((_follows(last), null()), else_=last.c.published_at + gap_of(paces))
    first = _pending(full, apart, *which).outerjoin(last, true())
    follower = _pending(full, null(), *which).join(last, _follows(last))
    both = union_all(
        first.order_by(Post.next_attempt_at, Post.id).limit(1),
        follower.order_by(Post.id).limit(1),
    ).lateral("both")
    return (
        select(both.c.post_id, both.c.at, both.c.staged_at, both.c.planned_at)
        .order_by(both.c.at, both.c.planned_at, both.c.post_id)
        .limit(1)
        .correlate(Account)
    )


def _pending(
    full: FromClause, apart: ColumnElement[Any], *which: ColumnElement[bool]
) -> Select[Any]:
    """Of the account at hand: when the cap lets each out, and not before `apart`."""
    return (
        select(
            Post.id.label("post_id"),
            func.greatest(Post.next_attempt_at, full.c.published_at + WINDOW, apart).label("at"),
            Post.staged_at,
            Post.next_attempt_at.label("planned_at"),
        )
        .select_from(Post)
        .outerjoin(full, true())
        .where(Post.account_id == Account.id, Post.status == Status.PENDING, *which)
        .correlate(Account)
    )


def _last() -> Select[Any, Any, Any]:
    """What the account at hand has published last."""
    out = aliased(Post)
    return (
        select(out.series_id, out.scheduled_time, out.published_at)
        .where(out.account_id == Account.id, out.published_at.is_not(None))
        .order_by(out.published_at.desc())
        .limit(1)
        .correlate(Account)
    )


def _full(cap: ColumnElement[int | None]) -> Select[Any]:
    """The post that fills the account's cap: once it is a day old, another one may go out."""
    out = aliased(Post)
    return (
        select(out.published_at)
        .where(
            out.account_id == Account.id,
            out.published_at > func.now() - WINDOW,
            cap.is_not(None),
        )
        .order_by(out.published_at.desc())
        .offset(cap - 1)
        .limit(1)
        .correlate(Account)
    )


def _follows(last: FromClause) -> ColumnElement[bool]:
    """Whether the post at hand was planned for the same minute of the same series."""
    return (Post.series_id == last.c.series_id) & (Post.scheduled_time == last.c.scheduled_time)


def _by_way(values: Mapping[str, int | None]) -> ColumnElement[Any]:
    whens = [(Account.destination == way, value) for way, value in values.items() if value]
    return case(*whens, else_=null()) if whens else null()
