"""What logging in goes by: secrets, sessions, codes, and what stands in the way."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import Literal

from bot.sandbox.instagram.codes import Channel, Codes, Tickets
from bot.sandbox.instagram.passwords import matching_step

TwoFactor = Literal["totp", "sms", "whatsapp"]
Checkpoint = Literal[
    "email", "sms", "profile_email", "profile_sms", "app", "selfie", "password_reset", "suspended"
]
"""What stands between a right password and a session: a code, or something to do in the app."""


class LoginState:
    """One account's. Methods may be called from any thread."""

    def __init__(
        self,
        username: str,
        password: str,
        totp_secret: str | None,
        two_factor: Literal["sms", "whatsapp"] | None,
        clock: Callable[[], float],
    ) -> None:
        self.username = username
        self.password = password
        self.totp_secret = totp_secret
        self.sent_two_factor = two_factor
        self.clock = clock
        self.phone, self.email = "+49 151 23456712", f"{username[:1]}.owner@example.com"
        self.checkpoint: Checkpoint | None = None
        self.takes_current_login = True
        """Else it sends clients on to the login as it was before the screens."""
        self.logins = 0
        self.password_attempts = 0
        self.sessions: set[str] = set()
        self.codes = Codes()
        self._tickets = Tickets()
        self._used_totp: set[tuple[str | None, int]] = set()
        self._lock = threading.RLock()

    @property
    def user_id(self) -> int:
        """The account's number, always the same for one name."""
        return 10**9 + int(hashlib.sha256(self.username.encode()).hexdigest()[:10], 16)

    @property
    def two_factor(self) -> TwoFactor | None:
        """What a login is asked besides the password."""
        return "totp" if self.totp_secret else self.sent_two_factor

    def browser_session(self) -> str:
        """A session that the account's owner has opened in a browser."""
        session = self.open_session()
        self.logins -= 1
        return session

    def set_checkpoint(self, checkpoint: Checkpoint | None) -> None:
        """What the next login runs into; None once its owner has done in the app what it takes."""
        with self._lock:
            self.checkpoint = checkpoint
            self._changed()

    @property
    def newest_code(self) -> str:
        """What has arrived last; '' if nothing has."""
        return self.codes.sent[-1].code if self.codes.sent else ""

    def send_code(self, channel: Channel) -> None:
        """A code for the account's owner."""
        with self._lock:
            to = self.email if channel == "email" else self.phone
            self.codes.send(channel, to, self.clock())
            self._changed()

    def take_code(self, ticket: str, code: str, *channels: Channel) -> bool:
        """Whether the code that was sent is this one; too many wrong ones use the ticket up."""
        with self._lock:
            is_good = self.codes.take(code, channels, self.clock())
            self._changed()
            return self._tickets.count(ticket, is_good=is_good)

    def take_totp(self, ticket: str, code: str) -> bool:
        """The same for an authenticator's, of which each counts once."""
        with self._lock:
            step = matching_step(self.totp_secret or "", code, self.clock())
            is_good = step is not None and (self.totp_secret, step) not in self._used_totp
            if step is not None:
                self._used_totp.add((self.totp_secret, step))
            self._changed()
            return self._tickets.count(ticket, is_good=is_good)

    def open_session(self) -> str:
        """A new session id, valid until revoked."""
        session = f"{self.user_id}%3A{secrets.token_hex(7)}%3A{secrets.randbelow(30)}"
        with self._lock:
            self.sessions.add(session)
            self.logins += 1
            self._changed()
        return session

    def close_session(self, session: str) -> None:
        """One session logs out."""
        with self._lock:
            self.sessions.discard(session)
            self._changed()

    def revoke_sessions(self) -> None:
        """All sessions end, as after a change of password in the app."""
        with self._lock:
            self.sessions.clear()
            self._changed()

    def change_password(self, password: str) -> None:
        """In the app; all sessions end by it."""
        self.password = password
        self.revoke_sessions()

    def hand_out(self, purpose: str) -> str:
        """An opaque ticket that a later step of the login must bring back."""
        with self._lock:
            ticket = self._tickets.hand_out(purpose, self.username)
            self._changed()
        return ticket

    def handed_out(self, purpose: str, ticket: str) -> bool:
        """Whether this is a ticket of ours, for this purpose."""
        with self._lock:
            return self._tickets.are_of(self.username, purpose, ticket)

    def _changed(self) -> None:
        """Whoever looks is told, and it is written down."""
        raise NotImplementedError
