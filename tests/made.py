"""Media that take a while to make are made once in a run, whichever of its workers asks first."""

import fcntl
import functools
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec

RUN_FOLDER = "POSTBOTE_TEST_RUN"
"""The variable that names the run's own folder; unset outside of pytest."""

P = ParamSpec("P")


def made_once(make: Callable[P, bytes]) -> Callable[P, bytes]:
    """Kept in the run's folder under what was asked for.

    The arguments' `repr` has to tell them apart.
    """

    @functools.wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> bytes:
        if RUN_FOLDER not in os.environ:
            return make(*args, **kwargs)
        wanted = repr((make.__qualname__, args, kwargs))
        path = _path(wanted)
        with alone(wanted):
            if not path.exists():
                path.write_bytes(make(*args, **kwargs))
        return path.read_bytes()

    return made


@contextmanager
def alone(task: str) -> Iterator[None]:
    """Within, no other worker is at the same task."""
    with _path(task).with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path(task: str) -> Path:
    return Path(os.environ[RUN_FOLDER]) / hashlib.sha256(task.encode()).hexdigest()
