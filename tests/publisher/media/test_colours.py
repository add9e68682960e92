"""Colours of stills come out as every viewer shows them, however the file tells what they are."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from publisher.media.notes import Note
from storage.files import MediaFiles
from tests.heif_files import code_points, with_properties
from tests.pictures import (
    P3,
    SRGB,
    chunk,
    deep_avif,
    deep_avif_on_nothing,
    deep_heic,
    encoded,
    icc_profile,
    p3_profile,
    plain,
    png,
)
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    Colour,
    as_photo,
    assert_close,
)


def _middle(picture: Image.Image) -> object:
    return picture.getpixel((picture.width // 2, picture.height // 2))


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
    picture, ready, item = as_photo(take, files, make())
    assert_close(_middle(picture), HDR_WHITE, 2)
    assert Note.HDR in ready.notes and Note.COLOURS not in ready.notes
    assert item.hdr


def test_shadows_and_highlights_of_hdr_are_kept_apart(take: Taker, files: MediaFiles) -> None:
    levels = np.linspace(0, 769 / 1023, 400)  # black to 1000 nits
    ramp = np.round(np.broadcast_to(levels[:, None, None], (400, 400, 3)) * 65535)
    picture, _, _ = as_photo(take, files, png(ramp.astype(np.uint16), _cicp(9, 16)))
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
    "a profile in 16 bit, of which a value is transparent": (
        lambda: png(
            plain([value / 255 for value in P3_RED]),
            _iccp(p3_profile()),
            chunk(b"tRNS", struct.pack(">3H", 1, 2, 3)),
        ),
        AS_SRGB,
    ),
    "a bomb for a profile": (lambda: _png8(P3_RED, _iccp(bytes(20_000_000))), P3_RED),
}


@pytest.mark.parametrize(("make", "colour"), SDR_STILLS.values(), ids=SDR_STILLS.keys())
def test_colours_are_what_the_content_says_and_not_the_name(
    take: Taker, files: MediaFiles, make: Callable[[], bytes], colour: Colour
) -> None:
    picture, ready, _ = as_photo(take, files, make())
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
    picture, ready, _ = as_photo(take, files, png(pixels(), named, bits=bits))
    assert_close(_middle(picture), (grey,) * 3, 1)
    assert (Note.FLATTENED in ready.notes) == (grey == 255)


def test_what_is_transparent_in_a_deep_avif_becomes_white(take: Taker, files: MediaFiles) -> None:
    picture, ready, _ = as_photo(take, files, deep_avif_on_nothing())
    assert_close(picture.getpixel((100, 200)), (255, 0, 0))
    assert_close(picture.getpixel((300, 200)), (255, 255, 255))
    assert {Note.FLATTENED, Note.COLOURS} <= {*ready.notes}
