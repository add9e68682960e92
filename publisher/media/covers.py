"""A video's still picture: found by itself, chosen by the person, or a photo of theirs."""

import tempfile
from pathlib import Path

from PIL import Image, ImageStat

from publisher.media import ffmpeg
from publisher.media.canvas import save
from publisher.media.filters import colours_named
from publisher.media.framing import Fit, Shape
from publisher.media.isolated import isolated
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import MAX_VIDEO_SIDE
from publisher.media.streams import inspect
from publisher.media.tracks import Video
from publisher.media.work import prepare_photo

PLACES = (0.02, 0.15, 0.3, 0.5, 0.7, 0.9)
"""Shares of the length at which a cover is looked for, in this order."""

MIN_BRIGHTNESS, MAX_BRIGHTNESS, MIN_SPREAD = 24, 240, 12
"""Of 255: a frame whose mean brightness, or its spread, is beyond these tells nothing."""

END_SECONDS = 0.2
"""So far before its end a video surely still has a frame."""


def automatic_cover(video: Path, seconds: float, target: Path) -> None:
    """Write a telling frame as JPEG. Raises MediaRefusedError."""
    save(telling_frame(video, 0.0, seconds), target)


def telling_frame(
    video: Path, start: float, seconds: float, *, height: int | None = None
) -> Image.Image:
    """The first frame that is neither black nor blank, else the liveliest.

    It is looked for in the part of that many seconds that begins at `start`; `height` is that of
    `frame_at`. Raises MediaRefusedError.
    """
    liveliest, widest = None, -1.0
    for place in PLACES:
        picture = frame_at(video, start + place * seconds, height=height)
        light = ImageStat.Stat(picture.convert("L"))
        (brightness,), (spread,) = light.mean, light.stddev
        is_telling = spread >= MIN_SPREAD and MIN_BRIGHTNESS <= brightness <= MAX_BRIGHTNESS
        if is_telling or spread > widest:
            liveliest, widest = picture, spread
        if is_telling:
            break
    assert liveliest is not None
    return liveliest


def chosen_cover(video: Path, second: float, seconds: float, target: Path) -> None:
    """Write the frame of that second as JPEG. Raises MediaRefusedError."""
    save(frame_at(video, min(second, max(seconds - END_SECONDS, 0))), target)


def own_cover(photo: Path, width: int, height: int, target: Path) -> None:
    """Write the person's photo as JPEG, cut to the shape of the video. Raises MediaRefusedError."""
    shape = Shape(width / height, (width, height), Fit.CROP)
    isolated(prepare_photo)(photo, target, shape)


def frame_at(video: Path, second: float, *, height: int | None = None) -> Image.Image:
    """The frame of that second, in the video's size or scaled to `height` pixels, if it can be.

    The first one where there is none, as when the sound lasts longer. Raises MediaRefusedError.
    """
    found = inspect(video)
    steps = [*colours_named(found), *([_scaling(found, height)] if height else [])]
    filters = ("-vf", ",".join(steps)) if steps else ()
    with tempfile.NamedTemporaryFile(prefix="postbote-frame-", suffix=".ppm") as target:
        one = ("-frames:v", "1", "-c:v", "ppm", "-f", "image2", "-update", "1", target.name)
        stream = ("-map", f"0:{found.index}", *filters, "-pix_fmt", "rgb24")
        arguments = ("-loglevel", "error", *stream, *one)
        for moment in (second, 0.0):
            ffmpeg.run(video, arguments, before=("-ss", f"{moment:.3f}"))
            picture = _read(Path(target.name))
            if picture is not None:
                return picture
    raise MediaRefusedError(Refusal.BROKEN_VIDEO)


def _scaling(found: Video, height: int) -> str:
    """Scale to this height, unless a side would then be longer than any video's."""
    scale = min(height / found.height, MAX_VIDEO_SIDE / max(found.width, found.height))
    width, height = (max(round(side * scale), 2) for side in (found.width, found.height))
    return f"scale={width}:{height}"


def _read(path: Path) -> Image.Image | None:
    try:
        with Image.open(path, formats=["PPM"]) as picture:
            picture.load()
            return picture
    except (OSError, ValueError):
        return None
