"""Work that goes on beside a handler."""

import asyncio

import pytest

from bot.beside import Beside, beside

done: list[str] = []


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


@beside
async def work(name: str, error: Exception | None = None) -> None:
    await asyncio.sleep(0)
    done.append(name)
    if error is not None:
        raise error


@beside
async def leads_to_more() -> None:
    await work("more")


async def test_nobody_waits_for_it_but_the_end() -> None:
    async with Beside():
        await work("first")
        await leads_to_more()
        assert done == []
    assert done == ["first", "more"]


async def test_outside_of_an_update_and_after_its_end_it_is_simply_awaited() -> None:
    await work("outside")
    async with Beside() as those:
        pass
    await work("after")
    assert (done, those.is_over) == (["outside", "after"], True)


async def in_vain(*errors: Exception | None, raises: Exception | None = None) -> None:
    """A handler with work beside it that fails."""
    async with Beside():
        for number, error in enumerate(errors):
            await work(str(number), error)
        if raises is not None:
            raise raises


async def test_what_goes_wrong_is_raised_once_all_is_done() -> None:
    with pytest.raises(ValueError, match="first"):
        await in_vain(ValueError("first"), ValueError("second"), None)
    assert done == ["0", "1", "2"]


async def test_what_the_handler_raises_counts_more() -> None:
    with pytest.raises(KeyError):
        await in_vain(ValueError("first"), raises=KeyError())
    assert done == ["0"]


async def test_what_is_broken_off_takes_all_of_it_along() -> None:
    async def handle() -> None:
        async with Beside() as those:
            those.begin(asyncio.sleep(60))

    handling = asyncio.create_task(handle())
    await asyncio.sleep(0)
    handling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await handling
    assert len(asyncio.all_tasks()) == 1
