"""What an answer costs: calls of Telegram's and round trips to Postgres, in a row and in all.

Trips are counted on the wire, with BEGIN, COMMIT and every question whether a connection stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from tornado.web import RequestHandler

from bot.sandbox.telegram.methods import METHODS, Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.ways import CountingWay

BESIDE = ("answerCallbackQuery", "sendChatAction", "setMessageReaction", "editMessageReplyMarkup")
"""The answer comes before these end; an edit of a message is an answer or goes on beside."""
QUIET_SECONDS = 0.2

BY_THE_CLOCK = ("SELECT DISTINCT", "SELECT accounts.id FROM accounts WHERE accounts.lease_until")
"""How those trips begin that are made every few seconds, whatever people do."""
AHEAD = "SELECT accounts.id, accounts.destination"
"""How the one does that is made while the draft is looked for: on a network, in no time."""
WHAT_WAITS = "WITH anon_1 AS"
"""How the one does that is made when an update comes, and, by the clock, while it is handled."""
CALLS_BY_THE_CLOCK = ("getUpdates", "getMe", "setMyCommands")


@dataclass(frozen=True)
class Call:
    name: str
    began: float
    ended: float


@dataclass(frozen=True)
class Cost:
    """All calls, with what goes on beside; the trips in a row until the answer is there."""

    calls: list[Call]
    trips: list[str]

    @property
    def calls_in_a_row(self) -> int:
        """The longest row of calls that led to the last one that shows something."""
        longest: dict[Call, int] = {}
        for call in sorted(self.calls, key=lambda call: call.began):
            before = [longest[one] for one in longest if one.ended <= call.began]
            longest[call] = 1 + max(before, default=0)
        sent = [one for one in longest if one.name.startswith(("sendM", "sendP"))]
        edited = [one for one in longest if one.name not in BESIDE]
        return max(longest[one] for one in sent or edited)

    def __str__(self) -> str:
        return "\n".join([*(call.name for call in self.calls), *self.trips])


class Counter:
    """Watches both ways from the bot.

    Args:
        held: calls for which nobody is to wait: Telegram answers them once the answer is there.
    """

    def __init__(self, world: World, way: CountingWay, held: Sequence[str] = BESIDE) -> None:
        self._world, self._way, self._gate = world, way, asyncio.Event()
        self._methods = {name.lower(): METHODS[name.lower()] for name in held}
        METHODS.update({name: self._held(method) for name, method in self._methods.items()})
        self._calls: list[Call] = []
        world.telegram_api._application.settings["log_function"] = self._note

    async def until(
        self, seen: str, person: Person, act: Awaitable[object], *, holds: bool = True
    ) -> Cost:
        """From what a person does to what they see."""
        self._calls.clear()
        self._way.forget()
        if holds:
            self._gate.clear()
        acting = asyncio.ensure_future(act)
        await person.sees(seen)
        self._gate.set()
        await acting
        trips, count = _made_for_it(self._way.in_a_row), -1
        while count != len(self._way.asked):
            count = len(self._way.asked)
            await asyncio.sleep(QUIET_SECONDS)
        inbox, updates = self._world.services.inbox, self._world.telegram.updates
        await until(lambda: not (updates.pending or inbox.chats()))
        return Cost([*self._calls], trips)

    def close(self) -> None:
        """Telegram is again as it was."""
        METHODS.update(self._methods)

    def _held(self, method: Method) -> Method:
        async def held(state: TelegramState, parameters: Parameters) -> Any:
            await self._gate.wait()
            return await method(state, parameters)

        return held

    def _note(self, handler: RequestHandler) -> None:
        name, now = handler.request.path.split("/")[-1], time.time()
        if handler.request.path.startswith("/bot") and name not in CALLS_BY_THE_CLOCK:
            self._calls.append(Call(name, now - handler.request.request_time(), now))


def _made_for_it(trips: list[str]) -> list[str]:
    made = [said for said in trips if not said.startswith((*BY_THE_CLOCK, AHEAD))]
    looks = [said for said in made if said.startswith(WHAT_WAITS)]
    return [said for said in made if said not in looks[1:]]
