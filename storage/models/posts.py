"""Planned posts."""

from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.lifecycle import Status
from storage.models.base import Base, enum_of
from storage.models.content import Content, framing


def _index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    kind = "uq" if unique else "ix"
    return Index(f"{kind}_scheduled_posts_{name}", *columns, postgresql_where=where, unique=unique)


class Post(Content, Base):
    """One planned post, up to its end. See `lifecycle.py` for the statuses."""

    is_guided: ClassVar[bool] = False
    """Only a draft is asked about step by step."""

    __tablename__ = "scheduled_posts"
    __table_args__ = (
        CheckConstraint(
            "status IN ('deleted') OR (post_type IS NOT NULL AND caption IS NOT NULL"
            " AND hashtags IS NOT NULL AND scheduled_time IS NOT NULL"
            " AND next_attempt_at IS NOT NULL)",
            name="a_planned_post_is_complete",
        ),
        CheckConstraint(
            "(status IN ('claimed', 'sending')) = (fence IS NOT NULL)",
            name="an_owned_post_has_a_fence",
        ),
        CheckConstraint(
            "(status = 'unconfirmed') = (uncertain_since IS NOT NULL)"
            " AND (status IN ('unconfirmed', 'uploaded') OR next_check_at IS NULL)",
            name="only_an_unconfirmed_post_is_in_doubt",
        ),
        CheckConstraint(
            "status NOT IN ('sending', 'unconfirmed') OR upload_id IS NOT NULL",
            name="a_sent_post_has_an_upload_id",
        ),
        CheckConstraint(
            "(status = 'uploaded') = (published_at IS NOT NULL)"
            " AND (status = 'uploaded' OR (media_pk IS NULL AND link IS NULL))",
            name="only_an_uploaded_post_is_published",
        ),
        CheckConstraint(
            "status <> 'failed' OR error_message IS NOT NULL", name="a_failure_has_a_message"
        ),
        CheckConstraint(
            "status <> 'handed_over' OR handed_over_at IS NOT NULL",
            name="a_post_was_handed_over_at_some_time",
        ),
        CheckConstraint(
            "undo_until IS NULL OR status = 'deleted'", name="only_a_deletion_is_undone"
        ),
        CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)"
            " AND (status <> 'awaiting_approval' OR approved_at IS NULL)",
            name="an_approval_has_a_time",
        ),
        CheckConstraint("retry_count >= 0", name="retry_count_is_not_negative"),
        CheckConstraint("post_type <> 'stories'", name="stories_are_posts_of_their_own"),
        *framing(),
        _index("due", "account_id", "next_attempt_at", "id", where="status = 'pending'"),
        _index("one_owned", "account_id", where="status IN ('claimed', 'sending')", unique=True),
        _index("in_doubt", "account_id", "next_check_at", where="next_check_at IS NOT NULL"),
        _index(
            "unasked", "uncertain_since", where="uncertain_since IS NOT NULL AND asked_at IS NULL"
        ),
        _index(
            "to_preflight", "next_attempt_at", where="status = 'pending' AND preflighted_at IS NULL"
        ),
        _index("series", "series_id", "id", where="series_id IS NOT NULL"),
        _index("upload_id", "account_id", "upload_id", where="upload_id IS NOT NULL"),
        _index(
            "sent_without_media",
            "account_id",
            "first_sent_at",
            where="media_pk IS NULL AND first_sent_at IS NOT NULL",
        ),
        _index("published", "account_id", "published_at", where="published_at IS NOT NULL"),
        _index("live", "published_at", "id", where="published_at IS NOT NULL"),
        _index("live_of_owner", "owner_id", "published_at", "id", where="published_at IS NOT NULL"),
        _index(
            "with_media",
            "published_at",
            where="published_at IS NOT NULL AND media_removed_at IS NULL",
        ),
        _index("given", "chat_id", "caption_message_id", where="caption_message_id IS NOT NULL"),
        _index("changed_by", "last_update_id", where="last_update_id IS NOT NULL"),
        _index("media_pk", "account_id", "media_pk", where="media_pk IS NOT NULL", unique=True),
        _index(
            "planned",
            "owner_id",
            "scheduled_time",
            where="status IN ('pending', 'held', 'claimed',"
            " 'sending', 'handed_over', 'unconfirmed', 'failed', 'awaiting_approval')",
        ),
        _index("to_approve", "next_attempt_at", where="status = 'awaiting_approval'"),
        _index("card", "chat_id", "card_message_id", where="card_message_id IS NOT NULL"),
        _index("done", "done_by", "done_at", where="done_by IS NOT NULL"),
        _index("undo", "undo_until", where="undo_until IS NOT NULL"),
        _index(
            "handed_over", "handed_over_at", where="status = 'handed_over' AND asked_at IS NULL"
        ),
    )

    status: Mapped[Status] = mapped_column(enum_of(Status, "status"))
    card_message_id: Mapped[int | None]
    """The message that shows the post; results reply to it."""
    card_has_picture: Mapped[bool] = mapped_column(server_default="false")
    """Whether that message is a picture, and its words the caption."""
    buttons_at: Mapped[list[tuple[int, int, str]] | None] = mapped_column(JSONB(none_as_null=True))
    """Other messages with buttons about it: chat, message, and its status when they were sent."""
    undo_until: Mapped[datetime | None]
    """Deleted, and until then that can be undone: its media are kept."""
    done_by: Mapped[int | None]
    """Who changed or deleted it last; null: its owner, or nobody since it was planned."""
    done_at: Mapped[datetime | None]
    """When they did; null: not since it was planned."""
    was: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What they have replaced, by column, if that can be put back: see `undo.py`; of all of it,
    the draft that keeps it: see `former.py`."""
    undone = cast("str | None", None)
    """What `Undo.undo` has just put back: the `deletion`, the `time`, the `text` or all of a
    `change`."""
    delete_asked_at: Mapped[datetime | None]
    """When its owner, or the admin, was asked whether it is to be deleted; until they answer."""
    vouched_at: Mapped[datetime | None]
    """When an admin said that it goes out, whether its owner is let in or not: it is not held."""
    approved_by: Mapped[int | None]
    """Who approved it as it is now."""
    approved_at: Mapped[datetime | None]
    approval_asked_at: Mapped[datetime | None]
    approval_reminded_at: Mapped[datetime | None]
    approval_note: Mapped[str | None]
    """Why it was declined, in the words of whoever did."""
    decided_by: Mapped[str | None]
    """What they are called who approved or declined it last."""
    noted_at: Mapped[datetime | None]
    """When somebody last left a note beside it; null: there is none."""
    next_attempt_at: Mapped[datetime | None]
    """Due when this has come: first `scheduled_time`, later the end of a backoff."""
    postponed_at: Mapped[datetime | None]
    """When its owner heard that its account's pace lets it out later, at `next_attempt_at`."""
    retry_count: Mapped[int] = mapped_column(server_default="0")
    error_class: Mapped[str | None]
    error_message: Mapped[str | None]

    revision: Mapped[int] = mapped_column(server_default="0")
    """Raised by each change of what was planned: what was staged or checked was for one of them."""
    fence: Mapped[int | None]
    """The account's fence under which a publisher holds the post; null when none does."""
    upload_id: Mapped[str | None]
    """Chosen by us at the first claim and kept ever after; the platform keeps it with the media."""
    staged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the platform holds of it ahead of its time, ready to be published."""
    staged_at: Mapped[datetime | None]
    first_sent_at: Mapped[datetime | None]
    """The first commit point: what the platform shows of this post cannot be older."""
    first_sent_there: Mapped[datetime | None]
    """The same by the platform's clock, if that was known."""
    newest_before: Mapped[str | None]
    """The newest media that the platform showed shortly before it was first sent; '0': none."""
    preflighted_at: Mapped[datetime | None]
    """When it was checked ahead of its time, with what was wrong told to its owner."""
    uncertain_since: Mapped[datetime | None]
    """Since when nobody knows whether it is live."""
    clean_reads: Mapped[int] = mapped_column(server_default="0")
    """How often the platform was read for it, in full and well apart, without a trace of it."""
    next_check_at: Mapped[datetime | None]
    """When the platform is read again: whether it is live, or, once uploaded, still there."""
    handed_over_at: Mapped[datetime | None]
    """When its owner was last given it, to publish it by hand."""
    asked_at: Mapped[datetime | None]
    """When its owner was asked whether it is live; kept when it was deleted without an answer."""
    media_pk: Mapped[str | None]
    link: Mapped[str | None]
    published_at: Mapped[datetime | None]
    media_removed_at: Mapped[datetime | None]

    @property
    def was_dropped_in_doubt(self) -> bool:
        """Whether it was deleted while nobody knew whether it is live."""
        return self.status is Status.DELETED and self.asked_at is not None
