"""Several posts made at one go: drafts of photos that were sent together, planned with one tap.

The first draft of a series has the card that stands for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.draft_changes import (
    WHOSE,
    DraftGoneError,
    become_posts,
    begun,
    is_open,
    locked,
    make_current,
    unprepare,
)
from storage.drafts import NOBODYS
from storage.items import NewMedia
from storage.lifecycle import PreparationState
from storage.media import copied
from storage.models import Draft, MediaItem, Post
from storage.scope import AccountsGiven

Answers = Mapping[str, Any]
"""Columns of Draft, and what they are to hold."""


@dataclass(frozen=True)
class Single:
    """One of several posts: its medium, and what is known of it already."""

    media: NewMedia
    answers: Answers


class SeriesDrafts(Repository):
    """`by` is the update that asks for a change, as for `Drafts`."""

    def gather(
        self,
        singles: Sequence[Single],
        *,
        question: str,
        into: int | None = None,
        by: int | None = None,
        **whose: Any,
    ) -> list[Draft]:
        """A draft of each, and one series of all of them; its first is asked this question.

        Media that a draft of this chat has already were delivered again: without others nothing
        happens. Returns all drafts of the series. Raises DraftGoneError.

        Args:
            into: the draft, of this series or of none, that they follow.
            whose: the columns of a draft that all have in common.
        """
        with self._database.transaction() as session:
            _take_turns(session, whose["owner_id"], whose["chat_id"])
            first = locked(session, into) if into is not None else None
            for single in _unknown(session, singles, whose["owner_id"], whose["chat_id"]):
                draft = Draft(**whose, **single.answers, question=question)
                draft.media = [MediaItem(**vars(single.media))]
                first = first or begun(session, draft)
                draft.series_id = first.series_id = first.series_id or first.id
                session.add(draft)
                session.flush()
            if first is None or first.series_id is None:
                return []
            return _asked(session, first.series_id, question, by)

    def split(
        self, draft_id: int, answers: Mapping[int, Answers], *, question: str, by: int | None = None
    ) -> list[Draft]:
        """Each item of the draft becomes a draft of its own, with these answers by its number.

        The first stays with the draft. Returns all drafts of the series. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            first = locked(session, draft_id)
            first.series_id = first.id
            whose = {name: getattr(first, name) for name in (*WHOSE, "timezone")}
            for item in first.media[1:]:
                draft = Draft(**whose, **answers[item.id], question=question)
                draft.series_id, draft.media = first.id, copied([item])
                session.add(draft)
                session.flush()
            for column, value in answers[first.media[0].id].items():
                setattr(first, column, value)
            first.media[:] = first.media[:1]
            unprepare(first)
            return _asked(session, first.id, question, by)

    def join(
        self, series_id: int, *, question: str, by: int | None = None, **answers: Any
    ) -> Draft:
        """All media are one draft's, the first's, with these answers. Raises DraftGoneError."""
        with self._database.transaction() as session:
            first, *others = _open(session, series_id)
            for other in others:
                first.media.extend(copied(other.media))
                session.delete(other)
            unprepare(first)
            first.series_id = None
            for column, value in answers.items():
                setattr(first, column, value)
            _open_question(first, question, by)
            return stored(session, first)

    def leave(
        self, draft_id: int, *, question: str, by: int | None = None, keeps_card: bool = False
    ) -> Draft:
        """It gets a card of its own, and its owner is at it. Raises DraftGoneError.

        Args:
            keeps_card: the card of all becomes its own.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            _part(session, draft)
            _open_question(draft, question, by)
            if not keeps_card:
                draft.prompt_message_id = draft.prompt_picture = None
            make_current(session, draft)
            return stored(session, draft)

    def of(self, series_id: int) -> list[Draft]:
        """Its drafts that are still open, in order."""
        return self._all(select(Draft).where(*_of(series_id)).order_by(Draft.id))

    def answer(self, series_id: int, answers: Mapping[int, Answers], *, by: int | None) -> None:
        """Give each of these drafts these answers. Raises DraftGoneError."""
        with self._database.transaction() as session:
            drafts = _open(session, series_id)
            for draft in drafts:
                for column, value in answers.get(draft.id, {}).items():
                    setattr(draft, column, value)
            drafts[0].last_update_id = by or drafts[0].last_update_id

    def plan(
        self,
        series_id: int,
        times: Mapping[int, Answers],
        *,
        by: int | None = None,
        approves: AccountsGiven = NOBODYS,
    ) -> list[Post]:
        """Plan each of these drafts at its time; returns the posts, in order.

        Without effect, and empty, while the files of any are being prepared: then all are planned
        by `plan_if_ready`. Drafts without a time stay. Told twice by the same update it plans once.
        Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            planned = select(Post).where(Post.series_id == series_id, Post.last_update_id == by)
            if by is not None and (posts := session.scalars(planned.order_by(Post.id)).all()):
                return list(posts)
            first, *others = _open(session, series_id)
            for draft in (first, *others):
                for column, value in times.get(draft.id, {}).items():
                    setattr(draft, column, value)
                draft.schedules_when_ready = draft.id in times
            first.last_update_id = by or first.last_update_id
            return _planned(session, [first, *others], by, approves)

    def plan_if_ready(self, series_id: int, *, approves: AccountsGiven = NOBODYS) -> list[Post]:
        """Plan what waits for it, if all of that is ready; else nothing. Raises DraftGoneError."""
        with self._database.transaction() as session:
            return _planned(session, _open(session, series_id), None, approves)


def _take_turns(session: Session, owner_id: int, chat_id: int) -> None:
    """Two first photos at once must not make two series."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))"),
        {"who": f"draft {chat_id} {owner_id}"},
    )


def _part(session: Session, draft: Draft) -> None:
    """If it is the first that is left, the next one is; it knows which comes after it."""
    number = draft.series_id
    waiting = [] if number is None else _open(session, number)
    draft.series_id = None
    if waiting and waiting[0] is draft:
        for one in waiting if waiting[1:] else ():
            one.series_id = waiting[1].id
    session.flush()


def _of(series_id: int) -> tuple[Any, ...]:
    """One that has left it, and knows which comes next, has a smaller number."""
    return Draft.series_id == series_id, Draft.id >= series_id, is_open()


def _open(session: Session, series_id: int) -> list[Draft]:
    """In order, and nobody else's until the transaction ends. Raises DraftGoneError."""
    query = select(Draft).where(*_of(series_id)).order_by(Draft.id)
    drafts = list(session.scalars(query.with_for_update(of=Draft)))
    if not drafts:
        raise DraftGoneError(series_id)
    return drafts


def _unknown(
    session: Session, singles: Sequence[Single], owner_id: int, chat_id: int
) -> list[Single]:
    """Those of whose messages no draft of this person in this chat has come yet."""
    theirs = (Draft.owner_id == owner_id, Draft.chat_id == chat_id, is_open())
    positions = [single.media.position for single in singles]
    query = select(MediaItem.position).join(Draft, MediaItem.draft_id == Draft.id)
    known = set(session.scalars(query.where(*theirs, MediaItem.position.in_(positions))))
    return [single for single in singles if single.media.position not in known]


def _planned(
    session: Session, drafts: Sequence[Draft], by: int | None, approves: AccountsGiven
) -> list[Post]:
    """All share the card of the series, if its first draft has not left it."""
    waiting = [draft for draft in drafts if draft.schedules_when_ready]
    if any(draft.preparation is not PreparationState.DONE for draft in waiting):
        return []
    is_there = waiting and drafts[0].question == waiting[0].question
    card = drafts[0].prompt_message_id if is_there else None
    posts: list[Post] = []
    for draft in waiting:
        draft.prompt_message_id = card
        posts += become_posts(session, draft, by, approves=approves, in_series=True)
    return [stored(session, post) for post in posts]


def _asked(session: Session, series_id: int, question: str, by: int | None) -> list[Draft]:
    """All of it, with the question put to the first, at which its owner is."""
    drafts = _open(session, series_id)
    _open_question(drafts[0], question, by)
    make_current(session, drafts[0])
    session.flush()
    return [stored(session, draft) for draft in drafts]


def _open_question(draft: Draft, question: str, by: int | None) -> None:
    draft.question, draft.last_update_id = question, by or draft.last_update_id
