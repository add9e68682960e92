"""The profile's HTTP API, as the sandbox's page uses it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import requests
from instagrapi import Client
from tornado.web import Application

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.profile import routes
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakePhoto, MakeVideo


@pytest.fixture
def page(state: InstagramState) -> Iterator[str]:
    with LocalServer(Application(routes(state))).run_in_thread() as url:
        yield f"{url}/profile"


def get(url: str) -> posting.Raw:
    response = requests.get(url, timeout=60)
    assert response.status_code == 200, response.text
    found = response.json()
    assert isinstance(found, dict)
    return found


def test_an_empty_profile(state: InstagramState, page: str) -> None:
    assert get(page) == {
        "version": state.version,
        "username": state.username,
        "full_name": state.full_name,
        "posts": [],
        "stories": [],
        "status": None,
        "accounts": [state.username],
        "code": None,
    }


def test_posts_and_stories_are_shown_with_their_files(
    client: Client, page: str, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    posting.post_photo(client, make_photo(1080, 1350), "First")
    posting.post_reel(client, make_video(360, 640), make_photo(360, 640), "Second")
    posting.post_photo_story(client, make_photo(1080, 1920))

    profile = get(page)

    reel, photo = profile["posts"]
    assert (photo["kind"], photo["caption"], reel["kind"]) == ("photo", "First", "reel")
    assert datetime.fromisoformat(photo["taken_at"]).tzinfo is not None
    assert [story["kind"] for story in profile["stories"]] == ["story"]
    picture, clip = photo["items"][0], reel["items"][0]
    assert (picture["type"], picture["width"], picture["height"]) == ("image", 1080, 1350)
    assert picture["poster"] is None
    for path, kind in (
        (picture["url"], "image/jpeg"),
        (clip["url"], "video/mp4"),
        (clip["poster"], "image/jpeg"),
    ):
        file = requests.get(page.removesuffix("/profile") + path, timeout=60)
        assert (file.status_code, file.headers["Content-Type"]) == (200, kind)
        assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_a_poll_answers_when_a_post_goes_live(
    state: InstagramState, client: Client, page: str, make_photo: MakePhoto
) -> None:
    upload_id, width, height = client.photo_rupload(make_photo(320, 320))
    seen = get(page)["version"]
    answers: list[posting.Raw] = []
    poll = threading.Thread(target=lambda: answers.append(get(f"{page}?version={seen}&timeout=25")))
    poll.start()

    client.photo_configure(upload_id, width, height, "Live")
    poll.join(20)

    assert [post["caption"] for post in answers[0]["posts"]] == ["Live"]
    assert answers[0]["version"] == state.version


def test_a_poll_without_news_answers_the_same(state: InstagramState, page: str) -> None:
    assert get(f"{page}?version={state.version}&timeout=0.05")["version"] == state.version


async def test_a_poll_ends_when_its_page_has_gone(state: InstagramState) -> None:
    server = LocalServer(Application(routes(state)))
    await server.start()
    _, page = await asyncio.open_connection("127.0.0.1", server.port)
    request = f"GET /profile?version={state.version} HTTP/1.1\r\nHost: localhost\r\n\r\n"

    page.write(request.encode())
    await settled(somebody_waits)
    page.close()
    await settled(lambda: not somebody_waits())

    await server.stop()


def somebody_waits() -> bool:
    coroutines = (str(task.get_coro()) for task in asyncio.all_tasks())
    return any("wait_for_change" in coroutine for coroutine in coroutines)


async def settled(condition: Callable[[], bool]) -> None:
    """Fails when the condition does not come true within a minute."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - a connection's end raises no event here
            await asyncio.sleep(0.01)


def test_faults_are_scripted_listed_and_called_off(state: InstagramState, page: str) -> None:
    faults = [{"at": "configure", "kind": "status", "status": 503, "times": 2}]

    posted = requests.post(f"{page}/faults", json={"faults": faults}, timeout=60)

    assert posted.status_code == 200
    assert state.faults.pending == [Fault(at="configure", kind="status", status=503, times=2)]
    assert get(f"{page}/faults")["faults"][0]["status"] == 503
    assert get(page)["status"] == "Scripted: status at configure"
    assert requests.delete(f"{page}/faults", timeout=60).json()["faults"] == []
    assert state.faults.pending == []


def test_how_media_name_their_upload_is_scripted_too(state: InstagramState, page: str) -> None:
    assert get(f"{page}/faults")["device_timestamps"] == "upload_id"

    requests.post(f"{page}/faults", json={"device_timestamps": "seconds"}, timeout=60)

    assert state.device_timestamps == "seconds"
    assert requests.delete(f"{page}/faults", timeout=60).json()["device_timestamps"] == "upload_id"


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b'{"faults": [{"at": "login"}]}',
        b'{"faults": [{"at": "login", "kind": "?"}]}',
        b'{"faults": [{"at": 1, "kind": "drop"}]}',
        b'{"faults": [{"at": "login", "kind": "drop", "times": 0}]}',
        b'{"faults": [{"at": "login", "kind": "status", "status": "x"}]}',
        b'{"device_timestamps": "minutes"}',
        b'{"faults": [{"at": "login", "kind": "drop"}], "else": 1}',
    ],
)
def test_nonsense_is_refused_with_a_sentence(state: InstagramState, page: str, body: bytes) -> None:
    refused = requests.post(f"{page}/faults", data=body, timeout=60)

    assert refused.status_code == 400
    assert refused.json()["error"].startswith("Not a fault:")
    assert state.faults.pending == []


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_only_a_page_of_this_machine_is_answered(
    state: InstagramState, page: str, headers: dict[str, str]
) -> None:
    body = {"faults": [{"at": "login", "kind": "drop"}]}

    refused = requests.post(f"{page}/faults", json=body, headers=headers, timeout=60)

    assert refused.status_code == 403
    assert state.faults.pending == []


def test_the_pages_own_origin_is_answered(page: str) -> None:
    origin = page.removesuffix("/profile")

    answered = requests.post(
        f"{page}/faults", json={"faults": []}, headers={"Origin": origin}, timeout=5
    )

    assert answered.status_code == 200


def test_a_video_can_be_fetched_in_ranges(
    client: Client, page: str, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    posting.post_video(client, make_video(640, 640), make_photo(640, 640))
    video = get(page)["posts"][0]["items"][0]["url"]

    part = requests.get(
        page.removesuffix("/profile") + video, headers={"Range": "bytes=4-7"}, timeout=5
    )

    assert (part.status_code, part.content) == (206, b"ftyp")


@pytest.mark.parametrize("name", ["0" * 32 + ".jpg", "../state.json", "..%2Fstate.json", "a.jpg"])
def test_no_other_file_can_be_asked_for(state: InstagramState, page: str, name: str) -> None:
    state.save()

    assert requests.get(f"{page}/files/{name}", timeout=60).status_code == 404
