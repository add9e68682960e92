"""The pictures in the chat show what will be, in any language."""

import io

import pytest
from PIL import Image

from publisher.media import drawing, mockup
from publisher.media.framing import Fit
from publisher.media.prepare import prepare
from publisher.media.preview import (
    cover_strip,
    draft_preview,
    framing_preview,
    post_preview,
    thumbnails,
)
from publisher.media.shown import SCREEN, SQUARE, TILE, VARIANTS
from storage.files import MediaFiles
from storage.lifecycle import PostType, PreparationState
from storage.models import Account, Draft, MediaItem
from tests.films import Film, film
from tests.pictures import encoded, from_phone, quarters
from tests.publisher.media.accepted import assert_bare
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import BLUE, LIME, RED, WHITE, Colour, assert_close, post

LONG = "A caption that is so long that it cannot possibly stand in the two lines there are. " * 26
CAPTIONS = ["", "Hello", "Grüße 🎉👩‍👩‍👧 مرحبا بالعالم ‮evil‬ 日本語", "\0\ud800 x", "w" * 2200, LONG]


def _opened(content: bytes) -> Image.Image:
    """As Telegram takes it: a JPEG of a sensible size."""
    picture = Image.open(io.BytesIO(content), formats=["JPEG"])
    picture.load()
    assert 250 <= picture.width <= 2560 and 250 <= picture.height <= 2560
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


@pytest.mark.parametrize("size", [(2048, 16), (16, 2048)], ids=["wide", "tall"])
def test_a_video_that_is_a_mere_line_is_shown_as_well(
    take: Taker, files: MediaFiles, size: tuple[int, int]
) -> None:
    clip = take(film(Film(*size, sound=None)))
    pictures = [
        draft_preview(_draft(PostType.REEL, clip), files),
        framing_preview(post(PostType.VIDEO, clip), files),
        cover_strip(clip, files)[0],
    ]
    for picture in pictures:
        _opened(picture)


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


def test_a_carousel_is_shown_with_all_its_items(take: Taker, files: MediaFiles) -> None:
    photo = take(encoded(quarters(800, 1000)))
    draft = post(PostType.CAROUSEL, *[photo] * 9, take(film(Film(400, 500))), caption=CAPTIONS[2])
    picture = _opened(post_preview(draft, prepare(draft, files), files, "postbote"))
    assert picture.height > picture.width * 1.25 + 200


def test_a_machine_without_a_font_has_pillows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "FONT", "a font that no machine has.ttf")
    drawing.font.cache_clear()
    drawing.has_sign.cache_clear()
    try:
        sheets = [
            mockup.in_feed([Image.new("RGB", (60, 60))], "postbote", caption)
            for caption in ("", CAPTIONS[1], CAPTIONS[2])
        ]
    finally:
        drawing.font.cache_clear()
        drawing.has_sign.cache_clear()
    assert len({sheet.tobytes() for sheet in sheets}) == 3


def test_a_word_is_drawn_as_far_as_the_font_goes() -> None:
    assert drawing.has_sign("A") and not drawing.has_sign(drawing.LACKING)


def _draft(post_type: PostType | None, *media: MediaItem, **choices: object) -> Draft:
    account = Account(name="postbote", destination="instagram")
    answers: dict[str, object] = {"fit_shift": 0.0, "trim_agreed": False, **choices}
    return Draft(post_type=post_type, media=list(media), account=account, **answers)


def _assert_shows(
    picture: Image.Image, colours: tuple[Colour, ...], box: tuple[int, int, int, int]
) -> None:
    """Whether the middles of the box's quarters have these colours."""
    left, top, right, bottom = box
    for number, colour in enumerate(colours):
        x = left + (right - left) * (1 + 2 * (number % 2)) // 4
        y = top + (bottom - top) * (1 + 2 * (number // 2)) // 4
        assert_close(picture.getpixel((x, y)), colour)


SCREEN_BOX, QUARTERS = (0, 0, *SCREEN), (RED, LIME, BLUE, WHITE)


def _feed_box(height: int) -> tuple[int, int, int, int]:
    return (0, mockup.HEADER, mockup.WIDTH, mockup.HEADER + height)


def test_a_draft_is_shown_as_its_type_shapes_it(take: Taker, files: MediaFiles) -> None:
    lying, tall = take(from_phone(1200, 1600, orientation=6)), take(encoded(quarters(540, 1350)))
    for post_type, item, box in [
        (PostType.PHOTO, lying, _feed_box(960)),
        (PostType.PHOTO, tall, _feed_box(960)),
        (PostType.STORY, lying, SCREEN_BOX),
        (None, lying, _feed_box(960)),
        (None, tall, _feed_box(1280)),
    ]:
        picture = _opened(draft_preview(_draft(post_type, item), files))
        margin = 0 if box is SCREEN_BOX else mockup.MARGIN
        assert picture.size == (720, box[3] + margin)
        _assert_shows(picture, QUARTERS, box)


def test_a_draft_is_shown_with_the_framing_that_was_chosen(take: Taker, files: MediaFiles) -> None:
    item = take(encoded(quarters(800, 600)))
    picture = _opened(draft_preview(_draft(PostType.STORY, item, fit="white"), files))
    _assert_shows(picture, QUARTERS, (0, 370, 720, 910))
    assert_close(picture.getpixel((100, 1200)), WHITE)
    moved = _opened(draft_preview(_draft(PostType.STORY, item, fit="crop", fit_shift=-1.0), files))
    _assert_shows(moved, (RED, RED, BLUE, BLUE), SCREEN_BOX)


def test_a_video_is_shown_by_a_frame_with_a_play_sign(take: Taker, files: MediaFiles) -> None:
    clip = take(film(Film(576, 324)))
    for post_type, box in [(PostType.REEL, SCREEN_BOX), (None, _feed_box(405))]:
        picture = _opened(draft_preview(_draft(post_type, clip), files))
        _assert_shows(picture, QUARTERS, box)
        assert_close(picture.getpixel((360, (box[1] + box[3]) // 2)), WHITE)
        shade = (360 - 36, (box[1] + box[3]) // 2)
        assert picture.getpixel(shade) != picture.getpixel((shade[0] - 60, shade[1]))


def test_the_covers_that_were_chosen_are_shown(take: Taker, files: MediaFiles) -> None:
    clip, red = take(film(Film(324, 576))), take(encoded(Image.new("RGB", (800, 600), "red")))
    clip.cover_at = 99.0
    _assert_shows(_opened(draft_preview(_draft(PostType.REEL, clip), files)), QUARTERS, SCREEN_BOX)
    clip.own_cover = red.original
    shown = _opened(draft_preview(_draft(PostType.REEL, clip), files))
    _assert_shows(shown, (RED,) * 4, SCREEN_BOX)


@pytest.mark.parametrize("post_type", [PostType.CAROUSEL, PostType.REEL, None])
def test_several_items_come_with_a_strip(
    take: Taker, files: MediaFiles, post_type: PostType | None
) -> None:
    items = [take(encoded(Image.new("RGB", (600, 600), name))) for name in ("red", "lime", "blue")]
    picture = _opened(draft_preview(_draft(post_type, *items), files))
    first = SCREEN_BOX if post_type is PostType.REEL else _feed_box(720)
    _assert_shows(picture, (RED,) * 4, first)
    for number, colour in enumerate((RED, LIME, BLUE)):
        left = mockup.MARGIN + number * (TILE + 10)
        assert_close(picture.getpixel((left + 70, picture.height - 60)), colour)
    if post_type is PostType.REEL:
        assert_close(picture.getpixel((360, 640)), WHITE, tolerance=30)


def test_what_is_prepared_is_shown_if_the_answers_ask_for_it(
    take: Taker, files: MediaFiles
) -> None:
    item = take(encoded(quarters(800, 800)))
    item.prepared = take(encoded(Image.new("RGB", (800, 800), "blue"))).original
    for state, colours in [(PreparationState.DONE, (BLUE,) * 4), (None, QUARTERS)]:
        draft = _draft(PostType.PHOTO, item, preparation=state)
        _assert_shows(_opened(draft_preview(draft, files)), colours, _feed_box(720))


def test_a_draft_without_its_file_cannot_be_shown(take: Taker, files: MediaFiles) -> None:
    item = take(encoded(quarters(800, 800)))
    files.remove([item.original])
    with pytest.raises(FileNotFoundError):
        draft_preview(_draft(PostType.PHOTO, item), files)


def test_a_page_of_posts_is_shown_small_and_numbered(take: Taker, files: MediaFiles) -> None:
    photo, gone = take(encoded(quarters(900, 600))), take(encoded(quarters(640, 640)))
    clip, prepared = take(film(Film(324, 576))), take(encoded(quarters(300, 900)))
    files.remove([gone.original])
    prepared.prepared = photo.original
    picture = _opened(thumbnails([photo, clip, None, gone, prepared, photo], files))
    step = SQUARE + mockup.GAP
    assert picture.size == (5 * step + mockup.GAP, 2 * step + mockup.GAP)
    grey = (drawing.FAINT,) * 4
    for number, colours in enumerate([QUARTERS, QUARTERS, grey, grey, QUARTERS, QUARTERS]):
        row, column = divmod(number, 5)
        left, top = mockup.GAP + column * step, mockup.GAP + row * step
        _assert_shows(picture, colours, (left, top, left + SQUARE, top + SQUARE))
    named = _opened(thumbnails([photo], files, ["#1204"]))
    assert named.crop((0, 0, 140, 70)).tobytes() != picture.crop((0, 0, 140, 70)).tobytes()
