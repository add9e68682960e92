"""What the chat service delivers: kept before that is confirmed, and handled once in effect."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from storage.database import Repository
from storage.models import Incoming
from storage.outbox import ADMIN, NoticeKind, notify

MOST_PIECES = 25
"""Messages of one person that are looked at to find the beginning of a text: 100,000 characters."""


@dataclass(frozen=True)
class NewIncoming:
    """One update as it came, about to be kept."""

    update_id: int
    identity: str
    """Tells a redelivery from another update to which a new server gave the same number."""
    chat_id: int
    album: str | None
    payload: Any
    message_id: int | None = None
    person_id: int | None = None
    sent_at: datetime | None = None
    text_units: int | None = None
    digest: str | None = None


class Inbox(Repository):
    def keep(self, items: Sequence[NewIncoming]) -> list[Incoming]:
        """Keep what has come, in this order; what has come before is kept already.

        Returns what is new.
        """
        if not items:
            return []
        kept = insert(Incoming).from_select(COLUMNS, union_all(*map(_new, items)))
        with self._database.single() as session:
            new = session.scalars(kept.on_conflict_do_nothing().returning(Incoming))
            return sorted(new, key=lambda row: row.id)

    def keep_refused(self, item: NewIncoming, reason: str) -> None:
        """Make a dead letter, in a form that Postgres takes, of what it has refused.

        The admin hears of it.
        """
        raw = base64.b64encode(json.dumps(item.payload).encode()).decode()
        number = item.update_id if abs(item.update_id) < 2**63 else 0
        with self._database.transaction() as session:
            row = Incoming(
                update_id=number,
                identity=item.identity,
                chat_id=0,
                payload=raw,
                dead_letter_reason=reason,
            )
            session.add(row)
            _notify_of(session, reason, number, told=False)

    def chats(self) -> list[int]:
        """The chats in which something waits."""
        return self._all(select(Incoming.chat_id).where(waits()).distinct())

    def next_of(self, chat_id: int) -> list[Incoming]:
        """What is to be handled next in a chat: one update, or all that is here of an album."""
        return self._all(_next(chat_id))

    def from_on(self, first: Incoming) -> list[Incoming]:
        """This message, and all that its sender has sent after it that waits in the same chat."""
        later = Incoming.message_id >= first.message_id
        rows = select(Incoming).where(waits(), *_of_the_sender(first), later)
        return self._all(rows.order_by(Incoming.message_id))

    def behind(self, row: Incoming, limit: int) -> list[Incoming]:
        """What waits in the same chat after this, in order."""
        behind = (Incoming.chat_id == row.chat_id, Incoming.id > row.id)
        waiting = select(Incoming).where(waits(), *behind)
        return self._all(waiting.order_by(Incoming.id).limit(limit))

    def is_unchanged(self, edit_id: int) -> bool | None:
        """Whether an edit has left its message as it was before; None if that is not known."""
        with self._database.single() as session:
            edit = session.get(Incoming, edit_id)
            if edit is None:
                return None
            known = select(Incoming.digest).where(
                Incoming.chat_id == edit.chat_id,
                Incoming.message_id == edit.message_id,
                Incoming.id < edit.id,
            )
            before = session.scalar(known.order_by(Incoming.id.desc()).limit(1))
            return None if before is None else before == edit.digest

    def up_to(self, number: int) -> list[Incoming]:
        """The message that this update brings or edits, and those that its sender sent before it.

        The latest first; none if it is not known who sent it.
        """
        this, before = aliased(Incoming), aliased(Incoming)
        same = (before.chat_id == this.chat_id, before.message_id == this.message_id)
        rows = (
            select(Incoming)
            .join(this, this.id == number)
            .join(before, and_(*same, before.person_id.is_not(None)))
            .where(Incoming.chat_id == before.chat_id, Incoming.person_id == before.person_id)
            .where(Incoming.message_id <= before.message_id)
        )
        return self._all(rows.order_by(Incoming.message_id.desc()).limit(MOST_PIECES))

    def begin(self, rows: Sequence[Incoming]) -> Incoming | None:
        """Count an attempt, before it: one that kills the process counts as well.

        Returns the message that the sender of the first sent before it in the same chat, if that is
        still known.
        """
        begun = _of([row.id for row in rows]).values(
            attempts=Incoming.attempts + 1, begun_at=func.now()
        )
        earlier = Incoming.message_id < literal(rows[0].message_id, BigInteger)
        before = select(Incoming).where(*_of_the_sender(rows[0]), earlier)
        latest = before.order_by(Incoming.message_id.desc()).limit(1)
        with self._database.single() as session:
            return session.scalars(latest.add_cte(begun.cte("begun"))).one_or_none()

    def excuse(self, ids: Sequence[int]) -> None:
        """The attempt failed through no fault of the update's: it does not count."""
        self._update(ids, attempts=func.greatest(Incoming.attempts - 1, 0))

    def finish(self, rows: Sequence[Incoming]) -> list[Incoming]:
        """It has had its effect; only its number is kept, in case that it is delivered again.

        Returns what is to be handled next in the chat, as `next_of` does.
        """
        ids = [row.id for row in rows]
        done = _of(ids).values(handled_at=func.now(), payload=None)
        return self._all(_next(rows[0].chat_id, but=ids).add_cte(done.cte("done")))

    def dead_letter(self, ids: Sequence[int], reason: str, *, told: bool) -> None:
        """A dead letter: it failed every time and must not hold up what comes after it.

        The admin hears of it.

        Args:
            told: whether the person who sent it knows.
        """
        with self._database.transaction() as session:
            done = session.execute(
                _of(ids).values(dead_letter_reason=reason).returning(Incoming.update_id)
            ).scalars()
            numbers = sorted(done)
            if numbers:
                _notify_of(session, reason, numbers[0], told=told)

    def _update(self, ids: Sequence[int], **values: object) -> None:
        with self._database.single() as session:
            session.execute(_of(ids).values(**values))


COLUMNS = [field.name for field in fields(NewIncoming)]


def _new(item: NewIncoming) -> Select[Any]:
    """Its row, unless it was kept before there were identities."""
    values = [cast(getattr(item, name), getattr(Incoming, name).type) for name in COLUMNS]
    known = exists().where(Incoming.update_id == item.update_id, Incoming.identity.is_(None))
    return select(*values).where(~known)


def _next(chat_id: int, *, but: Sequence[int] = ()) -> Select[Incoming]:
    """The first that waits in the chat; of an album, all that is here of it."""
    mine = (waits(), Incoming.chat_id == chat_id, Incoming.id.not_in(but))
    first = select(Incoming.id, Incoming.album).where(*mine).order_by(Incoming.id).limit(1).cte()
    same = or_(Incoming.id == first.c.id, Incoming.album == first.c.album)
    return select(Incoming).join(first, same).where(*mine).order_by(Incoming.id)


def _of(ids: Sequence[int]) -> Any:
    """Write to these, unless they have been dealt with."""
    return update(Incoming).where(Incoming.id.in_(ids), waits())


def _of_the_sender(row: Incoming) -> tuple[ColumnElement[bool], ...]:
    return Incoming.chat_id == row.chat_id, Incoming.person_id == row.person_id


def waits() -> ColumnElement[bool]:
    """Whether the update at hand is still to be handled."""
    return Incoming.handled_at.is_(None) & Incoming.dead_letter_reason.is_(None)


def _notify_of(session: Session, reason: str, update_id: int, *, told: bool) -> None:
    notify(
        session, NoticeKind.DEAD_LETTER, ADMIN, error_class=reason, update_id=update_id, told=told
    )
