"""Calls that are made together: each gets its own answer, and none suffers for another."""

import asyncio
import threading

import pytest
from sqlalchemy.exc import OperationalError

from bot.known import KNOWN, Known
from bot.store import Store, in_thread
from bot.together import MOST, Together
from storage.database import Database, NotLeaderError
from storage.drafts import At, Drafts


class Halves:
    """Halves numbers, once it may."""

    def __init__(self) -> None:
        self.made: list[tuple[int, ...]] = []
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()

    def halves(self, *numbers: int) -> list[int | ValueError]:
        self.made.append(numbers)
        self.has_begun.set()
        assert self.may_go_on.wait(60)
        if 13 in numbers:
            raise ZeroDivisionError
        if 99 in numbers:
            raise OperationalError("", None, Exception())
        return [ValueError(number) if number % 2 else number // 2 for number in numbers]


@pytest.fixture
def halves() -> Halves:
    return Halves()


async def answers(halves: Halves, *numbers: int) -> list[int | BaseException]:
    """To the first alone, and to all others, which come while that one is under way."""
    half = Together(int, in_thread(halves.halves))
    first = asyncio.create_task(half(numbers[0]))
    await asyncio.to_thread(halves.has_begun.wait, 60)
    others = [asyncio.create_task(half(number)) for number in numbers[1:]]
    await asyncio.sleep(0)
    halves.may_go_on.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


async def test_what_comes_meanwhile_is_answered_together_in_order(halves: Halves) -> None:
    numbers = range(0, 2 * MOST + 4, 2)
    assert await answers(halves, *numbers) == [number // 2 for number in numbers]
    assert [len(several) for several in halves.made] == [1, MOST, 1]


async def test_who_cannot_be_answered_hears_that_alone(halves: Halves) -> None:
    second, third = (await answers(halves, 2, 3, 4))[1:]
    assert isinstance(second, ValueError) and third == 2
    assert halves.made == [(2,), (3, 4)]


async def test_what_fails_together_is_tried_one_by_one(halves: Halves) -> None:
    _, unlucky, third = await answers(halves, 2, 13, 4)
    assert isinstance(unlucky, ZeroDivisionError) and third == 2
    assert halves.made == [(2,), (13, 4), (13,), (4,)]


async def test_while_postgres_is_away_nothing_is_tried_one_by_one(halves: Halves) -> None:
    _, second, third = await answers(halves, 2, 99, 4)
    assert isinstance(second, OperationalError) and second is third
    assert halves.made == [(2,), (99, 4)]


async def test_what_is_asked_ahead_in_vain_is_heard_although_nobody_asks(
    database: Database,
) -> None:
    """Else Python would log it at an odd moment, as a failure of ours."""
    store, at = object.__new__(Store), {"owner_id": 1, "chat_id": 1}  # the rest of it is not used
    former = Drafts(database.only_while(lambda: False))
    store.current_draft = Together(At, in_thread(former.current_of_all))
    KNOWN.set(Known(1))
    with pytest.raises(NotLeaderError):
        await store.look_for_draft(**at)
    with pytest.raises(NotLeaderError):
        await store.recall_draft(**at)


async def test_who_has_gone_keeps_nobody_from_their_answer(halves: Halves) -> None:
    half = Together(int, in_thread(halves.halves))
    gone, there = asyncio.create_task(half(2)), asyncio.create_task(half(4))
    await asyncio.to_thread(halves.has_begun.wait, 60)
    gone.cancel()
    halves.may_go_on.set()
    assert await there == 2
