"""Accounts that are published to, and the people who plan posts for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Account(Base):
    """An account that we publish to, and how: its way, its credentials, its session."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(
            "paused_reason IS NOT NULL OR paused_until IS NULL", name="pause_has_a_reason"
        ),
        CheckConstraint(
            "(paused_reason IS NULL) = (paused_at IS NULL)", name="a_pause_has_a_beginning"
        ),
        CheckConstraint(
            "(lease_owner IS NULL) = (lease_until IS NULL)", name="a_lease_has_an_owner_and_an_end"
        ),
        CheckConstraint(
            "(daily_cap IS NULL OR daily_cap > 0)"
            " AND (min_gap_seconds IS NULL OR min_gap_seconds >= 0) AND backoffs >= 0",
            name="caps_are_sensible",
        ),
        CheckConstraint(
            "group_topic_id IS NULL OR group_chat_id IS NOT NULL", name="a_topic_has_a_group"
        ),
        CheckConstraint(
            "login_at IS NOT NULL OR login_begun_at IS NULL",
            name="only_a_login_that_is_needed_is_begun",
        ),
        UniqueConstraint("destination", "name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    destination: Mapped[str] = mapped_column(server_default="instagram")
    """By which way its posts are published, by the name that the publisher gives it."""
    name: Mapped[str]
    """As people call it; where its way logs in, the name with which it does."""
    credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its way logs in with, encrypted with SECRET_KEY; null if that is nothing."""
    configured_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When the credentials changed last: whoever has connected before connects anew."""
    removed_at: Mapped[datetime | None]
    """Since when nobody publishes for it any more."""
    from_settings: Mapped[bool] = mapped_column(server_default="true")
    """Named by the settings: it is removed once they name it no longer."""
    session: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its way keeps of a login, and the device with which it logs in, encrypted with
    SECRET_KEY."""
    session_at: Mapped[datetime | None]
    """When it logged in last: whoever has connected before connects anew."""
    session_ends_at: Mapped[datetime | None]
    """When its session is over at the latest, if that is known."""
    check_at: Mapped[datetime | None]
    """When its session is to be looked at, with nothing else to do."""
    login_at: Mapped[datetime | None]
    """It has no session, or a dead one: when it is to log in. Nothing else is done for it then."""
    login_begun_at: Mapped[datetime | None]
    """When the password left for that: it is sent no second time until a person says so."""
    timezone: Mapped[str | None]
    """The zone in which its times are meant; null: the installation's."""
    daily_cap: Mapped[int | None]
    """Posts within 24 hours, at the most; null: what its way takes for cautious."""
    min_gap_seconds: Mapped[int | None]
    """Between two posts, at the least; 0: none; null: what its way takes for cautious."""
    needs_approval: Mapped[bool] = mapped_column(server_default="false")
    """What an author plans for it goes out only once somebody has approved it."""
    backoffs: Mapped[int] = mapped_column(server_default="0")
    """How often in a row the platform has asked it to rest."""
    group_chat_id: Mapped[int | None]
    """The team's group, in which its posts and results are shown."""
    group_topic_id: Mapped[int | None]
    """The topic of that group."""
    paused_reason: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    """When the pause began."""
    paused_until: Mapped[datetime | None]
    """When the pause ends by itself; null with a reason: when a person resumes it."""
    lease_owner: Mapped[str | None]
    """The publisher that works for this account at the moment."""
    lease_fence: Mapped[int] = mapped_column(server_default="0")
    """Raised by each lease; whoever writes names the one it believes in. See `lease.py`."""
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class User(Base):
    """Somebody who plans posts; known by the number that the chat service gives them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None]
    language: Mapped[str | None]
    """Of their app, as an IETF tag; both as the chat service gave it last."""
    timezone: Mapped[str | None]
    knows_of_files: Mapped[bool] = mapped_column(server_default="false")
    """Has been told that a picture keeps its quality when it is sent as a file."""
    knows_of_timezone: Mapped[bool] = mapped_column(server_default="false")
    """Has been told that their times are meant in the installation's zone."""
    knows_of_edits: Mapped[bool] = mapped_column(server_default="false")
    """Has been told that a caption follows an edit of the message that gave it."""
    is_guided: Mapped[bool] = mapped_column(server_default="false")
    """Wants to be asked step by step."""
