"""How many calls of Telegram's an answer takes: in a row until it is there, and in all.

What is not the next question must not hold it up, however slowly Telegram takes it.
"""

import time
from collections.abc import Awaitable
from dataclasses import dataclass

from tornado.web import RequestHandler

from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_inbox import until_handled
from tests.samples import jpeg
from tests.spoken import spoken

SLOW_SECONDS = 0.5
BESIDE = ("answerCallbackQuery", "sendChatAction", "editMessageText", "editMessageReplyMarkup")
BY_THE_CLOCK = ("getUpdates", "getMe", "setMyCommands")


@dataclass(frozen=True)
class Call:
    name: str
    began: float
    ended: float


class Calls:
    """What the bot asks of Telegram, from its Bot API server's own log."""

    def __init__(self, world: World) -> None:
        self._world, self._telegram, self._made = world, world.telegram, list[Call]()
        world.telegram_api._application.settings["log_function"] = self._note

    def _note(self, handler: RequestHandler) -> None:
        name, now = handler.request.path.split("/")[-1], time.time()
        if handler.request.path.startswith("/bot") and name not in BY_THE_CLOCK:
            self._made.append(Call(name, now - handler.request.request_time(), now))

    async def until(self, seen: str, person: Person, act: Awaitable[object]) -> list[str]:
        """All calls from what a person does to what they see, and what goes on beside."""
        self._made.clear()
        self._telegram.faults.clear()
        for name in BESIDE:
            self._telegram.fail(name, delay=SLOW_SECONDS)
        await act
        await person.sees(seen)
        await until_handled(self._world)
        return [call.name for call in self._made]

    def in_a_row(self) -> int:
        """Of these, the longest row that led to the last message."""
        longest: dict[Call, int] = {}
        for call in sorted(self._made, key=lambda call: call.began):
            before = [longest[one] for one in longest if one.ended <= call.began]
            longest[call] = 1 + max(before, default=0)
        return max(longest[one] for one in longest if one.name in ("sendMessage", "sendPhoto"))


async def counted(world: World, person: Person) -> Calls:
    """Once all runs, and the person has heard how photos keep their quality."""
    await person.sends("/help")
    await person.sees("/list")
    world.services.users.learns_of_files(person.id)
    return Calls(world)


async def test_nobody_waits_for_more_than_the_next_question(world: World, anna: Person) -> None:
    calls = await counted(world, anna)
    await calls.until(spoken("ask_type"), anna, anna.sends_photo(caption="At the lake"))
    assert calls.in_a_row() <= 2
    await calls.until(spoken("ask_caption"), anna, anna.taps("Photo"))
    assert calls.in_a_row() == 1
    await calls.until(spoken("ask_hashtags"), anna, anna.sends("Hello"))
    assert calls.in_a_row() == 1
    await calls.until(spoken("ask_time"), anna, anna.sends("none"))
    await calls.until(spoken("ask_confirm"), anna, anna.sends("tomorrow 9:00"))
    assert calls.in_a_row() <= 2


async def test_of_an_album_something_is_heard_at_once_and_it_is_there_soon(
    world: World, anna: Person
) -> None:
    """Ten files, at 100 ms a call."""
    calls = await counted(world, anna)
    for name in ("getFile", "downloadFile", "sendChatAction", "sendMessage"):
        world.telegram.fail(name, delay=0.1, times=20)
    began = time.monotonic()
    await anna.sends_files([(f"{number}.jpg", jpeg(320, 320 + number)) for number in range(10)])
    await until(lambda: any(one.name == "sendChatAction" for one in calls._made))
    heard = time.monotonic() - began
    await anna.sees(spoken("ask_type"))
    assert heard < 0.8
    assert time.monotonic() - began < 3
    draft = world.services.drafts.current(owner_id=anna.id, chat_id=anna.chat_id)
    assert draft is not None
    assert [item.height for item in draft.media] == [320 + number for number in range(10)]
