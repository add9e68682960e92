"""What can be undone for a minute: that a post was planned, and that it was deleted.

Until then a deleted post keeps its media. Who comes too late gets UndoIsOverError.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.draft_changes import begun, changed_draft, draft_of
from storage.lifecycle import Status
from storage.media import give_up
from storage.models import Draft, Post
from storage.outbox import NoticeKind
from storage.post_changes import (
    PostNotFoundError,
    WrongStatusError,
    change,
    set_values,
    tell_of_admin,
    was_changed_by,
)
from storage.scope import Scope

UNDO_SPAN = timedelta(minutes=1)
"""How long it can be undone."""


class UndoIsOverError(RuntimeError):
    """The minute has passed."""


class Undo(Repository):
    """What a person does takes their `scope`, and `by` the update that asks for it: see `Posts`."""

    def delete(
        self, post_id: int, scope: Scope, *, by: int | None = None, person_id: int | None = None
    ) -> Post:
        """Delete a pending post; it keeps its media until that cannot be undone any more.

        The owner hears of it when the admin does that, unless `person_id` says that they are one.

        Raises PostNotFoundError, WrongStatusError.
        """
        with self._database.transaction() as session:
            is_new = not was_changed_by(session, post_id, by)
            post = change(
                session,
                post_id,
                scope,
                by,
                {Status.PENDING},
                status=Status.DELETED,
                undo_until=func.now() + UNDO_SPAN,
            )
            if is_new:
                tell_of_admin(session, NoticeKind.DELETED_BY_ADMIN, post, scope, person_id)
            return post

    def undo(
        self,
        post_id: int,
        scope: Scope,
        *,
        question: str,
        by: int | None = None,
        person_id: int | None = None,
    ) -> Post | Draft:
        """What was done last is not: a deleted post is planned as it was; overdue, it is due now.

        One that was planned becomes its owner's draft again, at this question, on the same card;
        its number is not given again. The owner is told as of a deletion.

        Raises PostNotFoundError, WrongStatusError, UndoIsOverError.
        """
        with self._database.transaction() as session:
            if draft := changed_draft(session, by):
                return draft
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = _found(session, post_id, scope)
            if post.status is Status.PENDING:
                return _unscheduled(session, post, question, by)
            if post.status is not Status.DELETED:
                raise WrongStatusError(post.status)
            _refuse_late(session, post, Post.undo_until > func.now())
            set_values(post, by, {"status": Status.PENDING, "undo_until": None})
            tell_of_admin(session, NoticeKind.RESTORED_BY_ADMIN, post, scope, person_id)
            return stored(session, post)

    def possible(self, scope: Scope) -> list[Post]:
        """All of which something can be undone, what was changed last first."""
        was_planned = (Post.status == Status.PENDING) & (Post.created_at > func.now() - UNDO_SPAN)
        recent = select(Post).where(
            scope.contains_post(), or_(Post.undo_until > func.now(), was_planned)
        )
        return self._all(recent.order_by(Post.updated_at.desc()))

    def forget(self) -> tuple[list[Post], list[str]]:
        """Posts deleted a minute ago give up their media; returns them, and files to remove."""
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(Post.undo_until <= func.now())
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            for post in posts:
                post.undo_until = None
            files = give_up(session, *posts)
            return [stored(session, post) for post in posts], files


def _unscheduled(session: Session, post: Post, question: str, by: int | None) -> Draft:
    _refuse_late(session, post, Post.created_at > func.now() - UNDO_SPAN)
    draft = draft_of(
        post,
        owner_id=post.owner_id,
        chat_id=post.chat_id,
        thread_id=post.thread_id,
        language=post.language,
        question=question,
        prompt_message_id=post.card_message_id,
        last_update_id=by,
    )
    begun(session, draft)
    give_up(session, post)  # all are the draft's now
    set_values(post, None, {"status": Status.DELETED, "card_message_id": None})
    return draft


def _refuse_late(session: Session, post: Post, is_in_time: ColumnElement[bool]) -> None:
    """By the database's clock. Raises UndoIsOverError."""
    if not session.scalar(select(is_in_time).where(Post.id == post.id)):
        raise UndoIsOverError(post.id)


def _found(session: Session, post_id: int, scope: Scope) -> Post:
    """The post, deleted or not, nobody else's until the transaction ends.

    Raises PostNotFoundError.
    """
    query = select(Post).where(Post.id == post_id, scope.contains_post())
    post = session.scalars(query.with_for_update(of=Post)).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    return post
