"""What an answer costs: calls of Telegram's and round trips to Postgres, in a row and in all.

Trips are counted on the wire, with BEGIN, COMMIT and every question whether a connection stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tornado.web import RequestHandler

from bot.sandbox.telegram.methods import METHODS, Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.ways import CountingWay, Trip

BESIDE = ("answerCallbackQuery", "sendChatAction", "setMessageReaction", "editMessageReplyMarkup")
"""The answer comes before these end; an edit of a message is an answer or goes on beside."""
QUIET_SECONDS = 0.2

BY_THE_CLOCK = ("SELECT DISTINCT", "SELECT accounts.id FROM accounts WHERE accounts.lease_until")
"""How those trips begin that are made every few seconds, whatever people do."""
TO_TELL_LATER = (
    "SELECT accounts.id, coalesce(accounts.min_gap",
    "SELECT scheduled_posts.id, scheduled_posts.chat_id, scheduled_posts.owner_id, accounts.paused",
    "SELECT EXTRACT(epoch FROM least",
)
"""How those begin by which a publisher sees to what nobody waits for."""
LOOKS = ("WITH found AS", "SELECT accounts.id \nFROM accounts LEFT OUTER JOIN")
"""How those begin by which it looks for work: what it asks again goes on beside."""
CALLS_BY_THE_CLOCK = ("getUpdates", "getMe", "setMyCommands")


@dataclass(frozen=True)
class Call:
    name: str
    began: float
    ended: float


Timed = TypeVar("Timed", bound=Call | Trip)


@dataclass(frozen=True)
class Cost:
    """All calls, with what goes on beside; the longest row of trips until the answer is there."""

    calls: list[Call]
    trips: list[str]

    @property
    def calls_in_a_row(self) -> int:
        """The longest row of calls that led to the last one that shows something."""
        sent = [one for one in self.calls if one.name.startswith(("sendM", "sendP"))]
        edited = [one for one in self.calls if one.name not in BESIDE]
        return max(len(_row_to(one, self.calls)) for one in sent or edited)

    def __str__(self) -> str:
        return "\n".join([*(call.name for call in self.calls), *self.trips])


class Counter:
    """Watches both ways from the bot.

    Args:
        held: calls for which nobody is to wait: Telegram answers them once the answer is there.
    """

    def __init__(self, world: World, way: CountingWay, held: Sequence[str] = BESIDE) -> None:
        self._world, self.trips, self._gate = world, way.trips, asyncio.Event()
        self.come: list[str] = []
        """The calls that are held, or were, since the last count began."""
        self._methods = {name.lower(): METHODS[name.lower()] for name in held}
        METHODS.update({name.lower(): self._held(name) for name in held})
        self._calls: list[Call] = []
        world.telegram_api._application.settings["log_function"] = self._note

    async def until(
        self, seen: str, person: Person, act: Awaitable[object], *, publishes: bool = False
    ) -> Cost:
        """From what a person does to what they see.

        Args:
            publishes: it is what came of a post, so Telegram holds nothing back.
        """
        self._calls.clear()
        self.trips.clear()
        self.come.clear()
        if not publishes:
            self._gate.clear()
        acting = asyncio.ensure_future(act)
        await person.sees(seen)
        self._gate.set()
        await acting
        made = _made_for_it(self.trips, publishes=publishes)
        trips = max((_row_to(one, made) for one in made), key=len)
        await self.quiet()
        inbox, updates = self._world.services.inbox, self._world.telegram.updates
        await until(lambda: not (updates.pending or inbox.chats()))
        return Cost([*self._calls], [trip.asks for trip in trips])

    async def quiet(self) -> None:
        """Wait until nothing is asked of Postgres any more."""
        count = -1
        while count != len(self.trips):
            count = len(self.trips)
            await asyncio.sleep(QUIET_SECONDS)

    def close(self) -> None:
        """Telegram is again as it was."""
        METHODS.update(self._methods)

    def _held(self, name: str) -> Method:
        method = self._methods[name.lower()]

        async def held(state: TelegramState, parameters: Parameters) -> Any:
            self.come.append(name)
            await self._gate.wait()
            return await method(state, parameters)

        return held

    def _note(self, handler: RequestHandler) -> None:
        name, now = handler.request.path.split("/")[-1], time.time()
        if handler.request.path.startswith("/bot") and name not in CALLS_BY_THE_CLOCK:
            self._calls.append(Call(name, now - handler.request.request_time(), now))


def _made_for_it(trips: Sequence[Trip], *, publishes: bool) -> list[Trip]:
    """Without what publishers ask, unless it led to what came of a post."""
    made, looks = list[Trip](), set[str]()
    for trip in trips:
        if trip.asks.startswith(LOOKS):
            if publishes and trip.asks not in looks:
                looks.add(trip.asks)
                made.append(trip)
        elif not trip.asks.startswith((*BY_THE_CLOCK, *TO_TELL_LATER)):
            made.append(trip)
    return made


def _row_to(last: Timed, all_of_them: Sequence[Timed]) -> list[Timed]:
    """The longest row that leads to it, each begun after the one before had ended."""
    rows: dict[int, list[Timed]] = {}
    for one in sorted(all_of_them, key=lambda one: one.began):
        longest = list[Timed]()
        for row in rows.values():
            if row[-1].ended <= one.began and len(row) > len(longest):
                longest = row
        rows[id(one)] = [*longest, one]
    return rows[id(last)]
