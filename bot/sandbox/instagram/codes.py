"""Codes by SMS, WhatsApp and e-mail, as the account's owner finds them on their phone."""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Literal

from bot.sandbox.instagram.passwords import same_text
from bot.sandbox.instagram.wire import Json

Channel = Literal["sms", "whatsapp", "email"]

LIFE_SECONDS = 10 * 60
"""As the messages say themselves ("expires in 10 minutes")."""


@dataclass(frozen=True)
class Message:
    """One code on its way. `at` is seconds since 1970."""

    channel: Channel
    to: str
    code: str
    at: float
    is_used: bool = False

    def data(self) -> Json:
        """As JSON."""
        return asdict(self)


class Codes:
    """What was sent to one account; only the newest code counts, once, for ten minutes."""

    def __init__(self, kept: list[Json] | None = None) -> None:
        self.sent = [Message(**fields) for fields in kept or []]

    def send(self, channel: Channel, to: str, now: float) -> str:
        """A new code; those before it are worth nothing any more."""
        code = f"{secrets.randbelow(10**6):06d}"
        self.sent = [*self.sent[-9:], Message(channel, to, code, now)]
        return code

    def to_be_seen(self, now: float) -> Message | None:
        """The newest, while it counts."""
        newest = self.sent[-1] if self.sent else None
        counts = newest and not newest.is_used and now - newest.at < LIFE_SECONDS
        return newest if counts else None

    def take(self, code: str, channels: tuple[Channel, ...], now: float) -> bool:
        """Whether this is the newest code, by one of these ways; it is used up then."""
        if not self.sent:
            return False
        newest = self.sent[-1]
        is_good = newest.channel in channels and not newest.is_used
        is_good = is_good and now - newest.at < LIFE_SECONDS and same_text(newest.code, code)
        if is_good:
            self.sent[-1] = replace(newest, is_used=True)
        return is_good


def masked_email(address: str) -> str:
    """m*****a@example.com"""
    name, _, host = address.partition("@")
    return f"{name[:1]}*****{name[-1:]}@{host}"


def masked_phone(number: str) -> str:
    """+49 *** *****12"""
    return f"{number[:3]} *** *****{number[-2:]}"


MOST_WRONG_CODES = 5
"""With one ticket; then the login has to begin anew."""
OF_AN_ACCOUNT = ("two_factor", "challenge", "profile")
"""Purposes of tickets that are handed out once it is known who logs in."""


class Tickets:
    """What the steps of a login bring back; one collection for all accounts."""

    def __init__(self, kept: list[list[str]] | None = None) -> None:
        self._owners: dict[str, str] = {each[0]: each[1] for each in kept or []}
        self._wrong: dict[str, int] = {}

    def data(self) -> list[list[str]]:
        """As JSON."""
        return sorted([ticket, owner] for ticket, owner in self._owners.items())

    def hand_out(self, purpose: str, username: str) -> str:
        """A fresh one."""
        ticket = f"{purpose}:{secrets.token_hex(24)}"
        self._owners[ticket] = username if purpose in OF_AN_ACCOUNT else ""
        return ticket

    def are_of(self, username: str, purpose: str, ticket: str) -> bool:
        """Whether this is one of ours, for this purpose, of this account or of nobody yet."""
        is_theirs = self._owners.get(ticket) in ("", username)
        return is_theirs and ticket.startswith(f"{purpose}:")

    def owner_in(self, text: str) -> str | None:
        """Whose ticket stands in a request."""
        for ticket, owner in list(self._owners.items()):
            if owner and ticket.partition(":")[2] in text:
                return owner
        return None

    def count(self, ticket: str, *, is_good: bool) -> bool:
        """A code came with it: a right one uses it up, and so do too many wrong ones."""
        self._wrong[ticket] = self._wrong.get(ticket, 0) + 1
        if is_good or self._wrong[ticket] >= MOST_WRONG_CODES:
            self._owners.pop(ticket, None)
        return is_good
