"""Shapes that do not fit: the person sees what each way makes of them, and that is published."""

import pytest
from PIL import ImageChops

from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.media import picture_of, published, stripes, video
from tests.end_to_end.test_publishing import answer
from tests.spoken import spoken

REST = [
    ("skip", "Which hashtags?"),
    ("none", spoken("ask_time")),
    ("now", spoken("ask_confirm")),
    ("yes", "Post "),
]


EDGES = {"blurred": None, "white": (255, 255, 255), "black": (0, 0, 0), "crop": (0, 255, 0)}
"""What is chosen -> the colour of the top edge."""


async def test_a_panorama_is_published_as_its_owner_chose(world: World, anna: Person) -> None:
    for said, edge in EDGES.items():
        await anna.sends_files([("wide.jpg", stripes(960, 320))], as_file=True)
        await anna.sees(spoken("ask_type"))
        await answer(anna, ("photo", spoken("ask_fit")), (said, spoken("ask_caption")), *REST)
        await anna.sees(spoken("result_published"))
        post = max(world.instagram.posts, key=lambda one: one.pk)
        seen = published(world, post.items[0])
        assert seen.width / seen.height == pytest.approx(1.91, abs=0.01)
        assert seen.colours == ["red", "lime", "blue"]
        assert edge is None or seen.edge == pytest.approx(edge, abs=12)
    assert len(world.instagram.posts) == len(EDGES)


async def test_arrows_move_the_crop_in_one_message_words_do_too_and_rubbish_explains_itself(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("wide.jpg", stripes(1600, 320))], as_file=True)
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("story", spoken("ask_fit")))
    shown, count = picture_of(world, anna.last()), len(anna.messages())
    await anna.taps("◀ Left")
    await anna.taps("◀ Left")
    await until(
        lambda: bool(ImageChops.difference(shown, picture_of(world, anna.last())).getbbox())
    )
    assert len(anna.messages()) == count
    await anna.taps("A · Crop")
    await anna.sees(spoken("ask_time"))
    await answer(anna, *REST[2:])
    await anna.sees(spoken("result_published"))
    (story,) = world.instagram.stories
    seen = published(world, story.items[0])
    assert seen.height / seen.width == pytest.approx(16 / 9, abs=0.05)
    assert seen.colours == ["red", "red", "red"]

    await anna.sends_files([("wide.jpg", stripes(1600, 320))], as_file=True)
    await anna.sees(spoken("ask_type"))
    await answer(
        anna,
        ("story", spoken("ask_fit")),
        ("sideways", "move the crop"),
    )
    await anna.taps("Right ▶")  # below the explanation it brings the picture again
    await anna.sees(spoken("ask_fit"))
    assert picture_of(world, anna.last()).width > 0
    await until(lambda: anna.labels().count("Right ▶") == 1)
    await answer(anna, ("right", spoken("ask_fit")), ("crop", spoken("ask_time")), *REST[2:])
    await anna.sees(spoken("result_published"))
    story = max(world.instagram.stories, key=lambda one: one.pk)
    assert published(world, story.items[0]).colours == ["blue", "blue", "blue"]


async def test_framing_has_a_way_back_ends_and_can_be_changed_at_the_confirmation(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("wide.jpg", stripes(960, 320))], as_file=True)
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_fit")))
    await anna.taps("Cancel")
    await anna.sees(spoken("cancelled"))
    assert world.services.drafts.current(owner_id=anna.id, chat_id=anna.id) is None
    await anna.sends_files([("wide.jpg", stripes(960, 320))], as_file=True)
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_fit")), ("back", spoken("ask_type")))
    await answer(anna, ("photo", spoken("ask_fit")), ("crop", spoken("ask_caption")))
    await answer(anna, ("back", spoken("ask_fit")), ("white", spoken("ask_caption")), *REST[:3])
    await anna.taps("Framing")
    await anna.sees(spoken("ask_fit"))
    await answer(anna, ("black", spoken("ask_confirm")), ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert published(world, post.items[0]).edge == pytest.approx((0, 0, 0), abs=12)


async def test_another_type_asks_anew_what_fits_is_not_asked_and_a_german_frames_in_german(
    anna: Person, ben: Person
) -> None:
    await anna.sends_files([("a.jpg", stripes(480, 600))], as_file=True)
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")), *REST[:3])
    await anna.taps("Type")
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("story", spoken("ask_fit")), ("blurred", spoken("ask_confirm")))

    await ben.sends_files([("wide.jpg", stripes(960, 320))], as_file=True)
    await ben.sees(spoken("ask_type", "de"))
    await answer(ben, ("Foto", "Die Form passt nicht"), ("quer", "Antworte"))
    await answer(
        ben, ("links", "Die Form passt nicht"), ("zuschneiden", spoken("ask_caption", "de"))
    )


async def test_all_items_of_a_carousel_get_the_ratio_of_the_first(
    world: World, anna: Person
) -> None:
    files = [("a.jpg", stripes(480, 480)), ("b.jpg", stripes(640, 360))]
    await anna.sends_files([*files, ("c.mp4", video("640x640", 3.2))])
    await anna.sees("2 photos and 1 video")
    await answer(anna, ("carousel", spoken("ask_fit")), ("white", spoken("ask_caption")))
    await answer(anna, *REST)
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    shown = [published(world, item) for item in post.items]
    assert [item.width / item.height for item in shown] == pytest.approx([1, 1, 1], abs=0.01)
