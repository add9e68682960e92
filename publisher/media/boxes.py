"""What the boxes of an MP4, MOV or HEIF say, where PyAV and libheif do not pass it on.

ISO/IEC 14496-12; the Dolby Vision boxes: "Dolby Vision Streams within the ISO Base Media File
Format", version 2.4.
"""

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

Box = tuple[bytes, int, int]
"""Kind, and where its content begins and ends."""

TO_SAMPLE_TABLE = (b"mdia", b"minf", b"stbl", b"stsd")
LIST_HEADER, ENTRY_HEADER, FULL_HEADER = 8, 78, 4
"""Bytes before the entries of `stsd`, the boxes of an entry for pictures, and those of `meta`."""
PUBLISHED = frozenset({b"avcC", b"pasp", b"btrt"})
"""The boxes that are left in a published entry; and `colr`, where it holds no profile."""
COLOUR_CODES = b"nclx"
DOLBY_VISION = (b"dvcC", b"dvvC", b"dvwC")
PROTECTED = frozenset({b"encv", b"enca", b"drmi", b"drms", b"drmp"})
"""Kinds of entries whose packets are encrypted (14496-12, 8.12; FairPlay)."""

PLACE_TRACKS = frozenset({b"gpmd", b"camm"})
"""GoPro's and Google's."""
PLACE_KEY = b"com.apple.quicktime.location"
"""In what Apple's tracks with notes say that they hold."""


def holds_film(file: BinaryIO) -> bool:
    """Whether it has an index of tracks."""
    file.seek(0, 2)
    return _inside(file, (b"moov",), 0, file.tell()) is not None


def picture_boxes(file: BinaryIO, track: int) -> dict[bytes, bytes]:
    """Kind -> content of the boxes in the first sample entry of a track (counted from 0)."""
    return {kind: _read(file, start, end) for kind, start, end in _in_entry(file, track)}


def entry_kind(file: BinaryIO, track: int) -> bytes:
    """The four letters by which a track (counted from 0) names its codec; none if it lacks them."""
    entry = _entry(file, track)
    return entry[0] if entry else b""


def notes_places(file: BinaryIO, track: int) -> bool:
    """Whether it is a track (counted from 0) in which a camera notes where it goes."""
    entry = _entry(file, track)
    if entry is None:
        return False
    kind, *place = entry
    return kind in PLACE_TRACKS or PLACE_KEY in _read(file, *place)


def scrub(video: Path) -> None:
    """Blank what ffmpeg copies along with pictures: profiles, light levels, what cameras add."""
    with video.open("r+b") as file:
        for kind, start, end in _in_entry(file, 0):
            content = _read(file, start, end)
            if kind not in PUBLISHED and not (kind == b"colr" and content.startswith(COLOUR_CODES)):
                file.seek(start - 4)
                file.write(b"free" + bytes(len(content)))


def picture_seconds(video: Path) -> float:
    """How long the pictures of a video of ours last, by the header of its first track."""
    with video.open("rb") as file:
        file.seek(0, 2)
        header = _inside(file, (b"moov", b"trak", b"mdia", b"mdhd"), 0, file.tell())
        content = _read(file, *header) if header else b""
    wide = content[:1] == b"\1"
    unit, length = struct.unpack_from(">IQ" if wide else ">II", content, 20 if wide else 12)
    return float(length / unit)


def needs_dolby(boxes: dict[bytes, bytes]) -> bool:
    """Whether the pictures are Dolby Vision that no other decoder shows in the right colours."""
    configuration = next((boxes[kind] for kind in DOLBY_VISION if kind in boxes), b"")
    return len(configuration) > 4 and configuration[4] >> 4 == 0  # compatible with nothing


def clean_aperture(boxes: dict[bytes, bytes], width: int, height: int) -> tuple[int, int]:
    """The size that is left of the pictures when what lies outside is cropped, as ffmpeg does."""
    try:
        figures = struct.unpack_from(">IIIIiIiI", boxes.get(b"clap", b""))
        wide, high, right, down = (
            Fraction(value, over) for value, over in zip(figures[::2], figures[1::2], strict=True)
        )
    except (struct.error, ZeroDivisionError):
        return width, height
    return _shown(width, wide, right), _shown(height, high, down)


def item_pieces(file: BinaryIO) -> list[tuple[int, int]]:
    """Where the pieces of a HEIF's items are said to begin and end (`iloc`, 8.11.3)."""
    file.seek(0, 2)
    meta = _inside(file, (b"meta",), 0, file.tell())
    places = meta and _inside(file, (b"iloc",), meta[0] + FULL_HEADER, meta[1])
    return list(_pieces(_read(file, *places))) if places else []


def _pieces(places: bytes) -> Iterator[tuple[int, int]]:
    """Of each piece of each item that lies in the file itself."""
    table = io.BytesIO(places)

    def number(size: int) -> int:
        return int.from_bytes(table.read(size), "big")

    version, _, sizes, more = number(1), number(3), number(1), number(1)
    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        number(wide)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(more >> 4)
        for _ in range(number(2)):
            number(more & 15 if version else 0)
            offset, length = number(sizes >> 4), number(sizes & 15)
            if method == 0:
                yield base + offset, base + offset + length


def _in_entry(file: BinaryIO, track: int) -> list[Box]:
    """The boxes in a track's first sample entry."""
    entry = _entry(file, track)
    return list(_children(file, entry[1] + ENTRY_HEADER, entry[2])) if entry else []


def _entry(file: BinaryIO, track: int) -> Box | None:
    """A track's first sample entry."""
    file.seek(0, 2)
    inside = _inside(file, (b"moov",), 0, file.tell())
    tracks = [box for box in _children(file, *inside) if box[0] == b"trak"] if inside else []
    table = _inside(file, TO_SAMPLE_TABLE, *tracks[track][1:]) if track < len(tracks) else None
    return next(_children(file, table[0] + LIST_HEADER, table[1]), None) if table else None


def _shown(whole: int, aperture: Fraction, offset: Fraction) -> int:
    """Of one side; an aperture that does not lie within the picture counts for nothing."""
    centre, half = Fraction(whole - 1, 2) + offset, (aperture - 1) / 2
    first, last = int(centre - half), int(centre + half)
    return last - first + 1 if 0 <= first <= last < whole else whole


def _inside(
    file: BinaryIO, path: tuple[bytes, ...], start: int, end: int
) -> tuple[int, int] | None:
    """Where the content of the box at the end of this path lies."""
    for wanted in path:
        found = next((box for box in _children(file, start, end) if box[0] == wanted), None)
        if found is None:
            return None
        _, start, end = found
    return start, end


def _children(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", _read(file, start, start + 8))
        header = 8
        if size == 1 and start + 16 <= end:
            (size,), header = struct.unpack(">Q", _read(file, start + 8, start + 16)), 16
        stop = start + size if size else end
        if stop < start + header or stop > end:
            return
        yield kind, start + header, stop
        start = stop


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(end - start)
