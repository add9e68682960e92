"""The pictures in the chat show what will be, in any language."""

import io

import pytest
from PIL import Image

from publisher.media import drawing
from publisher.media.framing import Fit
from publisher.media.prepare import prepare
from publisher.media.preview import VARIANTS, cover_strip, framing_preview, post_preview
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.films import Film, film
from tests.pictures import encoded, from_phone, quarters
from tests.publisher.media.accepted import assert_bare
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import BLUE, RED, assert_close, post

LONG = "A caption that is so long that it cannot possibly stand in the two lines there are. " * 26
CAPTIONS = ["", "Hello", "Grüße 🎉👩‍👩‍👧 مرحبا بالعالم ‮evil‬ 日本語", "\0\ud800 x", "w" * 2200, LONG]


def _opened(content: bytes) -> Image.Image:
    """As Telegram takes it: a JPEG of a sensible size."""
    picture = Image.open(io.BytesIO(content), formats=["JPEG"])
    picture.load()
    assert 300 <= picture.width <= 2560 and 300 <= picture.height <= 2560
    assert len(content) < 2_000_000
    assert_bare(content)
    return picture


def test_the_letters_stand_for_all_ways_to_frame() -> None:
    assert list(VARIANTS.values()) == list(Fit)


@pytest.mark.parametrize("kind", [PostType.REEL, PostType.STORY])
def test_all_ways_to_frame_a_video_are_shown(
    take: Taker, files: MediaFiles, kind: PostType
) -> None:
    _opened(framing_preview(post(kind, take(film(Film(576, 324)))), files))


def test_the_crop_is_shown_where_it_lies(take: Taker, files: MediaFiles) -> None:
    item = take(from_phone(2000, 500, orientation=6))
    left, right = (
        _opened(framing_preview(post(PostType.STORY, item, fit_shift=shift), files))
        for shift in (-1.0, 1.0)
    )
    assert left.size == right.size
    assert left.tobytes() != right.tobytes()


def test_a_carousel_shows_the_item_that_does_not_fit(take: Taker, files: MediaFiles) -> None:
    fits, red = take(encoded(quarters(800, 1000))), Image.new("RGB", (1600, 900), "red")
    picture = _opened(framing_preview(post(PostType.CAROUSEL, fits, take(encoded(red))), files))
    assert_close(picture.getpixel((picture.width // 8, picture.height // 2)), RED)


def test_the_strip_has_a_second_for_every_frame(take: Taker, files: MediaFiles) -> None:
    item = take(film(Film()))
    content, seconds = cover_strip(item, files)
    _opened(content)
    assert len(seconds) == 8 and seconds == sorted(seconds)
    assert seconds[0] == 0 and 2.5 < seconds[-1] < 3.1


@pytest.mark.parametrize("caption", CAPTIONS, ids=range(len(CAPTIONS)))
@pytest.mark.parametrize("kind", [PostType.PHOTO, PostType.STORY])
def test_the_post_is_shown_with_any_caption(
    take: Taker, files: MediaFiles, kind: PostType, caption: str
) -> None:
    draft = post(kind, take(encoded(quarters(1080, 1920))), fit=Fit.CROP, caption=caption)
    picture = _opened(post_preview(draft, prepare(draft, files), files, "post.bote_"))
    assert_close(picture.getpixel((40, picture.height // 4)), RED)
    assert_close(picture.getpixel((40, picture.height * 2 // 3)), BLUE)


@pytest.mark.parametrize("font", [drawing.FONT, "a font that no machine has.ttf"])
def test_a_carousel_is_shown_with_all_its_items(
    take: Taker, files: MediaFiles, monkeypatch: pytest.MonkeyPatch, font: str
) -> None:
    monkeypatch.setattr(drawing, "FONT", font)
    drawing.font.cache_clear()
    drawing.has_sign.cache_clear()
    photo = take(encoded(quarters(800, 1000)))
    draft = post(PostType.CAROUSEL, *[photo] * 9, take(film(Film(400, 500))), caption=CAPTIONS[2])
    picture = _opened(post_preview(draft, prepare(draft, files), files, "postbote"))
    assert picture.height > picture.width * 1.25 + 200
    drawing.font.cache_clear()
    drawing.has_sign.cache_clear()


def test_a_word_is_drawn_as_far_as_the_font_goes() -> None:
    assert drawing.has_sign("A") and not drawing.has_sign(drawing.LACKING)
