"""A video's still picture: found, chosen, or brought along."""

from pathlib import Path

import pytest

from publisher.media.covers import automatic_cover
from publisher.media.prepare import prepare, renew_covers
from storage.files import MediaFiles
from storage.lifecycle import PostType
from storage.models import MediaItem
from tests.films import Film, film, run
from tests.pictures import encoded, quarters
from tests.publisher.media.accepted import accepted_photo
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import LIME, RED, assert_close, assert_upright, post


def scenes(folder: Path, *colours: str, seconds: float = 1.2) -> bytes:
    """A clip that shows one colour after the other; all but black have a white stripe."""
    inputs, graph = [], ""
    for number, colour in enumerate(colours):
        inputs += ["-f", "lavfi", "-i", f"color={colour}:s=324x576:r=25:d={seconds}"]
        stripe = "null" if colour == "black" else "drawbox=w=iw/4:c=white:t=fill"
        graph += f"[{number}]{stripe}[s{number}];"
    graph += "".join(f"[s{number}]" for number in range(len(colours)))
    graph += f"concat=n={len(colours)}"
    target = folder / "scenes.mp4"
    run(*inputs, "-filter_complex", graph, "-pix_fmt", "yuv420p", str(target))
    return target.read_bytes()


def _cover_colour(item: MediaItem, files: MediaFiles) -> object:
    """The colour of the cover at its right side."""
    assert item.cover is not None
    picture = accepted_photo(files.path(item.cover), PostType.REEL)
    return picture.getpixel((picture.width - 20, picture.height // 2))


def _prepare(item: MediaItem, files: MediaFiles) -> None:
    made = prepare(post(PostType.REEL, item), files).items[0]
    item.prepared, item.cover = made.prepared, made.cover


def test_the_automatic_cover_is_not_black(take: Taker, files: MediaFiles, tmp_path: Path) -> None:
    item = take(scenes(tmp_path, "black", "black", "red"))
    _prepare(item, files)
    assert_close(_cover_colour(item, files), RED)


def test_a_video_that_is_black_all_the_time_has_a_cover(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    item = take(scenes(tmp_path, "black", "black", "black"))
    _prepare(item, files)
    assert_close(_cover_colour(item, files), (0, 0, 0))


def test_the_chosen_second_is_the_cover(take: Taker, files: MediaFiles, tmp_path: Path) -> None:
    item = take(scenes(tmp_path, "red", "lime", "blue"))
    item.cover_at = 1.8
    _prepare(item, files)
    assert_close(_cover_colour(item, files), LIME)


def test_a_second_after_the_end_is_the_last_one(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    item = take(scenes(tmp_path, "red", "red", "lime"))
    item.cover_at = 1000
    _prepare(item, files)
    assert_close(_cover_colour(item, files), LIME)


def test_a_photo_of_ones_own_is_cut_to_the_shape_of_the_video(
    take: Taker, files: MediaFiles
) -> None:
    item, photo = take(film(Film())), take(encoded(quarters(1600, 900), "PNG"))
    item.own_cover = photo.original
    _prepare(item, files)
    assert item.cover is not None
    picture = accepted_photo(files.path(item.cover), PostType.REEL)
    assert picture.size == (item.width, item.height)
    assert_upright(picture)


def test_another_cover_leaves_the_video_as_it_is(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    item = take(scenes(tmp_path, "red", "lime", "blue"))
    _prepare(item, files)
    before = item.prepared
    item.cover_at = 1.8
    made = renew_covers(post(PostType.REEL, item), files).items[0]
    assert made.prepared == before
    item.cover = made.cover
    assert_close(_cover_colour(item, files), LIME)


def test_the_livelier_of_two_dull_frames_is_taken(tmp_path: Path) -> None:
    video, target = tmp_path / "dull.mp4", tmp_path / "cover.jpg"
    dark = "color=0x050505:s=324x576:r=25:d=3.2,drawbox=w=iw/4:c=0x202020:t=fill:enable='gt(t,1.5)'"
    run("-f", "lavfi", "-i", dark, "-pix_fmt", "yuv420p", str(video))
    automatic_cover(video, 3.2, target)
    left = accepted_photo(target, PostType.REEL).getpixel((10, 10))
    assert left == pytest.approx((32, 32, 32), abs=8)


def test_a_video_whose_sound_goes_on_has_a_cover(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    picture = ("-f", "lavfi", "-i", "color=black:s=324x576:r=25:d=1")
    tone = ("-f", "lavfi", "-i", "sine=440:d=6", "-c:a", "aac", "-ac", "2")
    run(*picture, *tone, "-pix_fmt", "yuv420p", str(tmp_path / "long.mp4"))
    item = take((tmp_path / "long.mp4").read_bytes())
    item.cover_at = 5.0
    _prepare(item, files)
    assert_close(_cover_colour(item, files), (0, 0, 0))
