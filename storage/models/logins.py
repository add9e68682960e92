"""What a platform wants of a person while an account logs in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.accounts import Account
from storage.models.base import Base


class LoginQuestion(Base):
    """One of them; at most one of an account is open."""

    __tablename__ = "login_questions"
    __table_args__ = (
        CheckConstraint(
            "settled_at IS NULL OR (answer IS NULL AND state IS NULL)", name="a_code_is_not_kept"
        ),
        Index(
            "uq_login_questions_one_open",
            "account_id",
            unique=True,
            postgresql_where="settled_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    """Which code it is, or what is to be done in the app: the way's own word."""
    detail: Mapped[str | None]
    """Where the code went, as far as the platform shows that: 'm****@example.com'."""
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the way goes on from once a code has come, encrypted; null where none is asked for."""
    can_resend: Mapped[bool] = mapped_column(server_default="false")
    """Whether the platform sends another code."""
    new_code_wanted: Mapped[bool] = mapped_column(server_default="false")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the person has typed, encrypted with SECRET_KEY; gone once it is used."""
    answered_at: Mapped[datetime | None]
    """With it and without an answer, that was taken to the platform: what came of it is open."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Answers that the platform has refused."""
    message_id: Mapped[int | None]
    """The message that asks, to which the answer is a reply."""
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What came of it: an `Outcome`."""

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
