"""/list and /delete: everybody their own, the admin chat all."""

from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_publishing import answer, finish
from tests.scopes import ALL, own


async def plan(person: Person, time: str = "tomorrow 9:00") -> None:
    await person.sends_photo()
    await person.sees("What shall it become?")
    await finish(person, "photo", time=time)


async def test_the_list_shows_number_type_time_and_state(world: World, anna: Person) -> None:
    await anna.sends("/list")
    await anna.sees("Nothing is planned")
    await plan(anna)
    await plan(anna, "in 3 hours")
    await anna.sends("/list")
    listed = await anna.sees("Planned: 2")
    assert listed.index("2 · Photo · planned") < listed.index("1 · Photo · planned")
    assert "Europe/Berlin" in listed and "in 3 hours" in listed


async def test_people_see_and_delete_only_their_own_posts(
    world: World, anna: Person, admin: Person
) -> None:
    other = world.person(12)
    await plan(anna)
    await other.sends("/list")
    await other.sees("Nothing is planned")
    for attempt in ("/delete 1", "/delete 1 yes"):
        await other.sends(attempt)
        await other.sees("You have no post 1")
    await world.telegram.forge_tap(other.id, other.last()["message_id"], "delete!:1:")
    assert len(world.services.posts.planned(own(anna.id))) == 1
    await admin.sends("/list")
    await admin.sees("1 · Photo")
    await admin.sends("/delete 1 yes")
    await admin.sees("is deleted")
    assert world.services.posts.planned(ALL) == []


async def test_the_owner_hears_that_the_admin_has_deleted_their_post(
    world: World, anna: Person, admin: Person
) -> None:
    ben = world.person(12)
    await plan(ben)
    assert "Delete" in ben.labels()
    await admin.sends("/delete 1 yes")
    await admin.sees("is deleted")
    told = await ben.sees("the admin has deleted it")
    assert "Post 1 (Photo)" in told and "Hello" in told
    await ben.sees("➜ deleted")
    await until(lambda: ben.labels() == [])


async def test_a_post_of_the_admin_chat_is_deleted_there_without_further_words(
    world: World, anna: Person, admin: Person
) -> None:
    other = Person(world.telegram, 12, admin.chat_id)
    world.telegram.add_person(12, "Ben")
    world.telegram.add_group(admin.chat_id, "Admins", [admin.id, 12])
    await plan(admin)
    await other.sends("/delete 1 yes")
    await other.sees("is deleted")
    await until(lambda: world.services.outbox.chats(admin.chat_id) == [])
    assert not any("the admin has" in text_of(message) for message in admin.messages())


async def test_deleting_asks_first_and_removes_the_media(world: World, anna: Person) -> None:
    await plan(anna)
    media = world.settings.data_dir / "media"
    assert list(media.glob("*.jpg"))
    await anna.sends("/delete 1")
    await anna.sees("Delete post 1")
    await anna.taps("Keep it")
    await anna.sees("stays as it is")
    await anna.taps("Delete")
    await anna.sees("Delete post 1")
    await anna.taps("Yes, delete it")
    await anna.sees("is deleted")
    await until(lambda: list(media.glob("*.jpg")) == [])
    await anna.sends("/delete 1")
    await anna.sees("no post 1")


async def test_a_button_in_the_list_deletes_after_a_question(world: World, anna: Person) -> None:
    await plan(anna)
    await anna.sends("/list")
    await anna.sees("Planned: 1")
    await anna.taps("Delete 1")
    await anna.sees("Delete post 1")
    await answer(anna, ("no", "stays as it is"), ("yes", "Send me"))
    await answer(anna, ("/delete 1", "Delete post 1"), ("yes", "is deleted"))


async def test_a_command_that_is_not_understood_explains_itself(anna: Person) -> None:
    for said, seen in (
        ("/delete twelve", "Write its number"),
        ("/delete 99999999999999999999", "Write its number"),
        ("/fly", "do not know this command"),
        ("/cancel", "nothing to cancel"),
        ("/resume", "Only the admin chat"),
        ("/help", "Times"),
        ("/start", "Send me a photo"),
    ):
        await anna.sends(said)
        await anna.sees(seen)


async def test_a_published_post_cannot_be_deleted_here(world: World, anna: Person) -> None:
    await plan(anna, "now")
    await anna.sees("is on Instagram")
    await anna.sends("/delete 1 yes")
    await anna.sees("already on Instagram")


async def test_a_post_in_the_making_is_thrown_away_by_its_maker_alone(
    world: World, anna: Person, admin: Person
) -> None:
    ben = world.person(12)
    await ben.sends_photo()
    await ben.sees("What shall it become?")
    for person in (ben, admin):
        for attempt in ("/delete 1", "/delete 1 yes"):
            await person.sends(attempt)
            await person.sees("You have no post 1")
        question = person.last()["message_id"]
        await world.telegram.forge_tap(person.chat_id, question, "delete!:1:", sender=person.id)
        await until_handled(world)
    assert world.services.drafts.current(owner_id=ben.id, chat_id=ben.id) is not None
    await ben.sends("/cancel")
    await ben.sees("Thrown away")


async def test_the_command_menu_is_registered(world: World, anna: Person) -> None:
    def names() -> set[str]:
        shown = world.telegram.profile.commands_for(anna.id, True, "en")
        return {command["command"] for command in shown}

    await until(lambda: {"list", "delete", "cancel", "help"} <= names())
