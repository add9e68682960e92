"""Real pictures of every awkward kind: four coloured quarters, so that a turn shows at once."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageOps

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


def png_16_bit(width: int, height: int) -> bytes:
    """RGB with 16 bit for each colour, which Pillow cannot write."""
    picture = quarters(width, height)
    rows = []
    for y in range(height):
        row = picture.crop((0, y, width, y + 1)).tobytes()
        rows.append(b"\0" + b"".join(bytes((value, value)) for value in row))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND")


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


def p3_profile() -> bytes:
    """Display P3 as an ICC profile: its primaries, and a plain gamma near that of sRGB."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = (
        b"para\0\0\0\0"
        + struct.pack(">HH", 3, 0)
        + b"".join(map(number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    )
    text = b"Display P3\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {
        b"desc": name,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    place, table, body = 132 + 12 * len(tags), b"", b""
    for kind, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += kind + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + number(0.9642) + number(1.0) + number(0.8249)
    head = head.ljust(128, b"\0") + struct.pack(">I", len(tags))
    whole = head + table + body
    return struct.pack(">I", len(whole)) + whole[4:]
