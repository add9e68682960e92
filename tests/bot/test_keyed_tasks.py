"""KeyedTasks: in order for one key, side by side for several, and never stuck."""

import asyncio

from bot.keyed_tasks import KeyedTasks


async def test_lanes_go_side_by_side() -> None:
    tasks, met = KeyedTasks("test"), asyncio.Barrier(3)

    async def work() -> None:
        await met.wait()

    tasks.wake(1, work)
    tasks.wake(2, work)
    async with asyncio.timeout(60):
        await met.wait()
    await tasks.stop(1)


async def test_a_lane_that_is_woken_while_it_works_looks_once_more_and_not_beside_itself() -> None:
    tasks, runs, running = KeyedTasks("test"), 0, 0
    go_on = asyncio.Event()

    async def work() -> None:
        nonlocal runs, running
        running += 1
        assert running == 1
        runs += 1
        await go_on.wait()
        running -= 1

    for _ in range(3):
        tasks.wake(1, work)
        await asyncio.sleep(0)
    go_on.set()
    await tasks.stop(5)
    assert runs == 2


async def test_a_lane_that_failed_can_be_woken_again() -> None:
    tasks, runs = KeyedTasks("test"), 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        raise RuntimeError

    for expected in (1, 2):
        tasks.wake(1, work)
        await tasks.stop(5)
        assert runs == expected


async def test_only_so_many_go_at_once() -> None:
    tasks, running, most = KeyedTasks("test", side_by_side=2), 0, 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    for key in range(6):
        tasks.wake(key, work)
    await tasks.stop(5)
    assert most == 2


async def test_what_takes_too_long_is_broken_off_when_we_stop() -> None:
    tasks, ended = KeyedTasks("test"), False

    async def work() -> None:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            ended = True

    tasks.wake(1, work)
    await asyncio.sleep(0)
    await tasks.stop(0.01)
    assert ended
