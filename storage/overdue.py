"""Posts that wait past their time: for a pause to end, for their owner's word, or for a reply."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from storage.accounts import is_active
from storage.causes import Cause
from storage.database import Repository
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.outcomes import UNSTAGED
from storage.pauses import awaits_a_person, is_paused, notify_of_pause, was_asked_for

OURS = (Cause.MEDIA_AWAY, Cause.MEDIA_COMING, Cause.DISK_FULL)
"""Why `Outcomes.wait_for_us` lets a post wait."""

BATCH_POSTS = 200
"""Posts dealt with in one step."""


class Overdue(Repository):
    def tell_waiting(self, within: timedelta) -> list[int]:
        """Owners hear once in each pause that a post is due and waits; returns the posts.

        While the account waits for a person, each post is offered by hand at its minute. Else not
        if they know of this pause already. One message per person and chat, however many posts: the
        other posts' notices count as delivered with it.

        Args:
            within: how soon a post is due that is past its check.
        """
        offered = awaits_a_person()
        due = func.now() + case((offered, timedelta(0)), else_=within)
        waiting = (
            select(Post.id, Post.chat_id, Post.owner_id, Account.paused_reason, offered)
            .join(Account)
            .where(
                Post.status == Status.PENDING,
                Post.next_attempt_at <= due,
                is_active(),
                is_paused(),
                ~was_asked_for(),
                ~_has_heard_of_the_pause(),
            )
        )
        if not self._database.finds(waiting):
            return []
        with self._database.transaction() as session:
            posts = session.execute(
                waiting.order_by(Post.next_attempt_at)
                .limit(BATCH_POSTS)
                .with_for_update(of=Post, skip_locked=True)
            ).all()
            told: dict[tuple[int, int], Notice] = {}
            for post_id, chat_id, owner_id, reason, is_offered in posts:
                this = notify_of_pause(session, post_id, reason or Cause.PAUSED, offered=is_offered)
                first = told.setdefault((chat_id, owner_id), this)
                first.detail["count"] = first.detail.get("count", 0) + 1
                if this is not first:
                    this.sent_at = func.now()
            return [post_id for post_id, *_ in posts]

    def ask_or_remind(self, late: timedelta, silent: timedelta) -> list[int]:
        """`ask_about_late` and `remind_of_hand_overs`: one look where there is neither."""
        either = or_(
            exists(Post.id).where(*_waits_late(late)),
            exists(Post.id).where(*_waits_in_silence(silent)),
        )
        if not self._database.finds(select(literal(1)).where(either)):
            return []
        return [*self.ask_about_late(late), *self.remind_of_hand_overs(silent)]

    def ask_about_late(self, after: timedelta) -> list[int]:
        """Posts late by more than `after`, by a pause or an outage, wait for their owner's word.

        Attempts of ours and an owner's word move a post's time: what is late has waited for us.
        One message per person and chat, however many posts; returns the posts.
        """
        with self._database.transaction() as session:
            return ask_late(session, after)

    def ask_about_rescued(self, posts: Collection[int], after: timedelta) -> list[int]:
        """The same of these, which were taken from publishers that have fallen silent: whoever
        takes one may be killed by it. Returns the posts."""
        since = func.to_timestamp(Post.upload_id.cast(BigInteger) / 1000)  # its first claim
        goes_on = func.greatest(Post.scheduled_time, since) < func.now() - after
        with self._database.transaction() as session:
            return _ask(session, Post.status == Status.PENDING, Post.id.in_(posts), goes_on)

    def remind_of_hand_overs(self, after: timedelta) -> list[int]:
        """Owners who have said nothing for so long are asked once; returns the posts.

        Not before its own time is past, by as much, where somebody took a post over early.
        """
        with self._database.transaction() as session:
            silent = session.scalars(
                update(Post)
                .where(*_waits_in_silence(after))
                .values(asked_at=func.now())
                .returning(Post.id)
            ).all()
            for id in silent:
                notify(session, NoticeKind.HAND_OVER_REMINDER, OWNER, post_id=id)
            return list(silent)


def ask_late(session: Session, after: timedelta, *which: ColumnElement[bool]) -> list[int]:
    """Ask about the late posts to which all this applies, in this transaction; see `Overdue`."""
    return _ask(session, *_waits_late(after), *which)


def _ask(session: Session, *which: ColumnElement[bool]) -> list[int]:
    late = session.execute(
        select(Post.id, Post.chat_id, Post.owner_id)
        .where(*which)
        .order_by(Post.next_attempt_at)
        .with_for_update(of=Post)  # waits for rows that others hold: none is skipped
    ).all()
    session.execute(
        update(Post)
        .where(Post.id.in_([post_id for post_id, _, _ in late]))
        .values(
            status=Status.FAILED,
            error_class=Cause.LATE,
            error_message="nothing could be published when it was due",
            **UNSTAGED,
        )
    )
    asked: dict[tuple[int, int], list[int]] = {}
    for post_id, *whom in late:
        asked.setdefault((whom[0], whom[1]), []).append(post_id)
    for posts in asked.values():
        told: dict[str, Any] = {"error_class": Cause.LATE, "count": len(posts)}
        notify(session, NoticeKind.LATE, OWNER, post_id=posts[0], **told)
    return [post_id for post_id, _, _ in late]


def _waits_late(span: timedelta) -> tuple[ColumnElement[bool], ...]:
    return Post.status == Status.PENDING, _has_waited_for_us(span)


def _waits_in_silence(span: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        Post.status == Status.HANDED_OVER,
        Post.asked_at.is_(None),
        func.greatest(Post.handed_over_at, Post.scheduled_time) < func.now() - span,
    )


def _has_waited_for_us(span: timedelta) -> ColumnElement[bool]:
    """Longer than `span`: what waits for its files is tried again and again."""
    is_late = Post.scheduled_time < func.now() - span
    return or_(Post.next_attempt_at < func.now() - span, Post.error_class.in_(OURS) & is_late)


def _has_heard_of_the_pause() -> ColumnElement[bool]:
    """Whether the owner of the post at hand was told of the pause of its account at hand."""
    reason = Notice.detail["error_class"].astext
    checked = (Notice.kind == NoticeKind.PREFLIGHT) & or_(
        reason == Cause.PAUSED, reason == Account.paused_reason
    )
    return exists().where(
        Notice.post_id == Post.id,
        Notice.created_at >= Account.paused_at,
        or_(Notice.kind == NoticeKind.WAITING, checked & ~awaits_a_person()),
    )
