"""What can be undone for a minute: that a post was planned, moved, changed or deleted.

Until then what was deleted or replaced keeps its media. Who comes too late gets UndoIsOverError.
"""

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from storage.approval_requests import refresh_cards
from storage.database import Repository, stored
from storage.draft_changes import (
    DraftGoneError,
    begun,
    changed_draft,
    draft_of,
    locked,
    make_current,
    unprepare,
    with_series,
)
from storage.former import FORMER
from storage.lifecycle import CHANGEABLE, PLANNED, Status
from storage.media import give_up
from storage.models import CurrentDraft, Draft, Post
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
from storage.undone import (
    DONE_AT,
    UNDO_SPAN,
    WAS_DONE_NOW,
    put_back,
    refuse_late,
    restore,
    undone_before,
)


class Undo(Repository):
    """What a person does takes their `scope`, and `by` the update that asks for it: see `Posts`."""

    def delete(
        self, post_id: int, scope: Scope, *, by: int | None = None, person_id: int | None = None
    ) -> Post:
        """Delete a post that waits; it keeps its media until that cannot be undone any more.

        The owner hears of it when the admin does that, unless `person_id` says that they are one.
        Whoever taps twice has deleted it once.

        Raises PostNotFoundError, WrongStatusError.
        """
        with self._database.transaction() as session:
            is_new = not was_changed_by(session, post_id, by)
            try:
                post = change(
                    session,
                    post_id,
                    scope,
                    by,
                    CHANGEABLE,
                    status=Status.DELETED,
                    undo_until=func.now() + UNDO_SPAN,
                    done_by=person_id,
                    done_at=func.now(),
                    was=None,
                )
            except PostNotFoundError:
                post = _found(session, post_id, scope)
                _refuse_gone(session, post)
                return stored(session, post)
            if is_new:
                refresh_cards(session, post)
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

        So is one that was moved or changed. One that was planned becomes its owner's
        draft again, at this question, on the same card; its number is not given again. The owner
        is told as of a deletion.

        Raises PostNotFoundError, WrongStatusError, UndoIsOverError.
        """
        with self._database.transaction() as session:
            if draft := changed_draft(session, by):
                return draft
            if was_changed_by(session, post_id, by):
                return undone_before(session.get_one(Post, post_id))
            post = _found(session, post_id, scope)
            if post.status in CHANGEABLE and post.was is not None:
                refuse_late(session, post, WAS_DONE_NOW)
                put_back(session, post, scope, by)
                return stored(session, post)
            if post.status in CHANGEABLE:
                return _unscheduled(session, post, question, by)
            if post.status is not Status.DELETED:
                raise WrongStatusError(post.status)
            refuse_late(session, post, Post.undo_until > func.now())
            restore(session, post, by)
            tell_of_admin(session, NoticeKind.RESTORED_BY_ADMIN, post, scope, person_id)
            return stored(session, post)

    def discard(self, draft_id: int, *, by: int | None = None) -> None:
        """Throw the draft away, and all that stand on its card, if it is the first of a series.

        They keep their media until that cannot be undone any more. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = with_series(session, locked(session, draft_id))
            draft.last_update_id = by or draft.last_update_id
            for one in draft.series or (draft,):
                unprepare(one)
                one.discarded_at, one.schedules_when_ready = func.now(), False
            session.execute(delete(CurrentDraft).where(CurrentDraft.draft_id == draft_id))

    def restore(self, draft_id: int, *, owner_id: int, chat_id: int, by: int | None) -> Draft:
        """The draft is not thrown away; its owner is at it.

        Raises DraftGoneError, also when the minute has passed.
        """
        theirs = (Draft.id == draft_id, Draft.owner_id == owner_id, Draft.chat_id == chat_id)
        with self._database.transaction() as session:
            draft = session.scalars(
                select(Draft).where(*theirs).with_for_update(of=Draft)
            ).one_or_none()
            if draft is None:
                raise DraftGoneError(draft_id)
            if draft.discarded_at is not None:
                in_time = select(Draft.discarded_at > func.now() - UNDO_SPAN)
                if not draft.media or not session.scalar(in_time.where(Draft.id == draft_id)):
                    raise DraftGoneError(draft_id)
                together = (Draft.series_id == draft_id, Draft.discarded_at == draft.discarded_at)
                session.execute(update(Draft).where(*together).values(discarded_at=None))
                draft.discarded_at, draft.last_update_id = None, by or draft.last_update_id
                make_current(session, draft)
            return stored(session, draft)

    def possible(self, scope: Scope) -> list[Post]:
        """All of which something can be undone, what was changed last first."""
        recent = select(Post).where(scope.contains_post(), _is_possible())
        return self._all(recent.order_by(DONE_AT.desc(), Post.id))

    def last_of(self, person_id: int, scope: Scope) -> tuple[Post, bool] | None:
        """What this person has planned, changed or deleted last, within the minute.

        And whether that can be undone still: it may have been published, or deleted for good.
        """
        is_theirs = or_(
            (Post.done_by == person_id) & WAS_DONE_NOW,
            Post.done_by.is_(None) & (Post.owner_id == person_id) & _is_new(),
        )
        last = select(Post, _is_possible()).where(scope.contains_post(), is_theirs)
        with self._database.transaction() as session:
            found = session.execute(last.order_by(DONE_AT.desc(), Post.id).limit(1)).one_or_none()
            return (stored(session, found[0]), bool(found[1])) if found else None

    def discarded(self, *, owner_id: int, chat_id: int) -> Draft | None:
        """The draft that this person threw away last in this chat, if it can be had back."""
        theirs = (Draft.owner_id == owner_id, Draft.chat_id == chat_id)
        in_time = (Draft.discarded_at > func.now() - UNDO_SPAN, Draft.media.any())
        recent = select(Draft).where(*theirs, *in_time, Draft.question != FORMER)
        with self._database.transaction() as session:
            last = session.scalars(recent.order_by(Draft.discarded_at.desc(), Draft.id)).first()
            return stored(session, last) if last else None

    def forget(self) -> tuple[list[Post], list[str]]:
        """What was deleted, discarded or replaced a minute ago gives up its media.

        Returns the posts, and files to remove.
        """
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(Post.undo_until <= func.now())
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            for post in posts:
                post.undo_until = None
            old = Draft.discarded_at <= func.now() - UNDO_SPAN
            drafts = session.scalars(
                select(Draft)
                .where(old, Draft.media.any())
                .with_for_update(skip_locked=True, of=Draft)
            ).all()
            files = give_up(session, *posts, *drafts)
            return [stored(session, post) for post in posts], files


def _is_new() -> ColumnElement[bool]:
    return Post.status.in_(PLANNED) & (Post.created_at > func.now() - UNDO_SPAN)


def _is_possible() -> ColumnElement[bool]:
    waits = Post.status.in_(CHANGEABLE)
    was_planned, was_changed = _is_new() & Post.was.is_(None), Post.was.is_not(None) & WAS_DONE_NOW
    return func.coalesce(
        or_(Post.undo_until > func.now(), waits & or_(was_planned, was_changed)), false()
    )


def _unscheduled(session: Session, post: Post, question: str, by: int | None) -> Draft:
    refuse_late(session, post, Post.created_at > func.now() - UNDO_SPAN)
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
    refresh_cards(session, post)
    return draft


def _refuse_gone(session: Session, post: Post) -> None:
    """Raises PostNotFoundError if, by the database's clock, it is too late to undo the deletion."""
    if not session.scalar(select(Post.undo_until > func.now()).where(Post.id == post.id)):
        raise PostNotFoundError(post.id)


def _found(session: Session, post_id: int, scope: Scope) -> Post:
    """The post, deleted or not, nobody else's until the transaction ends.

    Raises PostNotFoundError.
    """
    query = select(Post).where(Post.id == post_id, scope.contains_post())
    post = session.scalars(query.with_for_update(of=Post)).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    return post
