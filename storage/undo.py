"""What can be undone for a minute: that a post was planned, and that it was deleted.

Until then a deleted post keeps its media. Who comes too late gets UndoIsOverError.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.draft_changes import begun, draft_of
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

    def restore(
        self, post_id: int, scope: Scope, *, by: int | None = None, person_id: int | None = None
    ) -> Post:
        """A post that was deleted just now is planned as it was; overdue, it is due at once.

        The owner is told as of the deletion. Raises PostNotFoundError, WrongStatusError,
        UndoIsOverError.
        """
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = _found(session, post_id, scope)
            if post.status is not Status.DELETED:
                raise WrongStatusError(post.status)
            if not session.scalar(select(Post.undo_until > func.now()).where(Post.id == post_id)):
                raise UndoIsOverError(post_id)
            set_values(post, by, {"status": Status.PENDING, "undo_until": None})
            tell_of_admin(session, NoticeKind.RESTORED_BY_ADMIN, post, scope, person_id)
            return stored(session, post)

    def unschedule(
        self, post_id: int, scope: Scope, *, question: str, by: int | None = None
    ) -> Draft:
        """A post that was planned just now is its owner's draft again, at this question.

        Its number is not given again. Raises PostNotFoundError, WrongStatusError, UndoIsOverError.
        """
        again = select(Draft).where(Draft.last_update_id == by)
        with self._database.transaction() as session:
            if by is not None and (draft := session.scalars(again).one_or_none()):
                return draft
            post = _found(session, post_id, scope)
            if post.status is not Status.PENDING:
                raise WrongStatusError(post.status)
            just_now = Post.created_at > func.now() - UNDO_SPAN
            if not session.scalar(select(just_now).where(Post.id == post_id)):
                raise UndoIsOverError(post_id)
            draft = draft_of(
                post,
                owner_id=post.owner_id,
                chat_id=post.chat_id,
                thread_id=post.thread_id,
                language=post.language,
                question=question,
                last_update_id=by,
            )
            begun(session, draft)
            give_up(session, post)  # all are the draft's now
            set_values(post, None, {"status": Status.DELETED, "card_message_id": None})
            return draft

    def forget(self) -> list[str]:
        """Posts deleted a minute ago give up their media; returns the files to remove."""
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(Post.undo_until <= func.now())
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            for post in posts:
                post.undo_until = None
            return give_up(session, *posts)


def _found(session: Session, post_id: int, scope: Scope) -> Post:
    """The post, deleted or not, nobody else's until the transaction ends.

    Raises PostNotFoundError.
    """
    query = select(Post).where(Post.id == post_id, scope.contains_post())
    post = session.scalars(query.with_for_update(of=Post)).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    return post
