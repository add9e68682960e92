"""Telegram's own answers, told from what a proxy on the way answers in its stead."""

import asyncio
from contextlib import suppress

import httpx
import pytest
from telegram.error import Forbidden, NetworkError, TimedOut
from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler

from bot import telegram_request
from bot.sandbox.local_server import LocalServer
from bot.telegram_request import TelegramRequest
from bot.transient import is_transient

TELEGRAMS = '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}'
PROXYS = ["<html>Please sign in</html>", '{"error": "Please sign in"}']
CUT = '{"ok":true,"result":{"message_id":1,"chat":{"id":2}'


class Answers(RequestHandler):
    """With the status that the path names."""

    def initialize(self, body: str) -> None:
        self.body = body

    def post(self, status: str) -> None:
        self.set_status(int(status))
        self.write(self.body)


async def asked(body: str, *statuses: int) -> list[Exception]:
    """What requests come to that are answered like this."""
    server = LocalServer(Application([("/([0-9]+)", Answers, {"body": body})]))
    url, errors = await server.start(), list[Exception]()
    async with TelegramRequest() as request:
        for status in statuses:
            with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is asked
                await request.post(f"{url}/{status}")
            errors.append(raised.value)
    await server.stop()
    return errors


@pytest.mark.parametrize("page", PROXYS)
async def test_what_a_proxy_answers_passes_whatever_its_status(page: str) -> None:
    for error in await asked(page, 200, 400, 401, 403, 404, 409, 413, 502):
        assert isinstance(error, NetworkError) and is_transient(error)
        assert "sign in" not in str(error)


@pytest.mark.parametrize("body", [TELEGRAMS[:-20], CUT, ""])
async def test_an_answer_that_was_cut_passes_as_well(body: str) -> None:
    for error in await asked(body, 200, 400, 403):
        assert isinstance(error, NetworkError) and is_transient(error)


async def test_what_telegram_answers_counts() -> None:
    (error,) = await asked(TELEGRAMS, 403)
    assert isinstance(error, Forbidden) and not is_transient(error)


class Drips(RequestHandler):
    """One byte after the other, without end."""

    async def post(self) -> None:
        with suppress(StreamClosedError):
            while True:
                self.write(" ")
                await self.flush()
                await asyncio.sleep(0.01)


async def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_request, "LONGEST_SECONDS", -4.8)
    server = LocalServer(Application([("/", Drips)]))
    url = await server.start()
    async with TelegramRequest(read_timeout=5) as request:
        with pytest.raises(TimedOut) as given_up:
            await request.post(f"{url}/")
    await server.stop()
    assert is_transient(given_up.value) and isinstance(given_up.value.__cause__, httpx.HTTPError)
