"""MP4 and MOV files changed box by box, as cameras and editing programs write them."""

import struct
from collections.abc import Sequence
from typing import Any

CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")
Edit = tuple[float, float | None]
"""How many seconds, from which second of the track on; nothing is shown if that is None."""


def edited(content: bytes, *, pictures: Sequence[Edit] = (), sound: Sequence[Edit] = ()) -> bytes:
    """The file with these edit lists; its index has to stand at its end."""
    boxes = _parsed(content)
    movie = _child(boxes, b"moov")
    (unit,) = struct.unpack_from(">I", _child(movie, b"mvhd"), 12)
    for kind, track in movie:
        if kind == b"trak" and isinstance(track, list):
            media = _child(track, b"mdia")
            edits = pictures if _child(media, b"hdlr")[8:12] == b"vide" else sound
            if edits:
                _edit(track, edits, unit)
    return _dumped(boxes)


def with_entry_boxes(content: bytes, *added: tuple[bytes, bytes]) -> bytes:
    """The file with more boxes in the sample entry of its first track, its pictures."""
    boxes = _parsed(content)
    table = boxes
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        table = _child(table, name)
    for number, (kind, body) in enumerate(table):
        if kind == b"stsd" and isinstance(body, bytes):
            entry = body[8:] + b"".join(_box(*one) for one in added)
            table[number] = (kind, body[:8] + struct.pack(">I", len(entry)) + entry[4:])
    return _dumped(boxes)


def with_sound_off(content: bytes) -> bytes:
    """The file with all tracks of sound switched off."""
    boxes = _parsed(content)
    for kind, track in _child(boxes, b"moov"):
        if kind == b"trak" and _child(_child(track, b"mdia"), b"hdlr")[8:12] == b"soun":
            number = next(number for number, box in enumerate(track) if box[0] == b"tkhd")
            header = track[number][1]
            track[number] = (b"tkhd", header[:3] + bytes([header[3] & ~1]) + header[4:])
    return _dumped(boxes)


def with_timecode_for_sound(content: bytes) -> bytes:
    """Let the sound refer to the timecode as the pictures do: cameras write it, ffmpeg does not."""
    boxes = _parsed(content)
    tracks = [body for kind, body in _child(boxes, b"moov") if kind == b"trak"]
    reference = next(box for track in tracks for box in track if box[0] == b"tref")
    tracks[1].append(reference)
    return _dumped(boxes)


def _edit(track: "Boxes", edits: Sequence[Edit], unit: int) -> None:
    """In place of the track's own list, which hides what the encoder puts in front."""
    (clock,) = struct.unpack_from(">I", _child(_child(track, b"mdia"), b"mdhd"), 12)
    (hidden,) = struct.unpack_from(">i", _child(_child(track, b"edts"), b"elst"), 12)
    rows = [
        struct.pack(">IiI", round(length * unit), _place(start, clock, hidden), 0x10000)
        for length, start in edits
    ]
    table = struct.pack(">II", 0, len(rows)) + b"".join(rows)
    number = next(number for number, box in enumerate(track) if box[0] == b"edts")
    track[number] = (b"edts", [(b"elst", table)])


def _place(start: float | None, clock: int, hidden: int) -> int:
    return -1 if start is None else round(start * clock) + hidden


Boxes = list[tuple[bytes, "Boxes | bytes"]]


def _parsed(content: bytes) -> Boxes:
    found: Boxes = []
    place = 0
    while place < len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + size]
        found.append((kind, _parsed(body) if kind in CONTAINERS else body))
        place += size
    return found


def _dumped(boxes: Boxes) -> bytes:
    return b"".join(
        _box(kind, _dumped(body) if isinstance(body, list) else body) for kind, body in boxes
    )


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _child(boxes: Boxes, kind: bytes) -> Any:
    """Boxes or bytes, as the kind has it."""
    return next(body for name, body in boxes if name == kind)
