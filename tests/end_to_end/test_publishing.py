"""From the first photo to the link: every type, in two languages, now and later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import text

from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.samples import clip, jpeg
from tests.scopes import own
from tests.spoken import spoken


async def answer(person: Person, *answers: tuple[str, str]) -> None:
    """Give answers in words, waiting for what each leads to."""
    for said, seen in answers:
        await person.sends(said)
        await person.sees(seen)


async def finish(person: Person, kind: str, *, time: str = "now") -> None:
    """Answer all questions in words, from the type to the confirmation."""
    texts = [("Hello", "Which hashtags?"), ("none", spoken("ask_time"))]
    asked = (
        [(kind, spoken("ask_time"))] if kind == "story" else [(kind, spoken("ask_caption")), *texts]
    )
    await answer(person, *asked, (time, spoken("ask_confirm")), ("yes", "Post"))


async def test_a_photo_is_published_with_taps_alone(world: World, anna: Person) -> None:
    await anna.sends_photo(caption="Evening at the lake #sunset #lake")
    await anna.sees("1 photo")
    await anna.taps("Photo")
    await anna.sees("Evening at the lake")
    await anna.taps("Use this one")
    await anna.sees("stay there: #sunset #lake")
    await anna.taps("No hashtags")
    await anna.sees(spoken("ask_time"))
    await anna.taps("Now")
    await anna.sees(spoken("ask_confirm"), "Hashtags: those in the caption")
    await anna.taps(spoken("button_schedule"))
    result = await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert post.caption == "Evening at the lake #sunset #lake"
    assert f"https://www.instagram.com/p/{post.code}/" in result
    assert "Post 1" in anna.last()["reply_to_message"]["text"], "it replies to the card"
    await until(lambda: "Delete" not in anna.labels())


red, blue = (partial(jpeg, colour=colour) for colour in ("red", "blue"))
TYPES: list[tuple[str, list[Callable[[], bytes]], str]] = [
    ("photo", [jpeg], "feed"),
    ("story", [partial(jpeg, 360, 640)], "story"),
    ("video", [partial(clip, 640, 640)], "feed"),
    ("reel", [clip], "clips"),
    ("story", [clip], "story"),
    ("carousel", [red, partial(clip, 640, 800), blue], "carousel_container"),
]


async def test_every_type_is_published(world: World, anna: Person) -> None:
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE accounts SET min_gap_seconds = 0"))
    for kind, files, product in TYPES:
        await anna.sends_files([(f"{number}.bin", make()) for number, make in enumerate(files)])
        await anna.sees(spoken("ask_type"))
        await finish(anna, kind)
        result = await anna.sees(spoken("result_published"))
        assert "https://www.instagram.com/" in result
        post = max([*world.instagram.posts, *world.instagram.stories], key=lambda one: one.pk)
        assert (post.product, len(post.items)) == (product, len(files))
        assert post.caption == ("" if kind == "story" else "Hello")
    assert len([*world.instagram.posts, *world.instagram.stories]) == len(TYPES)
    first, _, last = max(world.instagram.posts, key=lambda one: one.pk).items
    assert [_dominant(world, item.photo.file) for item in (first, last)] == ["red", "blue"]


async def test_a_german_creator_is_answered_in_german(world: World, ben: Person) -> None:
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await answer(
        ben,
        ("Foto", spoken("ask_caption", "de")),
        ("ohne", spoken("ask_hashtags", "de")),
        ("urlaub, Meer", spoken("ask_time", "de")),
        ("morgen 9 Uhr", "#urlaub #Meer"),
        ("ja", "Post 1"),
    )
    (post,) = world.services.posts.planned(own(ben.id))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert post.wall_time is not None and post.wall_time.endswith("T09:00:00")
    assert post.scheduled_time is not None
    assert abs(post.scheduled_time - tomorrow) < timedelta(days=1)
    assert world.instagram.posts == []


async def test_a_restart_at_any_time_loses_nothing_and_needs_no_other_login(
    world: World, anna: Person
) -> None:
    """In the middle of the questions, and between planning and publishing."""
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await finish(anna, "photo")
    await anna.sees(spoken("result_published"))
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")), ("Kept", "Which hashtags?"))
    await world.stop_bot()
    await world.start_bot()
    await answer(anna, ("none", spoken("ask_time")), ("in 2 hours", "Kept"), ("yes", "Post"))
    await world.stop_bot()
    await _let_time_pass(world, hours=2)
    await world.start_bot()
    await anna.sees(spoken("result_published"))
    assert len(world.instagram.posts) == 2
    assert world.instagram.logins == 1


async def _let_time_pass(world: World, *, hours: int) -> None:
    """Move all plans into the past: the database's clock cannot be moved."""
    from storage.database import Database

    database = Database(world.database_url)
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE scheduled_posts SET scheduled_time = scheduled_time - :gone,"
                " next_attempt_at = next_attempt_at - :gone"
            ),
            {"gone": timedelta(hours=hours)},
        )
    database.close()


def _dominant(world: World, name: str) -> str:
    from PIL import Image

    with Image.open(world.instagram.files / name) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    names = {(1, 0, 0): "red", (0, 1, 0): "lime", (0, 0, 1): "blue", (1, 1, 1): "white"}
    return names[round(red / 255), round(green / 255), round(blue / 255)]
