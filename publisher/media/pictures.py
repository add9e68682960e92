"""Opening strangers' pictures: formats on a list, pixels counted before anything is decoded."""

import mmap
import re
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageChops

from publisher.media import deep, heif, jpeg, png
from publisher.media.colours import needs_depth, of_png, of_profile
from publisher.media.exif import size_after, tells_place, turns
from publisher.media.framing import Size
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import MAX_PIXELS, MIN_SIDE
from publisher.media.undecoded import Picture

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
Image.preinit()  # else Pillow would load its formats in each process that looks at a picture

SMALL = (1, 1)
"""The size in which a picture is decoded that nobody looks at."""

FILLINGS = (b"\0" * 32, b"\x55" * 32)
"""What stands in for a JPEG's missing end: it shows in the picture unless nothing is missing."""
GREYS = range(118, 139)
"""Of what is missing, if there is an end mark all the same."""

PIXELS_A_ZERO = 400
"""A WebP with losses may end with a byte of zeros for so many pixels where its last rows are plain.
One without may with many more."""

IPTC = 0x0404
"""Photoshop's number of it."""
EXTENDED_XMP, EXTENDED_HEADER = b"http://ns.adobe.com/xmp/extension/\0", 75
"""How its segments of a JPEG begin, and the bytes before the words (XMP, part 3, 1.1.3.1)."""

FAULTS = (
    *(OSError, SyntaxError, ValueError, RuntimeError, EOFError, LookupError, TypeError),
    *(struct.error, AttributeError),
)
"""What decoders raise for files that are damaged."""


@contextmanager
def opened(path: Path) -> Iterator[Picture]:
    """The picture, not decoded yet.

    Raises MediaRefusedError, also for what fails in the block, and OSError for a file that is gone.
    """
    with path.open("rb") as file, _understood(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = _opener(file.read(12))(file)
        check_size(*picture.size)
        yield picture


def look(path: Path) -> tuple[str, Size, bool]:
    """All of it is decoded: (Pillow's name for its format, size, whether it is HDR).

    Raises MediaRefusedError, OSError.
    """
    with opened(path) as picture:
        if picture.is_animated:
            raise MediaRefusedError(Refusal.ANIMATED)
        picture.decode(SMALL)  # of which all of it has to be read
    return picture.form, picture.size, picture.is_hdr


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever a decoder complains of is the file's fault. Raises MediaRefusedError."""
    try:
        yield
    except (MediaRefusedError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        told = re.search(r"\d+", str(error))
        raise _too_large(int(told[0]) // 10**6 if told else f"> {MAX_PIXELS // 10**6}") from None
    except heif.UnreadableError as error:
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=str(error)) from None
    except FAULTS:
        raise MediaRefusedError(Refusal.TRUNCATED) from None


def check_size(width: int, height: int) -> None:
    """Raise MediaRefusedError for more pixels than we decode, or too few to show anything."""
    if width * height > MAX_PIXELS:
        raise _too_large(width * height // 10**6)
    if min(width, height) < MIN_SIDE:
        raise MediaRefusedError(Refusal.TOO_SMALL, width=width, height=height, limit=MIN_SIDE)


def _too_large(megapixels: object) -> MediaRefusedError:
    return MediaRefusedError(
        Refusal.TOO_MANY_PIXELS, megapixels=megapixels, limit=MAX_PIXELS // 10**6
    )


def _opener(head: bytes) -> Callable[[BinaryIO], Picture]:
    """By the first bytes. Raises MediaRefusedError."""
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if head.startswith(png.SIGNATURE):
        return _png
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp
    if head.startswith(b"GIF8"):
        return _gif
    if head[4:8] == b"ftyp":
        return heif.read
    raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="?")


def _jpeg(file: BinaryIO) -> Picture:
    end = jpeg.end_of(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    image = Image.open(file, formats=("JPEG",))
    return _as_pillow_tells(image, partial(_decode_jpeg, file, image, end))


def _decode_jpeg(
    file: BinaryIO, image: Image.Image, end: int, wanted: Size | None
) -> list[Image.Image]:
    if wanted:
        image.draft(None, wanted)
    try:
        image.load()
    except OSError:
        return [_filled_up(file, end)]
    last = image.crop((image.width - 1, image.height - 1, *image.size))
    if all(value in GREYS for value in last.tobytes()):
        _filled_up(file, end)
    return [image]


def _filled_up(file: BinaryIO, end: int) -> Image.Image:
    """A JPEG that lacks its end mark and nothing else. Raises OSError if some of it is missing."""
    file.seek(0)
    content, decoded = file.read(end).rstrip(jpeg.END[:1]), []
    for filling in FILLINGS:
        image = Image.open(deep.stream(content, filling, jpeg.END), formats=("JPEG",))
        image.load()
        decoded.append(image)
    if ImageChops.difference(*decoded).getbbox() is not None:
        raise OSError("incomplete")
    return decoded[0]


def _webp(file: BinaryIO) -> Picture:
    image = Image.open(file, formats=("WEBP",))
    blank = bytes(max(1024, image.width * image.height // PIXELS_A_ZERO))
    file.seek(12)
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        start = file.tell()
        if name == b"VP8 " and file.read(size).endswith(blank):
            raise ValueError("the rest is blank")
        file.seek(start + size + size % 2)
    return _as_pillow_tells(image, partial(_decode, image))


def _decode(image: Image.Image, _: Size | None) -> list[Image.Image]:
    image.load()
    return [image]


def _gif(file: BinaryIO) -> Picture:
    image = Image.open(file, formats=("GIF",))
    return _as_pillow_tells(image, partial(_decode_gif, image, image.tile[0].extents))


def _decode_gif(
    image: Image.Image, place: tuple[int, int, int, int] | None, _: Size | None
) -> list[Image.Image]:
    """What the picture does not cover is transparent, as in browsers and where it moves."""
    image.load()
    if place in (None, (0, 0, *image.size)):
        return [image]
    canvas = Image.new("RGBA", image.size)
    canvas.paste(image.crop(place).convert("RGBA"), place)
    return [canvas]


def _as_pillow_tells(
    image: Image.Image, decode: Callable[[Size | None], list[Image.Image]]
) -> Picture:
    """A picture whose metadata Pillow has found."""
    profile, form = image.info.get("icc_profile"), str(image.format)
    exif, xmp = image.info.get("exif") or b"", image.info.get("xmp") or b""
    iptc = image.info.get("photoshop", {}).get(IPTC, b"")
    more = b"".join(  # of XMP that is too long for one segment
        part[EXTENDED_HEADER:]
        for _, part in getattr(image, "applist", [])
        if part.startswith(EXTENDED_XMP)
    )
    steps = turns(exif, xmp)
    return Picture(
        form,
        size_after(steps, image.size),
        decode,
        of_profile(profile) if profile else None,
        steps,
        is_turned=bool(steps),
        is_animated=form != "MPO" and getattr(image, "is_animated", False),
        tells_place=tells_place(exif, xmp + more, iptc),
    )


def _png(file: BinaryIO) -> Picture:
    found = png.read_png(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
    image = Image.open(found.picture, formats=("PNG",))
    if found.kind == png.GREY and found.bits in (2, 4) and "transparency" in image.info:
        # Pillow stretches the greys to 8 bit, but not the one that is transparent.
        image.info["transparency"] *= 255 // (2**found.bits - 1)
    colours, is_deep = of_png(found), found.bits == 16
    needs_all = is_deep and (needs_depth(colours) or "transparency" in image.info)
    steps = turns(found.exif, found.xmp)
    return Picture(
        "PNG",
        size_after(steps, image.size),
        partial(_decode_deep_png, found) if needs_all else partial(_decode_png, found, image),
        colours,
        steps,
        is_turned=bool(steps),
        is_animated=found.frames > 1,
        is_deep=is_deep,
        tells_place=tells_place(found.exif or found.old_exif, found.xmp),
    )


def _decode_png(found: png.Png, image: Image.Image, wanted: Size | None) -> list[Image.Image]:
    """Pillow leaves rows blank that are not there."""
    layers = _decode(image, wanted)
    if found.is_interlaced or not any(image.crop((0, image.height - 1, *image.size)).tobytes()):
        png.check(found)
    return layers


def _decode_deep_png(found: png.Png, _: Size | None) -> list[Image.Image]:
    found.picture.seek(0)
    return deep.decoded(found.picture, "png_pipe")
