"""Every button of a card, tapped in every state in which it can be reached."""

from bot.new_post.calendar_pages import MARK
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.samples import jpeg
from tests.spoken import spoken

ENDING = ("discard", "guide_me", "now")
"""Tapped elsewhere: with them, and with a time, the card is no draft's any more. So is the
calendar."""
MOST_TAPS = 90


class Walker:
    """Taps what was never tapped, wherever that is."""

    def __init__(self, world: World, person: Person) -> None:
        self._world, self._person = world, person
        self._known: dict[str, str] = {}
        """Callback data -> the question at which they stand."""
        self.tapped: set[str] = set()
        self._opened_by: dict[str, str] = {}

    def shown(self) -> list[str]:
        (card,) = [one for one in self._person.messages() if self._person.is_the_bots(one)]
        rows = card["reply_markup"]["inline_keyboard"]
        shown = [button["callback_data"] for row in rows for button in row]
        assert not shown[0].startswith("card:") or len(shown) <= 7
        return shown

    def untapped(self) -> list[str]:
        return [data for data in self._known if data not in self.tapped]

    async def goes_on(self) -> None:
        shown = self.shown()
        self._known |= {data: data.partition(":")[0] for data in shown if not _ends(data)}
        here = [data for data in shown if data in self.untapped()]
        if here:
            await self._taps(here[-1])
        elif self.untapped():
            await self._taps(self._way_to(self._known[self.untapped()[0]], shown))

    def _way_to(self, question: str, shown: list[str]) -> str:
        """The button that leads there, or one that leads to that; else back."""
        opener = self._opened_by.get(question)
        while opener is not None and opener not in shown:
            opener = self._opened_by.get(opener.partition(":")[0])
        return opener or next(data for data in shown if data.endswith(":back"))

    async def _taps(self, data: str) -> None:
        message = self._person.last()["message_id"]
        answer = await self._world.telegram.tap(
            self._person.id, message, data, sender=self._person.id
        )
        assert answer is not None and not answer.text, data
        await until(lambda: self._world.services.inbox.chats() == [])
        self.tapped.add(data)
        opened = self.shown()[0].partition(":")[0]
        if opened not in ("card", data.partition(":")[0]):
            self._opened_by.setdefault(opened, data)


def _ends(data: str) -> bool:
    value = data.split(":", 2)[2]
    return value in ENDING or value.startswith(("20", "slot:", MARK))


async def test_every_button_of_every_state_answers(world: World, dirk: Person) -> None:
    await dirk.sends_photo(jpeg(800, 320))
    await dirk.sees(spoken("card_no_caption", "de"))
    walker = Walker(world, dirk)
    await walker.goes_on()
    for _ in range(MOST_TAPS):
        if not walker.untapped():
            break
        await walker.goes_on()
    assert walker.untapped() == []
    questions = {data.partition(":")[0] for data in walker.tapped}
    assert {"card", "more", "type", "caption", "hashtags", "fit", "time"} <= questions
