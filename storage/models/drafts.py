"""Posts in the making, and which of them somebody is at."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.lifecycle import PreparationState
from storage.models.base import Base, enum_of
from storage.models.content import Content, framing


class Draft(Content, Base):
    """A post in the making; it ends when it is planned, is applied to a post, or is discarded."""

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint(
            "(preparation IS NULL) = (preparation_id IS NULL)"
            " AND (preparation IS NULL) = (preparation_asked_at IS NULL)",
            name="a_preparation_has_an_id",
        ),
        CheckConstraint(
            "discarded_at IS NULL OR preparation IS NULL", name="nothing_is_prepared_in_vain"
        ),
        *framing(),
        Index(
            "ix_drafts_prompt",
            "chat_id",
            "prompt_message_id",
            postgresql_where="prompt_message_id IS NOT NULL",
        ),
        Index("ix_drafts_of_owner", "owner_id", "chat_id", postgresql_where="discarded_at IS NULL"),
        Index(
            "ix_drafts_preparations",
            "preparation_asked_at",
            postgresql_where="preparation = 'queued'",
        ),
        Index("ix_drafts_series", "series_id", postgresql_where="series_id IS NOT NULL"),
    )

    edits_post_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_posts.id"))
    """The planned post that it is to replace; null if it becomes a new one."""
    question: Mapped[str] = mapped_column(Text)
    """The name of the question that is open: the conversation's own."""
    is_guided: Mapped[bool] = mapped_column(server_default="false")
    """Asked step by step, each question a message of its own; else it has a card."""
    prompt_message_id: Mapped[int | None]
    """The message that asks the open question, so that its buttons can go when it is answered;
    of a draft that is not guided, its card."""
    prompt_picture: Mapped[str | None]
    """What the card's picture shows, so that it is sent anew only when that has changed."""
    schedules_when_ready: Mapped[bool] = mapped_column(server_default="false")
    """Its time was chosen while its files were being prepared: it is planned by itself then."""
    album: Mapped[str | None]
    """The album of which its media came last: parts that are late join it."""
    suggested_caption: Mapped[str | None]
    """What came with the media, offered at the caption step."""
    chosen_days: Mapped[list[date] | None] = mapped_column(ARRAY(Date))
    """The day that the user named without an hour, while that is asked for; several if it is
    not clear which."""

    chosen_item_id: Mapped[int | None]
    """The item that is to be moved or removed, while the order is open."""
    suggested_time: Mapped[datetime | None]
    """The one time that was offered for what the user typed; null once they say anything else."""

    preparation: Mapped[PreparationState | None] = mapped_column(
        enum_of(PreparationState, "preparation")
    )
    """Where the making of the prepared files stands; see `lifecycle.py`."""
    preparation_id: Mapped[UUID | None]
    """Made anew whenever it is asked for; who prepares writes only under the id that they took."""
    preparation_asked_at: Mapped[datetime | None]
    progress_message_id: Mapped[int | None]
    """The message with the bar."""
    notes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """What the preparation changed, by name; the user is told at the confirmation."""
    has_siblings = False
    """Whether its owner has another one in its chat, outside of its series, once that is read."""
    series = cast("tuple[Draft, ...]", ())
    """Of the first draft of a series all that stand on its card, in order, once they are read."""
    discarded_at: Mapped[datetime | None]
    """When it was thrown away; kept for a while, for an update that comes again."""


class CurrentDraft(Base):
    """Which of their drafts a user is at in a chat."""

    __tablename__ = "current_drafts"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), unique=True)
