"""Bytes that are sent shortly before a post is due, so that one request is left for its minute.

Whoever does it holds the account's lease, as for publishing, and gives it back by
`Queue.release`; the post itself stays pending, and its owner may still delete it.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import case, func, select, update

from storage import lease
from storage.database import Database
from storage.items import Preparation
from storage.lease import Lease, Work
from storage.lifecycle import Status
from storage.media import unneeded
from storage.models import Account, Post
from storage.pace import Paces
from storage.paced import next_due
from storage.preparations import replace_prepared
from storage.queue import FRESH_ID, Queue


class Staging:
    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(
        self, ahead: timedelta, account_id: int | None = None
    ) -> tuple[Lease, Post] | None:
        """Lease an account whose next post is due within `ahead` and not staged yet.

        The post has an upload id from here on.
        """
        work = _to_stage(self._queue.paces, ahead)
        with self._database.single() as session:
            taken = lease.take(session, work, account_id, self._queue.owner, self._queue.span)
            if taken is None:
                return None
            ours, post_id = taken
            still = session.scalar(
                update(Post)
                .where(
                    Post.id == post_id,
                    Post.status == Status.PENDING,
                    Post.next_attempt_at <= func.now() + ahead,
                )
                .values(upload_id=func.coalesce(Post.upload_id, FRESH_ID))
                .returning(Post.id)
            )
            if still is None:  # deleted or changed at this very moment
                lease.release(session, ours)
                return None
            return ours, session.get_one(Post, post_id)

    def mark_staged(
        self,
        ours: Lease,
        post: Post,
        staged: dict[str, Any] | None,
        newest_before: int | None = None,
    ) -> None:
        """Keep what the platform holds now; None: it was tried in vain. Raises LeaseLostError.

        Args:
            newest_before: the newest media that the account shows; 0: it shows none.
        """
        newest = None if newest_before is None else str(newest_before)
        not_sent_yet = case((Post.first_sent_at.is_(None), newest), else_=Post.newest_before)
        with self._database.transaction() as session:
            lease.hold(session, ours)
            session.execute(
                update(Post)
                .where(
                    Post.id == post.id,
                    Post.status == Status.PENDING,
                    Post.upload_id == post.upload_id,
                    Post.revision == post.revision,
                )
                .values(staged=staged, staged_at=func.now(), newest_before=not_sent_yet)
            )

    def renew_files(self, post: Post, made: Sequence[Preparation]) -> list[str]:
        """Its prepared files were lost and made again; returns the names that are free now.

        `post` names the new ones afterwards.
        """
        same = (
            Post.id == post.id,
            Post.revision == post.revision,
            Post.status != Status.DELETED,
        )
        with self._database.transaction() as session:
            query = select(Post).where(*same).with_for_update(of=Post)
            stored = session.scalars(query).one_or_none()
            if stored is None:  # its media were replaced meanwhile
                return unneeded(
                    session, (name for one in made for name in (one.prepared, one.cover))
                )
            replaced = replace_prepared(session, stored, made)
            for item, fresh in zip(post.media, stored.media, strict=True):
                item.prepared, item.cover = fresh.prepared, fresh.cover
            return replaced


@cache
def _to_stage(paces: Paces, ahead: timedelta) -> Work:
    first = next_due(paces).lateral("first")
    return (
        select(first.c.post_id, first.c.at)
        .where(
            first.c.at > func.now(),
            first.c.at <= func.now() + ahead,
            first.c.staged_at.is_(None),
        )
        .correlate(Account)
    )
