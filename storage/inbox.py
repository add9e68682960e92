"""What the chat service delivers: kept before that is confirmed, and handled once in effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.database import Database
from storage.models import Incoming, Notice
from storage.outbox import ADMIN, NoticeKind


@dataclass(frozen=True)
class NewIncoming:
    """One update as it came, about to be kept."""

    update_id: int
    chat_id: int
    album: str | None
    payload: Any


class Inbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, items: Sequence[NewIncoming]) -> None:
        """Keep what has come; what has come before is kept already."""
        if not items:
            return
        with self._database.transaction() as session:
            session.execute(
                insert(Incoming).on_conflict_do_nothing(), [vars(item).copy() for item in items]
            )

    def chats(self) -> list[int]:
        """The chats in which something waits."""
        with self._database.transaction() as session:
            return list(session.scalars(select(Incoming.chat_id).where(_waits()).distinct()))

    def next_of(self, chat_id: int) -> list[Incoming]:
        """What is to be handled next in a chat: one update, or all that is here of an album."""
        with self._database.transaction() as session:
            mine = select(Incoming).where(_waits(), Incoming.chat_id == chat_id)
            first = session.scalars(mine.order_by(Incoming.update_id).limit(1)).one_or_none()
            if first is None or first.album is None:
                return [first] if first else []
            parts = mine.where(Incoming.album == first.album).order_by(Incoming.update_id)
            return list(session.scalars(parts))

    def behind(self, chat_id: int, update_id: int, limit: int) -> list[Incoming]:
        """What waits in a chat after this update, in order."""
        with self._database.transaction() as session:
            waiting = select(Incoming).where(
                _waits(), Incoming.chat_id == chat_id, Incoming.update_id > update_id
            )
            return list(session.scalars(waiting.order_by(Incoming.update_id).limit(limit)))

    def begin(self, update_ids: Sequence[int]) -> None:
        """Count an attempt, before it: one that kills the process counts as well."""
        self._update(update_ids, attempts=Incoming.attempts + 1)

    def excuse(self, update_ids: Sequence[int]) -> None:
        """The attempt failed through no fault of the update's: it does not count."""
        self._update(update_ids, attempts=func.greatest(Incoming.attempts - 1, 0))

    def finish(self, update_ids: Sequence[int]) -> None:
        """It has had its effect; only its number is kept, in case that it is delivered again."""
        self._update(update_ids, handled_at=func.now(), payload=None)

    def set_aside(self, update_ids: Sequence[int], reason: str) -> None:
        """It failed every time and must not hold up what comes after it. The admin hears of it."""
        with self._database.transaction() as session:
            session.execute(_of(update_ids).values(set_aside_reason=reason))
            detail = {"error_class": reason, "update_id": update_ids[0]}
            session.add(Notice(audience=ADMIN, kind=NoticeKind.SET_ASIDE, detail=detail))

    def forget(self, handled: timedelta, set_aside: timedelta) -> int:
        """Forget what was handled, or has come and was set aside, this long ago; returns how many.

        Of what was handled only the numbers are left, of what was set aside all that was sent.
        """
        old = or_(
            Incoming.handled_at < func.now() - handled,
            Incoming.set_aside_reason.is_not(None)
            & (Incoming.received_at < func.now() - set_aside),
        )
        with self._database.transaction() as session:
            gone = session.scalars(delete(Incoming).where(old).returning(Incoming.update_id))
            return len(gone.all())

    def _update(self, update_ids: Sequence[int], **values: object) -> None:
        with self._database.transaction() as session:
            session.execute(_of(update_ids).values(**values))


def _of(update_ids: Sequence[int]) -> Any:
    """Write to these, unless they have been dealt with."""
    return update(Incoming).where(Incoming.update_id.in_(update_ids), _waits())


def _waits() -> ColumnElement[bool]:
    return Incoming.handled_at.is_(None) & Incoming.set_aside_reason.is_(None)
