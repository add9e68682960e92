"""Drafts whose files are being prepared: a queue, in the order in which they were asked for.

Whoever prepares names the id under which they took the draft. Any change of the answers, or the
draft's end, takes that id away; what is made for it then counts no longer.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import BigInteger, Select, Text, Uuid, cast, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database import Repository
from storage.draft_changes import DraftGoneError, is_open, locked, unprepare, written
from storage.drafts import WHOLE
from storage.items import Preparation
from storage.lifecycle import PreparationState
from storage.media import unneeded
from storage.models import Account, Draft, MediaItem, Post
from storage.prepared import Prepared, rows_given
from storage.whole import Whole


class PreparationGoneError(DraftGoneError):
    """The answers have changed meanwhile, or the draft has ended."""


class Wish(NamedTuple):
    """A draft whose files are to be made, and the message that will show how far that is."""

    draft_id: int
    progress_message_id: int | None = None


class Preparations(Repository):
    def ask(self, draft_id: int, progress_message_id: int | None = None) -> Draft:
        """Put the draft at the end of the queue; the message will show how far it is.

        Raises DraftGoneError.
        """
        (asked,) = self.ask_all(Wish(draft_id, progress_message_id))
        if isinstance(asked, DraftGoneError):
            raise asked
        return asked

    def ask_all(self, *several: Wish) -> list[Draft | DraftGoneError]:
        """Put these drafts at the end of the queue."""
        values = {name: [getattr(one, name) for one in several] for name in Wish._fields}
        ids = [str(uuid4()) for _ in several]
        rows = self._database.run(_ASK, {**values, "id": ids})
        asked = {
            number: WHOLE.read([*theirs], 1) for number, theirs in groupby(rows, itemgetter(0))
        }
        return [asked.get(one.draft_id) or DraftGoneError(one.draft_id) for one in several]

    def take(self, *, at_work: Collection[int] | None = None) -> Draft | None:
        """Begin with the draft that has waited the longest; None if none does.

        One that is being changed just now is waited for: nobody would look for it again.

        Args:
            at_work: drafts with which the one process that prepares has begun. Of others that say
                so, it was never heard that they were taken: they wait still.
        """
        waits = Draft.preparation == PreparationState.QUEUED
        if at_work is not None:
            is_said_to_run = Draft.preparation == PreparationState.RUNNING
            waits |= is_said_to_run & Draft.id.not_in(at_work)
        waiting = (
            select(Draft)
            .where(waits)
            .order_by(Draft.preparation_asked_at)
            .limit(1)
            .with_for_update(of=Draft)
        )
        with self._database.transaction() as session:
            draft = session.scalars(waiting).one_or_none()
            if draft is not None:
                draft.preparation = PreparationState.RUNNING
            return draft

    def is_wanted(self, taken: Draft) -> bool:
        """Whether what is being made for this draft still counts."""
        with self._database.single() as session:
            return bool(
                session.scalar(
                    select(Draft.preparation_id == taken.preparation_id).where(Draft.id == taken.id)
                )
            )

    def finish(
        self, taken: Draft, made: Sequence[Preparation], notes: Sequence[str]
    ) -> tuple[Draft, list[str]]:
        """The files are made: returns the draft as it stands now, and the files they replace.

        A draft whose files are made quickly need not have been in the queue. Raises
        PreparationGoneError.
        """
        with self._database.transaction() as session:
            draft = _still(session, taken)
            replaced = replace_prepared(session, draft, made)
            draft.preparation, draft.notes = PreparationState.DONE, list(notes)
            draft.preparation_id = draft.preparation_id or uuid4()
            draft.preparation_asked_at = draft.preparation_asked_at or draft.updated_at
            return written(session, draft), replaced

    def fail(self, taken: Draft) -> Draft:
        """It cannot be done; returns the draft as it stands now. Raises PreparationGoneError."""
        with self._database.transaction() as session:
            draft = _still(session, taken)
            draft.preparation = PreparationState.FAILED
            return written(session, draft)

    def withdraw(self, draft_id: int) -> None:
        """Nobody waits for it any more. Raises DraftGoneError."""
        with self._database.transaction() as session:
            unprepare(locked(session, draft_id))

    def begin_anew(self) -> int:
        """After a restart: what was being prepared waits again, in its old place; returns how many.

        So does what failed without anybody being told why. Only for the one process that
        prepares, and before it does.
        """
        failed = Draft.preparation == PreparationState.FAILED
        with self._database.single() as session:
            interrupted = session.scalars(
                update(Draft)
                .where(
                    or_(
                        Draft.preparation == PreparationState.RUNNING,
                        failed & Draft.progress_message_id.is_not(None),
                    )
                )
                .values(preparation=PreparationState.QUEUED)
                .returning(Draft.id)
            ).all()
            return len(interrupted)

    def untold(self) -> list[Draft]:
        """Drafts that are ready, and whose owners have not been told yet."""
        is_ready = Draft.preparation == PreparationState.DONE
        return self._all(select(Draft).where(is_ready, Draft.progress_message_id.is_not(None)))

    def forget_message(self, draft_id: int) -> None:
        """The message that showed the progress is gone, or has told the outcome."""
        with self._database.single() as session:
            session.execute(
                update(Draft).where(Draft.id == draft_id).values(progress_message_id=None)
            )


def _asking() -> Select[Any]:
    wish = rows_given({"draft_id": BigInteger(), "progress_message_id": BigInteger(), "id": Text()})
    one = update(Draft).where(Draft.id == wish.c.draft_id, is_open())
    values = {
        Draft.progress_message_id: wish.c.progress_message_id,
        Draft.preparation: PreparationState.QUEUED,
        Draft.preparation_id: cast(wish.c.id, Uuid),
        Draft.preparation_asked_at: func.clock_timestamp(),
    }
    asked = one.values(values).returning(*Draft.__table__.columns).cte("asked")
    whole = Whole(Draft, asked)
    return (
        select(asked.c.id, *whole.columns)
        .join(Account, Account.id == asked.c.account_id)
        .outerjoin(MediaItem, MediaItem.draft_id == asked.c.id)
        .order_by(asked.c.id, MediaItem.position)
    )


_ASK = Prepared(_asking())


def _still(session: Session, taken: Draft) -> Draft:
    with suppress(DraftGoneError):
        draft = locked(session, taken.id)
        if draft.preparation_id == taken.preparation_id:
            return draft
    raise PreparationGoneError(taken.id)


def replace_prepared(
    session: Session, owner: Draft | Post, made: Sequence[Preparation]
) -> list[str]:
    """Note the prepared files; returns the ones that nobody needs now."""
    by_id = {item.id: item for item in owner.media}
    replaced: list[str | None] = []
    for preparation in made:
        item = by_id[preparation.item_id]
        replaced += [item.prepared, item.cover]
        item.prepared, item.cover = preparation.prepared, preparation.cover
    return unneeded(session, replaced)
