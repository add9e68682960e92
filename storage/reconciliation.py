"""Posts of which nobody knows whether they are live, and accepted ones that are to be seen.

Whoever reads holds the account's lease, as for publishing, and gives it back by `Queue.release`.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Interval, case, exists, func, select, true, update
from sqlalchemy.orm import Session

from storage import lease
from storage.causes import Cause
from storage.database import Database, Repository
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import Status
from storage.models import Notice, Post
from storage.outbox import OWNER, NoticeKind, notify, notify_both
from storage.outcomes import NO_DOUBT, NO_ERROR
from storage.queue import Queue

PAUSE_FACTOR = 3
"""Each wait between two readings that count is so many times the one before: feeds may lag."""
PAUSE_ONCE_ASKED = timedelta(minutes=30)
"""How often the platform is still read once the owner has been asked."""
READ_ONCE_ASKED = timedelta(days=1)
"""After the question: what has not appeared by then is left to the owner's word."""
BATCH_POSTS = 100
"""Accepted posts looked for at a time."""


class Reconciliation:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(
        self, account_id: int | None = None, *, first: bool = False
    ) -> tuple[Lease, Post] | None:
        """Lease an account that has a post to be read about now.

        Args:
            first: only one in doubt whose owner was not asked yet: it goes before what is due.
        """
        with self._database.single() as session:
            work = _to_read(first)
            taken = lease.take(session, work, account_id, self._queue.owner, self._queue.span)
            return None if taken is None else (taken[0], session.get_one(Post, taken[1]))

    def found(self, ours: Lease, post: Post, *, media_pk: str, link: str | None) -> None:
        """It is live after all; its owner hears the link. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                status=Status.UPLOADED,
                media_pk=media_pk,
                link=link,
                published_at=func.now(),
                **NO_ERROR,
                **NO_DOUBT,
            )
            notify(session, NoticeKind.PUBLISHED, OWNER, post_id=post.id)

    def nothing_found(self, ours: Lease, post: Post, pause: timedelta) -> int:
        """A clean reading without a trace; returns how many such readings count by now.

        Only those count that are well apart, and from the beginning of the doubt: the platform may
        still be at it, and its feed may lag. The owner hears once that it is not confirmed yet.
        Raises LeaseLostError.
        """
        since = func.now() - Post.uncertain_since
        counts = since >= _growing(pause, Post.clean_reads.expression)
        reads = case((counts, Post.clean_reads + 1), else_=Post.clean_reads)
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                clean_reads=reads,
                next_check_at=func.now() + _gap(wait_after(reads, pause)),
            )
            _tell_once(session, post)
            return session.scalars(select(Post.clean_reads).where(Post.id == post.id)).one()

    def look_again(self, ours: Lease, post: Post, pause: timedelta) -> None:
        """The platform could not be read, or what it shows proves nothing; again after `pause`.

        Raises LeaseLostError.
        """
        with self._database.transaction() as session:
            _settle(session, ours, post, next_check_at=func.now() + _gap(pause))
            _tell_once(session, post)

    def refused(self, ours: Lease, post: Post) -> None:
        """The platform found fault with it, and it is not there. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _settle(session, ours, post, status=Status.FAILED, **NO_DOUBT)
            notify_both(session, NoticeKind.FAILED, post.id, post.error_class)

    def send_again(self, ours: Lease, post: Post) -> None:
        """It is not there: pending again, under the same upload id. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                status=Status.PENDING,
                next_attempt_at=func.now(),
                retry_count=Post.retry_count + 1,
                **NO_DOUBT,
            )

    def ask(
        self, ours: Lease, post: Post, reason: str | None = None, links: Sequence[str] = ()
    ) -> None:
        """Reading cannot settle it, so its owner is asked. Raises LeaseLostError.

        Args:
            reason: why, if not for what made it doubtful.
            links: of the media that may be it.
        """
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                asked_at=func.coalesce(Post.asked_at, func.now()),
                next_check_at=func.now() + _gap(PAUSE_ONCE_ASKED),
            )
            if post.asked_at is None:
                why = reason or post.error_class or "unknown"
                notify_both(session, NoticeKind.ASKED, post.id, why, links=list(links))

    def ask_overdue(self, after: timedelta) -> list[int]:
        """Ask the owners of all posts in doubt for longer than `after`; returns the posts."""
        doubtful = (
            Post.status == Status.UNCONFIRMED,
            Post.uncertain_since.is_not(None),
            Post.asked_at.is_(None),
            Post.uncertain_since < func.now() - after,
        )
        if not self._database.finds(select(Post.id).where(*doubtful)):
            return []
        with self._database.transaction() as session:
            asked = session.execute(
                update(Post)
                .where(*doubtful)
                .values(asked_at=func.now())
                .returning(Post.id, Post.error_class)
            ).all()
            for post_id, error_class in asked:
                notify_both(session, NoticeKind.ASKED, post_id, error_class or "unknown")
            return [post_id for post_id, _ in asked]


class Verification(Repository):
    """Posts that the platform has accepted: looked for once more, and asked about if in vain."""

    def to_verify(self, account_id: int) -> list[Post]:
        """Posts that the platform has accepted, and that have to be looked for now."""
        return self._all(
            select(Post)
            .where(
                Post.account_id == account_id,
                Post.status == Status.UPLOADED,
                Post.next_check_at <= func.now(),
            )
            .order_by(Post.next_check_at)
            .limit(BATCH_POSTS)
        )

    def seen(self, ours: Lease, posts: Collection[Post]) -> None:
        """They are there, as the platform has said. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=None, clean_reads=0)

    def not_seen(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """They are not there; looked for again, each time later. Raises LeaseLostError."""
        reads = Post.clean_reads + 1
        self._verify(
            ours, posts, next_check_at=func.now() + wait_after(reads, pause), clean_reads=reads
        )

    def look_later(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """The platform could not be read. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=func.now() + pause)

    def vanished(self, ours: Lease, post: Post) -> None:
        """The platform said yes, and it is not there: its owner is asked. Raises LeaseLostError."""
        self._verify(
            ours,
            [post],
            status=Status.UNCONFIRMED,
            uncertain_since=func.now(),
            asked_at=func.now(),
            next_check_at=func.now() + PAUSE_ONCE_ASKED,
            media_pk=None,
            link=None,
            published_at=None,
            error_class=Cause.VANISHED,
            error_message="it was accepted, and is not shown",
            asked=NoticeKind.ASKED,
        )

    def _verify(
        self,
        ours: Lease,
        posts: Collection[Post],
        asked: NoticeKind | None = None,
        **values: Any,
    ) -> None:
        with self._database.transaction() as session:
            lease.hold(session, ours)
            changed = session.scalars(
                update(Post)
                .where(Post.id.in_([post.id for post in posts]), Post.status == Status.UPLOADED)
                .values(**values)
                .returning(Post.id)
            ).all()
            if asked is not None:
                for post_id in changed:
                    notify_both(session, asked, post_id, values["error_class"])


@cache
def _to_read(first: bool) -> lease.Work:
    doubts = (Post.status == Status.UNCONFIRMED) & Post.asked_at.is_(None)
    return lease.first(
        Post.next_check_at,
        Post.next_check_at.is_not(None),
        Post.next_check_at <= func.now(),
        doubts if first else true(),
    )


def wait_after(reads: ColumnElement[int], pause: timedelta) -> ColumnElement[timedelta]:
    """Until the next reading counts, so that they lie at 1, 3 and 9 times the pause."""
    return case((reads == 0, pause), else_=_growing(pause * (PAUSE_FACTOR - 1), reads - 1))


def _growing(span: timedelta, steps: ColumnElement[int]) -> ColumnElement[timedelta]:
    seconds = span.total_seconds() * func.power(PAUSE_FACTOR, steps)
    return func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=Interval)


def _gap(pause: timedelta | ColumnElement[timedelta]) -> ColumnElement[timedelta | None]:
    """How long until the next read: slower once a person has been asked, and none in the end."""
    return case(
        (Post.asked_at.is_(None), pause),
        (Post.asked_at > func.now() - READ_ONCE_ASKED, PAUSE_ONCE_ASKED),
    )


def _settle(session: Session, ours: Lease, post: Post, **values: Any) -> None:
    """Write, if the lease is ours and the post still in the same doubt. Raises LeaseLostError."""
    lease.hold(session, ours)
    changed = session.scalar(
        update(Post)
        .where(
            Post.id == post.id,
            Post.account_id == ours.account_id,
            Post.status == Status.UNCONFIRMED,
            Post.uncertain_since == post.uncertain_since,
        )
        .values(**values)
        .returning(Post.id)
    )
    if changed is None:
        raise LeaseLostError(f"post {post.id} has moved on")


def _tell_once(session: Session, post: Post) -> None:
    """That it is not confirmed yet, unless the question whether it is live has said more."""
    if post.asked_at is not None:
        return
    told = exists().where(
        Notice.post_id == post.id,
        Notice.kind == NoticeKind.UNCONFIRMED,
        Notice.created_at >= post.uncertain_since,
    )
    if not session.scalar(select(told)):
        notify_both(session, NoticeKind.UNCONFIRMED, post.id, post.error_class or "unknown")
