"""A planned post's life: its statuses, what each means, and the only ways from one to another."""

from enum import StrEnum


class Status(StrEnum):
    """Where a post stands. The database's CHECK constraints hold each status to its meaning."""

    PENDING = "pending"
    """Planned. Published once `next_attempt_at` has come."""
    HELD = "held"
    """Planned by somebody who is not let in any more: the admin decides, see `held.py`."""
    AWAITING_APPROVAL = "awaiting_approval"
    """Planned by somebody whose posts go out only once somebody else has approved them."""
    CLAIMED = "claimed"
    """A publisher owns it while its lease lasts, and uploads bytes; repeating that is harmless."""
    SENDING = "sending"
    """The request that makes it appear is on its way. Never goes back blindly."""
    HANDED_OVER = "handed_over"
    """Its owner has it, to publish it by hand, and has not said yet whether they did."""
    UPLOADED = "uploaded"
    """Live on the platform."""
    UNCONFIRMED = "unconfirmed"
    """The reply was lost: it may be live. Reading the platform, or its owner, moves it on."""
    FAILED = "failed"
    """Refused for good, out of attempts, hours late after a pause, or not posted by hand: its owner
    decides."""
    DELETED = "deleted"
    """Removed by a person. Its media are gone, unless that can still be undone."""


class PostType(StrEnum):
    """What a post becomes on the platform."""

    PHOTO = "photo"
    VIDEO = "video"
    REEL = "reel"
    STORY = "story"
    CAROUSEL = "carousel"
    STORIES = "stories"
    """In a row, one for each item. Of drafts alone: each becomes a post, which is a story."""

    @property
    def is_story(self) -> bool:
        """Whether it stands apart from the feed, and for a day."""
        return self in (PostType.STORY, PostType.STORIES)

    @property
    def shows_text(self) -> bool:
        """Whether the platform shows caption and hashtags; a story has no place for them."""
        return not self.is_story

    @property
    def has_cover(self) -> bool:
        """Whether a still picture stands for its video; a story is never seen but playing."""
        return not self.is_story


class MediaKind(StrEnum):
    """What one media item is."""

    PHOTO = "photo"
    VIDEO = "video"


class PreparationState(StrEnum):
    """Where the making of a draft's prepared files stands, if that takes long."""

    QUEUED = "queued"
    """Waits for its turn."""
    RUNNING = "running"
    """Somebody is at it; after a restart it is queued again."""
    DONE = "done"
    """The prepared files are what the answers ask for."""
    FAILED = "failed"
    """It cannot be done; the person has been told why and chooses anew."""


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset(
        {
            Status.AWAITING_APPROVAL,
            Status.CLAIMED,
            Status.HELD,
            Status.HANDED_OVER,
            Status.FAILED,
            Status.DELETED,
        }
    ),
    Status.AWAITING_APPROVAL: frozenset({Status.PENDING, Status.FAILED, Status.DELETED}),
    Status.HELD: frozenset({Status.PENDING, Status.DELETED}),
    Status.CLAIMED: frozenset({Status.PENDING, Status.SENDING, Status.HANDED_OVER, Status.FAILED}),
    Status.SENDING: frozenset({Status.UPLOADED, Status.UNCONFIRMED, Status.PENDING, Status.FAILED}),
    Status.UNCONFIRMED: frozenset(
        {
            Status.UPLOADED,
            Status.PENDING,
            Status.AWAITING_APPROVAL,
            Status.FAILED,
            Status.DELETED,
        }
    ),
    Status.HANDED_OVER: frozenset({Status.UPLOADED, Status.FAILED, Status.DELETED}),
    Status.FAILED: frozenset(
        {Status.PENDING, Status.AWAITING_APPROVAL, Status.HANDED_OVER, Status.DELETED}
    ),
    Status.UPLOADED: frozenset({Status.UNCONFIRMED}),
    Status.DELETED: frozenset({Status.PENDING, Status.AWAITING_APPROVAL}),
}
"""Old status -> the statuses it may become. `sending -> pending` needs a proven refusal.

`deleted -> pending`, `deleted -> awaiting_approval`: undone within a minute.
`uploaded -> unconfirmed`: the platform said yes, and yet the post is not to be seen."""

OWNED = frozenset({Status.CLAIMED, Status.SENDING})
"""Statuses in which one publisher holds the post, under its account's lease."""

PLANNED = frozenset(Status) - {Status.UPLOADED, Status.DELETED}
"""Statuses that `/list` shows: everything that is not yet settled."""

CHANGEABLE = frozenset({Status.PENDING, Status.AWAITING_APPROVAL})
"""Statuses in which a post waits, in nobody's hands: people change, move and delete it freely."""

DELETABLE = frozenset(old for old, allowed in TRANSITIONS.items() if Status.DELETED in allowed)
"""Statuses in which a person may delete the post."""


def sources_of(new: Status) -> frozenset[Status]:
    """The statuses from which a post may become `new`."""
    return frozenset(old for old, allowed in TRANSITIONS.items() if new in allowed)
