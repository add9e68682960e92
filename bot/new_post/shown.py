"""What the cards at hand show, so that nothing is edited that is so already."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup

from bot.pace import now

FRESH_SECONDS = 60.0
"""After an edit of a post's card, other editors read the post anew for so long: longer than any of
them holds on to a post."""


@dataclass(frozen=True)
class Look:
    """All that a card shows."""

    text: str
    buttons: InlineKeyboardMarkup | None
    picture: str
    """What the picture shows: another only if this changes."""


@dataclass(frozen=True)
class UnusedCaption:
    """It came with media that could not be taken."""

    text: str
    message_id: int | None
    sent_at: datetime


@dataclass(frozen=True)
class Given:
    """What words have changed about a draft."""

    draft_id: int
    answers: dict[str, Any]
    before: dict[str, Any]
    """The same columns as they were."""


@dataclass
class Cards:
    """Cards at hand, each edited by one at a time, so that the last edit is how it stands."""

    shown: dict[int, Look] = field(default_factory=dict)
    said: dict[int, Any] = field(default_factory=dict)
    """Draft -> what its card says besides where it stands, until its person does something."""
    notes: dict[int, str] = field(default_factory=dict)
    """Draft -> what its card still says once it is planned."""
    given: dict[int, Given] = field(default_factory=dict)
    """Person -> what they typed last, if it may have been meant for another draft."""
    _locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    _edited: dict[tuple[int, int], float] = field(default_factory=dict)
    """Card of a post -> when it was edited last, the latest at the end."""

    def lock(self, draft_id: int) -> asyncio.Lock:
        return self._locks.setdefault(draft_id, asyncio.Lock())

    @asynccontextmanager
    async def turn(self, chat_id: int, message_id: int) -> AsyncIterator[bool]:
        """Keep everybody else from editing this post's card meanwhile.

        Yields False if somebody may have edited it since the post was read: read it anew then.
        """
        card = chat_id, message_id
        async with self._turns.setdefault(card, asyncio.Lock()):
            try:
                yield now() - self._edited.pop(card, -inf) >= FRESH_SECONDS
            finally:
                self._edited[card] = now()
                while now() - next(iter(self._edited.values())) > FRESH_SECONDS:
                    del self._edited[next(iter(self._edited))]

    def note(self, draft_id: int, look: Look, most: int = 1000) -> None:
        """Remember what a card shows; of more than `most`, the latest."""
        self.shown.pop(draft_id, None)
        self.shown[draft_id] = look
        while len(self.shown) > most:
            oldest = next(iter(self.shown))
            del self.shown[oldest]
            self.said.pop(oldest, None)
