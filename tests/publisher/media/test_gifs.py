"""What moves in circles: GIF files, and the silent clips that Telegram makes of them."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from publisher.media.framing import Fit
from publisher.media.notes import Note
from publisher.media.prepare import prepare
from publisher.media.probe import probe
from publisher.media.refused import MediaRefusedError, Refusal
from storage.files import MediaFiles
from storage.lifecycle import MediaKind, PostType
from tests.films import Film, film
from tests.pictures import encoded, quarters
from tests.publisher.media.accepted import accepted_photo, accepted_video, duration, frame
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    LIME,
    WHITE,
    assert_close,
    assert_upright,
    cut_out,
    post,
    prepared_paths,
)


def gif(*frames: Image.Image, milliseconds: int) -> bytes:
    """One that shows each of these for so long."""
    first, *others = frames
    return encoded(first, "GIF", save_all=True, append_images=others, duration=milliseconds)


@pytest.mark.parametrize(("milliseconds", "lasts"), [(1000, 4.0), (300, 3.6)])
def test_a_gif_becomes_a_video_and_is_repeated_if_it_is_short(
    take: Taker, files: MediaFiles, milliseconds: int, lasts: float
) -> None:
    """Two pictures, upright and upside down, twice."""
    upright = quarters(360, 361)
    item = take(gif(*(upright, upright.rotate(180)) * 2, milliseconds=milliseconds))
    assert (item.kind, item.format) == (MediaKind.VIDEO, "gif")
    assert item.duration == pytest.approx(lasts, abs=0.05)
    ready = prepare(post(PostType.REEL, item, fit=Fit.BLACK), files)
    path = prepared_paths(ready, files)[0]
    accepted_video(path, PostType.REEL)
    assert duration(path) == pytest.approx(lasts, abs=0.1)
    assert (Note.LENGTHENED in ready.notes) == (lasts == 3.6)
    beginning = 0.1 if lasts == 4.0 else 2.5
    assert_upright(cut_out(frame(path, beginning), 360, 361))


def test_what_is_transparent_in_a_gif_becomes_white(take: Taker, files: MediaFiles) -> None:
    pictures = []
    for place in (40, 60):
        picture = Image.new("RGBA", (360, 360), (0, 0, 0, 0))
        picture.paste((0, 255, 0, 255), (place, 40, 300, 300))
        pictures.append(picture)
    item = take(gif(*pictures, milliseconds=2000))
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    seen = accepted_video(path, PostType.VIDEO)
    assert_close(seen.getpixel((10, 10)), WHITE)
    assert_close(seen.getpixel((180, 180)), LIME)


def test_the_shape_of_pixels_that_a_gif_names_counts_for_nothing(
    take: Taker, files: MediaFiles
) -> None:
    upright = quarters(360, 360)
    whole = bytearray(gif(upright, upright.rotate(180), milliseconds=2000))
    whole[12] = 255  # over four times as wide as high
    item = take(bytes(whole))
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    assert accepted_video(path, PostType.VIDEO).size == (360, 360)
    assert_upright(frame(path, 0.1))


@pytest.mark.parametrize("size", [(400, 400), (9000, 5000)])
def test_a_gif_that_does_not_move_is_a_photo(
    take: Taker, files: MediaFiles, size: tuple[int, int]
) -> None:
    """Even where it is larger than any video."""
    item = take(encoded(quarters(*size).convert("P"), "GIF"))
    assert item.kind is MediaKind.PHOTO
    path = prepared_paths(prepare(post(PostType.PHOTO, item), files), files)[0]
    assert_upright(accepted_photo(path, PostType.PHOTO))


def test_what_a_still_gif_does_not_cover_is_white(take: Taker, files: MediaFiles) -> None:
    whole = encoded(quarters(400, 400).convert("P"), "GIF")
    canvas = whole[:6] + struct.pack("<HH", 500, 400) + whole[10:]
    path = prepared_paths(prepare(post(PostType.PHOTO, take(canvas)), files), files)[0]
    picture = accepted_photo(path, PostType.PHOTO)
    assert_close(picture.getpixel((450, 200)), WHITE)
    assert_upright(picture.crop((0, 0, 400, 400)))


def test_a_short_clip_is_taken_and_repeated_only_if_it_is_shown_so(tmp_path: Path) -> None:
    path = tmp_path / "wave.mp4"
    path.write_bytes(film(Film(seconds=1.2, sound=None)))
    assert probe(path, loops=True).duration == pytest.approx(3.6, abs=0.1)
    with pytest.raises(MediaRefusedError) as refused:
        probe(path)
    assert refused.value.reason is Refusal.TOO_SHORT
