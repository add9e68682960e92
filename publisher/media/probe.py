"""What a file really is, told from its bytes and never from its name."""

import codecs
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from publisher.media.boxes import holds_film
from publisher.media.framing import Size
from publisher.media.isolated import isolated
from publisher.media.length import published_seconds
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import (
    LENGTH_SLACK_SECONDS,
    MAX_VIDEO_SECONDS,
    MAX_VIDEO_SIDE,
    MIN_TAKEN_SECONDS,
    MIN_VIDEO_SECONDS,
)
from publisher.media.streams import inspect
from publisher.media.tracks import Video, check_sides
from publisher.media.work import look_at_photo, look_at_photos
from storage.lifecycle import MediaKind

SUFFIXES = {
    "JPEG": ".jpg",
    "MPO": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "HEIF": ".heic",
    "AVIF": ".avif",
    "GIF": ".gif",
}
"""Format -> suffix. MPO is what Pillow calls a phone's JPEG that carries a depth map as well."""

SIGNATURES = {
    "ICO": (b"\0\0\x01\0",),
    "RAW": (b"II*\0\x10\0\0\0CR", b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0"),
    "Photoshop": (b"8BPS",),
    "JPEG XL": (b"\xff\x0a", b"\0\0\0\x0cJXL"),
    "JPEG 2000": (b"\0\0\0\x0cjP", b"\xff\x4f\xff\x51"),
    "JPEG XR": (b"II\xbc",),
    "AVI/WAV": (b"RIFF",),
    "PDF": (b"%PDF",),
    "EPS": (b"%!PS", b"\xc5\xd0\xd3\xc6"),
    "BMP": (b"BM",),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "WMF": (b"\xd7\xcd\xc6\x9a",),
    "PCX": (b"\x0a\x05\x01\x08",),
    "OpenEXR": (b"v/1\x01",),
    "Radiance HDR": (b"#?RADIANCE", b"#?RGBE"),
    "PNM": (b"P1\n", b"P2\n", b"P3\n", b"P4\n", b"P5\n", b"P6\n", b"P7\n"),
    "QOI": (b"qoif",),
    "DDS": (b"DDS ",),
    "GIMP": (b"gimp xcf",),
    "MNG": (b"\x8aMNG", b"\x8bJNG"),
    "ZIP": (b"PK\x03\x04",),
    "RAR": (b"Rar!",),
    "7Z": (b"7z\xbc\xaf",),
    "GZIP": (b"\x1f\x8b",),
    "WEBM/MKV": (b"\x1aE\xdf\xa3",),
    "OGG": (b"OggS",),
    "FLV": (b"FLV\x01",),
    "WMV/WMA": (b"0&\xb2u\x8ef\xcf\x11",),
    "RealMedia": (b".RMF",),
    "MXF": (b"\x06\x0e+4",),
    "IVF": (b"DKIF",),
    "Y4M": (b"YUV4MPEG2",),
    "H.265": (b"\0\0\0\x01\x40", b"\0\0\0\x01\x46"),
    "H.264": (b"\0\0\0\x01", b"\0\0\x01\x09", b"\0\0\x01\x67"),
    "MPEG": (b"\0\0\x01\xba", b"\0\0\x01\xb3"),
    "MPEG-TS": (b"G@",),  # see TS_PACKETS, too
    "DV": (b"\x1f\x07\0",),
    "ICNS": (b"icns",),
    "MP3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "AAC": (b"\xff\xf1", b"\xff\xf9"),
    "FLAC": (b"fLaC",),
    "AMR": (b"#!AMR",),
    "CAF": (b"caff",),
    "AIFF": (b"FORM",),
    "MIDI": (b"MThd",),
    "Word/Excel/PowerPoint": (b"\xd0\xcf\x11\xe0",),
    "EXE": (b"MZ\x90",),
    "text": (b"\xff\xfe", b"\xfe\xff"),
    "playlist": (
        *(b"#EXTM3U", b"ffconcat", b"[playlist]", b"[reference]", b"rtsptext"),
        *(b"v=0\n", b"v=0\r\n", b"<MPD", b"<smil", b"<asx", b"<sami"),
    ),
    "XML/SVG": (b"<?xml",),
    "SVG": (b"<svg",),
    "HTML": (b"<!doc", b"<html"),
}
"""How files that we do not take begin, to call them by their name."""

WRITTEN = frozenset({"EPS", "PDF", "PNM", "Radiance HDR", "XML/SVG", "SVG", "HTML", "playlist"})
"""Those of them that may be words from beginning to end: what else begins alike is no such file."""

PLAYLISTS_IN_XML = (b"<mpd", b"<playlist", b"<smil", b"<smoothstreamingmedia")

TS_PACKETS = ((0, 188), (4, 192))
"""Where the first packet of an MPEG transport stream begins, and how long each is: with a camera's
time in front of each in the second (AVCHD's .mts)."""

PICTURE_BRANDS = frozenset(
    {
        *(b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"avif", b"avis"),
        *(b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"MiHE", b"MiHA", b"MiHB", b"avci", b"avcs"),
        *(b"jpeg", b"jpgs", b"j2ki", b"j2is", b"vvic", b"vvis", b"evbi", b"evbs"),
    }
)
"""How containers with pictures call themselves (MP4 Registration Authority, 2026-11); all others
are taken for video."""

PARTS = (b"styp", b"sidx", b"moof", b"uuid", b"junk", b"udta")
"""How MP4 and MOV files begin, or parts of them as browsers download them."""

GIF_SIDES = struct.Struct("<HH")
RAW = b"ftypcrx "
"""How Canon's raw pictures (CR3) and raw clips (CRM) begin, after four bytes."""


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


def probe(path: Path, *, loops: bool = False) -> Probed:
    """Look at the whole file.

    Args:
        loops: it is shown again and again where it comes from, so that it may be short.

    Raises MediaRefusedError.
    """
    with path.open("rb") as file:
        head = file.read(512)
        is_picture = _is_picture(head, file)
    if not head:
        raise MediaRefusedError(Refusal.EMPTY)
    if head.startswith(b"GIF8"):
        return _probe_gif(path, head)
    if head[4:12] == RAW:
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="Canon raw (CR3)")
    if head[4:8] == b"ftyp" and not is_picture:
        return _probe_video(path, "mov" if head[8:12] == b"qt  " else "mp4", loops=loops)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", *PARTS):
        return _probe_video(path, "mov", loops=loops)
    try:
        return _probe_photo(path)
    except MediaRefusedError as problem:
        if problem.details.get("format") != "?":
            raise
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=name_of(head)) from None


def _is_picture(head: bytes, file: BinaryIO) -> bool:
    """By the brand that it bears, or that of pictures among others if it holds no film."""
    others = head[16 : int.from_bytes(head[:4], "big")]
    brands = {others[place : place + 4] for place in range(0, len(others), 4)}
    return head[8:12] in PICTURE_BRANDS or (b"mif1" in brands and not holds_film(file))


def probe_photos(*paths: Path) -> list[Probed | MediaRefusedError]:
    """Look at the whole of each in a single process: for what Telegram has encoded itself.

    `probe` says more of what is no photo. Raises MediaRefusedError if one is too much for all.
    """
    found = isolated(look_at_photos)(*paths)
    return [
        look if isinstance(look, MediaRefusedError) else _photo(path, look)
        for path, look in zip(paths, found, strict=True)
    ]


def _probe_photo(path: Path) -> Probed:
    return _photo(path, isolated(look_at_photo)(path))


def _photo(path: Path, look: tuple[str, Size, bool]) -> Probed:
    form, sides, hdr = look
    size = path.stat().st_size
    return Probed(MediaKind.PHOTO, form.lower(), SUFFIXES[form], *sides, size, hdr=hdr)


def _probe_gif(path: Path, head: bytes) -> Probed:
    """One that moves becomes a video, one that does not is a photo."""
    sides = GIF_SIDES.unpack(head[6:10].ljust(4, b"\0"))
    try:
        if max(sides) > MAX_VIDEO_SIDE or inspect(path).is_still:
            return _probe_photo(path)
        return _probe_video(path, "gif", loops=True)
    except MediaRefusedError as problem:
        if problem.reason is Refusal.ANIMATED:
            check_sides(*sides)
        if problem.reason in (Refusal.BROKEN_VIDEO, Refusal.TRUNCATED, Refusal.UNKNOWN_FORMAT):
            raise MediaRefusedError(Refusal.BROKEN_GIF) from None
        raise


def _probe_video(path: Path, form: str, *, loops: bool) -> Probed:
    found = inspect(path)
    _check_video(found, loops=loops and found.audio is None)
    return Probed(
        MediaKind.VIDEO,
        form,
        f".{form}",
        found.width,
        found.height,
        path.stat().st_size,
        published_seconds(found),
        found.codec,
        found.audio.codec if found.audio else None,
        found.fps,
        found.hdr,
    )


def _check_video(found: Video, *, loops: bool) -> None:
    if found.needs_dolby:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec="Dolby Vision 5")
    check_sides(found.width, found.height)
    if found.duration < (0.0 if loops else MIN_TAKEN_SECONDS) or not found.duration:
        raise MediaRefusedError(
            Refusal.TOO_SHORT, seconds=f"{found.duration:.1f}", limit=f"{MIN_VIDEO_SECONDS:.0f}"
        )
    if found.duration > MAX_VIDEO_SECONDS + LENGTH_SLACK_SECONDS:
        raise MediaRefusedError(
            Refusal.TOO_LONG, seconds=f"{found.duration:.0f}", limit=f"{MAX_VIDEO_SECONDS:.0f}"
        )


def name_of(head: bytes) -> str:
    """What the first bytes of an unknown file look like; "?" if that is nothing we know."""
    head = head.removeprefix(codecs.BOM_UTF8)
    is_text, start = _is_text(head), head.lstrip().lower()
    if start.startswith(b"<?") and any(one in start for one in PLAYLISTS_IN_XML):
        return "playlist"
    if any(head[at : at + 1] == head[at + length :][:1] == b"G" for at, length in TS_PACKETS):
        return "text" if is_text else "MPEG-TS"
    for name, signatures in SIGNATURES.items():
        if is_text and name not in WRITTEN:
            continue
        if head.startswith(signatures) or start.startswith(tuple(map(bytes.lower, signatures))):
            return name
    return "text" if is_text else "?"


def _is_text(head: bytes) -> bool:
    """Whether this is the beginning of a text in UTF-8; the last letter may be cut off."""
    try:
        words = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in words)
