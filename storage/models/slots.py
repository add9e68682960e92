"""The weekly times at which an account likes to publish."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Week(Base):
    """An account's own slots: somebody has set them, be it to none at all."""

    __tablename__ = "weeks"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    timezone: Mapped[str]
    """The zone in which the slots are meant."""
    set_by: Mapped[int]
    """The user who set them last."""
    set_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Slot(Base):
    """One time in a week."""

    __tablename__ = "slots"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_is_one"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("weeks.account_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Monday is 0."""
    wall_time: Mapped[time] = mapped_column(primary_key=True)
