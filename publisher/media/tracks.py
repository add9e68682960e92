"""What is known of a video file: the two of its streams that matter."""

from dataclasses import dataclass

from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import MAX_VIDEO_SIDE

PQ, HLG = 16, 18
"""Transfer characteristics by their code points (ITU-T H.273), as are all colours here."""


@dataclass(frozen=True)
class Audio:
    """A sound track. Times in seconds."""

    index: int
    codec: str
    profile: str
    hertz: int
    channels: int
    kilobits: int
    start: float
    cut: bool
    """Whether an edit list leaves out more than what encoders put in front of the first sound."""


@dataclass(frozen=True)
class Video:
    """The streams of a file that matter. Width and height are as displayed, times in seconds."""

    index: int
    codec: str
    pixels: str
    """Pixel format, such as yuv420p."""
    width: int
    height: int
    as_stored: bool
    """Shown as it is stored: square pixels, nothing cropped, turned or mirrored."""
    turned: bool
    fps: float
    """How quickly its pictures follow each other where they do at their usual pace."""
    steady: bool
    """Whether the pace is the same throughout, but for a few pictures that were left out."""
    interlaced: bool
    full_range: bool
    matrix: int
    primaries: int
    transfer: int
    named_outside: bool
    """Whether some of these are told by the file alone, and not by the pictures themselves."""
    kilobits: int
    is_still: bool
    """It has one picture only."""
    start: float
    duration: float
    """From its earliest stream's start to its latest one's end."""
    outlasted: float
    """For how long its sound goes on after its pictures."""
    cut: bool
    """Whether the file holds pictures that an edit list leaves out."""
    begins_early: bool
    """Whether what is left out lies before 0, as in a fragmented file."""
    needs_dolby: bool
    audio: Audio | None
    has_unreadable_sound: bool
    tells_location: bool
    copyable: bool
    """H.264 that begins with a whole picture, and whose parameters never change."""
    has_messages: bool
    """Whether its pictures carry a camera's words, as AVCHD's do: the time and place. The settings
    of x264 do not count."""

    @property
    def hdr(self) -> bool:
        return self.transfer in (PQ, HLG)

    @property
    def begins(self) -> float:
        """When the first of its streams does, in seconds on the file's own clock."""
        return min(self.start, self.audio.start) if self.audio else self.start


def check_sides(width: int, height: int) -> None:
    """Raises MediaRefusedError for more pixels than we decode."""
    if max(width, height) > MAX_VIDEO_SIDE:
        raise MediaRefusedError(Refusal.TOO_LARGE, width=width, height=height, limit=MAX_VIDEO_SIDE)
