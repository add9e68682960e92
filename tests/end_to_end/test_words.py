"""Words that a person typed: none is lost, and none is published that was not meant to be."""

import time
from typing import Any

import pytest

from storage.lifecycle import Status
from tests.end_to_end.chat import Addressing, Person, text_of, until
from tests.end_to_end.conftest import ANNA, World
from tests.end_to_end.test_card import draft_of
from tests.end_to_end.test_conversation import STEPS, stand_at
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_outbox import publish_now
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.scopes import ALL, own
from tests.spoken import spoken

FORUM = -1009


def said(person: Person, words: str) -> int:
    return sum(words in told for told in person.told())


async def test_a_text_that_telegram_cuts_is_answered_once_and_no_piece_is_a_caption(
    world: World, anna: Person
) -> None:
    await stand_at(anna, 1)
    await anna.sends("A long story. " * 330)
    told = await anna.sees("4,619 characters")
    assert "cut 2,419" in told and "double" not in told
    assert "It fits up to “… A long story. A long story. A long story. A long story. A”" in told
    assert "starts with “long story. A long" in told
    for length in (3000, 2500):  # cut at a gap, before the longest that is possible
        world.telegram.send_text(anna.id, "x" * length)
    await anna.sees("5,501 characters")
    await until_handled(world)
    assert said(anna, spoken("caption_too_long", double=0)) == 2
    first = next(one for one in anna.messages() if one.get("text", "").startswith("x"))
    late = first | {"message_id": 9000, "text": "y" * 2000}
    world.telegram.push_raw_update({"message": late})
    await anna.sees(spoken("caption_text_was_split"), "7,500 characters, 5,300 more than")
    edit = late | {"text": "y" * 100, "edit_date": late["date"]}
    world.telegram.push_raw_update({"edited_message": edit})
    await anna.sees(spoken("edited_rest"))
    await answer(anna, *STEPS[1:], ("yes", "Post 1"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert post.caption == "Hello"


async def test_captions_of_an_album_and_addresses_behind_words_are_kept(
    world: World, anna: Person
) -> None:
    """A caption under every photo, and one with a link; later ones join it. Music does not."""
    await anna.sends_photo(caption="One")
    await anna.sees(spoken("ask_type"))
    sent = next(message for message in anna.messages() if "photo" in message)
    link = {"type": "text_link", "offset": 3, "length": 4, "url": "https://example.org/shop"}
    for number, (caption, entities) in enumerate([("🎉 Shop", [link]), ("Three", []), ("One", [])]):
        part = {"message_id": 900 + number, "media_group_id": "9", "caption": caption}
        world.telegram.push_raw_update({"message": sent | part | {"caption_entities": entities}})
    music = {name: sent[name] for name in ("from", "chat", "date")} | {"media_group_id": "9"}
    audio = {"file_id": "x", "file_unique_id": "x", "duration": 3}
    world.telegram.push_raw_update({"message": music | {"message_id": 904, "audio": audio}})
    await anna.sees("4 photos")
    await anna.sees("I can't post this to Instagram (music)")
    await anna.sends("carousel")
    asked = await anna.sees(spoken("ask_caption"))
    assert "One\n\n🎉 Shop (https://example.org/shop)\n\nThree" in asked


async def test_an_edit_is_answered_only_if_it_changes_what_was_said(
    world: World, anna: Person
) -> None:
    await stand_at(anna, 1)
    await anna.sends("See https://example.org")
    await anna.sees("Which hashtags?")
    await anna.sends_other("location")
    await anna.sees(spoken("unsupported"))
    text, place = anna.messages()[-4], anna.messages()[-2]
    moved = place | {"location": place["location"] | {"latitude": 52.6}}
    previewed = text | {"link_preview_options": {"url": "https://example.org"}}
    for message in (moved, previewed):
        edit = message | {"edit_date": int(time.time())}
        world.telegram.push_raw_update({"edited_message": edit})
    await until_handled(world)
    assert said(anna, spoken("edited")) == 0
    anna.edits("See https://example.org", "See https://example.com")
    await until(lambda: anna.reaction_on("See https://example.com") == "👍")
    assert draft_of(world, anna).caption == "See https://example.com"
    await answer(anna, ("#lake", "When should it"), ("in 2 hours", "See https://example.com"))
    anna.edits("See https://example.com", "See https://example.net")
    assert spoken("ask_confirm") in await anna.sees("See https://example.net"), "shown at once"
    anna.edits("#lake", "#sea")
    await anna.sees(spoken("edited"))
    assert said(anna, spoken("edited")) == 1


NEW_KINDS: list[tuple[dict[str, Any], str]] = [
    ({"story": {"chat": {"id": 1, "type": "private"}, "id": 5}}, spoken("unsupported_story")),
    ({"paid_media": {"star_count": 5, "paid_media": []}}, spoken("unsupported_paid_media")),
    ({"checklist": {"title": "To do", "tasks": []}}, "(checklist)"),
    (
        {"giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1}},
        "(giveaway)",
    ),
    (
        {
            "invoice": {
                "title": "Cake",
                "description": "A cake",
                "start_parameter": "x",
                "currency": "EUR",
                "total_amount": 100,
            }
        },
        "(invoice)",
    ),
    ({"hologram": {"file_id": "x"}}, spoken("kind_unknown")),
]


async def test_whatever_cannot_be_published_is_named_and_telegrams_own_words_are_not_answered(
    world: World, anna: Person
) -> None:
    await stand_at(anna, 1)
    mine: dict[str, Any] = {name: anna.messages()[0][name] for name in ("from", "chat", "date")}
    for number, (content, named) in enumerate(NEW_KINDS):
        await answer(anna, ("?", "Is “?” your caption"))  # looks at what is there
        message = mine | {"message_id": 900 + number} | content
        world.telegram.push_raw_update({"message": message})
        await anna.sees(named)
    heard = len(anna.told())
    pin = {"pinned_message": anna.messages()[0]}
    services: list[dict[str, Any]] = [pin, {"new_chat_title": "X"}, {"delete_chat_photo": True}]
    for number, service in enumerate(services):
        world.telegram.push_raw_update({"message": mine | {"message_id": 950 + number} | service})
    await until_handled(world)
    assert len(anna.told()) == heard
    await answer(anna, *STEPS[1:2])


async def test_the_buttons_under_a_post_can_be_typed(world: World, anna: Person) -> None:
    await stand_at(anna, len(STEPS))
    await answer(anna, ("yes", "Post 1"), ("Yes, delete it", spoken("no_such_question")))
    await answer(anna, ("Delete 1", "Delete post 1 and its media?"), ("keep it.", spoken("kept")))
    await answer(anna, ("Yes, delete it", spoken("no_such_question")))
    await answer(anna, ("1 löschen", "Delete post 1 and its media?"))
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")), ("JA, LÖSCHEN!", spoken("deleted", id=1)))
    await answer(anna, ("Undo", spoken("deleted_for_good", id=1)))
    await answer(anna, *STEPS[1:], ("Plan it!", "Post 2"))
    await stand_at(anna, len(STEPS))
    await answer(anna, ("yes", "Post 3"))
    with world.services.database.transaction() as session:
        for number in (2, 3):
            post = session.get_one(type(world.services.posts.get(2, ALL)), number)
            post.status, post.error_class, post.error_message = Status.FAILED, "refused", "no"
    await answer(anna, ("Try again", "several posts: 2, 3"))
    card = next(m for m in anna.messages() if "Post 3" in text_of(m))
    buttons = [[{"text": "Try again", "callback_data": "again:3:"}]]
    below = card | {"reply_markup": {"inline_keyboard": buttons}}
    mine = {name: anna.messages()[0][name] for name in ("from", "chat", "date")}
    reply = mine | {"message_id": 901, "text": "try again!", "reply_to_message": below}
    world.telegram.push_raw_update({"message": reply})
    await anna.sees(spoken("trying_again", id=3))


async def test_a_conversation_in_a_topic_stays_there_to_its_result(
    world: World, anna: Person
) -> None:
    world.telegram.add_forum(FORUM, "Kitchen", [ANNA])
    topic = world.telegram.add_topic(FORUM, "Cakes")
    there = Addressing(world.telegram, ANNA, FORUM, topic)
    await stand_at(there, len(STEPS))
    await answer(there, ("yes", "Post 1"))
    await publish_now(world)
    await there.sees(spoken("result_published"))
    bots = [message for message in there.messages() if there.is_the_bots(message)]
    assert len(bots) > 5 and {message.get("message_thread_id") for message in bots} == {topic}


@pytest.mark.usefixtures("on_cards")
async def test_what_was_begun_in_a_topic_that_is_closed_is_said_in_the_chat(
    world: World, anna: Person
) -> None:
    world.telegram.add_forum(FORUM, "Kitchen", [ANNA])
    topic = world.telegram.add_topic(FORUM, "Cakes")
    await plan(Addressing(world.telegram, ANNA, FORUM, topic))
    world.telegram.close_topic(FORUM, topic)
    general = Person(world.telegram, ANNA, FORUM)
    await publish_now(world)
    await general.sees(spoken("result_published"))
    told = next(m for m in general.messages() if spoken("result_published") in text_of(m))
    assert "message_thread_id" not in told
