"""Of several tracks, those are published that players show and play."""

from pathlib import Path

import pytest

from publisher.media.notes import Note
from publisher.media.prepare import prepare
from publisher.media.streams import inspect
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.boxes import with_entry_boxes, with_sound_off, with_timecode_for_sound
from tests.films import run
from tests.flashes import beeps, flashes, flashing
from tests.publisher.media.accepted import accepted_video
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import post, prepared_paths
from tests.publisher.media.test_tracks import EVERY, FRAME, STEP, assert_at

PLACE = "com.apple.quicktime.location.ISO6709"


def test_a_second_track_of_pictures_is_shown_where_the_first_is_switched_off(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    clip, both = tmp_path / "clip.mp4", tmp_path / "both.mp4"
    clip.write_bytes(flashing())
    tracks = ("-map", "0:v", "-map", "0:v", "-map", "0:a", "-c", "copy")
    off = ("-disposition:v:0", "0", "-disposition:v:1", "default")
    run("-i", str(clip), *tracks, *off, str(both))
    path = prepared_paths(prepare(post(PostType.REEL, take(both.read_bytes())), files), files)[0]
    assert_at(flashes(path), EVERY, STEP)
    assert_at(beeps(path), EVERY, STEP)


def test_sound_that_is_switched_off_is_not_published(take: Taker, files: MediaFiles) -> None:
    item = take(with_sound_off(flashing()))
    assert item.audio_codec is None
    ready = prepare(post(PostType.REEL, item), files)
    assert Note.SILENCED not in ready.notes
    path = prepared_paths(ready, files)[0]
    accepted_video(path, PostType.REEL)
    assert inspect(path).audio is None


def test_a_cover_in_front_of_the_film_is_not_taken_for_it(
    take: Taker, files: MediaFiles, tmp_path: Path
) -> None:
    """As a track like any other, switched on."""
    clip, cover, both = (tmp_path / name for name in ("clip.mp4", "cover.jpg", "both.mov"))
    clip.write_bytes(flashing())
    run("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", str(cover))
    tracks = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "default")
    run("-i", str(cover), "-i", str(clip), *tracks, str(both))
    item = take(both.read_bytes())
    assert (item.width, item.height) == (324, 576)
    path = prepared_paths(prepare(post(PostType.REEL, item), files), files)[0]
    assert_at(flashes(path), EVERY, STEP + FRAME)
    assert_at(beeps(path), EVERY, STEP)


@pytest.mark.parametrize(("kind", "says"), [("gpmd", "x"), ("camm", "x"), ("mebx", PLACE)])
def test_people_are_told_of_places_in_a_track_of_their_own(
    tmp_path: Path, kind: str, says: str
) -> None:
    """As action cameras and phones note where they go; here a timecode is called that."""
    clip, path = tmp_path / "clip.mov", tmp_path / "places.mov"
    clip.write_bytes(flashing(3.2, suffix=".mov"))
    more = ("-timecode", "10:00:00:00", "-metadata:s:v:0", f"reel_name={says}")
    run("-i", str(clip), "-c", "copy", *more, str(path))
    path.write_bytes(path.read_bytes().replace(b"tmcd", kind.encode()))
    assert inspect(path).tells_location


CLIP = ("-i", "{clip}")
MORE_TRACKS: dict[str, tuple[str, ...]] = {
    "a timecode, a cover and a place": (
        *(*CLIP, "-i", "{cover}", "-map", "0", "-map", "1", "-c", "copy"),
        *("-disposition:v:1", "attached_pic", "-timecode", "10:00:00:00"),
        *("-metadata", "location=+48.8584+002.2945/"),
    ),
    "another language": (
        *(
            "-f",
            "lavfi",
            "-i",
            "sine=300:d=3.2",
            *CLIP,
            "-map",
            "1:v",
            "-map",
            "0:a",
            "-map",
            "1:a",
        ),
        *("-c:v", "copy", "-c:a", "aac", "-disposition:a:0", "0", "-disposition:a:1", "default"),
    ),
    "fragments": (*CLIP, "-c", "copy", "-movflags", "+frag_keyframe+delay_moov"),
    "no edit list": (*CLIP, "-c:v", "copy", "-c:a", "pcm_s16le", "-use_editlist", "0"),
}


@pytest.mark.parametrize("more", MORE_TRACKS)
def test_the_right_sound_stays_whatever_else_is_in_the_file(
    take: Taker, files: MediaFiles, tmp_path: Path, more: str
) -> None:
    clip, cover, target = tmp_path / "clip.mov", tmp_path / "cover.jpg", tmp_path / "more.mov"
    clip.write_bytes(flashing(3.2, suffix=".mov"))
    run("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", str(cover))
    run(*(word.format(clip=clip, cover=cover) for word in MORE_TRACKS[more]), str(target))
    if "a timecode" in more:
        target.write_bytes(with_timecode_for_sound(target.read_bytes()))
    item = take(target.read_bytes())
    assert (item.width, item.height) == (324, 576) and item.audio_codec is not None
    ready = prepare(post(PostType.REEL, item), files)
    path = prepared_paths(ready, files)[0]
    accepted_video(path, PostType.REEL)
    light, loud = flashes(path), beeps(path)
    apart = -2 * FRAME if more == "no edit list" else 0.0  # it hides no wait for the B-frames
    assert len(light) == len(loud) == 4
    assert_at(loud[1:], [second + apart for second in light[1:]], STEP)
    assert (Note.LOCATION in ready.notes) == ("a place" in more)


def test_sound_that_is_copy_protected_is_not_taken_for_sound(tmp_path: Path) -> None:
    """Its packets are noise, which a copy would take along."""
    clip, turned, path = (tmp_path / f"{name}.mp4" for name in ("clip", "turned", "protected"))
    clip.write_bytes(flashing())
    run("-i", str(clip), "-map", "0:a", "-map", "0:v", "-c", "copy", str(turned))
    named = with_entry_boxes(turned.read_bytes(), (b"sinf", b"\0\0\0\x0cfrmamp4a"))
    path.write_bytes(named.replace(b"mp4a", b"enca", 1))
    found = inspect(path)
    assert found.audio is None and found.has_unreadable_sound
