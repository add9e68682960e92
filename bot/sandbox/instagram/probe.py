"""Whether bytes are the picture or the video that they claim to be."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, UnidentifiedImageError

from bot.sandbox.instagram import encoding
from bot.sandbox.instagram.posts import Photo, Video

MAX_PIXELS = 100_000_000
PROBE_SECONDS = 120


class NotMediaError(Exception):
    """The file is not what it should be."""


def photo(path: Path) -> Photo:
    """The JPEG at this path, decoded to its last row; raises NotMediaError when it is none."""
    try:
        with Image.open(path, formats=("JPEG",)) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise NotMediaError("too many pixels")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise NotMediaError("not a whole JPEG") from problem
    return Photo(path.name, width, height)


def video(path: Path) -> Video:
    """The MP4 at this path, read to its end; raises NotMediaError when it is none or unsuitable.

    Only the mov demuxer and local files: a playlist dressed as .mp4 must not open anything else.
    """
    first_frame = ["-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"]
    all_packets = ["-map", "0:v", "-map", "0:a?", "-c", "copy", "-f", "null", "-"]
    said, whole = _ffmpeg(path, [*first_frame, *all_packets])
    found = encoding.understood(said)
    if not whole or not found:
        raise NotMediaError("not a whole MP4")
    objection = encoding.objection(found)
    if objection:
        raise NotMediaError(objection)
    return Video(
        path.name,
        found.width,
        found.height,
        found.duration,
        path.stat().st_size,
        has_audio=bool(found.sounds),
    )


def first_frame(path: Path, into: Path) -> Photo:
    """The first picture of a video as a JPEG; raises NotMediaError when there is none."""
    _ffmpeg(path, ["-frames:v", "1", "-q:v", "2", str(into)])
    return photo(into)


def _ffmpeg(path: Path, what: list[str]) -> tuple[str, bool]:
    """What ffmpeg says while it does `what` with the file, and whether it came to the end."""
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-xerror"]
    source = ["-protocol_whitelist", "file", "-f", "mov", "-i", str(path)]
    try:
        done = subprocess.run(
            [*ffmpeg, *source, *what],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise NotMediaError("took too long to read") from problem
    return done.stderr.decode(errors="replace"), done.returncode == 0
