"""Why media cannot become a post: a reason with its details, never a sentence."""

from enum import StrEnum


class Refusal(StrEnum):
    """The reasons. Each names the details that come with it."""

    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown_format"
    """format: what it looks like."""
    TRUNCATED = "truncated"
    TOO_MANY_PIXELS = "too_many_pixels"
    """megapixels, limit."""
    TOO_LARGE = "too_large"
    """width, height, limit: of a video."""
    TOO_SMALL = "too_small"
    """width, height, limit."""
    ANIMATED = "animated"
    BROKEN_VIDEO = "broken_video"
    BROKEN_GIF = "broken_gif"
    NO_VIDEO_TRACK = "no_video_track"
    UNSUPPORTED_CODEC = "unsupported_codec"
    """codec."""
    PROTECTED = "protected"
    """Encrypted, as films of a shop are."""
    TOO_LONG = "too_long"
    """seconds, limit."""
    TOO_SHORT = "too_short"
    """seconds, limit."""
    TOO_HEAVY = "too_heavy"
    """limit: seconds of work after which it was given up."""
    TOO_MUCH = "too_much"
    """It was given up, but not for the time it took: for want of memory, as a rule."""
    WRONG_MEDIA = "wrong_media"
    """type: which takes others; least, most: of how many, if it takes several."""


class MediaRefusedError(ValueError):
    """The media cannot be taken; `details` are the values that its sentence names."""

    def __init__(self, reason: Refusal, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details

    def __str__(self) -> str:
        return f"{self.reason} {self.details}" if self.details else str(self.reason)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled by its parts: it travels from the process that looked at the file."""
        return MediaRefusedError, (self.reason,), {"details": self.details}


class PreparationCancelledError(Exception):
    """The person has changed their mind while the media were being prepared."""
