"""Posts that the platform has accepted: looked for once more, and their owners asked if in vain."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from storage import lease
from storage.database import Repository
from storage.lease import Lease
from storage.lifecycle import Status
from storage.models import Post
from storage.outbox import NoticeKind, notify_both
from storage.reconciliation import PAUSE_ONCE_ASKED, wait_after

BATCH_POSTS = 100
"""Posts looked for at a time."""


class Verification(Repository):
    def to_verify(self, account_id: int) -> list[Post]:
        """Posts that the platform has accepted, and that have to be looked for now."""
        return self._all(
            select(Post)
            .where(
                Post.account_id == account_id,
                Post.status == Status.UPLOADED,
                Post.next_check_at <= func.now(),
            )
            .order_by(Post.next_check_at)
            .limit(BATCH_POSTS)
        )

    def seen(self, ours: Lease, posts: Collection[Post]) -> None:
        """They are there, as the platform has said. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=None, clean_reads=0)

    def not_seen(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """They are not there; looked for again, each time later. Raises LeaseLostError."""
        reads = Post.clean_reads + 1
        self._verify(
            ours, posts, next_check_at=func.now() + wait_after(reads, pause), clean_reads=reads
        )

    def look_later(self, ours: Lease, posts: Collection[Post], pause: timedelta) -> None:
        """The platform could not be read. Raises LeaseLostError."""
        self._verify(ours, posts, next_check_at=func.now() + pause)

    def vanished(self, ours: Lease, post: Post) -> None:
        """The platform said yes, and it is not there: its owner is asked. Raises LeaseLostError."""
        self._verify(
            ours,
            [post],
            status=Status.UNCONFIRMED,
            uncertain_since=func.now(),
            asked_at=func.now(),
            next_check_at=func.now() + PAUSE_ONCE_ASKED,
            media_pk=None,
            link=None,
            published_at=None,
            error_class="vanished",
            error_message="it was accepted, and is not shown",
            asked=NoticeKind.ASKED,
        )

    def _verify(
        self,
        ours: Lease,
        posts: Collection[Post],
        asked: NoticeKind | None = None,
        **values: Any,
    ) -> None:
        with self._database.transaction() as session:
            lease.hold(session, ours)
            changed = session.scalars(
                update(Post)
                .where(Post.id.in_([post.id for post in posts]), Post.status == Status.UPLOADED)
                .values(**values)
                .returning(Post.id)
                .execution_options(synchronize_session=False)
            ).all()
            if asked is not None:
                for post_id in changed:
                    notify_both(session, asked, post_id, values["error_class"])
