"""Calls that come while others are under way are made together: of a crowd, each costs less."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from typing import Any, Generic, ParamSpec, TypeVar

from storage.database import is_away

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

Call = tuple[Any, "asyncio.Future[Any]"]
"""What is asked, and what becomes the answer."""

MOST = 16
"""Made together; the first ones go on while the next ones are made."""


class Together(Generic[Parameters, Answer]):
    """A call to be awaited. Who comes alone waits for nobody.

    Args:
        asked: makes one thing of what a call is given.
        several: answers all these things, in their order, or raises, and may then be asked again.
            An exception among the answers is raised to the one whom it concerns.
    """

    def __init__(
        self,
        asked: Callable[Parameters, Any],
        several: Callable[..., Coroutine[Any, Any, Sequence[Answer | Exception]]],
    ) -> None:
        self._asked, self._several = asked, several
        self.__name__ = several.__name__
        self._waiting: list[Call] = []
        self._at_work: asyncio.Task[None] | None = None

    async def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._asked(*args, **kwargs), answer))
        if self._at_work is None:
            work = self._work()
            self._at_work = asyncio.create_task(work, context=Context())  # nobody's in particular
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                calls, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._answer(calls)
        finally:
            self._at_work = None

    async def _answer(self, calls: list[Call]) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = await self._several(*(asked for asked, _ in calls))
        except Exception as error:
            if len(calls) > 1 and not is_away(error):  # it may be one of them
                for call in calls:
                    await self._answer([call])
                return
            answers = [error] * len(calls)
        for (_, answer), outcome in zip(calls, answers, strict=True):
            _settle(answer, outcome)


def _settle(answer: "asyncio.Future[Any]", outcome: object) -> None:
    if answer.done():  # who asked was broken off
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
