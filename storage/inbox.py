"""What the chat service delivers: kept before that is confirmed, and handled once in effect."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    all_,
    and_,
    any_,
    cast,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Repository
from storage.models import Incoming
from storage.outbox import ADMIN, NoticeKind, notify
from storage.prepared import Prepared, Stored, given, rows_given

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
        values: dict[str, list[Any]] = {
            name: [getattr(item, name) for item in items] for name in COLUMNS
        }
        values["payload"] = [json.dumps(item.payload) for item in items]
        new = [INCOMING.read(row, 0) for row in self._database.run(_KEEP, values)]
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
        rows = self._database.run(_NEXT, {"chats": [chat_id], "done": []})
        return [INCOMING.read(row, 0) for row in rows]

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

    def begin(self, *several: Sequence[Incoming]) -> list[Incoming | None]:
        """Count an attempt at each, before it: one that kills the process counts as well.

        Returns, for each, the message that the sender of its first row sent before that in the same
        chat, if it is still known.
        """
        values = {"ids": _ids(several), "firsts": [rows[0].id for rows in several]}
        found = self._database.run(_BEGIN, values)
        before = {number: INCOMING.read((number, *row), 1) for number, *row in found}
        return [before.get(rows[0].id) for rows in several]

    def excuse(self, ids: Sequence[int]) -> None:
        """The attempt failed through no fault of the update's: it does not count."""
        self._update(ids, attempts=func.greatest(Incoming.attempts - 1, 0))

    def finish(self, *several: Sequence[Incoming]) -> list[list[Incoming]]:
        """They have had their effect; only their numbers are kept, in case that they come again.

        Returns, for each, what is to be handled next in its chat, as `next_of` does.
        """
        chats = [rows[0].chat_id for rows in several]
        found = self._database.run(_FINISH, {"chats": chats, "done": _ids(several)})
        following = [INCOMING.read(row, 0) for row in found]
        return [[row for row in following if row.chat_id == chat_id] for chat_id in chats]

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


def _ids(several: Iterable[Sequence[Incoming]]) -> list[int]:
    return [row.id for rows in several for row in rows]


def _of(ids: Sequence[int]) -> Any:
    """Write to these, unless they have been dealt with."""
    return update(Incoming).where(Incoming.id.in_(ids), waits())


def _of_the_sender(row: Incoming) -> tuple[ColumnElement[bool], ...]:
    return Incoming.chat_id == row.chat_id, Incoming.person_id == row.person_id


def waits() -> ColumnElement[bool]:
    """Whether the update at hand is still to be handled."""
    return Incoming.handled_at.is_(None) & Incoming.dead_letter_reason.is_(None)


COLUMNS = [field.name for field in fields(NewIncoming)]
INCOMING = Stored(Incoming)


def _keeping() -> ReturningInsert[Any]:
    """What a list for each column says; but for what was kept before there were identities, and
    messages that are known by another number: no second update tells of the same one."""
    types = {name: getattr(Incoming, name).type for name in COLUMNS} | {"payload": Text()}
    new = rows_given(types)
    before = (Incoming.update_id == new.c.update_id, Incoming.identity.is_(None))
    message = (Incoming.chat_id == new.c.chat_id, Incoming.message_id == new.c.message_id)
    renumbered = (*message, Incoming.identity == new.c.identity, new.c.person_id.is_not(None))
    known = or_(exists().where(*before), exists().where(*renumbered))
    values = [cast(new.c[name], getattr(Incoming, name).type) for name in COLUMNS]
    rows = select(*values).where(~known).order_by(new.c.place)
    kept = insert(Incoming).from_select(COLUMNS, rows).on_conflict_do_nothing()
    return kept.returning(*INCOMING.columns)


def _beginning() -> Select[Any]:
    """The number of each first one, and the message that its sender sent before it."""
    begun = update(Incoming).where(Incoming.id == any_(given("ids")), waits())
    begun = begun.values(attempts=Incoming.attempts + 1, begun_at=func.now())
    first, before = aliased(Incoming), aliased(Incoming)
    theirs = (before.chat_id == first.chat_id, before.person_id == first.person_id)
    earlier = select(before).where(*theirs, before.message_id < first.message_id)
    latest = earlier.order_by(before.message_id.desc()).limit(1).lateral("latest")
    found = (
        select(first.id, *latest.c).join(latest, true()).where(first.id == any_(given("firsts")))
    )
    return found.add_cte(begun.cte("begun"))


def _following() -> Select[Any]:
    """In each chat the first that waits, but for what is done; of an album, all that is here."""
    mine = (waits(), Incoming.chat_id == any_(given("chats")), Incoming.id != all_(given("done")))
    firsts = select(Incoming.chat_id, Incoming.id, Incoming.album).where(*mine)
    firsts = firsts.ext(distinct_on(Incoming.chat_id)).order_by(Incoming.chat_id, Incoming.id)
    first = firsts.cte("first")
    same = or_(Incoming.id == first.c.id, Incoming.album == first.c.album)
    rows = select(*INCOMING.columns).join(first, and_(Incoming.chat_id == first.c.chat_id, same))
    return rows.where(*mine).order_by(Incoming.id)


def _finishing() -> Select[Any]:
    done = update(Incoming).where(Incoming.id == any_(given("done")), waits())
    return _following().add_cte(done.values(handled_at=func.now(), payload=None).cte("done"))


# What runs for every update is built once: building a statement costs more than running it.
_KEEP, _NEXT = Prepared(_keeping()), Prepared(_following())
_BEGIN, _FINISH = Prepared(_beginning()), Prepared(_finishing())


def _notify_of(session: Session, reason: str, update_id: int, *, told: bool) -> None:
    notify(
        session, NoticeKind.DEAD_LETTER, ADMIN, error_class=reason, update_id=update_id, told=told
    )
