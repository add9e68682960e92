"""Posts of which nobody knows whether they are live: read about, settled, or asked about.

Whoever reads holds the account's lease, as for publishing, and gives it back by `Queue.release`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Interval,
    Select,
    case,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from storage import lease
from storage.database import Database
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import PostType, Status
from storage.models import Account, Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind, notify
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
STORY_LIFE = timedelta(hours=23)
"""Instagram shows a story for 24 hours; an hour less, since clocks differ."""
BATCH_POSTS = 100
"""Posts looked for at a time."""
PAUSE_ONCE_ASKED = timedelta(minutes=30)
"""How often the platform is still read once the owner has been asked."""
READ_ONCE_ASKED = timedelta(days=1)
"""After the question: what has not appeared by then is left to the owner's word."""


@dataclass(frozen=True)
class Background:
    """What our own records know about a post that is looked for; ages by Postgres' clock."""

    sent_ago: timedelta
    """Since it was first sent."""
    doubted_ago: timedelta
    """Since the doubt began, or, if there is none, since it was published."""
    newest_before: int | None
    """The newest media known to have been there before; 0: none were; None: nothing is known."""
    newest_of_ours: int | None
    """The newest media of other posts of ours."""
    rivals: Sequence[Post]
    """Other posts of the account that were sent about then, and of which no media is known."""


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

    def background(self, post: Post) -> Background:
        """What is known of it apart from what the platform shows."""
        sent = func.coalesce(Post.first_sent_at, Post.created_at)
        doubted = func.coalesce(Post.uncertain_since, Post.published_at, sent)
        with self._database.transaction() as session:
            sent_ago, doubted_ago = session.execute(
                select(
                    (func.now() - sent).cast(Interval), (func.now() - doubted).cast(Interval)
                ).where(Post.id == post.id)
            ).one()
            newest = session.scalars(_neighbours(post).limit(1)).first()
            sent_at = post.first_sent_at or post.created_at
            older = _neighbours(post).where(Post.published_at < sent_at)  # not: sent before
            before = session.scalars(older.limit(1)).first()
            rivals = session.scalars(_rivals(post)).all()
        return Background(
            sent_ago, doubted_ago, _newest(before, post.newest_before), _newest(newest), rivals
        )

    def bound(self, post: Post, media_pks: Collection[str]) -> dict[str, str | None]:
        """Which of these media belong to other posts of ours, and their upload ids."""
        theirs = select(Post.media_pk, Post.upload_id).where(
            Post.account_id == post.account_id,
            Post.id != post.id,
            Post.media_pk.in_(media_pks),
        )
        with self._database.transaction() as session:
            return {pk: upload_id for pk, upload_id in session.execute(theirs) if pk}

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
                next_check_at=func.now() + _gap(_wait_after(reads, pause)),
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
            detail = {"error_class": post.error_class}
            notify(session, NoticeKind.FAILED, OWNER, ADMIN, post_id=post.id, detail=detail)

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
                detail = {"error_class": why, "links": list(links)}
                notify(session, NoticeKind.ASKED, OWNER, ADMIN, post_id=post.id, detail=detail)

    def to_verify(self, account_id: int) -> list[Post]:
        """Posts that the platform has accepted, and that have to be looked for now."""
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
                    .limit(BATCH_POSTS)
                )
            )

    def seen(self, ours: Lease, posts: Collection[Post]) -> None:
        """They are there, as the platform has said. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=None, clean_reads=0)

    def not_seen(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """They are not there; looked for again, each time later. Raises LeaseLostError."""
        reads = Post.clean_reads + 1
        self._verify(
            ours, posts, next_check_at=func.now() + _wait_after(reads, pause), clean_reads=reads
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
            error_class="vanished",
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
                .execution_options(synchronize_session=False)
            ).all()
            if asked is not None:
                for post_id in changed:
                    detail = {"error_class": values["error_class"]}
                    notify(session, asked, OWNER, ADMIN, post_id=post_id, detail=detail)

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
                detail = {"error_class": error_class or "unknown"}
                notify(session, NoticeKind.ASKED, OWNER, ADMIN, post_id=post_id, detail=detail)
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


def _neighbours(post: Post) -> Select[str | None]:
    """Media of other posts that stand where this one does, the newest first."""
    assert post.post_type is not None
    is_story = post.post_type.is_story
    theirs = Post.post_type.in_([each for each in PostType if each.is_story is is_story])
    query = select(Post.media_pk).where(
        Post.account_id == post.account_id,
        Post.id != post.id,
        Post.status == Status.UPLOADED,
        Post.media_pk.is_not(None),
        theirs,
    )
    if is_story:
        query = query.where(Post.first_sent_at > func.now() - STORY_LIFE)
    return query.order_by(Post.media_pk.desc())  # numbered upwards, all with as many digits


def _newest(*numbers: str | None) -> int | None:
    return max((int(each) for each in numbers if each and each.isdigit()), default=None)


def _rivals(post: Post) -> Select[Post]:
    """Posts that were sent at about the same time, and whose media is not known."""
    sent = post.first_sent_at or post.created_at
    return select(Post).where(
        Post.account_id == post.account_id,
        Post.id != post.id,
        Post.post_type == post.post_type,
        Post.media_pk.is_(None),
        Post.first_sent_at.is_not(None),
        Post.first_sent_at.between(sent - READ_ONCE_ASKED, sent + READ_ONCE_ASKED),
    )


def _wait_after(reads: ColumnElement[int], pause: timedelta) -> ColumnElement[timedelta]:
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
        detail = {"error_class": post.error_class or "unknown"}
        notify(session, NoticeKind.UNCONFIRMED, OWNER, ADMIN, post_id=post.id, detail=detail)
