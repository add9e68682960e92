"""A PNG's chunks: those that make its picture are handed on, what else it carries is passed over.

Text, profiles and the like may be of any size (image generators store whole workflows) and stay
packed, so that they cost nothing. As libpng does, what is not needed for the picture is disregarded
where its checksum is wrong.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.media.refused import MediaRefusedError, Refusal

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PICTURE = frozenset({b"PLTE", b"tRNS", b"IDAT"})
COLOURS = frozenset({b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"})
APPLES = b"CgBI"
"""The first chunk of the PNGs in iPhone apps, which nothing else can show."""
XMP = b"XML:com.adobe.xmp"

OLD_EXIF = (b"Raw profile type exif\0", b"Raw profile type APP1\0")

MAX_UNPACKED_BYTES = 16 * 1024**2
"""Bytes of a profile or of XMP that are looked at; the largest profiles of printers have four."""

GREY, PALETTE = 0, 3
VALUES = {GREY: 1, 2: 3, PALETTE: 1, 4: 2, 6: 4}
"""Colour types of IHDR, and how many values a pixel has."""
WHOLE = ((0, 0, 1, 1),)
PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""Of an interlaced picture: where each begins, and at what distances its pixels lie."""


@dataclass
class Png:
    """What a file holds of use; the chunks' contents by their names."""

    picture: io.BytesIO
    """A PNG with nothing but the picture."""
    bits: int
    kind: int
    """Bits for each colour, and the colour type."""
    octets: int
    """Of all rows, unpacked."""
    is_interlaced: bool
    colours: dict[bytes, bytes] = field(default_factory=dict)
    exif: bytes = b""
    old_exif: bytes = b""
    """As a text, from before there was a chunk for it: viewers turn nothing by it."""
    xmp: bytes = b""
    frames: int = 1


def read_png(content: memoryview) -> Png:
    """Sort the chunks. Raises SyntaxError if it is no PNG or its picture is damaged, and
    MediaRefusedError for Apple's variant."""
    chunks = _chunks(content)
    name, header, is_whole = next(chunks, (b"", content[:0], False))
    if name == APPLES:
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="CgBI")
    if name != b"IHDR" or len(header) != 13 or not is_whole:
        raise SyntaxError("no header")
    width, height, bits, kind, laced = struct.unpack_from(">IIBBxxB", header)
    octets = _octets(width, height, bits * VALUES[kind], PASSES if laced else WHOLE)
    png = Png(io.BytesIO(), bits, kind, octets, is_interlaced=bool(laced))
    png.picture.write(SIGNATURE)
    _write(png.picture, name, header)
    doubtful = _sort(chunks, png)
    _write(png.picture, b"IEND", b"")
    if doubtful:
        check(png)
    png.picture.seek(0)
    return png


def _chunks(content: memoryview) -> Iterator[tuple[bytes, memoryview, bool]]:
    """Name, content, and whether the checksum is right; the last may be cut off."""
    place = len(SIGNATURE)
    while place + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        place += 8 + length
        yield name, body, content[place : place + 4] == struct.pack(">I", _checksum(name, body))
        place += 4


def _sort(chunks: Iterator[tuple[bytes, memoryview, bool]], png: Png) -> bool:
    """Hand on or keep what is of use. True if some of the picture has a wrong checksum."""
    doubtful = has_begun = has_palette = False
    for name, body, is_whole in chunks:
        if name == b"IEND" or not name.isalpha():
            break
        if name == b"PLTE" and not is_whole:
            raise SyntaxError("damaged palette")
        has_palette |= name == b"PLTE" and len(body) > 0
        if name == b"IDAT":
            if png.kind == PALETTE and not has_palette:
                raise SyntaxError("no palette")
            doubtful |= not is_whole
            has_begun = True
        elif not is_whole:
            continue
        if name in PICTURE:
            _write(png.picture, name, body)
        elif name in COLOURS and not has_begun:
            png.colours.setdefault(name, bytes(body))
        elif name == b"acTL" and not has_begun and len(body) == 8:
            png.frames = max(struct.unpack_from(">I", body)[0], 1)
        elif name == b"eXIf":
            png.exif = bytes(body)
        elif name in (b"tEXt", b"zTXt") and bytes(body[: len(OLD_EXIF[0])]) in OLD_EXIF:
            png.old_exif = _from_text(name, bytes(body[len(OLD_EXIF[0]) :]))
        elif name == b"iTXt" and bytes(body[: len(XMP) + 1]) == XMP + b"\0":
            png.xmp = _international(bytes(body[len(XMP) + 1 :]))
    return doubtful


def icc_profile(chunk: bytes) -> bytes | None:
    """The profile in an iCCP chunk; None if it is none, or larger than any."""
    return unpacked(chunk.partition(b"\0")[2][1:])


def unpacked(packed: bytes) -> bytes | None:
    """Decompressed; None if it cannot be, or is larger than anything of use."""
    squeeze = zlib.decompressobj()
    try:
        content = squeeze.decompress(packed, MAX_UNPACKED_BYTES)
    except zlib.error:
        return None
    return None if squeeze.unconsumed_tail else content


def _from_text(name: bytes, body: bytes) -> bytes:
    """What stands there in hexadecimal behind a name and a length, as ImageMagick writes it."""
    text = unpacked(body[1:]) if name == b"zTXt" else body
    try:
        return bytes.fromhex("".join((text or b"").decode("ascii").split()[2:]))
    except ValueError:
        return b""


def _international(body: bytes) -> bytes:
    is_packed = body[:1] == b"\1"
    text = body[2:].split(b"\0", 2)[-1]
    return (unpacked(text) or b"") if is_packed else text[:MAX_UNPACKED_BYTES]


def _write(target: io.BytesIO, name: bytes, body: memoryview | bytes) -> None:
    target.write(struct.pack(">I4s", len(body), name))
    target.write(body)
    target.write(struct.pack(">I", _checksum(name, body)))


def _checksum(name: bytes, body: memoryview | bytes) -> int:
    return zlib.crc32(body, zlib.crc32(name))


def _octets(
    width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]
) -> int:
    """Of all rows, each of which begins with one that names its filter."""
    total = 0
    for left, top, across, down in passes:
        columns, rows = len(range(left, width, across)), len(range(top, height, down))
        total += rows * (1 + (columns * bits + 7) // 8) if columns else 0
    return total


def check(png: Png) -> None:
    """For where there is a doubt: whether all rows are there, and unpack as they should.

    The packed picture has a checksum of its own. Raises SyntaxError.
    """
    squeeze, octets = zlib.decompressobj(), 0
    try:
        for name, body, _ in _chunks(png.picture.getbuffer()):
            packed = bytes(body) if name == b"IDAT" else b""
            while packed and not squeeze.eof:
                octets += len(squeeze.decompress(packed, MAX_UNPACKED_BYTES))
                packed = squeeze.unconsumed_tail
        octets += len(squeeze.flush())
    except zlib.error as error:
        raise SyntaxError("damaged picture") from error
    if octets < png.octets:
        raise SyntaxError("incomplete picture")
