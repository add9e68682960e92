"""From the client's exceptions to our words of failure: the one table.

What they leave in doubt about a post that was being published stands in `outcome.py`.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parsedate_to_datetime

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
    (re.compile("(challenge|checkpoint)_required"), HUMAN_CHALLENGE),
    (re.compile("consent_required"), (FailureAction.HUMAN, Reason.CONSENT)),
    (
        re.compile("login_required|user_has_logged_out"),
        (FailureAction.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED),
    ),
    (
        re.compile("feedback_required|sentry_block"),
        (FailureAction.BACK_OFF, Reason.FEEDBACK_REQUIRED),
    ),
    (
        re.compile("wait a few minutes|rate_limit_error", re.I),
        (FailureAction.BACK_OFF, Reason.RATE_LIMITED),
    ),
]
"""What Instagram writes, with any status, about the account rather than a post."""

REDIRECTIONS: list[tuple[re.Pattern[str], Verdict]] = [
    (re.compile("suspended|disabled"), (FailureAction.HUMAN, Reason.SUSPENDED)),
    (re.compile("challenge|checkpoint"), HUMAN_CHALLENGE),
    (re.compile("consent|terms"), (FailureAction.HUMAN, Reason.CONSENT)),
    (re.compile("login"), (FailureAction.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED)),
]
"""Pages for people to which Instagram redirects instead of answering. Any other is a fault."""

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

VAGUE = (200, 404)
"""Statuses that speak of no fault of the request's, whatever the reply says besides."""
SORRY = re.compile("try again|something went wrong", re.I)
"""What Instagram writes of a fault of its own."""

HTTP_ACCEPTED = 202
"""HTTP: "not acted upon yet", with which Instagram says that it is still transcoding."""
HTTP_REQUEST_TIMEOUT = 408
LONGEST_WAIT = timedelta(days=7)
"""Anything longer is a mistake, and nobody would wait for it."""
MAX_DETAIL_CHARACTERS = 300
QUERY = re.compile(r"\?\S+")


def classify(
    error: Exception, secrets: Iterable[str] = (), *, sends_post: bool = False
) -> PublishError:
    """What an exception means for us, as long as nothing was published.

    Args:
        sends_post: whether anything of a post was sent, which then may be at fault.
    """
    action, reason = _verdict(error)
    if action is FailureAction.REJECT and not sends_post:
        action, reason = FailureAction.RETRY, Reason.UNKNOWN
    pause = _asked_for(error) if action in (FailureAction.BACK_OFF, FailureAction.RETRY) else None
    return PublishError(action, reason, _detail(error, secrets), pause)


def is_transcoding(error: Exception) -> bool:
    """Whether Instagram asks to come again once the video is transcoded (HTTP 202)."""
    return _status(error) == HTTP_ACCEPTED or _verdict(error)[1] is Reason.TRANSCODING


def _verdict(error: Exception) -> Verdict:
    if isinstance(error, requests.TooManyRedirects):
        place = str(getattr(error.response, "headers", {}).get("Location", ""))
        return next((verdict for page, verdict in REDIRECTIONS if page.search(place)), DOWN)
    for kind, verdict in TABLE:
        if isinstance(error, kind):
            return verdict
    if isinstance(error, KeyError) and error.args == ("challenge",):
        return HUMAN_CHALLENGE  # instagrapi stumbles over a challenge without its envelope
    if isinstance(error, ig.ClientError):
        return _by_reply(_status(error), _told(error), is_its_own=_is_its_own(error))
    return FailureAction.RETRY, Reason.UNKNOWN


def _by_reply(status: int | None, told: str, *, is_its_own: bool) -> Verdict:
    """Judge by what Instagram answered; uploads that failed carry their reply, too.

    Args:
        is_its_own: whether Instagram speaks, not a proxy or an error page on the way there.
    """
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
        return FailureAction.HUMAN, Reason.LOGIN_REQUIRED
    if not is_its_own:
        return DOWN
    for pattern, verdict in REFUSALS:
        if pattern.search(told):
            return verdict
    is_vague = status in VAGUE or SORRY.search(told)
    return (
        (FailureAction.RETRY, Reason.UNKNOWN)
        if is_vague
        else (FailureAction.REJECT, Reason.REFUSED)
    )


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status is None and isinstance(error, ig.UnknownError):
        return 400  # instagrapi raises it for nothing else, and drops the response
    return status


def _is_its_own(error: Exception) -> bool:
    """Instagram answers in JSON; of some refusals the client drops the reply."""
    response = getattr(error, "response", None)
    if response is None:
        return True
    try:
        return isinstance(response.json(), dict)
    except ValueError:
        return False


def _told(error: Exception) -> str:
    response = getattr(error, "response", None)
    return f"{error} {getattr(response, 'text', '')}"


def _asked_for(error: Exception) -> timedelta | None:
    """The wait that Instagram asks for in a header, if it does (RFC 9110, 10.2.3)."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("Retry-After", "")).strip()
    if re.fullmatch(r"\d{1,9}", told, re.ASCII):
        wait = timedelta(seconds=int(told))
    else:
        try:
            wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers["Date"])
        except (KeyError, OverflowError, TypeError, ValueError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _detail(error: Exception, secrets: Iterable[str]) -> str:
    text = QUERY.sub("", Redactor(secrets)(f"{type(error).__name__}: {error}"))
    return text[:MAX_DETAIL_CHARACTERS].replace("\0", "")
