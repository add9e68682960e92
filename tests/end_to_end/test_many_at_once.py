"""Many people at once: what can be done later lets everybody's answers go first."""

from contextlib import ExitStack

from bot.load import MANY
from storage.models import Draft
from tests.end_to_end.chat import Person, picture_of, until
from tests.end_to_end.conftest import DIRK, World
from tests.samples import jpeg
from tests.spoken import spoken


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


async def test_of_people_who_send_at_once_each_is_answered_about_what_they_sent(
    world: World, anna: Person, carla: Person
) -> None:
    dirk, whole = world.person(DIRK), jpeg(640, 800)
    await carla.sends_photo(caption="Carla's")
    await dirk.sends_photo(jpeg(1080, 1080), caption="Dirk's")
    await anna.sends_photo(whole[: len(whole) // 2])
    await carla.sees("Carla's")
    await dirk.sees("Dirk's")
    await anna.sees(spoken("refused_truncated"))
    senders = (carla, dirk, anna)

    def drafts() -> list[Draft | None]:
        current = world.services.drafts.current
        return [current(owner_id=person.id, chat_id=person.id) for person in senders]

    sides = [draft and [(item.width, item.height) for item in draft.media] for draft in drafts()]
    assert sides == [[(640, 800)], [(1080, 1080)], None]
    cards = [carla.last()["message_id"], dirk.last()["message_id"], None]
    await until(lambda: [draft and draft.prompt_message_id for draft in drafts()] == cards)
