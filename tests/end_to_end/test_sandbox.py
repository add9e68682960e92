"""`python -m bot --sandbox` as people run it: a process tree of its own."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.run import PERSON, ROOT, STOP_SECONDS, main
from tests.samples import jpeg
from tests.spoken import spoken

COMMAND = [sys.executable, "-m", "bot", "--sandbox"]
TIMEOUT_SECONDS = 60


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The sandbox and a client for its page; it is ended with whatever signal is left to send."""
    arguments = ["--port", "0", "--folder", str(folder)]
    process = subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = next(found[0] for line in process.stdout if (found := re.search(r"http\S+", line)))
        with httpx.Client(base_url=url, trust_env=False, timeout=TIMEOUT_SECONDS) as page:
            yield process, page
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS + 5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def says(page: httpx.Client, text: str) -> None:
    page.post(f"/phone/chats/{PERSON}/text", json={"text": text}).raise_for_status()


def taps(page: httpx.Client, label: str) -> None:
    """The newest button of this name."""
    messages = page.get(f"/phone/chats/{PERSON}").json()["messages"]
    shown = [(m["id"], one) for m in messages for row in m["keyboard"] or () for one in row]
    message_id, button = next(found for found in reversed(shown) if found[1]["text"] == label)
    tap = {"message_id": message_id, "data": button["data"]}
    page.post(f"/phone/chats/{PERSON}/tap", json=tap).raise_for_status()


def sees(page: httpx.Client, fragment: str, times: int = 1) -> list[dict[str, Any]]:
    """All messages, once the bot has said this so often."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    version = 0
    while time.monotonic() < deadline:
        chat = page.get(f"/phone/chats/{PERSON}", params={"version": version, "timeout": 5}).json()
        version = chat["version"]
        told = [m for m in chat["messages"] if m["from"]["is_bot"] and fragment in str(m["text"])]
        if len(told) >= times:
            messages: list[dict[str, Any]] = chat["messages"]
            return messages
    raise AssertionError(f"{fragment!r} was not seen {times} times")


def test_the_tour_tells_its_whole_story_and_ends_well() -> None:
    told = subprocess.run(
        [*COMMAND, "--tour"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stderr == ""
    for part in (
        spoken("result_published"),
        "Planned: 1",
        spoken("result_failed"),
        "media_refused",
    ):
        assert part in told.stdout


def publishes(page: httpx.Client) -> None:
    """A photo, its account and "now", up to the result."""
    picture = {"files": ("photo.jpg", jpeg())}
    page.post(
        f"/phone/chats/{PERSON}/media", files=picture, data={"caption": "Kept"}
    ).raise_for_status()
    sees(page, "Kept")
    taps(page, "Now")
    sees(page, spoken("result_published"))


def test_chat_and_profile_outlive_a_kill(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as (process, page):
        assert main(tour=False, port=0, folder=tmp_path) == 1
        assert f"already running in {tmp_path}" in capsys.readouterr().out
        publishes(page)
        told = len(sees(page, spoken("result_published")))
        kept_in(tmp_path / "telegram" / "state.json", spoken("result_published"))
        kept_in(tmp_path / "instagram" / "state.json", "Kept")
        process.send_signal(signal.SIGKILL)
        process.wait()

    with running(tmp_path) as (process, page):
        assert len(sees(page, spoken("result_published"))) >= told
        (post,) = page.get("/profile").json()["posts"]
        assert post["caption"] == "Kept"
        assert page.get(post["items"][0]["url"]).headers["Content-Type"] == "image/jpeg"
        says(page, "/list")
        sees(page, spoken("list_empty"))

        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS + 5) == 0


def kept_in(file: Path, fragment: str) -> None:
    """Wait until it is on the disk: the services write a moment after a change."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not file.exists() or fragment not in file.read_text():
        assert time.monotonic() < deadline, f"{fragment!r} was never written"
        time.sleep(0.02)
