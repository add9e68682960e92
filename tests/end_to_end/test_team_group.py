"""The team's group: what is shown there and decided, and what people say to each other."""

import pytest
from sqlalchemy import update

from storage.lifecycle import Status
from storage.models import Account
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, CARLA, DIRK, World
from tests.end_to_end.test_approvals import status
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_outbox import publish_now
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_series import taps
from tests.scopes import ALL
from tests.spoken import spoken

CLUB, STRANGER = -1002000, 77


@pytest.fixture
def forum(world: World, admin: Person) -> int:
    """The club's forum; returns the number of the topic in which posts are planned."""
    world.person(CARLA)
    world.person(DIRK)
    world.person(STRANGER)
    world.telegram.add_forum(CLUB, "Club", [ANNA, CARLA, DIRK, STRANGER], [ANNA])
    return world.telegram.add_topic(CLUB, "Instagram")


async def test_a_topic_shows_what_is_planned_approved_and_published(
    world: World, admin: Person, carla: Person, forum: int
) -> None:
    owner = Person(world.telegram, ANNA, CLUB, forum)
    author = Person(world.telegram, CARLA, CLUB, forum)
    stranger = Person(world.telegram, STRANGER, CLUB, forum)
    await admin.sends("/list")
    await admin.sees(spoken("list_empty"))
    await author.sends("/group")
    await author.sees(spoken("admin_only"))
    await owner.sends("/group")
    await owner.sees(spoken("group_shows_none"))
    popped = await author.taps(spoken("group_button_on", account="creator"))
    assert spoken("group_only_owners") in str(popped.text)
    await owner.taps(spoken("group_button_on", account="creator"))
    await owner.sees(spoken("group_shows", accounts="creator"))
    with world.services.database.transaction() as session:
        session.execute(update(Account).values(needs_approval=True))
    await plan(carla)
    await owner.sees("Person 21 would like")
    popped = await author.taps(spoken("button_approve"))
    assert spoken("only_approvers") in str(popped.text)
    popped = await stranger.taps(spoken("button_approve"))
    assert popped.show_alert
    await author.replies("Person 21 would like", "note: By Friday, please")
    await owner.sees("💬 Person 21: By Friday, please")
    await owner.taps(spoken("button_approve"))
    await owner.sees("approved by Person 11")
    await carla.sees("approved by Person 11")
    assert status(world) is Status.PENDING
    await publish_now(world)
    await carla.sees(spoken("result_published"))
    await owner.sees("by Person 21 is on Instagram", "instagram.com")
    topics = {m.get("message_thread_id") for m in owner.messages() if owner.is_the_bots(m)}
    assert topics == {forum} and len(admin.told()) == 1


async def test_what_is_planned_without_an_approval_is_shown_in_the_group_of_its_account(
    world: World, admin: Person, dirk: Person, forum: int
) -> None:
    """In German. Who moves a post to another account moves its card to that one's group."""
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"language": "de"})
    await world.start_bot()
    for number in (ANNA, DIRK):
        world.person(number, "de")
    owner = Person(world.telegram, ANNA, CLUB, forum)
    made_by = spoken("team_card", "de", name=f"Person {DIRK}")
    await admin.sends("/list")
    await admin.sees(spoken("list_empty", "de"))
    await owner.sends("/group")
    await owner.sees(spoken("group_shows_none", "de"))
    await owner.taps(spoken("group_button_on", "de", account="creator"))
    await owner.sees(spoken("group_shows", "de", accounts="creator"))
    await plan(dirk, "morgen 9:00", "de")
    card = await owner.sees(made_by)
    assert spoken("state_pending", "de") in card and "Hello" in card
    assert owner.labels(on=made_by) == []
    await dirk.replies("Post 1", "Besser")
    await owner.sees("Besser")
    bakery = world.services.accounts.configure("by_hand", "Bakery", from_settings=False)
    world.services.groups.tie(bakery.id, ADMIN_CHAT, None)
    await dirk.taps(spoken("button_change_post", "de"))
    await taps(dirk, "button_for_account", "de")
    await dirk.sees(spoken("ask_account", "de"))
    await dirk.taps(await dirk.sees_button("Bakery"))
    await taps(dirk, "plan_at", "de")
    await admin.sees(made_by)
    await until(lambda: not any(made_by in told for told in owner.told()))
    await owner.taps(spoken("group_button_off", "de", account="creator"))
    await owner.sees(spoken("group_shows_none", "de"))


async def test_talk_among_people_is_left_alone(world: World, carla: Person, forum: int) -> None:
    """Also where we see all of it; media are for us whose caption mentions us."""
    author = Person(world.telegram, CARLA, CLUB, forum)
    name = world.telegram.bot["username"]
    await carla.sends("/list")
    await carla.sees(spoken("list_empty"))
    await author.sends("tomorrow at 9?")
    await author.sends_photo(caption="Look at this")
    await author.sends("/weather")
    await author.sends("/list@other_bot")
    author.edits("tomorrow at 9?", "tomorrow at 10?")
    await until_handled(world)
    assert author.told() == []
    await author.sends_photo(caption=f"@{name} Hello, harbour")
    await author.sees("Hello, harbour")
    assert name not in author.told()[-1]
    await author.sends("that looks good")
    await until_handled(world)
    assert "that looks good" not in "".join(author.told())
    await author.replies(author.last(), "tomorrow 9:00")
    at = spoken("plan_at")
    await author.taps(await author.sees_button(at))
    await author.sees("➜ planned")
    assert "by Person 21" in author.told()[-1]
    assert world.services.posts.get(1, ALL).caption == "Hello, harbour"


async def test_joined_it_says_what_it_sees_and_how_to_change_that(
    world: World, admin: Person, anna: Person
) -> None:
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    world.telegram.privacy_mode = True
    world.telegram.add_group(CLUB, "Club", [ANNA])
    owner = Person(world.telegram, ANNA, CLUB)
    world.telegram.block(CLUB)
    world.telegram.unblock(CLUB)
    told = await owner.sees(spoken("group_hello"))
    assert "/setprivacy" in told and "add me again" in told
    world.telegram.set_bot_rights(CLUB, ["can_manage_chat"])
    await owner.sees("what you say to each other is none of my business")
    assert len(owner.told()) == 2
