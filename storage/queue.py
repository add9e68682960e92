"""The publisher's side of a post: claim, heartbeat, and one method per outcome.

Every write names the claim it believes in and the status it expects; zero rows changed means
that the post has moved on, and the writer stops (LeaseLostError).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.accounts import is_paused
from storage.database import Database
from storage.lifecycle import OWNED, Status, sources_of
from storage.models import Account, Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind

LEASE = timedelta(seconds=90)
"""How long a publisher that has fallen silent keeps its post."""


class LeaseLostError(RuntimeError):
    """Somebody else has taken the post over, or a person has deleted it."""


class Queue:
    def __init__(self, database: Database) -> None:
        self._database = database

    def claim_next(self, account_id: int) -> Post | None:
        """Take the post that has been due the longest; None if none is, or the account pauses."""
        due = (
            select(Post.id)
            .join(Account)
            .where(
                Post.status == Status.PENDING,
                Post.account_id == account_id,
                Post.next_attempt_at <= func.now(),
                ~is_paused(),
            )
            .order_by(Post.next_attempt_at, Post.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Post)
        )
        with self._database.transaction() as session:
            post_id = session.scalar(
                update(Post)
                .where(Post.id == due.scalar_subquery())
                .values(status=Status.CLAIMED, claim_id=uuid4(), lease_until=func.now() + LEASE)
                .returning(Post.id)
            )
            return session.get(Post, post_id) if post_id is not None else None

    def heartbeat(self, post: Post) -> None:
        """Keep the post for another LEASE. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(session, post, OWNED, lease_until=func.now() + LEASE)

    def remember_upload_id(self, post: Post, upload_id: str) -> None:
        """Store the upload id before anything is sent under it. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(session, post, {Status.CLAIMED}, upload_id=upload_id)

    def mark_sending(self, post: Post) -> None:
        """The commit point, just before the request that publishes. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(session, post, {Status.CLAIMED}, status=Status.SENDING)

    def mark_uploaded(self, post: Post, *, media_pk: str, link: str | None) -> None:
        """It is live; its owner hears the link. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(
                session,
                post,
                {Status.SENDING},
                status=Status.UPLOADED,
                media_pk=media_pk,
                link=link,
                published_at=func.now(),
                error_class=None,
                error_message=None,
                **_RELEASED,
            )
            session.add(_notice(OWNER, NoticeKind.PUBLISHED, post.id))

    def retry_later(
        self, post: Post, *, delay: timedelta, error_class: str, error_message: str
    ) -> None:
        """A temporary failure: pending again after `delay`. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(
                session,
                post,
                sources_of(Status.PENDING) & OWNED,
                status=Status.PENDING,
                next_attempt_at=func.now() + delay,
                retry_count=Post.retry_count + 1,
                error_class=error_class,
                error_message=error_message,
                **_RELEASED,
            )
            detail = {"error_class": error_class, "seconds": delay.total_seconds()}
            session.add(_notice(ADMIN, NoticeKind.RETRYING, post.id, detail))
            if post.retry_count == 0:
                session.add(_notice(OWNER, NoticeKind.RETRYING, post.id, detail))

    def reject(self, post: Post, *, error_class: str, error_message: str) -> None:
        """Instagram refused it for good, or the attempts are used up. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(
                session,
                post,
                sources_of(Status.FAILED) & OWNED,
                status=Status.FAILED,
                error_class=error_class,
                error_message=error_message,
                **_RELEASED,
            )
            _tell_both(session, NoticeKind.FAILED, post.id, error_class)

    def mark_unconfirmed(self, post: Post, *, error_class: str, error_message: str) -> None:
        """The reply was lost: only its owner knows whether it is live. Raises LeaseLostError."""
        with self._database.transaction() as session:
            _guarded(
                session,
                post,
                {Status.SENDING},
                status=Status.UNCONFIRMED,
                error_class=error_class,
                error_message=error_message,
                **_RELEASED,
            )
            _tell_both(session, NoticeKind.UNCONFIRMED, post.id, error_class)

    def hand_back(self, post: Post) -> None:
        """Nothing was wrong with the post (its account pauses): pending again, no attempt used.

        Raises LeaseLostError.
        """
        with self._database.transaction() as session:
            _guarded(
                session,
                post,
                sources_of(Status.PENDING) & OWNED,
                status=Status.PENDING,
                **_RELEASED,
            )

    def rescue(self) -> list[int]:
        """Take posts away from publishers that have fallen silent; returns their numbers.

        A claimed post goes back to pending, since uploading bytes again is harmless. One that
        was being sent may be live, so it becomes unconfirmed and its owner is asked.
        """
        expired = Post.lease_until < func.now()
        with self._database.transaction() as session:
            claimed = session.scalars(
                update(Post)
                .where(Post.status == Status.CLAIMED, expired)
                .values(status=Status.PENDING, **_RELEASED)
                .returning(Post.id)
            ).all()
            sending = session.scalars(
                update(Post)
                .where(Post.status == Status.SENDING, expired)
                .values(
                    status=Status.UNCONFIRMED,
                    error_class="interrupted",
                    error_message="the publisher stopped while the post was being sent",
                    **_RELEASED,
                )
                .returning(Post.id)
            ).all()
            for post_id in sending:
                _tell_both(session, NoticeKind.UNCONFIRMED, post_id, "interrupted")
            return [*claimed, *sending]


_RELEASED: Mapping[str, None] = {"claim_id": None, "lease_until": None}


def _guarded(
    session: Session, post: Post, expected: frozenset[Status] | set[Status], **values: Any
) -> None:
    """Write only if the post is still in our hands and in a status that we expect."""
    claim: UUID | None = post.claim_id
    changed = session.scalar(
        update(Post)
        .where(
            Post.id == post.id,
            Post.claim_id == claim,
            Post.status.in_(expected),
            Post.lease_until > func.now(),
        )
        .values(**values)
        .returning(Post.id)
    )
    if changed is None:
        raise LeaseLostError(f"post {post.id} has been taken over")


def _notice(
    audience: str, kind: NoticeKind, post_id: int, detail: Mapping[str, Any] | None = None
) -> Notice:
    return Notice(audience=audience, kind=kind, post_id=post_id, detail=dict(detail or {}))


def _tell_both(session: Session, kind: NoticeKind, post_id: int, error_class: str) -> None:
    detail = {"error_class": error_class}
    session.add_all(_notice(audience, kind, post_id, detail) for audience in (OWNER, ADMIN))
