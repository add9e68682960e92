"""What a file really is, told from its bytes and never from its name."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from publisher.media import ffmpeg
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import AUDIO_CODECS, MAX_PIXELS, MAX_VIDEO_SIDE, MIN_SIDE, VIDEO_CODECS
from storage.lifecycle import MediaKind

FORMATS = ("JPEG", "PNG", "WEBP")
"""All that Pillow is allowed to try."""
SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp"}
"""Format -> suffix. MPO is what Pillow calls a phone's JPEG that carries a depth map as well."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
"""Pillow refuses twice this by itself, before it allocates anything."""

ORIENTATION = 0x0112
SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""

SIGNATURES: list[tuple[bytes, str]] = [
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1aE\xdf\xa3", "WEBM/MKV"),
    (b"OggS", "OGG"),
    (b"ID3", "MP3"),
    (b"#EXTM3U", "playlist"),
    (b"ffconcat", "playlist"),
    (b"<?xml", "XML/SVG"),
    (b"<svg", "SVG"),
    (b"<MPD", "playlist"),
    (b"<!doc", "HTML"),
    (b"<html", "HTML"),
]
"""How files that we do not take begin, to call them by their name."""

HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})


@dataclass(frozen=True)
class Probed:
    """A file that we can take. Width and height are as displayed, `duration` in seconds."""

    kind: MediaKind
    format: str
    suffix: str
    width: int
    height: int
    duration: float | None
    video_codec: str | None
    size: int


def probe(path: Path) -> Probed:
    """Look at the whole file. Raises MediaRefusedError."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise MediaRefusedError(Refusal.EMPTY)
    if head[4:8] == b"ftyp":
        return _probe_container(path, head[8:12])
    return _probe_photo(path, head)


def _probe_photo(path: Path, head: bytes) -> Probed:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count ourselves
            with Image.open(path, formats=FORMATS) as picture:
                _check_size(*picture.size)
                if getattr(picture, "is_animated", False) and picture.format != "MPO":
                    raise MediaRefusedError(Refusal.ANIMATED)
                width, height = displayed_size(picture)
                form = str(picture.format)
                picture.load()
    except UnidentifiedImageError:
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=_look(head)) from None
    except Image.DecompressionBombError:
        raise MediaRefusedError(
            Refusal.TOO_MANY_PIXELS,
            megapixels=f"> {2 * MAX_PIXELS // 10**6}",
            limit=MAX_PIXELS // 10**6,
        ) from None
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, MediaRefusedError):
            raise
        raise MediaRefusedError(Refusal.TRUNCATED) from None
    size = path.stat().st_size
    suffix = SUFFIXES[form]
    return Probed(MediaKind.PHOTO, form.lower(), suffix, width, height, None, None, size)


def displayed_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height once the EXIF orientation is applied."""
    width, height = picture.size
    if picture.getexif().get(ORIENTATION) in SIDEWAYS:
        return height, width
    return width, height


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise MediaRefusedError(
            Refusal.TOO_MANY_PIXELS,
            megapixels=width * height // 10**6,
            limit=MAX_PIXELS // 10**6,
        )
    if min(width, height) < MIN_SIDE:
        raise MediaRefusedError(Refusal.TOO_SMALL, width=width, height=height, limit=MIN_SIDE)


def _probe_container(path: Path, brand: bytes) -> Probed:
    if brand in HEIF_BRANDS:
        name = "AVIF" if brand == b"avif" else "HEIC"
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=name)
    if brand == b"qt  ":
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="QuickTime (.mov)")
    found = ffmpeg.inspect(path)
    if found.video_codec not in VIDEO_CODECS:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec=found.video_codec)
    if found.audio_codec is not None and found.audio_codec not in AUDIO_CODECS:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec=found.audio_codec)
    if max(found.width, found.height) > MAX_VIDEO_SIDE:
        raise MediaRefusedError(
            Refusal.TOO_MANY_PIXELS,
            megapixels=found.width * found.height // 10**6,
            limit=MAX_VIDEO_SIDE**2 // 10**6,
        )
    return Probed(
        MediaKind.VIDEO,
        "mp4",
        ".mp4",
        found.width,
        found.height,
        found.duration,
        found.video_codec,
        path.stat().st_size,
    )


def _look(head: bytes) -> str:
    """What the first bytes of a stranger look like."""
    start = head.lstrip().lower()
    for signature, name in SIGNATURES:
        if head.startswith(signature) or start.startswith(signature.lower()):
            return name
    return "text" if start.isascii() and b"\0" not in start else "?"
