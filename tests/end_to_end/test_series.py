"""Several posts at one go: a burst, an album as separate posts, stories in a row, the order."""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from storage.lifecycle import PostType, Status
from storage.models import Post
from tests.days import on_berlins_clocks
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import CARLA, World
from tests.end_to_end.test_cards import drafts_of
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken


def planned(world: World) -> list[Post]:
    return world.services.posts.planned(ALL)


def has_card(world: World, person: Person) -> bool:
    """Whether the draft that the person is at is the newest thing in the chat."""
    draft = world.services.drafts.current(owner_id=person.id, chat_id=person.id)
    return draft is not None and draft.prompt_message_id is not None


def has_drafts(world: World, person: Person, count: int) -> bool:
    return len(drafts_of(world, person)) == count


async def taps(person: Person, key: str, language: str = "en") -> None:
    """The button whose label says this, once it is there."""
    said = spoken(key, language)
    await person.taps(await person.sees_button(said))


def wall_time(post: Post) -> datetime:
    assert post.wall_time is not None
    return datetime.fromisoformat(post.wall_time)


def album(count: int) -> list[tuple[str, bytes]]:
    return [(f"{number}.jpg", jpeg(320, 400 + number)) for number in range(count)]


async def test_a_burst_is_planned_for_the_same_hour_on_the_next_days(
    world: World, dirk: Person
) -> None:
    """Sending, the way, the hour: three acts, and one message, which can be taken back."""
    person, language = dirk, "de"
    for caption in [None] * 9 + ["Last light"]:
        await person.sends_photo(caption=caption)
    await person.sees(spoken("series_head", language), "10 · Last light")
    assert len(drafts_of(world, person)) == 10
    await taps(person, "series_daily", language)
    await person.sees(spoken("ask_series_hour", language))
    await taps_time(person, "18:00")
    await person.sees(spoken("card_series", language))
    posts = planned(world)
    times = [on_berlins_clocks(post.scheduled_time) for post in posts if post.scheduled_time]
    assert len(times) == 10
    assert {later - sooner for sooner, later in pairwise(times)} == {timedelta(days=1)}
    assert [post.caption for post in posts] == [""] * 9 + ["Last light"]
    assert len(person.told()) == 1
    await person.sends("/delete 3")
    await person.sees(spoken("ask_delete", language, id=3))
    question = person.last()
    await person.sends(spoken("button_undo", language))
    await person.sees(spoken("series_head", language))
    assert planned(world) == []
    await until(lambda: person.labels(question) == [])
    await person.sends("Zehn Abende")
    await person.sees(spoken("card_is_caption", language, said="Zehn Abende"))
    await person.sends("jeden Tag um 18:45")
    await person.sees_button("18:45")
    await taps(person, "button_discard", language)
    await person.sees(spoken("cancelled", language))
    assert drafts_of(world, person) == []
    await person.sends(spoken("button_undo", language))
    await until(lambda: person.reaction_on(spoken("button_undo", language)) == "👍")
    assert len(drafts_of(world, person)) == 10


async def taps_time(person: Person, clock: str) -> None:
    await person.taps(await person.sees_button(clock))


async def test_photos_that_come_a_little_later_join_the_burst(world: World) -> None:
    """What came first has a card already, which becomes that of all."""
    await world.stop_bot()
    world.burst = timedelta(seconds=60)
    await world.start_bot()
    person = world.person(CARLA)
    await person.sends_photo(caption="Morning")
    await person.sees("Morning")
    await person.sends_photo()
    await person.sees("2 photos, 2 drafts")
    await person.sends_photo(caption="Evening")
    await person.sees("3 · Evening")
    await until(lambda: len(person.told()) == 1)
    assert person.is_the_bots(person.messages()[-1]), "the card follows the photos"
    assert spoken("button_same_caption") not in person.labels(), "two texts came"
    await taps(person, "series_slots")
    await person.sees(spoken("card_series"))
    assert [post.caption for post in planned(world)] == ["Morning", "", "Evening"]
    assert len({post.scheduled_time for post in planned(world)}) == 3
    await person.replies(person.last(), "Something else")
    await person.sees(spoken("reply_to_series"))
    card = next(
        one for one in reversed(person.messages()) if one.get("photo") and person.is_the_bots(one)
    )
    await person.replies(card, "note: wait for the logo")
    await person.sees(spoken("note_kept", id=1))
    await person.sends("/delete 3")
    await person.sees(spoken("ask_delete", id=3))
    question = person.last()
    await person.replies(card, "delete")
    await until(lambda: planned(world) == [])
    await until(lambda: person.labels(question) == [])
    await taps(person, "button_undo")
    await until(lambda: len(planned(world)) == 3)
    await person.sends("/list")
    await person.taps(await person.sees_button(spoken("button_show", id=1)))
    await person.sees("Post 1", "Morning")
    await person.replies(person.last(), f"{wall_time(planned(world)[1]):%d.%m.%Y %H:%M}")
    await person.sees(spoken("crowded_post"))
    await person.sends_photo()
    await person.sends_photo()
    await person.sees("2 photos, 2 drafts")
    at = wall_time(planned(world)[-1])
    await person.sends(f"{at:%d.%m.%Y %H:%M}")
    await taps_time(person, f"{at:%H:%M}")
    await person.sees(spoken("series_nearby", posts="4"))


async def test_an_album_becomes_separate_posts_one_by_one_or_one_again(
    world: World, dirk: Person
) -> None:
    person, language, said = dirk, "de", "Der Hafen"
    await person.sends_files(album(3), caption="Als einzelne Posts")
    await person.sees(spoken("series_head", language))
    assert [draft.caption for draft in drafts_of(world, person)] == [""] * 3
    await taps(person, "button_as_one", language)
    await until(lambda: [len(one.media) for one in drafts_of(world, person)] == [3])
    await person.sends(said)
    await until(lambda: bool(drafts_of(world, person)[0].caption))
    await taps(person, "button_more", language)
    await person.sees(spoken("ask_more", language))
    await taps(person, "button_separate", language)
    await person.sees(spoken("series_head", language))
    await taps(person, "button_same_caption", language)
    await until(lambda: len({one.caption for one in drafts_of(world, person)}) == 1)
    await taps(person, "button_one_by_one", language)
    for left in (2, 1, 0):
        await until(partial(has_card, world, person))
        await taps(person, "button_next_free", language)
        await until(partial(has_drafts, world, person, left))
    assert [post.caption for post in planned(world)] == [said] * 3


async def test_a_type_or_hashtags_for_several_posts_are_not_given_to_the_first_alone(
    world: World, carla: Person
) -> None:
    await carla.sends_files(album(3), caption="as separate posts")
    await carla.sees(spoken("series_head"))
    for said in ("story", "#pier #harbour"):
        await carla.sends(said)
        await carla.sees(spoken("series_one_by_one", count=3))
        await carla.sees_button(spoken("button_one_by_one"))
    drafts = drafts_of(world, carla)
    assert [(one.post_type, one.hashtags) for one in drafts] == [(PostType.PHOTO, [])] * 3


async def test_an_album_goes_out_as_stories_in_a_row(world: World, carla: Person) -> None:
    """Each is a story of its own, in order; one card names all, and says what became of them."""
    person, language = carla, "en"
    await person.sends_files(album(3))
    await until(lambda: len(person.labels()) == 7)
    await person.sends("stories")
    await until(lambda: drafts_of(world, person)[0].post_type is PostType.STORIES)
    await taps(person, "button_next_free", language)
    await until(lambda: len(planned(world)) == 3)
    await person.sees_button(spoken("button_delete_all", language))
    card, row = person.last(), planned(world)
    assert [post.post_type for post in row] == [PostType.STORY] * 3
    await person.replies(card, "tomorrow 10:20")
    await person.sees(spoken("moved_stories", language, count=3), "10:20")
    moved = planned(world)
    assert {post.scheduled_time for post in moved}.isdisjoint(one.scheduled_time for one in row)
    assert len({post.scheduled_time for post in moved}) == 1
    await taps(person, "button_later", language)
    await until(lambda: all(post.wall_time != moved[0].wall_time for post in planned(world)))
    times = [post.scheduled_time for post in (moved[0], *planned(world)) if post.scheduled_time]
    assert {later.date() - times[0].date() for later in times[1:]} == {timedelta(days=1)}
    await taps(person, "button_publish_all", language)
    await person.sees(spoken("ask_publish_all", language))
    assert len(planned(world)) == 3
    await taps(person, "button_publish_for_sure", language)
    await until(lambda: not planned(world))
    published = [world.services.posts.get(post.id, ALL) for post in moved]
    assert [post.status for post in published] == [Status.UPLOADED] * 3
    times = [post.published_at for post in published if post.published_at]
    assert times == sorted(times) and len(world.instagram.stories) == 3


async def test_items_of_a_carousel_are_moved_removed_and_added(world: World, dirk: Person) -> None:
    """The card stays one message, and its first item gives all their shape."""
    person, language = dirk, "de"
    await person.sends_files([*album(2), ("wide.jpg", jpeg(640, 336))])
    await person.sees_button(spoken("button_more", language))
    (draft,) = drafts_of(world, person)
    one, two, wide = (item.original for item in draft.media)
    await taps(person, "button_more", language)
    await person.sees(spoken("ask_more", language))
    await taps(person, "button_change_order", language)
    await person.sees(spoken("ask_order", language))
    await person.taps("3")
    await person.sees(spoken("ask_order_item", language))
    await taps(person, "button_order_to_front", language)
    await until(lambda: originals(world, person) == [wide, one, two])
    await taps(person, "button_order_later", language)
    await until(lambda: originals(world, person) == [one, wide, two])
    await taps(person, "button_order_remove", language)
    await until(lambda: originals(world, person) == [one, two])
    await person.sends_photo(jpeg(320, 350))
    await until(lambda: len(originals(world, person)) == 3)
    await until(lambda: drafts_of(world, person)[0].question == "card")
    assert drafts_of(world, person)[0].post_type is PostType.CAROUSEL
    assert len(person.told()) == 1


def originals(world: World, person: Person) -> list[str]:
    (draft,) = drafts_of(world, person)
    return [item.original for item in draft.media]


async def test_step_by_step_an_album_becomes_stories_in_a_row_too(
    world: World, anna: Person
) -> None:
    await anna.sends_files(album(2))
    await anna.sees(spoken("ask_type"))
    await anna.sends("stories")
    await anna.sees(spoken("ask_fit"))
    await anna.taps("A · Crop")
    await anna.sees(spoken("ask_time"))
    await anna.sends("tomorrow 9:00")
    await anna.sees(spoken("ask_confirm"))
    await taps(anna, "button_schedule")
    await anna.sees(spoken("card_stories"))
    posts = planned(world)
    assert [post.post_type for post in posts] == [PostType.STORY] * 2
    assert len({post.card_message_id for post in posts}) == 1
