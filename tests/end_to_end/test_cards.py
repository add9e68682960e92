"""Several cards at once: each message of a person's concerns the one that it is meant for."""

import pytest

from storage.models import Draft
from tests.end_to_end.chat import Message, Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, CARLA, DIRK, World
from tests.end_to_end.test_card import draft_of, slot
from tests.samples import jpeg
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
    await carla.sends("24.12. 18:30")
    await carla.sees("Evening")
    first = card_with(carla, "Morning")
    await carla.replies(first, "25.12. 9:15")
    assert "Morning" in await carla.sees("9:15")
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


@pytest.mark.parametrize(("number", "language"), [(CARLA, "en"), (DIRK, "de")])
async def test_where_nobody_has_set_a_zone_people_hear_once_in_which_their_times_are_meant(
    world: World, number: int, language: str
) -> None:
    person = world.person(number, language)
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"timezone": "UTC"})
    await world.start_bot()
    await person.sends_photo(caption="Morning")
    assert "UTC" in await person.sees(spoken("timezone_hint", language))
    await person.sends("/timezone")
    assert "UTC" in await person.sees(spoken("timezone_is", language))
    await person.taps(next(one for one in person.labels() if one.startswith("Berlin · ")))
    await person.sees(spoken("timezone_chosen", language))
    await person.sends({"en": "tomorrow 9:00", "de": "morgen 9 Uhr"}[language])
    await person.sees("9:00 (Europe/Berlin)")
    await person.sends_photo(caption="Evening")
    assert spoken("timezone_hint", language) not in await person.sees("Evening")


async def test_media_in_reply_to_a_card_replace_and_add(world: World, carla: Person) -> None:
    await two_cards(carla)
    first = card_with(carla, "Morning")
    await carla.replies_with_photo(first, jpeg(800, 800), caption="add")
    assert "Morning" in await carla.sees("2 photos")
    first = card_with(carla, "Morning")
    await carla.replies_with_photo(first, jpeg(900, 900), caption="Noon")
    await until(lambda: len(drafts_of(world, carla)[0].media) == 1)
    assert [draft.media[0].width for draft in drafts_of(world, carla)] == [900, 640]
    await carla.taps("More …", on=card_with(carla, "Evening"))
    await carla.sees(spoken("ask_more"))
    await carla.taps(spoken("button_add_media"))
    await carla.sees(spoken("ask_add_media"))
    await carla.sends_files([("a.jpg", jpeg(640, 800)), ("b.jpg", jpeg(640, 800))])
    assert "Evening" in await carla.sees("3 photos")
    assert len(cards(carla)) == 2


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
    await carla.sends("Good night. " * 200)
    await carla.sees(spoken("caption_too_long"))
    carla.edits(("Good night. " * 200).strip(), "Good night")
    await carla.sees("Good night")
    carla.edits_caption("Evening", "Ignored")
    await carla.sees(spoken("edited"))
    assert draft_of(world, carla).caption == "Good night"
    await carla.taps(slot(carla))
    await carla.sees("Post 1")


async def test_parts_of_an_album_that_come_late_join_their_card(
    world: World, carla: Person
) -> None:
    await carla.sends_files([("a.jpg", jpeg(640, 800)), ("b.jpg", jpeg(640, 800))])
    await carla.sees("2 photos")
    await carla.sends_photo(caption="Another")
    await carla.sees("Another")
    carla.sends_late_part(jpeg(640, 640))
    await carla.sees("3 photos")
    assert [len(draft.media) for draft in drafts_of(world, carla)] == [3, 1]
    assert len(cards(carla)) == 2


async def test_in_a_group_a_card_is_its_owners(world: World, carla: Person) -> None:
    """Whoever taps somebody else's hears so; the card keeps its buttons."""
    world.person(DIRK, "de")
    world.telegram.add_group(ADMIN_CHAT, "Admins", [CARLA, DIRK])
    at_work, other = (Person(world.telegram, one, ADMIN_CHAT) for one in (CARLA, DIRK))
    await at_work.sends_photo(caption="Morning")
    await at_work.sees("Morning")
    labels = at_work.labels()
    answered = await other.taps("Discard")
    assert answered is not None and spoken("stale_button", "de") in answered.text
    assert at_work.labels() == labels
    await at_work.taps(slot(at_work))
    await at_work.sees("Post 1")
