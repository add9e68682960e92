"""What can be said to "This is what will be posted", in the chat."""

from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import own


async def test_a_time_typed_at_the_confirmation_becomes_the_new_time(
    world: World, anna: Person
) -> None:
    await anna.sends_photo()
    await anna.sees("What shall it become?")
    await answer(
        anna,
        ("photo", "Which caption?"),
        ("Hello", "Which hashtags?"),
        ("one", "When?"),
        ("tomorrow 9:00", "This is what will be posted"),
        ("yesterday 9:00", "in the past"),
    )
    kept = await anna.sees("in the past")
    assert "09:00" in kept and "Hello" in kept, "the button below it schedules: what, and when?"
    await answer(anna, ("tomorrow 10:30", "This is what will be posted"))
    assert "10:30" in await anna.sees("This is what will be posted")
    for question in ("time", "hashtags", "caption"):
        await answer(anna, (question, "?"), ("back", "This is what will be posted"))
    await answer(anna, ("yes", "10:30"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello", ["one"])


async def test_a_story_is_asked_for_no_text_and_what_was_entered_comes_back(
    world: World, anna: Person
) -> None:
    await anna.sends_photo(jpeg(1080, 1920), caption="Hello #one")
    await anna.sees("What shall it become?")
    await answer(
        anna,
        ("story", "When?"),
        ("tomorrow 9:00", "goes out without them"),
        ("caption", "neither caption nor hashtags"),
    )
    assert "Change caption" not in anna.labels() and "Hashtags" not in anna.labels()
    await answer(
        anna,
        ("type", "What shall it become?"),
        ("photo", "The shape does not fit"),
        ("white", "Which caption?"),
        ("keep", "Which hashtags?"),
        ("keep", "This is what will be posted"),
        ("type", "What shall it become?"),
        ("story", "goes out without them"),
        ("type", "What shall it become?"),
        ("photo", "The shape does not fit"),
        ("white", "This is what will be posted"),
        ("yes", "Post 1"),
    )
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello #one", [])
