"""Posts that wait for an approval: approved, declined, reminded of, and failed when it is too late.

The first who decides counts; whoever comes later gets AlreadyDecidedError, with the post as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.approval_requests import (
    REMINDED_AHEAD,
    refresh_cards,
    tell_approvers,
)
from storage.causes import Cause
from storage.database import Repository, stored
from storage.lifecycle import Status
from storage.models import Post, TeamCard
from storage.notes import write as write_note
from storage.outbox import OWNER, NoticeKind, notify
from storage.outcomes import NO_ERROR
from storage.post_changes import PostNotFoundError, set_values, was_changed_by
from storage.scope import Scope

BATCH_POSTS = 200
"""Posts dealt with in one step."""


class AlreadyDecidedError(RuntimeError):
    """The post waits for no approval any more; `post` says where it stands, and who decided."""

    def __init__(self, post: Post) -> None:
        super().__init__(f"post {post.id} is {post.status}")
        self.post = post


class ChangedMeanwhileError(RuntimeError):
    """What was to be approved is not what the post is now."""


@dataclass(frozen=True)
class Approver:
    """Who decides."""

    id: int
    name: str


class Approvals(Repository):
    """`by` is the update that asks for a change; as in `Posts`, it has its effect once.

    Whose word it takes says `scope`: an approver's covers accounts, a client's one post.
    """

    def approve(
        self, post_id: int, scope: Scope, who: Approver, *, revision: int, by: int | None = None
    ) -> Post:
        """It goes out at its time, or now if it waited for nothing else; its owner hears so.

        After its minute it fails instead, as if nobody had come.

        Args:
            revision: of the post as it was shown to them.

        Raises PostNotFoundError, AlreadyDecidedError, ChangedMeanwhileError.
        """
        return self._decide(post_id, scope, who, revision, by, NoticeKind.APPROVED, _approved(who))

    def approve_series(
        self, series_id: int, scope: Scope, who: Approver, *, chat_id: int, by: int | None = None
    ) -> list[Post]:
        """Approve those that wait and are as their cards in this chat show them.

        Returns all that waited, where they stand now: what is not as it was shown waits on. Owners
        hear it once for each card of theirs. Raises PostNotFoundError: none waits.
        """
        waiting = (Post.series_id == series_id, Post.status == Status.AWAITING_APPROVAL)
        done = (Post.series_id == series_id, Post.last_update_id == by)
        with self._database.transaction() as session:
            if by is not None and (again := list(session.scalars(select(Post).where(*done)))):
                return again
            query = select(Post).where(*waiting, scope.may_approve()).order_by(Post.id)
            posts = list(session.scalars(query.with_for_update(of=Post)))
            if not posts:
                raise PostNotFoundError(series_id)
            shown = _shown_in(session, chat_id)
            fresh = [post for post in posts if shown.get(post.id) == post.revision]
            approved = [post for post in fresh if _settle(session, post, who, by, _approved(who))]
            _tell_owners(session, approved, who)
            return [stored(session, post) for post in posts]

    def decline(
        self,
        post_id: int,
        scope: Scope,
        who: Approver,
        *,
        revision: int,
        reason: str | None = None,
        by: int | None = None,
    ) -> Post:
        """It is not published; its owner hears why, and may change it and send it again.

        Raises PostNotFoundError, AlreadyDecidedError, ChangedMeanwhileError.
        """
        out = {
            "status": Status.FAILED,
            "error_class": Cause.DECLINED,
            "error_message": "whoever approves declined it",
            "approval_note": reason,
        }
        return self._decide(post_id, scope, who, revision, by, NoticeKind.DECLINED, out)

    def ask_for_change(
        self,
        post_id: int,
        scope: Scope,
        who: Approver,
        text: str,
        *,
        revision: int,
        by: int | None = None,
    ) -> Post:
        """It waits on, with these words beside it; its owner and the approvers hear them.

        Raises PostNotFoundError, AlreadyDecidedError, ChangedMeanwhileError.
        """
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = _to_decide(session, post_id, scope, revision)
            post.last_update_id = by or post.last_update_id
            write_note(session, post, text, author_id=who.id, author_name=who.name)
            refresh_cards(session, post)
            told: dict[str, Any] = {"name": who.name, "reason": text}
            notify(session, NoticeKind.CHANGE_ASKED, OWNER, post_id=post.id, **told)
            tell_approvers(session, post, NoticeKind.CHANGE_ASKED, but=who.id, **told)
            return stored(session, post)

    def get(self, post_id: int, scope: Scope) -> Post:
        """The post, wherever it stands, for somebody whose word it takes.

        Raises PostNotFoundError.
        """
        query = select(Post).where(_is(post_id), scope.may_approve())
        with self._database.single() as session:
            post = session.scalars(query).unique().one_or_none()
            if post is None:
                raise PostNotFoundError(post_id)
            return post

    def remind(self) -> list[int]:
        """Within the hour before its time, approvers and owners hear that it is not approved yet.

        Once for each request; returns the posts.
        """
        with self._database.transaction() as session:
            posts = _waiting(session, _is_soon())
            for post in posts:
                post.approval_reminded_at = func.now()
                tell_approvers(session, post, NoticeKind.APPROVAL_SOON)
                notify(session, NoticeKind.APPROVAL_SOON, OWNER, post_id=post.id)
            return [post.id for post in posts]

    def expire(self) -> list[int]:
        """Whose minute has come without an approval is not published; both sides hear so.

        Returns the posts.
        """
        with self._database.transaction() as session:
            posts = _waiting(session, _is_late())
            for post in posts:
                _expire(session, post)
            return [post.id for post in posts]

    def _decide(
        self,
        post_id: int,
        scope: Scope,
        who: Approver,
        revision: int,
        by: int | None,
        tell: NoticeKind,
        values: dict[str, Any],
    ) -> Post:
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = _to_decide(session, post_id, scope, revision)
            if _settle(session, post, who, by, values):
                told: dict[str, Any] = {"name": who.name, "reason": post.approval_note}
                notify(session, tell, OWNER, post_id=post.id, **told)
            return stored(session, post)


def _approved(who: Approver) -> dict[str, Any]:
    return {
        "status": Status.PENDING,
        "approved_by": who.id,
        "approved_at": func.now(),
        "next_attempt_at": func.greatest(Post.scheduled_time, func.now()),
        "vouched_at": func.now(),
        **NO_ERROR,
    }


def _settle(
    session: Session, post: Post, who: Approver, by: int | None, values: dict[str, Any]
) -> bool:
    """It is decided; False if its minute has passed, and it has failed instead."""
    if session.scalar(select(Post.next_attempt_at <= func.now()).where(_is(post.id))):
        post.last_update_id = by or post.last_update_id
        _expire(session, post)
        return False
    set_values(post, by, {**values, "decided_by": who.name})
    refresh_cards(session, post)
    return True


def _shown_in(session: Session, chat_id: int) -> dict[int, int | None]:
    """Post -> its revision that stands on its card in this chat."""
    cards = select(TeamCard.post_id, TeamCard.revision).where(TeamCard.chat_id == chat_id)
    return {card.post_id: card.revision for card in session.execute(cards)}


def _tell_owners(session: Session, approved: Sequence[Post], who: Approver) -> None:
    """Once for all posts that share a card, by the first of them."""
    together: dict[tuple[int, int], list[Post]] = {}
    for post in approved:
        card = (post.chat_id, post.card_message_id or -post.id)
        together.setdefault(card, []).append(post)
    for posts in together.values():
        told: dict[str, Any] = {"name": who.name, "count": len(posts)}
        notify(session, NoticeKind.APPROVED, OWNER, post_id=posts[0].id, **told)


def _is(post_id: int) -> ColumnElement[bool]:
    return Post.id == post_id


def _to_decide(session: Session, post_id: int, scope: Scope, revision: int) -> Post:
    """The post, nobody else's until the transaction ends.

    Raises PostNotFoundError, AlreadyDecidedError, ChangedMeanwhileError.
    """
    query = select(Post).where(_is(post_id), scope.may_approve())
    post = session.scalars(query.with_for_update(of=Post)).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    if post.status is not Status.AWAITING_APPROVAL:
        found = stored(session, post)
        session.expunge_all()  # it is read after this transaction was rolled back
        raise AlreadyDecidedError(found)
    if post.revision != revision:
        raise ChangedMeanwhileError(post_id)
    return post


def is_due() -> ColumnElement[bool]:
    """Whether the post at hand is one to remind of, or is too late."""
    return (Post.status == Status.AWAITING_APPROVAL) & (_is_late() | _is_soon())


def _is_soon() -> ColumnElement[bool]:
    """Within the hour, and nobody was reminded."""
    within = Post.next_attempt_at <= func.now() + REMINDED_AHEAD
    return within & Post.approval_reminded_at.is_(None)


def _is_late() -> ColumnElement[bool]:
    return Post.next_attempt_at <= func.now()


def _waiting(session: Session, condition: ColumnElement[bool]) -> list[Post]:
    query = select(Post).where(Post.status == Status.AWAITING_APPROVAL, condition)
    query = query.order_by(Post.next_attempt_at).limit(BATCH_POSTS)
    return list(session.scalars(query.with_for_update(of=Post, skip_locked=True)))


def _expire(session: Session, post: Post) -> None:
    post.status, post.error_class = Status.FAILED, Cause.NOT_APPROVED
    post.error_message = "nobody approved it in time"
    notify(session, NoticeKind.NOT_APPROVED, OWNER, post_id=post.id)
    tell_approvers(session, post, NoticeKind.NOT_APPROVED)
    refresh_cards(session, post)
