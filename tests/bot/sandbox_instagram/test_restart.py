"""The sandbox may be killed and started again: the account continues where it stood."""

import asyncio
import json
from pathlib import Path

from instagrapi import Client

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.passwords import new_key
from bot.sandbox.instagram.server import application
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import PASSWORD, USERNAME, MakePhoto, MakeVideo, aim


def opened(folder: Path) -> InstagramState:
    return InstagramState(folder, username=USERNAME, password=PASSWORD)


def test_sessions_uploads_and_posts_outlive_a_restart(
    tmp_path: Path, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    client = Client(private_transport="requests", session_retry_total=0)
    before = opened(tmp_path)
    with LocalServer(application(before)).run_in_thread() as url:
        aim(client, url)
        client.login(USERNAME, PASSWORD)
        posting.post_photo(client, make_photo(320, 320), "Before")
        posting.post_video_story(client, make_video(360, 640), make_photo(360, 640))
        staged, width, height = client.photo_rupload(make_photo(640, 640))
    before.close()
    new_key.cache_clear()  # another process would make another one

    after = opened(tmp_path)
    with LocalServer(application(after)).run_in_thread() as url:
        aim(client, url)
        client.photo_configure(staged, width, height, "After")
        captions = [media.caption_text for media in client.user_medias_v1(client.user_id)]

    assert captions == ["After", "Before"]
    assert after.stories == before.stories
    assert after.posts[1:] == before.posts
    assert after.key.private_pem() == before.key.private_pem()


async def test_what_was_accepted_is_on_disk_before_anybody_hears_of_it(tmp_path: Path) -> None:
    opened(tmp_path).publish("feed", "1", "Accepted", [])
    assert [post.caption for post in opened(tmp_path).posts] == ["Accepted"]


def test_changes_are_on_disk_soon_without_closing(tmp_path: Path) -> None:
    async def change() -> None:
        state = opened(tmp_path)
        state.open_session()
        assert not (tmp_path / "state.json").exists()
        async with asyncio.timeout(60):
            while not (tmp_path / "state.json").exists():  # noqa: ASYNC110 - files raise no event
                await asyncio.sleep(0.02)

    asyncio.run(change())

    assert len(opened(tmp_path).sessions) == 1


def test_what_is_kept_is_for_its_owner_only(tmp_path: Path) -> None:
    state = opened(tmp_path)
    state.close()

    kept = tmp_path / "state.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert PASSWORD not in json.dumps(json.loads(kept.read_text()))


async def test_a_change_wakes_who_waits_for_it(tmp_path: Path) -> None:
    state = opened(tmp_path)
    seen = state.version
    waiting = asyncio.create_task(state.wait_for_change(seen, 5))
    await asyncio.sleep(0)

    await asyncio.to_thread(state.script, Fault(at="login", kind="drop"))

    await asyncio.wait_for(waiting, 60)
    assert state.version != seen


async def test_waiting_ends_without_a_change_too(tmp_path: Path) -> None:
    state = opened(tmp_path)

    await asyncio.wait_for(state.wait_for_change(state.version, 0.01), 10)


async def test_an_old_version_does_not_wait(tmp_path: Path) -> None:
    state = opened(tmp_path)
    state.revoke_sessions()

    await asyncio.wait_for(state.wait_for_change(state.version - 1, 60), 10)
