"""Posts as they are handed out to whoever has planned them: all of a person's, or everybody's."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Repository
from storage.lifecycle import Status
from storage.models import Post, User

BATCH_POSTS = 200
"""Posts read at a time."""


@dataclass(frozen=True)
class Owned:
    """A post, and what its owner is called, if that is known."""

    post: Post
    owner: str | None


class Export(Repository):
    def posts(self, owner_id: int | None) -> Iterator[Owned]:
        """All that are not deleted, in the order of their numbers; None: of everybody."""
        last: int | None = 0
        while last is not None:
            batch = self._behind(last, owner_id)
            yield from batch
            last = batch[-1].post.id if batch else None

    def _behind(self, last: int, owner_id: int | None) -> list[Owned]:
        query = (
            select(Post, User.name)
            .outerjoin(User, User.id == Post.owner_id)
            .where(Post.id > last, Post.status != Status.DELETED)
            .order_by(Post.id)
            .limit(BATCH_POSTS)
        )
        if owner_id is not None:
            query = query.where(Post.owner_id == owner_id)
        with self._database.single() as session:
            return [Owned(post, name) for post, name in session.execute(query)]
