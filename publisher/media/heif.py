"""HEIC, HEIF and AVIF: one structure, which libheif reads, and two decoders.

libheif turns and cuts a HEIC as its file says. The AVIF decoder cuts nothing, so that is done here:
what lies outside of the clean aperture was cut away by a person.
"""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO

import pillow_heif
from PIL import Image
from pillow_heif import options

from publisher.media import deep
from publisher.media.boxes import item_pieces
from publisher.media.colours import Colours, needs_depth, of_profile
from publisher.media.exif import Step, size_after, tells_place
from publisher.media.framing import Size
from publisher.media.rules import MAX_PIXELS
from publisher.media.spaces import space_of
from publisher.media.undecoded import Picture

options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
"""None of them is published."""

AVIF = frozenset({b"avif", b"avis"})
UNREADABLE = {
    b"avci": "HEIF with H.264",
    b"avcs": "HEIF with H.264",
    b"j2ki": "HEIF with JPEG 2000",
    b"j2is": "HEIF with JPEG 2000",
    b"jpeg": "HEIF with JPEG",
    b"vvic": "HEIF with VVC",
    b"vvis": "HEIF with VVC",
    b"evbi": "HEIF with EVC",
    b"hevc": "HEIF sequence",
    b"unif": "HEIF without compression",
    b"mif3": "HEIF mif3",
}
"""Brands of pictures within the structure for which there is no decoder here."""

TURNS = {
    ("irot", 90): Image.Transpose.ROTATE_90,
    ("irot", 180): Image.Transpose.ROTATE_180,
    ("irot", 270): Image.Transpose.ROTATE_270,
    ("imir", 0): Image.Transpose.FLIP_TOP_BOTTOM,
    ("imir", 1): Image.Transpose.FLIP_LEFT_RIGHT,
}
UPRIGHT = ("irot", 0)
"""As libheif calls them."""


BLANK = bytes(1024)
"""What copies that broke off have in place of the rest; no picture ends with so many zeros."""
EXIF_HEAD = re.compile(rb".{4}(Exif\0\0)?(II\*\0|MM\0\*)", re.DOTALL)
"""How an item of EXIF begins, which may be filled up with them."""

EXIF_ITEM = re.compile(rb"(infe[\2\3].{3}(?:.{4}|.{6}))Exif", re.DOTALL)
"""How an item is described (ISO/IEC 14496-12, 8.11.6)."""


NCLX = re.compile(rb"colrnclx(.{6})", re.DOTALL)
"""Code points of colours (ISO/IEC 23008-12, 6.5.5): primaries, transfer, matrix."""
UNSPECIFIED = 2
KNOWN_CODES = (
    frozenset({1, *range(4, 13)}),
    frozenset({1, *range(4, 19)}),
    frozenset({0, 1, *range(4, 10), 12, 14}),
)
"""The code points that the decoders accept, in the order of the box."""
NEARLY = {10: 9, 13: 12}
"""Matrices of constant luminance -> those that are nearly the same."""


class UnreadableError(ValueError):
    """Sound perhaps, but of a kind that cannot be decoded here; the message is its name."""


def read(file: BinaryIO) -> Picture:
    """Read the structure. Raises ValueError, RuntimeError and the like, and UnreadableError."""
    file.seek(0)
    content = NCLX.sub(_known_colours, file.read())
    brands = _brands(content)
    with _named(brands):
        structure = pillow_heif.open_heif(io.BytesIO(content))
        shown = structure[structure.primary_index]
    for start, end in item_pieces(file):  # of what is missing nobody complains
        is_exif = EXIF_HEAD.match(content, start)
        if end > len(content) or (content.endswith(BLANK, start, end) and not is_exif):
            raise ValueError("incomplete")
    steps = _steps(shown)
    told: dict[str, Any] = shown.info
    colours, is_deep = _colours(told, content), told["bit_depth"] > 8
    kept = content if is_deep and needs_depth(colours) else b""
    image = None
    if AVIF.isdisjoint(brands):
        decode = partial(_decode_heic, shown, kept, brands)
    else:
        image = _avif(content)
        decode = partial(_decode_avif, image, kept)
        if size_after(steps, image.size) != shown.size:
            raise ValueError("two decoders disagree")
    return Picture(
        "AVIF" if image else "HEIF",
        shown.size,
        decode,
        colours,
        steps if image else (),
        is_turned=any(isinstance(step, Image.Transpose) for step in steps),
        is_animated=getattr(image, "is_animated", False),
        is_deep=is_deep,
        tells_place=tells_place(told.get("exif") or b"", told.get("xmp") or b""),
    )


def _known_colours(box: re.Match[bytes]) -> bytes:
    """The box without the code points that our decoders do not know."""
    *others, matrix = struct.unpack(">HHH", box[1])
    codes = zip((*others, NEARLY.get(matrix, matrix)), KNOWN_CODES, strict=True)
    told = [code if code in known else UNSPECIFIED for code, known in codes]
    return b"colrnclx" + struct.pack(">HHH", *told)


@contextmanager
def _named(brands: set[bytes]) -> Iterator[None]:
    """Where it fails, call the file by its name if that says why. Raises UnreadableError."""
    try:
        yield
    except (RuntimeError, LookupError, ValueError, EOFError, SyntaxError):
        for brand in brands & UNREADABLE.keys():
            raise UnreadableError(UNREADABLE[brand]) from None
        raise


def _brands(content: bytes) -> set[bytes]:
    """What it says it is: the major brand, and those that it is compatible with."""
    end = min(struct.unpack_from(">I", content)[0], 512)
    return {content[8:12], *(content[place : place + 4] for place in range(16, end, 4))}


def _steps(shown: pillow_heif.HeifImage) -> tuple[Step, ...]:
    """In the order of the file."""
    steps: list[Step] = []
    # Of the package only its own plugin looks at them; nothing else knows where a cut lies.
    for name, *values in shown._c_image.transformations:
        if name == "clap":
            left, top, right, bottom, width, height = values
            if min(left, top, right, bottom) < 0:
                raise ValueError("cut beyond the picture")
            if width * height > MAX_PIXELS:
                raise Image.DecompressionBombError("large, and shown small")
            steps.append((left, top, width - right, height - bottom))
        elif (name, *values) != UPRIGHT:
            steps.append(TURNS[name, values[0]])
    return tuple(steps)


def _colours(info: dict[str, Any], content: bytes) -> Colours:
    """The profile, else the code points beside the picture, else those within its stream.

    In this order, as libavif reads ISO/IEC 23000-22 (MIAF), 7.3.6.4.
    """
    if profile := info.get("icc_profile"):
        return of_profile(profile)
    if named := info.get("nclx_profile"):
        return space_of(named["color_primaries"], named["transfer_characteristics"])
    try:
        return space_of(*deep.code_points(io.BytesIO(content)))
    except ValueError:
        return None


def _decode_heic(
    shown: pillow_heif.HeifImage, content: bytes, brands: set[bytes], _: Size | None
) -> list[Image.Image]:
    """`content` is there if it is to be decoded with all its bits."""
    with _named(brands):
        if content:
            structure = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=False)
            return deep.bands(structure[structure.primary_index])
        data = shown.data
    layout = (shown.mode, shown.stride, 1)
    image = Image.frombuffer(shown.mode, shown.size, data, "raw", *layout)
    return [image.convert("RGBA") if shown.premultiplied_alpha else image]


def _avif(content: bytes) -> Image.Image:
    """Pillow knows it by its first brand only, and fails where it cannot write its EXIF anew."""
    plain = EXIF_ITEM.sub(rb"\1none", content)
    brand = plain[8:12] if plain[8:12] in AVIF else b"avif"
    return Image.open(deep.stream(plain[:8], brand, plain[12:]), formats=("AVIF",))


def _decode_avif(image: Image.Image, content: bytes, _: Size | None) -> list[Image.Image]:
    """`content` is there if it is to be decoded with all its bits.

    A picture made of tiles comes with 8: only its own decoder puts them together.
    """
    if content:
        layers = deep.decoded(io.BytesIO(content), "mov")
        if layers[0].size == image.size:
            alpha = [image.getchannel("A")] if "A" in image.getbands() else []
            return [*layers[:3], *alpha]  # which lies in a picture of its own
    image.load()
    return [image]
