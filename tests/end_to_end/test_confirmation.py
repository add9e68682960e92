"""What can be said at the last look, in the chat."""

from tests.days import weekday
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import own
from tests.spoken import spoken


async def test_a_time_typed_at_the_confirmation_becomes_the_new_time(
    world: World, anna: Person
) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(
        anna,
        ("photo", spoken("ask_caption")),
        ("Hello", "Which hashtags?"),
        ("one", spoken("ask_time")),
        ("tomorrow 9:00", spoken("ask_confirm")),
        ("yesterday 9:00", spoken("time_in_the_past")),
    )
    kept = await anna.sees(spoken("time_in_the_past"))
    assert "09:00" in kept and "Hello" in kept, "the button below it schedules: what, and when?"
    await answer(anna, ("tomorrow 10:30", spoken("ask_confirm")))
    await anna.sees(spoken("ask_confirm"), "10:30")
    for question in ("time", "hashtags", "caption"):
        await answer(anna, (question, "?"), ("back", spoken("ask_confirm")))
    other = spoken("ask_replace_media")
    await answer(anna, ("media", other), ("back", spoken("ask_confirm")), ("media", other))
    (draft,) = world.services.drafts.all_of(owner_id=anna.id, chat_id=anna.id)
    assert len(draft.media) == 1, "kept until others come"
    await anna.sends_photo(jpeg(330, 330))
    await anna.sees(spoken("ask_confirm"))
    await answer(anna, ("yes", "10:30"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello", ["one"])
    assert [item.width for item in post.media] == [330]


async def test_yes_takes_the_one_time_that_was_offered_and_then_it_plans(
    world: World, anna: Person
) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    slip, agreed = spoken("time_slip"), spoken("ask_confirm")
    soon, later = (weekday(days).replace("day", "dday") for days in (2, 3))
    await answer(anna, ("photo", spoken("ask_caption")), ("skip", "Which hashtags?"))
    await answer(anna, ("skip", spoken("ask_time")), (f"{soon} 18:00", slip))
    await answer(anna, ("whenever", "didn't understand"), ("yes", "didn't understand"))
    await answer(anna, (f"{soon} 18:00", slip), ("Yes!", agreed))
    await anna.sees(agreed, "18:00")
    await answer(anna, (f"{later} 9:30", slip), ("ok", agreed))
    await anna.sees(agreed, "09:30")
    await answer(anna, ("yes", "Post 1"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert post.wall_time is not None and post.wall_time.endswith("T09:30:00")


async def test_a_story_is_asked_for_no_text_and_what_was_entered_comes_back(
    world: World, anna: Person
) -> None:
    await anna.sends_photo(jpeg(360, 640), caption="Hello #one")
    await anna.sees(spoken("ask_type"))
    await answer(
        anna,
        ("story", spoken("ask_time")),
        ("tomorrow 9:00", spoken("story_shows_no_text")),
        ("caption", spoken("story_shows_no_text")),
    )
    assert "Caption" not in anna.labels() and "Hashtags" not in anna.labels()
    await answer(
        anna,
        ("type", spoken("ask_type")),
        ("photo", spoken("ask_fit")),
        ("white", spoken("ask_caption")),
        ("keep", "Which hashtags?"),
        ("keep", spoken("ask_confirm")),
        ("type", spoken("ask_type")),
        ("story", spoken("story_shows_no_text")),
        ("type", spoken("ask_type")),
        ("photo", spoken("ask_fit")),
        ("white", spoken("ask_confirm")),
        ("yes", "Post 1"),
    )
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello #one", [])
