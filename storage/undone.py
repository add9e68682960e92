"""How what was done to a post last is taken back; within which time, see `undo.py`."""

from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.approval_requests import ask, change_group, was_waiting
from storage.database import stored
from storage.edits import AS_NEW, change_plan, due_at, planned_for
from storage.former import exchange
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Post
from storage.post_changes import NOBODY_SINCE, TEXT, WHEN, set_values
from storage.scope import Scope

UNDO_SPAN = timedelta(minutes=1)
"""How long it can be undone."""

WAS_DONE_NOW = Post.done_at > func.now() - UNDO_SPAN
DONE_AT = func.coalesce(Post.done_at, Post.created_at)
"""When somebody did something to it last: planned, changed or deleted it."""


class UndoIsOverError(RuntimeError):
    """The minute has passed; `post` is as it stands."""

    def __init__(self, post: Post) -> None:
        super().__init__(f"post {post.id} was planned or deleted longer ago")
        self.post = post


def put_back(session: Session, post: Post, scope: Scope, by: int | None) -> None:
    """What a change has replaced; it is approved as after any other change.

    Raises UndoIsOverError: the media that were replaced are gone.
    """
    was, post.undone = post.was or {}, "text"
    values = {name: was[name] for name in (*WHEN, *TEXT) if name in was}
    if "draft" in was:
        post.undone, group = "change", post.account.group_chat_id
        if not exchange(session, post):
            _refuse(session, post)
        when = planned_for(post.scheduled_time)
        change_plan(session, post, scope, by, **AS_NEW, **when, **values, **NOBODY_SINCE)
        session.flush()
        change_group(session, post, group)
        return
    if "scheduled_time" in values:
        post.undone, time = "time", datetime.fromisoformat(values["scheduled_time"])
        values |= {"scheduled_time": time, **due_at(time)}
    change_plan(session, post, scope, by, **values, **NOBODY_SINCE)


def undone_before(post: Post) -> Post:
    """It was put back when the update came first, and what it was until then is not known now."""
    if post.status in CHANGEABLE:
        post.undone = "change"
    return post


def restore(session: Session, post: Post, by: int | None) -> None:
    """It is not deleted: planned as it was, or waiting for an approval."""
    post.undone = "deletion"
    set_values(post, by, {"status": Status.PENDING, "undo_until": None, **NOBODY_SINCE})
    if was_waiting(post):
        ask(session, post)


def refuse_late(session: Session, post: Post, is_in_time: ColumnElement[bool]) -> None:
    """By the database's clock. Raises UndoIsOverError."""
    if not session.scalar(select(is_in_time).where(Post.id == post.id)):
        _refuse(session, post)


def _refuse(session: Session, post: Post) -> NoReturn:
    found = stored(session, post)
    session.expunge_all()  # it is read after this transaction was rolled back
    raise UndoIsOverError(found)
