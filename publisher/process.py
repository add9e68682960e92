"""A process that keeps to itself: its files, its environment and its memory are nobody else's."""

import ctypes
import fcntl
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import Finalize, get_temp_dir
from pathlib import Path

PR_SET_DUMPABLE = 4
"""Of Linux' prctl(2): whether other processes of the same account may look into this one."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MALLOC = {M_TRIM_THRESHOLD: 128 * 1024, M_MMAP_THRESHOLD: 64 * 1024, M_ARENA_MAX: 2}
"""Of glibc's mallopt(3)."""

OTHERS_SECRETS = (
    *("TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET"),
    *("AWS_SECURITY_TOKEN", "TELEGRAM_API_HASH", "POSTGRES_PASSWORD"),
)
"""What an environment may hold beside our settings: the bot's, in a publisher's; those of older AWS
tools, a Bot API server and a Postgres, which are started from the same file."""

RUN_FOLDER_PREFIX = "postbote-run-"

MAX_PATH_BYTES = 70
"""Bytes of its path; below it are sockets, whose paths end at 107 (man 7 unix)."""

EXIT_PRIORITY = -200
"""multiprocessing removes its own folder, which lies in ours, at -100."""


def keep_to_ourselves() -> None:
    """New files are their owner's alone; on Linux, so are our memory, environment and core dumps.

    Decoders of strangers' pictures run under our account. Programs that we start are not affected.
    """
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)


def ending_signals() -> list[signal.Signals]:
    """At which we end in order; a closed terminal is among them, unless `nohup` ignores it."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if ignored else [signal.SIGHUP])]


def end_in_order() -> None:
    """All of them end us as Ctrl-C does, by KeyboardInterrupt: our Postgres stops at any moment."""
    for number in ending_signals():
        signal.signal(number, signal.default_int_handler)


def give_memory_back() -> None:
    """With glibc: what is freed goes back to the system, rather than being kept for the next use.

    Pictures come in pieces of some MB, and by glibc's own rule each size that was freed once is no
    longer given back; and 32 threads would have a heap each.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for option, value in MALLOC.items():
            library.mallopt(option, value)


def forget_environment(names: Iterable[str]) -> None:
    """Drop these variables, in any case, once they were read: no child is to inherit them.

    The kernel goes on showing the block with which we were started (/proc/PID/environ); on Linux
    their values are overwritten there.
    """
    wanted = {name.upper() for name in (*names, *OTHERS_SECRETS)}
    if sys.platform == "linux":
        _overwrite(wanted)
    for name in [name for name in os.environ if name.upper() in wanted]:
        del os.environ[name]


def _overwrite(wanted: set[str]) -> None:
    entries = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
    position = 0
    while entries and (address := entries[position]):
        name, _, value = ctypes.string_at(address).partition(b"=")
        if name.decode(errors="replace").upper() in wanted:
            ctypes.memset(address + len(name) + 1, 0, len(value))
        position += 1


def use_own_temporary_folder() -> None:
    """From now on all temporary files of this process and its children lie in a folder of our own.

    It goes when the process ends. What processes have left behind that were killed is swept first:
    each holds a lock on its folder, which ends with it.
    """
    folder, _ = _made(RUN_FOLDER_PREFIX)
    if len(str(folder)) > MAX_PATH_BYTES:
        get_temp_dir()  # of multiprocessing: its sockets stay where they fit
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=EXIT_PRIORITY)


@contextmanager
def owned_folder(prefix: str) -> Iterator[Path]:
    """A fresh folder among the temporary ones, gone at the end; those of dead owners go now."""
    folder, handle = _made(prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _made(prefix: str) -> tuple[Path, int]:
    """The folder, and the descriptor that holds its lock."""
    everybodys = Path(tempfile.gettempdir())
    _sweep(everybodys, prefix)
    # under another name until it is locked: somebody may be sweeping just now
    made = Path(tempfile.mkdtemp(prefix=f".{prefix}"))
    handle = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return made.rename(everybodys / made.name.removeprefix(".")), handle


def _sweep(everybodys: Path, prefix: str) -> None:
    ours = re.compile(rf"{re.escape(prefix)}\w{{8}}")
    for folder in everybodys.iterdir():
        if ours.fullmatch(folder.name):
            with suppress(OSError):  # not a folder, not ours, gone, or its owner lives
                _remove_if_dead(folder)


def _remove_if_dead(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
