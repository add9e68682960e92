"""Posts that are due sooner than their account's pace lets them out: moved, and their owners told.

Whoever claims looks at the pace as well; here people learn when, and what was told is kept.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.accounts import is_active
from storage.database import Database, Repository
from storage.lifecycle import OWNED, Status
from storage.models import Account, Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.outcomes import UNSTAGED
from storage.pace import NO_PACES, WINDOW, Pace, Paces
from storage.paced import cap_of, gap_of
from storage.pauses import is_paused

MOST_POSTS = 500
"""Of one account that are moved at a time."""

SLACK = timedelta(minutes=1)
"""By which a promise may be missed before it is written anew."""

Row = tuple[int, datetime] | None
"""What is not held apart: the series, and the minute for which it was planned."""


@dataclass(frozen=True)
class Planned:
    """A post that waits, and when it would go out."""

    id: int
    at: datetime
    row: Row = None
    is_promised: bool = False
    """Its owner has heard this time."""

    @property
    def slack(self) -> timedelta:
        """By how much it may go out later than at that time and nobody minds."""
        return SLACK if self.is_promised else timedelta(0)


@dataclass(frozen=True, order=True)
class Out:
    """A post that is out, or will be then."""

    at: datetime
    row: Row = None


def moments(
    pace: Pace, out: Iterable[Out], planned: Iterable[Planned], now: datetime
) -> dict[int, datetime]:
    """When each of the planned posts goes out: first what is due, then what was promised."""
    gone, found = sorted(out, key=lambda one: one.at), {}
    for post in sorted(
        planned, key=lambda post: (post.at > now, not post.is_promised, post.at, post.id)
    ):
        wanted = max(post.at, now)
        at = first_free(pace, gone, wanted, post.row)
        found[post.id] = post.at if at == wanted else at
        insort(gone, Out(at, post.row), key=lambda one: one.at)
    return found


def first_free(pace: Pace, gone: Sequence[Out], at: datetime, row: Row = None) -> datetime:
    """The first moment from `at` on at which another post may go out.

    Args:
        gone: what is out, or will be, in order.
    """
    times = [one.at for one in gone]
    while True:
        later = _apart(pace.min_gap, gone, times, at, row)
        held = bisect_right(times, later)
        if pace.daily_cap is not None:
            in_window = held - bisect_right(times, later - WINDOW)
            if in_window >= pace.daily_cap:
                later = times[held - pace.daily_cap] + WINDOW
        if later == at:
            return at
        at = later


def _apart(
    gap: timedelta, gone: Sequence[Out], times: Sequence[datetime], at: datetime, row: Row
) -> datetime:
    """The first moment from `at` on that lies the gap away from all others but those of its row."""
    for one in islice(gone, bisect_right(times, at - gap), None):
        if one.at - at >= gap:
            break
        if row is None or one.row != row:
            at = max(at, one.at + gap)
    return at


class Postponed(Repository):
    """Args:
    paces: how fast accounts publish that say nothing themselves.
    """

    def __init__(self, database: Database, paces: Paces = NO_PACES) -> None:
        super().__init__(database)
        self._paces = paces

    def postpone(self, within: timedelta) -> list[int]:
        """Move what is due within this span to when the pace lets it out; returns the posts.

        Their owners hear of it once, in one message per person and chat, however many posts.
        """
        gap, cap = gap_of(self._paces), cap_of(self._paces)
        soon = (Post.status == Status.PENDING, Post.next_attempt_at <= func.now() + within)
        accounts = (
            select(Account.id, gap, cap, func.now())
            .where(is_active(), ~is_paused(), or_(gap > timedelta(0), cap.is_not(None)))
            .where(select(Post.id).where(Post.account_id == Account.id, *soon).exists())
        )
        with self._database.single() as session:
            found = session.execute(accounts).all()
        return [
            post_id
            for account_id, gap, cap, now in found
            for post_id in self._of(account_id, Pace(cap, gap), now, within)
        ]

    def _of(self, account_id: int, pace: Pace, now: datetime, within: timedelta) -> list[int]:
        with self._database.transaction() as session:
            planned = _planned(session, account_id, within)
            found = moments(pace, _out(session, account_id, now), planned, now)
            later = [post for post in planned if found[post.id] - post.at > post.slack]
            moved = [post for post in later if _move(session, post, found[post.id])]
            fresh = {post.id: found[post.id] for post in moved if not post.is_promised}
            _tell(session, fresh, pace)
            return list(fresh)


def _planned(session: Session, account_id: int, within: timedelta) -> list[Planned]:
    """What is due within the span, and what was promised for whenever."""
    promised = Post.postponed_at.is_not(None)
    soon = Post.next_attempt_at <= func.now() + within
    rows = session.execute(
        select(Post.id, Post.next_attempt_at, Post.series_id, Post.scheduled_time, promised)
        .where(Post.account_id == account_id, Post.status == Status.PENDING, soon | promised)
        .order_by(Post.next_attempt_at)
        .limit(MOST_POSTS)
    )
    return [Planned(id, at, _row(series, time), told) for id, at, series, time, told in rows if at]


def _out(session: Session, account_id: int, now: datetime) -> list[Out]:
    """What was published within the window, and what is being published right now."""
    at = func.coalesce(Post.published_at, now)
    rows = session.execute(
        select(at, Post.series_id, Post.scheduled_time).where(
            Post.account_id == account_id,
            or_(Post.published_at > func.now() - WINDOW, Post.status.in_(OWNED)),
        )
    )
    return [Out(at, _row(series, time)) for at, series, time in rows]


def _move(session: Session, post: Planned, at: datetime) -> bool:
    """False if somebody else has changed it meanwhile."""
    moved = (
        update(Post)
        .where(Post.id == post.id, Post.status == Status.PENDING, Post.next_attempt_at == post.at)
        .values(next_attempt_at=at, postponed_at=func.now(), **UNSTAGED)
        .returning(Post.id)
    )
    return session.scalar(moved) is not None


def _tell(session: Session, posts: dict[int, datetime], pace: Pace) -> None:
    """One message per person and chat, about the first."""
    rows = session.execute(select(Post.id, Post.chat_id, Post.owner_id).where(Post.id.in_(posts)))
    theirs: dict[tuple[int, int], list[int]] = {}
    for post_id, *whom in rows:
        theirs.setdefault((whom[0], whom[1]), []).append(post_id)
    for mine in theirs.values():
        first, last = min(mine, key=lambda id: (posts[id], id)), max(posts[id] for id in mine)
        told: dict[str, Any] = {
            "count": len(mine),
            "until": posts[first].isoformat(),
            "last": last.isoformat(),
            "cap": pace.daily_cap,
            "seconds": pace.min_gap.total_seconds(),
        }
        notify(session, NoticeKind.POSTPONED, OWNER, post_id=first, **told)


def _row(series: int | None, time: datetime | None) -> Row:
    return None if series is None or time is None else (series, time)
