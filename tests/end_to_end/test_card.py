"""A post on a card: three acts from the gallery to the plan, and everything stays changeable."""

import asyncio

import pytest

from storage.lifecycle import PostType
from storage.models import Draft
from tests.days import the_24th, weekday
from tests.end_to_end.chat import CONVERTING, Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.ffmpeg import Gate
from tests.end_to_end.media import lose, video
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken


def draft_of(world: World, person: Person) -> Draft:
    draft = world.services.drafts.current(owner_id=person.id, chat_id=person.id)
    assert draft is not None
    return draft


async def slot(person: Person, language: str = "en") -> str:
    """The button for the next free slot."""
    return await person.sees_button(spoken("button_next_free", language))


def clip(seconds: float = 3.2) -> bytes:
    """A reel that need not be converted."""
    return video("324x576", seconds, source="color=teal")


async def test_a_photo_or_a_carousel_with_its_caption_is_planned_by_one_tap(
    world: World, dirk: Person
) -> None:
    """Three acts with the sending of two, and one message, which stays."""
    person, language = dirk, "de"
    await person.sends_photo(caption="Evening over the harbour #sunset")
    card = await person.sees("Evening over the harbour #sunset")
    assert spoken("no_time_yet", language) in card
    await until(lambda: len(person.labels()) == 7)
    await person.taps(await slot(person, language))
    await person.sees("Post 1")
    assert len(person.told()) == 1
    (post,) = world.services.posts.planned(ALL)
    assert (post.caption, post.hashtags) == ("Evening over the harbour #sunset", [])
    assert post.card_message_id == person.last()["message_id"]
    files = [("a.jpg", jpeg(320, 320)), ("b.jpg", jpeg(320, 320))]
    await person.sends_files(files, caption="At the pier #harbour #evening")
    await person.sees("2 Fotos")
    await person.taps(await slot(person, language))
    await person.sees("Post 2")
    _, post = world.services.posts.planned(ALL)
    assert (post.post_type, len(post.media)) == (PostType.CAROUSEL, 2)
    assert (post.caption, len(person.told())) == ("At the pier #harbour #evening", 2)


async def test_words_are_understood_as_what_they_are(world: World, dirk: Person) -> None:
    """A time waits for a tap; hashtags, a type and a button's name do what they say."""
    person, language = dirk, "de"
    await person.sends_photo(jpeg(320, 320))
    await person.sees(spoken("card_no_caption", language))
    await person.sends("Hello from the harbour")
    await person.sees("Hello from the harbour")
    await person.sends("#one #two")
    await person.sees("#one #two")
    await person.sends({"en": "tomorrow 9", "de": "morgen 9"}[language])
    await person.sees("09:00")
    planned = await person.sees_button(spoken("plan_at", language))
    assert "09:00" in planned
    await person.sees_button("21:00")  # it may be meant, and is near
    assert world.services.posts.planned(ALL) == []
    await person.sends("story")
    await person.sees(spoken("story_shows_no_text", language))
    await person.sends("Foto")
    await person.sees("Hello from the harbour")
    await person.sends(spoken("button_more", language))
    await person.sees(spoken("ask_more", language))
    await person.sends(spoken("button_back", language))
    await until(lambda: draft_of(world, person).question == "card")
    await until(lambda: person.reaction_on(spoken("button_back", language)) == "👍")
    await person.taps(planned)
    await person.sees("Post 1")
    (post,) = world.services.posts.planned(ALL)
    assert (post.caption, post.hashtags) == ("Hello from the harbour", ["one", "two"])
    assert len(person.told()) == 1


async def test_what_could_be_two_things_is_asked_on_the_card(world: World, carla: Person) -> None:
    await carla.sends_photo()
    await carla.sees(spoken("card_no_caption"))
    await carla.sends("Tomorrow at 20:00!")
    await carla.sees(spoken("card_which"))
    await carla.taps(spoken("as_caption", said="Tomorrow at 20:00!"))
    await until(lambda: draft_of(world, carla).caption == "Tomorrow at 20:00!")
    await carla.sends(weekday(3))
    await carla.sees(spoken("ask_hour"))
    await carla.sends("Yes!")
    await carla.sees(spoken("card_is_caption"))
    await carla.taps(spoken("as_caption", said="Yes!"))
    await carla.sees("Yes! · 4/2,200")
    for named, answered in (("Help?", "help"), ("hilfe", "help"), ("list", "list_empty")):
        await carla.sends(named)
        await carla.sees(spoken(answered))
    assert draft_of(world, carla).caption == "Yes!"
    await carla.sends("yesterday at 9:00")
    await carla.sees(spoken("time_in_the_past"))
    await carla.sees_button(spoken("as_caption", said="yesterday at 9:00"))
    await carla.taps("‹ Back")
    await carla.sends("time")
    await carla.sees(spoken("ask_time"))
    await carla.sends("31 Feb 10:00")
    await carla.sees(spoken("time_no_such_day", missing="31 February"))
    await carla.sends("asdf")
    await carla.sees("“asdf”")
    assert (draft_of(world, carla).caption, draft_of(world, carla).question) == ("Yes!", "time")
    await carla.taps("‹ Back")
    await carla.sends("Boats at the pier")
    await carla.sees(spoken("card_caption_replaced"), "Yes!")
    await carla.taps(spoken("button_old_caption"))
    await carla.sees("Yes! · 4/2,200")
    await carla.sends("now")
    await carla.sees(spoken("tap_now"))
    await carla.sends(f"{weekday(2).replace('day', 'dday')} 18:00")
    await carla.sees(spoken("time_slip"))
    await carla.sends("yes")
    await carla.sees(", 18:00 (")
    await carla.taps("Caption")
    await carla.sees(spoken("caption_to_copy"), "Yes!")
    await carla.sends("mon-fri 9:00 18:00")
    await carla.sees("Caption: mon-fri 9:00 18:00")
    await carla.taps("‹ Back")
    await carla.taps("Now")
    await carla.sees(spoken("result_published"))


async def test_a_time_on_the_last_line_of_a_caption_stays_there_until_it_is_tapped(
    world: World, dirk: Person
) -> None:
    await dirk.sends_photo(caption="Abendlicht\nmorgen um 9 Uhr")
    await dirk.sees(spoken("card_last_line", "de", line="morgen um 9 Uhr"))
    assert draft_of(world, dirk).caption == "Abendlicht\nmorgen um 9 Uhr"
    await dirk.sends("Abendlicht\nam Hafen")
    assert spoken("card_last_line", "de", line="") not in await dirk.sees("am Hafen")
    await dirk.sends("Text: morgen 9:00")
    assert spoken("card_last_line", "de", line="") not in await dirk.sees("morgen 9:00 · ")
    await dirk.sends("Abendlicht\n\nmorgen 9:00")
    await dirk.taps(await dirk.sees_button(spoken("plan_at", "de")))
    await dirk.sees("Post 1", "Abendlicht")
    (post,) = world.services.posts.planned(ALL)
    assert (post.caption, (post.wall_time or "")[11:16]) == ("Abendlicht", "09:00")
    dirk.edits("Abendlicht\n\nmorgen 9:00", "Abendlicht am Hafen\n\nmorgen 9:00")
    await dirk.sees(spoken("edited", "de"))
    await dirk.sends_photo(caption="morgen 11:00")
    await dirk.taps(await dirk.sees_button(spoken("plan_at", "de")))
    await dirk.sees("Post 2")
    assert [one.caption for one in world.services.posts.planned(ALL)] == ["Abendlicht", ""]


async def test_the_type_is_inferred_and_can_be_another(world: World, carla: Person) -> None:
    await carla.sends_photo(jpeg(360, 640))
    await carla.sees("Story")
    await carla.taps("As a Photo")
    await carla.sees("Photo")
    assert draft_of(world, carla).fit == "crop"
    await carla.sends_files([("clip.mp4", clip())])
    await carla.sees("Reel")
    await carla.taps("Type")
    await carla.sees(spoken("ask_type"))
    await carla.taps("Video")
    await carla.sees("Video")
    await carla.sends_files([("a.jpg", jpeg()), ("b.jpg", jpeg(320, 320))])
    await carla.sees("Carousel")
    drafts = world.services.drafts.all_of(owner_id=carla.id, chat_id=carla.id)
    assert [draft.post_type for draft in drafts] == ["photo", "video", "carousel"]


async def test_while_it_is_converted_a_tap_on_a_time_is_remembered(
    world: World, carla: Person, gate: Gate
) -> None:
    """Also by the bot that is started after a kill; words are heard meanwhile."""
    await carla.sends_files([("clip.mp4", video("640x360", 4))])
    await carla.sees(spoken("card_converting"))
    await carla.sends("By the sea")
    await carla.sees("By the sea")
    await carla.taps(await slot(carla))
    await carla.sees(spoken("card_plans_when_ready"), spoken("card_converting"))
    await carla.taps("Not yet")
    await carla.taps(await carla.sees_button(spoken("plan_at")))
    await carla.sees(spoken("card_plans_when_ready"))
    await world.stop_bot()
    gate.open()
    await world.start_bot()
    await carla.sees("Post 1", timeout_seconds=CONVERTING)
    assert len(carla.told()) == 1
    (post,) = world.services.posts.planned(ALL)
    assert post.caption == "By the sea"


async def test_a_double_tap_plans_once_and_a_restart_right_after_it_shows_that(
    world: World, carla: Person
) -> None:
    await carla.sends_photo(caption="One")
    await carla.sees("One")
    label = await slot(carla)
    await asyncio.gather(carla.taps(label), carla.taps(label))
    await carla.sees("Post 1")
    await until(lambda: world.services.inbox.chats() == [])
    assert len(world.services.posts.planned(ALL)) == 1
    assert len(carla.told()) == 1
    await carla.sees_button(spoken("button_change_post"))
    await world.app.bot.edit_message_caption(carla.id, carla.last()["message_id"], caption="Old")
    await carla.sees("Old")
    await world.stop_bot()
    await world.start_bot()
    await carla.sees("Post 1")


async def test_a_failure_goes_back_to_the_card(world: World, carla: Person, gate: Gate) -> None:
    await carla.sends_files([("clip.mp4", video("640x360", 4))])
    await carla.sees(spoken("card_converting"))
    await carla.taps(await slot(carla))
    await carla.sees(spoken("card_plans_when_ready"))
    (item,) = draft_of(world, carla).media
    lose(world, item.original)
    await carla.taps("Type")
    await carla.sees(spoken("ask_type"))
    await carla.taps("Story")
    told = await carla.sees(spoken("card_not_converted"))
    assert spoken("preparing_not_stored") in told
    assert not draft_of(world, carla).schedules_when_ready
    gate.open()


@pytest.mark.usefixtures("short_stories")
async def test_a_part_is_asked_for_on_the_card(world: World, carla: Person) -> None:
    await carla.sends_files([("clip.mp4", clip(7))])
    await carla.sees("Reel")
    await carla.taps("Type")
    await carla.sees(spoken("ask_type"))
    await carla.taps("Story")
    await carla.sees(spoken("ask_trim"))
    await carla.sends("0:01")
    await until(lambda: draft_of(world, carla).question == "card")
    assert draft_of(world, carla).trim_start == 1.0
    assert len(carla.told()) == 1


async def test_a_photo_that_becomes_the_cover_is_seen_to_be_understood(
    world: World, carla: Person
) -> None:
    await carla.sends_files([("clip.mp4", clip())])
    await carla.taps(await carla.sees_button(spoken("button_more")))
    await carla.taps(await carla.sees_button(spoken("button_change_cover")))
    await carla.sees(spoken("ask_cover"))
    await carla.sends_photo(jpeg(320, 320))
    await until(lambda: carla.reaction_on(carla.messages()[-1]) == "👍")
    (item,) = draft_of(world, carla).media
    assert item.own_cover is not None


async def test_a_card_that_was_deleted_is_sent_anew_and_discarding_can_be_undone(
    carla: Person,
) -> None:
    await carla.sends_photo(caption="One")
    await carla.sees("One")
    carla.deletes(carla.last())
    await carla.sends("Good evening, harbour")
    await carla.sees("Good evening, harbour")
    assert len(carla.told()) == 1
    await carla.taps("Discard")
    await carla.sees(spoken("cancelled"))
    await until(lambda: carla.labels() == ["Undo"])
    await carla.taps("Undo")
    await carla.sees("Good evening, harbour")
    await carla.taps(await slot(carla))
    await carla.sees("Post 1")
    assert len(carla.told()) == 1


async def test_a_refusal_of_words_stands_below_them_and_taps_move_nothing(
    world: World, dirk: Person
) -> None:
    await dirk.sends_photo(caption="Eins")
    await dirk.sees("Eins")
    for said, answer in (
        ("x" * 6000, "6.000"),
        ("gestern 9:00", spoken("time_in_the_past", "de")),
        (weekday(3, "de"), spoken("ask_hour", "de")),
    ):
        before = dirk.last()
        await dirk.sends(said)
        await dirk.sees(answer)
        await until(lambda: len(dirk.told()) == 1)
        assert dirk.messages()[-1]["message_id"] == dirk.last()["message_id"]
        assert dirk.last()["message_id"] != before["message_id"]
    card = dirk.last()["message_id"]
    assert draft_of(world, dirk).prompt_message_id == card
    await dirk.taps(spoken("button_back", "de"))
    await until(lambda: draft_of(world, dirk).question == "card")
    await dirk.sends("Guten Abend, Hafen")
    await dirk.sees("Guten Abend")
    await until(lambda: dirk.reaction_on(dirk.messages()[-1]) == "👍")
    assert dirk.last()["message_id"] == card
    await dirk.replies_with_photo(dirk.last(), jpeg(320, 320))
    await until(lambda: dirk.reaction_on(dirk.messages()[-1]) == "👍")
    assert dirk.last()["message_id"] == card


async def test_a_caption_that_is_too_much_is_said_at_once_and_no_time_is_offered(
    world: World, dirk: Person
) -> None:
    """It came below the photo, so nobody has answered yet; editing it is enough."""
    language, over = "de", "Hafen #eins #zwei #drei #vier #fünf #sechs"
    await dirk.sends_photo(caption=over)
    await dirk.sees(spoken("caption_too_many_hashtags", language), "#sechs")
    assert spoken("button_now", language) not in dirk.labels()
    await dirk.sends("morgen 9:00")
    await dirk.sees("09:00", spoken("caption_too_many_hashtags", language))
    dirk.edits_caption(over, "Hafen #eins")
    await dirk.sees_button(spoken("button_now", language))
    assert "#sechs" not in text_of(dirk.last())


async def test_a_refusal_is_shown_once_although_telegram_fails(world: World, carla: Person) -> None:
    await carla.sends_photo(caption="One")
    await carla.sees("One")
    world.telegram.fail("sendPhoto", status=502, description="Bad Gateway")
    await carla.sends("yesterday 9:00")
    await carla.sees(spoken("time_in_the_past"))
    await until(lambda: len(carla.told()) == 1)
    card = carla.last()
    world.telegram.fail("deleteMessage", status=400, description="Bad Request: message is too old")
    await carla.sends(weekday(3))
    await carla.sees(spoken("ask_hour"))
    await until(lambda: carla.labels(card) == [])


async def test_step_by_step_and_back_to_the_card(carla: Person) -> None:
    await carla.sends_photo(caption="One")
    await carla.sees("One")
    for label, answer in (
        ("More …", "ask_more"),
        (spoken("button_guide_me"), "ask_type"),
        ("Photo", "ask_caption"),
        (spoken("button_keep_caption"), "ask_hashtags"),
        (spoken("button_no_hashtags"), "ask_time"),
    ):
        await carla.taps(label)
        await carla.sees(spoken(answer))
    await carla.sends(f"{the_24th():%d.%m.} 18:30")
    await carla.sees(spoken("ask_confirm"))
    await carla.taps(spoken("button_give_card"))
    await carla.taps(await carla.sees_button(spoken("plan_at")))
    await carla.sees("Post 1")
    await carla.sends_photo(caption="Two")
    shown = await carla.sees("Two")
    assert spoken("no_time_yet") in shown and "1 photo" not in shown
    await carla.taps("More …")
    await carla.sees(spoken("ask_more"))
    await carla.taps(spoken("button_guide_me"))
    await carla.sees(spoken("ask_type"))
    await carla.taps("‹ Back")
    await carla.sees(spoken("ask_media"))
    await carla.sends("mit Karte")
    assert spoken("story_shows_no_text") not in await carla.sees(spoken("no_type"))
    await carla.sees_button("Discard")
    await carla.sends_photo()
    await carla.taps(await slot(carla))
    await carla.sees("Post 2")


async def test_a_card_follows_its_owner_into_another_language(world: World, dirk: Person) -> None:
    await dirk.sends_photo(jpeg(320, 320))
    await dirk.sees(spoken("card_no_caption", "de"))
    world.person(dirk.id, "en")
    await dirk.sends("story")
    await dirk.sees(spoken("note_framed"))
