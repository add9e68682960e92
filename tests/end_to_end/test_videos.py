"""What a person may choose about a video: its part, its cover; and a reel made of photos."""

import pytest

from tests.end_to_end.chat import CONVERTING, Person, text_of
from tests.end_to_end.conftest import World
from tests.end_to_end.media import cover_colours, picture_of, published, seconds_of, stripes, video
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg

REST = [("skip", "Which hashtags?"), ("none", "When?"), ("now", "")]

TURNING = ("-vf", "drawbox=c=blue:t=fill:enable='gte(t,2)'")


def turning_clip(seconds: float = 5) -> bytes:
    """Complies with a reel; red for two seconds, blue afterwards."""
    return video("540x960", seconds, source="color=red", more=TURNING)


def long_clip() -> bytes:
    """Two seconds more than a story has; small, since only time matters."""
    return video("180x320", 62, source="color=teal")


async def confirm(person: Person, rest: list[tuple[str, str]] = REST) -> None:
    """From the caption, or what is left to be asked, to the result."""
    await answer(person, *rest)
    await person.sees("This is what will be posted", CONVERTING)
    await answer(person, ("yes", "Post"))
    await person.sees("is on Instagram")


async def test_a_clip_that_is_too_long_is_trimmed_to_the_part_that_was_chosen(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("long.mp4", long_clip())])
    await anna.sees("What shall it become?")
    await answer(
        anna,
        ("story", "Which part?"),
        ("soon", "0:00"),
        ("0:30", "fewer than 1:00"),
        ("0:01", "When?"),
    )
    await confirm(anna, REST[2:])
    (story,) = world.instagram.stories
    seen = published(world, story.items[0])
    assert 59 < seconds_of(seen.info) <= 60
    assert any("Shortened" in text_of(message) for message in anna.messages())


async def test_nothing_is_trimmed_without_a_word_and_another_type_keeps_all(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("long.mp4", long_clip())])
    await anna.sees("What shall it become?")
    await answer(anna, ("story", "Which part?"))
    await anna.taps("Last 1:00")
    await anna.sees("When?")
    await answer(anna, ("back", "Which part?"), ("back", "What shall it become?"))
    await answer(anna, ("reel", "Which caption?"))
    await confirm(anna)
    (reel,) = world.instagram.posts
    assert seconds_of(published(world, reel.items[0]).info) == pytest.approx(62, abs=0.2)


async def test_the_automatic_cover_is_shown_and_a_frame_can_be_chosen(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees("What shall it become?")
    await answer(anna, ("reel", "Which caption?"), *REST)
    await anna.sees("This is what will be posted", CONVERTING)
    await anna.taps("Change cover")
    await anna.sees("Which cover?")
    strip = picture_of(world, anna.last())
    assert strip.width > strip.height
    await answer(anna, ("9", "a number from 1 to 8"), ("8", "This is what will be posted"))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees("is on Instagram")
    (reel,) = world.instagram.posts
    assert cover_colours(world, reel.items[0]) == ["blue", "blue", "blue"]
    assert published(world, reel.items[0]).colours == ["red", "red", "red"]


async def test_a_photo_of_ones_own_becomes_the_cover(world: World, anna: Person) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees("What shall it become?")
    await answer(anna, ("reel", "Which caption?"), *REST)
    await anna.sees("This is what will be posted", CONVERTING)
    await answer(anna, ("cover", "Which cover?"))
    await anna.sends_files([("other.mp4", turning_clip())])
    await anna.sees("A cover is a photo")
    await anna.sends_photo(jpeg(1000, 1000, "lime"))
    await anna.sees("This is what will be posted")
    await answer(anna, ("yes", "Post 1"))
    await anna.sees("is on Instagram")
    (reel,) = world.instagram.posts
    assert len(reel.items) == 1
    assert cover_colours(world, reel.items[0]) == ["lime", "lime", "lime"]


async def test_back_from_the_cover_leads_to_the_confirmation_and_automatic_undoes_it(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", turning_clip())])
    await anna.sees("What shall it become?")
    await answer(anna, ("reel", "Which caption?"), *REST)
    await anna.sees("This is what will be posted", CONVERTING)
    await answer(anna, ("cover", "Which cover?"), ("back", "This is what will be posted"))
    await answer(anna, ("cover", "Which cover?"), ("8", "This is what will be posted"))
    await answer(anna, ("cover", "Which cover?"), ("auto", "This is what will be posted"))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees("is on Instagram")
    (reel,) = world.instagram.posts
    assert cover_colours(world, reel.items[0]) == ["red", "red", "red"]


async def test_an_album_of_photos_becomes_a_reel(world: World, anna: Person) -> None:
    colours = ["red", "lime", "blue"]
    await anna.sends_files([(f"{colour}.jpg", jpeg(800, 1000, colour)) for colour in colours])
    await anna.sees("3 photos")
    await answer(anna, ("reel", "The shape does not fit"), ("crop", "Which caption?"))
    await confirm(anna)
    (reel,) = world.instagram.posts
    (item,) = reel.items
    assert reel.product == "clips" and item.video is not None
    seen = published(world, item)
    assert seen.height / seen.width == pytest.approx(16 / 9, abs=0.01)
    assert seen.colours == ["red", "red", "red"]
    assert seconds_of(seen.info) > 6


async def test_a_photo_becomes_no_reel_and_the_sentence_says_what_does(anna: Person) -> None:
    await anna.sends_photo()
    await anna.sees("What shall it become?")
    await answer(anna, ("reel", "one video, or 2 to 10 photos"))


async def test_a_photo_has_no_cover_to_change(anna: Person) -> None:
    await anna.sends_files([("a.jpg", stripes(1080, 1080))])
    await anna.sees("What shall it become?")
    await answer(anna, ("photo", "Which caption?"), *REST)
    await anna.sees("This is what will be posted")
    assert "Change cover" not in anna.labels()
    await answer(anna, ("cover", "Please answer"))


async def test_a_german_creator_cuts_and_covers_in_german(anna: Person, ben: Person) -> None:
    await ben.sends_files([("long.mp4", long_clip())])
    await ben.sees("Was soll daraus werden?")
    await answer(ben, ("Story", "Welcher Teil?"), ("bald", "Antworte"), ("Anfang", "Wann?"))
    await answer(ben, ("zurück", "Welcher Teil?"), ("zurück", "Was soll daraus werden?"))
    await answer(ben, ("Reel", "Welcher Text?"), ("ohne", "Welche Hashtags?"))
    await answer(ben, ("ohne", "Wann?"), ("jetzt", ""))
    await ben.sees("So wird es veröffentlicht", CONVERTING)
    await answer(ben, ("Titelbild", "Welches Titelbild?"), ("automatisch", "So wird es"))
