"""Photos from any phone become JPEGs that Instagram takes as they are."""

import random
import threading
from pathlib import Path

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from publisher.media.canvas import composed
from publisher.media.framing import Fit, Shape
from publisher.media.notes import Note
from publisher.media.prepare import Ready, prepare
from publisher.media.rules import MIN_SIDE
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.pictures import (
    LYING,
    display_p3,
    encoded,
    from_phone,
    half_transparent,
    png_16_bit,
    quarters,
)
from tests.publisher.media.accepted import accepted_photo
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    RED,
    WHITE,
    assert_close,
    assert_upright,
    cut_out,
    post,
    prepared_paths,
)
from tests.stored import stored_in

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
PHOTO_TYPES = (PostType.PHOTO, PostType.STORY, PostType.CAROUSEL)
SIZES = {
    "portrait": (1080, 1350),
    "landscape": (1600, 900),
    "square": (900, 900),
    "panorama": (2000, 400),
    "tower": (400, 1600),
    "odd": (641, 853),
    "small": (320, 400),
}


def _prepared(
    take: Taker,
    files: MediaFiles,
    content: bytes,
    kind: PostType = PostType.PHOTO,
    **choices: object,
) -> tuple[Image.Image, Ready]:
    item = take(content)
    items = (item, item) if kind is PostType.CAROUSEL else (item,)
    ready = prepare(post(kind, *items, **choices), files)
    return accepted_photo(prepared_paths(ready, files)[0], kind), ready


@pytest.mark.parametrize("kind", PHOTO_TYPES)
@pytest.mark.parametrize("fit", [Fit.CROP, Fit.BLUR])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_a_photo_of_any_shape_is_taken_by_every_type(
    take: Taker, files: MediaFiles, kind: PostType, fit: Fit, size: tuple[int, int]
) -> None:
    picture, _ = _prepared(take, files, encoded(quarters(*size)), kind, fit=fit)
    assert_upright(picture if fit is Fit.CROP else cut_out(picture, *size))


def test_a_line_is_a_photo_too(take: Taker, files: MediaFiles) -> None:
    """It becomes a single row of pixels on its background."""
    picture, _ = _prepared(take, files, encoded(quarters(62_000, MIN_SIDE)), fit=Fit.WHITE)
    assert picture.size == (1440, 754)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_phones_is_read(take: Taker, files: MediaFiles, form: str) -> None:
    picture, ready = _prepared(take, files, encoded(quarters(600, 750), form))
    assert picture.size == (600, 750)
    assert_upright(picture)
    assert (Note.CONVERTED in ready.notes) == (form != "JPEG")


@pytest.mark.parametrize(
    ("form", "orientation"),
    [*(("JPEG", number) for number in LYING), *((form, 6) for form in FORMATS), ("HEIF", 1)],
)
def test_a_photo_is_the_right_way_up_and_tells_nothing_about_its_owner(
    take: Taker, files: MediaFiles, form: str, orientation: int
) -> None:
    picture, ready = _prepared(
        take, files, from_phone(600, 800, orientation=orientation, form=form)
    )
    assert picture.size == (600, 800)
    assert_upright(picture)
    assert Note.LOCATION in ready.notes
    assert (Note.TURNED in ready.notes) == (orientation != 1)


@pytest.mark.parametrize("form", FORMATS)
def test_colours_of_a_wide_screen_are_kept(take: Taker, files: MediaFiles, form: str) -> None:
    picture, ready = _prepared(take, files, display_p3(600, 600, form))
    assert_upright(picture)
    assert Note.COLOURS in ready.notes


def test_a_photo_meant_for_print_is_converted(take: Taker, files: MediaFiles) -> None:
    picture, ready = _prepared(take, files, encoded(quarters(600, 600).convert("CMYK")))
    assert_upright(picture)
    assert Note.COLOURS in ready.notes


def test_sixteen_bit_become_eight(take: Taker, files: MediaFiles) -> None:
    picture, _ = _prepared(take, files, png_16_bit(400, 400))
    assert_upright(picture)


def test_sixteen_bit_grey_keeps_its_brightness(take: Taker, files: MediaFiles) -> None:
    grey = Image.new("I;16", (400, 400), 0x8080)
    picture, ready = _prepared(take, files, encoded(grey, "PNG"))
    assert_close(picture.getpixel((200, 200)), (128, 128, 128))
    assert Note.COLOURS in ready.notes


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_what_was_transparent_is_white(take: Taker, files: MediaFiles, form: str) -> None:
    picture, ready = _prepared(take, files, encoded(half_transparent(400, 400), form))
    assert_close(picture.getpixel((100, 200)), RED)
    assert_close(picture.getpixel((300, 200)), WHITE)
    assert Note.FLATTENED in ready.notes


@pytest.mark.parametrize("form", ["PNG", "HEIF"])
def test_a_screenshot_in_which_nothing_is_transparent_is_not_said_to_be_whitened(
    take: Taker, files: MediaFiles, form: str
) -> None:
    picture, ready = _prepared(take, files, encoded(quarters(400, 400).convert("RGBA"), form))
    assert_upright(picture)
    assert Note.FLATTENED not in ready.notes


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA"])
def test_pictures_with_few_colours_are_read(take: Taker, files: MediaFiles, mode: str) -> None:
    picture, _ = _prepared(take, files, encoded(quarters(400, 400).convert(mode), "PNG"))
    assert_close(picture.getpixel((300, 300)), WHITE)


def test_a_large_photo_is_scaled_to_what_instagram_keeps(take: Taker, files: MediaFiles) -> None:
    picture, _ = _prepared(take, files, encoded(quarters(4032, 3024)))
    assert picture.size == (1440, 1080)


def test_a_small_photo_keeps_its_size_and_the_person_is_told(
    take: Taker, files: MediaFiles
) -> None:
    picture, ready = _prepared(take, files, encoded(quarters(400, 500)))
    assert picture.size == (400, 500)
    assert ready.notes == [Note.SMALL]


def test_a_photo_that_is_fine_is_not_talked_about(take: Taker, files: MediaFiles) -> None:
    _, ready = _prepared(take, files, encoded(quarters(1080, 1350)))
    assert ready.notes == []


@pytest.mark.parametrize(("shift", "colours"), [(-1.0, (RED, RED)), (1.0, ((0, 255, 0),) * 2)])
def test_the_window_of_a_crop_can_be_moved(
    take: Taker, files: MediaFiles, shift: float, colours: tuple[tuple[int, int, int], ...]
) -> None:
    content = encoded(quarters(3000, 600))
    picture, ready = _prepared(take, files, content, PostType.STORY, fit=Fit.CROP, fit_shift=shift)
    assert_close(picture.getpixel((10, 10)), colours[0])
    assert_close(picture.getpixel((picture.width - 10, 10)), colours[1])
    assert Note.FRAMED in ready.notes


@pytest.mark.parametrize(("fit", "colour"), [(Fit.WHITE, (255,) * 3), (Fit.BLACK, (0,) * 3)])
def test_a_border_is_of_the_chosen_colour(
    take: Taker, files: MediaFiles, fit: Fit, colour: tuple[int, int, int]
) -> None:
    content = encoded(Image.new("RGB", (1600, 900), "red"))
    picture, _ = _prepared(take, files, content, PostType.STORY, fit=fit)
    assert picture.size == (1080, 1920)
    assert_close(picture.getpixel((540, 10)), colour)
    assert_close(picture.getpixel((540, 960)), RED)


def test_a_blurred_border_has_the_colours_of_the_picture(take: Taker, files: MediaFiles) -> None:
    content = encoded(Image.new("RGB", (1600, 900), "red"))
    picture, _ = _prepared(take, files, content, PostType.STORY, fit=Fit.BLUR)
    red, green, blue = picture.getpixel((540, 10))  # type: ignore[misc]
    assert 120 < red < 255 and green < 30 and blue < 30


def test_a_carousel_has_one_shape(take: Taker, files: MediaFiles) -> None:
    sizes = [(1080, 1350), (1600, 900), (900, 900), (3000, 500)]
    items = [take(encoded(quarters(*size))) for size in sizes]
    ready = prepare(post(PostType.CAROUSEL, *items, fit=Fit.CROP), files)
    pictures = [accepted_photo(path, PostType.CAROUSEL) for path in prepared_paths(ready, files)]
    assert {round(one.width / one.height, 2) for one in pictures} == {0.8}
    for picture in pictures:
        assert_upright(picture)


def test_even_noise_has_no_more_bytes_than_instagram_takes(take: Taker, files: MediaFiles) -> None:
    noise = Image.frombytes("RGB", (1440, 1920), random.Random(1).randbytes(1440 * 1920 * 3))
    picture, _ = _prepared(take, files, encoded(noise))
    assert picture.size == (1440, 1920)


def test_nothing_is_left_behind_when_an_item_fails(take: Taker, files: MediaFiles) -> None:
    good, gone = take(encoded(quarters(400, 400))), take(encoded(quarters(400, 400)))
    files.remove([gone.original])
    before = _names(files)
    with pytest.raises(OSError, match="No such file"):
        prepare(post(PostType.CAROUSEL, good, gone), files)
    assert _names(files) == before


def _names(files: MediaFiles) -> set[str]:
    folder = files.path("0" * 32 + ".jpg").parent
    return {path.name for path in stored_in(folder)}


def test_a_picture_is_decoded_by_one_thread_before_its_halves_are_scaled(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    Image.new("RGB", (1600, 900), "red").save(path)
    with Image.open(path) as picture:
        assert isinstance(picture, JpegImageFile)
        read, readers = picture.load_read, set()

        def noted(read_bytes: int) -> bytes:
            readers.add(threading.current_thread())
            return read(read_bytes)

        picture.load_read = noted  # type: ignore[method-assign]
        composed(picture, Shape(1.0, (1080, 1080), Fit.CROP, 0.0))
    assert readers == {threading.current_thread()}
