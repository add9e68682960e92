"""What is done before a post is due: bytes staged shortly before, a rehearsal an hour before.

Whoever does it holds the account's lease, as for publishing, and gives it back by
`Queue.release`; the post itself stays pending, and its owner may still delete it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    exists,
    extract,
    func,
    or_,
    select,
    true,
    update,
)

from storage import lease
from storage.accounts import is_paused, waits
from storage.database import Database
from storage.drafts import Preparation
from storage.lease import Lease
from storage.lifecycle import Status
from storage.media import unneeded
from storage.models import Account, Notice, Post
from storage.outbox import OWNER, NoticeKind
from storage.preparations import replace_prepared
from storage.queue import FRESH_ID, Queue, notice

MANY = 200
"""Posts dealt with in one step."""


class Ahead:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(
        self, ahead: timedelta, accounts: Collection[int] | None = None
    ) -> tuple[Lease, Post] | None:
        """Lease an account whose next post is due within `ahead` and not staged yet.

        The post has an upload id from here on.
        """
        first = _next_pending().lateral("first")
        work = (
            select(first.c.post_id, first.c.at)
            .where(
                first.c.at > func.now(),
                first.c.at <= func.now() + ahead,
                first.c.staged_at.is_(None),
            )
            .correlate(Account)
        )
        with self._database.transaction() as session:
            taken = lease.take(session, work, accounts, self._queue.owner, self._queue.span)
            if taken is None:
                return None
            ours, post_id = taken
            still = session.scalar(
                update(Post)
                .where(
                    Post.id == post_id,
                    Post.status == Status.PENDING,
                    Post.next_attempt_at <= func.now() + ahead,
                )
                .values(upload_id=func.coalesce(Post.upload_id, FRESH_ID))
                .returning(Post.id)
                .execution_options(synchronize_session=False)
            )
            if still is None:  # deleted or changed at this very moment
                lease.release(session, ours)
                return None
            return ours, session.get_one(Post, post_id)

    def mark_staged(
        self,
        ours: Lease,
        post: Post,
        staged: dict[str, Any] | None,
        newest_before: int | None = None,
    ) -> None:
        """Keep what Instagram holds now; None: it was tried in vain. Raises LeaseLostError.

        Args:
            newest_before: the newest media that the account shows; 0: it shows none.
        """
        newest = None if newest_before is None else str(newest_before)
        not_sent_yet = case((Post.first_sent_at.is_(None), newest), else_=Post.newest_before)
        with self._database.transaction() as session:
            lease.hold(session, ours)
            session.execute(
                update(Post)
                .where(
                    Post.id == post.id,
                    Post.status == Status.PENDING,
                    Post.upload_id == post.upload_id,
                    Post.revision == post.revision,
                )
                .values(staged=staged, staged_at=func.now(), newest_before=not_sent_yet)
                .execution_options(synchronize_session=False)
            )

    def renew_files(self, post: Post, made: Sequence[Preparation]) -> list[str]:
        """Its prepared files were lost and made again; returns the names that are free now.

        `post` names the new ones afterwards.
        """
        same = (
            Post.id == post.id,
            Post.revision == post.revision,
            Post.status != Status.DELETED,
        )
        with self._database.transaction() as session:
            query = select(Post).where(*same).with_for_update(of=Post)
            stored = session.scalars(query).one_or_none()
            if stored is None:  # its media were replaced meanwhile
                return unneeded(
                    session, (name for one in made for name in (one.prepared, one.cover))
                )
            replaced = replace_prepared(session, stored, made)
            for item, fresh in zip(post.media, stored.media, strict=True):
                item.prepared, item.cover = fresh.prepared, fresh.cover
            return replaced

    def hold_rehearsal(
        self, soonest: timedelta, latest: timedelta, accounts: Collection[int] | None = None
    ) -> tuple[Lease, Post] | None:
        """Lease an account with a post that is due in this span and was not rehearsed yet."""
        work = (
            select(Post.id.label("post_id"), Post.next_attempt_at.label("at"))
            .where(Post.account_id == Account.id, *_to_rehearse(soonest, latest))
            .order_by(Post.next_attempt_at, Post.id)
            .limit(1)
            .correlate(Account)
        )
        with self._database.transaction() as session:
            taken = lease.take(session, work, accounts, self._queue.owner, self._queue.span)
            return None if taken is None else (taken[0], session.get_one(Post, taken[1]))

    def rehearsed(self, ours: Lease, post: Post, reasons: Sequence[str]) -> None:
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
                .values(rehearsed_at=func.now())
                .returning(Post.id)
                .execution_options(synchronize_session=False)
            )
            for reason in reasons if checked else ():
                detail = {"error_class": reason}
                session.add(notice(OWNER, NoticeKind.REHEARSAL, post.id, detail))

    def collides(self, post: Post, within: timedelta) -> bool:
        """Whether another post of the account is planned for the same time, give or take."""
        assert post.next_attempt_at is not None
        with self._database.transaction() as session:
            other = session.scalar(
                select(Post.id)
                .where(
                    Post.account_id == post.account_id,
                    Post.id != post.id,
                    Post.status == Status.PENDING,
                    Post.next_attempt_at > post.next_attempt_at - within,
                    Post.next_attempt_at < post.next_attempt_at + within,
                )
                .limit(1)
            )
            return other is not None

    def tell_of_pauses(self, soonest: timedelta, latest: timedelta) -> list[int]:
        """Rehearse posts of paused accounts: their owners hear of the pause; returns the posts."""
        with self._database.transaction() as session:
            posts = (
                session.execute(
                    select(Post.id)
                    .join(Account)
                    .where(*_to_rehearse(soonest, latest), is_paused())
                    .order_by(Post.next_attempt_at)
                    .limit(MANY)
                    .with_for_update(of=Post, skip_locked=True)
                )
                .scalars()
                .all()
            )
            session.execute(
                update(Post)
                .where(Post.id.in_(posts))
                .values(rehearsed_at=func.now())
                .execution_options(synchronize_session=False)
            )
            detail = {"error_class": "paused"}
            session.add_all(notice(OWNER, NoticeKind.REHEARSAL, id, detail) for id in posts)
            return list(posts)

    def tell_waiting(self, within: timedelta) -> list[int]:
        """Owners hear once in each pause that a post is due and waits; returns the posts.

        Not if a rehearsal has told them of this pause already. One message per person and chat,
        however many posts: the other posts' notices count as delivered with it.

        Args:
            within: how soon a post is due that is past its rehearsal.
        """
        with self._database.transaction() as session:
            posts = session.execute(
                select(Post.id, Post.chat_id, Post.owner_id, Account.paused_reason)
                .join(Account)
                .where(
                    Post.status == Status.PENDING,
                    Post.next_attempt_at <= func.now() + within,
                    is_paused(),
                    ~_has_heard_of_the_pause(),
                )
                .order_by(Post.next_attempt_at)
                .limit(MANY)
                .with_for_update(of=Post, skip_locked=True)
            ).all()
            told: dict[tuple[int, int], Notice] = {}
            for post_id, chat_id, owner_id, reason in posts:
                this = waits(post_id, reason or "paused")
                first = told.setdefault((chat_id, owner_id), this)
                first.detail["count"] = first.detail.get("count", 0) + 1
                if this is not first:
                    this.sent_at = func.now()
                session.add(this)
            return [post_id for post_id, *_ in posts]

    def set_aside_late(self, after: timedelta) -> list[int]:
        """Posts late by more than `after`, by a pause or an outage, wait for their owner's word.

        Attempts of ours and an owner's word move a post's time: what is late has waited for us.
        One message per person and chat, however many posts; returns the posts.
        """
        with self._database.transaction() as session:
            late = session.execute(
                select(Post.id, Post.chat_id, Post.owner_id)
                .where(Post.status == Status.PENDING, _has_waited_for_us(after))
                .order_by(Post.next_attempt_at)
                .with_for_update(of=Post)  # none is left out for being looked at elsewhere
            ).all()
            session.execute(
                update(Post)
                .where(Post.id.in_([post_id for post_id, _, _ in late]))
                .values(
                    status=Status.FAILED,
                    error_class="late",
                    error_message="nothing could be published when it was due",
                    staged=None,
                    staged_at=None,
                )
                .execution_options(synchronize_session=False)
            )
            asked: dict[tuple[int, int], list[int]] = {}
            for post_id, *whom in late:
                asked.setdefault((whom[0], whom[1]), []).append(post_id)
            for posts in asked.values():
                detail = {"error_class": "late", "count": len(posts)}
                session.add(notice(OWNER, NoticeKind.LATE, posts[0], detail))
            return [post_id for post_id, _, _ in late]

    def accounts_with_work(
        self, ahead: timedelta, soonest: timedelta, latest: timedelta, accounts: Collection[int]
    ) -> list[int]:
        """Which free accounts have something to do now, the most urgent first.

        Args:
            ahead: how early bytes are staged.
            soonest, latest: how far ahead posts are rehearsed.
        """
        moment = _moment(ahead)
        rehearsal = exists().where(Post.account_id == Account.id, *_to_rehearse(soonest, latest))
        with self._database.transaction() as session:
            return list(
                session.scalars(
                    moment.with_only_columns(Account.id)
                    .where(
                        Account.id.in_(accounts),
                        Account.lease_owner.is_(None),
                        or_(moment.selected_columns[0] <= func.now(), rehearsal),
                    )
                    .order_by(moment.selected_columns[0])
                )
            )

    def seconds_left(
        self, ahead: timedelta, accounts: Collection[int] | None = None
    ) -> float | None:
        """Until there is something to do next: stage, publish, or read about a post in doubt.

        By Postgres' clock: no other says when something is due. Posts of accounts that pause, or
        that somebody works for right now, do not count.
        """
        each = _moment(ahead).where(Account.lease_owner.is_(None))
        if accounts is not None:
            each = each.where(Account.id.in_(accounts))
        moments = each.subquery()
        left = extract("epoch", func.min(moments.c.moment) - func.clock_timestamp())
        with self._database.transaction() as session:
            seconds = session.scalar(select(left))
            return None if seconds is None else float(seconds)


def _moment(ahead: timedelta) -> Select[datetime | None]:
    """Per account that does not pause: when there is something to stage, publish or read."""
    first = _next_pending().lateral("first")
    doubt = (
        select(func.min(Post.next_check_at).label("at"))
        .where(Post.account_id == Account.id, Post.next_check_at.is_not(None))
        .correlate(Account)
        .lateral("doubt")
    )
    staging = case((first.c.staged_at.is_(None), first.c.at - ahead), else_=first.c.at)
    return (
        select(func.least(staging, doubt.c.at).label("moment"))
        .select_from(Account)
        .outerjoin(first, true())
        .outerjoin(doubt, true())
        .where(~is_paused())
    )


def _next_pending() -> Select[int, datetime | None, datetime | None]:
    """The account's pending post that is due first."""
    return (
        select(Post.id.label("post_id"), Post.next_attempt_at.label("at"), Post.staged_at)
        .where(Post.account_id == Account.id, Post.status == Status.PENDING)
        .order_by(Post.next_attempt_at, Post.id)
        .limit(1)
        .correlate(Account)
    )


def _has_waited_for_us(span: timedelta) -> ColumnElement[bool]:
    """Longer than `span`: what waits for its files is tried again and again."""
    files_missing = (Post.error_class == "media_away") & (Post.scheduled_time < func.now() - span)
    return or_(Post.next_attempt_at < func.now() - span, files_missing)


def _has_heard_of_the_pause() -> ColumnElement[bool]:
    """Whether the owner of the post at hand was told of the pause of its account at hand."""
    reason = Notice.detail["error_class"].astext
    rehearsed = (Notice.kind == NoticeKind.REHEARSAL) & or_(
        reason == "paused", reason == Account.paused_reason
    )
    return exists().where(
        Notice.post_id == Post.id,
        Notice.created_at >= Account.paused_at,
        or_(Notice.kind == NoticeKind.WAITING, rehearsed),
    )


def _to_rehearse(soonest: timedelta, latest: timedelta) -> list[ColumnElement[bool]]:
    return [
        Post.status == Status.PENDING,
        Post.rehearsed_at.is_(None),
        Post.next_attempt_at > func.now() + soonest,
        Post.next_attempt_at <= func.now() + latest,
    ]
