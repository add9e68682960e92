"""The tables. CHECK constraints say what each status means: the database refuses nonsense."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

from storage.lifecycle import MediaKind, PostType, PreparationState, Status

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def _names(enum: Any, name: str) -> Enum:
    """Text that takes only this enum's values; a native type would be hard to grow."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        datetime: TIMESTAMP(timezone=True),
        str: Text,
        int: BigInteger,
        dict[str, Any]: JSONB,
    }


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
        UniqueConstraint("destination", "name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    destination: Mapped[str] = mapped_column(server_default="instagram")
    """By which way its posts are published, by the name that the publisher gives it."""
    name: Mapped[str]
    """As people call it; for Instagram, the one with which it logs in."""
    credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its way logs in with, encrypted with SECRET_KEY; null if that is nothing."""
    configured_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When the credentials changed last: whoever has connected before connects anew."""
    removed_at: Mapped[datetime | None]
    """Since when nobody publishes for it any more."""
    from_settings: Mapped[bool] = mapped_column(server_default="true")
    """Named by the settings: it is removed once they name it no longer."""
    session: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its way keeps of a login, encrypted with SECRET_KEY."""
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


class User(Base):
    """Somebody who plans posts; known by the number that the chat service gives them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    timezone: Mapped[str | None]
    knows_of_files: Mapped[bool] = mapped_column(server_default="false")
    """Has been told that a picture keeps its quality when it is sent as a file."""


def _framing() -> list[CheckConstraint]:
    return [
        CheckConstraint("fit IN ('crop', 'blur', 'white', 'black')", name="fit_is_known"),
        CheckConstraint("fit_shift BETWEEN -1 AND 1", name="fit_shift_is_within_the_picture"),
        CheckConstraint("trim_start >= 0", name="trim_start_is_not_negative"),
    ]


class Content:
    """What a draft and a post have in common: whose it is, what is published, and when."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    owner_id: Mapped[int]
    """The user who plans it."""
    chat_id: Mapped[int]
    """The conversation in which they do, and in which they hear the result."""
    thread_id: Mapped[int | None]
    """The topic of that chat in which the bot spoke of it last; null where there are none."""
    language: Mapped[str] = mapped_column(server_default="en")
    last_update_id: Mapped[int | None]
    """The incoming update that changed it last; when that comes again, it has had its effect."""

    post_type: Mapped[PostType | None] = mapped_column(_names(PostType, "post_type"))
    caption: Mapped[str | None]
    hashtags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Without the '#', in order."""
    scheduled_time: Mapped[datetime | None]
    wall_time: Mapped[str | None]
    """What the user meant, as ISO wall time: 2026-12-24T18:00; null means right away."""
    timezone: Mapped[str]

    fit: Mapped[str | None]
    """How media outside the type's ratios are made to fit: 'crop', 'blur', 'white' or 'black';
    null while not chosen, or not needed."""
    fit_shift: Mapped[float] = mapped_column(server_default="0")
    """Where the window of a crop lies: -1 is left or top, 0 the centre, 1 right or bottom."""
    trim_start: Mapped[float | None]
    """Seconds at which a video that is too long begins; null is the start."""
    trim_agreed: Mapped[bool] = mapped_column(server_default="false")
    """The user agreed that of a video that is too long only the longest allowed is used."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    @declared_attr
    @classmethod
    def account(cls) -> Mapped[Account]:
        return relationship(lazy="joined", innerjoin=True)

    @declared_attr
    @classmethod
    def media(cls) -> Mapped[list["MediaItem"]]:
        return relationship(
            order_by="MediaItem.position", lazy="selectin", cascade="all, delete-orphan"
        )


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
        *_framing(),
        Index("ix_drafts_of_owner", "owner_id", "chat_id", postgresql_where="discarded_at IS NULL"),
        Index(
            "ix_drafts_preparations",
            "preparation_asked_at",
            postgresql_where="preparation = 'queued'",
        ),
    )

    edits_post_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_posts.id"))
    """The planned post that it is to replace; null if it becomes a new one."""
    question: Mapped[str] = mapped_column(Text)
    """The name of the question that is open: the conversation's own."""
    prompt_message_id: Mapped[int | None]
    """The message that asks the open question, so that its buttons can go when it is answered."""
    suggested_caption: Mapped[str | None]
    """What came with the media, offered at the caption step."""
    chosen_days: Mapped[list[date] | None] = mapped_column(ARRAY(Date))
    """The day that the user named without an hour, while that is asked for; several if it is
    not clear which."""

    preparation: Mapped[PreparationState | None] = mapped_column(
        _names(PreparationState, "preparation")
    )
    """Where the making of the prepared files stands; see `lifecycle.py`."""
    preparation_id: Mapped[UUID | None]
    """Made anew whenever it is asked for; who prepares writes only under the id that they took."""
    preparation_asked_at: Mapped[datetime | None]
    progress_message_id: Mapped[int | None]
    """The message with the bar."""
    notes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """What the preparation changed, by name; the user is told at the confirmation."""
    discarded_at: Mapped[datetime | None]
    """When it was thrown away; kept for a while, for an update that comes again."""


class CurrentDraft(Base):
    """Which of their drafts a user is at in a chat."""

    __tablename__ = "current_drafts"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), unique=True)


class Post(Content, Base):
    """One planned post, up to its end. See `lifecycle.py` for the statuses."""

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
        CheckConstraint("retry_count >= 0", name="retry_count_is_not_negative"),
        *_framing(),
        Index(
            "ix_scheduled_posts_due",
            "account_id",
            "next_attempt_at",
            "id",
            postgresql_where="status = 'pending'",
        ),
        Index(
            "uq_scheduled_posts_one_owned",
            "account_id",
            unique=True,
            postgresql_where="status IN ('claimed', 'sending')",
        ),
        Index(
            "ix_scheduled_posts_in_doubt",
            "account_id",
            "next_check_at",
            postgresql_where="next_check_at IS NOT NULL",
        ),
        Index(
            "ix_scheduled_posts_unasked",
            "uncertain_since",
            postgresql_where="uncertain_since IS NOT NULL AND asked_at IS NULL",
        ),
        Index(
            "ix_scheduled_posts_to_preflight",
            "next_attempt_at",
            postgresql_where="status = 'pending' AND preflighted_at IS NULL",
        ),
        Index(
            "ix_scheduled_posts_upload_id",
            "account_id",
            "upload_id",
            postgresql_where="upload_id IS NOT NULL",
        ),
        Index(
            "ix_scheduled_posts_sent_without_media",
            "account_id",
            "first_sent_at",
            postgresql_where="media_pk IS NULL AND first_sent_at IS NOT NULL",
        ),
        Index(
            "uq_scheduled_posts_media_pk",
            "account_id",
            "media_pk",
            unique=True,
            postgresql_where="media_pk IS NOT NULL",
        ),
        Index(
            "ix_scheduled_posts_planned",
            "owner_id",
            "scheduled_time",
            postgresql_where="status IN ('pending', 'held', 'claimed',"
            " 'sending', 'handed_over', 'unconfirmed', 'failed')",
        ),
        Index(
            "ix_scheduled_posts_handed_over",
            "handed_over_at",
            postgresql_where="status = 'handed_over' AND asked_at IS NULL",
        ),
    )

    status: Mapped[Status] = mapped_column(_names(Status, "status"))
    card_message_id: Mapped[int | None]
    """The message that announced the plan; results reply to it."""
    delete_asked_at: Mapped[datetime | None]
    """When its owner, or the admin, was asked whether it is to be deleted; until they answer."""
    vouched_at: Mapped[datetime | None]
    """When an admin said that it goes out, whether its owner is let in or not: it is not held."""
    next_attempt_at: Mapped[datetime | None]
    """Due when this has come: first `scheduled_time`, later the end of a backoff."""
    retry_count: Mapped[int] = mapped_column(server_default="0")
    error_class: Mapped[str | None]
    error_message: Mapped[str | None]

    revision: Mapped[int] = mapped_column(server_default="0")
    """Raised by each change of what was planned: what was staged or checked was for one of them."""
    fence: Mapped[int | None]
    """The account's fence under which a publisher holds the post; null when none does."""
    upload_id: Mapped[str | None]
    """Chosen by us at the first claim and kept ever after; Instagram keeps it with the media."""
    staged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the platform holds of it ahead of its time, ready to be published."""
    staged_at: Mapped[datetime | None]
    first_sent_at: Mapped[datetime | None]
    """The first commit point: what Instagram shows of this post cannot be older."""
    first_sent_there: Mapped[datetime | None]
    """The same by Instagram's clock, if that was known."""
    newest_before: Mapped[str | None]
    """The newest media that Instagram showed shortly before it was first sent; '0': none."""
    preflighted_at: Mapped[datetime | None]
    """When it was checked ahead of its time, with what was wrong told to its owner."""
    uncertain_since: Mapped[datetime | None]
    """Since when nobody knows whether it is live."""
    clean_reads: Mapped[int] = mapped_column(server_default="0")
    """How often Instagram was read for it, in full and well apart, without a trace of it."""
    next_check_at: Mapped[datetime | None]
    """When Instagram is read for it again: whether it is live, or, once uploaded, still there."""
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


class MediaItem(Base):
    """One photo or video of a draft or a post.

    Files are names within the media folder, never paths; a name may stand in several items.
    """

    __tablename__ = "media_items"
    __mapper_args__ = {"legacy_is_orphan": True}  # noqa: RUF012 - one parent of two is enough
    __table_args__ = (
        UniqueConstraint("post_id", "position"),
        UniqueConstraint("draft_id", "position"),
        CheckConstraint(
            "(post_id IS NULL) <> (draft_id IS NULL)", name="belongs_to_a_draft_or_a_post"
        ),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        CheckConstraint("size_bytes > 0", name="is_not_empty"),
        CheckConstraint("(kind = 'video') = (duration IS NOT NULL)", name="a_video_has_a_duration"),
        CheckConstraint(
            "kind = 'video' OR (cover_at IS NULL AND own_cover IS NULL)",
            name="only_a_video_has_a_cover",
        ),
        CheckConstraint("cover_at >= 0", name="cover_at_is_not_negative"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    post_id: Mapped[int | None] = mapped_column(
        ForeignKey("scheduled_posts.id", ondelete="CASCADE")
    )
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Orders the items; gaps are allowed."""
    kind: Mapped[MediaKind] = mapped_column(_names(MediaKind, "kind"))
    original: Mapped[str]
    """The file as it came."""
    prepared: Mapped[str | None]
    """The file that is published, made for the chosen type."""
    cover: Mapped[str | None]
    """A video's still picture, as it goes to Instagram."""
    cover_at: Mapped[float | None]
    """Seconds of the frame that was chosen as cover; null: automatic."""
    own_cover: Mapped[str | None]
    """The photo that the person sent as cover, as it came; counts before `cover_at`."""
    width: Mapped[int]
    height: Mapped[int]
    duration: Mapped[float | None]
    """Seconds; null for a photo."""
    format: Mapped[str]
    video_codec: Mapped[str | None]
    audio_codec: Mapped[str | None]
    fps: Mapped[float | None]
    hdr: Mapped[bool] = mapped_column(server_default="false")
    size_bytes: Mapped[int]
    source_ref: Mapped[str | None]
    """Where it came from, to be fetched once more: Telegram's file_id."""

    @property
    def files(self) -> list[str]:
        """The names of all files that belong to this item."""
        return [name for name in (self.original, self.prepared, self.cover, self.own_cover) if name]


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
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    """'owner' or 'admin'."""
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
