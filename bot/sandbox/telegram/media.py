"""Bytes -> what Telegram makes of them: photos in sizes, videos with a thumbnail, documents."""

import mimetypes
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from subprocess import DEVNULL, CalledProcessError, TimeoutExpired, run

from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image, ImageOps, UnidentifiedImageError

PHOTO_SIDES = (90, 320, 800, 1280)
"""The boxes that Telegram scales a photo into; the largest is all that is kept of it."""
THUMBNAIL_SIDE = 320
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
GIF = b"GIF8"
MAX_PIXELS = 100_000_000
DURATION = re.compile(rb"Duration: (\d+):(\d+):(\d+)(\.\d+)?")
PROBE_SECONDS = 20
KEPT = 8
"""Of the latest files, what became of them: the same one is often sent again."""


class NotDecodable(Exception):  # noqa: N818 - a finding about bytes, not a failure of ours
    """The bytes are not what they were sent as."""


@dataclass(frozen=True)
class Media:
    """One file ready to be kept; `smaller` are a photo's other sizes or a video's thumbnail."""

    kind: str
    body: bytes
    mime_type: str
    file_name: str | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    has_sound: bool = False
    smaller: tuple["Media", ...] = ()


def open_image(body: bytes) -> Image.Image:
    """Whole, upright and in RGB. Raises NotDecodable."""
    try:
        image = Image.open(BytesIO(body), formats=PHOTO_FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise NotDecodable("more pixels than anybody's photo")
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotDecodable("not an image") from None
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    return upright.convert("RGB")


def image_size(body: bytes) -> tuple[int, int]:
    """Width and height as the header states them. Raises NotDecodable."""
    try:
        return Image.open(BytesIO(body), formats=PHOTO_FORMATS).size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotDecodable("not an image") from None


@lru_cache(KEPT)
def photo(body: bytes) -> Media:
    """Recompressed without metadata, in the sizes that fit. Raises NotDecodable."""
    image = open_image(body)
    longest = max(image.size)
    sides = [side for side in PHOTO_SIDES if side < longest]
    sides.append(min(longest, PHOTO_SIDES[-1]))
    largest, *smaller = sorted(set(sides), reverse=True)
    image.thumbnail((largest, largest))
    kept, others = _jpeg(image, "photo"), list[Media]()
    for side in smaller:
        image.thumbnail((side, side), Image.Resampling.HAMMING)  # each from the one before it
        others.insert(0, _jpeg(image, "photo"))
    return replace(kept, smaller=tuple(others))


def _jpeg(image: Image.Image, kind: str) -> Media:
    image.info.clear()
    out = BytesIO()
    image.save(out, "JPEG", quality=87)
    return Media(kind, out.getvalue(), "image/jpeg", width=image.width, height=image.height)


@lru_cache(KEPT)
def video(body: bytes, file_name: str | None) -> Media:
    """As it came, with what its first frame and its header say. Raises NotDecodable."""
    if body[4:8] != b"ftyp":
        raise NotDecodable("not an MP4")
    frame, log = _first_frame(body)
    try:
        image = open_image(frame)
    except NotDecodable:
        raise NotDecodable("no picture in it") from None
    width, height = image.size
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Media(
        "video",
        body,
        "video/mp4",
        file_name=file_name,
        width=width,
        height=height,
        duration=_duration(log),
        has_sound=b": Audio:" in log.partition(b"Output #0")[0],
        smaller=(_jpeg(image, "thumbnail"),),
    )


def animation(body: bytes, file_name: str | None) -> Media:
    """A GIF, as the MP4 without sound that Telegram makes of it. Raises NotDecodable."""
    if not body.startswith(GIF):
        raise NotDecodable("no GIF")
    with tempfile.NamedTemporaryFile(suffix=".mp4") as target:
        command = [get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-f", "gif", "-i", "pipe:"]
        even = ["-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p"]
        try:
            run([*command, *even, target.name], input=body, timeout=PROBE_SECONDS, check=True)
        except (TimeoutExpired, CalledProcessError):
            raise NotDecodable("a GIF that cannot be played") from None
        made = video(target.read(), f"{file_name}.mp4" if file_name else None)
    return replace(made, kind="animation")


def as_sent_alone(media: Media) -> Media:
    """A video without sound becomes an animation, unless it stands in an album."""
    if media.kind == "video" and not media.has_sound:
        return replace(media, kind="animation")
    return media


def _first_frame(body: bytes) -> tuple[bytes, bytes]:
    """The picture as JPEG and what ffmpeg said; demuxed as MP4 only, never as a playlist."""
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(body)
        file.flush()
        reading = ["-protocol_whitelist", "file", "-f", "mov", "-i", file.name]
        writing = ["-map", "0:v:0", "-frames:v", "1", "-c:v", "mjpeg", "-f", "image2pipe", "-"]
        command = [get_ffmpeg_exe(), "-nostdin", "-hide_banner", *reading, *writing]
        try:
            done = run(
                command, stdin=DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=False
            )
        except TimeoutExpired:
            return b"", b""
    return done.stdout, done.stderr


def _duration(log: bytes) -> int:
    """Whole seconds, as the Bot API states them."""
    found = DURATION.search(log)
    if not found:
        return 0
    hours, minutes, seconds = (int(found.group(index)) for index in (1, 2, 3))
    return hours * 3600 + minutes * 60 + round(seconds + float(found.group(4) or 0))


def document(body: bytes, file_name: str | None, mime_type: str | None = None) -> Media:
    """Untouched; the type comes from the name alone, as Telegram's apps guess it."""
    guessed = mimetypes.guess_type((file_name or "").replace("/", "_"))[0]
    return Media(
        "document", body, mime_type or guessed or "application/octet-stream", file_name=file_name
    )


def from_phone(file_name: str, body: bytes, *, as_file: bool) -> Media:
    """What a phone app sends for a picked file: photo, GIF or video if it can, else a document."""
    if not as_file:
        ways: tuple[Callable[[], Media], ...] = (
            lambda: photo(body),
            lambda: animation(body, file_name),
            lambda: video(body, file_name),
        )
        for way in ways:
            try:
                return way()
            except NotDecodable:
                continue
    return document(body, file_name)
