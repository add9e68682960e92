"""The parts of one album: separate updates without an end mark, in any order."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from telegram import Message

ALBUM_PAUSE = 1.0
"""Seconds without a further part after which an album counts as complete."""


Result = TypeVar("Result")


class StoppedError(Exception):
    """The person does not want these media after all."""


class Batch:
    """One photo or video, or the parts of an album while they arrive and are fetched."""

    def __init__(self, first: Message) -> None:
        self._group = first.media_group_id
        self._messages = [first]
        self._open = self._group is not None
        self._arrival = asyncio.Event()
        self._task = asyncio.current_task()
        self._stopped = asyncio.Event()
        self._is_fetching = False
        self.fetched = 0
        """Bytes of all parts that are here by now."""

    @property
    def messages(self) -> list[Message]:
        """The parts in the order in which they were sent."""
        return sorted(self._messages, key=lambda message: message.message_id)

    async def gathered(self) -> list[Message]:
        """Wait for the album's other parts; returns all in the order in which they were sent."""
        while self._open:
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), ALBUM_PAUSE)
            except TimeoutError:
                self._open = False
        return self.messages

    def joined_by(self, message: Message | None) -> bool:
        """Take a further part of this album; False if it is none, or comes too late."""
        if message is None or not self._open or message.media_group_id != self._group:
            return False
        self._messages.append(message)
        self._arrival.set()
        return True

    def stop(self) -> bool:
        """Fetch nothing more; False if nothing is being fetched."""
        if self._is_fetching:
            self._stopped.set()
        return self._is_fetching

    @contextmanager
    def fetching(self) -> Iterator[None]:
        """While this lasts the person may stop it, which raises StoppedError."""
        self._is_fetching = True
        try:
            yield
            if self._stopped.is_set():
                raise StoppedError
        finally:
            self._is_fetching = False

    async def unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work, or give it up half done. Raises StoppedError, and what the work raises."""
        working, stopping = asyncio.create_task(work), asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            if self._stopped.is_set():
                raise StoppedError
            return await working
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.wait([working, stopping])

    async def finished(self) -> None:
        """Wait until all parts have been dealt with, whatever the outcome."""
        assert self._task is not None
        await asyncio.wait([self._task])
