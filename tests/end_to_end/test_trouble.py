"""What goes wrong at Instagram: the owner hears a plain sentence, the admin the class, once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.context import Context
from bot.sandbox.instagram.faults import Fault
from publisher.wiring import build_accounts, build_dispatcher
from storage.database import Database
from storage.lifecycle import Status
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_posts import plan
from tests.scopes import ALL, own
from tests.spoken import spoken

pytestmark = pytest.mark.usefixtures("on_cards")


async def test_a_temporary_failure_is_tried_again_and_told_and_the_post_can_still_be_deleted(
    world: World, anna: Person, admin: Person
) -> None:
    world.instagram.script(Fault(at="rupload", kind="status", status=503))
    await plan(anna, "now")
    await anna.sees(spoken("result_retrying"))
    await anna.sees("🗓", "➜ trying again")
    await anna.sees_button("Delete", on="➜ trying again")
    await admin.sees(spoken("alert_retrying"))
    (post,) = world.services.posts.planned(own(anna.id))
    assert post.retry_count == 1
    await anna.sends("/list")
    await anna.sees("trying again")
    assert world.instagram.posts == []


async def test_a_lasting_failure_offers_to_try_again_or_delete(
    world: World, anna: Person, admin: Person
) -> None:
    world.instagram.script(Fault(at="rupload", kind="processing_failed"))
    await plan(anna, "now")
    await anna.sees(spoken("result_failed"))
    alert = await admin.sees("Post 1 failed")
    assert "right" not in alert.split()
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await anna.taps("Try again")  # handled twice: the first answer does not arrive
    await anna.sees(spoken("trying_again"))
    await anna.sees(spoken("result_published"))
    assert len(world.instagram.posts) == 1
    world.instagram.script(Fault(at="rupload", kind="processing_failed"))
    await plan(anna, "now")
    await anna.sees(spoken("result_failed"))
    await anna.sends("/list")
    await anna.sees("Planned: 0", spoken("list_needs_you"))
    await anna.taps("Post 2")
    await anna.sees("➜ failed", spoken("reason_media_refused"))
    card = anna.last()
    await anna.sees_button("Try again", card)
    await anna.replies(card, "Better words")
    await anna.sees(spoken("rewritten_failed", id=2))
    (post,) = world.services.posts.planned(ALL)
    assert (post.status, post.caption) == (Status.FAILED, "Better words")
    await world.telegram.forge_tap(anna.id, card["message_id"], "drop:2:")
    await anna.sees(spoken("too_late_failed", id=2))
    world.instagram.script(Fault(at="rupload", kind="processing_failed"))
    await anna.taps("Change", card)
    await anna.sees("Changes post 2", "Better words")
    await anna.sends("Best words")
    await anna.sees("Changes post 2", "Best words")
    await anna.taps("Now")
    await anna.sees("Post 2 couldn't be published")
    (post,) = world.services.posts.planned(ALL)
    assert post.caption == "Best words"
    await anna.taps("Delete", anna.last())
    assert spoken("deleted_in_doubt") not in await anna.sees(spoken("deleted"))
    assert world.services.posts.planned(ALL) == []
    world.instagram.script(Fault(at="rupload", kind="processing_failed"))
    await plan(anna, "now")
    await anna.sees(failed := "Post 3 couldn't be published")
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET scheduled_time = now() - interval '3d'"))
    await world.telegram.forge_tap(anna.id, anna.last()["message_id"], "later:3:")
    await anna.sees(spoken("time_has_passed"))
    await anna.replies(failed, "tomorrow 10:30")
    await anna.sees(spoken("moved", id=3), "10:30")
    (post,) = world.services.posts.planned(ALL)
    assert post.status is Status.PENDING and post.next_attempt_at == post.scheduled_time


async def test_a_lost_reply_is_settled_by_reading_instagram(world: World, anna: Person) -> None:
    """Where nothing is found, its owner may drop it."""
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    await plan(anna, "now")
    result = await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert post.code in result
    assert world.instagram.configures == 1
    world.instagram.script(Fault(at="configure", kind="drop", when="before"))
    await plan(anna, "now")
    await anna.sees(spoken("result_unconfirmed"))
    await anna.taps("Drop it")
    await anna.sees(spoken("deleted"), spoken("deleted_in_doubt"))
    assert len(world.instagram.posts) == 1


async def test_what_reading_cannot_settle_is_asked_about_and_never_sent_again(
    world: World, anna: Person, admin: Person
) -> None:
    """Its owner or the admin answers."""
    for count, answering in enumerate((anna, admin), 1):
        world.instagram.script(Fault(at="configure", kind="drop", when="after"))
        world.instagram.script(Fault(at="feed", kind="status", status=503, times=9))
        await plan(anna, "now")
        await anna.sees(spoken("result_unconfirmed"))
        await admin.sees(spoken("alert_unconfirmed"))
        await _later(world, "uncertain_since", minutes=46)
        await anna.sees(spoken("result_asked"))
        assert world.instagram.configures == len(world.instagram.posts) == count
        await admin.sees(spoken("alert_asked"))
        await admin.sees_button("Already live")
        world.instagram.clear_faults()
        await answering.taps("Already live")
        await answering.sees(spoken("confirmed_live"))
        assert world.services.posts.planned(ALL) == []


async def account(world: World) -> int:
    (only,) = await asyncio.to_thread(world.services.accounts.active)
    return only.id


async def test_posts_that_a_pause_made_late_are_asked_about_together(
    world: World, anna: Person
) -> None:
    accounts = world.services.accounts
    for button, said, count in (("Delete", "late_dropped", 0), ("Publish", "late_published", 2)):
        await asyncio.to_thread(accounts.pause, await account(world), reason="challenge", span=None)
        for hours in (2, 3):
            await plan(anna, f"in {hours} hours")
        await _later(world, "next_attempt_at", minutes=180)
        await anna.sees(spoken("result_late", count=2), "2 of your posts")
        await anna.taps(button)
        await anna.sees(spoken(said, count=2))
        await asyncio.to_thread(accounts.resume, await account(world))
        await _sweep(world)
        await until(lambda count=count: len(world.instagram.posts) == count)  # type: ignore[misc]
        await asyncio.to_thread(world.services.dispatcher.wait, 20)
        assert len(world.instagram.posts) == count
    await anna.sees(spoken("result_published"))


async def test_a_check_ahead_tells_the_owner_what_stands_in_the_way(
    world: World, anna: Person
) -> None:
    await plan(anna, "in 40 minutes")
    (post,) = world.services.posts.planned(ALL)
    world.services.files.remove(post.media[0].files)
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE media_items SET source_ref = NULL"))  # of an old bot's
    await _sweep(world)
    await anna.sees(spoken("result_preflight"))


async def test_a_bot_that_only_talks_tells_what_another_publisher_did(
    world: World, anna: Person
) -> None:
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"publish_in_bot": False})
    await world.start_bot()
    await plan(anna, "now")
    assert world.app.job_queue is not None
    assert world.app.job_queue.get_jobs_by_name("sweep") == ()
    database = Database(world.database_url)
    accounts = build_accounts(world.settings, database, removes_others=False)
    publisher = build_dispatcher(world.settings, database, accounts, world.services.files)
    running = asyncio.create_task(asyncio.to_thread(publisher.run))
    await anna.sees(spoken("result_published"))
    publisher.stop()
    await running
    assert await asyncio.to_thread(publisher.wait, 20)
    database.close()


async def test_a_challenge_pauses_publishing_until_the_admin_resumes(
    world: World, anna: Person, admin: Person
) -> None:
    """While something is sent, and where the session is checked that is stored by then."""
    faults = [Fault(at="rupload", kind="suspended"), Fault(at="session", kind="challenge")]
    for published, fault in enumerate(faults):
        world.instagram.script(fault)
        await plan(anna, "now")
        await admin.sees(spoken("alert_paused_for_good"))
        await anna.sees(spoken("result_waiting"))
        await anna.sends("/list")
        await anna.sees(spoken("paused_until_resumed"))
        assert len(world.instagram.posts) == published
        world.telegram.fail("sendMessage", status=502, description="Bad Gateway")  # said even so
        await admin.taps("Resume publishing")
        await admin.sees(spoken("resumed"))
        await anna.sees(spoken("result_published"))


async def test_of_several_paused_accounts_the_admin_resumes_the_one_that_they_name(
    world: World, admin: Person
) -> None:
    accounts = world.services.accounts
    accounts.configure("instagram", "second")
    for paused in accounts.active():
        accounts.pause(paused.id, reason="challenge", span=None)
    for name in ("creator", "second"):
        await admin.sees(name)
    await admin.sends("/list")
    listed = await admin.sees(spoken("paused_until_resumed"))
    assert "creator" in listed and "second" in listed
    await admin.sends("/resume")
    await admin.sees(spoken("which_to_resume"))
    await admin.taps("second")
    await admin.sees(spoken("resumed"))
    assert [each.name for each in accounts.paused()] == ["creator"]


async def test_a_refused_password_is_tried_once_however_often_we_sweep(
    world: World, anna: Person, admin: Person
) -> None:
    world.instagram.password = "changed"
    await plan(anna, "now")
    asked = await admin.sees(spoken("login_needs_you"))
    assert "Check INSTAGRAM_USERNAME and INSTAGRAM_PASSWORD" in asked
    told = await anna.sees(spoken("result_waiting"))
    assert "right" not in told.split()
    assert "INSTAGRAM_" not in told, "what only the admin can do"
    await plan(admin, "in 2 hours")
    await _later(world, "next_attempt_at", minutes=1)
    for _ in range(2):
        await _sweep(world)
    assert world.instagram.password_attempts == 2  # by the current login and by the old one
    assert world.instagram.logins == 0
    await until(lambda: _told(world) == ["login", "waiting", "waiting"])
    assert not any(spoken("result_waiting") in text_of(message) for message in admin.messages())


async def test_a_person_who_blocked_the_bot_delays_nobody_and_is_told_afterwards(
    world: World, anna: Person, admin: Person
) -> None:
    other = world.person(12)
    await plan(anna, "in 2 hours")
    await plan(other, "in 2 hours")
    world.telegram.block(anna.id)
    for post in world.services.posts.planned(ALL):
        with world.services.database.transaction() as session:
            session.get_one(type(post), post.id).next_attempt_at = post.created_at
    await world.app.job_queue.get_jobs_by_name("sweep")[0].run(world.app)  # type: ignore[union-attr]
    await other.sees(spoken("result_published"))
    await until(lambda: len(world.instagram.posts) == 2)
    await admin.sees(spoken("alert_blocked"))
    assert not any(spoken("result_published") in told for told in anna.told())
    world.telegram.unblock(anna.id)
    await anna.sees(spoken("result_published"))


async def test_the_admin_hears_once_of_a_job_that_fails_again_and_again(
    world: World, admin: Person
) -> None:
    ended = 0

    async def fails(context: Context) -> None:
        nonlocal ended
        ended += 1
        raise KeyError("its text stays in the log")

    assert world.app.job_queue is not None
    world.app.job_queue.run_repeating(fails, 0.1, first=0)
    told = await admin.sees(spoken("alert_error"))
    assert "KeyError" in told and "its text" not in told
    known = ended
    await until(lambda: ended > known + 2)
    with world.services.database.transaction() as session:
        kinds = session.scalars(text("SELECT kind FROM notices")).all()
    assert kinds == ["error"]


async def test_the_admin_hears_what_postgres_forbids(world: World, admin: Person) -> None:
    """As by a missing GRANT on one table: Postgres answers, and waiting alone does not help."""

    async def fails(context: Context) -> None:
        with world.services.database.transaction() as session:
            session.execute(text("SET LOCAL ROLE pg_monitor"))
            session.execute(text("SELECT timezone FROM users"))

    assert world.app.job_queue is not None
    world.app.job_queue.run_repeating(fails, 0.1, first=0)
    await admin.sees(spoken("alert_error"), "permission denied for table users")


async def _sweep(world: World) -> None:
    await world.app.job_queue.get_jobs_by_name("sweep")[0].run(world.app)  # type: ignore[union-attr]


def _told(world: World) -> list[str]:
    """All that has been told by now, or needed not to be."""
    with world.services.database.transaction() as session:
        told = text("SELECT kind FROM notices WHERE sent_at IS NOT NULL ORDER BY id")
        return list(session.scalars(told))


async def _later(world: World, column: str, *, minutes: int) -> None:
    """Let time pass for all posts: the database's clock cannot be moved."""
    with world.services.database.transaction() as session:
        session.execute(
            text(
                f"UPDATE scheduled_posts SET {column} = now() - :gone"  # noqa: S608 - ours
                f" WHERE {column} IS NOT NULL"
            ),
            {"gone": timedelta(minutes=minutes)},
        )
    await _sweep(world)
