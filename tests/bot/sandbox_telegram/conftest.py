"""A Bot API server on a free port, the real python-telegram-bot against it, and a raw client."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from telegram import Bot
from telegram.error import BadRequest
from telegram.request import HTTPXRequest
from tornado.web import Application

from bot.certificates import certificates
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.phone import routes
from bot.sandbox.telegram.server import application
from bot.sandbox.telegram.state import TelegramState

TOKEN = "123456789:AAsandboxsandboxsandboxsandbox12345"
ADA = 42
GROUP = -7


@dataclass
class Answer:
    """What the server said, HTTP status and body."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def error(self) -> str:
        """`<code> <description>`."""
        assert not self.body["ok"], self.body
        assert self.status == self.body["error_code"]
        return f"{self.status} {self.body['description']}"


Call = Callable[..., Coroutine[Any, Any, Answer]]


@pytest.fixture
def state(tmp_path: Path) -> TelegramState:
    """Ada has written to the bot once, and the bot has seen it."""
    state = TelegramState(tmp_path / "telegram", token=TOKEN)
    state.add_person(ADA, "Ada")
    state.add_group(GROUP, "Kitchen", [ADA])
    state.send_text(ADA, "/start")
    state.updates.pending.clear()
    return state


@pytest.fixture
async def server(state: TelegramState) -> AsyncIterator[LocalServer]:
    server = LocalServer(application(state))
    await server.start()
    yield server
    await server.stop()
    state.close()


def _patient() -> HTTPXRequest:
    """For busy machines; the authorities, which nobody asks here, are not read each time."""
    return HTTPXRequest(
        4, read_timeout=60, media_write_timeout=60, httpx_kwargs={"verify": certificates()}
    )


@pytest.fixture
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    bot = Bot(
        TOKEN,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=_patient(),
        get_updates_request=_patient(),
    )
    async with bot:
        yield bot


@pytest.fixture
async def call(server: LocalServer) -> AsyncIterator[Call]:
    """`await call("sendMessage", chat_id=42, text="hi")`, as JSON, past PTB's own checks."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60, verify=certificates()) as client:

        async def call(method: str, **parameters: Any) -> Answer:
            answer = await client.post(f"/bot{TOKEN}/{method}", json=parameters)
            return Answer(answer.status_code, answer.json())

        yield call


@pytest.fixture
async def phone(state: TelegramState) -> AsyncIterator[httpx.AsyncClient]:
    server = LocalServer(Application(routes(state)))
    async with httpx.AsyncClient(base_url=await server.start(), timeout=60) as client:
        yield client
    await server.stop()


def picture(width: int = 64, height: int = 48, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 30, 90)).save(out, kind, **options)
    return out.getvalue()


def refused(description: str) -> pytest.RaisesExc[BadRequest]:
    """The library changes the case of the first letters, so that case does not count."""
    return pytest.raises(BadRequest, match=re.compile(f"^{re.escape(description)}$", re.IGNORECASE))


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until it holds, a minute at most."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - no event tells of all that is waited for
            await asyncio.sleep(0.005)
