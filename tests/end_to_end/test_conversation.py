"""Every step: back, cancel, rubbish, stale buttons; nothing already entered is lost."""

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.texts import label
from tests.days import days_of_summer_time, weekday
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_publishing import answer
from tests.samples import clip, jpeg
from tests.scopes import own
from tests.spoken import spoken

STEPS = [
    ("photo", spoken("ask_caption")),
    ("Hello", "Which hashtags?"),
    ("one two", spoken("ask_time")),
    ("tomorrow 9:00", spoken("ask_confirm")),
]


async def stand_at(person: Person, step: int) -> None:
    """Send a photo and answer this many questions."""
    await person.sends_photo()
    await person.sees(spoken("ask_type"))
    await answer(person, *STEPS[:step])


RUBBISH = [
    (0, "a poem", spoken("type_not_understood")),
    (0, "reel", spoken("type_does_not_fit")),
    (0, "\u202etxet", spoken("type_not_understood")),
    (1, "x" * 2201, "2,201 characters"),
    (1, " ".join(f"#tag{n}" for n in range(6)), "Leave out one, for example #tag5"),
    (1, "mon-fri 9:00 18:00", "Caption: mon-fri 9:00 18:00"),
    (2, " ".join(f"tag{n}" for n in range(7)), "Leave out 2, for example #tag5 #tag6"),
    (2, "good bad-one", "bad-one"),
    (2, "12345", "12345"),
    (3, "whenever", "didn't understand “whenever”"),
    (3, "2020-01-01 12:00", spoken("time_in_the_past")),
    (3, "31 Feb 12:00", spoken("time_no_such_day", missing="31 February")),
    (3, "25:99", spoken("time_no_such_time")),
    (3, "9999-01-01 12:00", spoken("time_too_far")),
    (3, "freiday 18:00", "Did you mean this?"),
    *((3, f"{day} 02:30", spoken("time_skipped_by_dst")) for day in days_of_summer_time()),
    (4, "maybe", spoken("confirm_not_understood")),
]


async def test_wrong_input_explains_itself_every_step_has_a_way_back_and_answers_stay(
    world: World, anna: Person
) -> None:
    """At every step all that is wrong there; what is right, the way back, and what is right."""
    await stand_at(anna, 0)
    left = spoken("ask_type")
    for step, (said, following) in enumerate(STEPS):
        await answer(anna, *[(wrong, told) for at, wrong, told in RUBBISH if at == step])
        await answer(anna, (said, following), ("back", left), (said, following))
        left = following
    await answer(anna, *[(wrong, told) for at, wrong, told in RUBBISH if at == len(STEPS)])
    await answer(anna, ("yes", "Post 1"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello", ["one", "two"])


async def test_every_step_can_be_cancelled(world: World, anna: Person) -> None:
    for step in range(5):
        await stand_at(anna, step)
        await anna.sends("/cancel")
        await anna.sees(spoken("cancelled"))
        await anna.sends("Hello?")
        await anna.sees("Send me a photo")
        assert world.services.drafts.current(owner_id=anna.id, chat_id=anna.id) is None, step
        await until(lambda: anna.labels() == [])


async def test_back_at_the_first_step_asks_for_other_media(anna: Person) -> None:
    await stand_at(anna, 0)
    await anna.taps("‹ Back")
    await anna.sees(spoken("ask_media"))
    await anna.sends("photo")
    await anna.sees(spoken("media_first"))
    await anna.sends_files([("clip.mp4", clip())])
    await anna.sees("1 video")


CHANGES = [
    ("Type", spoken("ask_type"), "photo", "Photo"),
    ("Caption", spoken("ask_caption"), "Changed", "Changed"),
    ("Hashtags", "Which hashtags?", "three", "#three"),
    ("Time", spoken("ask_time"), "tomorrow 10:00", "10:00"),
]


async def test_each_answer_can_be_changed_at_the_confirmation(world: World, anna: Person) -> None:
    await stand_at(anna, 4)
    for button, question, said, shown in CHANGES:
        await anna.taps(button)
        await anna.sees(question)
        await anna.sends(said)
        await anna.sees(spoken("ask_confirm"), shown)
    await answer(anna, ("yes", "Post 1"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Changed", ["three"])


async def test_other_media_at_the_confirmation_keep_the_answers(world: World, anna: Person) -> None:
    await stand_at(anna, 4)
    await anna.taps("Media")
    await anna.sees(spoken("ask_replace_media"))
    await anna.sends_photo(jpeg(colour="red"))
    await anna.sees(spoken("ask_confirm"), "Hello")
    media = world.settings.data_dir / "media"
    await until(lambda: len(list(media.glob("*.jpg"))) == 2)


async def test_a_photo_sent_in_the_middle_joins_the_post(anna: Person) -> None:
    await stand_at(anna, 3)
    await anna.sends_photo(caption="Another one")
    await anna.sees(spoken("joined_under_another_caption"))
    await anna.sees("2 photos")
    await answer(anna, ("carousel", spoken("ask_time")), ("tomorrow 9:00", "Carousel"))


async def test_a_day_waits_for_its_hour_over_a_restart(world: World, anna: Person) -> None:
    """And it is let go by the way back, or by another day."""
    soon, another = weekday(2), weekday(3)
    await stand_at(anna, 3)
    await answer(anna, (soon, f"What time on {soon[:3]}"), ("back", spoken("ask_time")))
    await answer(anna, (another, f"What time on {another[:3]}"), ("tomorrow", spoken("ask_hour")))
    await world.stop_bot()
    await world.start_bot()
    await answer(anna, ("maybe", "didn't understand"), ("18:30", spoken("ask_confirm")))
    zone = ZoneInfo(world.settings.timezone)
    tomorrow = datetime.now(zone).date() + timedelta(days=1)
    assert await planned_for(world, anna) == datetime.combine(tomorrow, time(18, 30), zone)
    await answer(anna, ("day after tomorrow", spoken("ask_hour")), ("back", spoken("ask_confirm")))
    assert await planned_for(world, anna) == datetime.combine(tomorrow, time(18, 30), zone)
    await answer(anna, ("day after tomorrow", spoken("ask_hour")))
    await anna.taps("09:00")
    await anna.sees(spoken("ask_confirm"))
    later = datetime.combine(tomorrow + timedelta(days=1), time(9), zone)
    assert await planned_for(world, anna) == later
    await answer(
        anna,
        ("time", spoken("ask_time")),
        ("tomorrow at 6", spoken("time_several_ways")),
        ("18:00", "This"),
    )
    assert await planned_for(world, anna) == datetime.combine(tomorrow, time(18), zone)
    await answer(
        anna, ("day after tomorrow at 6", spoken("time_several_ways")), ("18:00", "This is")
    )
    assert await planned_for(world, anna) == datetime.combine(later, time(18), zone)
    one, other = ((tomorrow.month + months) % 12 + 1 for months in (0, 1))
    await answer(anna, (f"{one}/{other}", "?"), ("18:30", spoken("time_several_ways")))
    *_, first, _ = [label for label in anna.labels() if label.endswith(", 18:30")]
    await anna.taps(first)
    await anna.sees(spoken("ask_confirm"))
    planned = await planned_for(world, anna)
    assert planned is not None and {planned.month, planned.day} == {one, other}


async def planned_for(world: World, person: Person) -> datetime | None:
    draft = await asyncio.to_thread(
        world.services.drafts.current, owner_id=person.id, chat_id=person.chat_id
    )
    assert draft is not None
    return draft.scheduled_time


async def test_used_buttons_disappear_and_a_stale_or_forged_one_changes_nothing(
    world: World, anna: Person
) -> None:
    """Nor does a question that is not asked any more: the next one takes its place."""
    await stand_at(anna, 0)
    await anna.taps("Photo")
    await anna.sees("» Photo")
    await until(lambda: "Story" not in anna.labels())
    await answer(anna, *STEPS[1:2])
    await until(lambda: "No caption" not in anna.labels())
    (draft_id,) = [
        post.id for post in [world.services.drafts.current(owner_id=11, chat_id=11)] if post
    ]
    for data in (f"type:{draft_id}:story", f"caption:{draft_id + 1}:skip", "x" * 64, "fly:1:now"):
        answered = await world.telegram.forge_tap(anna.id, anna.last()["message_id"], data)
        assert answered is not None and spoken("stale_button") in (answered.text or "")
    await asyncio.to_thread(world.services.drafts.answer, draft_id, question="of another release")
    await answer(anna, *STEPS[2:])
    await anna.sees(spoken("ask_confirm"), "Hello")


async def test_what_instagram_has_no_place_for_is_named_and_a_german_reads_no_english_names(
    anna: Person, ben: Person
) -> None:
    await stand_at(anna, 1)
    await anna.sends_other("voice")
    await anna.sees(spoken("unsupported_sound"), label("en", "kind_voice"))
    for kind in ("sticker", "contact", "poll", "location", "video_note"):
        await anna.sends_other(kind)
        await anna.sees(spoken("unsupported"), label("en", f"kind_{kind}"))
    await answer(anna, *STEPS[1:2])

    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await answer(ben, ("Gedicht", "Foto oder Story"))
    await ben.sends_other("video_note")
    await ben.sees("(Videonachricht)")
    await answer(ben, ("Foto", "Welche"), ("ohne", "Welche"), ("ohne", spoken("ask_time", "de")))
    await ben.sends("morgen 9 Uhr")
    shown = await ben.sees("Art:")
    assert "Text: keiner" in shown and "Hashtags: keine" in shown


async def test_hostile_text_stays_text_and_a_caption_that_came_with_the_media_is_cleaned_too(
    world: World, anna: Person
) -> None:
    caption = "<b>& </i>'; DROP TABLE scheduled_posts; -- \N{PILE OF POO}\u202e \0 end"
    await stand_at(anna, 1)
    await anna.sends(caption)
    await anna.sees("Which hashtags?")
    await answer(anna, *STEPS[2:], ("yes", "Post 1"))
    (post,) = world.services.posts.planned(own(anna.id))
    kept = "<b>& </i>'; DROP TABLE scheduled_posts; -- \N{PILE OF POO}   end"
    assert post.caption == kept  # Telegram itself makes a space of the NUL

    await anna.sends_photo(caption="Hello\u202e #one")
    await anna.sees(spoken("ask_type"))
    await answer(
        anna, STEPS[0], ("keep", "Which hashtags?"), ("keep", spoken("ask_time")), STEPS[3]
    )
    await answer(anna, ("yes", "Post 2"))
    _, post = world.services.posts.planned(own(anna.id))
    assert (post.caption, post.hashtags) == ("Hello #one", [])


async def test_an_album_of_eleven_keeps_ten_and_says_so(anna: Person) -> None:
    await anna.sends_files([(f"{n}.jpg", jpeg(320, 320)) for n in range(10)])
    await anna.sees("10 photos")
    await anna.sends_photo()
    await anna.sees("at most 10")
    await answer(anna, ("carousel", spoken("ask_caption")))


async def test_the_day_after_a_time_zone_is_chosen_times_are_meant_there(anna: Person) -> None:
    await anna.sends("/timezone tokyo")
    await anna.sees("From now on your time zone is Asia/Tokyo")
    await anna.sends("/timezone Atlantis")
    await anna.sees(spoken("timezone_unknown"))
    await answer(anna, ("/timezone Berln", spoken("timezone_did_you_mean")))
    await anna.taps(await anna.sees_button("Berlin · "))
    await anna.sees("Europe/Berlin")
    await answer(anna, ("/timezone tokyo", "Asia/Tokyo"))
    await stand_at(anna, 4)
    await anna.sees(spoken("ask_confirm"), "Asia/Tokyo")
