"""What preparing has changed, by name: people are told of it at the confirmation."""

from dataclasses import dataclass
from enum import StrEnum


class Note(StrEnum):
    """Changes, in the order in which they are worth telling."""

    FRAMED = "framed"
    """Cropped or given a border, as chosen."""
    TRIMMED = "trimmed"
    LENGTHENED = "lengthened"
    """Repeated, or its last picture held, since Instagram takes nothing so short."""
    TURNED = "turned"
    """The file lay on its side and is upright now."""
    CONVERTED = "converted"
    """Another format than Instagram's: HEIC, PNG, MOV, HEVC and so on."""
    HDR = "hdr"
    """More brightness than Instagram shows; tone-mapped."""
    COLOURS = "colours"
    """Display P3, CMYK or 16 bit became sRGB."""
    FLATTENED = "flattened"
    """Transparency became white."""
    FRAME_RATE = "frame_rate"
    SOUND = "sound"
    """Sound of another kind became AAC in stereo."""
    SILENCED = "silenced"
    """The sound could not be read and is gone."""
    LOCATION = "location"
    """The file said where it was taken, and does no longer."""
    SMALL = "small"
    """So few pixels that Instagram will show it soft."""


@dataclass(frozen=True)
class Made:
    """A picture or clip as it goes to Instagram, in pixels, and what was done to it."""

    width: int
    height: int
    notes: frozenset[Note]
