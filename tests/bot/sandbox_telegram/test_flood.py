"""Flood control, by a clock that the test moves."""

from typing import Any

import pytest
from telegram import Bot, InputMediaPhoto

from bot.sandbox.telegram.flood import Flood
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, Answer, Call, picture


class Clock:
    now = 1000.0


@pytest.fixture
def clock(state: TelegramState) -> Clock:
    clock = Clock()
    state.flood = Flood(clock=lambda: clock.now)
    return clock


async def sends(call: Call, chat_id: int, times: int) -> list[Answer]:
    return [await call("sendMessage", chat_id=chat_id, text=str(one)) for one in range(times)]


def waits(answers: list[Answer]) -> list[int]:
    """The seconds that each refused one was told to wait."""
    refusals = [answer.body for answer in answers if answer.status == 429]
    for body in refusals:
        wait = body["parameters"]["retry_after"]
        assert body["description"] == f"Too Many Requests: retry after {wait}"
    return [body["parameters"]["retry_after"] for body in refusals]


async def test_a_chat_takes_a_burst_and_then_one_message_a_second(call: Call, clock: Clock) -> None:
    assert waits(await sends(call, ADA, 22)) == [1, 1]
    clock.now += 3
    assert waits(await sends(call, ADA, 4)) == [1]
    clock.now += 0.5
    assert waits(await sends(call, ADA, 1)) == [1]
    clock.now += 0.5
    assert waits(await sends(call, ADA, 1)) == []


async def test_a_group_takes_twenty_messages_in_any_minute(call: Call, clock: Clock) -> None:
    assert waits(await sends(call, GROUP, 10)) == []
    clock.now += 30
    assert waits(await sends(call, GROUP, 11)) == [30]
    clock.now += 29.5
    assert waits(await sends(call, GROUP, 1)) == [1]
    clock.now += 0.5
    assert waits(await sends(call, GROUP, 11)) == [30]
    assert waits(await sends(call, ADA, 1)) == []


async def test_all_chats_together_take_thirty_messages_a_second(
    call: Call, state: TelegramState, clock: Clock
) -> None:
    for person in range(100, 140):
        state.add_person(person, "Somebody")
        state.send_text(person, "/start")
    answers = [answer for person in range(100, 140) for answer in await sends(call, person, 1)]
    assert waits(answers) == [1] * 10


async def test_albums_count_by_their_parts_edits_apart_and_what_shows_nothing_not_at_all(
    bot: Bot, call: Call, state: TelegramState, clock: Clock
) -> None:
    pictures = [InputMediaPhoto(picture())] * 10
    sent = await bot.send_media_group(ADA, pictures)
    assert waits(await sends(call, ADA, 11)) == [1]
    media = [{"type": "photo", "media": sent[0].photo[-1].file_id}] * 2
    told = len(state.messages(ADA))
    assert waits([await call("sendMediaGroup", chat_id=ADA, media=media)]) == [2]
    assert len(state.messages(ADA)) == told
    clock.now += 1
    edit: dict[str, Any] = {"chat_id": ADA, "message_id": sent[0].message_id}
    edits = [await call("editMessageCaption", caption=str(one), **edit) for one in range(21)]
    assert waits(edits) == [1]
    await bot.send_chat_action(ADA, "typing")
    await sent[0].delete()


async def test_a_refused_request_costs_nothing(call: Call, clock: Clock) -> None:
    for _ in range(30):
        assert (await call("sendMessage", chat_id=ADA, text="")).status == 400
    assert waits(await sends(call, ADA, 20)) == []


async def test_a_webhook_changes_once_a_second(
    bot: Bot, call: Call, state: TelegramState, clock: Clock
) -> None:
    await bot.set_webhook("https://bot.example/hook")
    await bot.set_webhook("https://bot.example/hook")
    for url in ("https://bot.example/other", ""):
        assert waits([await call("setWebhook", url=url)]) == [1]
    clock.now += 1
    await bot.delete_webhook()
    await bot.delete_webhook()
    assert state.flood.refused == 2


async def test_a_faster_clock_keeps_all_proportions(
    call: Call, state: TelegramState, clock: Clock
) -> None:
    state.flood = Flood(60, clock=lambda: clock.now)
    assert waits(await sends(call, GROUP, 21)) == [60]
    clock.now += 1
    assert waits(await sends(call, GROUP, 20)) == []
