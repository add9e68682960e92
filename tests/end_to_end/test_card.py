"""A post on a card: three acts from the gallery to the plan, and everything stays changeable."""

from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.spoken import spoken


async def test_a_captioned_photo_is_planned_by_one_tap(world: World, carla: Person) -> None:
    await carla.sends_photo(caption="Evening over the harbour #sunset")
    card = await carla.sees("Evening over the harbour #sunset")
    assert spoken("no_time_yet") in card
    print(card, carla.labels())
    assert len(carla.labels()) == 7
    await carla.taps(carla.labels()[0])
    planned = await carla.sees("Post")
    print(planned, carla.labels(), carla.told())
    assert len(carla.told()) == 1
