"""The sandbox's page over HTTP: its files, both APIs behind it, and who is let in."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox import web
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.state import TelegramState
from tests.samples import clip, jpeg

ADA, ALERTS = 42, -7


@pytest.fixture
def telegram(tmp_path: Path) -> TelegramState:
    telegram = TelegramState(tmp_path / "telegram", token="123:page")
    telegram.add_person(ADA, "Ada")
    telegram.add_group(ALERTS, "Alerts", [ADA])
    return telegram


@pytest.fixture
async def page(tmp_path: Path, telegram: TelegramState) -> AsyncIterator[httpx.AsyncClient]:
    instagram = InstagramState(tmp_path / "instagram", username="ada", password="right")
    server = LocalServer(web.application(telegram, instagram))
    async with httpx.AsyncClient(base_url=await server.start(), trust_env=False) as client:
        yield client
    await server.stop()


async def test_the_page_and_all_that_it_names_are_there(page: httpx.AsyncClient) -> None:
    index = await page.get("/")

    assert index.headers["Content-Type"] == "text/html"
    named = set(re.findall(r'(?:href|src)="([\w.-]+?)(?:#[\w-]+)?"', index.text))
    assert {"main.js", "base.css", "logo.svg", "icons.svg"} <= named
    for name in named:
        assert (await page.get(f"/{name}")).status_code == 200, name


async def test_every_module_that_a_module_imports_is_there() -> None:
    modules = list(web.PAGE.glob("*.js"))
    for module in modules:
        for name in re.findall(r'from "\./([\w-]+\.js)"', module.read_text()):
            assert (web.PAGE / name).exists(), f"{module.name} imports {name}"
    assert len(modules) > 5


async def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (web.PAGE / "icons.svg").read_text()))
    for file in (*web.PAGE.glob("*.js"), web.PAGE / "index.html"):
        used = re.findall(
            r'(?:icon\(|iconButton\(|icon: |icons\.svg#)"?([a-z-]+)', file.read_text()
        )
        assert set(used) - {"name", "item", "mark", "kind"} <= drawn, file.name


async def test_the_browser_is_told_to_load_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    headers = (await page.get("/")).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"


async def test_no_markup_is_made_from_data() -> None:
    for module in web.PAGE.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", module.read_text())


@pytest.mark.parametrize("path", ["/", "/main.js", "/phone/chats", "/profile", "/nothing"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:80"])
async def test_other_host_names_are_refused(page: httpx.AsyncClient, path: str, host: str) -> None:
    assert (await page.get(path, headers={"Host": host})).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_sites_page_cannot_write(
    page: httpx.AsyncClient, telegram: TelegramState, origin: str
) -> None:
    headers = {"Origin": origin}

    refused = await page.post(f"/phone/chats/{ADA}/text", json={"text": "x"}, headers=headers)

    assert refused.status_code == 403
    assert telegram.messages(ADA) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_page_may_link_to_this_one_and_nothing_else(
    page: httpx.AsyncClient, site: str
) -> None:
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert (await page.get("/", headers=link)).status_code == 200
    assert (await page.get("/main.js", headers={"Sec-Fetch-Site": site})).status_code == 403
    for path in (f"/phone/chats/{ADA}", "/profile"):
        assert (await page.get(path, headers=link)).status_code == 403


async def test_the_page_itself_and_programs_may_write(page: httpx.AsyncClient) -> None:
    own = {"Origin": str(page.base_url).rstrip("/")}
    for headers in (own, {}):
        sent = await page.post(f"/phone/chats/{ADA}/text", json={"text": "x"}, headers=headers)
        assert sent.status_code == 200


@pytest.mark.parametrize("path", ["/web.py", "/../web.py", "/..%2Fweb.py", "/page/", "/state.json"])
async def test_no_other_file_is_served(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(path)).status_code == 404


async def test_the_sample_picture_is_there(page: httpx.AsyncClient) -> None:
    sample = await page.get("/samples/sunset.jpg")

    assert sample.headers["Content-Type"] == "image/jpeg"
    assert sample.content[:3] == b"\xff\xd8\xff"


async def test_the_newest_message_of_every_chat_is_told(
    page: httpx.AsyncClient, telegram: TelegramState
) -> None:
    newest = telegram.send_text(ALERTS, "hello")

    chats = (await page.get(f"/phone/chats/{ADA}")).json()["chats"]

    assert [(chat["id"], chat["newest"]) for chat in chats] == [(ADA, 0), (ALERTS, newest)]


async def test_links_and_commands_in_a_text_are_marked(
    page: httpx.AsyncClient, telegram: TelegramState
) -> None:
    telegram.send_text(ADA, "/list at https://www.instagram.com/p/AbC/")

    (message,) = (await page.get(f"/phone/chats/{ADA}")).json()["messages"]

    kinds = [(one["type"], one["offset"], one["length"]) for one in message["entities"]]
    assert kinds == [("bot_command", 0, 5), ("url", 9, 32)]


async def test_a_video_of_the_chat_can_be_fetched_in_ranges(
    page: httpx.AsyncClient, telegram: TelegramState
) -> None:
    telegram.send_media(ADA, [("clip.mp4", clip())])
    (message,) = (await page.get(f"/phone/chats/{ADA}")).json()["messages"]

    part = await page.get(message["media"]["url"], headers={"Range": "bytes=4-7"})

    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["Content-Type"] == "video/mp4"


async def test_a_file_that_could_run_something_is_only_saved(
    page: httpx.AsyncClient, telegram: TelegramState
) -> None:
    telegram.send_media(ADA, [("a.html", b"<script>boom()</script>")], as_file=True)
    (message,) = (await page.get(f"/phone/chats/{ADA}")).json()["messages"]

    file = await page.get(message["media"]["url"])

    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"] == "attachment"
    assert file.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_album_arrives_as_one(page: httpx.AsyncClient) -> None:
    files = [("files", (f"{colour}.jpg", jpeg(colour=colour))) for colour in ("red", "blue")]

    sent = await page.post(f"/phone/chats/{ADA}/media", files=files, data={"caption": "Two"})

    assert len(sent.json()["message_ids"]) == 2
    first, second = (await page.get(f"/phone/chats/{ADA}")).json()["messages"]
    assert first["media_group_id"] == second["media_group_id"] is not None
    assert (first["text"], second["text"]) == ("Two", None)


async def test_the_browsers_language_comes_with_all_that_the_person_does(
    page: httpx.AsyncClient, telegram: TelegramState
) -> None:
    everywhere = {"type": "default"}
    telegram.profile.set_commands(everywhere, "", [{"command": "list", "description": "plans"}])
    telegram.profile.set_commands(everywhere, "de", [{"command": "list", "description": "Pläne"}])

    told = await page.post("/phone/language", json={"language": "de-AT"})
    await page.post(f"/phone/chats/{ADA}/text", json={"text": "Hallo"})

    assert told.status_code == 200
    (update,) = telegram.updates.pending
    assert update["message"]["from"]["language_code"] == "de-AT"
    (command,) = (await page.get(f"/phone/chats/{ADA}")).json()["commands"]
    assert command["description"] == "Pläne"


@pytest.mark.parametrize(
    "language", ["", "C", "de_AT", "deutsch", "de-" * 9 + "AT", "de\n", 7, None]
)
async def test_only_a_language_tag_is_a_language(
    page: httpx.AsyncClient, telegram: TelegramState, language: object
) -> None:
    refused = await page.post("/phone/language", json={"language": language})

    assert refused.status_code == 400
    assert telegram.chats.people[ADA].language_code == "en"
