"""A disk that is really full; where nobody may mount one, the kernel's limit for one process."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.processes import Process

SIZE = 8 * 1024 * 1024
TOO_SMALL = 1024
"""Bytes: no picture fits."""


@contextmanager
def full_disk(
    folder: Path, start: Callable[[], Process]
) -> Iterator[tuple[Process, Callable[[], None]]]:
    """Start a process whose `folder` lies on a full disk; yields it, and what makes room again."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _mounted(folder):
        yield _limited(start())
        return
    try:
        (folder / "incoming").mkdir()
        filling = _filled(folder)
        yield start(), filling.unlink
    finally:
        subprocess.run([shutil.which("umount") or "", "--lazy", str(folder)], check=True)


def _mounted(folder: Path) -> bool:
    """Put a small file system in memory there, if we may."""
    mount = shutil.which("mount")
    if mount is None:
        return False
    order = [mount, "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    return subprocess.run(order, capture_output=True).returncode == 0


def _filled(folder: Path) -> Path:
    """Write until not one byte more fits."""
    path = folder / "filling"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            os.fsync(file.fileno())
    return path


def _limited(process: Process) -> tuple[Process, Callable[[], None]]:
    """No file of this process may grow: its writes fail as on a full disk, with another number."""
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (TOO_SMALL, before[1]))

    def make_room() -> None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)

    return process, make_room
