"""How the installation is: which processes are at work, and what is wrong at the moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Process(Base):
    """One of ours, from its start to its end; whoever was killed leaves the row behind."""

    __tablename__ = "processes"

    id: Mapped[str] = mapped_column(primary_key=True)
    """A name of its own, new at each start."""
    kind: Mapped[str]
    """'bot' or 'publisher'."""
    host: Mapped[str]
    version: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """Its last sign of life."""
    swept_at: Mapped[datetime | None]
    """When it has last looked at all that is due."""
    sweep_seconds: Mapped[int | None]
    """How often it means to; null: it publishes nothing."""
    free_bytes: Mapped[int]
    """Of the disk on which its data lie."""
    clock_ahead: Mapped[int | None]
    """Seconds by which its machine's clock is ahead of Postgres'."""
    database_ahead: Mapped[int | None]
    """Seconds by which Postgres' clock is ahead of the platform's; null: it has not said."""
    clock_set_by: Mapped[int] = mapped_column(server_default="0")
    """Seconds by which its machine's clock was set since it started."""


class Alert(Base):
    """Something that is wrong, or was: the admin chat hears once that it is, once that it is not.

    Written with the notice that tells of it.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
        Index("ix_alerts_notice_id", "notice_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    """What it is about, such as a host; '' if there can be only one."""
    event: Mapped[str]
    """The short id that stands in the message and in the log."""
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id", ondelete="SET NULL"))
    """The one that told of it; several alerts may share it."""
    message_id: Mapped[int | None]
    """The message that told of it, once it was sent."""
