"""Planned posts that were made at one go, as people see and change them together."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.edits import change_plan, due_at
from storage.lifecycle import DELETABLE, Status
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError, drop_all
from storage.scope import Scope


class SeriesPosts(Repository):
    """What a person does takes their `scope`, and `by` the update that asks: see `Posts`.

    Each change is one of all posts of the series that still allow it.
    """

    def of(self, series_id: int, scope: Scope) -> list[Post]:
        """All of it that is not deleted, in order."""
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
    ) -> list[Post]:
        """All that wait go out at another time, one after the other; without a wall time, now.

        Returns them. Raises PostNotFoundError, WrongStatusError.
        """
        when = scheduled_time if wall_time else func.now()
        with self._database.transaction() as session:
            posts, is_done = _changeable(session, series_id, scope, by, {Status.PENDING})
            for post in () if is_done else posts:
                moved = {"scheduled_time": when, "wall_time": wall_time, "timezone": timezone}
                change_plan(post, by, **moved, **due_at(when))
            return [stored(session, post) for post in posts]

    def delete(
        self, series_id: int, scope: Scope, *, by: int | None = None
    ) -> tuple[int, list[str]]:
        """Delete all of which nothing has been sent; returns how many, and the free files.

        Raises PostNotFoundError, WrongStatusError.
        """
        with self._database.transaction() as session:
            untouched = DELETABLE - {Status.UNCONFIRMED, Status.HANDED_OVER}
            posts, is_done = _changeable(session, series_id, scope, by, untouched)
            return (len(posts), []) if is_done else drop_all(session, posts, by)


def _of(series_id: int, scope: Scope) -> Select[Post]:
    theirs = (Post.series_id == series_id, scope.contains_post(), Post.status != Status.DELETED)
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
