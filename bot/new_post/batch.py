"""The parts of one album: separate updates without an end mark, in any order."""

import asyncio

from telegram import Message

ALBUM_PAUSE = 1.0
"""Seconds without a further part after which an album counts as complete."""


class Batch:
    """One photo or video, or the parts of an album while they arrive."""

    def __init__(self, first: Message) -> None:
        self._group = first.media_group_id
        self._messages = [first]
        self._open = self._group is not None
        self._arrival = asyncio.Event()
        self._task = asyncio.current_task()

    async def gathered(self) -> list[Message]:
        """Wait for the album's other parts; returns all in the order in which they were sent."""
        while self._open:
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), ALBUM_PAUSE)
            except TimeoutError:
                self._open = False
        return sorted(self._messages, key=lambda message: message.message_id)

    def joined_by(self, message: Message | None) -> bool:
        """Take a further part of this album; False if it is none, or comes too late."""
        if message is None or not self._open or message.media_group_id != self._group:
            return False
        self._messages.append(message)
        self._arrival.set()
        return True

    async def finished(self) -> None:
        """Wait until all parts have been dealt with, whatever the outcome."""
        assert self._task is not None
        await asyncio.wait([self._task])
