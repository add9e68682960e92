"""python -m tests.chaos.fork_server: starts processes by fork, so that a thousand can be killed.

Importing everything takes seconds; a fork of a process that has done so takes milliseconds, and
is as real a process as any. Signals pass through here as well: only a parent knows that a number
still belongs to its child, since nobody else gets it before the parent has waited for it.

So is the server of decoders, for which a bot or publisher would start an interpreter of its own.

Whoever connects is served by a fork of its own. One line of JSON in, one out: {"start": a Child}
gives a pid; {"signal": [pid, number]} whether it was still alive to get it; {"code": pid} its exit
code, null while it lives. All that was started for a connection ends with it.
"""

import ctypes
import fcntl
import gc
import importlib
import json
import multiprocessing.process
import multiprocessing.util
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO
from zoneinfo import ZoneInfo

from sqlalchemy.orm import configure_mappers

from bot.cli import SUBCOMMANDS
from bot.texts import LANGUAGES
from bot.texts.words import labels_called
from bot.when import parse
from publisher.media.isolated import DECODERS
from storage.encryption import SecretBox
from tests.chaos.ledger import SECRET_KEY
from tests.files_left import files_left

MODULES = ("bot.__main__", "publisher.__main__", "tests.chaos.publisher_process")
"""What starts in no time; any other module has its imports still before it."""

LATECOMERS = (
    "anyio._backends._asyncio",
    "apscheduler.triggers.date",
    "apscheduler.triggers.interval",
    *(f"bot.cli.{one.name}" for one in SUBCOMMANDS),
    "bot.app",
    "bot.service",
    "bot.supervisor",
    "httpcore",
    "psycopg2.extras",
    "publisher.instagram.destination",
    *DECODERS,
    "publisher.service",
)
"""What these import only once they run."""

ADVENT = datetime(2026, 12, 1, tzinfo=UTC)
"""When Christmas is near, and nobody asks which year's is meant."""

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
    """Until standard input closes: nobody uses us any more."""
    _learn()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who obey
    name = f"postbote-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"\0{name}")
        door.listen()
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        while sys.stdin not in select.select([sys.stdin, door], [], [])[0]:
            connection, _ = door.accept()
            with connection, connection.makefile("rw") as lines:
                if os.fork() == 0:
                    door.close()
                    connection.close()
                    _obey(lines)


def _obey(lines: TextIO) -> NoReturn:
    """A process of its own for each connection, until that is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end_with_parent()
    for line in lines:
        answer = _answer(json.loads(line), lines)
        lines.write(f"{json.dumps(answer)}\n")
        lines.flush()
    os._exit(0)


def _learn() -> None:
    """Import all that is needed, and work out what is once worked out in a process.

    Each child runs its own module anew, as `python -m` does.
    """
    for module in (*LATECOMERS, *MODULES):
        importlib.import_module(module)
    for module in MODULES:
        del sys.modules[module]
    configure_mappers()
    SecretBox(SECRET_KEY)
    with files_left(1):  # no process for calendars of holidays: it would be no child's own
        for language in LANGUAGES:
            parse("24.12. 18:30", now=ADVENT, zone=ZoneInfo("UTC"), language=language)
    labels_called("")
    threads = list(Path("/proc/self/task").iterdir())
    assert len(threads) == 1, f"{len(threads)} threads: a child would have but one of them"
    gc.collect()
    gc.freeze()  # what is never touched is never copied


def _answer(order: dict[str, Any], lines: TextIO) -> int | bool | None:
    if "start" in order:
        return _started(Child(**order["start"]), lines)
    if "signal" in order:
        return _signal(*order["signal"])
    return _code(order["code"])


def _started(child: Child, lines: TextIO) -> int:
    pid = os.fork()
    if pid == 0:
        lines.close()
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


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)


def _run(child: Child) -> None:
    """The child's whole life; it leaves as it would anywhere, through the interpreter's exit."""
    _end_with_parent()
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
    _fork_decoders()
    runpy.run_module(child.module, run_name="__main__", alter_sys=True)
    sys.exit()


def _fork_decoders() -> None:
    """While there are no threads: one more process, which waits until it is to be the server."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _become_a_server(theirs)
    theirs.close()
    spawn = multiprocessing.util.spawnv_passfds

    def spawnv_passfds(path: bytes, args: Sequence[Any], passfds: Sequence[int]) -> int:
        *_, code = args
        if "multiprocessing.forkserver" not in code:
            return spawn(path, args, passfds)
        multiprocessing.util.spawnv_passfds = spawn  # another one would be an interpreter anew
        with ours:
            socket.send_fds(ours, [json.dumps([code, *passfds]).encode()], passfds)
        return pid

    multiprocessing.util.spawnv_passfds = spawnv_passfds


def _become_a_server(asked: socket.socket) -> None:
    """As `python -c` does, with the files that are handed over under their former numbers."""
    order, received, _, _ = socket.recv_fds(asked, 2**16, 16)
    asked.close()
    if order:
        code, *files = json.loads(order)
        above = [fcntl.fcntl(file, fcntl.F_DUPFD, max(*received, *files) + 1) for file in received]
        for file, number in zip(above, files, strict=True):
            os.dup2(file, number)
        for file in {*received, *above} - {*files}:
            os.close(file)
        exec(code, {})  # noqa: S102 - multiprocessing's own
    os._exit(0)


if __name__ == "__main__":
    main()
