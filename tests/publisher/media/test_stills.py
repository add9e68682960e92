"""Stills of real cameras and programs: what viewers show comes out, and nothing else."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
import pytest
from PIL import Image

from publisher.media.covers import own_cover
from publisher.media.kinds import fitting_types
from publisher.media.notes import Note
from publisher.media.prepare import Ready, prepare
from publisher.media.preview import framing_preview, post_preview
from publisher.media.rules import MIN_SIDE
from storage.files import MediaFiles
from storage.lifecycle import PostType
from storage.models import MediaItem
from tests.heif_files import Box, code_points, cut, mirror, turn, with_properties
from tests.pictures import (
    P3,
    SRGB,
    chunk,
    deep_avif,
    deep_heic,
    encoded,
    icc_profile,
    p3_profile,
    plain,
    png,
    quarters,
)
from tests.publisher.media.accepted import accepted_photo, assert_bare
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    BLUE,
    LIME,
    RED,
    WHITE,
    Colour,
    assert_close,
    assert_upright,
    post,
    prepared_paths,
)

SECRET = (255, 0, 255)
"""What a person cut away."""


def _made(take: Taker, files: MediaFiles, content: bytes) -> tuple[Image.Image, Ready, MediaItem]:
    item = take(content)
    ready = prepare(post(PostType.PHOTO, item), files)
    return accepted_photo(prepared_paths(ready, files)[0], PostType.PHOTO), ready, item


def _middle(picture: Image.Image) -> object:
    return picture.getpixel((picture.width // 2, picture.height // 2))


# What was cut away

CUTS: list[tuple[list[Box], tuple[int, int], str]] = [
    ([cut(400, 300)], (400, 300), "rgbw"),
    ([cut(400, 300), turn(1)], (300, 400), "gwrb"),
    ([turn(1), cut(300, 400)], (300, 400), "gwrb"),
    ([cut(400, 300), turn(3), mirror(0)], (300, 400), "wgbr"),
    ([mirror(1), turn(2), cut(400, 300)], (400, 300), "bwrg"),
    ([cut(600, 300), cut(400, 300)], (400, 300), "rgbw"),
    ([turn(1), cut(150, 200, -75, 100)], (150, 200), "rrrr"),
]
"""Properties, the size that is shown, and the colours of its quarters; the picture's middle half is
red, green, blue and white, all around it is what nobody may see."""

COLOURS = {"r": RED, "g": LIME, "b": BLUE, "w": WHITE}


def _with_margin() -> Image.Image:
    picture = Image.new("RGB", (800, 600), SECRET)
    picture.paste(quarters(400, 300), (200, 150))
    return picture


@pytest.mark.parametrize(
    ("form", "options"),
    [("AVIF", {}), ("HEIF", {"tile_size": 0}), ("HEIF", {"tile_size": 256})],
    ids=["AVIF", "HEIC", "HEIC of tiles"],
)
def test_what_was_cut_away_is_not_published(
    take: Taker, files: MediaFiles, form: str, options: dict[str, int]
) -> None:
    """However the cut is combined with turns, in either order."""
    whole = encoded(_with_margin(), form, **options)
    for properties, size, colours in CUTS:
        picture, _, item = _made(take, files, with_properties(whole, *properties))
        assert (item.width, item.height) == size
        points = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
        for (x, y), colour in zip(points, colours, strict=True):
            place = int(picture.width * x), int(picture.height * y)
            assert_close(picture.getpixel(place), COLOURS[colour])
        red, green, blue = (np.asarray(band, int) for band in picture.split())
        assert (np.minimum(red, blue) - green).max() < 200, "some of what was cut away"


def test_the_picture_that_a_heic_names_first_is_taken(take: Taker, files: MediaFiles) -> None:
    both, buffer = pillow_heif.from_pillow(Image.new("RGB", (500, 500), SECRET)), io.BytesIO()
    both.add_from_pillow(quarters(600, 750))
    both.save(buffer, quality=90, primary_index=1)
    picture, _, _ = _made(take, files, buffer.getvalue())
    assert_upright(picture)


# Colours

HDR_WHITE: Colour = (232, 232, 232)
"""What becomes of 203 nits, in videos too: the highlights need what is above."""
PQ_203, HLG_203 = 594 / 1023, 0.75
P3_RED, AS_SRGB = (200, 50, 50), (218, 24, 40)
"""A red in Display P3, and in sRGB (by the matrices of CSS Color 4)."""


def _cicp(primaries: int, transfer: int, *, is_full: bool = True) -> bytes:
    return chunk(b"cICP", bytes((primaries, transfer, 0, is_full)))


def _iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"name\0\0" + zlib.compress(profile))


def _gama(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def _chrm(*values: float) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values)))


def _flat(colour: Colour, form: str = "JPEG", **options: object) -> bytes:
    return encoded(Image.new("RGB", (400, 400), colour), form, **options)


def _png8(colour: Colour, *chunks: bytes) -> bytes:
    return png(np.full((400, 400, 3), colour, np.uint8), *chunks)


def _numbered(form: str, colour: Colour, primaries: int, transfer: int) -> bytes:
    points = code_points(primaries, transfer)
    return with_properties(_flat(colour, form), points, without=(b"colr",))


def _profiled(profile: bytes, colour: Colour = P3_RED) -> bytes:
    return _flat(colour, subsampling="4:4:4", icc_profile=profile)


HDR_STILLS: dict[str, Callable[[], bytes]] = {
    "PNG, PQ": lambda: png(plain([PQ_203] * 3), _cicp(9, 16)),
    "PNG, HLG": lambda: png(plain([HLG_203] * 3), _cicp(9, 18)),
    "PNG, grey": lambda: png(plain([PQ_203]), _cicp(9, 16)),
    "PNG, 8 bit": lambda: _png8((148,) * 3, _cicp(9, 16)),
    "PNG, opaque": lambda: png(plain([PQ_203] * 3 + [1]), _cicp(9, 16)),
    "PNG, narrow": lambda: png(plain([(16 + 219 * PQ_203) / 255] * 3), _cicp(9, 16, is_full=False)),
    "HEIC, PQ": lambda: deep_heic(plain([PQ_203] * 3), 9, 16),
    "HEIC, HLG": lambda: deep_heic(plain([HLG_203] * 3), 9, 18),
    "HEIC, large": lambda: deep_heic(plain([PQ_203] * 3, (6000, 64)), 9, 16),
    "HEIC, 8 bit": lambda: _numbered("HEIF", (148,) * 3, 9, 16),
    "AVIF, PQ": lambda: deep_avif(594, "smpte2084"),
    "AVIF, HLG": lambda: deep_avif(767, "arib-std-b67", "yuv444p12le"),
    "AVIF, named in its stream": lambda: with_properties(
        deep_avif(594, "smpte2084"), without=(b"colr",)
    ),
    "AVIF, 8 bit": lambda: _numbered("AVIF", (148,) * 3, 9, 16),
    "JPEG": lambda: _profiled(icc_profile("PQ", P3, 2.2, cicp=bytes((9, 16, 0, 1))), (148,) * 3),
}


@pytest.mark.parametrize("make", HDR_STILLS.values(), ids=HDR_STILLS.keys())
def test_hdr_stills_have_the_brightness_of_hdr_videos(
    take: Taker, files: MediaFiles, make: Callable[[], bytes]
) -> None:
    picture, ready, item = _made(take, files, make())
    assert_close(_middle(picture), HDR_WHITE, 2)
    assert Note.HDR in ready.notes and Note.COLOURS not in ready.notes
    assert item.hdr


def test_shadows_and_highlights_of_hdr_are_kept_apart(take: Taker, files: MediaFiles) -> None:
    levels = np.linspace(0, 769 / 1023, 400)  # black to 1000 nits
    ramp = np.round(np.broadcast_to(levels[:, None, None], (400, 400, 3)) * 65535)
    picture, _, _ = _made(take, files, png(ramp.astype(np.uint16), _cicp(9, 16)))
    greys = [picture.getpixel((200, y))[1] for y in range(0, 400, 8)]  # type: ignore[index]
    assert greys == sorted(greys) and greys[0] == 0 and greys[-1] >= 253
    assert len({*greys}) > 40


SDR_STILLS: dict[str, tuple[Callable[[], bytes], Colour]] = {
    "P3 by numbers, PNG": (lambda: _png8(P3_RED, _cicp(12, 13)), AS_SRGB),
    "P3 by numbers, 16 bit": (
        lambda: png(plain([value / 255 for value in P3_RED]), _cicp(12, 13)),
        AS_SRGB,
    ),
    "P3 by numbers, HEIC": (lambda: _numbered("HEIF", P3_RED, 12, 13), AS_SRGB),
    "P3 by numbers, AVIF": (lambda: _numbered("AVIF", P3_RED, 12, 13), AS_SRGB),
    "P3 by chromaticities": (
        lambda: _png8(
            P3_RED, _gama(0.45455), _chrm(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
        ),
        AS_SRGB,
    ),
    "P3 named after sRGB": (
        lambda: _profiled(icc_profile("Display P3 Gamut with sRGB Transfer", P3)),
        AS_SRGB,
    ),
    "sRGB named after P3": (lambda: _profiled(icc_profile("Display P3", SRGB)), P3_RED),
    "linear named sRGB": (lambda: _profiled(icc_profile("sRGB", SRGB, 1.0), (55,) * 3), (128,) * 3),
    "gamma 1.8": (lambda: _profiled(icc_profile("sRGB", SRGB, 1.8), (100,) * 3), (119,) * 3),
    "grey with a profile of colours": (
        lambda: encoded(
            Image.new("L", (400, 400), 55), icc_profile=icc_profile("linear", SRGB, 1.0)
        ),
        (128,) * 3,
    ),
    "linear in 16 bit": (
        lambda: png(plain([0.01] * 3), _iccp(icc_profile("linear", SRGB, 1.0))),
        (25,) * 3,
    ),
    "numbers before a profile": (
        lambda: _png8(P3_RED, _iccp(p3_profile()), _cicp(1, 13)),
        P3_RED,
    ),
    "a profile before gamma": (lambda: _png8(P3_RED, _gama(1), _iccp(p3_profile())), AS_SRGB),
    "gamma": (lambda: _png8((55,) * 3, _gama(1)), (128,) * 3),
    "sRGB before gamma": (lambda: _png8(P3_RED, chunk(b"sRGB", b"\0"), _gama(1)), P3_RED),
    "the gamma of sRGB": (lambda: _png8((20,) * 3, _gama(0.45455)), (20,) * 3),
    "chromaticities of nothing": (lambda: _png8(P3_RED, _chrm(*[0] * 8)), P3_RED),
    "a bomb for a profile": (lambda: _png8(P3_RED, _iccp(bytes(20_000_000))), P3_RED),
}


@pytest.mark.parametrize(("make", "colour"), SDR_STILLS.values(), ids=SDR_STILLS.keys())
def test_colours_are_what_the_content_says_and_not_the_name(
    take: Taker, files: MediaFiles, make: Callable[[], bytes], colour: Colour
) -> None:
    picture, ready, _ = _made(take, files, make())
    assert_close(_middle(picture), colour, 3)
    unchanged = colour in (P3_RED, (20, 20, 20))
    assert (Note.COLOURS in ready.notes) != unchanged and Note.HDR not in ready.notes


TRANSPARENT = [
    (lambda: plain([0.5]), 16, (9,), 128),
    (lambda: plain([0.0]), 16, (0,), 255),
    (lambda: plain([0.002] * 3), 16, (0, 0, 0), 1),
    (lambda: plain([0.0] * 3), 16, (0, 0, 0), 255),
    (lambda: np.full((400, 400), 7, np.uint8), 4, (7,), 255),
    (lambda: np.full((400, 400), 7, np.uint8), 4, (15,), 119),
    (lambda: np.full((400, 400), 1, np.uint8), 2, (1,), 255),
]


@pytest.mark.parametrize(("pixels", "bits", "value", "grey"), TRANSPARENT)
def test_only_the_value_that_is_transparent_becomes_white(
    take: Taker,
    files: MediaFiles,
    pixels: Callable[[], npt.NDArray[Any]],
    bits: int,
    value: tuple[int, ...],
    grey: int,
) -> None:
    named = chunk(b"tRNS", struct.pack(f">{len(value)}H", *value))
    picture, ready, _ = _made(take, files, png(pixels(), named, bits=bits))
    assert_close(_middle(picture), (grey,) * 3, 1)
    assert Note.FLATTENED in ready.notes


# Sound, although odd

XMP = b"XML:com.adobe.xmp\0\1\0\0\0"
BEHIND = b"home, 48.8584 2.2945 " * 1000


Entry = tuple[int, int, int, bytes]
"""Tag, type, count and value."""


def _exif(*entries: Entry, following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return b"Exif\0\0" + head + body + struct.pack("<I", following)


def _with_exif(whole: bytes, exif: bytes) -> bytes:
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + whole[2:]


def _on_its_side(*entries: Entry, following: int = 0) -> bytes:
    whole = encoded(quarters(600, 750).transpose(Image.Transpose.ROTATE_90))
    return _with_exif(whole, _exif(*entries, (0x0112, 3, 1, b"\6\0\0\0"), following=following))


def _with_chunks(*chunks: bytes) -> bytes:
    whole = encoded(quarters(600, 750), "PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


def _turned_avif() -> bytes:
    """Its EXIF cannot be written anew, which Pillow tries for a turned one."""
    exif = _exif((0x011A, 2, 4, b"abc\0"))
    lying = quarters(600, 750).transpose(Image.Transpose.ROTATE_270)
    return with_properties(encoded(lying, "AVIF", exif=exif), turn(1))


def _jpeg(**options: object) -> bytes:
    return encoded(quarters(600, 750), "JPEG", **options)


def _mpo() -> bytes:
    """With a second picture behind the first, as phones store depth, brightness and retouching."""
    return encoded(quarters(600, 750), "MPO", save_all=True, append_images=[quarters(80, 100)])


def _png() -> bytes:
    return encoded(quarters(600, 750), "PNG")


ODD: dict[str, Callable[[], bytes]] = {
    "EXIF, text for numbers": lambda: _on_its_side(
        (0x011A, 2, 4, b"abc\0"), (0x0128, 2, 4, b"abc\0")
    ),
    "EXIF, no such type": lambda: _on_its_side((0x010F, 99, 5, b"\3\0\0\0")),
    "EXIF, too long": lambda: _on_its_side((0x010F, 2, 0xFFFFFFFF, b"\3\0\0\0")),
    "EXIF, out of reach": lambda: _on_its_side((0x8769, 4, 1, b"\xf0\xff\xff\0")),
    "EXIF, a place of text": lambda: _on_its_side((0x8825, 2, 4, b"abc\0")),
    "EXIF, a loop": lambda: _on_its_side(following=8),
    "JPEG without its end": lambda: _jpeg()[:-2],
    "JPEG with half of its end": lambda: _jpeg()[:-1],
    "progressive JPEG without its end": lambda: _jpeg(progressive=True)[:-2],
    "JPEG and something behind": lambda: _jpeg() + BEHIND,
    "JPEG of two pictures": _mpo,
    "PNG, long text": lambda: _with_chunks(
        chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(20_000_000)))
    ),
    "PNG, much text": lambda: _with_chunks(chunk(b"tEXt", b"k\0" + b"v" * 70_000) * 1000),
    "PNG, long XMP": lambda: _with_chunks(chunk(b"iTXt", XMP + zlib.compress(bytes(20_000_000)))),
    "PNG, a wrong checksum": lambda: _with_chunks(chunk(b"pHYs", bytes(9))[:-4] + b"oops"),
    "PNG, a wrong checksum of the picture": lambda: _png()[:-16] + b"oops" + _png()[-12:],
    "PNG without its end": lambda: _png()[:-12],
    "PNG and something behind": lambda: _png() + BEHIND,
    "HEIC of another brand": lambda: with_properties(
        encoded(quarters(600, 750), "HEIF"), brand=b"heix"
    ),
    "AVIF, odd EXIF": _turned_avif,
    "the least landscape": lambda: encoded(quarters(320, 168)),
    "a low landscape": lambda: encoded(quarters(400, 300)),
    "a narrow portrait": lambda: encoded(quarters(200, 250)),
    "the least": lambda: encoded(quarters(MIN_SIDE, MIN_SIDE)),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD.keys())
def test_what_every_viewer_shows_is_taken_by_every_type_that_is_offered(
    take: Taker, files: MediaFiles, make: Callable[[], bytes]
) -> None:
    item = take(make())
    for kind in set(fitting_types([item])) - {PostType.STORY}:
        ready = prepare(post(kind, item), files)
        assert_upright(accepted_photo(prepared_paths(ready, files)[0], kind))
    story = prepare(post(PostType.STORY, item), files)
    accepted_photo(prepared_paths(story, files)[0], PostType.STORY)


@pytest.mark.parametrize(
    ("kind", "value"), [(2, b"6\0\0\0"), (3, bytes(4)), (3, b"\x09\0\0\0"), (8, b"\xff\xff\0\0")]
)
def test_an_orientation_that_is_none_turns_nothing(
    take: Taker, files: MediaFiles, kind: int, value: bytes
) -> None:
    content = _with_exif(_jpeg(), _exif((0x0112, kind, 1, value)))
    picture, ready, _ = _made(take, files, content)
    assert_upright(picture)
    assert Note.TURNED not in ready.notes


def test_nothing_of_what_a_photo_says_is_in_any_picture_made_of_it(
    take: Taker, files: MediaFiles
) -> None:
    thumbnail = encoded(Image.new("RGB", (160, 120), SECRET))
    exif = Image.Exif()
    exif[0x010E] = "home"
    whole = _jpeg(
        comment=BEHIND,
        xmp=b"<x/>",
        icc_profile=p3_profile(),
        dpi=(300, 300),
        exif=exif.tobytes() + thumbnail,
    )
    whole = whole[:2] + b"\xff\xed\0\x10Photoshop 3.0\0" + whole[2:] + BEHIND
    item = take(whole)
    draft = post(PostType.STORY, item)
    ready = prepare(draft, files)
    accepted_photo(prepared_paths(ready, files)[0], PostType.STORY)
    own_cover(files.path(item.original), 400, 700, cover := files.path("0" * 32 + ".jpg"))
    for content in (
        framing_preview(draft, files),
        post_preview(draft, ready, files, "postbote"),
        cover.read_bytes(),
    ):
        assert_bare(content)
