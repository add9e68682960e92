"""Callback queries: taps that wait for an answer, for a few seconds only."""

import asyncio
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request

LIFETIME_SECONDS = 15


@dataclass
class Answer:
    """What the person sees of a tap: nothing, a passing line, or an alert."""

    text: str | None
    show_alert: bool


class Queries:
    """Open taps by id; one is answered once."""

    def __init__(self) -> None:
        self._opened: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[Answer]] = {}

    def open(self) -> str:
        self._opened = {one: at for one, at in self._opened.items() if not _is_old(at)}
        query_id = str(secrets.randbits(62))
        self._opened[query_id] = time.time()
        return query_id

    async def wait_for_answer(self, query_id: str, seconds: float) -> Answer | None:
        """The bot's answer, or None when none came in time."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[query_id] = future
        try:
            return await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return None
        finally:
            del self._waiting[query_id]

    def answer(self, query_id: str, answer: Answer) -> None:
        """Raises ApiError (400) for a query that is unknown, answered, or older than seconds."""
        opened = self._opened.pop(query_id, 0.0)
        if _is_old(opened):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        waiting = self._waiting.get(query_id)
        if waiting and not waiting.done():
            waiting.set_result(answer)

    def expire(self) -> None:
        """All open queries become too old at once, for tests."""
        self._opened.clear()

    def dump(self) -> Wire:
        return dict(self._opened)

    def load(self, data: dict[str, Any]) -> None:
        self._opened = dict(data)


def _is_old(opened: float) -> bool:
    return time.time() - opened > LIFETIME_SECONDS


def answer_wire(answer: Answer | None) -> Wire | None:
    return asdict(answer) if answer else None
