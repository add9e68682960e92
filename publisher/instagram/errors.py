"""From the client's exceptions to our words of failure: the one table.

What they leave in doubt about a post that was being published stands in `outcome.py`.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

import requests
from instagrapi import exceptions as ig

from publisher.failures import FailureAction, PublishError, Reason
from publisher.redaction import Redactor

Verdict = tuple[FailureAction, Reason]

HUMAN_CHALLENGE = (FailureAction.HUMAN, Reason.CHALLENGE)
NETWORK = (FailureAction.RETRY, Reason.NETWORK)
DOWN = (FailureAction.RETRY, Reason.PLATFORM_DOWN)

TABLE: list[tuple[type[BaseException], Verdict]] = [
    # Accounts: most specific first, since instagrapi derives them from each other.
    (ig.AccountSuspended, (FailureAction.HUMAN, Reason.SUSPENDED)),
    (ig.BadPassword, (FailureAction.HUMAN, Reason.BAD_PASSWORD)),
    (ig.BadCredentials, (FailureAction.HUMAN, Reason.BAD_PASSWORD)),
    (ig.TwoFactorRequired, (FailureAction.HUMAN, Reason.TWO_FACTOR)),
    (ig.ReloginAttemptExceeded, (FailureAction.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ChallengeSelfieCaptcha, (FailureAction.HUMAN, Reason.SELFIE)),
    (ig.LegacyForceSetNewPasswordForm, (FailureAction.HUMAN, Reason.PASSWORD_RESET)),
    (ig.ChallengeError, HUMAN_CHALLENGE),
    (ig.SentryBlock, (FailureAction.BACK_OFF, Reason.FEEDBACK_REQUIRED)),
    (ig.FeedbackRequired, (FailureAction.BACK_OFF, Reason.FEEDBACK_REQUIRED)),
    (ig.PleaseWaitFewMinutes, (FailureAction.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.RateLimitError, (FailureAction.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.ClientThrottledError, (FailureAction.BACK_OFF, Reason.RATE_LIMITED)),
    (ig.ProxyAddressIsBlocked, (FailureAction.HUMAN, Reason.PROXY_BLOCKED)),
    (ig.LoginRequired, (FailureAction.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED)),
    (ig.ClientLoginRequired, (FailureAction.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED)),
    (ig.ClientUnauthorizedError, (FailureAction.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ClientForbiddenError, (FailureAction.HUMAN, Reason.LOGIN_REQUIRED)),
    (ig.ClientNeedsUpgradeError, (FailureAction.HUMAN, Reason.UPGRADE_NEEDED)),
    # The post.
    (ig.VideoTooLongException, (FailureAction.REJECT, Reason.MEDIA_REFUSED)),
    (ig.AlbumUnknownFormat, (FailureAction.REJECT, Reason.MEDIA_REFUSED)),
    # The way there and back.
    (ig.ClientConnectionError, NETWORK),
    (ig.ClientIncompleteReadError, NETWORK),
    (ig.ClientRequestTimeout, NETWORK),
    (ig.ClientJSONDecodeError, DOWN),
    (requests.RequestException, NETWORK),
    (OSError, (FailureAction.RETRY, Reason.OWN_FAULT)),
]
"""Exception -> (action, reason). What is not here is judged by its reply; see `_by_reply`."""

NEEDS_REUPLOAD = "media_needs_reupload"
"""Instagram's word, with HTTP 200, for bytes that it no longer has: nothing was published."""

ACCOUNT_TROUBLE: list[tuple[re.Pattern[str], Verdict]] = [
    (re.compile("challenge_required"), HUMAN_CHALLENGE),
    (
        re.compile("feedback_required|sentry_block"),
        (FailureAction.BACK_OFF, Reason.FEEDBACK_REQUIRED),
    ),
    (
        re.compile("wait a few minutes|rate_limit_error", re.I),
        (FailureAction.BACK_OFF, Reason.RATE_LIMITED),
    ),
]
"""What Instagram writes, under any status, when it is the account that has to rest."""

REFUSALS: list[tuple[re.Pattern[str], Verdict]] = [
    (re.compile("transcode not finished", re.I), (FailureAction.RETRY, Reason.TRANSCODING)),
    (re.compile(NEEDS_REUPLOAD), (FailureAction.RETRY, Reason.NEEDS_UPLOAD)),
    (re.compile("PartialRequestError"), (FailureAction.RETRY, Reason.NETWORK)),
    (re.compile("check the .*code", re.I), (FailureAction.HUMAN, Reason.WRONG_CODE)),
    (re.compile("aspect ratio", re.I), (FailureAction.REJECT, Reason.ASPECT_RATIO)),
    (re.compile("caption|hashtag", re.I), (FailureAction.REJECT, Reason.CAPTION_REFUSED)),
    (
        re.compile("video|image|photo|media|transcode|process", re.I),
        (FailureAction.REJECT, Reason.MEDIA_REFUSED),
    ),
]
"""What Instagram writes when it refuses an upload or a login -> (action, reason), first match."""

HTTP_ACCEPTED = 202
"""HTTP: "not acted upon yet", with which Instagram says that it is still transcoding."""
HTTP_REQUEST_TIMEOUT = 408
MAX_DETAIL_CHARACTERS = 300
QUERY = re.compile(r"\?\S+")


def classify(error: Exception, secrets: Iterable[str] = ()) -> PublishError:
    """What an exception means for us, as long as nothing was published."""
    action, reason = _verdict(error)
    pause = _asked_for(error) if action in (FailureAction.BACK_OFF, FailureAction.RETRY) else None
    return PublishError(action, reason, _detail(error, secrets), pause)


def is_transcoding(error: Exception) -> bool:
    """Whether Instagram asks to come again once the video is transcoded (HTTP 202)."""
    return _status(error) == HTTP_ACCEPTED or _verdict(error)[1] is Reason.TRANSCODING


def _verdict(error: Exception) -> Verdict:
    for kind, verdict in TABLE:
        if isinstance(error, kind):
            return verdict
    if isinstance(error, KeyError) and error.args == ("challenge",):
        return HUMAN_CHALLENGE  # instagrapi stumbles over a challenge without its envelope
    if isinstance(error, ig.ClientError):
        return _by_reply(_status(error), _told(error))
    return FailureAction.RETRY, Reason.UNKNOWN


def _by_reply(status: int | None, told: str) -> Verdict:
    """Judge by what Instagram answered; uploads that failed carry their reply, too."""
    if status is None or status == HTTP_REQUEST_TIMEOUT:
        return NETWORK
    if status >= 500:
        return DOWN
    if status == 429:
        return FailureAction.BACK_OFF, Reason.RATE_LIMITED
    for pattern, verdict in ACCOUNT_TROUBLE:
        if pattern.search(told):
            return verdict
    if status in (401, 403):
        again = "login_required" in told
        return (FailureAction.LOG_IN_AGAIN if again else FailureAction.HUMAN), Reason.LOGIN_REQUIRED
    for pattern, verdict in REFUSALS:
        if pattern.search(told):
            return verdict
    return (
        (FailureAction.RETRY, Reason.UNKNOWN)
        if status == 404
        else (FailureAction.REJECT, Reason.REFUSED)
    )


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
    return text[:MAX_DETAIL_CHARACTERS].replace("\0", "")
