"""Updates that Telegram brings: the same inbox, and 200 only once they are in it."""

import asyncio
import json
import resource
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import AnyHttpUrl

from bot.webhook import MAX_BODY_BYTES, MAX_CONNECTIONS
from tests.addresses import free_port
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.outage import postgres_away
from tests.end_to_end.test_inbox import times_seen, until_handled
from tests.end_to_end.test_publishing import answer
from tests.spoken import spoken

SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Deliverer:
    """Brings updates to the bot as Telegram does, past the proxy that would end TLS."""

    def __init__(self, world: World, port: int, path: str = "/hook") -> None:
        self.world, self._url = world, f"http://127.0.0.1:{port}{path}"
        self.port = port
        self._client = httpx.AsyncClient(trust_env=False)

    @property
    def secret(self) -> str:
        return str(self.world.telegram.updates.webhook["secret_token"])

    async def post(self, body: bytes, secret: str | None = None) -> int:
        """One request; returns the status of its answer."""
        headers = {SECRET: self.secret if secret is None else secret}
        answered = await self._client.post(self._url, content=body, headers=headers)
        return answered.status_code

    async def bring(self, times: int = 1) -> None:
        """Bring all that waits, in order."""
        pending = self.world.telegram.updates.pending
        while pending:
            for _ in range(times):
                assert await self.post(json.dumps(pending[0]).encode()) == 200
            del pending[0]

    async def close(self) -> None:
        await self._client.aclose()


@pytest.fixture
async def telegram(world: World) -> AsyncIterator[Deliverer]:
    """The bot, started anew with a webhook."""
    deliverer = await brought_to(world, "/hook")
    yield deliverer
    await deliverer.close()


async def brought_to(world: World, path: str, port: int | None = None) -> Deliverer:
    """Start the bot anew, with a webhook at this path."""
    await world.stop_bot()
    port = port or free_port()
    given: dict[str, Any] = {
        "webhook_url": AnyHttpUrl(f"https://bot.example.org{path}"),
        "webhook_port": port,
    }
    world.settings = world.settings.model_copy(update=given)
    await world.start_bot()
    await until(lambda: bool(world.telegram.updates.webhook["url"]))
    return Deliverer(world, port, path)


async def test_what_telegram_alone_brings_is_heard_once_even_if_postgres_is_away(
    telegram: Deliverer, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world = telegram.world
    await anna.sends("/help")
    (update,) = world.telegram.updates.pending
    body = json.dumps(update).encode()
    assert [await telegram.post(body, secret) for secret in ("", "wrong")] == [403] * 2
    assert (await telegram._client.get(telegram._url)).status_code == 405
    assert await telegram.post(b"{") == 400
    assert await telegram.post(b'{"update_id": true}') == 400
    assert await telegram.post(b"[" * 100_000) == 400
    assert "123456" not in telegram.secret and len(telegram.secret) == 64
    assert telegram.secret in world.settings.secrets  # so that no log has it
    assert "the webhook failed" not in caplog.text
    with postgres_away(world.database_url, for_all=False):
        assert await telegram.post(body) == 503
    assert world.services.inbox.chats() == []
    await telegram.bring()
    await anna.sees(spoken("help"))
    await anna.sends_photo()
    await telegram.bring(times=3)
    await anna.sees(spoken("ask_type"))
    await until_handled(world)
    assert times_seen(anna, spoken("ask_type")) == 1
    for said, seen in (("photo", spoken("ask_caption")), ("Hello", "Which hashtags?")):
        await anna.sends(said)
        await telegram.bring()
        await anna.sees(seen)


async def test_a_port_that_is_taken_is_waited_for_and_the_path_is_meant_as_it_stands(
    world: World, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        coming = asyncio.create_task(brought_to(world, "/tele+gram.(1)", port))
        await until(lambda: f"WEBHOOK_PORT {port} cannot be had (Address" in caplog.text)
    telegram = await coming
    await anna.sends("/help")
    await telegram.bring()
    await anna.sees(spoken("help"))
    await telegram.close()


async def test_the_webhook_stays_while_the_bot_is_away_and_polling_ends_it(
    telegram: Deliverer, anna: Person
) -> None:
    world = telegram.world
    await world.stop_bot()
    assert world.telegram.updates.webhook["url"] == "https://bot.example.org/hook"
    await anna.sends_photo()
    world.settings = world.settings.model_copy(update={"webhook_url": None})
    await world.start_bot()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")))


async def _opened(port: int, count: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    return [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]


async def test_connections_that_stay_silent_keep_telegram_out_of_nothing(
    telegram: Deliverer, anna: Person
) -> None:
    """One per file that a process may open would be a thousand; here it may open few more."""
    silent = await _opened(telegram.port, 3 * MAX_CONNECTIONS)
    await anna.sends("/help")
    await telegram.bring()
    await anna.sees(spoken("help"))
    done = [asyncio.create_task(reader.read()) for reader, _ in silent]
    await until(lambda: sum(not one.done() for one in done) <= MAX_CONNECTIONS)
    for _, writer in silent:
        writer.close()
    await asyncio.gather(*done, return_exceptions=True)


async def test_without_the_secret_or_of_too_large_a_body_nothing_is_read(
    telegram: Deliverer, caplog: pytest.LogCaptureFixture
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in ("/hook", "/elsewhere"):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BODY_BYTES}\r\n\r\n"
        for reader, writer in await _opened(telegram.port, 15):
            writer.write(head.encode() + bytes(1000))
            answered = await asyncio.wait_for(reader.read(), 60)  # to the end: it hangs up
            assert answered.startswith(b"HTTP/1.1 40")
            writer.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
    head = f"POST /hook HTTP/1.1\r\nHost: x\r\n{SECRET}: {telegram.secret}\r\n"
    ((reader, writer),) = await _opened(telegram.port, 1)
    writer.write(f"{head}Content-Length: {MAX_BODY_BYTES + 1}\r\n\r\n".encode())
    assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    ((reader, writer),) = await _opened(telegram.port, 1)
    form = f"POST /hook/account/{'A' * 43} HTTP/1.1\r\nHost: x\r\n"
    writer.write(f"{form}Content-Length: {'9' * 5000}\r\n\r\n".encode())
    assert (await reader.read()).startswith(b"HTTP/1.1 413")
    writer.close()
    assert "the webhook failed" not in caplog.text
    long = {"update_id": 7, "message": {"x": "x" * (MAX_BODY_BYTES - 100)}}
    assert await telegram.post(json.dumps(long).encode()) == 200


async def test_headers_and_bodies_that_never_end_are_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.webhook.READ_SECONDS", 0.3)
    hasty = await brought_to(world, "/hasty")
    secret = f"POST /hasty HTTP/1.1\r\nHost: x\r\n{SECRET}: {hasty.secret}\r\nContent-Length: 9\r\n"
    for begun in ("", "POST /has", secret, f"{secret}\r\n{{"):
        ((reader, writer),) = await _opened(hasty.port, 1)
        writer.write(begun.encode())
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()
    await hasty.close()
