"""What people are to hear, from the transaction that caused it until it was delivered."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, select, update

from storage.database import Database
from storage.models import Notice

OWNER = "owner"
ADMIN = "admin"


class NoticeKind(StrEnum):
    """What a notice is about."""

    PUBLISHED = "published"
    RETRYING = "retrying"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    ACCOUNT_PAUSED = "account_paused"
    ACCOUNT_RESUMED = "account_resumed"


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, limit: int = 50) -> list[Notice]:
        """Notices to be delivered now, oldest first, with their posts."""
        with self._database.transaction() as session:
            return list(
                session.scalars(
                    select(Notice)
                    .where(
                        Notice.sent_at.is_(None),
                        Notice.parked_reason.is_(None),
                        Notice.not_before <= func.now(),
                    )
                    .order_by(Notice.id)
                    .limit(limit)
                )
            )

    def mark_sent(self, notice_id: int) -> None:
        """The other side has taken it."""
        self._update(notice_id, sent_at=func.now(), attempts=Notice.attempts + 1)

    def postpone(self, notice_id: int, delay: timedelta) -> None:
        """It could not be delivered now; try again after `delay`."""
        self._update(notice_id, not_before=func.now() + delay, attempts=Notice.attempts + 1)

    def park(self, notice_id: int, reason: str) -> None:
        """It cannot be delivered at all, and is kept for whoever looks."""
        self._update(notice_id, parked_reason=reason, attempts=Notice.attempts + 1)

    def _update(self, notice_id: int, **values: object) -> None:
        with self._database.transaction() as session:
            session.execute(update(Notice).where(Notice.id == notice_id).values(**values))
