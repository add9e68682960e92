"""Postgres away in the middle of something that takes long: it ends well once it is back."""

from storage.lifecycle import PreparationState
from tests.end_to_end.chat import CONVERTING, Person
from tests.end_to_end.conftest import World
from tests.end_to_end.media import video
from tests.end_to_end.outage import postgres_away
from tests.end_to_end.test_converting import converters, draft_of, until
from tests.end_to_end.test_publishing import answer


async def test_a_conversion_during_which_postgres_goes_away_is_made_after_all(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", video("1280x720", 4, source="color=teal"))])
    await anna.sees("What shall it become?")
    await answer(anna, ("reel", "The shape does not fit"), ("blurred", "Which caption?"))
    await until(lambda: draft_of(world, anna).preparation is PreparationState.RUNNING)
    await until(lambda: bool(converters()))
    with postgres_away(world.database_url):
        await until(lambda: not converters())  # made, or given up: nobody can note it
    await anna.sees("Converted.", CONVERTING)
    assert draft_of(world, anna).preparation is PreparationState.DONE
    await answer(anna, ("Hello", "Which hashtags?"))
