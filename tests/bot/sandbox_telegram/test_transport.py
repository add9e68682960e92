"""How calls arrive, and who is let in."""

import asyncio
import json
import logging

import httpx
import pytest
from telegram import Bot
from telegram.error import InvalidToken

from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, TOKEN, Call, eventually

SEND = f"/bot{TOKEN}/sendMessage"


@pytest.fixture
def base(server: LocalServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url)


async def test_parameters_come_by_query_form_json_or_multipart(base: httpx.AsyncClient) -> None:
    text = "<b>é &amp; 😀</b>"
    parameters = {"chat_id": str(ADA), "text": text, "parse_mode": "HTML"}
    async with base:
        answers = [
            await base.get(SEND, params=parameters),
            await base.post(SEND, params=parameters),
            await base.post(SEND, data=parameters),
            await base.post(SEND, json=parameters),
            await base.post(SEND, files={name: (None, text) for name, text in parameters.items()}),
        ]
    for answer in answers:
        assert answer.json()["ok"] is True
        assert answer.json()["result"]["text"] == "é & 😀"
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_objects_come_as_json_text_or_as_json(call: Call) -> None:
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    for markup in (keyboard, json.dumps(keyboard)):
        sent = await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)
        assert sent.result["reply_markup"] == keyboard


async def test_method_names_do_not_care_about_case(call: Call) -> None:
    assert (await call("GETME")).result["username"] == "postbote_sandbox_bot"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/bot987654321:AAotherotherotherotherotherother12345/getMe", (401, "Unauthorized")),
        ("/bot123/getMe", (404, "Not Found")),
        ("/bot/getMe", (404, "Not Found")),
        (f"/bot{TOKEN}/makeCoffee", (404, "Not Found")),
        (f"/bot{TOKEN}/", (404, "Not Found")),
        ("/elsewhere", (404, "Not Found")),
        (f"/file/bot{TOKEN}/photos/file_99.jpg", (404, "Not Found")),
        (f"/file/bot{TOKEN}/../../state.json", (404, "Not Found")),
        (
            "/file/bot987654321:AAotherotherotherotherotherother12345/photos/file_1.jpg",
            (401, "Unauthorized"),
        ),
    ],
)
async def test_strangers_and_unknown_methods_are_refused(
    base: httpx.AsyncClient, path: str, error: tuple[int, str]
) -> None:
    async with base:
        answer = await base.get(path)
    status, description = error
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_the_library_understands_a_wrong_token(server: LocalServer) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("987654321:AAotherotherotherotherotherother12345", f"{server.url}/bot"):
            pass


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"chat_id=42&text=%ff", "application/x-www-form-urlencoded"),
        (b'{"chat_id": 42, "text": "\\ud800"}', "application/json"),
        (b'{"chat_id": 42, "text": "x", "reply_markup": "{"}', "application/json"),
    ],
)
async def test_broken_bodies_are_bad_requests(
    base: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    async with base:
        answer = await base.post(SEND, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: ")


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_call_can_be_delayed_before_or_after_its_effect(
    base: httpx.AsyncClient, state: TelegramState, after_effect: bool
) -> None:
    state.fail("sendMessage", delay=30, after_effect=after_effect)
    async with base:
        call = asyncio.create_task(base.post(SEND, data={"chat_id": ADA, "text": "slow"}))
        await eventually(lambda: not state.faults._pending)
        done, _ = await asyncio.wait([call], timeout=0.2)
        call.cancel()
    assert not done
    texts = [message.content.get("text") for message in state.messages(ADA)]
    assert ("slow" in texts) is after_effect


async def test_no_log_line_holds_the_token(
    base: httpx.AsyncClient, state: TelegramState, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    async with base:
        await base.get(f"/bot{TOKEN}/getMe")
        await base.get(f"/bot{TOKEN}/makeCoffee")
        await base.put(f"/bot{TOKEN}/getMe")
        state.chats.people.clear()
        unknown: dict[str, str | int] = {"chat_id": ADA, "text": "x", "reply_to_message_id": 1}
        broken = await base.get(SEND, params=unknown)
    assert broken.status_code == 500
    assert "The sandbox's Bot API failed" in caplog.text
    assert TOKEN not in caplog.text


FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:80"},
    {"Host": "[::1"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://[::1"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},  # an image, a link, a form: they name no origin
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_pages_of_other_sites_can_do_nothing_with_the_bot(
    base: httpx.AsyncClient,
    state: TelegramState,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = len(state.messages(ADA))
    async with base:
        address = f"{SEND}?chat_id={ADA}&text=hi"
        answers = [await base.get(address, headers=headers), await base.post(SEND, headers=headers)]
        answers.append(await base.get(f"/file/bot{TOKEN}/photos/file_1.jpg", headers=headers))
    assert [answer.status_code for answer in answers] == [403] * 3
    assert len(state.messages(ADA)) == before
    assert "failed" not in caplog.text
