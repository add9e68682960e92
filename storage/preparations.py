"""Drafts whose files are being prepared: a queue, in the order in which they were asked for.

Whoever prepares names the id under which they took the draft. Any change of the answers, or the
draft's end, takes that id away; what is made for it then counts no longer.
"""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.drafts import DraftGoneError, Preparation, locked, unprepare
from storage.lifecycle import PreparationState, Status
from storage.models import Post


class PreparationGoneError(DraftGoneError):
    """The answers have changed meanwhile, or the draft has ended."""


class Preparations:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, draft_id: int, progress_message_id: int | None = None) -> Post:
        """Put the draft at the end of the queue; the message will show how far it is.

        Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            draft.progress_message_id = progress_message_id
            draft.preparation, draft.preparation_id = PreparationState.QUEUED, uuid4()
            draft.preparation_asked_at = func.clock_timestamp()
            session.flush()
            session.refresh(draft)
            return draft

    def take(self) -> Post | None:
        """Begin with the draft that has waited the longest; None if none does."""
        waiting = (
            select(Post)
            .where(Post.preparation == PreparationState.QUEUED)
            .order_by(Post.preparation_asked_at)
            .limit(1)
            .with_for_update(skip_locked=True, of=Post)
        )
        with self._database.transaction() as session:
            draft = session.scalars(waiting).one_or_none()
            if draft is not None:
                draft.preparation = PreparationState.RUNNING
            return draft

    def is_wanted(self, taken: Post) -> bool:
        """Whether what is being made for this draft still counts."""
        with self._database.transaction() as session:
            return bool(
                session.scalar(
                    select(Post.preparation_id == taken.preparation_id).where(Post.id == taken.id)
                )
            )

    def finish(
        self, taken: Post, made: Sequence[Preparation], notes: Sequence[str]
    ) -> tuple[Post, list[str]]:
        """The files are made: returns the draft as it stands now, and the files they replace.

        A draft whose files are made quickly need not have been in the queue. Raises
        PreparationGoneError.
        """
        with self._database.transaction() as session:
            draft = _still(session, taken)
            replaced = replace_prepared(draft, made)
            draft.preparation, draft.notes = PreparationState.DONE, list(notes)
            draft.preparation_id = draft.preparation_id or uuid4()
            draft.preparation_asked_at = draft.preparation_asked_at or func.now()
            session.flush()
            session.refresh(draft)
            return draft, replaced

    def fail(self, taken: Post) -> Post:
        """It cannot be done; returns the draft as it stands now. Raises PreparationGoneError."""
        with self._database.transaction() as session:
            draft = _still(session, taken)
            draft.preparation = PreparationState.FAILED
            session.flush()
            session.refresh(draft)
            return draft

    def withdraw(self, draft_id: int) -> None:
        """Nobody waits for it any more. Raises DraftGoneError."""
        with self._database.transaction() as session:
            unprepare(locked(session, draft_id))

    def begin_anew(self) -> int:
        """After a restart: what was being prepared waits again, in its old place; returns how many.

        So does what failed without anybody being told why. Only for the one process that
        prepares, and before it does.
        """
        failed = Post.preparation == PreparationState.FAILED
        with self._database.transaction() as session:
            interrupted = session.scalars(
                update(Post)
                .where(
                    or_(
                        Post.preparation == PreparationState.RUNNING,
                        failed & Post.progress_message_id.is_not(None),
                    )
                )
                .values(preparation=PreparationState.QUEUED)
                .returning(Post.id)
            ).all()
            return len(interrupted)

    def untold(self) -> list[Post]:
        """Drafts that are ready, and whose owners have not been told yet."""
        with self._database.transaction() as session:
            return list(
                session.scalars(
                    select(Post).where(
                        Post.status == Status.DRAFT,
                        Post.preparation == PreparationState.DONE,
                        Post.progress_message_id.is_not(None),
                    )
                )
            )

    def forget_message(self, draft_id: int) -> None:
        """The message that showed the progress is gone, or has told the outcome."""
        with self._database.transaction() as session:
            session.execute(
                update(Post)
                .where(Post.id == draft_id, Post.status == Status.DRAFT)
                .values(progress_message_id=None)
            )


def _still(session: Session, taken: Post) -> Post:
    draft = session.scalars(
        select(Post)
        .where(
            Post.id == taken.id,
            Post.status == Status.DRAFT,
            Post.preparation_id.is_not_distinct_from(taken.preparation_id),
        )
        .with_for_update(of=Post)
    ).one_or_none()
    if draft is None:
        raise PreparationGoneError(taken.id)
    return draft


def replace_prepared(draft: Post, made: Sequence[Preparation]) -> list[str]:
    """Note the prepared files; returns the ones that nobody needs now."""
    by_id = {item.id: item for item in draft.media}
    replaced: list[str | None] = []
    for preparation in made:
        item = by_id[preparation.item_id]
        replaced += [item.prepared, item.cover]
        item.prepared, item.cover = preparation.prepared, preparation.cover
    kept = {name for item in draft.media for name in item.files}
    return [name for name in replaced if name and name not in kept]
