"""What people type about an account, and what they want to know of it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import Account
from storage.models.base import Base


class AccountForm(Base):
    """What one person is asked about an account, in one chat; one at a time."""

    __tablename__ = "account_forms"
    __table_args__ = (
        CheckConstraint(
            "step <> 'done' OR (sealed IS NULL AND link_hash IS NULL)", name="a_secret_is_not_kept"
        ),
    )

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    step: Mapped[str]
    """What is asked: a `FormStep`."""
    kind: Mapped[str | None]
    """How a new account is added: a `NewAccount`; null if it is about one that is there."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    """Which it is about; of a new one, once it is added."""
    name: Mapped[str | None]
    """Of a new one."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was typed of its secrets so far, encrypted with SECRET_KEY."""
    message_id: Mapped[int]
    """The message that asks, and goes on to say what came of it."""
    thread_id: Mapped[int | None]
    """Its topic."""
    language: Mapped[str]
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    """Of the token in a link to a page that takes the password instead; null once it is used."""
    last_update_id: Mapped[int | None]
    """The incoming update that was taken last; when that comes again, it has had its effect."""
    expires_at: Mapped[datetime]


class AccountCheck(Base):
    """Somebody wants to know whether an account works; the latest of each account."""

    __tablename__ = "account_checks"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    chat_id: Mapped[int]
    message_id: Mapped[int]
    """The message that shows the account, and is to say what came of it."""
    language: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
    """When a publisher has looked; null until one has."""
    reason: Mapped[str | None]
    """Why it does not work; null if it does."""

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
