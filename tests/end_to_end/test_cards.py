"""Several cards at once: each message of a person's concerns the one that it is meant for."""

import asyncio

from storage.lifecycle import PreparationState
from storage.models import Account, Draft
from tests.days import the_24th
from tests.end_to_end.chat import Message, Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, CARLA, DIRK, World
from tests.end_to_end.test_card import draft_of, slot
from tests.end_to_end.test_posts import plan
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken


def drafts_of(world: World, person: Person) -> list[Draft]:
    return world.services.drafts.all_of(owner_id=person.id, chat_id=person.id)


def cards(person: Person) -> list[Message]:
    return [one for one in person.messages() if person.is_the_bots(one)]


def card_with(person: Person, words: str) -> Message:
    return next(one for one in cards(person) if words in text_of(one))


async def two_cards(person: Person) -> None:
    for caption in ("Morning", "Evening"):
        await person.sends_photo(caption=caption)
        await person.sees(caption)


async def test_another_photo_begins_another_card(world: World, carla: Person) -> None:
    """A tap, or a reply to a card, concerns that one, and what follows does, too."""
    await two_cards(carla)
    assert len(cards(carla)) == 2
    await carla.sends(f"{the_24th():%d.%m.} 18:30")
    await carla.sees("Evening")
    first = card_with(carla, "Morning")
    await carla.replies(first, f"{the_24th():%d.%m.} 9:15")
    await carla.sees("9:15", "Morning")
    await carla.sends("Good morning, harbour")
    await carla.sees("Good morning, harbour")
    await carla.taps("Caption", on=card_with(carla, "Evening"))
    await carla.sees(spoken("ask_caption"))
    await carla.sends("Good night, harbour")
    await carla.sees("Good night, harbour")
    assert [draft.caption for draft in drafts_of(world, carla)] == [
        "Good morning, harbour",
        "Good night, harbour",
    ]
    first = card_with(carla, "morning")
    await carla.replies(first, "delete")
    await carla.sees(spoken("cancelled"))
    assert [draft.caption for draft in drafts_of(world, carla)] == ["Good night, harbour"]
    assert len(cards(carla)) == 2


def give_zone(world: World, name: str | None) -> None:
    with world.services.database.transaction() as session:
        session.query(Account).one().timezone = name


async def test_where_nobody_has_set_a_zone_people_hear_once_in_which_their_times_are_meant(
    world: World, dirk: Person
) -> None:
    """Not of an account that has a zone of its own."""
    person, language = dirk, "de"
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"timezone": "UTC"})
    await world.start_bot()
    give_zone(world, "Asia/Tokyo")
    await person.sends_photo(caption="Dawn")
    assert spoken("timezone_hint", language) not in await person.sees("Dawn")
    await person.taps(spoken("button_discard", language))
    await person.sees(spoken("cancelled", language))
    give_zone(world, None)
    await person.sends_photo(caption="Morning")
    await person.sees(spoken("timezone_hint", language), "UTC")
    await until(lambda: draft_of(world, person).preparation is PreparationState.DONE)
    await until(lambda: draft_of(world, person).progress_message_id is None)
    assert spoken("timezone_hint", language) in text_of(person.last())
    await person.sends("/timezone")
    await person.sees(spoken("timezone_is", language), "UTC")
    await person.taps(await person.sees_button("Berlin · "))
    await person.sees(spoken("timezone_chosen", language))
    await person.sends("morgen 9 Uhr")
    await person.sees("9:00 (Europe/Berlin)")
    await person.sends_photo(caption="Evening")
    assert spoken("timezone_hint", language) not in await person.sees("Evening")


async def test_media_in_reply_to_a_card_replace_and_add(world: World, carla: Person) -> None:
    await two_cards(carla)
    first = card_with(carla, "Morning")
    await carla.replies_with_photo(first, jpeg(320, 320), caption="add")
    await carla.sees("2 photos", "Morning")
    first = card_with(carla, "Morning")
    await carla.replies_with_photo(first, jpeg(330, 330), caption="Noon")
    await until(lambda: len(drafts_of(world, carla)[0].media) == 1)
    assert [draft.media[0].width for draft in drafts_of(world, carla)] == [330, 320]
    await carla.taps("More …", on=card_with(carla, "Evening"))
    await carla.sees(spoken("ask_more"))
    await carla.taps(spoken("button_add_media"))
    await carla.sees(spoken("ask_add_media"))
    await carla.sends_files([("a.jpg", jpeg()), ("b.jpg", jpeg())])
    await carla.sees("3 photos", "Evening")
    assert len(cards(carla)) == 2


async def test_what_is_sent_after_media_that_could_not_be_taken_takes_their_place(
    world: World, dirk: Person
) -> None:
    person, language, broken = dirk, "de", jpeg(600, 600)[:3000]
    refused = spoken("refused_truncated", language)
    await person.sends_files([("a.jpg", broken)], caption="Evening")
    await person.sees(refused, spoken("caption_waits", language))
    await person.sends_photo()
    await person.sees("Evening")
    await person.replies_with_photo("Evening", broken)
    await person.sees(refused)
    await person.sees(spoken("ask_replace_media", language))
    await person.sends_photo(jpeg(330, 330))
    await until(lambda: [item.width for item in draft_of(world, person).media] == [330])
    await person.sends("Anderes Foto")
    await person.sees(spoken("ask_replace_media", language))
    files = [("a.jpg", jpeg(320, 320)), ("b.jpg", broken)]
    await person.sends_files(files)
    await person.sees(refused)
    await person.sees(spoken("ask_add_media", language))
    await person.sends_photo()
    await until(lambda: [item.width for item in draft_of(world, person).media] == [320, 320])
    assert (draft_of(world, person).caption, len(drafts_of(world, person))) == ("Evening", 1)


async def test_words_change_the_draft_at_hand_which_says_so_and_can_be_meant_for_another(
    world: World, carla: Person
) -> None:
    person, language = carla, "en"
    await two_cards(person)
    await person.sends("Sleep well, harbour")
    await person.sees(spoken("card_is_changed", language), "Sleep well, harbour")
    await until(lambda: person.is_the_bots(person.messages()[-1]))  # below the words
    await person.taps(spoken("meant_other", language, said="Morning"))
    await until(
        lambda: (
            [one.caption for one in drafts_of(world, person)] == ["Sleep well, harbour", "Evening"]
        )
    )
    await person.sees("Sleep well, harbour", "“Morning”")
    await until(lambda: len(cards(person)) == 2)
    await person.sends(f"{the_24th():%d.%m.} 18:30")
    await person.sees("18:30")
    assert drafts_of(world, person)[0].scheduled_time is not None
    await world.stop_bot()
    await world.start_bot()
    await person.taps(await person.sees_button(spoken("meant_other", said="Evening")))
    await person.sees(spoken("meant_type_again"), "Evening")
    await person.sends("#two")
    await person.taps(await person.sees_button(spoken("meant_other", said="Sleep well, harbour")))
    await person.sees("Sleep well", "#two")
    await person.sends_photo(caption="Noon")
    await person.sees("Noon")
    await person.sends("#one")
    await person.sees("#one")
    await person.sees_button(spoken("button_other_drafts", language))
    await person.sends(spoken("button_other_drafts", language))
    await person.sees(spoken("list_head_drafts", language, count=3))
    noon = card_with(person, "Noon")
    await person.taps(await person.sees_button(spoken("button_next_free"), noon), noon)
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    shown = len(cards(person))
    await person.sends("Good night, harbour")  # no draft is at hand
    await person.sees(spoken("which_is_meant", id=1, said="Good night, harbour"))
    await person.taps(spoken("for_draft", said="Sleep well, harbour"))
    await person.sees(spoken("card_caption_replaced", old="Sleep well, harbour"))
    await until(lambda: "Good night" in text_of(person.messages()[-1]))  # below the words
    found = [one.caption for one in drafts_of(world, person)]
    assert found == ["Good night, harbour", "Evening"]
    await until(lambda: len(cards(person)) == shown)
    lowest = card_with(person, "Good night")
    await person.taps(await person.sees_button(spoken("plan_at"), lowest), lowest)
    await until(lambda: len(world.services.posts.planned(ALL)) == 2)
    await person.sends("Sweet dreams, harbour")
    await person.sees(spoken("which_is_meant", id=2, said="Sweet dreams, harbour"))
    await person.taps(spoken("for_post", id=2))
    words = next(one for one in person.messages() if text_of(one) == "Sweet dreams, harbour")
    await until(lambda: person.reaction_on(words) == "👍")
    captions = {one.caption for one in world.services.posts.planned(ALL)}
    assert "Sweet dreams, harbour" in captions and len(drafts_of(world, person)) == 1


async def test_of_two_who_tap_the_same_slot_the_second_gets_the_next_one_and_hears_so(
    world: World, carla: Person, dirk: Person
) -> None:
    for person in (carla, dirk):
        await person.sends_photo(caption="Morning")
        await person.sees("Morning")
    await asyncio.gather(carla.taps(await slot(carla)), dirk.taps(await slot(dirk, "de")))
    await until(lambda: len(world.services.posts.planned(ALL)) == 2)
    first, second = world.services.posts.planned(ALL)
    assert first.scheduled_time != second.scheduled_time
    await until(lambda: all("🗓 Post" in text_of(person.last()) for person in (carla, dirk)))
    taken = [
        spoken("slot_taken", language) in text_of(person.last())
        for person, language in ((carla, "en"), (dirk, "de"))
    ]
    assert sorted(taken) == [False, True]


async def test_editing_ones_own_words_changes_the_card(world: World, carla: Person) -> None:
    """Below the media, or in the message that gave the caption; a later one counts more."""
    await carla.sends_photo(caption="Evning")
    await carla.sees("Evning")
    carla.edits_caption("Evning", "Evening")
    await carla.sees("Evening")
    await carla.sends("Good evning")
    await carla.sees("Good evning")
    carla.edits("Good evning", "Good evening")
    await carla.sees("Good evening")
    await carla.sends("Good evening all")
    await carla.sees("Good evening all", spoken("hint_edit"))
    await carla.sends("Good night. " * 200)
    await carla.sees(spoken("caption_too_long", double=0))
    carla.edits(("Good night. " * 200).strip(), "Good night")
    await carla.sees("Good night")
    carla.edits_caption("Evening", "Night")
    await carla.sees(spoken("edited_which"))
    assert draft_of(world, carla).caption == "Good night"
    await carla.taps(spoken("as_caption", said="Night"))
    await until(lambda: draft_of(world, carla).caption == "Night")
    await carla.sends("Good night, all")
    await carla.sees("Good night, all")
    await carla.taps(await slot(carla))
    assert spoken("hint_edit") not in await carla.sees("Post 1"), "said once"
    carla.edits_caption("Night", "")
    await carla.sees(spoken("edited"))
    carla.edits_caption("", "Moonlight")
    await carla.sees(spoken("edited_which_of_post", id=1))
    (post,) = world.services.posts.planned(ALL)
    assert post.caption == "Good night, all"
    await carla.taps(spoken("button_as_caption"))
    await carla.sees(spoken("rewritten", id=1))
    (post,) = world.services.posts.planned(ALL)
    assert post.caption == "Moonlight"
    carla.edits_caption("Moonlight", "Moonlight!")
    await until(lambda: carla.reaction_on(carla.messages()[0]) == "👍")
    await carla.taps("Delete")
    await carla.sees("➜ deleted")
    carla.edits_caption("Moonlight!", "Sunrise")
    await carla.sees(spoken("too_late_deleted", id=1))
    await carla.sends_photo(caption="Unwanted")
    await carla.sees("Unwanted")
    await carla.taps("Discard")
    await carla.sees(spoken("cancelled"))
    carla.edits_caption("Unwanted", "Wanted")
    await carla.sees(spoken("edited_discarded"))


async def test_parts_of_an_album_that_come_late_join_their_card(
    world: World, carla: Person
) -> None:
    await carla.sends_files([("a.jpg", jpeg()), ("b.jpg", jpeg())])
    await carla.sees("2 photos")
    await carla.sends_photo(caption="Another")
    await carla.sees("Another")
    carla.sends_late_part(jpeg(320, 320))
    await carla.sees("3 photos")
    assert [len(draft.media) for draft in drafts_of(world, carla)] == [3, 1]
    assert len(cards(carla)) == 2


async def test_a_part_of_an_album_that_comes_after_it_was_planned_is_said_to_be_late(
    world: World, dirk: Person
) -> None:
    """And can be added by a button."""
    await dirk.sends_files([("a.jpg", jpeg()), ("b.jpg", jpeg())])
    await dirk.taps(await slot(dirk, "de"))
    await dirk.sees("Post 1")
    dirk.sends_late_part(jpeg(320, 320))
    await dirk.sees(spoken("late_part", "de", id=1))
    await dirk.taps(spoken("button_add_to_post", "de", id=1))
    await dirk.sees(spoken("ask_add_media", "de"))
    await dirk.sends_photo(jpeg(320, 320))
    await dirk.sees("3 Fotos")
    assert draft_of(world, dirk).edits_post_id == 1


async def test_in_a_group_a_card_is_its_owners(world: World, carla: Person) -> None:
    """Whoever taps somebody else's hears so; the card keeps its buttons."""
    world.person(DIRK, "de")
    world.telegram.add_group(ADMIN_CHAT, "Admins", [CARLA, DIRK])
    at_work, other = (Person(world.telegram, one, ADMIN_CHAT) for one in (CARLA, DIRK))
    await at_work.sends_photo(caption="Morning")
    await at_work.sees("Morning")
    labels = at_work.labels()
    answered = await other.taps("Discard")
    assert answered is not None and spoken("anothers_draft", "de") in answered.text
    assert at_work.labels() == labels
    await at_work.taps(await slot(at_work))
    await at_work.sees("Post 1")


async def test_words_that_name_a_planned_post_are_about_that_one_whatever_draft_is_open(
    world: World, dirk: Person
) -> None:
    await plan(dirk, "morgen um 9", "de")
    await dirk.sends_photo(caption="Abend")
    await dirk.sees("Abend")
    for said in ("Verschiebe Post 1 auf übermorgen 10:15", "Beitrag 1: übermorgen 10:15"):
        await dirk.sends(said)
        await dirk.sees(spoken("moved", "de", id=1), "10:15")
    await dirk.sends("Jetzt posten: Post 1")
    await dirk.sees(spoken("ask_publish_now", "de"))
    await dirk.taps(spoken("button_not_now", "de"))
    await dirk.sends("Ändere bitte den Text von Post 1 in Roggenbrot")
    await dirk.sees("Post 1", spoken("state_pending", "de"))
    await dirk.sends("Lösche Post 1")
    await dirk.sees("Post 1", spoken("state_deleted", "de"))
    assert world.services.posts.planned(ALL) == []
    await dirk.sends("rückgängig")
    await dirk.sees(spoken("undone_deletion", "de", id=1, count=1))
    assert [one.caption for one in drafts_of(world, dirk)] == ["Abend"]
    await dirk.sends("Lösche Post 7")
    await dirk.sees(spoken("no_such_post", "de", id=7))
    await dirk.sends("Post 1 ist da!")
    await dirk.sees("Post 1 ist da!")
    assert [one.caption for one in drafts_of(world, dirk)] == ["Post 1 ist da!"]
