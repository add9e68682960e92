"""Processes that end with the one that waits for them, even if that is killed.

Of those that become another program, only on Linux, where the kernel sees to it.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait

PR_SET_PDEATHSIG = 1
"""Of Linux' prctl(2): the signal that comes when the thread that has started us ends."""

_prctl: Callable[[int, int], int] | None = (
    ctypes.CDLL(None).prctl if sys.platform == "linux" else None
)
"""Looked up here, since little may be done between fork and exec."""


def before_exec() -> Callable[[], None]:
    """What a child calls between fork and exec so as to end with this thread."""
    parent = os.getpid()

    def end_with_parent_thread() -> None:
        if _prctl is None:
            return
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended before that took effect
            os.kill(os.getpid(), signal.SIGKILL)

    return end_with_parent_thread


def end_with_parent() -> None:
    """In a process of multiprocessing, leader of its group: the group ends with whoever asked.

    The forkserver is of no help: it lives on for as long as its children do.
    """
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
