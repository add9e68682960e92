"""Posts of which nobody knows whether they are live: read about, settled, or asked about.

Whoever reads holds the account's lease, as for publishing, and gives it back by `Queue.release`.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage import lease
from storage.database import Database
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.outbox import OWNER, NoticeKind
from storage.queue import Queue, notice, tell_both

NO_DOUBT: dict[str, Any] = {
    "uncertain_since": None,
    "next_check_at": None,
    "asked_at": None,
    "clean_reads": 0,
}
"""Goes with every step out of `unconfirmed`."""

MANY = 100
"""Posts looked for at a time."""
SLOWLY = timedelta(minutes=30)
"""How often Instagram is still read once the owner has been asked."""
NO_LONGER = timedelta(days=1)
"""After the question: what has not appeared by then is left to the owner's word."""


class Doubts:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(self, accounts: Collection[int] | None = None) -> tuple[Lease, Post] | None:
        """Lease an account that has an unconfirmed post to be read about now."""
        with self._database.transaction() as session:
            taken = lease.take(session, _to_read(), accounts, self._queue.owner, self._queue.span)
            if taken is None:
                return None
            return taken[0], session.get_one(Post, taken[1])

    def others(
        self, post: Post, media_pks: Collection[str], upload_ids: Collection[str]
    ) -> tuple[set[str], set[str]]:
        """Which of these media, and which of these upload ids, belong to other posts of ours."""
        with self._database.transaction() as session:
            rows = session.execute(
                select(Post.media_pk, Post.upload_id).where(
                    Post.account_id == post.account_id,
                    Post.id != post.id,
                    or_(Post.media_pk.in_(media_pks), Post.upload_id.in_(upload_ids)),
                )
            ).all()
            return {pk for pk, _ in rows if pk}, {upload_id for _, upload_id in rows if upload_id}

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
            session.add(notice(OWNER, NoticeKind.PUBLISHED, post.id))

    def nothing_found(self, ours: Lease, post: Post, pause: timedelta) -> int:
        """A read in full, without a trace; returns how many such reads count by now.

        Only reads at least `pause` after the doubt began, and after each other, count: Instagram
        may still be at it. The owner hears once that it is not confirmed yet. Raises
        LeaseLostError.
        """
        since = func.now() - Post.uncertain_since
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                clean_reads=case(
                    (since >= pause * (Post.clean_reads + 1), Post.clean_reads + 1),
                    else_=Post.clean_reads,
                ),
                next_check_at=func.now() + _gap(pause),
            )
            _tell_once(session, post)
            return session.scalars(select(Post.clean_reads).where(Post.id == post.id)).one()

    def unreadable(self, ours: Lease, post: Post, pause: timedelta) -> None:
        """Instagram could not be read; again after `pause`. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _settle(session, ours, post, next_check_at=func.now() + _gap(pause))
            _tell_once(session, post)

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

    def ask(self, ours: Lease, post: Post) -> None:
        """Reading cannot settle it, so its owner is asked. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _settle(
                session,
                ours,
                post,
                asked_at=func.coalesce(Post.asked_at, func.now()),
                next_check_at=func.now() + _gap(SLOWLY),
            )
            if post.asked_at is None:
                tell_both(session, NoticeKind.ASKED, post.id, post.error_class or "unknown")

    def to_verify(self, account_id: int) -> list[Post]:
        """Posts that Instagram has accepted, and that have to be looked for now."""
        with self._database.transaction() as session:
            return list(
                session.scalars(
                    select(Post)
                    .where(
                        Post.account_id == account_id,
                        Post.status == Status.UPLOADED,
                        Post.next_check_at <= func.now(),
                    )
                    .order_by(Post.next_check_at)
                    .limit(MANY)
                )
            )

    def seen(self, ours: Lease, posts: Collection[Post]) -> None:
        """They are there, as Instagram has said. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=None, clean_reads=0)

    def not_seen(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """They are not there; looked for again after `pause`. Raises LeaseLostError."""
        self._verify(
            ours, posts, next_check_at=func.now() + pause, clean_reads=Post.clean_reads + 1
        )

    def look_later(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """Instagram could not be read. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=func.now() + pause)

    def vanished(self, ours: Lease, post: Post) -> None:
        """Instagram said yes, and it is not there: its owner is asked. Raises LeaseLostError."""
        self._verify(
            ours,
            [post],
            status=Status.UNCONFIRMED,
            uncertain_since=func.now(),
            asked_at=func.now(),
            next_check_at=func.now() + SLOWLY,
            media_pk=None,
            link=None,
            published_at=None,
            error_class="vanished",
            error_message="Instagram accepted it, and does not show it",
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
                .execution_options(synchronize_session=False)
            ).all()
            if asked is not None:
                for post_id in changed:
                    tell_both(session, asked, post_id, values["error_class"])

    def ask_overdue(self, patience: timedelta) -> list[int]:
        """Ask the owners of all posts in doubt for longer than `patience`; returns the posts."""
        with self._database.transaction() as session:
            asked = session.execute(
                update(Post)
                .where(
                    Post.status == Status.UNCONFIRMED,
                    Post.uncertain_since.is_not(None),
                    Post.asked_at.is_(None),
                    Post.uncertain_since < func.now() - patience,
                )
                .values(asked_at=func.now())
                .returning(Post.id, Post.error_class)
                .execution_options(synchronize_session=False)
            ).all()
            for post_id, error_class in asked:
                tell_both(session, NoticeKind.ASKED, post_id, error_class or "unknown")
            return [post_id for post_id, _ in asked]


def _to_read() -> lease.Work:
    return (
        select(Post.id.label("post_id"), Post.next_check_at.label("at"))
        .where(
            Post.account_id == Account.id,
            Post.next_check_at.is_not(None),
            Post.next_check_at <= func.now(),
        )
        .order_by(Post.next_check_at, Post.id)
        .limit(1)
        .correlate(Account)
    )


def _gap(pause: timedelta) -> ColumnElement[timedelta | None]:
    """How long until the next read: slower once a person has been asked, and none in the end."""
    return case((Post.asked_at.is_(None), pause), (Post.asked_at > func.now() - NO_LONGER, SLOWLY))


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
        tell_both(session, NoticeKind.UNCONFIRMED, post.id, post.error_class or "unknown")
