"""ffmpeg as a locked-down process: one input file, no network, no second file, bounded in all."""

import errno
import math
import os
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO

from imageio_ffmpeg import get_ffmpeg_exe

from publisher.media import decoders
from publisher.media.isolated import never
from publisher.media.parent_death import before_exec
from publisher.media.refused import MediaRefusedError, PreparationCancelledError, Refusal

LOCKED_INPUT = ("-nostdin", "-protocol_whitelist", "fd", "-codec_whitelist", decoders.WHITELIST)
"""Only the descriptor that it is handed, the demuxer that we choose and the decoders on our list:
nothing that a file says can make it open another one, here or elsewhere."""

ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""Nothing of ours; and without an arena for each thread the bound on memory means what it says."""

DISK_FULL = os.strerror(errno.ENOSPC)
"""As ffmpeg reports it."""

POLL_SECONDS = 0.2
REPORT_BYTES = 256 * 1024
NICENESS = 19
"""The chat goes first. Its own group of processes but not its own session: Linux weighs whole
sessions against each other (autogroup), and niceness counts only within one."""


@dataclass(frozen=True)
class Bounds:
    """What one run may use."""

    wall_seconds: float = 60
    memory_bytes: int = 3 * 1024**3
    output_bytes: int = 64 * 1024**2


@dataclass(frozen=True)
class Finished:
    """How a run ended, and what it said."""

    succeeded: bool
    report: str


def run(
    source: Path,
    arguments: Sequence[str],
    *,
    before: Sequence[str] = (),
    bounds: Bounds | None = None,
    at: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Finished:
    """Run ffmpeg on `source` in an empty folder; `arguments` name the outputs by absolute paths.

    Args:
        before: options of the input, such as where to begin.
        at: is told now and then how many seconds of output there are.

    Killed long before its time is up, as by a kernel that is short of memory, it is run once more.
    Raises PreparationCancelledError, MediaRefusedError when it exceeds its bounds, and OSError
    when the disk is full.
    """
    bounds, began = bounds or Bounds(), time.monotonic()
    finished = _run(source, arguments, before, bounds, at, cancelled)
    if finished is None and time.monotonic() - began < bounds.wall_seconds:
        began = time.monotonic()
        finished = _run(source, arguments, before, bounds, at, cancelled)
    if finished is None and time.monotonic() - began < bounds.wall_seconds:
        raise MediaRefusedError(Refusal.TOO_MUCH)
    if finished is None:
        raise MediaRefusedError(Refusal.TOO_HEAVY, limit=round(bounds.wall_seconds))
    return finished


def _run(
    source: Path,
    arguments: Sequence[str],
    before: Sequence[str],
    bounds: Bounds,
    at: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> Finished | None:
    """None if it was killed."""
    progress = ("-progress", "pipe:1", "-stats_period", "0.5") if at else ()
    with (
        tempfile.TemporaryDirectory(prefix="postbote-ffmpeg-") as folder,
        tempfile.TemporaryFile() as report,
        source.open("rb", buffering=0) as file,
    ):
        opened = ("-f", decoders.demuxer(file), *before, "-fd", str(file.fileno()), "-i", "fd:")
        command = [*progress, *LOCKED_INPUT, *opened, *arguments]
        process = _start(command, file, folder, report, bounds)
        try:
            _await(process, bounds.wall_seconds, at, cancelled)
        finally:
            _end(process)
        if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return None
        report.seek(0)
        text = report.read(REPORT_BYTES).decode(errors="replace")
        if process.returncode and DISK_FULL in text:  # else a film may be called that
            raise OSError(errno.ENOSPC, DISK_FULL)
        return Finished(process.returncode == 0, text)


def _start(
    command: Sequence[str], source: IO[bytes], folder: str, report: IO[bytes], bounds: Bounds
) -> "subprocess.Popen[bytes]":
    """In a group of its own, with its bounds and nothing of our environment."""
    bound, before = _limiting(bounds)
    return subprocess.Popen(
        [*bound, get_ffmpeg_exe(), "-hide_banner", "-nostats", "-y", *command],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=report,
        pass_fds=[source.fileno()],
        preexec_fn=before,
        process_group=0,
    )


def _await(
    process: "subprocess.Popen[bytes]",
    seconds: float,
    at: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> None:
    """Until its standard output is closed, which is when it has ended."""
    assert process.stdout is not None
    deadline = time.monotonic() + seconds
    while True:
        if select.select([process.stdout], [], [], POLL_SECONDS)[0]:
            said = os.read(process.stdout.fileno(), 65536)
            if not said:
                process.wait(timeout=10)
                return
            if at:
                _tell(said, at)
        if cancelled():
            raise PreparationCancelledError
        if time.monotonic() > deadline:
            raise MediaRefusedError(Refusal.TOO_HEAVY, limit=round(seconds))


def _tell(said: bytes, at: Callable[[float], None]) -> None:
    for line in reversed(said.splitlines()):
        name, _, value = line.partition(b"=")
        if name == b"out_time_us" and value.isdigit():
            at(int(value) / 1_000_000)
            return


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


@cache
def _tools() -> Sequence[str] | None:
    """Linux' own programs for an end with ours and for bounds, where all of them are."""
    found = [path for name in ("setpriv", "nice", "prlimit") if (path := shutil.which(name))]
    return found if len(found) == 3 else None


def _limits(bounds: Bounds) -> dict[str, int]:
    """By what prlimit calls them: bounds that the process cannot leave."""
    return {
        "cpu": math.ceil(bounds.wall_seconds * (os.cpu_count() or 1)),
        "as": bounds.memory_bytes,
        "fsize": bounds.output_bytes,
        "core": 0,
    }


def _limiting(bounds: Bounds) -> tuple[Sequence[str], Callable[[], None] | None]:
    """The words before a command that bind it, else what is to be done before it is executed.

    The words cost 2 ms, while a copy of ourselves in which Python code can run costs ten times
    that, and as many threads as we have are a danger to it.
    """
    tools = _tools()
    if tools is None:
        return (), partial(_limit, bounds, before_exec())
    setpriv, nice, prlimit = tools
    limits = [f"--{name}={most}:{most}" for name, most in _limits(bounds).items()]
    return (setpriv, "--pdeathsig", "KILL", nice, "-n", str(NICENESS), prlimit, *limits), None


def _limit(bounds: Bounds, bind: Callable[[], None]) -> None:
    """Between fork and exec."""
    bind()
    for name, most in _limits(bounds).items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (most, most))
    os.nice(NICENESS)
