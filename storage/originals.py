"""Media as they came, of all that is not published yet: what is lost may be fetched once more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from storage.database import Repository
from storage.lifecycle import CHANGEABLE, Status
from storage.models import MediaItem, Notice, Post
from storage.outbox import OWNER, NoticeKind, notify

NEEDED = (Status.PENDING, Status.AWAITING_APPROVAL, Status.CLAIMED, Status.FAILED, Status.HELD)
LOST = "media_missing"


@dataclass(frozen=True)
class Original:
    """A file, where it came from, and the posts that need it; none if only drafts do."""

    name: str
    size_bytes: int
    source_ref: str
    post_ids: list[int]


class Originals(Repository):
    def needed(self) -> Sequence[Original]:
        """All that can be fetched once more, of what is due first first."""
        posts = func.array_remove(func.array_agg(Post.id.distinct()), None)
        file = (MediaItem.original, MediaItem.size_bytes, MediaItem.source_ref)
        query = (
            select(*file, posts)
            .outerjoin(Post, MediaItem.post_id == Post.id)
            .where(
                or_(Post.status.in_(NEEDED), MediaItem.draft_id.is_not(None)),
                MediaItem.source_ref.is_not(None),
            )
            .group_by(*file)
            .order_by(func.min(Post.next_attempt_at))
        )
        with self._database.single() as session:
            rows = session.execute(query)
            return [Original(name, size, source or "", ids) for name, size, source, ids in rows]

    def tell_lost(self, post_id: int) -> bool:
        """Tell the owner of a planned post, once, that a file of it is lost; whether it was."""
        told = select(Notice.id).where(
            Notice.post_id == post_id, Notice.detail["error_class"].astext == LOST
        )
        with self._database.transaction() as session:
            post = session.get_one(Post, post_id, with_for_update=True)
            if post.status not in CHANGEABLE or session.scalar(told.limit(1)) is not None:
                return False
            notify(session, NoticeKind.PREFLIGHT, OWNER, post_id=post_id, error_class=LOST)
            return True
