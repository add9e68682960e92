"""What the chat service delivers: kept before that is confirmed, and handled once in effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_, update
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
    message_id: int | None = None
    person_id: int | None = None
    sent_at: datetime | None = None
    text_units: int | None = None
    digest: str | None = None


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

    def from_on(self, first: Incoming) -> list[Incoming]:
        """This message, and all that its sender has sent after it that waits in the same chat."""
        later = Incoming.message_id >= first.message_id
        with self._database.transaction() as session:
            rows = select(Incoming).where(_waits(), *_of_the_sender(first), later)
            return list(session.scalars(rows.order_by(Incoming.message_id)))

    def before(self, row: Incoming) -> Incoming | None:
        """The message that its sender sent before it in the same chat, if that is still known."""
        earlier = Incoming.message_id < row.message_id
        with self._database.transaction() as session:
            rows = select(Incoming).where(*_of_the_sender(row), earlier)
            return session.scalars(rows.order_by(Incoming.message_id.desc()).limit(1)).one_or_none()

    def is_unchanged(self, update_id: int) -> bool | None:
        """Whether an edit has left its message as it was before; None if that is not known."""
        with self._database.transaction() as session:
            edit = session.get(Incoming, update_id)
            if edit is None:
                return None
            arrival = tuple_(Incoming.received_at, Incoming.update_id)
            known = select(Incoming.digest).where(
                Incoming.chat_id == edit.chat_id,
                Incoming.message_id == edit.message_id,
                arrival < tuple_(edit.received_at, edit.update_id),
            )
            latest = known.order_by(Incoming.received_at.desc(), Incoming.update_id.desc())
            before = session.scalar(latest.limit(1))
            return None if before is None else before == edit.digest

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


def _of_the_sender(row: Incoming) -> tuple[ColumnElement[bool], ...]:
    return Incoming.chat_id == row.chat_id, Incoming.person_id == row.person_id


def _waits() -> ColumnElement[bool]:
    return Incoming.handled_at.is_(None) & Incoming.set_aside_reason.is_(None)
