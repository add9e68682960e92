"""What players show and play of a track is published: no more, no less, and in step."""

import struct
from pathlib import Path

import pytest

from publisher.media.framing import Fit
from publisher.media.h264 import X264
from publisher.media.notes import Note
from publisher.media.prepare import prepare
from publisher.media.streams import inspect
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.boxes import Edit, edited, with_entry_boxes
from tests.films import Film, film, run
from tests.flashes import H264, beeps, flashes, flashing
from tests.publisher.media.accepted import accepted_video, duration, frame, frames_digest
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import (
    LIME,
    WHITE,
    assert_close,
    cut_out,
    post,
    prepared_paths,
)

STEP = 0.021
"""Seconds that sound may be off; pictures may by one more, as they fall into a steady pace."""

FRAME = 1 / 24

CAMERAS = bytes.fromhex("086f3693b7b34f2c965321492feee5b8")
"""Whose a message in the stream is; any number will do."""

Case = tuple[list[Edit], list[Edit], list[float], list[float]]

EVERY = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
EDITED: dict[str, Case] = {
    "start": ([(4.3, 1.7)], [(4.3, 1.7)], [0.3, 1.3, 2.3, 3.3], [0.3, 1.3, 2.3, 3.3]),
    "start at a key frame": ([(4, 2)], [(4, 2)], EVERY[:4], EVERY[:4]),
    "middle": ([(1.5, 0), (2.5, 3.3)], [(1.5, 0), (2.5, 3.3)], [0, 1, 2.2, 3.2], [0, 1, 2.2, 3.2]),
    "sound later": ([(6, 0)], [(0.3, None), (5.7, 0)], EVERY, [0.3, 1.3, 2.3, 3.3, 4.3, 5.3]),
    "sound a little later": ([(6, 0)], [(0.04, None), (5.9, 0)], EVERY, [s + 0.04 for s in EVERY]),
    "pictures later": ([(0.5, None), (4.8, 0)], [(5.3, 0)], [0, 1.5, 2.5, 3.5, 4.5], EVERY),
    "end, and start of the sound": ([(3.3, 0)], [(3.3, 1.5)], EVERY[:4], [0.5, 1.5, 2.5]),
    "a pause": ([(2, 0), (1, None), (3, 2)], [(6, 0)], [0, 1, 3, 4, 5], EVERY),
}


WAYS = [
    *((name, ".mp4", PostType.REEL) for name in EDITED if name != "middle"),
    *((name, ".mp4", PostType.VIDEO) for name in ("sound later", "pictures later")),
    ("middle", ".mov", PostType.VIDEO),
]
"""The clip complies with a reel, so that its pictures are copied if nothing is cut off them; for
the others it has to be framed."""


@pytest.mark.parametrize(("name", "suffix", "kind"), WAYS)
def test_an_edit_list_is_kept_to_whether_pictures_are_copied_or_converted(
    take: Taker, files: MediaFiles, name: str, suffix: str, kind: PostType
) -> None:
    shown, heard, light, loud = EDITED[name]
    item = take(edited(flashing(suffix=suffix), pictures=shown, sound=heard))
    path = prepared_paths(prepare(post(kind, item, fit=Fit.BLACK), files), files)[0]
    accepted_video(path, kind)
    assert_at(flashes(path), light, STEP + FRAME, name)
    assert_at(beeps(path), loud, STEP)
    assert duration(path) == pytest.approx(sum(length for length, _ in shown), abs=0.07)


def assert_at(found: list[float], wanted: list[float], tolerance: float, name: str = "") -> None:
    """Of a pause, the white picture that stands through it counts once."""
    found = [second for second in found if name != "a pause" or not 2 <= second < 2.9]
    assert found == [pytest.approx(second, abs=tolerance) for second in wanted]


@pytest.mark.parametrize(
    ("shown", "heard", "start", "light", "loud"),
    [
        ([(8, 0)], [(0.4, None), (7.6, 0)], 1.5, [0.5, 1.5, 2.5], [0.9, 1.9, 2.9]),
        ([(0.4, None), (7.6, 0)], [(8, 0)], 0.2, [0.0, 1.2, 2.2], [0.8, 1.8, 2.8]),
    ],
    ids=["sound later", "pictures later"],
)
@pytest.mark.usefixtures("short_stories")
def test_a_part_is_in_step_and_no_longer_than_it_may_be_whatever_begins_later(
    take: Taker,
    files: MediaFiles,
    shown: list[Edit],
    heard: list[Edit],
    start: float,
    light: list[float],
    loud: list[float],
) -> None:
    item = take(edited(flashing(8, size="90x160"), pictures=shown, sound=heard))
    draft = post(PostType.STORY, item, trim_agreed=True, trim_start=start)
    ready = prepare(draft, files)
    path = prepared_paths(ready, files)[0]
    accepted_video(path, PostType.STORY)
    assert Note.TRIMMED in ready.notes
    assert_at(flashes(path)[:3], light, STEP + FRAME)
    assert_at(beeps(path)[:3], loud, STEP)
    assert 5.5 < duration(path) <= 6


def test_what_was_cut_off_the_start_of_a_fragmented_file_is_not_published(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    clip, cut = tmp_path / "clip.mp4", tmp_path / "cut.mp4"
    clip.write_bytes(flashing())
    fragments = ("-c", "copy", "-movflags", "frag_keyframe+delay_moov")
    run("-ss", "1.4", "-i", str(clip), *fragments, str(cut))
    assert inspect(cut).kilobits > 0
    path = prepared_paths(prepare(post(PostType.REEL, take(cut.read_bytes())), files), files)[0]
    assert_at(flashes(path), [0.6, 1.6, 2.6, 3.6], STEP + FRAME)
    assert_at(beeps(path), [0.6, 1.6, 2.6, 3.6], STEP)


@pytest.mark.parametrize("from_the_first", [True, False])
def test_what_comes_with_the_pictures_is_blanked_although_they_are_copied(
    take: Taker, files: MediaFiles, from_the_first: bool
) -> None:
    """In the first picture or only in later ones, where encoders of cameras put it."""
    private = [(b"colr", b"profSECRET"), (b"clli", b"1234"), (b"uuid", b"S" * 16 + b"SECRET")]
    message = ("-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+SECRET")
    clip = with_entry_boxes(flashing(3.2, pictures=(*H264, *message)), *private)
    if not from_the_first:
        clip = clip.replace(CAMERAS + b"SECRET", X264 + b"Secret", 1)
    item = take(clip)
    path = prepared_paths(prepare(post(PostType.REEL, item), files), files)[0]
    accepted_video(path, PostType.REEL)
    content = path.read_bytes()
    assert [mark for mark in (b"SECRET", b"clli", b"prof") if mark in content] == []
    assert frames_digest(path) == frames_digest(files.path(item.original))


def test_pictures_that_change_their_size_on_the_way_are_brought_to_one(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    """As joined by an app that encodes nothing: a copy would show the second part wrongly."""
    stream = b""
    for name, size in (("a", "324x576"), ("b", "162x288")):
        (tmp_path / f"{name}.mp4").write_bytes(flashing(2, size=size))
        raw = tmp_path / f"{name}.h264"
        run("-i", str(tmp_path / f"{name}.mp4"), "-map", "0:v", "-c", "copy", str(raw))
        stream += raw.read_bytes()
    (tmp_path / "both.h264").write_bytes(stream)
    joined = tmp_path / "joined.mp4"
    run("-r", "24", "-i", str(tmp_path / "both.h264"), "-c", "copy", "-tag:v", "avc3", str(joined))
    path = prepared_paths(prepare(post(PostType.REEL, take(joined.read_bytes())), files), files)[0]
    accepted_video(path, PostType.REEL)
    assert {frame(path, second).size for second in (0.5, 3.5)} == {(324, 576)}


@pytest.mark.usefixtures("short_stories")
def test_the_last_picture_stands_for_as_long_as_there_is_sound(
    take: Taker, files: MediaFiles
) -> None:
    """In a part that begins behind the pictures, too."""
    sound = ("-c:a", "aac", "-fps_mode", "vfr")
    item = take(flashing(8, steps="select='lt(t,1.5)'", sound=sound))
    for draft, start in [
        (post(PostType.REEL, item), 0),
        (post(PostType.STORY, item, trim_agreed=True, trim_start=2.0), 2),
    ]:
        path = prepared_paths(prepare(draft, files), files)[0]
        accepted_video(path, draft.post_type or PostType.REEL)
        length = duration(path)
        assert length == pytest.approx(8 if start == 0 else 5.9, abs=0.1)
        assert frame(path, length - 0.1).size == (324, 576)
        assert_at(beeps(path), [float(second) for second in range(round(length))], STEP)


def test_what_a_clean_aperture_leaves_out_is_never_published(
    take: Taker, files: MediaFiles
) -> None:
    """Here the left half, which is red and blue."""
    aperture = struct.pack(">8I", 162, 1, 576, 1, 81, 1, 0, 1)
    item = take(with_entry_boxes(film(Film()), (b"clap", aperture)))
    assert (item.width, item.height) == (162, 576)
    path = prepared_paths(prepare(post(PostType.REEL, item, fit=Fit.BLACK), files), files)[0]
    seen = cut_out(accepted_video(path, PostType.REEL), 162, 576)
    assert_close(seen.getpixel((seen.width // 4, seen.height // 4)), LIME)
    assert_close(seen.getpixel((seen.width // 4, seen.height * 3 // 4)), WHITE)


@pytest.mark.parametrize(
    ("seconds", "pause", "light"),
    [(6, (1, 4), [0, 4.03, 5]), (7, (5.3, 5.8), [0, 1, 2, 3, 4, 5, 6])],
    ids=["at an uneven pace", "at a steady one"],
)
def test_where_pictures_pause_none_behind_the_pause_is_lost(
    take: Taker,
    files: MediaFiles,
    seconds: int,
    pause: tuple[float, float],
    light: list[float],
) -> None:
    """As recordings of screens do; with B-frames the pause is noted with a picture behind it."""
    steps = "select='lt(t,{})+gt(t,{})'".format(*pause)
    sound = ("-c:a", "aac", "-fps_mode", "vfr")
    item = take(flashing(seconds, size="162x288", steps=steps, sound=sound))
    assert item.duration == pytest.approx(seconds, abs=0.05)
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    accepted_video(path, PostType.VIDEO)
    assert_at(flashes(path), light, STEP + FRAME)
    assert_at(beeps(path), list(range(seconds)), STEP)
    assert duration(path) == pytest.approx(seconds, abs=0.05)


@pytest.mark.parametrize("seconds", [2.95, 2.6])
def test_a_clip_that_lacks_a_moment_holds_its_last_picture(
    take: Taker, files: MediaFiles, seconds: float
) -> None:
    item = take(flashing(seconds))
    assert item.duration is not None and item.duration >= 3
    ready = prepare(post(PostType.REEL, item), files)
    path = prepared_paths(ready, files)[0]
    accepted_video(path, PostType.REEL)
    assert Note.LENGTHENED in ready.notes
    assert 3 <= duration(path) <= 3.2
    assert_at(beeps(path), [0.0, 1.0, 2.0], STEP)
