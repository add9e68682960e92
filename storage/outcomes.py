"""What a publisher writes of the post that it holds: one method per outcome.

Every write names the lease it believes in and the status it expects. If the account was taken
over or the post has moved on, nothing is written and the writer stops (LeaseLostError).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Interval,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from storage import lasting, lease, originals
from storage.database import Database
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import OWNED, Status, sources_of
from storage.models import Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind, for_the_group, notify, notify_both
from storage.prepared import Prepared
from storage.signals import NOTICES, TELLS_ITSELF, Teller

RETRY_PAUSE = timedelta(seconds=30)
COMMIT_SHARE = 3
"""At the commit point, this part of the lease must be left: a third."""


class Outcomes:
    """Of one publisher, reached by its `Queue`.

    Args:
        span: how long a lease lasts without a heartbeat.
    """

    def __init__(self, database: Database, span: timedelta) -> None:
        self._database, self._span = database, span
        self._teller = Teller(database, NOTICES)

    def mark_sending(
        self, post: Post, *, there: datetime | None = None, again: bool = False
    ) -> None:
        """The commit point, just before the request that publishes.

        The lease begins anew, so the request is safe to send for as long as it lasts. Raises
        LeaseLostError, also when less than a third of it is left.

        Args:
            there: what time it is by the platform's clock.
            again: it may have been written already, and no request was made since.
        """
        spans = {"span": self._span, "left": self._span / COMMIT_SHARE}
        self._write(post, _SENDING[again], there=there, **spans)

    def mark_uploaded(
        self,
        post: Post,
        *,
        media_pk: str,
        link: str | None,
        verify_after: timedelta | None = None,
    ) -> None:
        """It is live; its owner hears the link. Raises LeaseLostError.

        Args:
            verify_after: when to look whether it is really to be seen; None: never.
        """
        seen = {"media": media_pk, "address": link, "verify_after": verify_after}
        self._write(post, _UPLOADED, **seen)
        self._teller.tell()

    def hand_over(self, post: Post) -> None:
        """Its owner is to publish it, and hears so. Raises LeaseLostError."""
        with self._database.transaction() as session:
            self._finish(session, post, sources_of(Status.HANDED_OVER) & OWNED, **to_its_owner())
            notify(session, NoticeKind.HAND_OVER, OWNER, post_id=post.id)

    def retry_later(
        self,
        post: Post,
        *,
        delay: timedelta,
        error_class: str,
        error_message: str,
        held: Collection[Status] = OWNED,
    ) -> None:
        """A temporary failure: pending again after `delay`. Raises LeaseLostError.

        Args:
            held: where the post may stand; from `sending` only with proof of a refusal.
        """
        with self._database.transaction() as session:
            self._finish(
                session,
                post,
                sources_of(Status.PENDING) & set(held),
                status=Status.PENDING,
                next_attempt_at=func.now() + delay,
                retry_count=Post.retry_count + 1,
                error_class=error_class,
                error_message=error_message,
            )
            audiences = (ADMIN, OWNER) if post.retry_count == 0 else (ADMIN,)
            told: dict[str, Any] = {"error_class": error_class, "seconds": delay.total_seconds()}
            notify(session, NoticeKind.RETRYING, *audiences, post_id=post.id, **told)

    def reject(
        self,
        post: Post,
        *,
        error_class: str,
        error_message: str,
        held: Collection[Status] = OWNED,
    ) -> None:
        """The platform refused it for good, or the attempts are used up. Raises LeaseLostError."""
        with self._database.transaction() as session:
            self._finish(
                session,
                post,
                sources_of(Status.FAILED) & set(held),
                status=Status.FAILED,
                error_class=error_class,
                error_message=error_message,
            )
            notify_both(session, NoticeKind.FAILED, post.id, error_class)

    def mark_unconfirmed(
        self, post: Post, *, error_class: str, error_message: str, unreadable: bool = False
    ) -> None:
        """It may be live, and is looked for next: `reconciliation.py`. Raises LeaseLostError.

        Args:
            unreadable: the account pauses, so its owner hears at once that this takes a while.
        """
        with self._database.transaction() as session:
            self._finish(session, post, {Status.SENDING}, **in_doubt(error_class, error_message))
            if unreadable:
                notify_both(session, NoticeKind.UNCONFIRMED, post.id, error_class, paused=True)

    def hand_back(self, post: Post) -> None:
        """Nothing was wrong with the post (its account pauses): pending again, no attempt used.

        From `sending` only with proof that nothing was published. Raises LeaseLostError.
        """
        with self._database.transaction() as session:
            self._finish(session, post, sources_of(Status.PENDING) & OWNED, status=Status.PENDING)

    def wait_for_us(self, post: Post, *, error_class: str, error_message: str) -> None:
        """Something of ours is missing, and comes back: pending again, no attempt used.

        Its owner hears once that it waits, the admin once of all that do. Raises LeaseLostError.
        """
        with self._database.transaction() as session:
            coming = error_class == originals.COMING
            is_back = coming and not originals.are_coming(session, post.id)
            self._finish(
                session,
                post,
                sources_of(Status.PENDING) & OWNED,
                status=Status.PENDING,
                next_attempt_at=func.now() if is_back else func.now() + RETRY_PAUSE,
                error_class=error_class,
                error_message=error_message,
            )
            told: dict[str, Any] = {"post_id": post.id, "error_class": error_class}
            known = (Notice.post_id == post.id) & (Notice.kind == NoticeKind.NOT_YET)
            if not session.scalar(select(exists().where(known))):
                notify(session, NoticeKind.NOT_YET, OWNER, **told)
            if not coming and not lasting.is_open(session, NoticeKind.MEDIA_AWAY, ""):
                (notice,) = notify(session, NoticeKind.MEDIA_AWAY, ADMIN, **told)
                lasting.note(session, notice, "", {})

    def _write(self, post: Post, prepared: Prepared, **values: Any) -> None:
        """What is written of every post, in one statement."""
        named = _named(post) | lease.named(lease_of(post))
        if not self._database.run(prepared, named | values):
            raise _lost(post)

    def _finish(
        self, session: Session, post: Post, expected: Collection[Status], **values: Any
    ) -> None:
        """Write the outcome and give post and account back."""
        lease.release(session, lease_of(post))
        writing = _writing(expected, **{**GIVEN_BACK, **values})
        if session.connection().execute(writing, _named(post)).scalar() is None:
            raise _lost(post)
        if post.series_id is not None:
            keep_in_line(session, [post.id])


def keep_in_line(session: Session, posts: Collection[int]) -> None:
    """What was planned for the same minute of the same series goes out after these, if they wait.

    So stories in a row stay in their order when one has to be tried again.
    """
    waits, behind = aliased(Post), Post
    session.execute(
        update(behind)
        .where(
            waits.id.in_(posts),
            waits.status == Status.PENDING,
            behind.series_id == waits.series_id,
            behind.scheduled_time == waits.scheduled_time,
            behind.id > waits.id,
            behind.status == Status.PENDING,
            behind.next_attempt_at < waits.next_attempt_at,
        )
        .values(next_attempt_at=waits.next_attempt_at)
        .execution_options(synchronize_session=False)
    )


def lease_of(post: Post) -> Lease:
    """The lease under which a claimed post is held."""
    if post.fence is None:
        raise LeaseLostError(f"post {post.id} is in nobody's hands")
    return Lease(post.account_id, post.fence)


def _writing(expected: Collection[Status], **values: Any) -> ReturningUpdate[int]:
    """Write only if the post is still in our hands and in a status that we expect."""
    return (
        update(Post)
        .where(
            Post.id == bindparam("number"),
            Post.fence == bindparam("held"),
            or_(*(Post.status == status for status in sorted(expected))),
        )
        .values(**values)
        .returning(Post.id)
    )


def _named(post: Post) -> dict[str, Any]:
    return {"number": post.id, "held": post.fence}


def _lost(post: Post) -> LeaseLostError:
    return LeaseLostError(f"the lease of post {post.id} is lost, or it has moved on")


NO_ERROR: dict[str, Any] = {"error_class": None, "error_message": None}
NO_DOUBT: dict[str, Any] = {
    "uncertain_since": None,
    "next_check_at": None,
    "asked_at": None,
    "clean_reads": 0,
}
"""Goes with every step out of `unconfirmed`."""
UNSTAGED: dict[str, Any] = {"staged": None, "staged_at": None}
GIVEN_BACK: dict[str, Any] = {"fence": None, **UNSTAGED}
"""Goes with every write after which nobody holds the post."""

# What runs for every post is built once: building a statement costs more than running it.
_SENDING = {
    again: Prepared(
        _writing(
            {Status.CLAIMED, Status.SENDING} if again else {Status.CLAIMED},
            status=Status.SENDING,
            first_sent_at=func.coalesce(Post.first_sent_at, func.now()),
            first_sent_there=case(
                (Post.first_sent_at.is_(None), bindparam("there", type_=TIMESTAMP(timezone=True))),
                else_=Post.first_sent_there,
            ),
        ).where(lease.extending())
    )
    for again in (False, True)
}
_LIVE = _writing(
    {Status.SENDING},
    status=Status.UPLOADED,
    media_pk=bindparam("media"),
    link=bindparam("address"),
    published_at=func.now(),
    clean_reads=0,
    next_check_at=func.now() + bindparam("verify_after", type_=Interval),
    **NO_ERROR,
    **GIVEN_BACK,
).where(lease.releasing_well(), TELLS_ITSELF)
_live = _LIVE.cte("live")
_TELL_PUBLISHED = insert(Notice).from_select(
    ["audience", "kind", "post_id"],
    select(literal(OWNER), literal(NoticeKind.PUBLISHED.value), _live.c.id),
)
_TELL_GROUP = for_the_group(NoticeKind.PUBLISHED, select(_live.c.id))
_UPLOADED = Prepared(
    select(_live.c.id).add_cte(_TELL_PUBLISHED.cte("told"), _TELL_GROUP.cte("shown"))
)


def to_its_owner() -> dict[str, Any]:
    """What a post is that its owner is to publish by hand."""
    return {
        "status": Status.HANDED_OVER,
        "handed_over_at": func.now(),
        "asked_at": None,
        **UNSTAGED,
        **NO_ERROR,
    }


def in_doubt(error_class: str, error_message: str) -> dict[str, Any]:
    """What a post is that may be live."""
    return {
        "status": Status.UNCONFIRMED,
        "uncertain_since": func.now(),
        "next_check_at": func.now(),
        "clean_reads": 0,
        "asked_at": None,
        "error_class": error_class,
        "error_message": error_message,
    }
