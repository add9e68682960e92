"""Posts that the conversation is still collecting: one open draft per person and chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.lifecycle import MediaKind, Status, Step
from storage.models import MediaItem, Post

CHOICES = frozenset({"post_type", "fit", "fit_shift", "trim_start", "trim_agreed"})
"""Answers that decide what the prepared files look like."""


class DraftGoneError(LookupError):
    """The draft was scheduled or discarded meanwhile."""


@dataclass(frozen=True)
class NewMedia:
    """A media file that has been stored and probed, about to join a draft."""

    position: int
    kind: MediaKind
    original: str
    format: str
    width: int
    height: int
    duration: float | None
    video_codec: str | None
    size_bytes: int
    audio_codec: str | None = None
    fps: float | None = None
    hdr: bool = False
    source_ref: str | None = None


@dataclass(frozen=True)
class Preparation:
    """What was made of one media item for the chosen type."""

    item_id: int
    prepared: str
    cover: str | None = None


class Drafts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self, *, owner_id: int, chat_id: int, account_id: int, language: str, timezone: str
    ) -> Post:
        """The person's open draft in this chat, made if there is none."""
        with self._database.transaction() as session:
            _serialise(session, owner_id, chat_id)
            draft = _find(session, owner_id, chat_id)
            if draft is None:
                draft = Post(
                    owner_id=owner_id,
                    chat_id=chat_id,
                    account_id=account_id,
                    language=language,
                    timezone=timezone,
                    status=Status.DRAFT,
                    step=Step.TYPE,
                )
                session.add(draft)
                session.flush()
                session.refresh(draft)
            return draft

    def current(self, *, owner_id: int, chat_id: int) -> Post | None:
        """The person's open draft in this chat, if any."""
        with self._database.transaction() as session:
            return _find(session, owner_id, chat_id)

    def add_media(self, draft_id: int, items: Sequence[NewMedia]) -> Post:
        """Add media; a position that is taken is the same item delivered twice.

        Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            taken = {item.position for item in draft.media}
            new = [MediaItem(**vars(item)) for item in items if item.position not in taken]
            draft.media.extend(new)
            if new:
                unprepare(draft)
            session.flush()
            session.refresh(draft)
            return draft

    def remove_media(self, draft_id: int) -> list[str]:
        """Take all media out of the draft; returns the files that nobody needs now."""
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            files = [name for item in draft.media for name in item.files]
            draft.media.clear()
            unprepare(draft)
            return files

    def answer(
        self, draft_id: int, *, next_step: Step, by: int | None = None, **answers: Any
    ) -> Post:
        """Store answers (columns of Post) and move to the next question. Raises DraftGoneError.

        `by` is the update that brought the answer: its question is then open until it was asked.
        What was prepared for other choices, or is being prepared, counts no longer.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            if by is not None:
                draft.last_update_id, draft.prompt_message_id = by, None
            if next_step is not Step.TIME:
                draft.chosen_days = None
            if any(getattr(draft, name) != answers[name] for name in CHOICES & answers.keys()):
                unprepare(draft)
            for column, value in answers.items():
                setattr(draft, column, value)
            draft.step = next_step
            session.flush()
            session.refresh(draft)
            return draft

    def choose_cover(
        self, draft_id: int, item_id: int, *, at: float | None = None, own: str | None = None
    ) -> tuple[Post, list[str]]:
        """The cover of a video: the frame at `at` seconds, a photo, or, without both, automatic.

        Returns the draft, and the files that nobody needs now. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            item = next((item for item in draft.media if item.id == item_id), None)
            if item is None:
                raise DraftGoneError(draft_id)
            replaced = [item.own_cover] if item.own_cover and item.own_cover != own else []
            item.cover_at, item.own_cover = at, own
            unprepare(draft)
            session.flush()
            session.refresh(draft)
            return draft, replaced

    def schedule(self, draft_id: int, *, by: int | None = None) -> Post:
        """The draft becomes a planned post; one without a wall time is due now.

        A type that shows no text is planned without it. Raises DraftGoneError, also when told
        twice.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            if draft.post_type is not None and not draft.post_type.shows_text:
                draft.caption, draft.hashtags = "", []
            draft.status, draft.step, draft.chosen_days = Status.PENDING, None, None
            draft.last_update_id = by or draft.last_update_id
            if draft.scheduled_time is not None and draft.wall_time is None:
                draft.scheduled_time = func.now()
            draft.next_attempt_at = draft.scheduled_time
            session.flush()
            session.refresh(draft)
            return draft

    def discard(self, draft_id: int, *, by: int | None = None) -> list[str]:
        """Throw the draft away; returns the files that nobody needs now. Raises DraftGoneError."""
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            draft.last_update_id = by or draft.last_update_id
            return _discarded(draft)

    def changed_by(self, update_id: int) -> Post | None:
        """The post that an update has changed already, when it is delivered once more."""
        query = select(Post).where(Post.last_update_id == update_id).order_by(Post.id.desc())
        with self._database.transaction() as session:
            return session.scalars(query.limit(1)).one_or_none()

    def discard_abandoned(self, idle: timedelta) -> list[str]:
        """Throw away drafts untouched for `idle`; returns the files that nobody needs now."""
        with self._database.transaction() as session:
            drafts = session.scalars(
                select(Post)
                .where(Post.status == Status.DRAFT, Post.updated_at < func.now() - idle)
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            return [name for draft in drafts for name in _discarded(draft)]

    def remember_prompt(
        self, draft_id: int, message_id: int | None, thread_id: int | None = None
    ) -> None:
        """Keep which message asks the open question, and in which topic."""
        with self._database.transaction() as session:
            session.execute(
                update(Post)
                .where(Post.id == draft_id, Post.status == Status.DRAFT)
                .values(prompt_message_id=message_id, thread_id=thread_id)
            )


def _serialise(session: Session, owner_id: int, chat_id: int) -> None:
    """Two first photos at once must not race for the one draft that the unique index allows."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))"),
        {"who": f"draft {chat_id} {owner_id}"},
    )


def _find(session: Session, owner_id: int, chat_id: int) -> Post | None:
    return session.scalars(
        select(Post).where(
            Post.chat_id == chat_id, Post.owner_id == owner_id, Post.status == Status.DRAFT
        )
    ).one_or_none()


def locked(session: Session, draft_id: int) -> Post:
    """The draft, nobody else's until the transaction ends. Raises DraftGoneError."""
    draft = session.scalars(
        select(Post)
        .where(Post.id == draft_id, Post.status == Status.DRAFT)
        .with_for_update(of=Post)
    ).one_or_none()
    if draft is None:
        raise DraftGoneError(draft_id)
    return draft


def unprepare(draft: Post) -> None:
    """What is prepared, or being prepared, is not what the answers ask for now."""
    draft.preparation = draft.preparation_id = draft.preparation_asked_at = None


def _discarded(draft: Post) -> list[str]:
    files = [name for item in draft.media for name in item.files]
    draft.media.clear()
    unprepare(draft)
    draft.status, draft.step, draft.chosen_days = Status.DELETED, None, None
    return files
