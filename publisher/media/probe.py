"""What a file really is, told from its bytes and never from its name."""

from dataclasses import dataclass
from pathlib import Path

from publisher.media.inspect import Video, inspect_whole
from publisher.media.isolated import isolated
from publisher.media.pictures import opened
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import LONGEST_VIDEO, MAX_VIDEO_SIDE, SHORTEST_VIDEO, VIDEO_CODECS
from storage.lifecycle import MediaKind

DOLBY_WITHOUT_BASE = 5
"""The one profile of Dolby Vision whose colours no other decoder understands."""

SUFFIXES = {
    "JPEG": ".jpg",
    "MPO": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "HEIF": ".heic",
    "AVIF": ".avif",
}
"""Format -> suffix. MPO is what Pillow calls a phone's JPEG that carries a depth map as well."""

SIGNATURES: list[tuple[bytes, str]] = [
    (b"GIF8", "GIF"),
    (b"\0\0\x01\0", "ICO"),
    (b"8BPS", "Photoshop"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cjP", "JPEG 2000"),
    (b"\0\0\0\x0cJXL", "JPEG XL"),
    (b"RIFF", "AVI/WAV"),
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

PICTURE_BRANDS = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
)
"""How containers with pictures call themselves; all others are taken for video."""


@dataclass(frozen=True)
class Probed:
    """A file that we can take. Width and height are as displayed, `duration` in seconds."""

    kind: MediaKind
    format: str
    suffix: str
    width: int
    height: int
    size: int
    duration: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    fps: float | None = None
    hdr: bool = False


def probe(path: Path) -> Probed:
    """Look at the whole file. Raises MediaRefusedError."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise MediaRefusedError(Refusal.EMPTY)
    if head[4:8] == b"ftyp" and head[8:12] not in PICTURE_BRANDS:
        return _probe_video(path, head[8:12])
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _probe_video(path, b"qt  ")
    try:
        return isolated(_probe_photo)(path)
    except MediaRefusedError as problem:
        if problem.details.get("format") != "?":
            raise
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=_look(head)) from None


def _probe_photo(path: Path) -> Probed:
    with opened(path) as picture:
        if picture.is_animated:
            raise MediaRefusedError(Refusal.ANIMATED)
        picture.decode(None)
    form, size = picture.form, path.stat().st_size
    return Probed(
        MediaKind.PHOTO, form.lower(), SUFFIXES[form], *picture.size, size, hdr=picture.is_hdr
    )


def _probe_video(path: Path, brand: bytes) -> Probed:
    found = inspect_whole(path)
    _check_video(found)
    form = "mov" if brand == b"qt  " else "mp4"
    return Probed(
        MediaKind.VIDEO,
        form,
        f".{form}",
        found.width,
        found.height,
        path.stat().st_size,
        found.duration,
        found.codec,
        found.audio.codec if found.audio else None,
        found.fps,
        found.hdr,
    )


def _check_video(found: Video) -> None:
    if found.codec not in VIDEO_CODECS:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec=found.codec)
    if found.dolby_profile == DOLBY_WITHOUT_BASE:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec="Dolby Vision 5")
    if max(found.width, found.height) > MAX_VIDEO_SIDE:
        raise MediaRefusedError(
            Refusal.TOO_MANY_PIXELS,
            megapixels=found.width * found.height // 10**6,
            limit=MAX_VIDEO_SIDE**2 // 10**6,
        )
    if found.duration < SHORTEST_VIDEO:
        raise MediaRefusedError(
            Refusal.TOO_SHORT, seconds=f"{found.duration:.1f}", limit=f"{SHORTEST_VIDEO:.0f}"
        )
    if found.duration > LONGEST_VIDEO:
        raise MediaRefusedError(
            Refusal.TOO_LONG, seconds=f"{found.duration:.0f}", limit=f"{LONGEST_VIDEO:.0f}"
        )


def _look(head: bytes) -> str:
    """What the first bytes of a stranger look like."""
    start = head.lstrip().lower()
    for signature, name in SIGNATURES:
        if head.startswith(signature) or start.startswith(signature.lower()):
            return name
    return "text" if start.isascii() and b"\0" not in start else "?"
