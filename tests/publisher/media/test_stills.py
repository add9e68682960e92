"""Stills of real cameras and programs: what viewers show comes out, and nothing else."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from publisher.media.covers import own_cover
from publisher.media.kinds import fitting_types
from publisher.media.notes import Note
from publisher.media.prepare import prepare
from publisher.media.preview import framing_preview, post_preview
from publisher.media.rules import MIN_SIDE
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.heif_files import Box, code_points, cut, mirror, turn, with_properties
from tests.pictures import (
    chunk,
    encoded,
    p3_profile,
    quarters,
)
from tests.publisher.media.accepted import accepted_photo, assert_bare
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    BLUE,
    LIME,
    RED,
    WHITE,
    as_photo,
    assert_close,
    assert_upright,
    post,
    prepared_paths,
)

SECRET = (255, 0, 255)
"""What a person cut away."""


CUTS: list[tuple[list[Box], tuple[int, int], str]] = [
    ([cut(400, 300)], (400, 300), "rgbw"),
    ([cut(400, 300), turn(1)], (300, 400), "gwrb"),
    ([turn(1), cut(300, 400)], (300, 400), "gwrb"),
    ([cut(400, 300), turn(3), mirror(0)], (300, 400), "wgbr"),
    ([mirror(1), turn(2), cut(400, 300)], (400, 300), "bwrg"),
    ([cut(600, 300), cut(400, 300)], (400, 300), "rgbw"),
    ([turn(0), turn(1), cut(150, 200, -75, 100)], (150, 200), "rrrr"),
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
        picture, _, item = as_photo(take, files, with_properties(whole, *properties))
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
    picture, _, _ = as_photo(take, files, buffer.getvalue())
    assert_upright(picture)


XMP = b"XML:com.adobe.xmp\0\1\0\0\0"
BEHIND = b"home, 48.8584 2.2945 " * 1000


Entry = tuple[int, int, int, bytes]
"""Tag, type, count and value."""


def _exif(*entries: Entry, following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return b"Exif\0\0" + head + body + struct.pack("<I", following)


def _with_exif(whole: bytes, exif: bytes) -> bytes:
    return _with_segment(whole, 0xE1, exif)


def _with_segment(whole: bytes, mark: int, body: bytes) -> bytes:
    return whole[:2] + struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body + whole[2:]


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


def _numbered(form: str) -> bytes:
    return with_properties(
        encoded(quarters(600, 750), form), code_points(255, 3, 11), without=(b"colr",)
    )


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
    "HEIC of a brand of videos": lambda: with_properties(
        encoded(quarters(600, 750), "HEIF"), brand=b"mp42"
    ),
    "HEIC, colours by numbers that mean nothing": lambda: _numbered("HEIF"),
    "AVIF, colours by numbers that mean nothing": lambda: _numbered("AVIF"),
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


CITY = b"\x1c\x02\x5a\0\x06Berlin"
PLACES: dict[str, Callable[[], bytes]] = {
    "XMP with letters of its own": lambda: _jpeg(
        xmp=b"<x xmlns:e='http://ns.adobe.com/exif/1.0/' e:GPSLatitude='52,31N'/>"
    ),
    "XMP of a city": lambda: _jpeg(xmp=b"<x photoshop:City='Berlin'/>"),
    "XMP in two segments": lambda: _with_segment(
        _with_segment(_jpeg(), 0xE1, _extended(b"Latitude='52,31N'/>", 16)),
        *(0xE1, _extended(b"<x exif:GPS", 0)),
    ),
    "IPTC": lambda: _with_segment(
        _jpeg(), 0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0b" + CITY + b"\0"
    ),
    "PNG, EXIF as a text": lambda: _with_chunks(
        chunk(b"tEXt", b"Raw profile type exif\0\nexif\n50\n" + _somewhere().hex().encode())
    ),
}


def _extended(words: bytes, place: int) -> bytes:
    """A segment of XMP that goes on behind the first."""
    sizes = struct.pack(">II", 35, place)
    return b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + sizes + words


def _somewhere() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return exif.tobytes()


@pytest.mark.parametrize("make", PLACES.values(), ids=PLACES.keys())
def test_wherever_a_photo_tells_its_place_people_are_told(
    take: Taker, files: MediaFiles, make: Callable[[], bytes]
) -> None:
    _, ready, _ = as_photo(take, files, make())
    assert Note.LOCATION in ready.notes


def test_a_camera_that_knows_no_place_tells_none(take: Taker, files: MediaFiles) -> None:
    """Its EXIF has room for one, with a version and a date in it."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({0: b"\2\3\0\0", 29: "2026:11:27"})
    _, ready, _ = as_photo(take, files, _jpeg(exif=exif.tobytes()))
    assert Note.LOCATION not in ready.notes


@pytest.mark.parametrize(
    ("kind", "value"), [(2, b"6\0\0\0"), (3, bytes(4)), (3, b"\x09\0\0\0"), (8, b"\xff\xff\0\0")]
)
def test_an_orientation_that_is_none_turns_nothing(
    take: Taker, files: MediaFiles, kind: int, value: bytes
) -> None:
    content = _with_exif(_jpeg(), _exif((0x0112, kind, 1, value)))
    picture, ready, _ = as_photo(take, files, content)
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
