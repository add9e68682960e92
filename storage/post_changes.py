"""What all changes of a planned post go by: whose it is, where it stands, and made only once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from storage.causes import Cause
from storage.database import stored
from storage.lifecycle import CHANGEABLE, Status
from storage.media import give_up
from storage.models import Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.outcomes import NO_DOUBT, NO_ERROR
from storage.scope import EVERYBODY, Scope


class PostNotFoundError(LookupError):
    """There is no such post, or it is somebody else's: to a stranger the two look the same."""


LOST_MEDIA = frozenset({Cause.MEDIA_MISSING, Cause.MEDIA_DAMAGED})
"""Error classes of posts that failed, and were never sent, for want of their files."""


UNLESS_SPENT: dict[str, Any] = {
    "upload_id": case(
        (Post.error_class.in_((Cause.ID_TAKEN, Cause.VANISHED, Cause.RESTORED)), None),
        else_=Post.upload_id,
    )
}
"""Of what is tried again: the same upload id, so that the platform knows it if it was there after
all; but for one of which the platform has made something that it does not show, and takes once, or,
of what came out of a backup, may have."""


class WrongStatusError(RuntimeError):
    """The post has moved on; `status` says to where."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"the post is {status}")
        self.status = status


def lacks_media(post: Post) -> bool:
    """Whether it failed because its files are lost: they can be sent once more."""
    return post.status is Status.FAILED and post.error_class in LOST_MEDIA


def was_changed_by(session: Session, post_id: int, by: int | None) -> bool:
    """Whether this update has had its effect on the post already."""
    query = select(Post.id).where(Post.id == post_id, Post.last_update_id == by)
    return by is not None and session.scalar(query) is not None


def count_changed_by(session: Session, by: int | None) -> int:
    """How many posts this update has changed already."""
    query = select(func.count()).select_from(Post).where(Post.last_update_id == by)
    return 0 if by is None else session.scalar(query) or 0


def is_live() -> dict[str, Any]:
    """What a post is that its owner has seen, or has published."""
    return {"status": Status.UPLOADED, "published_at": func.now(), **NO_ERROR, **NO_DOUBT}


def change(
    session: Session,
    post_id: int,
    scope: Scope,
    by: int | None,
    expected: Collection[Status],
    *,
    tell: NoticeKind | None = None,
    **values: Any,
) -> Post:
    """Write these columns, and tell its owner, unless this update has done so before.

    Raises PostNotFoundError, or WrongStatusError when the post has moved on.
    """
    if was_changed_by(session, post_id, by):
        return session.get_one(Post, post_id)
    post = owned(session, post_id, scope)
    if post.status not in expected:
        raise WrongStatusError(post.status)
    set_values(post, by, values)
    if tell is not None:
        notify(session, tell, OWNER, post_id=post.id)
    return stored(session, post)


WHEN = ("scheduled_time", "wall_time", "timezone")
TEXT = ("caption", "hashtags", "caption_message_id")
"""What a move, and another text, replace."""


def as_done(person_id: int | None, post: Post, *replaced: str) -> dict[str, Any]:
    """Who has done something to it last, for `undo`, and what of it that has replaced.

    Of what has failed, or goes out right away, nothing can be put back.
    """
    was: dict[str, Any] = {name: getattr(post, name) for name in replaced}
    if isinstance(time := was.get("scheduled_time"), datetime):
        was["scheduled_time"] = time.isoformat()
    can_be_put_back = post.status in CHANGEABLE and post.wall_time is not None
    return {
        "done_by": person_id,
        "done_at": func.now(),
        "was": was if was and can_be_put_back else None,
    }


NOBODY_SINCE: dict[str, Any] = {"done_by": None, "done_at": None, "was": None}
"""As if nobody had done anything to it since it was planned: that was undone."""


def was_back_then(post: Post, when: Any) -> bool:
    """Whether it goes out then if its last move is undone."""
    before = (post.was or {}).get("scheduled_time")
    if before is None or not isinstance(when, datetime):
        return False
    return datetime.fromisoformat(before) == when


def set_values(post: Post, by: int | None, values: Mapping[str, Any]) -> None:
    """Write these columns, and which update did."""
    post.last_update_id = by or post.last_update_id
    for column, value in values.items():
        setattr(post, column, value)


def tell_of_admin(
    session: Session, kind: NoticeKind, post: Post, scope: Scope, person_id: int | None
) -> None:
    """Tell its owner of what the admin has done, unless they are the admin."""
    if scope.owners is EVERYBODY and person_id != post.owner_id:
        notify(session, kind, OWNER, post_id=post.id)


def drop_all(session: Session, posts: Sequence[Post], by: int | None) -> tuple[int, list[str]]:
    """Delete them; returns how many, and their media files, to be removed."""
    files = give_up(session, *posts)
    for post in posts:
        set_values(post, by, {"status": Status.DELETED})
    return len(posts), files


def owned(session: Session, post_id: int, scope: Scope, *, lock: bool = True) -> Post:
    """The post, if it lies within the scope and is not deleted. Raises PostNotFoundError."""
    query = select(Post).where(
        Post.id == post_id, scope.contains_post(), Post.status.not_in({Status.DELETED})
    )
    if lock:
        query = query.with_for_update(of=Post)
    post = session.scalars(query.options(joinedload(Post.media))).unique().one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    return post
