"""What systemd hears: that we start, serve, stop, and live as long as our loops turn."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import enumerate as threads

import pytest

from publisher.health.liveness import LOOP, SWEEP, Liveness
from publisher.health.service_manager import FOR_US, THREAD, ServiceManager, service_manager
from tests.chaos.waiting import until
from tests.service_manager import listening

HOUR, AT_ONCE = timedelta(hours=1), timedelta(0)
STANDS_STILL = """
import time
from datetime import timedelta
from publisher.health.liveness import LOOP, Liveness
from publisher.health.service_manager import service_manager
liveness = Liveness()
with service_manager(liveness).told() as manager:
    manager.ready()
    liveness.expect(LOOP, timedelta(0))
    time.sleep(60)
"""


def test_the_watchdog_hears_of_life_only_while_each_loop_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    liveness = Liveness()
    with listening(tmp_path) as systemd:
        for name, value in systemd.environment.items():
            monkeypatch.setenv(name, value)
        with service_manager(liveness).told() as manager:
            assert [name for name in FOR_US if name in os.environ] == []
            systemd.hears("EXTEND_TIMEOUT_USEC=30000000")
            manager.ready()
            systemd.hears("READY=1")
            systemd.hears("WATCHDOG=1")
        liveness.expect(LOOP, HOUR)
        liveness.expect(SWEEP, AT_ONCE)
        manager.stopping()
        systemd.hears("STOPPING=1")
        manager.tell_alive()
        manager.stopping()
        assert systemd.hears("STOPPING=1") == ["STOPPING=1"]
        assert "sweep has stood still" in caplog.text
        liveness.dismiss(SWEEP)
        manager.tell_alive()
        assert systemd.hears("WATCHDOG=1") == ["WATCHDOG=1"]


def test_without_a_service_manager_or_once_it_is_gone_nobody_is_told(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody")):
        with ServiceManager(Liveness(), address).told() as manager:
            manager.ready()
            manager.tell_alive()
            manager.stopping()


def test_a_process_that_stands_still_in_a_container_ends_and_says_where() -> None:
    watched = os.environ | {"WATCHDOG_USEC": "200000", "PYTHONFAULTHANDLER": "1"}
    watched.pop("NOTIFY_SOCKET", None)
    ended = subprocess.run(
        [sys.executable, "-c", STANDS_STILL], env=watched, capture_output=True, text=True
    )
    assert ended.returncode == -signal.SIGABRT
    assert "loop has stood still" in ended.stderr
    assert 'File "<string>", line 10' in ended.stderr


def test_a_watchdog_that_is_meant_for_another_process_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(tmp_path) as systemd:
        environment = systemd.environment | {"WATCHDOG_PID": "1"}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with service_manager(Liveness()).told() as manager:
            systemd.hears("EXTEND_TIMEOUT_USEC=30000000")
            manager.ready()
            systemd.hears("READY=1")
            until(lambda: THREAD not in [each.name for each in threads()], what="silence")
            manager.stopping()
            assert systemd.hears("STOPPING=1") == ["STOPPING=1"]
