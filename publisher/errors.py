"""From the client's exceptions to what is to be done: the one table.

What they leave in doubt about a post that was being published stands in `outcome.py`.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

import requests
from instagrapi import exceptions as ig

from publisher.redaction import Redactor


class Remedy(StrEnum):
    """What the failure asks for."""

    RETRY = "retry"
    """Again after a short while."""
    BACK_OFF = "back_off"
    """The account pauses for a while."""
    LOG_IN_AGAIN = "log_in_again"
    """The session has ended: one login, then again."""
    HUMAN = "human"
    """The account pauses until a person has looked."""
    REJECT = "reject"
    """The post itself is at fault; never again as it is."""
    WAIT = "wait"
    """Nothing is wrong with the post: what is missing on our side comes back."""


class Reason(StrEnum):
    """Why, as a stable key: people read the sentence that belongs to it."""

    NETWORK = "network"
    INSTAGRAM_DOWN = "instagram_down"
    TRANSCODING = "transcoding"
    RATE_LIMITED = "rate_limited"
    FEEDBACK_REQUIRED = "feedback_required"
    LOGIN_REQUIRED = "login_required"
    BAD_PASSWORD = "bad_password"  # noqa: S105 - a reason, not a password
    TWO_FACTOR = "two_factor"
    CHALLENGE = "challenge"
    SUSPENDED = "suspended"
    PROXY_BLOCKED = "proxy_blocked"
    UPGRADE_NEEDED = "upgrade_needed"
    ASPECT_RATIO = "aspect_ratio"
    CAPTION_REFUSED = "caption_refused"
    MEDIA_REFUSED = "media_refused"
    MEDIA_MISSING = "media_missing"
    MEDIA_DAMAGED = "media_damaged"
    """A file is not what was stored, and cannot be made again."""
    MEDIA_AWAY = "media_away"
    """The media folder is not there: not mounted, most likely."""
    OWN_FAULT = "own_fault"
    """Something on our side, which nobody foresaw."""
    REFUSED = "refused"
    REPLY_LOST = "reply_lost"
    UNCLEAR = "unclear"
    """Instagram has answered, and the answer does not tell whether it is live."""
    NEEDS_UPLOAD = "needs_upload"
    """Instagram no longer has the bytes."""
    ID_TAKEN = "id_taken"
    """Instagram knows the upload id already: of this very post, most likely."""
    LOOKS_ALIKE = "looks_alike"
    """Something on the profile may be it, and nothing proves it."""
    INTERRUPTED = "interrupted"
    """Written by `storage.queue.Queue.rescue`."""
    VANISHED = "vanished"
    """Written by `storage.reconciliation.Reconciliation.vanished`."""
    COLLISION = "collision"
    """Found by a rehearsal: two posts of one account in one minute."""
    PAUSED = "paused"
    """Written by `storage.ahead.Ahead.tell_of_pauses`."""
    LATE = "late"
    """Written by `storage.ahead.Ahead.set_aside_late`."""
    UNKNOWN = "unknown"


class PublishError(Exception):
    """A post could not be published; `detail` is free of secrets and fit for a log.

    `pause` is how long the account rests, or, for RETRY, what Instagram asks to wait at least.
    With a `doubt` the post may be live, whatever else has to be done: see `outcome.py`.
    """

    def __init__(
        self,
        remedy: Remedy,
        reason: Reason,
        detail: str = "",
        pause: timedelta | None = None,
        doubt: Reason | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.remedy, self.reason, self.detail = remedy, reason, detail
        self.pause, self.doubt = pause, doubt


Verdict = tuple[Remedy, Reason]

HUMAN_CHALLENGE = (Remedy.HUMAN, Reason.CHALLENGE)
NETWORK = (Remedy.RETRY, Reason.NETWORK)
DOWN = (Remedy.RETRY, Reason.INSTAGRAM_DOWN)

TABLE: list[tuple[type[BaseException], Verdict]] = [
    # Accounts: most specific first, since instagrapi derives them from each other.
    (ig.AccountSuspended, (Remedy.HUMAN, Reason.SUSPENDED)),
    (ig.BadPassword, (Remedy.HUMAN, Reason.BAD_PASSWORD)),
    (ig.BadCredentials, (Remedy.HUMAN, Reason.BAD_PASSWORD)),
    (ig.TwoFactorRequired, (Remedy.HUMAN, Reason.TWO_FACTOR)),
    (ig.ReloginAttemptExceeded, (Remedy.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ChallengeError, HUMAN_CHALLENGE),
    (ig.SentryBlock, (Remedy.BACK_OFF, Reason.FEEDBACK_REQUIRED)),
    (ig.FeedbackRequired, (Remedy.BACK_OFF, Reason.FEEDBACK_REQUIRED)),
    (ig.PleaseWaitFewMinutes, (Remedy.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.RateLimitError, (Remedy.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.ClientThrottledError, (Remedy.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.ProxyAddressIsBlocked, (Remedy.HUMAN, Reason.PROXY_BLOCKED)),
    (ig.LoginRequired, (Remedy.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED)),
    (ig.ClientLoginRequired, (Remedy.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED)),
    (ig.ClientUnauthorizedError, (Remedy.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ClientForbiddenError, (Remedy.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ClientNeedsUpgradeError, (Remedy.HUMAN, Reason.UPGRADE_NEEDED)),
    # The post.
    (ig.VideoTooLongException, (Remedy.REJECT, Reason.MEDIA_REFUSED)),
    (ig.AlbumUnknownFormat, (Remedy.REJECT, Reason.MEDIA_REFUSED)),
    # The way there and back.
    (ig.ClientConnectionError, NETWORK),
    (ig.ClientIncompleteReadError, NETWORK),
    (ig.ClientRequestTimeout, NETWORK),
    (ig.ClientJSONDecodeError, DOWN),
    (requests.RequestException, NETWORK),
    (OSError, (Remedy.RETRY, Reason.OWN_FAULT)),
]
"""Exception -> (remedy, reason). What is not here is judged by its reply; see `_by_reply`."""

PAUSES = {
    Reason.RATE_LIMITED: timedelta(hours=1),
    Reason.FEEDBACK_REQUIRED: timedelta(hours=24),
}
"""How long the account rests; for "feedback_required" Instagram's own blocks last a day or more."""

NEEDS_REUPLOAD = "media_needs_reupload"
"""Instagram's word, with HTTP 200, for bytes that it no longer has: nothing was published."""

ACCOUNT_TROUBLE: list[tuple[re.Pattern[str], Verdict]] = [
    (re.compile("challenge_required"), HUMAN_CHALLENGE),
    (re.compile("feedback_required|sentry_block"), (Remedy.BACK_OFF, Reason.FEEDBACK_REQUIRED)),
    (
        re.compile("wait a few minutes|rate_limit_error", re.I),
        (Remedy.BACK_OFF, Reason.RATE_LIMITED),
    ),
]
"""What Instagram writes, under any status, when it is the account that has to rest."""

REFUSALS: list[tuple[re.Pattern[str], Verdict]] = [
    (re.compile("transcode not finished", re.I), (Remedy.RETRY, Reason.TRANSCODING)),
    (re.compile(NEEDS_REUPLOAD), (Remedy.RETRY, Reason.NEEDS_UPLOAD)),
    (re.compile("PartialRequestError"), (Remedy.RETRY, Reason.NETWORK)),
    (re.compile("check the .*code", re.I), (Remedy.HUMAN, Reason.TWO_FACTOR)),
    (re.compile("aspect ratio", re.I), (Remedy.REJECT, Reason.ASPECT_RATIO)),
    (re.compile("caption|hashtag", re.I), (Remedy.REJECT, Reason.CAPTION_REFUSED)),
    (
        re.compile("video|image|photo|media|transcode|process", re.I),
        (Remedy.REJECT, Reason.MEDIA_REFUSED),
    ),
]
"""What Instagram writes when it refuses an upload or a login -> (remedy, reason), first match."""

ACCEPTED = 202
"""HTTP: "not acted upon yet", with which Instagram says that it is still transcoding."""
TIMED_OUT = 408
MAX_DETAIL = 300
QUERY = re.compile(r"\?\S+")


def classify(error: Exception, secrets: Iterable[str] = ()) -> PublishError:
    """What an exception means for us, as long as nothing was published."""
    remedy, reason = _verdict(error)
    pause = _asked_for(error) if remedy in (Remedy.BACK_OFF, Remedy.RETRY) else None
    if remedy is Remedy.BACK_OFF:
        pause = pause or PAUSES[reason]
    return PublishError(remedy, reason, _detail(error, secrets), pause)


def is_transcoding(error: Exception) -> bool:
    """Whether Instagram asks to come again once the video is transcoded (HTTP 202)."""
    return _status(error) == ACCEPTED or _verdict(error)[1] is Reason.TRANSCODING


def _verdict(error: Exception) -> Verdict:
    for kind, verdict in TABLE:
        if isinstance(error, kind):
            return verdict
    if isinstance(error, KeyError) and error.args == ("challenge",):
        return HUMAN_CHALLENGE  # instagrapi stumbles over a challenge without its envelope
    if isinstance(error, ig.ClientError):
        return _by_reply(_status(error), _told(error))
    return Remedy.RETRY, Reason.UNKNOWN


def _by_reply(status: int | None, told: str) -> Verdict:
    """Judge by what Instagram answered; uploads that failed carry their reply, too."""
    if status is None or status == TIMED_OUT:
        return NETWORK
    if status >= 500:
        return DOWN
    if status == 429:
        return Remedy.BACK_OFF, Reason.RATE_LIMITED
    for pattern, verdict in ACCOUNT_TROUBLE:
        if pattern.search(told):
            return verdict
    if status in (401, 403):
        again = "login_required" in told
        return (Remedy.LOG_IN_AGAIN if again else Remedy.HUMAN), Reason.LOGIN_REQUIRED
    for pattern, verdict in REFUSALS:
        if pattern.search(told):
            return verdict
    return (Remedy.RETRY, Reason.UNKNOWN) if status == 404 else (Remedy.REJECT, Reason.REFUSED)


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status is None and isinstance(error, ig.UnknownError):
        return 400  # instagrapi raises it for nothing else, and drops the response
    return status


def _told(error: Exception) -> str:
    response = getattr(error, "response", None)
    return f"{error} {getattr(response, 'text', '')}"


def _asked_for(error: Exception) -> timedelta | None:
    """The wait that Instagram asks for in a header, if it does."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else None


def _detail(error: Exception, secrets: Iterable[str]) -> str:
    text = QUERY.sub("", Redactor(secrets)(f"{type(error).__name__}: {error}"))
    return text[:MAX_DETAIL].replace("\0", "")
