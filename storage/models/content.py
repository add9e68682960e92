"""What a draft and a post have in common, and their media."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from storage.lifecycle import MediaKind, PostType
from storage.models.accounts import Account
from storage.models.base import FETCHED, Base, enum_of


def framing() -> list[CheckConstraint]:
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

    post_type: Mapped[PostType | None] = mapped_column(enum_of(PostType, "post_type"))
    caption: Mapped[str | None]
    hashtags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Without the '#', in order."""
    caption_message_id: Mapped[int | None]
    """The person's message that gave the caption: when they edit it, the caption changes."""
    scheduled_time: Mapped[datetime | None]
    wall_time: Mapped[str | None]
    """What the user meant, as ISO wall time: 2026-12-24T18:00; null means right away."""
    timezone: Mapped[str]

    series_id: Mapped[int | None]
    """What was made at one go has the number of the draft with which it began: stories in a row,
    or photos sent together as separate posts; null of what stands alone."""

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

    @property
    def shows_text(self) -> bool:
        """Whether the chosen type has a place for caption and hashtags."""
        return self.post_type is not None and self.post_type.shows_text


class LostFile(Base):
    """An original that somebody needs and that is gone: the bot fetches it once more."""

    __tablename__ = "lost_files"

    name: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """Null: where it came from does not have it any more."""


class MediaItem(Base):
    """One photo or video of a draft or a post.

    Files are names within the media folder, never paths; a name may stand in several items.
    """

    __tablename__ = "media_items"
    __mapper_args__ = {**FETCHED, "legacy_is_orphan": True}  # noqa: RUF012 - one parent of two will do
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
    kind: Mapped[MediaKind] = mapped_column(enum_of(MediaKind, "kind"))
    original: Mapped[str]
    """The file as it came."""
    prepared: Mapped[str | None]
    """The file that is published, made for the chosen type."""
    cover: Mapped[str | None]
    """A video's still picture, as it goes to the platform."""
    cover_at: Mapped[float | None]
    """Seconds of the frame that was chosen as cover; null: automatic."""
    own_cover: Mapped[str | None]
    """The photo that the person sent as cover, as it came; counts before `cover_at`."""
    own_cover_ref: Mapped[str | None]
    """Where that came from."""
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
    def originals(self) -> list[str]:
        """The names of the files as they came."""
        return [name for name in (self.original, self.own_cover) if name]

    @property
    def files(self) -> list[str]:
        """The names of all files that belong to this item."""
        return [name for name in (self.original, self.prepared, self.cover, self.own_cover) if name]
