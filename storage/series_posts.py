"""Planned posts that were made at one go, as people see and change them together."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from storage.approval_requests import refresh_cards
from storage.database import Repository, stored
from storage.draft_changes import WHOSE, changed_draft, draft_of, make_current, with_series
from storage.edits import change_plan, due_at
from storage.lifecycle import CHANGEABLE, PostType, Status
from storage.media import copied, give_up
from storage.models import Draft, Post
from storage.post_changes import WHEN, PostNotFoundError, WrongStatusError, as_done, set_values
from storage.scope import Scope
from storage.undone import (
    UNDO_SPAN,
    WAS_DONE_NOW,
    UndoIsOverError,
    put_back,
    restore,
    undone_before,
)

IN_A_MINUTE = func.now() + UNDO_SPAN


class SeriesPosts(Repository):
    """What a person does takes their `scope`, and `by` the update that asks: see `Posts`.

    Each change is one of all posts of the series that still allow it.
    """

    def of(self, series_id: int, scope: Scope) -> list[Post]:
        """All of it that is not deleted for good, in order."""
        return self._all(_of(series_id, scope))

    def reschedule(
        self,
        series_id: int,
        scope: Scope,
        *,
        scheduled_time: datetime | None,
        wall_time: str | None,
        timezone: str,
        by: int | None = None,
        person_id: int | None = None,
    ) -> list[Post]:
        """All that wait go out at another time, one after the other; without a wall time, now.

        Returns them. Raises PostNotFoundError, WrongStatusError.
        """
        when = scheduled_time if wall_time else func.now()
        with self._database.transaction() as session:
            posts, is_done = _changeable(session, series_id, scope, by, CHANGEABLE)
            for post in () if is_done else posts:
                did = as_done(person_id, post, *(WHEN if wall_time else ()))
                moved = {
                    "scheduled_time": when,
                    "wall_time": wall_time,
                    "timezone": timezone,
                    **did,
                }
                change_plan(session, post, scope, by, **moved, **due_at(when))
            return [stored(session, post) for post in posts]

    def delete(
        self,
        series_id: int,
        scope: Scope,
        *,
        by: int | None = None,
        person_id: int | None = None,
    ) -> list[Post]:
        """Delete all that wait; they keep their media until that cannot be undone any more.

        Returns them. Raises PostNotFoundError, WrongStatusError.
        """
        with self._database.transaction() as session:
            posts, is_done = _changeable(session, series_id, scope, by, CHANGEABLE)
            for post in () if is_done else posts:
                set_values(post, by, as_done(person_id, post))
                set_values(post, by, {"status": Status.DELETED, "undo_until": IN_A_MINUTE})
                refresh_cards(session, post)
            return [stored(session, post) for post in posts]

    def undo(
        self, series_id: int, scope: Scope, *, questions: tuple[str, str], by: int | None = None
    ) -> list[Post] | Draft:
        """What was done last is not: what was deleted or moved is planned as it was.

        What was planned is drafts again: of stories in a row one, at the first of these questions,
        else a series at the other. Returns the posts, or the draft with the card.

        Raises PostNotFoundError, UndoIsOverError.
        """
        with self._database.transaction() as session:
            if draft := changed_draft(session, by):
                return draft
            posts, is_done = _changeable(session, series_id, scope, by, {*Status})
            deleted = [post for post in posts if post.undo_until is not None]
            if is_done:
                return [undone_before(stored(session, post)) for post in posts]
            if deleted:
                for post in deleted:
                    restore(session, post, by)
                return [stored(session, post) for post in posts]
            waiting = [post for post in posts if post.status in CHANGEABLE]
            numbers = [post.id for post in waiting if post.was is not None]
            changed = {*session.scalars(select(Post.id).where(Post.id.in_(numbers), WAS_DONE_NOW))}
            if changed:
                for post in waiting:
                    if post.id in changed:
                        put_back(session, post, scope, by)
                return [stored(session, post) for post in posts]
            is_new = Post.created_at > func.now() - UNDO_SPAN
            if not waiting or not session.scalar(select(is_new).where(Post.id == waiting[0].id)):
                raise UndoIsOverError(posts[0])
            return _unplanned(session, waiting, questions, by)


def _unplanned(
    session: Session, posts: Sequence[Post], questions: tuple[str, str], by: int | None
) -> Draft:
    """Their card is the drafts' again."""
    in_a_row = len({post.scheduled_time for post in posts}) == 1
    first, *others = (_draft_of(session, post, questions[not in_a_row]) for post in posts)
    first.last_update_id, first.prompt_message_id = by, posts[0].card_message_id
    if in_a_row:
        first.post_type = PostType.STORIES
        first.media.extend(copied(item for other in others for item in other.media))
        for other in others:
            session.delete(other)
    else:
        for draft in (first, *others):
            draft.series_id = first.id
            draft.scheduled_time = draft.wall_time = None
    for post in posts:
        give_up(session, post)  # all are the drafts' now
        set_values(post, None, {"status": Status.DELETED, "card_message_id": None})
        refresh_cards(session, post)
    make_current(session, first)
    return with_series(session, stored(session, first))


def _draft_of(session: Session, post: Post, question: str) -> Draft:
    whose = {name: getattr(post, name) for name in WHOSE if name != "account_id"}
    draft = draft_of(post, question=question, **whose)
    session.add(draft)
    session.flush()
    return draft


def _of(series_id: int, scope: Scope) -> Select[Post]:
    is_there = or_(Post.status != Status.DELETED, Post.undo_until > func.now())
    theirs = (Post.series_id == series_id, scope.contains_post(), is_there)
    return select(Post).where(*theirs).order_by(Post.id)


def _changeable(
    session: Session, series_id: int, scope: Scope, by: int | None, allowed: Collection[Status]
) -> tuple[list[Post], bool]:
    """Its posts that may be changed, locked; or those that this update has changed, and True.

    Raises PostNotFoundError, or WrongStatusError where there are none that may.
    """
    if by is not None:
        changed = select(Post).where(Post.series_id == series_id, Post.last_update_id == by)
        if done := list(session.scalars(changed.order_by(Post.id))):
            return done, True
    posts = list(session.scalars(_of(series_id, scope).with_for_update(of=Post)))
    if not posts:
        raise PostNotFoundError(series_id)
    may = [post for post in posts if post.status in allowed]
    if not may:
        raise WrongStatusError(posts[-1].status)
    return may, False
