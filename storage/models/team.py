"""People who were invited, and what they may do; approvals and notes of posts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, enum_of


class MemberRole(StrEnum):
    """What somebody was invited as."""

    OWNER = "owner"
    EDITOR = "editor"
    AUTHOR = "author"
    VIEWER = "viewer"


class Member(Base):
    """Somebody who was invited."""

    __tablename__ = "members"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(enum_of(MemberRole, "role"))
    all_accounts: Mapped[bool] = mapped_column(server_default="false")
    """Those to come as well; else the ones of `member_accounts`."""
    invited_by: Mapped[int | None]
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]


class MemberAccount(Base):
    """An account that was given to a member."""

    __tablename__ = "member_accounts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("members.user_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Invitation(Base):
    """A link that lets one person in, once."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="a_use_has_a_time"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of what stands in the link."""
    role: Mapped[MemberRole] = mapped_column(enum_of(MemberRole, "role"))
    all_accounts: Mapped[bool] = mapped_column(server_default="false")
    account_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    created_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    update_id: Mapped[int | None]
    """The update that asked for it: one that comes again asks for another in its place."""


class ApprovalLink(Base):
    """A link by which somebody from outside sees one post, and approves or declines it."""

    __tablename__ = "approval_links"
    __table_args__ = (
        CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="a_use_has_a_time"),
        Index("ix_approval_links_used_by", "used_by", postgresql_where="used_by IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of what stands in the link."""
    post_id: Mapped[int] = mapped_column(
        ForeignKey("scheduled_posts.id", ondelete="CASCADE"), index=True
    )
    created_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None]
    """Who opened it first: nobody else may use it then."""
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    update_id: Mapped[int | None]
    """The update that asked for it: one that comes again asks for another in its place."""


class TeamCard(Base):
    """A message that shows a post in another chat than its own: a group's, or an approver's."""

    __tablename__ = "team_cards"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("scheduled_posts.id", ondelete="CASCADE"), index=True
    )
    has_picture: Mapped[bool]
    """Whether it is a picture, and its words the caption."""
    revision: Mapped[int | None]
    """Of the post as it was shown; of cards from before this was kept, unknown."""


class PostNote(Base):
    """What somebody of the team has written beside a post."""

    __tablename__ = "post_notes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("scheduled_posts.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int]
    """Kept for whoever looks into the tables; the chat shows the name."""
    author_name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
