"""What pictures for the chat show: named by the bot, and drawn (`sheets.py`) in another process."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from publisher.media.framing import Fit, Shape, Size

SCREEN = (720, 1280)
TILE, SQUARE = 128, 240
"""Sides of items in the strip below a post, and of posts on a page of a list."""
IN_STRIP = (2 * TILE, 2 * TILE)
"""The size at which an item is decoded that is only shown as a tile; that takes far less time."""

FRAME_HEIGHT = 320
"""Of a video's frames among which people choose a cover."""

VARIANTS: dict[str, Fit] = {"A": Fit.CROP, "B": Fit.BLUR, "C": Fit.WHITE, "D": Fit.BLACK}
"""The ways to frame, by their letters in the picture."""


@dataclass(frozen=True)
class Source:
    """What is shown of one item."""

    picture: Path | Image.Image
    """A photo's file as it came, a JPEG that was prepared, or a frame of a video."""
    shape: Shape | None = None
    """What it is brought into; None for what was prepared, and for a frame as it is."""
    size: Size = SCREEN
    """In at least this size what was prepared is decoded."""
    is_video: bool = False
    """It is marked as one."""
