"""What is kept of a message to tell the pieces of one text, and edits that change nothing."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from telegram import Message, Update

from bot.new_post.written import (
    MAX_MESSAGE_UNITS,
    MIN_PIECE_UNITS,
    TRIMMED_UNITS,
    written,
)
from publisher.caption import utf16_length
from storage.models import Incoming

TOGETHER = timedelta(seconds=3)
"""How far apart Telegram may receive two pieces that an app has sent one right after the other."""


def traces_of(update: Update) -> dict[str, Any]:
    """Values of `NewIncoming`, for a message and for an edit of one."""
    message = update.message or update.edited_message
    if message is None:
        return {}
    traces = {"message_id": message.message_id, "digest": _digest(message)}
    if update.message is None or message.from_user is None:
        return traces
    return traces | {
        "person_id": message.from_user.id,
        "sent_at": message.date,
        "text_units": None if message.text is None else utf16_length(message.text),
    }


def may_go_on(row: Incoming) -> bool:
    """Whether its text is so long that an app may have cut it there."""
    return (row.text_units or 0) >= MIN_PIECE_UNITS


def goes_on(before: Incoming, row: Incoming) -> bool:
    """Whether a person's message is the rest of the one that they sent before it.

    Nothing is cut that fits into one message, so two pieces together are longer than that.
    """
    if not may_go_on(before) or row.text_units is None or not (before.sent_at and row.sent_at):
        return False
    together = (before.text_units or 0) + row.text_units
    return together > MAX_MESSAGE_UNITS - TRIMMED_UNITS and row.sent_at - before.sent_at <= TOGETHER


def pieces_of(rows: Sequence[Incoming]) -> list[Incoming]:
    """The first message, and those after it that go on with its text."""
    pieces = [*rows[:1]]
    for row in rows[1:]:
        if not goes_on(pieces[-1], row):
            break
        pieces.append(row)
    return pieces


def rest_of(rows: Sequence[Incoming]) -> int:
    """The UTF-16 units of the whole text of which the first message is the rest; 0 if it is none.

    The others are those that its sender sent before it, the latest first.
    """
    units = 0
    for row, before in pairwise(rows):
        if not goes_on(before, row):
            break
        units = (units or row.text_units or 0) + (before.text_units or 0)
    return units


def _digest(message: Message) -> str:
    """Of its words and of its file; a location that moves, or a link's preview, is neither."""
    carried = message.effective_attachment
    file = carried[-1] if isinstance(carried, Sequence) and carried else carried
    said = f"{written(message)}\0{getattr(file, 'file_unique_id', '')}"
    return sha256(said.encode()).hexdigest()
