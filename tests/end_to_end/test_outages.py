"""Postgres away in the middle of something that takes long: it ends well once it is back."""

from storage.lifecycle import PreparationState
from tests.end_to_end.chat import CONVERTING, Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.ffmpeg import Gate, converters
from tests.end_to_end.outage import postgres_away
from tests.end_to_end.test_card import draft_of
from tests.end_to_end.test_converting import begin
from tests.end_to_end.test_publishing import answer


async def test_a_conversion_during_which_postgres_goes_away_is_made_after_all(
    world: World, anna: Person, gate: Gate
) -> None:
    await begin(world, anna)
    with postgres_away(world.database_url):
        gate.open()
        await until(lambda: not converters())  # made, or given up: nobody can note it
    await anna.sees("Converted.", timeout_seconds=CONVERTING)
    assert draft_of(world, anna).preparation is PreparationState.DONE
    await answer(anna, ("Hello", "Which hashtags?"))
