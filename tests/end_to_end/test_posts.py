"""/list and /delete: everybody their own, the admin chat all."""

import pytest

from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_conversation import STEPS, stand_at
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_publishing import answer
from tests.scopes import ALL, own
from tests.spoken import spoken


async def plan(person: Person, time: str = "tomorrow 9:00", language: str = "en") -> None:
    """By a card, as whoever is not guided does."""
    await person.sends_photo(caption="Hello")
    button = await person.sees_button(spoken("button_now", language))
    if time != "now":
        await person.sends(time)
        button = await person.sees_button(spoken("plan_at", language))
    await person.taps(button)
    await person.sees("Post ")


@pytest.mark.usefixtures("on_cards")
async def test_the_list_shows_number_type_time_and_state_until_a_post_is_deleted(
    world: World, anna: Person
) -> None:
    """Here by a button of long ago: of such a message Telegram tells no more than that it was."""
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await plan(anna)
    await plan(anna, "in 3 hours")
    await anna.sends("/list")
    listed = await anna.sees("Planned: 2")
    assert listed.index("2 · Photo · planned") < listed.index("1 · Photo · planned")
    assert "Europe/Berlin" in listed and "in 3 hours" in listed
    await anna.sends("/delete")
    await anna.sees(spoken("delete_which"), "Planned: 2")
    await answer(anna, ("/delete 1", "Delete post 1"))
    await world.telegram.forge_tap(anna.id, 99_999, "delete!:1:")
    await anna.sees(spoken("deleted", id=1))
    await anna.sends("/list")
    assert "1 · Photo" not in await anna.sees("Planned: 1", "2 · Photo · planned")


@pytest.mark.usefixtures("on_cards")
async def test_people_see_and_delete_only_their_own_posts(
    world: World, anna: Person, admin: Person
) -> None:
    other = world.person(12)
    await plan(anna)
    await other.sends("/list")
    await other.sees(spoken("list_empty"))
    for attempt in ("/delete 1", "/delete 1 yes"):
        await other.sends(attempt)
        await other.sees(spoken("no_such_post", id=1))
    await world.telegram.forge_tap(other.id, other.last()["message_id"], "delete!:1:")
    assert len(world.services.posts.planned(own(anna.id))) == 1
    await admin.sends("/list")
    await admin.sees("1 · Photo")
    await admin.sends("/delete 1 yes")
    await admin.sees(spoken("deleted"))
    assert world.services.posts.planned(ALL) == []


async def test_the_owner_hears_that_the_admin_has_deleted_their_post(
    world: World, admin: Person
) -> None:
    """Also before the bot has heard which message its card is."""
    ben = world.person(12)
    await stand_at(ben, len(STEPS))
    world.telegram.fail("sendMessage", after_effect=True, delay=0.5)
    await ben.sends("yes")
    await ben.sees("Post 1")
    await admin.sends("/delete 1 yes")
    await admin.sees(spoken("deleted"))
    told = await ben.sees(spoken("result_deleted_by_admin"))
    assert "Post 1 (Photo)" in told and "Hello" in told
    await ben.sees("➜ deleted")
    await until(lambda: ben.labels() == [])


@pytest.mark.usefixtures("on_cards")
async def test_a_post_of_the_admin_chat_is_deleted_there_without_further_words(
    world: World, admin: Person
) -> None:
    other = Person(world.telegram, 12, admin.chat_id)
    world.telegram.add_person(12, "Ben")
    world.telegram.add_group(admin.chat_id, "Admins", [admin.id, 12], [admin.id, 12])
    await plan(admin)
    await other.sends("/delete 1 yes")
    await other.sees(spoken("deleted"))
    await until(lambda: world.services.outbox.chats(admin.chat_id) == [])
    assert not any("the admin has" in text_of(message) for message in admin.messages())


@pytest.mark.usefixtures("on_cards")
async def test_deleting_asks_first_is_answered_in_words_removes_the_media_and_may_be_too_late(
    world: World, anna: Person
) -> None:
    await plan(anna)
    media = world.settings.data_dir / "media"
    assert list(media.glob("*.jpg"))
    await anna.sends("/delete 1")
    await anna.sees("Delete post 1")
    await anna.taps("Keep it")
    await anna.sees(spoken("kept"))
    for _ in range(2):
        await anna.sends("/delete 1")
        await anna.sees("Delete post 1")
    await anna.taps("Yes, delete it")
    await anna.sees(spoken("deleted"))
    await until(lambda: anna.labels() == [])  # on the card and the other question, too
    await until(lambda: list(media.glob("*.jpg")) == [])
    await anna.sends("/delete 1")
    await anna.sees(spoken("no_such_post", id=1))

    await plan(anna)
    await answer(anna, ("Delete 2", "Delete post 2"))
    await answer(anna, ("no", spoken("kept")), ("yes", spoken("is_for_post", said="yes", id=2)))
    await answer(anna, ("/delete 2", "Delete post 2"), ("yes", spoken("deleted")))

    await plan(anna, "now")
    await anna.sees(spoken("result_published"))
    await anna.sends("/delete 3 yes")
    await anna.sees(spoken("too_late_uploaded"))


async def test_a_post_in_the_making_is_thrown_away_by_its_maker_alone(
    world: World, admin: Person
) -> None:
    ben = world.person(12)
    await ben.sends_photo()
    await ben.sees(spoken("ask_type"))
    for person in (ben, admin):
        for attempt in ("/delete 1", "/delete 1 yes"):
            await person.sends(attempt)
            await person.sees(spoken("no_such_post", id=1))
        question = person.last()["message_id"]
        await world.telegram.forge_tap(person.chat_id, question, "delete!:1:", sender=person.id)
        await until_handled(world)
    assert world.services.drafts.current(owner_id=ben.id, chat_id=ben.id) is not None
    await ben.sends("/cancel")
    await ben.sees(spoken("cancelled"))


async def test_the_command_menu_is_registered_and_other_commands_explain_themselves(
    world: World, anna: Person
) -> None:
    def names() -> set[str]:
        shown = world.telegram.profile.commands_for(anna.id, True, "en")
        return {command["command"] for command in shown}

    await until(lambda: {"list", "delete", "cancel", "help"} <= names())
    await answer(
        anna,
        ("/delete twelve", spoken("delete_usage")),
        ("/delete 99999999999999999999", spoken("delete_usage")),
        ("/fly", spoken("unknown_command")),
        ("/language", spoken("language_is")),
        ("/dlete 12", spoken("unknown_command_like", commands="/delete")),
        ("/hilfe", spoken("unknown_command_like", commands="/help")),
        ("/settings", spoken("unknown_command_like", commands="/timezone, /slots, or /language")),
        ("/new", spoken("needs_no_command")),
        ("/undo", spoken("nothing_to_undo")),
        ("Hilfe bitte!", "Times"),
        ("What is planned?", spoken("list_empty")),
        ("/cancel", spoken("nothing_to_cancel")),
        ("/resume", spoken("admin_only")),
        ("/help", "Times"),
        ("/start", "Send me a photo"),
    )
