"""Processes that may end by themselves, or by others, at any moment."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import psutil

T = TypeVar("T")


def of_each(processes: Iterable[psutil.Process], ask: Callable[[psutil.Process], T]) -> list[T]:
    """The answers; without those of processes that have ended before their turn."""
    answers: list[T] = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            answers.append(ask(process))
    return answers


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL; one that ends before its turn, as a backend whose server died, is no error."""
    of_each(processes, psutil.Process.kill)
