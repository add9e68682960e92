"""Notes that people of the team leave beside a post."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.approval_requests import refresh_cards
from storage.database import Repository, stored
from storage.models import Post, PostNote
from storage.outbox import OWNER, NoticeKind, notify
from storage.post_changes import owned, was_changed_by
from storage.scope import Scope

SHOWN = 3
"""Notes that stand on a card: the last ones."""


class Notes(Repository):
    def add(
        self,
        post_id: int,
        scope: Scope,
        text: str,
        *,
        author_id: int,
        author_name: str,
        by: int | None = None,
    ) -> Post:
        """Leave a note beside a post that they see; its owner hears of it. Once for each update.

        Raises PostNotFoundError.
        """
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = owned(session, post_id, scope)
            post.last_update_id = by or post.last_update_id
            write(session, post, text, author_id=author_id, author_name=author_name)
            refresh_cards(session, post)
            if author_id != post.owner_id:
                told: dict[str, Any] = {"name": author_name, "reason": text}
                notify(session, NoticeKind.NOTE, OWNER, post_id=post.id, **told)
            return stored(session, post)

    def last(self, post_id: int) -> list[PostNote]:
        """Those that its card shows, the oldest first."""
        query = select(PostNote).where(PostNote.post_id == post_id)
        return self._all(query.order_by(PostNote.id.desc()).limit(SHOWN))[::-1]


def write(session: Session, post: Post, text: str, *, author_id: int, author_name: str) -> None:
    """Beside this post, which is locked."""
    post.noted_at = func.now()
    session.add(PostNote(post_id=post.id, author_id=author_id, author_name=author_name, text=text))
