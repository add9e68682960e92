"""kill -9 of whoever waits for a conversion: nothing of the conversion is left running."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.samples import clip

TIMEOUT_SECONDS = 60
"""Well below the bounds by which all that is started here ends by itself."""

CONVERTS = """
import sys
from pathlib import Path
from publisher.media.ffmpeg import run

endless = "tpad=stop_mode=clone:stop_duration=36000,realtime"
run(Path(sys.argv[1]), ["-vf", endless, "-f", "null", "-"])
"""

COMPUTES = """
import time
from publisher.media.isolated import isolated

if __name__ == "__main__":
    isolated(time.sleep)(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends by its bounds")
@pytest.mark.parametrize(
    ("script", "worker", "count"),
    [(CONVERTS, "ffmpeg", 1), (COMPUTES, "forkserver", 2)],
    ids=["ffmpeg", "isolated work"],
)
def test_what_was_started_ends_with_whoever_is_killed(
    tmp_path: Path, script: str, worker: str, count: int
) -> None:
    """The forkserver's worker bears its name, too."""
    source, program = tmp_path / "clip.mp4", tmp_path / "program.py"
    source.write_bytes(clip())
    program.write_text(script)
    with subprocess.Popen(
        [sys.executable, str(program), str(source)], env={"PYTHONPATH": str(Path.cwd())}
    ) as process:
        until(lambda: len(_named(worker, process.pid)) >= count, "the work has begun")
        started = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    until(lambda: not any(map(_lives, started)), "all has ended")


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"not within {TIMEOUT_SECONDS} s: {what}"
        time.sleep(0.02)


def _named(name: str, parent: int) -> list[psutil.Process]:
    """The living processes below this one with the name in their command."""
    found = psutil.Process(parent).children(recursive=True)
    return [one for one in found if _lives(one) and name in _command(one)]


def _command(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
