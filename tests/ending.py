"""Ending processes that others may be ending, too."""

from collections.abc import Iterable
from contextlib import suppress

import psutil


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL; one that ends before its turn, as a backend whose server died, is no error."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
