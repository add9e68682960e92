"""`python -m publisher` as a real process; tests/chaos kills, stops and doubles it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import requests

from publisher.process import end_in_order, ending_signals
from storage.lifecycle import Status
from tests.addresses import free_address
from tests.chaos.conftest import fork_server
from tests.chaos.processes import ForkServer, Process, inherited
from tests.chaos.waiting import until
from tests.publisher.conftest import CAPTION, TIMEOUT_SECONDS, World
from tests.service_manager import listening

__all__ = ["fork_server"]

ROOT = Path(__file__).parents[2]


def settings_of(world: World, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": world.database.url,
        "DATA_DIR": str(folder),
        "INSTAGRAM_USERNAME": "creator",
        "INSTAGRAM_PASSWORD": "right",
        "INSTAGRAM_API_URL": world.url,
        "SECRET_KEY": "a test's key",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def process(world: World, folder: Path, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """One publisher process in an interpreter of its own, killed at the end if it still runs."""
    started = subprocess.Popen(
        [sys.executable, "-m", "publisher"],
        cwd=folder,
        env={**inherited(), **settings_of(world, folder), **changes},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


Forking = Callable[..., AbstractContextManager[Process]]


@pytest.fixture
def forked(fork_server: ForkServer, world: World, tmp_path: Path) -> Forking:
    """The same as a fork of what has all imports behind it; its log goes to a file."""

    @contextmanager
    def start(folder: Path, **changes: str) -> Iterator[Process]:
        settings = settings_of(world, folder) | changes
        log = tmp_path / f"{folder.name}.log"
        started = Process(fork_server, "publisher", settings, folder, log)
        try:
            yield started
        finally:
            started.end()

    return start


def test_a_closed_terminal_ends_us_like_ctrl_c_unless_it_is_ignored() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        assert signal.SIGHUP not in ending_signals()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        end_in_order()
        for number in numbers:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_it_publishes_what_others_have_planned_and_stops_on_sigterm(
    world: World, tmp_path: Path
) -> None:
    address = free_address()
    with (
        listening(tmp_path) as systemd,
        process(world, tmp_path, HEALTH_ADDRESS=address, **systemd.environment) as running,
    ):
        post_id = world.plan()
        world.until(post_id, Status.UPLOADED)
        systemd.hears("READY=1")
        systemd.hears("WATCHDOG=1")
        assert requests.get(f"http://{address}/ready", timeout=60).json()["role"] == "publishing"
        metrics = requests.get(f"http://{address}/metrics", timeout=60).text
        running.send_signal(signal.SIGTERM)
        systemd.hears("STOPPING=1")
        _, log = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 0
    assert f"post {post_id} is live  post={post_id} account={world.account_id} attempt=1" in log
    assert 'postbote_posts_total{outcome="live"} 1.0' in metrics
    assert "right" not in log.split()
    assert world.live() == [CAPTION]


def test_media_of_what_is_published_are_of_no_use_to_it(
    world: World, forked: Forking, tmp_path: Path
) -> None:
    world.plan()
    world.sweep(world.publisher())
    (fresh := tmp_path / "fresh").mkdir()
    with forked(fresh, LOG_FORMAT="json") as running:
        until(lambda: "publishing for creator" in running.words(), what="it publishes")
        said = [json.loads(line)["message"] for line in running.words().splitlines()]
    assert "publishing for creator" in said


def test_without_the_shared_media_it_refuses_to_start(
    world: World, forked: Forking, tmp_path: Path
) -> None:
    post_id = world.plan()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with forked(elsewhere) as running:
        until(lambda: not running.is_alive, what="it ends")
    assert running.code == 1  # it may be mounted in a moment
    assert "no media of the planned posts" in running.words()
    assert world.post(post_id).status is Status.PENDING


@pytest.mark.parametrize(
    "wrong",
    [
        {"INSTAGRAM_PASSWORD": "", "DATABASE_URL": "mysql://hunter2@here/db"},
        {"LOG_FILE": "/proc/nowhere/publisher.log"},
    ],
)
def test_wrong_settings_are_named_at_once(
    forked: Forking, tmp_path: Path, wrong: dict[str, str]
) -> None:
    with forked(tmp_path, **wrong) as running:
        until(lambda: not running.is_alive, what="it ends")
    told = running.words()
    assert running.code == 2
    assert [name for name in wrong if name not in told] == []
    assert "hunter2" not in told and "Traceback" not in told
