"""What the boxes of an MP4 or MOV say of a track's pictures, where PyAV does not pass it on.

ISO/IEC 14496-12; the Dolby Vision boxes: "Dolby Vision Streams within the ISO Base Media File
Format", version 2.4.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

Box = tuple[bytes, int, int]
"""Kind, and where its content begins and ends."""

TO_SAMPLE_TABLE = (b"mdia", b"minf", b"stbl", b"stsd")
LIST_HEADER, ENTRY_HEADER = 8, 78
"""Bytes before the entries of `stsd`, and before the boxes of an entry for pictures."""
PUBLISHED = frozenset({b"avcC", b"pasp", b"btrt"})
"""The boxes that are left in a published entry; and `colr`, where it holds no profile."""
COLOUR_CODES = b"nclx"
DOLBY_VISION = (b"dvcC", b"dvvC", b"dvwC")


def picture_boxes(file: BinaryIO, track: int) -> dict[bytes, bytes]:
    """Kind -> content of the boxes in the first sample entry of a track (counted from 0)."""
    return {kind: _read(file, start, end) for kind, start, end in _in_entry(file, track)}


def scrub(video: Path) -> None:
    """Blank what ffmpeg copies along with pictures: profiles, light levels, what cameras add."""
    with video.open("r+b") as file:
        for kind, start, end in _in_entry(file, 0):
            content = _read(file, start, end)
            if kind not in PUBLISHED and not (kind == b"colr" and content.startswith(COLOUR_CODES)):
                file.seek(start - 4)
                file.write(b"free" + bytes(len(content)))


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


def _in_entry(file: BinaryIO, track: int) -> list[Box]:
    """The boxes in a track's first sample entry."""
    file.seek(0, 2)
    inside = _inside(file, (b"moov",), 0, file.tell())
    tracks = [box for box in _children(file, *inside) if box[0] == b"trak"] if inside else []
    table = _inside(file, TO_SAMPLE_TABLE, *tracks[track][1:]) if track < len(tracks) else None
    entry = next(_children(file, table[0] + LIST_HEADER, table[1]), None) if table else None
    return list(_children(file, entry[1] + ENTRY_HEADER, entry[2])) if entry else []


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
