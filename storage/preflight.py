"""Checks an hour before a post is due: its owner hears what would keep it from being published.

Whoever checks holds the account's lease, as for publishing, and gives it back by `Queue.release`.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import func, select, update

from storage import lease
from storage.accounts import is_active
from storage.causes import Cause
from storage.database import Database
from storage.due import to_check
from storage.lease import Lease, Work
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Account, Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.paced import gap_of
from storage.pauses import is_paused, was_asked_for
from storage.queue import Queue

BATCH_POSTS = 200
"""Posts dealt with in one step."""


class Preflight:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(
        self, soonest: timedelta, latest: timedelta, account_id: int | None = None
    ) -> tuple[Lease, Post] | None:
        """Lease an account with a post that is due in this span and was not checked yet."""
        work = _to_check(soonest, latest)
        with self._database.single() as session:
            taken = lease.take(session, work, account_id, self._queue.owner, self._queue.span)
            return None if taken is None else (taken[0], session.get_one(Post, taken[1]))

    def mark_checked(self, ours: Lease, post: Post, reasons: Sequence[str]) -> None:
        """Note that it was checked, and tell its owner what was wrong. Raises LeaseLostError.

        One that was changed meanwhile is checked anew.
        """
        with self._database.transaction() as session:
            lease.hold(session, ours)
            checked = session.scalar(
                update(Post)
                .where(
                    Post.id == post.id,
                    Post.status == Status.PENDING,
                    Post.revision == post.revision,
                )
                .values(preflighted_at=func.now())
                .returning(Post.id)
            )
            for reason in reasons if checked else ():
                notify(session, NoticeKind.PREFLIGHT, OWNER, post_id=post.id, error_class=reason)

    def collides(self, post: Post, within: timedelta) -> bool:
        """Whether another post of the account is planned for the same time, give or take.

        What was planned together with it is meant to follow it. An account with a pace holds its
        posts apart by itself; see `storage.postponed`.
        """
        assert post.next_attempt_at is not None
        with self._database.single() as session:
            other = session.scalar(
                select(Post.id)
                .join(Account)
                .where(
                    Post.account_id == post.account_id,
                    gap_of(self._queue.paces) < within,
                    Post.id != post.id,
                    Post.series_id.is_distinct_from(post.series_id) | Post.series_id.is_(None),
                    Post.status.in_(CHANGEABLE),
                    Post.next_attempt_at > post.next_attempt_at - within,
                    Post.next_attempt_at < post.next_attempt_at + within,
                )
                .limit(1)
            )
            return other is not None

    def tell_of_pauses(self, soonest: timedelta, latest: timedelta) -> list[int]:
        """Owners of posts of paused accounts hear of the pause instead; returns the posts."""
        waiting = (
            select(Post.id)
            .join(Account)
            .where(*to_check(soonest, latest), is_active(), is_paused(), ~was_asked_for())
        )
        if not self._database.finds(waiting):
            return []
        with self._database.transaction() as session:
            posts = session.scalars(
                waiting.order_by(Post.next_attempt_at)
                .limit(BATCH_POSTS)
                .with_for_update(of=Post, skip_locked=True)
            ).all()
            session.execute(
                update(Post).where(Post.id.in_(posts)).values(preflighted_at=func.now())
            )
            for id in posts:
                notify(session, NoticeKind.PREFLIGHT, OWNER, post_id=id, error_class=Cause.PAUSED)
            return list(posts)


@cache
def _to_check(soonest: timedelta, latest: timedelta) -> Work:
    return lease.first(Post.next_attempt_at, *to_check(soonest, latest))
