"""A planned post's card: what can be done from it, and for a minute undone."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.lifecycle import Status
from storage.models import Post
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_conversation import STEPS, stand_at
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_outbox import card_of
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.scopes import ALL
from tests.spoken import spoken


def planned(world: World) -> Post:
    (post,) = world.services.posts.planned(ALL)
    return post


async def publishes_now(person: Person, language: str = "en") -> None:
    await person.taps(spoken("button_publish_now", language))
    await person.sees(spoken("ask_publish_now", language))
    await person.taps(spoken("button_publish_for_sure", language))
    await person.sees(spoken("result_published", language))


@pytest.mark.usefixtures("on_cards")
async def test_a_post_is_moved_by_a_day_with_one_tap_and_deleted_with_a_minute_to_undo_it(
    world: World, anna: Person
) -> None:
    await plan(anna)
    before = planned(world)
    assert before.wall_time is not None and before.scheduled_time is not None
    said = len(anna.told())
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await anna.taps("+1 day")  # handled twice: the first edit does not arrive
    await until(lambda: planned(world).revision == 1)
    moved = planned(world)
    assert moved.wall_time is not None and moved.wall_time[11:] == before.wall_time[11:]
    assert moved.scheduled_time is not None
    assert timedelta(hours=22) < moved.scheduled_time - before.scheduled_time < timedelta(hours=26)
    await until_handled(world)
    assert planned(world).scheduled_time == moved.scheduled_time
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await anna.taps("Delete")
    await until(lambda: "➜ deleted" in text_of(card_of(anna)))
    assert world.services.posts.planned(ALL) == []
    assert list((world.settings.data_dir / "media").glob("*.jpg"))
    await until(lambda: anna.labels() == ["Undo"])
    card = anna.last()["message_id"]
    await world.telegram.forge_tap(anna.chat_id, card, "drop:1:")  # with a shaky thumb
    await until_handled(world)
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await anna.taps("Undo")
    await anna.sees_button("Delete")
    assert "➜ deleted" not in text_of(card_of(anna))
    assert planned(world).scheduled_time == moved.scheduled_time
    assert len(anna.told()) == said, "all of it on the card"
    for forged in ("move:1:nonsense", "move:1:9999-12-31T23:59:59-12:00"):
        await world.telegram.forge_tap(anna.chat_id, card, forged)
        await anna.sees(spoken("reply_not_understood"))
    await world.telegram.forge_tap(anna.chat_id, card, "move:1:9998-12-31T23:59:59+00:00")
    await anna.sees(spoken("time_too_far"))
    assert planned(world).scheduled_time == moved.scheduled_time


@pytest.mark.usefixtures("on_cards")
async def test_after_the_minute_a_deletion_is_not_undone_and_its_media_go(
    world: World, anna: Person
) -> None:
    await plan(anna)
    await anna.taps("Delete")
    await until(lambda: anna.labels() == ["Undo"])
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET undo_until = now() - interval '1 s'"))
    await anna.taps("Undo")
    await anna.sees(spoken("undo_is_over"))
    assert world.app.job_queue is not None
    for job in world.app.job_queue.get_jobs_by_name("end_undo"):
        await job.run(world.app)
    await until(lambda: anna.labels() == [])
    assert not list((world.settings.data_dir / "media").glob("*.jpg"))


async def test_a_plan_is_undone_and_changed_and_copied_in_german(world: World, ben: Person) -> None:
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await answer(
        ben,
        ("Foto", spoken("ask_caption", "de")),
        ("Hallo", spoken("ask_hashtags", "de")),
        ("ohne", spoken("ask_time", "de")),
        ("morgen 9 Uhr", spoken("ask_confirm", "de")),
        ("ja", "Post 1"),
    )
    await ben.taps("Rückgängig")
    await ben.sees(spoken("ask_confirm", "de"))
    assert world.services.posts.planned(ALL) == []
    await answer(ben, ("übermorgen 18:30", "18:30"), ("ja", "Post 2"))
    await ben.taps("Ändern")
    await ben.sees(spoken("ask_confirm", "de"))
    await answer(
        ben,
        ("Text", spoken("ask_caption", "de")),
        ("Servus", "Servus"),
        ("ja", "Post 2"),
    )
    post = planned(world)
    assert (post.id, post.caption, post.revision) == (2, "Servus", 1)
    await until(lambda: ben.labels().count("Ändern") == 1)  # the former card has none
    await ben.sends(spoken("button_publish_now", "de"))
    await ben.sees(spoken("ask_publish_now", "de"))
    await ben.replies(spoken("ask_publish_now", "de"), spoken("button_not_now", "de"))
    await until(lambda: ben.labels().count("Ändern") == 1)
    await ben.taps("Duplizieren")
    await ben.sees(spoken("ask_time", "de"))
    await answer(ben, ("in 3 Stunden", "Servus"), ("ja", "Post 3"))
    copy, post = world.services.posts.planned(ALL)
    assert copy.media[0].original == post.media[0].original


@pytest.mark.usefixtures("on_cards")
async def test_a_post_is_published_now_and_its_card_says_so_with_the_link(
    world: World, anna: Person
) -> None:
    await plan(anna)
    for answered in (spoken("button_not_now"), spoken("button_publish_for_sure")):
        await anna.taps("Publish now")
        await anna.sees(spoken("ask_publish_now"))
        assert anna.labels()[-2:] == [spoken("button_publish_for_sure"), spoken("button_not_now")]
        assert world.instagram.posts == []
        if answered == spoken("button_publish_for_sure"):
            world.person(anna.id, "de")  # she speaks German from now on
        await anna.taps(answered)
        await until(lambda: spoken("ask_publish_now") not in text_of(card_of(anna)))
    await anna.sees(spoken("result_published", "de"))
    (live,) = world.instagram.posts
    await until(lambda: live.code in text_of(card_of(anna)))
    await anna.sees_button("Duplizieren")
    assert "Rückgängig" not in anna.labels()


async def test_a_change_that_comes_too_late_is_kept_as_a_draft(anna: Person) -> None:
    await stand_at(anna, len(STEPS))
    await answer(anna, ("yes", "Post 1"))
    await anna.taps("Change")
    await anna.sees(spoken("ask_confirm"))
    await answer(anna, ("caption", spoken("ask_caption")), ("Better", spoken("ask_confirm")))
    await publishes_now(anna)
    await anna.taps("Plan it")
    await anna.sees(spoken("edit_too_late"), spoken("too_late_uploaded", id=1))
    await anna.sees(spoken("ask_time"))
    await answer(anna, ("tomorrow 9:00", "Better"), ("yes", "Post 2"))


@pytest.mark.usefixtures("on_cards")
async def test_the_list_turns_and_filters_where_it_stands_and_every_entry_opens_its_card(
    world: World, anna: Person
) -> None:
    await plan(anna)
    with world.services.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO scheduled_posts (account_id, owner_id, chat_id, language, timezone,"
                " post_type, caption, hashtags, scheduled_time, wall_time, next_attempt_at, status)"
                " SELECT account_id, owner_id, chat_id, language, timezone, post_type,"
                " 'Number ' || n, hashtags, scheduled_time + n * interval '8 hours', wall_time,"
                " next_attempt_at + n * interval '8 hours', status"
                " FROM scheduled_posts, generate_series(1, 2000) AS n"
            )
        )
    told, calls = len(anna.told()), world.telegram.version
    await anna.sends("/list")
    listed = await anna.sees("Planned: 2,001", spoken("list_page", page=1, pages=334))
    assert "1 · Photo · planned" in listed and "Number 5" in listed and "Number 6" not in listed
    assert len(anna.told()) == told + 1
    await anna.taps(spoken("button_list_next"))
    await anna.sees("Number 6", "Number 11", spoken("list_page", page=2, pages=334))
    assert len(anna.told()) == told + 1, "in place"
    assert world.telegram.version - calls < 12
    await anna.forwards("Number 6")
    await anna.sees(spoken("forwarded_preview"))
    await anna.taps("Post 8")
    await anna.sees("Number 7")
    await anna.taps(spoken("button_list_published"))
    await anna.sees(spoken("list_empty_published"))
    await anna.taps(spoken("button_list_failed"))
    await anna.sees(spoken("list_empty_failed"))
    await answer(anna, ("Planned", "Planned: 2,001"), ("Post 9", "Number 8"))
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET created_at = now() - interval '1 hour'"))
    await anna.sends("one day later")
    await anna.sees(spoken("which_to_move"))
    await anna.taps(anna.labels(anna.last())[1])
    await anna.sees(spoken("moved", id=2))


async def test_drafts_are_listed_and_gone_on_with(world: World, anna: Person) -> None:
    await anna.sends("/drafts")
    await anna.sees(spoken("list_empty_drafts"))
    await stand_at(anna, len(STEPS))
    await answer(anna, ("yes", "Post 1"))
    await anna.taps("Duplicate")
    await anna.sees(spoken("ask_time"))
    await anna.taps("Change")
    await anna.sees(spoken("ask_confirm"))
    await anna.sends("/drafts")
    await anna.sees("Drafts: 2", "changes post 1")
    await anna.taps("Draft 1")
    await anna.sees(spoken("ask_time"))
    current = world.services.drafts.current(owner_id=anna.id, chat_id=anna.chat_id)
    assert current is not None and current.edits_post_id is None
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    await anna.taps("Draft 1")
    await anna.sees(spoken("draft_gone"))


@pytest.mark.usefixtures("on_cards")
async def test_what_the_admin_does_from_the_list_is_told_to_the_owner_and_undone(
    world: World, admin: Person
) -> None:
    ben = world.person(12)
    await plan(ben)
    await admin.sends("/list")
    await admin.sees("Planned: 1")
    await admin.taps(spoken("button_list_mine"))
    await admin.sees("Planned: 0")
    await admin.taps(spoken("button_list_all"))
    await admin.sees("Planned: 1")
    await admin.taps("Post 1")
    await admin.sees("Hello")
    await admin.taps("Delete")
    await ben.sees(spoken("result_deleted_by_admin"))
    await admin.sees("➜ deleted")
    await admin.taps("Undo")
    await admin.sees(spoken("undone_deletion", id=1, count=1))
    await ben.sees(spoken("result_restored_by_admin"))
    assert planned(world).status is Status.PENDING
    await admin.replies(admin.last(), "tomorrow 11:15")
    await admin.sees(spoken("moved", id=1))
    await until(lambda: "11:15" in text_of(card_of(ben)))


async def test_a_newcomer_who_types_is_told_what_happened_and_how_to_go_on(
    world: World, dirk: Person
) -> None:
    person, language = dirk, "de"
    await person.sends_photo(caption="Morning")
    await person.sees("Morning")
    for aside in ("ok", "Super, danke dir!"):
        await person.sends(aside)
        await person.sees(spoken("card_is_caption", language, said=aside))
    await person.sends("gestern")
    await person.sees(spoken("time_in_the_past", language))
    slot = spoken("button_next_free", language)
    await person.taps(await person.sees_button(slot))
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    await person.sends("Bis später!")
    await person.sees(spoken("is_for_post", language, said="Bis später!", id=1))
    await person.taps(spoken("for_post", language, id=1))
    await until(lambda: planned(world).caption == "Bis später!")
    await person.sends("Danke!")
    await person.sees(spoken("small_talk", language))
    for called in ("hallo", "Bist du da?", "??"):
        await person.sends(called)
        await person.sees(spoken("greeted", language))
    before = planned(world)
    await person.sends("einen Tag später")
    await person.sees(spoken("moved", language, id=1))
    assert (planned(world).wall_time or "")[11:] == (before.wall_time or "")[11:]
    assert planned(world).scheduled_time != before.scheduled_time
    await person.taps(spoken("button_undo", language), person.last())
    await until(lambda: planned(world).scheduled_time == before.scheduled_time)
    await person.sends("Bis bald!")
    await person.taps(await person.sees_button(spoken("for_post", language, id=1)))
    await until(lambda: planned(world).caption == "Bis bald!")
    await person.taps("+1 Tag")
    await until(lambda: planned(world).scheduled_time != before.scheduled_time)
    await person.sends(spoken("button_undo", language))
    await person.sees(spoken("undone_time", language, id=1, count=1))
    assert planned(world).scheduled_time == before.scheduled_time
    await person.taps("+1 Tag")
    await person.taps(spoken("button_undo", language))
    await until(lambda: planned(world).scheduled_time == before.scheduled_time)
    await person.sends("/delete 1")
    await person.sees(spoken("ask_delete", language))
    question = person.last()
    await person.sends(spoken("button_undo", language))
    await person.sees(spoken("undone_plan", language, id=1))
    await until(lambda: person.labels(question) == [])
    await until(lambda: spoken("undone_plan", language, id=1) in text_of(person.messages()[-1]))
    assert world.services.posts.planned(ALL) == []


@pytest.mark.usefixtures("on_cards")
async def test_why_a_post_that_is_named_cannot_be_moved_is_said(world: World, anna: Person) -> None:
    await plan(anna)
    before = world.services.posts.planned(ALL)[0].scheduled_time
    await anna.sends("move post 1 to yesterday 6pm")
    await anna.sees(spoken("time_in_the_past"))
    assert spoken("button_as_caption") not in anna.labels()
    assert world.services.posts.planned(ALL)[0].scheduled_time == before
    await anna.sends("move post 1 to tommorow 6pm")
    await anna.taps(await anna.sees_button("18:00"))
    await until(lambda: world.services.posts.planned(ALL)[0].scheduled_time != before)
