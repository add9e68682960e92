"""HEIC and AVIF files with properties that no encoder here writes: cuts, turns, other colours."""

import struct

Box = tuple[bytes, bytes]
"""Name and content."""


def cut(width: int, height: int, right: int = 0, down: int = 0) -> Box:
    """A clean aperture of this size, so many pixels off the middle."""
    return b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 1, down, 1)


def turn(quarters: int) -> Box:
    """Anti-clockwise."""
    return b"irot", bytes([quarters])


def mirror(axis: int) -> Box:
    """0 swaps top and bottom, 1 left and right, as libheif reads it."""
    return b"imir", bytes([axis])


def code_points(primaries: int, transfer: int, matrix: int = 6, *, is_full: bool = True) -> Box:
    """Colours by their numbers in ITU-T H.273."""
    return b"colr", b"nclx" + struct.pack(">HHHB", primaries, transfer, matrix, is_full << 7)


def with_properties(
    content: bytes, *added: Box, without: tuple[bytes, ...] = (), brand: bytes = b""
) -> bytes:
    """The file with these properties of its first picture, in this order, and perhaps another
    first brand.
    """
    boxes = dict(_boxes(content))
    meta = dict(_boxes(boxes[b"meta"][4:]))
    primary = int.from_bytes(meta[b"pitm"][4:6], "big")
    properties = dict(_boxes(meta[b"iprp"]))
    known = _boxes(properties[b"ipco"])
    hidden = {place + 1 for place, (name, _) in enumerate(known) if name in without}
    first = len(known) + 1
    properties[b"ipco"] += b"".join(_box(*one) for one in added)
    properties[b"ipma"] = _associated(
        properties[b"ipma"], primary, hidden, range(first, first + len(added))
    )
    grown = meta | {b"iprp": _joined(properties)}
    shift = len(_joined(grown)) - len(_joined(meta))
    grown[b"iloc"] = _moved(meta[b"iloc"], shift)
    boxes[b"meta"] = boxes[b"meta"][:4] + _joined(grown)
    if brand:
        boxes[b"ftyp"] = brand + boxes[b"ftyp"][4:]
    return _joined(boxes)


def _boxes(content: bytes) -> list[Box]:
    found, place = [], 0
    while place < len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        size = size or len(content) - place
        found.append((name, content[place + 8 : place + size]))
        place += size
    return found


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


def _joined(boxes: dict[bytes, bytes]) -> bytes:
    return b"".join(_box(name, body) for name, body in boxes.items())


def _associated(ipma: bytes, item: int, hidden: set[int], added: range) -> bytes:
    assert ipma[0] == 0 and not ipma[3] & 1, "short ids and indices"
    count, place, out = int.from_bytes(ipma[4:8], "big"), 8, ipma[:8]
    for _ in range(count):
        name, number = struct.unpack_from(">HB", ipma, place)
        known = ipma[place + 3 : place + 3 + number]
        place += 3 + number
        if name == item:
            known = bytes(one for one in known if one & 127 not in hidden)
            known += bytes(0x80 | one for one in added)
        out += struct.pack(">HB", name, len(known)) + known
    return out


def _moved(iloc: bytes, shift: int) -> bytes:
    """Where the items' bytes lie, once what is before them has grown; each is in one piece."""
    version, sizes, base = iloc[0], iloc[4], iloc[5] >> 4
    offset, length, index = sizes >> 4, sizes & 15, iloc[5] & 15 if iloc[0] else 0
    wide = 4 if version == 2 else 2
    place, out = 6 + wide, bytearray(iloc)
    for _ in range(int.from_bytes(iloc[6 : 6 + wide], "big")):
        place += wide
        method = iloc[place + 1] & 15 if version else 0
        place += (2 if version else 0) + 2
        shifted = [(place, base)] if int.from_bytes(iloc[place : place + base], "big") else []
        place += base
        extents = int.from_bytes(iloc[place : place + 2], "big")
        place += 2
        for _ in range(extents):
            place += index
            shifted = shifted or [(place, offset)]
            place += offset + length
        for at, size in shifted if method == 0 else ():
            start = int.from_bytes(iloc[at : at + size], "big") + shift
            out[at : at + size] = start.to_bytes(size, "big")
    return bytes(out)
