"""Telegram's own answers, told from what a proxy on the way answers in its stead."""

import pytest
from telegram.error import Forbidden, NetworkError
from tornado.web import Application, RequestHandler

from bot.sandbox.local_server import LocalServer
from bot.telegram_request import TelegramRequest
from bot.transient import is_transient

TELEGRAMS = '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}'
A_PROXYS = "<html>Please sign in</html>"


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


async def test_what_a_proxy_answers_passes_whatever_its_status() -> None:
    for error in await asked(A_PROXYS, 200, 400, 401, 403, 404, 409, 413, 502):
        assert isinstance(error, NetworkError) and is_transient(error)
        assert "sign in" not in str(error)


@pytest.mark.parametrize("body", [TELEGRAMS[:-20], ""])
async def test_an_answer_that_was_cut_passes_as_well(body: str) -> None:
    for error in await asked(body, 200, 400, 403):
        assert isinstance(error, NetworkError) and is_transient(error)


async def test_what_telegram_answers_counts() -> None:
    (error,) = await asked(TELEGRAMS, 403)
    assert isinstance(error, Forbidden) and not is_transient(error)
