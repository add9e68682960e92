"""Many people at once: what can be done later lets everybody's answers go first."""

from contextlib import ExitStack

from bot.load import MANY
from tests.end_to_end.chat import Person, picture_of, until
from tests.end_to_end.conftest import World


async def test_a_card_begins_with_ones_own_photo_and_gets_its_picture_even_after_a_restart(
    world: World, carla: Person
) -> None:
    with ExitStack() as others:
        for _ in range(MANY + 1):
            others.enter_context(world.services.load.one_more())
        await carla.sends_photo(caption="At the lake")
        await carla.sees("At the lake")
        (sent, card) = carla.messages()
        assert picture_of(card) == picture_of(sent)
        await world.stop_bot()
    await world.start_bot()
    await until(lambda: picture_of(carla.last()) not in (None, picture_of(sent)))
    assert len(carla.told()) == 1
