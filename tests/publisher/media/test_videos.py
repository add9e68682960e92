"""Videos from any phone become MP4s that Instagram takes as they are."""

import struct

import pytest

from publisher.media.framing import Fit
from publisher.media.notes import Note
from publisher.media.prepare import is_slow, prepare
from publisher.media.refused import MediaRefusedError, Refusal
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.films import HLG, PQ, Film, film
from tests.pictures import encoded, quarters
from tests.publisher.media.accepted import accepted_photo, accepted_video, duration, frames_digest
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import assert_upright, cut_out, post, prepared_paths

AWKWARD = {
    "portrait": Film(),
    "landscape": Film(384, 216),
    "panorama": Film(480, 120),
    "tower": Film(180, 720),
    "odd sizes": Film(361, 451, pixels="yuv444p"),
    "pq": Film(codec="libx265", pixels="yuv420p10le", hdr=PQ),
    "ten bit, 5.1": Film(pixels="yuv420p10le", sound="ac3", channels=6),
    "screen capture": Film(384, 216, fps="1"),
    "slow motion without sound": Film(fps="120", sound=None),
    "uneven, Opus": Film(uneven=True, sound="libopus"),
    "uncompressed": Film(sound="pcm_s16le", suffix=".mov"),
    "on its side": Film(rotation=90),
    "on its head": Film(rotation=180, codec="libx265"),
    "on its other side": Film(384, 216, rotation=270),
}


TYPES = [
    *((name, PostType.REEL) for name in AWKWARD if name not in ("landscape", "portrait")),  # below
    *((name, PostType.VIDEO) for name in ("portrait", "landscape")),
    ("tower", PostType.CAROUSEL),
]


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_an_awkward_video_is_taken_by_every_type(
    take: Taker, files: MediaFiles, name: str, kind: PostType
) -> None:
    source = AWKWARD[name]
    item = take(film(source))
    media = (item, take(encoded(quarters(640, 360)))) if kind is PostType.CAROUSEL else (item,)
    ready = prepare(post(kind, *media, fit=Fit.BLUR), files)
    path, *others = prepared_paths(ready, files)
    frame = accepted_video(path, kind)
    assert_upright(cut_out(frame, source.width, source.height), tolerance=48 if source.hdr else 24)
    assert duration(path) == pytest.approx(item.duration, abs=0.15)
    cover = ready.items[0].cover
    assert cover is not None
    assert accepted_photo(files.path(cover), kind).size == frame.size
    for other in others:
        photo = accepted_photo(other, kind)
        assert photo.width / photo.height == pytest.approx(frame.width / frame.height, abs=0.01)


def test_a_film_in_4k_hdr_from_a_phone_becomes_a_reel(take: Taker, files: MediaFiles) -> None:
    source = Film(
        3840,
        2160,
        seconds=3.0,
        fps="24",
        codec="libx265",
        pixels="yuv420p10le",
        hdr=HLG,
        suffix=".mov",
        place="+52.5200+013.4050/",
    )
    item = take(film(source))
    ready = prepare(post(PostType.REEL, item, fit=Fit.BLUR), files)
    path = prepared_paths(ready, files)[0]
    frame = accepted_video(path, PostType.REEL)
    assert frame.size == (1080, 1920)
    assert_upright(cut_out(frame, 16, 9), tolerance=48)
    assert duration(path) == pytest.approx(item.duration, abs=0.15)
    cover = ready.items[0].cover
    assert cover is not None
    assert accepted_photo(files.path(cover), PostType.REEL).size == frame.size
    assert {Note.HDR, Note.CONVERTED, Note.FRAMED, Note.LOCATION} <= {*ready.notes}


@pytest.mark.parametrize("fit", Fit)
def test_a_wide_video_is_framed_as_chosen(take: Taker, files: MediaFiles, fit: Fit) -> None:
    item = take(film(Film(384, 216)))
    ready = prepare(post(PostType.REEL, item, fit=fit), files)
    frame = accepted_video(prepared_paths(ready, files)[0], PostType.REEL)
    cover = ready.items[0].cover
    assert cover is not None
    for picture in (frame, accepted_photo(files.path(cover), PostType.REEL)):
        assert_upright(picture if fit is Fit.CROP else cut_out(picture, 384, 216))
    edge = frame.getpixel((frame.width // 4, 4))
    assert isinstance(edge, tuple)
    if fit in (Fit.WHITE, Fit.BLACK):
        assert edge == pytest.approx((255,) * 3 if fit is Fit.WHITE else (0,) * 3, abs=6)
    else:
        assert edge[0] > 120 and max(edge[1:]) < 60


@pytest.mark.parametrize(("shift", "colour"), [(-1.0, 0), (1.0, 1)])
def test_the_window_of_a_crop_can_be_moved(
    take: Taker, files: MediaFiles, shift: float, colour: int
) -> None:
    item = take(film(Film(800, 360)))
    ready = prepare(post(PostType.REEL, item, fit=Fit.CROP, fit_shift=shift), files)
    frame = accepted_video(prepared_paths(ready, files)[0], PostType.REEL)
    brightest = frame.getpixel((frame.width // 2, frame.height // 4))
    assert isinstance(brightest, tuple)
    assert brightest.index(max(brightest)) == colour


def test_a_video_that_complies_is_copied(take: Taker, files: MediaFiles) -> None:
    item = take(film(Film(place="+52.5200+013.4050/")))
    draft = post(PostType.REEL, item)
    assert not is_slow(draft)
    ready = prepare(draft, files)
    path = prepared_paths(ready, files)[0]
    frame = accepted_video(path, PostType.REEL)
    assert frames_digest(path) == frames_digest(files.path(item.original))
    assert duration(path) == pytest.approx(item.duration, abs=0.15)
    cover = ready.items[0].cover
    assert cover is not None
    assert accepted_photo(files.path(cover), PostType.REEL).size == frame.size
    assert ready.notes == [Note.LOCATION, Note.SMALL]


@pytest.mark.usefixtures("short_stories")
def test_nothing_is_trimmed_without_a_word(take: Taker, files: MediaFiles) -> None:
    item = take(film(Film(180, 320, seconds=7)))
    with pytest.raises(MediaRefusedError) as refused:
        prepare(post(PostType.STORY, item), files)
    assert refused.value.reason is Refusal.TOO_LONG


@pytest.mark.parametrize(
    ("rotation", "lost"),
    [(0, (0.4, 1)), (90, (0.4, 1)), (0, (0.4, 0.6))],
    ids=["copied", "converted", "with a hole"],
)
def test_a_video_whose_rest_is_damaged_is_not_published_in_part(
    take: Taker, files: MediaFiles, rotation: int, lost: tuple[float, float]
) -> None:
    """As a copy that was broken off leaves it: the index is whole, and zeros stand for the rest."""
    content = film(Film(rotation=rotation))
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    first, last = (start + round((end - start) * share) for share in lost)
    item = take(content[:first] + bytes(last - first) + content[last:])
    with pytest.raises(MediaRefusedError) as refused:
        prepare(post(PostType.VIDEO, item), files)
    assert refused.value.reason is Refusal.BROKEN_VIDEO


def test_a_slant_in_which_a_file_is_to_be_shown_is_not_published(
    take: Taker, files: MediaFiles
) -> None:
    content = film(Film())
    straight = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    slant = struct.pack(">9i", 52340, 39441, 0, -39441, 52340, 0, 0, 0, 1 << 30)
    place = content.index(straight, content.index(b"tkhd"))
    item = take(content[:place] + slant + content[place + len(slant) :])
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    accepted_video(path, PostType.VIDEO)


def test_progress_grows_to_its_end(take: Taker, files: MediaFiles) -> None:
    item, other = take(film(Film(384, 216))), take(film(Film(384, 216)))
    heard: list[float] = []
    prepare(post(PostType.CAROUSEL, item, other), files, progress=heard.append)
    assert heard == sorted(heard) and heard[-1] == pytest.approx(1.0)
    assert any(0.5 <= share < 1 for share in heard)


@pytest.mark.parametrize(
    "source",
    [Film(384, 216), Film(codec="libx265"), Film(suffix=".mov"), Film(fps="1"), Film(sound="ac3")],
)
def test_what_has_to_be_converted_is_said_to_be_slow(take: Taker, source: Film) -> None:
    assert is_slow(post(PostType.REEL, take(film(source))))
