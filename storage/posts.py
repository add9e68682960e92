"""Planned posts as people see and change them. Whose post it is, is part of every question."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.accounts import is_paused
from storage.database import Database
from storage.drafts import unprepare
from storage.lifecycle import DELETABLE, PLANNED, Status
from storage.models import Account, MediaItem, Post


class PostNotFoundError(LookupError):
    """There is no such post, or it is somebody else's: to a stranger the two look the same."""


class WrongStatusError(RuntimeError):
    """The post has moved on; `status` says to where."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"the post is {status}")
        self.status = status


class Posts:
    """Every method takes `owner_id`, the person who asks; None is the admin, who sees all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, post_id: int, owner_id: int | None) -> Post:
        """One post with its media. Raises PostNotFoundError."""
        with self._database.transaction() as session:
            return _owned(session, post_id, owner_id, lock=False)

    def planned(self, owner_id: int | None) -> list[Post]:
        """All posts that are not settled yet, the next one first."""
        query = select(Post).where(Post.status.in_(PLANNED)).order_by(Post.scheduled_time, Post.id)
        if owner_id is not None:
            query = query.where(Post.owner_id == owner_id)
        with self._database.transaction() as session:
            return list(session.scalars(query))

    def delete(self, post_id: int, owner_id: int | None) -> list[str]:
        """Delete the post; returns its media files, to be removed.

        Raises PostNotFoundError, or WrongStatusError when it is being sent or is live.
        """
        with self._database.transaction() as session:
            post = _owned(session, post_id, owner_id)
            if post.status not in DELETABLE:
                raise WrongStatusError(post.status)
            files = [name for item in post.media for name in item.files]
            post.media.clear()
            unprepare(post)
            post.status, post.step = Status.DELETED, None
            return files

    def try_again(self, post_id: int, owner_id: int | None) -> Post:
        """A failed or unconfirmed post is due at once, with all its attempts.

        Raises PostNotFoundError or WrongStatusError.
        """
        with self._database.transaction() as session:
            post = _owned(session, post_id, owner_id)
            if post.status not in (Status.FAILED, Status.UNCONFIRMED):
                raise WrongStatusError(post.status)
            post.status = Status.PENDING
            post.next_attempt_at = func.now()
            post.retry_count = 0
            post.error_class = post.error_message = None
            session.flush()
            session.refresh(post)
            return post

    def confirm_live(self, post_id: int, owner_id: int | None) -> Post:
        """Its owner has seen the unconfirmed post on Instagram.

        Raises PostNotFoundError or WrongStatusError.
        """
        with self._database.transaction() as session:
            post = _owned(session, post_id, owner_id)
            if post.status is not Status.UNCONFIRMED:
                raise WrongStatusError(post.status)
            post.status = Status.UPLOADED
            post.published_at = func.now()
            post.error_class = post.error_message = None
            session.flush()
            session.refresh(post)
            return post

    def remember_card(self, post_id: int, message_id: int) -> None:
        """Keep the message that announced the plan; results reply to it."""
        with self._database.transaction() as session:
            post = session.get_one(Post, post_id)
            post.card_message_id = message_id

    def next_due(self) -> datetime | None:
        """When the next planned post is due; posts of a paused account do not count."""
        with self._database.transaction() as session:
            return session.scalar(
                select(func.min(Post.next_attempt_at))
                .join(Account)
                .where(Post.status == Status.PENDING, ~is_paused())
            )

    def forget_media(self, published_before: timedelta) -> list[str]:
        """Give up the media of posts live for longer than this; returns the files to remove."""
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(
                    Post.status == Status.UPLOADED,
                    Post.media_removed_at.is_(None),
                    Post.published_at < func.now() - published_before,
                )
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            files = [name for post in posts for item in post.media for name in item.files]
            for post in posts:
                post.media.clear()
                post.media_removed_at = func.now()
            return files

    def bytes_held(self, owner_id: int) -> int:
        """The size of all media, as they came, that we keep for this person."""
        total = select(func.coalesce(func.sum(MediaItem.size_bytes), 0)).join(Post)
        with self._database.transaction() as session:
            return int(session.scalar(total.where(Post.owner_id == owner_id)) or 0)

    def media_files(self) -> set[str]:
        """The names of all media files that some post still needs."""
        with self._database.transaction() as session:
            return {name for item in session.scalars(select(MediaItem)) for name in item.files}


def _owned(session: Session, post_id: int, owner_id: int | None, *, lock: bool = True) -> Post:
    query = select(Post).where(Post.id == post_id, Post.status.not_in({Status.DELETED}))
    if owner_id is not None:
        query = query.where(Post.owner_id == owner_id)
    if lock:
        query = query.with_for_update(of=Post)
    post = session.scalars(query).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    return post
