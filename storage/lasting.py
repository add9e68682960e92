"""Which notices tell of what lasts, and that one has: see `alerts.py`."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.models import Alert, Notice
from storage.outbox import NoticeKind

LASTING = frozenset(
    {
        NoticeKind.SWEEP,
        NoticeKind.OVERDUE,
        NoticeKind.DISK,
        NoticeKind.CLOCK,
        NoticeKind.SILENT,
        NoticeKind.ACCOUNT_PAUSED,
        NoticeKind.MEDIA_AWAY,
        NoticeKind.ENDING,
    }
)
"""What is withdrawn: kinds of alerts are those of the notices that tell of them."""


def is_open(session: Session, kind: str, subject: str) -> bool:
    """Whether this is wrong, and somebody has heard so."""
    same = (Alert.kind == kind, Alert.subject == subject, Alert.withdrawn_at.is_(None))
    return bool(session.scalar(select(exists().where(*same))))


def note(session: Session, notice: Notice, subject: str, detail: dict[str, Any]) -> None:
    """What the notice tells lasts: the alert is withdrawn once it is over.

    One that is open already goes on with this notice.
    """
    session.flush()
    told = {"notice_id": notice.id, "event": notice.detail["event"], "detail": detail}
    row = insert(Alert).values(kind=notice.kind, subject=subject, **told)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Alert.kind, Alert.subject],
            index_where=Alert.withdrawn_at.is_(None),
            set_={**told, "message_id": None},
        )
    )
