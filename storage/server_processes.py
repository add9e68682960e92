"""The processes of a Postgres on a folder, whoever has started them."""

from contextlib import suppress
from pathlib import Path

import psutil


def at_work_on(folder: Path) -> list[psutil.Process]:
    """The processes of a Postgres on this folder: it is where each of them works."""
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "postgres" and _works_in(process, folder)
    ]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return lives(process) and Path(process.cwd()) == folder
    except psutil.AccessDenied:
        return str(folder) in arguments(process)
    except psutil.NoSuchProcess:
        return False


def arguments(process: psutil.Process) -> list[str]:
    """Of its command line; none if it has ended or is not ours to see."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.cmdline()
    return []


def lives(process: psutil.Process) -> bool:
    """Whether it runs; a zombie does not."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def numbers(processes: list[psutil.Process]) -> str:
    """As `kill` takes them."""
    return " ".join(str(process.pid) for process in processes)
