"""What a person may choose about a video: its part, its cover; and a reel made of photos."""

import pytest

from tests.end_to_end.chat import CONVERTING, Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.media import cover_colours, picture_of, published, seconds_of, stripes, video
from tests.end_to_end.test_publishing import answer
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
async def test_a_clip_that_is_too_long_is_trimmed_to_the_part_that_was_chosen(
    world: World, anna: Person
) -> None:
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
    (story,) = world.instagram.stories
    seen = published(world, story.items[0])
    assert 5 < seconds_of(seen.info) <= 6
    await until(lambda: any(spoken("note_trimmed") in told for told in anna.told()))


@pytest.mark.usefixtures("short_stories")
async def test_nothing_is_trimmed_without_a_word_and_another_type_keeps_all(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("long.mp4", long_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("story", spoken("ask_trim")))
    await anna.taps("Last 0:06")
    await anna.sees(spoken("ask_time"))
    await answer(anna, ("back", spoken("ask_trim")), ("back", spoken("ask_type")))
    await answer(anna, ("reel", spoken("ask_caption")))
    await confirm(anna)
    (reel,) = world.instagram.posts
    assert seconds_of(published(world, reel.items[0]).info) == pytest.approx(8, abs=0.2)


async def test_the_automatic_cover_is_shown_and_a_frame_can_be_chosen(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", spoken("ask_caption")), *REST)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await anna.taps("Cover")
    await anna.sees("Which cover?")
    strip = picture_of(world, anna.last())
    assert strip.width > strip.height
    await answer(anna, ("9", "a number from 1 to 8"), ("8", spoken("ask_confirm")))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (reel,) = world.instagram.posts
    assert cover_colours(world, reel.items[0]) == ["blue", "blue", "blue"]
    assert published(world, reel.items[0]).colours == ["red", "red", "red"]


async def test_a_photo_of_ones_own_becomes_the_cover(world: World, anna: Person) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", spoken("ask_caption")), *REST)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await answer(anna, ("cover", "Which cover?"))
    await anna.sends_files([("other.mp4", turning_clip())])
    await anna.sees(spoken("cover_is_no_photo"))
    await anna.sends_photo(jpeg(340, 340, "lime"))
    await anna.sees(spoken("ask_confirm"))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (reel,) = world.instagram.posts
    assert len(reel.items) == 1
    assert cover_colours(world, reel.items[0]) == ["lime", "lime", "lime"]


async def test_back_from_the_cover_leads_to_the_confirmation_and_automatic_undoes_it(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", spoken("ask_caption")), *REST)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await answer(anna, ("cover", "Which cover?"), ("back", spoken("ask_confirm")))
    await answer(anna, ("cover", "Which cover?"), ("8", spoken("ask_confirm")))
    await answer(anna, ("cover", "Which cover?"), ("auto", spoken("ask_confirm")))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (reel,) = world.instagram.posts
    assert cover_colours(world, reel.items[0]) == ["red", "red", "red"]


async def test_an_album_of_photos_becomes_a_reel(world: World, anna: Person) -> None:
    colours = ["red", "blue"]
    await anna.sends_files([(f"{colour}.jpg", jpeg(320, 400, colour)) for colour in colours])
    await anna.sees("2 photos")
    await answer(anna, ("reel", spoken("ask_fit")), ("crop", spoken("ask_caption")))
    await confirm(anna)
    (reel,) = world.instagram.posts
    (item,) = reel.items
    assert reel.product == "clips" and item.video is not None
    seen = published(world, item)
    assert seen.height / seen.width == pytest.approx(16 / 9, abs=0.01)
    assert seen.colours == ["red", "red", "red"]
    assert seconds_of(seen.info) > 4


async def test_a_photo_becomes_no_reel_and_the_sentence_says_what_does(anna: Person) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", "one video, or 2 to 10 photos"))


async def test_a_photo_has_no_cover_to_change(anna: Person) -> None:
    await anna.sends_files([("a.jpg", stripes(480, 480))])
    await anna.sees(spoken("ask_type"))
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
