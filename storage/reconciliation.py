"""Posts of which nobody knows whether they are live: read about, settled, or asked about.

Whoever reads holds the account's lease, as for publishing, and gives it back by `Queue.release`.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, case, exists, func, select, true, update
from sqlalchemy.orm import Session

from storage import lease
from storage.database import Database
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.outbox import OWNER, NoticeKind, notify, notify_both
from storage.queue import Queue

NO_DOUBT: dict[str, Any] = {
    "uncertain_since": None,
    "next_check_at": None,
    "asked_at": None,
    "clean_reads": 0,
}
"""Goes with every step out of `unconfirmed`."""

PAUSE_FACTOR = 3
"""Each wait between two readings that count is so many times the one before: feeds may lag."""
PAUSE_ONCE_ASKED = timedelta(minutes=30)
"""How often the platform is still read once the owner has been asked."""
READ_ONCE_ASKED = timedelta(days=1)
"""After the question: what has not appeared by then is left to the owner's word."""


class Reconciliation:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(
        self, accounts: Collection[int] | None = None, *, first: bool = False
    ) -> tuple[Lease, Post] | None:
        """Lease an account that has a post to be read about now.

        Args:
            first: only one in doubt whose owner was not asked yet: it goes before what is due.
        """
        with self._database.transaction() as session:
            work = _to_read(first)
            taken = lease.take(session, work, accounts, self._queue.owner, self._queue.span)
            if taken is None:
                return None
            return taken[0], session.get_one(Post, taken[1])

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
                error_class=None,
                error_message=None,
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
        with self._database.transaction() as session:
            asked = session.execute(
                update(Post)
                .where(
                    Post.status == Status.UNCONFIRMED,
                    Post.uncertain_since.is_not(None),
                    Post.asked_at.is_(None),
                    Post.uncertain_since < func.now() - after,
                )
                .values(asked_at=func.now())
                .returning(Post.id, Post.error_class)
                .execution_options(synchronize_session=False)
            ).all()
            for post_id, error_class in asked:
                notify_both(session, NoticeKind.ASKED, post_id, error_class or "unknown")
            return [post_id for post_id, _ in asked]


def _to_read(first: bool) -> lease.Work:
    doubts = (Post.status == Status.UNCONFIRMED) & Post.asked_at.is_(None)
    return (
        select(Post.id.label("post_id"), Post.next_check_at.label("at"))
        .where(
            Post.account_id == Account.id,
            Post.next_check_at.is_not(None),
            Post.next_check_at <= func.now(),
            doubts if first else true(),
        )
        .order_by(Post.next_check_at, Post.id)
        .limit(1)
        .correlate(Account)
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
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise LeaseLostError(f"post {post.id} has moved on")


def _tell_once(session: Session, post: Post) -> None:
    told = exists().where(
        Notice.post_id == post.id,
        Notice.kind == NoticeKind.UNCONFIRMED,
        Notice.created_at >= post.uncertain_since,
    )
    if not session.scalar(select(told)):
        notify_both(session, NoticeKind.UNCONFIRMED, post.id, post.error_class or "unknown")
