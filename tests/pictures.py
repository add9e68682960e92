"""Real pictures of every awkward kind: four coloured quarters, so that a turn shows at once."""

import io
import struct
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image, ImageOps

from tests.films import run
from tests.made import made_once

QUARTERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
"""Top left, top right, bottom left, bottom right, as displayed."""

P3_QUARTERS = ((234, 51, 35), (117, 251, 76), (0, 0, 245), (255, 255, 255))
"""The same colours in Display P3, as Apple's ColorSync converts them."""

LYING = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientation -> how a picture that is shown upright lies in its file."""

pillow_heif.register_heif_opener()


def quarters(
    width: int, height: int, colours: tuple[tuple[int, int, int], ...] = QUARTERS
) -> Image.Image:
    """The picture itself."""
    picture = Image.new("RGB", (width, height))
    x, y = width // 2, height // 2
    boxes = ((0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height))
    for box, colour in zip(boxes, colours, strict=True):
        picture.paste(colour, box)
    return picture


def encoded(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """As a file of this format."""
    buffer = io.BytesIO()
    if form in ("JPEG", "WEBP", "AVIF", "HEIF"):
        options = {"quality": 95, **options}
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def from_phone(width: int, height: int, *, orientation: int = 1, form: str = "JPEG") -> bytes:
    """With EXIF: which way up, which phone, and where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Fruit"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    picture = quarters(width, height)
    turn = LYING[orientation]
    lying = picture.transpose(turn) if turn is not None else picture
    return encoded(lying, form, exif=exif.tobytes())


def display_p3(width: int, height: int, form: str = "JPEG") -> bytes:
    """In the colours of a phone's screen, with the profile that says so."""
    return encoded(quarters(width, height, P3_QUARTERS), form, icc_profile=p3_profile())


def png_16_bit(width: int, height: int, *chunks: bytes) -> bytes:
    """RGB with 16 bit for each colour, which Pillow cannot write."""
    return png(np.asarray(quarters(width, height), np.uint16) * 257, *chunks)


def png(pixels: npt.NDArray[Any], *chunks: bytes, bits: int | None = None) -> bytes:
    """A PNG of rows, columns and colours, with chunks before its picture.

    `bits` may be less than the array has: 2 and 4 for grey.
    """
    rows = np.atleast_3d(pixels)
    height, width, colours = rows.shape
    depth = bits or rows.dtype.itemsize * 8
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[colours]
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    if depth < 8:
        spread = [
            rows[:, place :: 8 // depth, 0] << 8 - depth * (place + 1)
            for place in range(8 // depth)
        ]
        rows = sum(spread[1:], spread[0])
    lines = rows.astype(rows.dtype.newbyteorder(">")).reshape(height, -1)
    body = zlib.compress(b"".join(b"\0" + line.tobytes() for line in lines), 1)
    whole = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", body), chunk(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(whole)


def plain(colour: Sequence[float], size: tuple[int, int] = (400, 400)) -> npt.NDArray[np.uint16]:
    """One colour in 16 bit, given from 0 to 1."""
    values = np.round(np.asarray(colour) * 65535).astype(np.uint16)
    return np.broadcast_to(values, (size[1], size[0], len(colour)))


def deep_heic(pixels: npt.NDArray[np.uint16], primaries: int, transfer: int) -> bytes:
    """A HEIC with 10 bit for each colour, as cameras make them (HIF)."""
    height, width, _ = pixels.shape
    picture = pillow_heif.from_bytes("RGB;16", (width, height), pixels.tobytes())
    numbers = {"color_primaries": primaries, "transfer_characteristics": transfer}
    buffer = io.BytesIO()
    picture.save(buffer, quality=95, matrix_coefficients=9, full_range_flag=1, **numbers)
    return buffer.getvalue()


@made_once
def deep_avif(grey: int, transfer: str, pixels: str = "yuv420p10le") -> bytes:
    """An AVIF of one grey (of 1023) in BT.2020, as exports of Lightroom are."""
    luma = 64 + round(grey * 876 / 1023)
    says = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    source = f"color=black:s=400x400:d=1,format=yuv420p10le,geq={luma}:512:512"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still.avif"
        still = ("-still-picture", "1", "-cpu-used", "8", "-crf", "10", "-frames:v", "1")
        filters = f"{source},format={pixels},{says}"
        run("-f", "lavfi", "-i", filters, "-c:v", "libaom-av1", *still, str(path))
        return path.read_bytes()


@made_once
def deep_avif_on_nothing() -> bytes:
    """One of 10 bit in Display P3, red on the left and transparent on the right."""
    says = "setparams=color_primaries=smpte432:color_trc=iec61966-2-1:colorspace=bt709:range=tv"
    colour = f"color=red:s=400x400:d=1,format=gbrp,scale=out_color_matrix=bt709,{says}"
    opacity = "color=white:s=400x400:d=1,drawbox=x=200:c=black:t=fill,scale=out_range=pc"
    graphs = (f"{colour},format=yuv420p10le", f"{opacity},format=gray10le,setparams=range=pc")
    inputs = [word for graph in graphs for word in ("-f", "lavfi", "-i", graph)]
    still = ("-still-picture", "1", "-cpu-used", "8", "-crf", "10", "-frames:v", "1")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still.avif"
        run(*inputs, "-map", "0", "-map", "1", "-c:v", "libaom-av1", *still, str(path))
        return path.read_bytes()


def png_claiming(width: int, height: int) -> bytes:
    """A small file that says it is a huge picture: rows of nothing compress well."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND")


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """One piece of a PNG."""
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def half_transparent(width: int, height: int) -> Image.Image:
    """Red on the left, nothing on the right."""
    picture = Image.new("RGBA", (width, height), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (width // 2, 0, width, height))
    return picture


def negative(picture: Image.Image) -> Image.Image:
    """All colours reversed."""
    return ImageOps.invert(picture)


P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
"""Primaries as profiles have them, adapted to D50."""


def p3_profile() -> bytes:
    """Display P3 as an ICC profile: its primaries, and the curve of sRGB."""
    return icc_profile("Display P3", P3)


def icc_profile(
    name: str,
    primaries: Sequence[Sequence[float]],
    gamma: float | None = None,
    *,
    cicp: bytes = b"",
) -> bytes:
    """A profile of three primaries and one curve: a plain power, or that of sRGB."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: Sequence[float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0)
    curve += b"".join(map(number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    if gamma is not None:
        curve = b"para\0\0\0\0\0\0\0\0" + number(gamma)
    text = name.encode() + b"\0"
    white = (0.9642, 1.0, 0.8249)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(white),
        **{tag: xyz(one) for tag, one in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
        **({b"cicp": b"cicp\0\0\0\0" + cicp} if cicp else {}),
    }
    place, table, body = 132 + 12 * len(tags), b"", b""
    for kind, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += kind + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + b"".join(map(number, white))
    head = head.ljust(128, b"\0") + struct.pack(">I", len(tags))
    whole = head + table + body
    return struct.pack(">I", len(whole)) + whole[4:]
