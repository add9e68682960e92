"""python -m tests.chaos.fork_server: starts processes by fork, so that a thousand can be killed.

Importing everything takes seconds; a fork of a process that has done so takes milliseconds, and
is as real a process as any. Signals pass through here as well: only a parent knows that a number
still belongs to its child, since nobody else gets it before the parent has waited for it.

One line of JSON in, one out: {"start": a Child} gives a pid; {"signal": [pid, number]} whether it
was still alive to get it; {"code": pid} its exit code, null while it lives. All end with us.
"""

import ctypes
import gc
import importlib
import json
import multiprocessing.process
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = ("bot.__main__", "publisher.__main__", "tests.chaos.publisher_process")
"""What starts in no time; any other module has its imports still before it."""

LATECOMERS = (
    "anyio._backends._asyncio",
    "apscheduler.triggers.date",
    "bot.service",
    "httpcore",
    "psycopg2.extras",
    "publisher.instagram.destination",
    "publisher.service",
)
"""What these import only once they run."""

END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: however the fork server ends, nobody is left behind."""


@dataclass(frozen=True)
class Child:
    """`python -m module`, in this folder, with this environment and no other."""

    module: str
    environment: Mapping[str, str]
    folder: str
    log: str
    """The file to which it writes."""


codes: dict[int, int | None] = {}
"""Of each child: how it ended, None while it lives."""


def main() -> None:
    """Until standard input closes."""
    _learn()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_answer(json.loads(line)))}\n")
        sys.stdout.flush()


def _learn() -> None:
    """Import all that is needed; each child runs its own module anew, as `python -m` does."""
    for module in (*LATECOMERS, *MODULES):
        importlib.import_module(module)
    for module in MODULES:
        del sys.modules[module]
    threads = list(Path("/proc/self/task").iterdir())
    assert len(threads) == 1, f"{len(threads)} threads: a child would have but one of them"
    gc.collect()
    gc.freeze()  # what is never touched is never copied


def _answer(order: dict[str, Any]) -> int | bool | None:
    if "start" in order:
        return _started(Child(**order["start"]))
    if "signal" in order:
        return _signal(*order["signal"])
    return _code(order["code"])


def _started(child: Child) -> int:
    pid = os.fork()
    if pid == 0:
        _run(child)
    codes[pid] = None
    return pid


def _signal(pid: int, number: int) -> bool:
    if _code(pid) is not None:
        return False
    os.kill(pid, number)
    return True


def _code(pid: int) -> int | None:
    """Wait for it, if it has ended."""
    if codes[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            codes[pid] = os.waitstatus_to_exitcode(status)
    return codes[pid]


def _run(child: Child) -> None:
    """The child's whole life; it leaves as it would anywhere, through the interpreter's exit."""
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    os.setsid()
    os.chdir(child.folder)
    # where its own children will work:
    multiprocessing.process.ORIGINAL_DIR = child.folder  # type: ignore[attr-defined]
    os.environ.clear()
    os.environ.update(child.environment)
    log = os.open(child.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(log)
    sys.argv = [""]
    runpy.run_module(child.module, run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
