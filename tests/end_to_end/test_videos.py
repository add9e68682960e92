"""What a person may choose about a video: its part, its cover; and a reel made of photos."""

import pytest
from PIL import Image

from publisher.media.slideshow import FADE_SECONDS, SHOWN_SECONDS
from storage.lifecycle import PostType
from tests.end_to_end.chat import CONVERTING, Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.media import (
    cover_colours,
    name_of,
    picture_of,
    pixel,
    published,
    seconds_of,
    stripes,
    video,
)
from tests.end_to_end.test_care import execute
from tests.end_to_end.test_publishing import answer
from tests.pictures import encoded, from_phone, negative, quarters
from tests.publisher.media.accepted import accepted_photo, accepted_video, duration, frame
from tests.publisher.media.posts import assert_close, assert_upright, cut_out
from tests.samples import jpeg
from tests.spoken import spoken

REST = [("skip", "Which hashtags?"), ("none", spoken("ask_time")), ("now", "")]

TURNING = ("-vf", "drawbox=c=blue:t=fill:enable='gte(t,2)'")


def turning_clip(seconds: float = 4) -> bytes:
    """Complies with a reel; red for two seconds, blue afterwards."""
    return video("324x576", seconds, source="color=red", more=TURNING)


def long_clip() -> bytes:
    """Two seconds more than a short story has; else it complies, so nothing is encoded."""
    return video("324x576", 8, source="color=teal")


async def confirm(person: Person, rest: list[tuple[str, str]] = REST) -> None:
    """From the caption, or what is left to be asked, to the result."""
    await answer(person, *rest)
    await person.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await answer(person, ("yes", "Post"))
    await person.sees(spoken("result_published"))


@pytest.mark.usefixtures("short_stories")
async def test_a_clip_is_trimmed_as_chosen_never_without_a_word_and_kept_by_another_type(
    world: World, anna: Person
) -> None:
    execute(world, "UPDATE accounts SET min_gap_seconds = 0")
    await anna.sends_files([("long.mp4", long_clip())])
    await anna.sees(spoken("ask_type"), spoken("video_or_reel", video=60, reel=15))
    await answer(anna, ("story", spoken("ask_trim")))
    await anna.taps("Last 0:06")
    await anna.sees(spoken("ask_time"))
    await answer(anna, ("back", spoken("ask_trim")), ("back", spoken("ask_type")))
    await answer(anna, ("reel", spoken("ask_caption")))
    await confirm(anna)
    assert not any(spoken("note_trimmed") in told for told in anna.told())
    (reel,) = world.instagram.posts
    assert seconds_of(published(world, reel.items[0]).info) == pytest.approx(8, abs=0.2)

    await anna.sends_files([("long.mp4", long_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(
        anna,
        ("story", spoken("ask_trim")),
        ("soon", "0:00"),
        ("0:04", "less than 0:06"),
        ("0:01", spoken("ask_time")),
    )
    await confirm(anna, REST[2:])
    await until(lambda: bool(world.instagram.stories))
    (story,) = world.instagram.stories
    assert 5 < seconds_of(published(world, story.items[0]).info) <= 6
    await until(lambda: any(spoken("note_trimmed") in told for told in anna.told()))


async def test_the_cover_is_automatic_a_frame_or_a_photo_of_ones_own(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", spoken("ask_caption")), *REST)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    assert colour_of_cover(world, anna) == "red"
    await anna.taps("Cover")
    await anna.sees("Which cover?")
    strip = picture_of(world, anna.last())
    assert strip.width > strip.height
    await answer(anna, ("9", "a number from 1 to 8"), ("8", spoken("ask_confirm")))
    assert colour_of_cover(world, anna) == "blue"
    await answer(anna, ("cover", "Which cover?"), ("back", spoken("ask_confirm")))
    assert colour_of_cover(world, anna) == "blue"
    await answer(anna, ("cover", "Which cover?"), ("auto", spoken("ask_confirm")))
    assert colour_of_cover(world, anna) == "red"
    await answer(anna, ("cover", "Which cover?"))
    await anna.sends_files([("other.mp4", turning_clip())])
    await anna.sees(spoken("cover_is_no_photo"))
    await anna.sends_photo(jpeg(340, 340, "lime"))
    await anna.sees(spoken("ask_confirm"))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (reel,) = world.instagram.posts
    (item,) = reel.items
    assert cover_colours(world, item) == ["lime", "lime", "lime"]
    assert published(world, item).colours == ["red", "red", "red"]


def colour_of_cover(world: World, person: Person) -> str:
    """As it will be published, were the draft confirmed now."""
    draft = world.services.drafts.current(owner_id=person.id, chat_id=person.id)
    assert draft is not None and draft.media[0].cover is not None
    with Image.open(world.services.files.path(draft.media[0].cover)) as cover:
        return name_of(pixel(cover.convert("RGB"), cover.width // 2, cover.height // 2))


async def test_an_album_of_photos_of_any_kind_becomes_a_reel(world: World, anna: Person) -> None:
    """All of them, in order, one fading into the next."""
    upright = from_phone(900, 1200, orientation=6)
    wide = encoded(negative(quarters(1600, 900)), "HEIF")
    await anna.sends_files([("IMG_1.jpg", upright), ("IMG_2.HEIC", wide)], as_file=True)
    await anna.sees("2 photos")
    await answer(anna, ("reel", spoken("ask_fit")), ("blurred", spoken("ask_caption")))
    await confirm(anna)
    (reel,) = world.instagram.posts
    (item,) = reel.items
    assert reel.product == "clips" and item.video is not None
    path = world.instagram.files / item.video.file
    accepted_video(path, PostType.REEL)
    assert duration(path) == pytest.approx(2 * SHOWN_SECONDS + FADE_SECONDS, abs=0.1)
    shown = [frame(path, number * (SHOWN_SECONDS + FADE_SECONDS) + 1) for number in range(2)]
    assert [one.size for one in shown] == [(1080, 1920)] * 2
    assert_upright(cut_out(shown[0], 3, 4))
    assert_upright(negative(cut_out(shown[1], 16, 9)))
    halfway = frame(path, SHOWN_SECONDS + FADE_SECONDS / 2)
    assert_close(cut_out(halfway, 16, 9).getpixel((270, 152)), (128, 128, 128), 40)
    cover = world.instagram.files / item.photo.file
    assert accepted_photo(cover, PostType.REEL).size == (1080, 1920)
    for note in ("note_framed", "note_turned", "note_converted", "note_location"):
        assert any(spoken(note) in told for told in anna.told()), note


async def test_a_photo_becomes_no_reel_and_has_no_cover_to_change(anna: Person) -> None:
    await anna.sends_files([("a.jpg", stripes(480, 480))])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", "one video, or 2 to 10 photos"))
    await answer(anna, ("photo", spoken("ask_caption")), *REST)
    await anna.sees(spoken("ask_confirm"))
    assert "Cover" not in anna.labels()
    await answer(anna, ("cover", spoken("confirm_not_understood")))


@pytest.mark.usefixtures("short_stories")
async def test_a_german_creator_cuts_and_covers_in_german(anna: Person, ben: Person) -> None:
    await ben.sends_files([("long.mp4", long_clip())])
    await ben.sees(spoken("ask_type", "de"))
    await answer(
        ben,
        ("Story", spoken("ask_trim", "de")),
        ("bald", "Antworte"),
        ("Anfang", spoken("ask_time", "de")),
    )
    await answer(ben, ("zurück", spoken("ask_trim", "de")), ("zurück", spoken("ask_type", "de")))
    await answer(ben, ("Reel", spoken("ask_caption", "de")), ("ohne", spoken("ask_hashtags", "de")))
    await answer(ben, ("ohne", spoken("ask_time", "de")), ("jetzt", ""))
    await ben.sees(spoken("ask_confirm", "de"), timeout_seconds=CONVERTING)
    await answer(
        ben, ("Titelbild", spoken("ask_cover", "de")), ("automatisch", spoken("ask_confirm", "de"))
    )
