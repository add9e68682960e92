"""A throttle, by the loop's clock."""

import asyncio

import pytest

from bot.pace import Pace, Throttle, now


async def passed_at(throttle: Throttle, *counts: int) -> list[float]:
    """Seconds from now until each of these groups had passed; they come all at once, in order."""
    started = now()
    order: list[int] = []

    async def comes(index: int, count: int) -> float:
        await throttle.pass_through(count)
        order.append(index)
        return now() - started

    times = await asyncio.gather(*(comes(*one) for one in enumerate(counts)))
    assert order == list(range(len(counts)))
    return times


async def test_a_burst_passes_and_the_next_waits_until_the_first_has_left() -> None:
    times = await passed_at(Throttle(Pace(3, 0.2), 1), 1, 1, 1, 1, 3)
    assert times[2] < times[3] and times[3] >= 0.2 and times[4] >= 0.4


async def test_room_for_a_burst_may_come_back_bit_by_bit() -> None:
    throttle = Throttle(Pace(4, 0.4, one_by_one=True), 1)
    times = await passed_at(throttle, 4, 1, 1)
    assert times[1] >= 0.1 and times[2] >= 0.2
    assert throttle.is_used()
    assert not throttle.is_half_free()


@pytest.mark.parametrize("one_by_one", [True, False])
async def test_large_groups_are_not_overtaken_by_small_ones(one_by_one: bool) -> None:
    throttle = Throttle(Pace(3, 3.0, one_by_one=one_by_one), 20)
    await passed_at(throttle, 2, 3, 1, 5, 1)


async def test_a_faster_clock_lets_more_pass() -> None:
    times = await passed_at(Throttle(Pace(2, 60), 600), 2, 2)
    assert 0.1 <= times[1] < 5


async def test_who_lets_others_go_first_goes_when_nobody_waits() -> None:
    throttle, order = Throttle(Pace(1, 0.05), 1), list[str]()

    async def answer(name: str) -> None:
        await throttle.pass_through(1)
        order.append(name)

    async def tidy_up() -> None:
        await throttle.pass_through_last(1)
        order.append("last")

    await answer("first")
    await asyncio.gather(tidy_up(), answer("second"), answer("third"))
    assert order == ["first", "second", "third", "last"]
