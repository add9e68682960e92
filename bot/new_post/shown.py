"""What the cards at hand show, so that nothing is edited that is so already."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup


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
    """Cards of drafts at hand: shown one after the other, so that the last is how it stands."""

    shown: dict[int, Look] = field(default_factory=dict)
    said: dict[int, Any] = field(default_factory=dict)
    """Draft -> what its card says besides where it stands, until its person does something."""
    notes: dict[int, str] = field(default_factory=dict)
    """Draft -> what its card still says once it is planned."""
    given: dict[int, Given] = field(default_factory=dict)
    """Person -> what they typed last, if it may have been meant for another draft."""
    _locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def lock(self, draft_id: int) -> asyncio.Lock:
        return self._locks.setdefault(draft_id, asyncio.Lock())

    def note(self, draft_id: int, look: Look, most: int = 1000) -> None:
        """Remember what a card shows; of more than `most`, the latest."""
        self.shown.pop(draft_id, None)
        self.shown[draft_id] = look
        while len(self.shown) > most:
            oldest = next(iter(self.shown))
            del self.shown[oldest]
            self.said.pop(oldest, None)
