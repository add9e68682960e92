"""Posts that their owners publish by hand: given to them, and what they say became of them."""

from storage.approval_requests import is_unapproved
from storage.causes import Cause
from storage.database import Repository
from storage.lifecycle import OWNED, Status, sources_of
from storage.models import Post
from storage.outbox import NoticeKind
from storage.outcomes import NO_DOUBT, to_its_owner
from storage.post_changes import WrongStatusError, change, is_live, owned
from storage.scope import Scope

TAKEABLE = sources_of(Status.HANDED_OVER) - OWNED
"""Where a post stands that its owner may take over."""


def is_offered(post: Post) -> bool:
    """Whether its owner is offered to take it over: by itself, its account would not publish it."""
    account = post.account
    pauses_for_good = account.paused_reason is not None and account.paused_until is None
    waits = post.status in TAKEABLE and not is_unapproved(post)
    return (pauses_for_good or account.removed_at is not None) and waits


class HandOver(Repository):
    """`by` is the update that asks for a change; as in `Posts`, it has its effect once.

    Every method raises PostNotFoundError, or WrongStatusError when the post has moved on.
    """

    def hand_over(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner takes a planned or failed post over, as from an account that pauses for good.

        They hear of it like of one whose account is published by hand.
        """
        tell, values = NoticeKind.HAND_OVER, to_its_owner()
        with self._database.transaction() as session:
            if is_unapproved(owned(session, post_id, scope)):
                raise WrongStatusError(Status.FAILED)
            return change(session, post_id, scope, by, TAKEABLE, tell=tell, **values)

    def mark_posted(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner has published it."""
        with self._database.transaction() as session:
            return change(session, post_id, scope, by, {Status.HANDED_OVER}, **is_live())

    def mark_not_posted(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner has not, and will not today: failed, so that they may still have it later."""
        with self._database.transaction() as session:
            return change(
                session,
                post_id,
                scope,
                by,
                {Status.HANDED_OVER},
                status=Status.FAILED,
                error_class=Cause.NOT_POSTED,
                error_message="its owner did not publish it",
                **NO_DOUBT,
            )
