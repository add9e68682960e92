"""`python -m publisher` as a real process; tests/chaos kills, stops and doubles it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from storage.lifecycle import Status
from tests.addresses import free_address
from tests.publisher.conftest import CAPTION, TIMEOUT_SECONDS, World
from tests.service_manager import listening

ROOT = Path(__file__).parents[2]


@contextmanager
def process(world: World, folder: Path, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """One publisher process, killed at the end if it still runs."""
    settings = {
        "DATABASE_URL": world.database.url,
        "DATA_DIR": str(folder),
        "INSTAGRAM_USERNAME": "creator",
        "INSTAGRAM_PASSWORD": "right",
        "INSTAGRAM_API_URL": world.url,
        "SECRET_KEY": "a test's key",
        "PYTHONPATH": str(ROOT),
        **changes,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    started = subprocess.Popen(
        [sys.executable, "-m", "publisher"],
        cwd=folder,
        env={**kept, **settings},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


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
        assert requests.get(f"http://{address}/ready", timeout=20).json()["role"] == "publishing"
        metrics = requests.get(f"http://{address}/metrics", timeout=20).text
        running.send_signal(signal.SIGTERM)
        systemd.hears("STOPPING=1")
        _, log = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 0
    assert f"post {post_id} is live  post={post_id} account={world.account_id} attempt=1" in log
    assert 'postbote_posts_total{outcome="live"} 1.0' in metrics
    assert "right" not in log.split()
    assert world.live() == [CAPTION]
    (fresh := tmp_path / "fresh").mkdir()
    # media of what is published are of no use to it
    with process(world, fresh, LOG_FORMAT="json") as running:
        assert running.stderr is not None
        said = (json.loads(line)["message"] for line in running.stderr)
        assert any(message == "publishing for creator" for message in said)


def test_without_the_shared_media_it_refuses_to_start(world: World, tmp_path: Path) -> None:
    post_id = world.plan()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with process(world, elsewhere) as running:
        _, told = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 1  # it may be mounted in a moment
    assert "no media of the planned posts" in told
    assert world.post(post_id).status is Status.PENDING


@pytest.mark.parametrize(
    "wrong",
    [
        {"INSTAGRAM_PASSWORD": "", "DATABASE_URL": "mysql://hunter2@here/db"},
        {"LOG_FILE": "/proc/nowhere/publisher.log"},
    ],
)
def test_wrong_settings_are_named_at_once(
    world: World, tmp_path: Path, wrong: dict[str, str]
) -> None:
    with process(world, tmp_path, **wrong) as running:
        _, told = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 2
    assert [name for name in wrong if name not in told] == []
    assert "hunter2" not in told and "Traceback" not in told
