"""What can be said to "This is what will be posted", in the chat."""

from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.end_to_end.test_publishing import answer


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
        ("tomorrow 10:30", "This is what will be posted"),
    )
    assert "10:30" in await anna.sees("This is what will be posted")
    await answer(anna, ("yes", "10:30"))
    (post,) = world.services.posts.planned(anna.id)
    assert (post.caption, post.hashtags) == ("Hello", ["one"])
