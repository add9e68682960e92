"""What is being done right now, by fields that each line of the log carries; and ids of events.

A failure that somebody hears of has a short id, the same in the message and in the log.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Which nobody takes for each other."""
LENGTH = 6
"""729 million ids: those of a log's lifetime do not meet."""

_ABOUT: ContextVar[dict[str, Any]] = ContextVar("about")


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Lines that are logged within carry these fields as well."""
    token = _ABOUT.set({**known(), **fields})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def known() -> dict[str, Any]:
    """What is being done in this thread or task."""
    return _ABOUT.get({})


def new_event() -> str:
    """An id for something that somebody hears of."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def event() -> str:
    """The id of what is happening, or a fresh one."""
    found: str | None = known().get("event")
    return found or new_event()
