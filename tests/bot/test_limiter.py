"""The bot's pace, against a Bot API whose flood control is on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.certificates import certificates
from bot.limiter import IfFree, Limiter
from bot.progress import ProgressMessage
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.flood import CHAT_BURST, Flood
from bot.sandbox.telegram.server import application
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import eventually
from tests.samples import jpeg

TOKEN = "123456:limiter"
ADA, BEN, GROUP = 42, 43, -7
SPEED = 30


@pytest.fixture
def state(tmp_path: Path) -> TelegramState:
    state = TelegramState(tmp_path / "telegram", token=TOKEN, speed=SPEED)
    for person in (ADA, BEN):
        state.add_person(person, "Somebody")
        state.send_text(person, "/start")
    state.add_group(GROUP, "Kitchen", [ADA])
    return state


@pytest.fixture
async def bot(state: TelegramState) -> AsyncIterator[ExtBot[IfFree]]:
    server = LocalServer(application(state))
    url = await server.start()
    request = HTTPXRequest(64, read_timeout=60, httpx_kwargs={"verify": certificates()})
    limiter = Limiter(SPEED)
    async with ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=limiter) as bot:
        yield bot
    await server.stop()
    state.close()


def told(state: TelegramState, chat_id: int) -> list[str]:
    mine = [one for one in state.messages(chat_id) if one.sender_id == state.bot["id"]]
    return [str(one.content.get("text")) for one in mine]


async def test_nobody_is_sent_more_than_telegram_takes_and_the_order_is_kept(
    bot: ExtBot[IfFree], state: TelegramState
) -> None:
    """A pile for each chat at once, with an album in the middle."""
    album = [InputMediaPhoto(jpeg(64, 64), filename="a.jpg")] * 10

    async def pile(chat_id: int, count: int) -> None:
        for number in range(count):
            await bot.send_message(chat_id, str(number))

    async def with_an_album() -> None:
        await pile(BEN, 12)
        await bot.send_media_group(BEN, album)
        await pile(BEN, 12)

    await asyncio.gather(pile(ADA, 40), with_an_album(), pile(GROUP, 20))
    assert state.flood.refused == 0
    assert told(state, ADA) == [str(number) for number in range(40)]
    assert told(state, GROUP) == [str(number) for number in range(20)]
    assert len(state.messages(BEN)) == 1 + 12 + 10 + 12


async def test_what_telegram_takes_more_slowly_arrives_once_and_in_order(
    bot: ExtBot[IfFree], state: TelegramState
) -> None:
    """Its limits may be others than those that are published: here its clock stands still."""
    standing = 0.0
    state.flood = Flood(clock=lambda: standing)

    async def at_once() -> None:
        await asyncio.gather(*(bot.send_message(ADA, str(number)) for number in range(30)))

    async def one_by_one() -> None:
        for number in range(30):
            await bot.send_message(BEN, str(number))

    for ways in (at_once, one_by_one):
        state.flood.refused = 0
        sending = asyncio.create_task(ways())
        await eventually(lambda: state.flood.refused > 0)
        standing += 60
        await sending
    assert sorted(told(state, ADA), key=int) == [str(number) for number in range(30)]
    assert told(state, BEN) == [str(number) for number in range(30)]


async def test_who_waits_holds_up_nobody_else_and_taps_are_answered_meanwhile(
    bot: ExtBot[IfFree], state: TelegramState, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = 0.0
    state.flood = Flood(clock=lambda: seconds)
    state.flood.send(ADA, CHAT_BURST)
    waiting = asyncio.create_task(bot.send_message(ADA, "first"))
    await eventually(lambda: "as Telegram asks" in caplog.text)
    behind = asyncio.create_task(bot.send_message(ADA, "second"))
    await bot.send_message(BEN, "meanwhile")
    assert not waiting.done()
    assert told(state, ADA) == []
    seconds = 60.0
    await asyncio.gather(waiting, behind)
    assert told(state, ADA) == ["first", "second"]


async def test_progress_takes_no_more_than_half_of_what_a_group_takes(
    bot: ExtBot[IfFree], state: TelegramState
) -> None:
    """The edits that are left out keep nobody waiting."""
    progress = ProgressMessage(bot, GROUP)
    stop = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])
    for step in range(30):
        await progress.update(f"{step} %", stop)
    assert told(state, GROUP) == ["10 %"]
    await progress.show("ready")
    assert told(state, GROUP)[0] == "ready"
    assert state.flood.refused == 0
