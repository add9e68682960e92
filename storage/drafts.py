"""Posts in the making: any number for each user and chat, of which the chat is at one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    false,
    func,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.dml import ReturningUpdate

from storage.database import Repository
from storage.draft_changes import (
    PREPARATION,
    DraftGoneError,
    all_begun,
    changed,
    discarded,
    guided_as_ever,
    is_open,
    locked,
    make_current,
    scheduled,
    unless,
    unprepare,
    with_series,
    written,
)
from storage.items import NewMedia
from storage.lifecycle import PreparationState
from storage.models import Account, CurrentDraft, Draft, MediaItem, Post
from storage.prepared import Prepared, rows_given
from storage.scope import AccountsGiven
from storage.whole import Whole

CHOICES = frozenset({"post_type", "fit", "fit_shift", "trim_start", "trim_agreed"})
"""Answers that decide what the prepared files look like."""


Other = aliased(Draft)

NOBODYS: AccountsGiven = frozenset()
"""The accounts for which somebody may approve who may not."""


class At(NamedTuple):
    """Who is at a draft where; and what names it: its number, the message that asks its question,
    or an album of which it has parts."""

    owner_id: int
    chat_id: int
    draft_id: int | None = None
    message_id: int | None = None
    album: str | None = None


@dataclass(frozen=True)
class Opening:
    """A draft that is about to be opened."""

    items: Sequence[NewMedia]
    is_guided: bool | None
    columns: dict[str, Any]

    def draft(self) -> Draft:
        media = [MediaItem(**vars(item)) for item in self.items]
        is_guided = self.is_guided
        if is_guided is None:
            is_guided = guided_as_ever(self.columns["owner_id"])
        return Draft(media=media, is_guided=is_guided, **self.columns)


def opening(
    items: Sequence[NewMedia] = (),
    *,
    owner_id: int,
    chat_id: int,
    account_id: int,
    language: str,
    timezone: str,
    question: str,
    is_guided: bool | None = None,
    by: int | None = None,
    **answers: Any,
) -> Opening:
    """A new draft of these media, with these answers (columns of Draft).

    Args:
        is_guided: as its owner is, unless given.
    """
    whose = {"owner_id": owner_id, "chat_id": chat_id, "account_id": account_id}
    said = {"language": language, "timezone": timezone, "question": question}
    return Opening(items, is_guided, {**whose, **said, "last_update_id": by, **answers})


class Shown(NamedTuple):
    """Which message asks a draft's open question, in which topic, and below which picture."""

    draft_id: int
    message_id: int | None
    thread_id: int | None = None
    picture: str | None = None


class Drafts(Repository):
    """`by` is the update that asks for a change; `changed_by` finds what it has changed."""

    def open(self, items: Sequence[NewMedia] = (), **whose: Any) -> Draft:
        """A new draft of these media; see `opening`."""
        return self.open_all(opening(items, **whose))[0]

    def open_all(self, *several: Opening) -> list[Draft]:
        """New drafts. Each one's owner is at it from now on; another one of theirs waits."""
        with self._database.transaction() as session:
            return all_begun(session, [one.draft() for one in several])

    def current(self, **at: Any) -> Draft | None:
        """The draft that the user is at in this chat, if any; named as in `At`."""
        return self.current_of_all(At(**at))[0]

    def current_of_all(self, *several: At) -> list[Draft | None]:
        """Of each, the draft that the user is at in this chat, if any.

        They are at the one from now on that is named.
        """
        values = {name: [getattr(one, name) for one in several] for name in At._fields}
        found: list[Draft | None] = [None] * len(several)
        not_yet = []
        for place, rows in groupby(self._database.run(_CURRENT, values), itemgetter(0)):
            (_, is_at_it, siblings, number, *_), *_ = first = [*rows]
            draft = WHOLE.read([row for row in first if row[3] == number], 4)
            draft.has_siblings = siblings
            found[place - 1] = draft
            if not is_at_it or draft.series_id == draft.id:
                not_yet.append((draft, is_at_it))
        if not_yet:
            with self._database.single() as session:
                for draft, is_at_it in not_yet:
                    if not is_at_it:
                        make_current(session, draft)
                    with_series(session, draft)
        return found

    def get(self, draft_id: int) -> Draft:
        """The draft as it stands. Raises DraftGoneError."""
        with self._database.single() as session:
            draft = session.get(Draft, draft_id, options=[joinedload(Draft.media)])
            if draft is None or draft.discarded_at is not None:
                raise DraftGoneError(draft_id)
            return with_series(session, draft)

    def is_asked_by(self, chat_id: int, message_id: int) -> bool:
        """Whether this message is the card or the open question of anybody's draft."""
        asked = (Draft.chat_id == chat_id, Draft.prompt_message_id == message_id, is_open())
        with self._database.single() as session:
            return bool(session.scalar(select(Draft.id).where(*asked).limit(1)))

    def given_by(self, message_id: int, *, owner_id: int, chat_id: int) -> Draft | None:
        """The draft that has its caption or one of its media from this message of the user; one
        that was discarded if no other has."""
        is_item = Draft.media.any(MediaItem.position == message_id)
        theirs = (Draft.owner_id == owner_id, Draft.chat_id == chat_id)
        given = select(Draft).where(*theirs, or_(Draft.caption_message_id == message_id, is_item))
        latest = (Draft.discarded_at.desc().nulls_first(), Draft.id.desc())
        with self._database.single() as session:
            return session.scalars(given.order_by(*latest).limit(1)).one_or_none()

    def all_of(self, *, owner_id: int, chat_id: int) -> list[Draft]:
        """All drafts of the user in this chat, the oldest first."""
        theirs = (Draft.owner_id == owner_id, Draft.chat_id == chat_id, is_open())
        return self._all(select(Draft).where(*theirs).order_by(Draft.id))

    def turn_to(self, draft_id: int, *, owner_id: int, chat_id: int) -> Draft:
        """Make this draft the one that its user works on in this chat. Raises DraftGoneError."""
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            if (draft.owner_id, draft.chat_id) != (owner_id, chat_id):
                raise DraftGoneError(draft_id)
            make_current(session, draft)
            return draft

    def answer(
        self, draft_id: int, *, question: str, by: int | None = None, **answers: Any
    ) -> Draft:
        """Store answers (columns of Draft) and open this question. Raises DraftGoneError.

        With `by`, the question is open until it was asked; a card stays where it is. What was
        prepared for other choices, or is being prepared, counts no longer; neither does a time that
        was offered.
        """
        moved = Draft.question != question
        values = {"chosen_days": unless(moved, Draft.chosen_days), "question": question}
        values |= {"suggested_time": null()}
        if by is not None:
            guided = Draft.is_guided.is_(True)
            values |= {
                "last_update_id": by,
                "prompt_message_id": unless(guided, Draft.prompt_message_id),
            }
        choices = [getattr(Draft, name) for name in CHOICES & answers.keys()]
        is_new = or_(false(), *(one.is_distinct_from(answers[one.key]) for one in choices))
        values |= {one.key: unless(is_new, one) for one in PREPARATION}
        with self._database.single() as session:
            return changed(session, draft_id, **(values | answers))

    def schedule(
        self, draft_id: int, *, by: int | None = None, approves: AccountsGiven = NOBODYS
    ) -> Post:
        """The draft becomes a planned post; one without a wall time is due now.

        Where its account asks for it, the post waits for an approval, unless its owner may give
        that: it `approves` the posts of these accounts.

        Of stories in a row, each of which is a post, it is the first. One that was opened to edit
        a post becomes another post; see `Edits.apply`. Raises DraftGoneError, also when told twice,
        and StillPreparingError.
        """
        with self._database.transaction() as session:
            return scheduled(session, locked(session, draft_id), by, approves)

    def schedule_when_ready(
        self,
        draft_id: int,
        *,
        by: int | None = None,
        question: str,
        approves: AccountsGiven = NOBODYS,
        **answers: Any,
    ) -> Post | Draft:
        """With these last answers it is planned; at once, if its files are ready.

        Else the draft is returned, with this question, and whoever makes its files ready
        schedules it; one that changes a post is applied. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            for column, value in answers.items():
                setattr(draft, column, value)
            if draft.preparation is PreparationState.DONE and draft.edits_post_id is None:
                return scheduled(session, draft, by, approves)
            if draft.preparation is PreparationState.FAILED:
                unprepare(draft)
            draft.question, draft.chosen_days = question, None
            draft.schedules_when_ready, draft.last_update_id = True, by or draft.last_update_id
            return written(session, draft)

    def discard(self, draft_id: int, *, by: int | None = None) -> list[str]:
        """Throw the draft away; returns the files that nobody needs now. Raises DraftGoneError."""
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            draft.last_update_id = by or draft.last_update_id
            return discarded(session, [draft])

    def changed_by(self, update_id: int) -> Draft | Post | None:
        """What an update has changed already, when it is delivered once more."""
        post = select(Post).where(Post.last_update_id == update_id).order_by(Post.id.desc())
        draft = select(Draft).where(Draft.last_update_id == update_id)
        with self._database.single() as session:
            found: Draft | Post | None = session.scalars(post.limit(1)).one_or_none()
            return found or session.scalars(draft.limit(1)).one_or_none()

    def remember_prompt(self, *several: Shown) -> list[None]:
        """Keep which messages ask the open questions of these drafts."""
        values = {name: [getattr(one, name) for one in several] for name in Shown._fields}
        self._database.run(_REMEMBER, values)
        return [None] * len(several)


WHOLE = Whole(Draft)


def _current() -> Select[Any]:
    """Those that a user is at or has named, the named ones first: they are few, so all of them."""
    numbers = {name: BigInteger() for name in At._fields if name != "album"}
    at = rows_given(numbers | {"album": Text()})
    names = {"draft_id": Draft.id, "message_id": Draft.prompt_message_id, "album": Draft.album}
    is_named = func.coalesce(or_(*(at.c[name] == names[name] for name in names)), false())
    is_at = CurrentDraft.draft_id.is_not(None)
    has_siblings = (
        select(Other.id)
        .where(Other.owner_id == at.c.owner_id, Other.chat_id == at.c.chat_id, Other.id != Draft.id)
        .where(Other.discarded_at.is_(None), Other.prompt_message_id.is_not(None))
        .where(func.coalesce(Other.series_id != Draft.series_id, true()))
        .exists()
    )
    theirs = and_(Draft.owner_id == at.c.owner_id, Draft.chat_id == at.c.chat_id, is_open())
    return (
        select(at.c.place, is_at, has_siblings, Draft.id, *WHOLE.columns)
        .select_from(at)
        .join(Draft, theirs)
        .join(Account, Account.id == Draft.account_id)
        .outerjoin(CurrentDraft, CurrentDraft.draft_id == Draft.id)
        .outerjoin(MediaItem, MediaItem.draft_id == Draft.id)
        .where(or_(is_named, is_at))
        .order_by(at.c.place, is_named.desc(), Draft.id.desc(), MediaItem.position)
    )


def _remembering() -> ReturningUpdate[Any]:
    numbers = {name: BigInteger() for name in Shown._fields if name != "picture"}
    shown = rows_given(numbers | {"picture": Text()})
    values = {
        Draft.prompt_message_id: shown.c.message_id,
        Draft.thread_id: shown.c.thread_id,
        Draft.prompt_picture: shown.c.picture,
    }
    these = update(Draft).where(Draft.id == shown.c.draft_id, is_open())
    return these.values(values).returning(Draft.id)


_CURRENT, _REMEMBER = Prepared(_current()), Prepared(_remembering())
