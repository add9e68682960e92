"""A reel made of photos: each is shown for some seconds and fades into the next."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from proglog import ProgressBarLogger

from publisher.media.encoding import CONTAINER, CRF, PRESET, WITHOUT_MESSAGES
from publisher.media.framing import Fit, Shape
from publisher.media.isolated import tell
from publisher.media.notes import Made, Note
from publisher.media.photo import framed
from publisher.media.rules import SCREEN_RATIO

Pixels = npt.NDArray[np.uint8]

SCREEN_SIZE = (1080, 1920)
SHOWN_SECONDS = 2.5
FADE_SECONDS = 0.5
FPS = 30

ENCODING = (
    *("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"),
    *("-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"),
    *("-crf", CRF, "-profile:v", "high", "-flags:v", "+bitexact", "-fflags", "+bitexact"),
    *("-bsf:v", WITHOUT_MESSAGES, *CONTAINER),
)
"""As for other videos; the colours are named, since these begin as RGB."""


def make_slideshow(photos: Sequence[Path], target: Path, fit: Fit, shift: float) -> Made:
    """Write an MP4. To be called isolated: composing takes memory. Raises MediaRefusedError."""
    # Loading it takes most of a second: only the process that composes does.
    from moviepy.editor import ImageClip, VideoClip, concatenate_videoclips

    notes: set[Note] = set()
    pictures = [_on_screen(photo, fit, shift, notes) for photo in photos]
    clips = []
    for number, picture in enumerate(pictures):
        clips.append(ImageClip(np.asarray(picture), duration=SHOWN_SECONDS))
        if number + 1 < len(pictures):
            clips.append(VideoClip(_fade(picture, pictures[number + 1]), duration=FADE_SECONDS))
    concatenate_videoclips(clips).write_videofile(
        str(target),
        fps=FPS,
        codec="libx264",
        preset=PRESET,
        audio=False,
        ffmpeg_params=ENCODING,
        verbose=False,
        logger=_Listener(),
    )
    return Made(*SCREEN_SIZE, frozenset(notes))


def _on_screen(photo: Path, fit: Fit, shift: float, notes: set[Note]) -> Image.Image:
    """One photo in exactly the reel's size."""
    picture = framed(photo, Shape(SCREEN_RATIO, SCREEN_SIZE, fit, shift), notes)
    if picture.size == SCREEN_SIZE:
        return picture
    return picture.resize(SCREEN_SIZE, Image.Resampling.LANCZOS)


def _fade(one: Image.Image, other: Image.Image) -> Callable[[float], Pixels]:
    """moviepy's own crossfade blends floating point numbers, which takes five times as long."""
    return lambda second: np.asarray(Image.blend(one, other, second / FADE_SECONDS))


class _Listener(ProgressBarLogger):  # type: ignore[misc] # proglog has no types
    """Hears from moviepy how many frames are written."""

    def bars_callback(self, bar: str, attr: str, value: int, old_value: int | None = None) -> None:
        total = self.bars[bar]["total"]
        if attr == "index" and total and value % FPS == 0:
            tell(value / total)
