"""Links that open the bot with a token: t.me/<bot>?start=<kind><token>."""

import re
from enum import StrEnum

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import filters


class Link(StrEnum):
    """What a link is for: the letter that its token stands behind."""

    INVITATION = "t"
    APPROVAL = "c"
    """For a client, who is asked about one post."""


_STARTS = re.compile(r"/start(?:@\w+)? +(\S+)\s*", re.IGNORECASE)


def link(kind: Link, token: str, bot_username: str) -> str:
    """The address; Telegram takes 64 of A-Z, a-z, 0-9, _ and - behind "start"
    (core.telegram.org/bots/features#deep-linking, 2026-11)."""
    return f"https://t.me/{bot_username}?start={kind}{token}"


def payload_of(update: Update) -> str | None:
    """What stands behind /start in a private chat, whatever it is."""
    message = update.message
    if message is None or message.text is None or message.chat.type != ChatType.PRIVATE:
        return None
    found = _STARTS.fullmatch(message.text)
    return found[1] if found else None


def token_in(update: Update, kind: Link = Link.INVITATION) -> str | None:
    """The token of a link of this kind that somebody has opened."""
    payload = payload_of(update)
    return payload[1:] if payload and payload.startswith(kind) and len(payload) > 1 else None


class Opens(filters.UpdateFilter):
    """Somebody opens the bot by a link of this kind."""

    def __init__(self, kind: Link) -> None:
        super().__init__()
        self._kind = kind

    def filter(self, update: Update) -> bool:
        return token_in(update, self._kind) is not None
