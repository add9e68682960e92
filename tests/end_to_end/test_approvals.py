"""What an author plans goes to whoever approves, and what they say comes back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, update

from bot.arrivals import identity_of
from bot.jobs import approvals
from storage.approvals import Approvals, Approver
from storage.database import Database
from storage.inbox import Inbox, NewIncoming
from storage.lifecycle import Status
from storage.models import Account, ApprovalLink, Incoming, MemberRole, Post
from storage.scope import EVERY_ACCOUNT
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, DIRK, World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_series import album, taps, taps_time
from tests.scopes import ALL
from tests.spoken import spoken


@pytest.fixture(autouse=True)
def asks_for_approval(world: World) -> None:
    with world.services.database.transaction() as session:
        session.execute(update(Account).values(needs_approval=True))


@pytest.fixture
def author(carla: Person) -> Person:
    """One whose posts are to be approved."""
    return carla


def pass_time(world: World, span: timedelta) -> None:
    with world.services.database.transaction() as session:
        session.execute(
            update(Post).values(
                scheduled_time=Post.scheduled_time - span,
                next_attempt_at=Post.next_attempt_at - span,
            )
        )


async def look(world: World) -> None:
    """What the bot does every few seconds."""
    await approvals(world.app.context_types.context(world.app))


def status(world: World, number: int = 1) -> Status:
    return world.services.posts.get(number, ALL).status


def approval_cards(person: Person) -> list[str]:
    return [told for told in person.told() if "Post 1" in told and "🗓" in told]


async def test_an_author_waits_for_an_approval_and_hears_of_it(
    world: World, admin: Person, author: Person
) -> None:
    await plan(author)
    await author.sees(spoken("state_awaiting_approval"))
    card = await admin.sees("Person 21 would like to post this")
    assert "Post 1" in card and "Hello" in card
    answer_a_forged_button(world, admin)
    await until_handled(world)
    assert status(world) is Status.AWAITING_APPROVAL
    await admin.taps(spoken("button_approve"))
    await admin.sees("approved by Person 11")
    assert admin.labels(on="approved by Person 11") == []
    await author.sees("has been approved by Person 11")
    assert status(world) is Status.PENDING
    await author.replies("Post 1", "tomorrow 10:00")
    await admin.sees(spoken("state_awaiting_approval"))
    assert status(world) is Status.AWAITING_APPROVAL
    await until(lambda: len(approval_cards(admin)) == 1)


def answer_a_forged_button(world: World, admin: Person) -> None:
    """Below another bot's message, by which somebody would have an approver say yes."""
    button = {"text": "Thanks", "callback_data": "yes!:1:0"}
    here = {name: admin.last()[name] for name in ("chat", "date")}
    theirs = {"id": 555, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    forged = {"message_id": 900, "from": theirs, "text": "Here you are"}
    forged |= {**here, "reply_markup": {"inline_keyboard": [[button]]}}
    anna = {"id": ANNA, "is_bot": False, "first_name": f"Person {ANNA}"}
    said = {"message_id": 901, "from": anna, "text": "Thanks", "reply_to_message": forged}
    world.telegram.push_raw_update({"message": here | said})


async def test_a_post_is_declined_with_a_reason_changed_and_sent_again(
    world: World, admin: Person, author: Person
) -> None:
    await plan(author)
    await admin.sees("Person 21 would like")
    await admin.taps(spoken("button_decline"))
    await admin.sees(spoken("ask_why_declined"))
    world.telegram.fail("sendMessage", after_effect=True, delay=60, times=9)
    await admin.replies(spoken("ask_why_declined"), "Too dark")
    await admin.sees("declined by Person 11: “Too dark”")
    await author.sees("has been declined by Person 11: “Too dark”")
    world.telegram.faults.clear()
    await until(lambda: "declined by Person 11: “Too dark”" in card_of(author))
    await until(lambda: spoken("button_decline_plain") not in admin.labels())
    await author.replies("has been declined by", "A brighter one")
    await admin.sees("A brighter one")
    world.telegram.faults.let_go()  # the author was quicker than Telegram's answer
    await until(lambda: author.labels("has been declined by") == [])  # it is asked about anew
    await admin.taps(spoken("button_decline"))
    await admin.sees(spoken("ask_why_declined"))
    await admin.taps(spoken("button_decline_plain"))
    await admin.sees("declined by Person 11")
    await author.sees(spoken("result_declined"))
    result = author.last()
    await admin.sends("/list")
    await admin.sees(spoken("list_empty"))
    await author.sends("/list")
    await author.sees(spoken("list_needs_you"), "declined by Person 11")
    await author.taps(spoken("button_send_again"), on=result)
    await author.sees(spoken("asked_again"))
    await admin.sees(spoken("state_awaiting_approval"))
    await admin.taps(spoken("button_improve"))
    await admin.sees(spoken("ask_confirm"))


def card_of(person: Person) -> str:
    return next(text for text in person.told() if text.startswith("🗓 Post"))


async def test_what_nobody_approves_in_time_is_not_published(
    world: World, admin: Person, author: Person
) -> None:
    await plan(author, "in 2 hours")
    await admin.sees("Person 21 would like")
    pass_time(world, timedelta(minutes=70))
    await look(world)
    await admin.sees(spoken("alert_approval_soon"))
    await author.sees(spoken("result_approval_soon"))
    pass_time(world, timedelta(minutes=51))
    await look(world)
    await admin.sees(spoken("alert_not_approved"))
    await author.sees(spoken("result_not_approved"))
    await until(lambda: spoken("state_not_approved") in approval_cards(admin)[0])
    assert world.instagram.posts == []
    await author.replies(spoken("result_not_approved"), "tomorrow 9:00")
    await admin.sees(spoken("state_awaiting_approval"))
    await admin.taps(spoken("button_approve"))
    await author.sees(spoken("result_approved"))


async def test_of_two_approvers_the_first_counts_and_an_author_does_not(
    world: World, admin: Person, author: Person, dirk: Person
) -> None:
    """Who may approve has the card in private as well: decided there, all copies say by whom."""
    store, roster = world.services.store, world.services.roster
    await dirk.sends("/list")
    await dirk.sees(spoken("list_empty", "de"))
    await roster.change(store.set_role(DIRK, MemberRole.EDITOR, name="Dirk"))
    await roster.change(store.give_accounts(DIRK, EVERY_ACCOUNT))
    await plan(author)
    await admin.sees("Person 21 would like")
    await dirk.sees(spoken("approval_card", "de", name="Person 21"))
    card = admin.last()
    await dirk.sends("/list")
    await dirk.sees(spoken("list_needs_you", "de"))
    await world.telegram.forge_tap(ADMIN_CHAT, card["message_id"], "yes!:1:a", sender=ANNA)
    await admin.sees(spoken("changed_meanwhile"))
    await until(lambda: "reply_markup" in admin.last())
    card = admin.last()
    await dirk.taps(spoken("button_approve", "de"))
    await admin.sees("approved by Person 22")
    await dirk.sees(spoken("state_approved", "de", name="Person 22"))
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await world.telegram.forge_tap(ADMIN_CHAT, card["message_id"], data, sender=ANNA)
    await admin.sees(spoken("already_approved"))
    await author.sends("/list")
    assert spoken("list_needs_you") not in await author.sees("planned, approved by Person 22")
    popped = await world.telegram.forge_tap(author.id, author.last()["message_id"], data)
    assert popped is not None and spoken("only_approvers") in str(popped.text)


async def test_a_series_is_approved_by_one_tap_but_for_what_was_changed_since(
    world: World, admin: Person, author: Person
) -> None:
    await author.sends_files(album(3), caption="as separate posts")
    await taps(author, "series_daily")
    await author.sees(spoken("ask_series_hour"))
    await taps_time(author, "18:00")
    approve_all = spoken("button_approve_all")
    await until(lambda: admin.labels().count(approve_all) == 3)
    with world.services.database.transaction() as session:
        session.execute(update(Post).where(Post.id == 2).values(revision=1))
    card = admin.last()
    popped = await world.telegram.forge_tap(author.id, author.last()["message_id"], "yes*:1:")
    assert popped is not None and spoken("only_approvers") in str(popped.text)
    await admin.taps(approve_all, on=card)
    await admin.sees(spoken("approved_some", count=2, left=1))
    await author.sees("2 posts", spoken("result_approved_several"))
    assert [status(world, number) for number in (1, 2, 3)] == [
        Status.PENDING,
        Status.AWAITING_APPROVAL,
        Status.PENDING,
    ]
    await until(lambda: approve_all not in admin.labels())  # it is the only one that waits
    await until(lambda: admin.labels().count(spoken("button_approve")) == 1)
    await world.telegram.forge_tap(ADMIN_CHAT, card["message_id"], "yes*:1:", sender=ANNA)
    await admin.sees(spoken("approved_all", count=1))
    await author.sees(spoken("result_approved", id=2))
    await world.telegram.forge_tap(ADMIN_CHAT, card["message_id"], "yes*:1:", sender=ANNA)
    await until_handled(world)
    assert status(world, 2) is Status.PENDING


async def test_a_decision_that_is_broken_off_counts_once_and_is_told_once(
    world: World, admin: Person, author: Person
) -> None:
    """Killed between its commit and its answer: the same reply is handled once more."""
    await plan(author)
    await admin.sees("Person 21 would like")
    await admin.taps(spoken("button_decline"))
    await admin.sees(spoken("ask_why_declined"))
    await world.stop_bot()
    await admin.replies(spoken("ask_why_declined"), "Too dark")
    decline_and_end(world, world.telegram.updates.pending[0])
    await world.start_bot()
    await admin.sees(spoken("declined", id=1))
    await author.sees(spoken("result_declined_why"))
    await until_handled(world)
    assert sum(spoken("result_declined_why") in told for told in author.told()) == 1


def decline_and_end(world: World, reply: dict[str, Any]) -> None:
    """What a bot had done that was killed before it said so."""
    database = Database(world.database_url)
    kept = NewIncoming(reply["update_id"], identity_of(reply), ADMIN_CHAT, None, reply)
    Inbox(database).keep([kept])
    with database.transaction() as session:
        begun = update(Incoming).where(Incoming.handled_at.is_(None)).values(begun_at=func.now())
        number = session.scalar(begun.returning(Incoming.id))
    anna, scope = Approver(ANNA, "Person 11"), replace(ALL, approves=EVERY_ACCOUNT)
    Approvals(database).decline(1, scope, anna, revision=0, reason="Too dark", by=number)
    database.close()


async def test_a_client_decides_about_one_post_by_a_link_and_sees_nothing_else(
    world: World, admin: Person, anna: Person, author: Person
) -> None:
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await plan(author)
    await admin.sees("Person 21 would like")
    await admin.taps(spoken("button_ask_client"))
    told = await anna.sees(spoken("approval_link"))
    await admin.sees(spoken("approval_link_sent"))
    start = "/start " + told.rpartition("start=")[2].strip()
    await author.sends(start)
    await author.sees(spoken("client_link_in_team"))
    client, other = world.person(51, "de"), world.person(52, "de")  # who speak German
    await client.sends(start)
    await client.sees(spoken("approval_card", "de", name="Person 21"))
    await other.sends(start)
    await other.sees(spoken("client_link_used", "de"))
    for words in ("/list", "/slots", "Nice!"):
        await client.sends(words)
        await client.sees(spoken("client_only_card", "de"))
    await client.taps(spoken("button_ask_change", "de"))
    await client.sees(spoken("ask_what_to_change", "de"))
    await client.replies_with_photo(spoken("ask_what_to_change", "de"))
    await client.sees(spoken("client_only_card", "de"))
    await client.replies(spoken("ask_what_to_change", "de"), "Our logo is missing")
    await client.sees(spoken("change_is_asked", "de"))
    await author.sees("Person 51 asks for a change: “Our logo is missing”")
    await admin.sees("Person 51 asks for a change")
    await author.replies("asks for a change", "With the logo")
    await client.sees("With the logo")
    await client.taps(spoken("button_approve", "de"), on="With the logo")
    await client.sees(spoken("state_approved", "de", name="Person 51"))
    await author.sees("approved by Person 51")
    await until(lambda: status(world) is Status.PENDING)
    await client.sends(start)
    await client.sees(spoken("already_approved", "de"))


async def test_a_withdrawn_link_shows_nothing(
    world: World, admin: Person, anna: Person, author: Person
) -> None:
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await plan(author)
    await admin.sees("Person 21 would like")
    await admin.taps(spoken("button_ask_client"))
    start = "/start " + (await anna.sees(spoken("approval_link"))).rpartition("start=")[2].strip()
    client = world.person(51)
    await client.sends(start)
    await client.sees("Person 21 would like")
    await anna.taps(spoken("button_withdraw_link"))
    await anna.sees(spoken("approval_link_withdrawn"))
    await client.taps(spoken("button_approve"))
    await client.sends(start)
    await client.sees(spoken("client_link_withdrawn"))
    await admin.taps(spoken("button_ask_client"))
    start = "/start " + (await anna.sees(spoken("approval_link"))).rpartition("start=")[2].strip()
    with world.services.database.transaction() as session:
        session.execute(update(ApprovalLink).values(expires_at=func.now()))
    for number, language in ((53, "en"), (54, "de")):
        late = world.person(number, language)
        await late.sends(start)
        await late.sees(spoken("client_link_expired", language))
    assert status(world) is Status.AWAITING_APPROVAL


async def test_a_note_stands_on_the_card_and_its_owner_hears_of_it(
    world: World, admin: Person, author: Person, dirk: Person
) -> None:
    """Also of a note that comes before the bot has heard which message its card is."""
    world.telegram.fail("sendPhoto", times=2, after_effect=True, delay=0.5)
    await plan(author)
    await admin.sees("Person 21 would like")
    await admin.replies("Person 21 would like", "note: Mind the logo")
    await author.sees("Person 11 writes: “Mind the logo”")
    await until(lambda: "💬 Person 11: Mind the logo" in approval_cards(admin)[0])
    await until(lambda: "💬 Person 11: Mind the logo" in card_of(author))
    for number in (1, 2, 3):
        await author.replies("🗓 Post 1", f"Note: {number}")
        await author.sees(f"💬 Person 21: {number}")
    assert "Mind the logo" not in card_of(author)
    await author.replies("🗓 Post 1", "note:")
    await author.sees("Write your note")
    assert spoken("button_approve") in admin.labels(on="Person 21 would like")
    await admin.sends("/list")
    await admin.sees("by Person 21")
    await dirk.sends("/list")
    await dirk.sees(spoken("list_empty", "de"))
    assert world.services.posts.get(1, ALL).caption == "Hello"


async def test_a_card_has_room_for_a_long_text_and_notes_and_a_forged_button_does_nothing(
    world: World, admin: Person, author: Person
) -> None:
    await plan(author)
    await admin.sees("Person 21 would like")
    await author.replies("🗓 Post 1", "Our waves today: " + "🌊" * 480 + " and more of them")
    await author.sees("Our waves today")
    await admin.sees("and more of them")
    await until(lambda: len(approval_cards(admin)) == 1 and "🌊" in approval_cards(admin)[0])
    for number in (1, 2, 3):
        await admin.replies("Person 21 would like", f"note: {number} " + "🌊" * 290)
        await author.sees(f"“{number} 🌊")
    await until(lambda: "3 🌊" in approval_cards(admin)[0])
    card = next(m for m in admin.messages() if "Person 21 would like" in m.get("caption", ""))
    for forged in ("yes!:1:", "yes!:1:x", "no!:1:99", "fix?:1:-1"):
        await world.telegram.forge_tap(ADMIN_CHAT, card["message_id"], forged, sender=ANNA)
        await admin.sees(spoken("changed_meanwhile"))
    assert status(world) is Status.AWAITING_APPROVAL
