"""Posts that their owners publish by hand: given to them, and what they say became of them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func

from storage.database import Database
from storage.lifecycle import OWNED, Status, sources_of
from storage.models import Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.posts import WrongStatusError, owned, was_changed_by
from storage.queue import to_its_owner
from storage.reconciliation import NO_DOUBT
from storage.scope import Scope

TAKEABLE = sources_of(Status.HANDED_OVER) - OWNED
"""Where a post stands that its owner may take over."""


def is_offered(post: Post) -> bool:
    """Whether its owner is offered to take it over: its account pauses until a person resumes."""
    account = post.account
    pauses_for_good = account.paused_reason is not None and account.paused_until is None
    return pauses_for_good and post.status in TAKEABLE


class HandOver:
    """`by` is the update that asks for a change; as in `Posts`, it has its effect once.

    Every method raises PostNotFoundError, or WrongStatusError when the post has moved on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def hand_over(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner takes a planned or failed post over, as from an account that pauses for good.

        They hear of it like of one whose account is published by hand.
        """
        return self._change(post_id, scope, by, TAKEABLE, tell=True, **to_its_owner())

    def mark_posted(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner has published it."""
        return self._change(
            post_id,
            scope,
            by,
            {Status.HANDED_OVER},
            status=Status.UPLOADED,
            published_at=func.now(),
            **NO_DOUBT,
        )

    def mark_not_posted(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner has not, and will not today: failed, so that they may still have it later."""
        return self._change(
            post_id,
            scope,
            by,
            {Status.HANDED_OVER},
            status=Status.FAILED,
            error_class="not_posted",
            error_message="its owner did not publish it",
            **NO_DOUBT,
        )

    def _change(
        self,
        post_id: int,
        scope: Scope,
        by: int | None,
        expected: Collection[Status],
        *,
        tell: bool = False,
        **values: Any,
    ) -> Post:
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = owned(session, post_id, scope)
            if post.status not in expected:
                raise WrongStatusError(post.status)
            post.last_update_id = by or post.last_update_id
            for column, value in values.items():
                setattr(post, column, value)
            if tell:
                notify(session, NoticeKind.HAND_OVER, OWNER, post_id=post.id)
            session.flush()
            session.refresh(post)
            return post
