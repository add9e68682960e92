"""What is read of the storage once while a person's update is handled."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from storage.models import Draft

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass
class Known:
    """What is read once while a person's update is handled, and holds until its end."""

    person_id: int
    is_over: bool = False
    """Whoever was started by the update and goes on reads anew."""
    read: dict[tuple[Any, ...], asyncio.Future[Any]] = field(default_factory=dict)
    draft: tuple[dict[str, Any], asyncio.Future[Draft | None]] | None = None
    """The draft that was looked for ahead, and by what; for the first who asks."""


KNOWN: ContextVar[Known | None] = ContextVar("known", default=None)


def once(
    read: Callable[Parameters, Coroutine[Any, Any, Result]],
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """The same, but asked only once while an update is handled."""

    @wraps(read)
    async def known(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        at_hand = KNOWN.get()
        if at_hand is None or at_hand.is_over:
            return await read(*args, **kwargs)
        key = (read.__name__, args, *sorted(kwargs.items()))
        if key not in at_hand.read:
            at_hand.read[key] = asyncio.ensure_future(read(*args, **kwargs))
        found: Result = await at_hand.read[key]
        return found

    return known


def read_anew(*names: str) -> None:
    """What is read next is not what was read before, but how it stands; of these reads, or all."""
    if at_hand := KNOWN.get():
        for key in [key for key in at_hand.read if not names or key[0] in names]:
            del at_hand.read[key]


def changing(
    write: Callable[Parameters, Coroutine[Any, Any, Result]], *names: str
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """The same, after which what was known is read anew: by these names, or all."""

    @wraps(write)
    async def changed(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return await write(*args, **kwargs)
        finally:
            read_anew(*names)

    return changed
