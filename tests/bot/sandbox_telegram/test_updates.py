"""Long polling, offsets, and one poller at a time."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import Conflict

from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.flood import Flood
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, TOKEN, Call, eventually


def texts(updates: Any) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def texts_of(call: Call, **parameters: Any) -> list[str]:
    return texts((await call("getUpdates", **parameters)).result)


async def test_an_update_comes_again_until_a_later_offset_confirms_it(
    bot: Bot, state: TelegramState
) -> None:
    state.send_text(ADA, "one")
    state.send_text(ADA, "two")
    first, second = await bot.get_updates()
    assert second.update_id == first.update_id + 1
    assert len(await bot.get_updates(offset=first.update_id)) == 2
    (remaining,) = await bot.get_updates(offset=second.update_id)
    assert remaining.message
    assert remaining.message.text == "two"
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert await bot.get_updates() == ()


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(
    call: Call, state: TelegramState
) -> None:
    for text in "abc":
        state.send_text(ADA, text)
    assert await texts_of(call, offset=-2) == ["b", "c"]
    assert await texts_of(call) == ["b", "c"]
    assert await texts_of(call, offset=-9) == ["b", "c"]


async def test_an_update_is_kept_for_a_day(bot: Bot, state: TelegramState) -> None:
    state.send_text(ADA, "old")
    came = time.time()
    state.updates.clock = lambda: came + 24 * 3600 - 10
    state.send_text(ADA, "young")
    assert len(await bot.get_updates()) == 2
    state.updates.clock = lambda: came + 24 * 3600 + 10
    (left,) = await bot.get_updates()
    assert left.message and left.message.text == "young"


async def test_the_limit_is_between_one_and_a_hundred(call: Call, state: TelegramState) -> None:
    for number in range(101):
        state.send_text(ADA, str(number))
    assert len(await texts_of(call)) == 100
    assert len(await texts_of(call, limit=1000)) == 100
    assert await texts_of(call, limit=2) == ["0", "1"]
    assert await texts_of(call, limit=-3) == ["0"]


async def test_a_long_poll_ends_as_soon_as_something_happens(
    call: Call, state: TelegramState
) -> None:
    polling = asyncio.create_task(call("getUpdates", timeout=50))
    await eventually(lambda: state.updates.is_polled)
    state.send_text(ADA, "hi")
    assert texts((await asyncio.wait_for(polling, 40)).result) == ["hi"]


async def test_a_long_poll_without_news_ends_empty_in_time(call: Call) -> None:
    assert (await call("getUpdates", timeout=1)).result == []


async def test_the_second_poller_evicts_the_first(call: Call, state: TelegramState) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await eventually(lambda: state.updates.is_polled)
    second = asyncio.create_task(call("getUpdates", timeout=50))
    assert (await first).error == (
        "409 Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    await eventually(lambda: state.updates.is_polled)
    state.send_text(ADA, "for the second")
    assert texts((await second).result) == ["for the second"]


async def test_the_library_sees_the_conflict(bot: Bot, call: Call, state: TelegramState) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await eventually(lambda: state.updates.is_polled)
    await call("getUpdates")
    with pytest.raises(Conflict):
        await first


async def test_a_poller_that_hung_up_loses_nothing(
    server: LocalServer, call: Call, state: TelegramState
) -> None:
    brief = httpx.Timeout(60, read=0.2)
    async with httpx.AsyncClient(base_url=server.url, timeout=brief) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"/bot{TOKEN}/getUpdates", params={"timeout": 50})
    await eventually(lambda: not state.updates.is_polled)
    state.send_text(ADA, "hi")
    assert await texts_of(call) == ["hi"]


async def test_only_the_kinds_asked_for_arrive_and_the_choice_is_kept(
    call: Call, state: TelegramState
) -> None:
    await call("getUpdates", allowed_updates=["edited_message"])
    message_id = state.send_text(ADA, "unwanted")
    state.edit_text(ADA, message_id, "wanted")
    (update,) = (await call("getUpdates")).result
    assert update["edited_message"]["text"] == "wanted"
    assert update["edited_message"]["edit_date"]
    await call("getUpdates", offset=update["update_id"] + 1, allowed_updates=[])
    state.send_text(ADA, "wanted again")
    assert await texts_of(call) == ["wanted again"]


async def test_a_forged_update_is_delivered_as_it_is(bot: Bot, state: TelegramState) -> None:
    state.push_raw_update({"update_id": 5})
    state.push_raw_update({"channel_post": {"text": "\x00\ud800"}})
    assert state.updates.pending[1]["channel_post"]["text"] == "\x00\ud800"
    state.updates.pending.pop()
    (update,) = await bot.get_updates()
    assert update == Update(5)


async def test_with_a_webhook_set_polling_is_refused(bot: Bot, state: TelegramState) -> None:
    await bot.set_webhook("https://bot.example/hook", secret_token="s-3_cret")
    state.send_text(ADA, "waiting")
    state.flood = Flood()  # a while later
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://bot.example/hook", 1)
    with pytest.raises(Conflict, match=r"(?i)webhook is active; use deleteWebhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        (
            {"url": "http://bot.example"},
            "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
        ),
        *(
            (
                {"url": f"https://bot.example:{port}/hook"},
                "400 Bad Request: bad webhook: Webhook can be set up only on ports "
                "80, 88, 443 or 8443",
            )
            for port in (0, 8080, 8444)
        ),
        *(
            (
                {"url": f"https://{host}/hook"},
                f"400 Bad Request: bad webhook: IP address {address} is reserved",
            )
            for host, address in (
                ("127.0.0.1", "127.0.0.1"),
                ("localhost:8443", "127.0.0.1"),
                ("192.168.1.7", "192.168.1.7"),
                ("[::1]", "::1"),
            )
        ),
        ({"url": "https:///hook"}, "400 Bad Request: bad webhook: URL host is empty"),
        (
            {"url": "https://bot.example", "secret_token": "no spaces"},
            "400 Bad Request: secret token contains unallowed characters",
        ),
    ],
)
async def test_a_webhook_must_be_https_with_a_plain_secret(
    call: Call, parameters: dict[str, str], error: str
) -> None:
    assert (await call("setWebhook", **parameters)).error == error


async def test_a_webhook_may_stand_on_four_ports_and_locally_anywhere(
    call: Call, state: TelegramState
) -> None:
    for port in (443, 80, 88, 8443):
        state.flood = Flood()  # a second later
        assert (await call("setWebhook", url=f"https://8.8.8.8:{port}/hook")).result
    state.local_mode, state.flood = True, Flood()
    assert (await call("setWebhook", url="http://127.0.0.1:8080/hook")).result
