"""A planned post changes by replying to its card, and by editing what gave it its text."""

from datetime import datetime, timedelta

import pytest

from storage.models import Post
from tests.days import on_berlins_clocks
from tests.end_to_end.chat import Message, Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_post_cards import planned, publishes_now
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken

CARD = "🗓"


def clock_of(post: Post) -> datetime:
    """When it is planned for."""
    assert post.scheduled_time is not None
    return on_berlins_clocks(post.scheduled_time)


@pytest.mark.usefixtures("on_cards")
async def test_a_reply_to_a_card_moves_rewrites_deletes_and_is_told_if_it_is_none_of_these(
    world: World, anna: Person
) -> None:
    await plan(anna)
    before = clock_of(planned(world))
    await anna.replies(CARD, "+1 day")
    await until(lambda: clock_of(planned(world)) == before + timedelta(days=1))
    world.telegram.fail("sendMessage", status=502, description="Bad Gateway")
    await anna.replies(CARD, "tomorrow 10:30")  # handled twice
    await anna.sees(spoken("moved", id=1), "10:30")
    assert planned(world).revision == 2
    await until(lambda: "10:30" in text_of(card_of(anna)))
    card = card_of(anna)
    await anna.replies(card, "tomorrow")
    await anna.sees(spoken("moved", id=1), "10:30")  # the hour stays
    await anna.replies(spoken("moved", id=1), "tomorrow at 9")
    await anna.sees(spoken("moved", id=1), "09:00")
    await anna.taps(await anna.sees_button("21:00"))
    await anna.sees(spoken("moved", id=1), "21:00")
    await anna.replies(card, "tomorrow 0:00")
    await anna.sees(spoken("moved", id=1), "00:00")
    await anna.replies(card, "today")
    await anna.sees(spoken("move_day_has_passed"))
    await anna.replies(card, "Evening at the lake")
    await anna.sees("Evening at the lake")
    await anna.replies(card, "#lake #sunset")
    await until(lambda: planned(world).hashtags == ["lake", "sunset"])
    assert planned(world).caption == "Evening at the lake"
    await anna.replies(card, "yesterday 9:00")
    await anna.sees(spoken("time_in_the_past"))
    await anna.replies(card, "x" * 2201)
    await anna.sees("2,200")
    await anna.replies(card, "delete")
    await anna.sees("➜ deleted")
    await anna.replies(card, "Undo")
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    assert planned(world).caption == "Evening at the lake"


def card_of(person: Person) -> dict[str, object]:
    return next(m for m in reversed(person.messages()) if text_of(m).startswith(CARD))


@pytest.mark.usefixtures("on_cards")
async def test_what_could_be_the_time_or_the_caption_is_asked_about(
    world: World, anna: Person
) -> None:
    await plan(anna)
    await answer(anna, ("/list", "Planned: 1"))
    await anna.replies(CARD, "ok")
    await anna.sees(spoken("card_is_caption", said="ok"))
    await anna.replies(CARD, "Tomorrow at 23:50!")
    await anna.sees(spoken("time_or_caption"))
    await anna.taps("Use it as the caption")
    await anna.sees(spoken("rewritten", id=1))
    assert planned(world).caption == "Tomorrow at 23:50!"
    await anna.replies(CARD, "Tomorrow at 23:50!")
    await anna.sees(spoken("time_or_caption"))
    await anna.taps(await anna.sees_button(", 23:50"))
    await anna.sees(spoken("moved", id=1))
    assert (planned(world).wall_time or "").endswith("T23:50:00")


async def test_a_card_is_answered_with_media_and_words_in_german(
    world: World, dirk: Person
) -> None:
    await dirk.sends_photo(caption="Abend am See")
    await dirk.sees("Abend am See")
    await taps_first(dirk)
    await dirk.sees("Post 1")
    (before,) = planned(world).media
    card = dirk.last()
    await dirk.replies_with_photo(card, jpeg(340, 340, "navy"))
    await until(lambda: len(cards(dirk)) == 2)
    await taps_first(dirk, cards(dirk)[-1])
    await until(lambda: planned(world).revision == 1)
    (after,) = planned(world).media
    assert after.original != before.original and planned(world).caption == "Abend am See"
    await until(lambda: len(cards(dirk)) == 1)
    await dirk.replies(cards(dirk)[-1], "Weiter!")
    await until(lambda: planned(world).caption == "Weiter!")
    await dirk.sees(spoken("rewritten_by_a_word", "de", id=1, said="Weiter!", old="Abend am See"))
    await dirk.taps(spoken("button_old_caption", "de"))
    await until(lambda: planned(world).caption == "Abend am See")
    await dirk.replies(cards(dirk)[-1], "lösche das")
    await dirk.sees("➜ gelöscht")


async def taps_first(person: Person, card: Message | None = None) -> None:
    """What a card offers first: to plan its post."""
    await person.taps(await person.sees_button("", card), card)


def cards(person: Person) -> list[dict[str, object]]:
    return [m for m in person.messages() if person.is_the_bots(m) and "photo" in m]


async def test_editing_ones_own_message_changes_what_came_of_it(
    world: World, carla: Person
) -> None:
    await carla.sends_photo(caption="Evning at the lake")
    await carla.sees("Evning")
    carla.edits_caption("Evning at the lake", "Evening at the laek")
    await carla.sees("Evening at the laek")
    await until(lambda: carla.reaction_on(carla.messages()[0]) == "👍")
    await taps_first(carla)
    await carla.sees("Post 1")
    carla.edits_caption("Evening at the laek", "Evening at the lake")
    await carla.sees("Evening at the lake")
    assert (planned(world).caption, planned(world).revision) == ("Evening at the lake", 1)
    said = len(carla.told())
    carla.edits_caption("Evening at the lake", "Evening at the lake")
    await until_handled(world)
    assert (planned(world).revision, len(carla.told())) == (1, said)
    carla.edits_media("Evening at the lake", jpeg(330, 330, "red"))
    await carla.sees(spoken("edited_media"))
    carla.edits_caption("Evening at the lake", "x" * 1000 + " #a #b #c #d #e #f")
    await carla.sees("6 hashtags")
    assert planned(world).caption == "Evening at the lake"
    await publishes_now(carla)
    carla.edits_caption("x" * 1000 + " #a #b #c #d #e #f", "Too late")
    await carla.sees(spoken("too_late_uploaded", id=1))


async def test_a_card_is_undone_changed_and_copied_where_it_stands(
    world: World, carla: Person
) -> None:
    await carla.sends_photo(caption="Hello")
    await carla.sees("Hello")
    await taps_first(carla)
    await carla.sees("Post 1", spoken("hint_edit"))
    await carla.taps("Undo")
    await carla.sees_button("Discard")
    assert len(cards(carla)) == 1, "the same message is the draft's card again"
    await taps_first(carla)
    assert spoken("hint_edit") not in await carla.sees("Post 2"), "said once"
    await carla.taps("Change")
    await until(lambda: len(cards(carla)) == 2)
    draft = cards(carla)[-1]
    assert spoken("card_edits", id=2) in text_of(draft)
    await carla.taps("Discard", draft)
    await carla.sees(spoken("changes_discarded", id=2))
    await carla.taps("Undo", draft)
    await carla.sees(spoken("card_edits", id=2))
    await carla.sends("Servus")
    await carla.sees("Servus")
    await taps_first(carla, draft)
    await until(lambda: planned(world).caption == "Servus")
    await until(lambda: len(cards(carla)) == 1)
    world.telegram.fail("sendPhoto", status=502, description="Bad Gateway")
    await carla.sends("undo")  # handled twice
    await carla.sees("Hello", spoken("undone_change", id=2, count=1))
    assert planned(world).caption == "Hello"
    await until(lambda: len(cards(carla)) == 1)
    await carla.taps("Change")
    await carla.sees(spoken("card_edits", id=2))
    await carla.replies_with_photo(spoken("card_edits", id=2), jpeg(330, 330))
    await carla.taps(await carla.sees_button(spoken("plan_at")))
    await until(lambda: planned(world).media[0].width == 330)
    await carla.taps("Undo")
    await carla.sees(spoken("undone_change", id=2, count=1))
    assert planned(world).media[0].width != 330
    draft = carla.last()
    await until(lambda: len(cards(carla)) == 1)
    await carla.sees_button("Change", draft)
    await carla.forwards(draft)
    await until(lambda: len(cards(carla)) == 2)
    await carla.sends("/drafts")
    await carla.sees(spoken("list_head_drafts"))
    before = cards(carla)[-2]
    await carla.taps("Draft 1")
    await until(lambda: before["message_id"] not in [card["message_id"] for card in cards(carla)])
    copy = carla.last()
    await taps_first(carla, copy)
    await until(lambda: len(world.services.posts.planned(ALL)) == 2)
    await carla.taps("Change", draft)
    await until(lambda: len(cards(carla)) == 4)
    await carla.taps("Publish now", draft)
    await carla.sees(spoken("ask_publish_now"))
    await carla.taps(spoken("button_publish_for_sure"), draft)
    await carla.sees(spoken("result_published"))
    late = cards(carla)[-1]
    await taps_first(carla, late)
    await carla.sees(spoken("edit_too_late"))


async def test_a_reply_to_a_result_or_another_sentence_changes_no_draft(
    world: World, dirk: Person
) -> None:
    person, language = dirk, "de"
    await person.sends_photo(caption="Hello")
    await person.sees("Hello")
    await taps_first(person)
    await person.sees("Post 1")
    await publishes_now(person, language)
    result = person.last()
    await person.sends("/fly")
    await person.sees(spoken("unknown_command", language))
    sentence = person.last()
    await person.sends_photo(caption="Servus")
    await person.sees("Servus")
    await person.replies(result, "Evening at the lake")
    await person.sees(spoken("too_late_uploaded", language, id=1))
    await person.replies(result, "Danke!")
    await person.sees(spoken("small_talk", language))
    await person.replies(sentence, "Evening at the lake")
    await person.sees(spoken("reply_to_no_card", language))
    await person.replies(person.messages()[0], "Evening at the pier")
    await person.sees("Evening at the pier")
    draft = world.services.drafts.current(owner_id=person.id, chat_id=person.id)
    assert draft is not None and draft.caption == "Evening at the pier"
