"""The talk with the chat service: who leads it, what came in, what is to go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import Account
from storage.models.base import Base
from storage.models.posts import Post


class Leader(Base):
    """One row: which process talks with the chat service. See `leader.py`."""

    __tablename__ = "leader"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint("(owner IS NULL) = (until IS NULL)", name="an_owner_has_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str | None]
    """Where it runs, its process number there, and a name of its own."""
    fence: Mapped[int] = mapped_column(server_default="0")
    """Raised each time that it is taken."""
    until: Mapped[datetime | None]


class Incoming(Base):
    """What the chat service has delivered, kept from before that is confirmed until it is done."""

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint(
            "handled_at IS NULL OR dead_letter_reason IS NULL", name="is_handled_or_a_dead_letter"
        ),
        CheckConstraint(
            "(handled_at IS NOT NULL) = (payload IS NULL)", name="only_what_is_handled_is_forgotten"
        ),
        UniqueConstraint("update_id", "identity"),
        Index(
            "ix_inbox_waiting",
            "chat_id",
            "id",
            postgresql_where="handled_at IS NULL AND dead_letter_reason IS NULL",
        ),
        Index("ix_inbox_messages", "chat_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    """The order of arrival. Never given twice, unlike `update_id`."""
    update_id: Mapped[int]
    """The chat service's number: it may begin anew, after a week or on another server."""
    identity: Mapped[str | None]
    """What distinguishes two updates of one number; null for what came before there was one."""
    chat_id: Mapped[int]
    """Updates of one chat are handled in order; 0 is for those without a chat."""
    album: Mapped[str | None]
    """Updates of one album are handled together."""
    payload: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """As it came; emptied once it is handled. Not JSONB, which refuses some of Unicode."""
    message_id: Mapped[int | None]
    """The message that it brings, or an edit of which it brings."""
    person_id: Mapped[int | None]
    """Who sent it; this and the next two are null for anything but a new message."""
    sent_at: Mapped[datetime | None]
    text_units: Mapped[int | None]
    """The length of a text in UTF-16 units; null for anything else."""
    digest: Mapped[str | None]
    """Of what the message says and carries: an edit with the same one has changed nothing."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    """How often handling it was begun, not counting what was excused."""
    begun_at: Mapped[datetime | None]
    """When handling it was last begun: it may have had its effect already."""
    handled_at: Mapped[datetime | None]
    dead_letter_reason: Mapped[str | None]
    """Set when it failed every time: nobody tries again."""


class Notice(Base):
    """Something a person is to hear: written with the outcome, marked once it was delivered."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_waiting",
            "not_before",
            "id",
            postgresql_where="sent_at IS NULL AND parked_reason IS NULL",
        ),
        Index(
            "ix_notices_parked",
            "post_id",
            postgresql_where="parked_reason IS NOT NULL",
        ),
        Index("ix_notices_of_post", "post_id", "kind"),
        Index("ix_notices_clocks", "id", postgresql_where="kind IN ('clock', 'clock_is_right')"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    """'owner', 'admin', or 'chat': the one of `chat_id`."""
    chat_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(Text)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_posts.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """Of what concerns an account as such; a post names its own."""
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    sending_at: Mapped[datetime | None]
    """Written before it is sent: with it and without `sent_at`, it may have arrived."""
    sent_at: Mapped[datetime | None]
    parked_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    post: Mapped[Post | None] = relationship(lazy="joined")
    account: Mapped[Account | None] = relationship(lazy="joined")
