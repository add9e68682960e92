"""`python -m publisher` as a real process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.sandbox.instagram.faults import Fault
from storage.lifecycle import Status
from tests.publisher.conftest import CAPTION, TIMEOUT_SECONDS, World

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
    with process(world, tmp_path) as running:
        post_id = world.plan()
        world.until(post_id, Status.UPLOADED)
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 0
    assert "is live" in log
    assert "right" not in log.split()
    assert world.live() == [CAPTION]
    (fresh := tmp_path / "fresh").mkdir()
    with process(world, fresh) as running:  # media of what is published are of no use to it
        assert running.stderr is not None
        assert any("publishing for creator" in line for line in running.stderr)


def test_it_finishes_what_is_committed_when_it_is_stopped(world: World, tmp_path: Path) -> None:
    world.instagram.script(Fault(at="configure", kind="delay", seconds=2))
    with process(world, tmp_path) as running:
        post_id = world.plan()
        world.until(post_id, Status.SENDING)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=TIMEOUT_SECONDS)
    assert world.post(post_id).status is Status.UPLOADED


def test_two_processes_and_a_kill_publish_each_post_once(world: World, tmp_path: Path) -> None:
    posts = [world.plan(caption=f"Post {number}") for number in range(4)]
    with process(world, tmp_path) as first, process(world, tmp_path):
        world.until(posts[0], Status.UPLOADED, Status.SENDING)
        first.kill()
        world.until_true(lambda: len(world.live()) >= 1)
        gone = f"%:{first.pid}:%"
        world.until_true(lambda: _all_live_after_a_while(world, posts, gone), "some are not live")
    assert sorted(world.live()) == [f"Post {number}" for number in range(4)]


def _all_live_after_a_while(world: World, posts: list[int], gone: str) -> bool:
    """Whether all are live; the lease of who is gone has run out, though its last word reached
    Postgres after its end, and for those in doubt the time until the next reading has passed."""
    world.execute(
        "UPDATE accounts SET lease_until = now() - interval '1 second'"
        " WHERE lease_owner LIKE :gone",
        gone=gone,
    )
    world.execute(
        "UPDATE scheduled_posts SET next_check_at = now(), uncertain_since = uncertain_since"
        " - (next_check_at - now()) WHERE status = 'unconfirmed' AND next_check_at > now()"
    )
    return all(world.post(post_id).status is Status.UPLOADED for post_id in posts)


def test_without_the_shared_media_it_refuses_to_start(world: World, tmp_path: Path) -> None:
    post_id = world.plan()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with process(world, elsewhere) as running:
        _, told = running.communicate(timeout=TIMEOUT_SECONDS)
    assert running.returncode == 1  # it may be mounted in a moment
    assert "holds no media of the planned posts" in told
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
