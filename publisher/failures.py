"""The words of failure: what went wrong, and what is to be done about it.

Each way to publish puts its own errors into these; they load no client library. What a doubt
means for the post:

| doubt             | the post is found | it is not                                               |
|-------------------|-------------------|---------------------------------------------------------|
| none: never left  | (not looked for)  | repeated                                                |
| REFUSED           | published         | failed, and why                                         |
| REPEATABLE        | published         | sent again                                              |
| ID_TAKEN          | published         | looked for again, then its owner is asked               |
| any other         | published         | looked for again and again; sent again only when enough |
|                   |                   | is proven: `reconcile.py`                               |
"""

from datetime import timedelta
from enum import StrEnum

from storage.causes import Cause


class FailureAction(StrEnum):
    """What the failure asks for."""

    RETRY = "retry"
    """Again after a short while."""
    BACK_OFF = "back_off"
    """The account pauses for a while, longer each time in a row."""
    LOG_IN_AGAIN = "log_in_again"
    """The session has ended: the account logs in, as a step of its own, then again."""
    HUMAN = "human"
    """The account pauses until a person has looked."""
    REJECT = "reject"
    """The post itself is at fault; never again as it is."""
    WAIT = "wait"
    """Nothing is wrong with the post: what is missing on our side comes back."""


class Reason(StrEnum):
    """Why, as a stable key: people read the sentence that belongs to it."""

    NETWORK = "network"
    PLATFORM_DOWN = "platform_down"
    TRANSCODING = "transcoding"
    RATE_LIMITED = "rate_limited"
    FEEDBACK_REQUIRED = "feedback_required"
    LOGIN_REQUIRED = "login_required"
    BAD_PASSWORD = "bad_password"  # noqa: S105 - a reason, not a password
    SECRET_KEY = "secret_key"  # noqa: S105 - the same
    """It does not open what is stored to log in with."""
    SESSION_ENDED = "session_ended"
    """Of a browser, so that nobody can log in anew but a person."""
    OTHER_ACCOUNT = "other_account"
    """The session that was given belongs to another one."""
    TWO_FACTOR = "two_factor"
    """A code, and the platform does not say of which kind."""
    AUTHENTICATOR = "authenticator"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL_CHALLENGE = "email_challenge"
    SMS_CHALLENGE = "sms_challenge"
    WRONG_CODE = "wrong_code"
    CHALLENGE = "challenge"
    """To be confirmed in the platform's own app."""
    CONSENT = "consent"
    """New terms and the like, to be accepted in the platform's own app."""
    SELFIE = "selfie"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the same
    LOGIN_INTERRUPTED = "login_interrupted"
    """The password was sent, and nobody knows what came of it."""
    SUSPENDED = "suspended"
    PROXY_BLOCKED = "proxy_blocked"
    PROXY_UNREACHABLE = "proxy_unreachable"
    """Found at the start: nothing listens at its address."""
    UPGRADE_NEEDED = "upgrade_needed"
    ASPECT_RATIO = "aspect_ratio"
    CAPTION_REFUSED = "caption_refused"
    MEDIA_REFUSED = "media_refused"
    MEDIA_MISSING = Cause.MEDIA_MISSING
    MEDIA_DAMAGED = Cause.MEDIA_DAMAGED
    MEDIA_AWAY = Cause.MEDIA_AWAY
    MEDIA_COMING = Cause.MEDIA_COMING
    DISK_FULL = Cause.DISK_FULL
    OWN_FAULT = "own_fault"
    """Something on our side, which nobody foresaw."""
    REFUSED = "refused"
    REPLY_LOST = "reply_lost"
    UNCLEAR = "unclear"
    """The platform has answered, and the answer does not tell whether it is live."""
    NEEDS_UPLOAD = "needs_upload"
    """The platform no longer has the bytes."""
    ID_TAKEN = Cause.ID_TAKEN
    LOOKS_ALIKE = "looks_alike"
    """Something on the profile may be it, and nothing proves it."""
    INTERRUPTED = Cause.INTERRUPTED
    VANISHED = Cause.VANISHED
    COLLISION = "collision"
    """Found by a preflight check: two posts of one account in one minute."""
    ON_REQUEST = Cause.ON_REQUEST
    PAUSED = Cause.PAUSED
    LATE = Cause.LATE
    NOT_POSTED = Cause.NOT_POSTED
    UNKNOWN = "unknown"


REFUSED = frozenset({Reason.ASPECT_RATIO, Reason.CAPTION_REFUSED, Reason.MEDIA_REFUSED})
"""Doubts that name a fault of the post: if it is not there, it has failed."""
REPEATABLE = frozenset({Reason.TRANSCODING, Reason.NEEDS_UPLOAD})
"""Doubts that say that nothing could be published yet: if it is not there, it is sent again."""


class PublishError(Exception):
    """A post could not be published; `detail` is free of secrets and fit for a log.

    `pause` is what the platform asks to wait at least, where it says so.
    With a `doubt` the post may be live, whatever else has to be done.
    """

    def __init__(
        self,
        action: FailureAction,
        reason: Reason,
        detail: str = "",
        pause: timedelta | None = None,
        doubt: Reason | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.action, self.reason, self.detail = action, reason, detail
        self.pause, self.doubt = pause, doubt
