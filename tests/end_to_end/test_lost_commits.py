"""Commits that take effect and whose reply is lost: no answer is swallowed, none counts twice."""

from pathlib import Path

from storage.lifecycle import PreparationState
from tests.days import the_24th
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import ANNA, CARLA, World, running_world
from tests.end_to_end.test_card import draft_of
from tests.end_to_end.test_downloads import execute, run_job
from tests.end_to_end.test_publishing import answer
from tests.end_to_end.ways import lossy_way
from tests.scopes import ALL
from tests.spoken import spoken


async def test_a_conversation_goes_on_whichever_commits_are_in_doubt(
    tmp_path: Path, database_url: str
) -> None:
    with lossy_way(database_url, seed=2) as (way, url):
        async with running_world(tmp_path, url) as world:
            anna = world.person(ANNA)
            way.share = 0.1
            await anna.sends_photo()
            await anna.sees(spoken("ask_type"))
            await anna.taps("Photo")
            await anna.sees(spoken("ask_caption"))
            await answer(anna, ("Hello", "Which hashtags?"), ("one", spoken("ask_time")))
            await answer(anna, ("tomorrow 9:00", spoken("ask_confirm")))
            await anna.taps("Plan it")
            await anna.sees("Post 1")
            await answer(anna, ("/delete 1 yes", "deleted"), ("/list", spoken("list_empty")))
            way.share = 0.0
    assert way.lost > 0


async def test_a_card_goes_on_whichever_commits_are_in_doubt(
    tmp_path: Path, database_url: str
) -> None:
    """One draft, one post, whatever is done again; at the most the card is sent anew."""
    with lossy_way(database_url, seed=4) as (way, url):
        async with running_world(tmp_path, url) as world:
            carla = world.person(CARLA)
            way.share = 0.1
            await carla.sends_photo(caption="Hello")
            await carla.sees("Hello")
            await carla.sends("Good evening, harbour")
            await carla.sees("Good evening, harbour")
            await carla.sends("#one #two")
            await carla.sees("#one #two")
            await carla.sends(f"{the_24th():%d.%m.} 18:30")
            await carla.sees("18:30")
            await carla.taps(await carla.sees_button(spoken("plan_at")))
            await carla.sees("Post 1")
            way.share = 0.0
            (post,) = world.services.posts.planned(ALL)
            assert (post.caption, post.hashtags) == ("Good evening, harbour", ["one", "two"])
    assert way.lost > 0


async def test_a_cards_files_are_made_although_nobody_heard_that_they_wait_or_are_begun(
    tmp_path: Path, database_url: str
) -> None:
    with lossy_way(database_url, seed=1) as (way, url):
        async with running_world(tmp_path, url) as world:
            carla = world.person(CARLA)
            way.next = [b"preparation='queued', preparation_id", b"SET preparation='running'"]
            await carla.sends_photo(caption="Hello")
            await carla.sees("Hello")
            await carla.taps("Now")
            await carla.sees(spoken("result_published"))
    assert way.lost == 2


async def test_files_are_made_although_the_wish_took_effect_after_its_sender_had_given_up(
    world: World, carla: Person
) -> None:
    """And had looked whether any wait: none did yet."""

    def is_made() -> bool:
        return draft_of(world, carla).preparation is PreparationState.DONE

    await carla.sends_photo(caption="Hello")
    await carla.sees("Hello")
    await until(is_made)
    execute(world, "UPDATE drafts SET preparation = 'queued'")
    await run_job(world, "look_out")
    await until(is_made)


async def test_what_a_publisher_wrote_that_was_killed_before_it_told_of_it_is_heard(
    world: World, admin: Person
) -> None:
    execute(
        world,
        "INSERT INTO notices (audience, kind, detail)"
        " SELECT 'admin', 'database_was_away', '{\"seconds\"\\: 60}'"
        " WHERE set_config('postbote.tells_itself', 'on', true) = 'on'",
    )
    await run_job(world, "look_out")
    await admin.sees(spoken("alert_database_was_away"))
