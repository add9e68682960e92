"""Media as they came, of all that is not published yet: what is lost may be fetched once more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Database
from storage.lifecycle import Status
from storage.models import MediaItem, Notice, Post
from storage.outbox import OWNER, NoticeKind

NEEDED = (Status.DRAFT, Status.PENDING, Status.CLAIMED, Status.FAILED, Status.HELD)
LOST = "media_missing"


@dataclass(frozen=True)
class Original:
    """A file, and where it came from."""

    post_id: int
    name: str
    size_bytes: int
    source_ref: str


class Originals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def needed(self) -> Sequence[Original]:
        """All that can be fetched once more, of what is due first first."""
        query = (
            select(Post.id, MediaItem.original, MediaItem.size_bytes, MediaItem.source_ref)
            .join(Post)
            .where(Post.status.in_(NEEDED), MediaItem.source_ref.is_not(None))
            .order_by(Post.next_attempt_at, MediaItem.id)
        )
        with self._database.transaction() as session:
            rows = session.execute(query)
            return [Original(post, name, size, source or "") for post, name, size, source in rows]

    def tell_lost(self, post_id: int) -> bool:
        """Tell the owner of a planned post, once, that a file of it is lost; whether it was."""
        told = select(Notice.id).where(
            Notice.post_id == post_id, Notice.detail["error_class"].astext == LOST
        )
        with self._database.transaction() as session:
            post = session.get_one(Post, post_id, with_for_update=True)
            if post.status is not Status.PENDING or session.scalar(told.limit(1)) is not None:
                return False
            detail = {"error_class": LOST}
            kind = NoticeKind.REHEARSAL
            session.add(Notice(audience=OWNER, kind=kind, post_id=post_id, detail=detail))
            return True
