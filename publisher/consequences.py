"""What follows from a failure: what becomes of the post, and whether its account pauses."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from publisher.failures import FailureAction, PublishError, Reason
from publisher.health.counts import Counts
from storage.accounts import Accounts
from storage.lease import Lease, LeaseLostError
from storage.lifecycle import Status
from storage.login_work import LoginWorkers
from storage.models import Post
from storage.outcomes import Outcomes, lease_of

MAX_RETRIES = 5
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
"""Where a fault of the platform's own is to pass later than that, as a proxy's page may say, we
look before."""
JITTER = 0.2
"""A fifth up or down, so that posts which failed together do not return together."""

BACK_OFFS: Mapping[Reason, Sequence[timedelta]] = {
    Reason.RATE_LIMITED: [timedelta(hours=hours) for hours in (1, 2, 6, 24)],
    Reason.FEEDBACK_REQUIRED: [timedelta(hours=hours) for hours in (24, 48, 96)],
}
"""How long an account rests, the first time in a row, the second, ...; then a person decides.

"Please wait a few minutes" means an hour to instagrapi, an action block 12 hours or until the day
that Instagram names (subzeroid.github.io/instagrapi, "Handle Exceptions", read in November 2026);
that it grows is ours: who asks again too soon is blocked for longer.
"""


def next_attempt(retry_count: int, random: Callable[[], float]) -> timedelta | None:
    """How long to wait after `retry_count` earlier retries: 1, 2, 4, 8, 16 minutes; then None.

    Args:
        random: returns a number from 0 to 1.
    """
    if retry_count >= MAX_RETRIES:
        return None
    spread: float = 1 + JITTER * (2 * random() - 1)
    return FIRST_DELAY * float(2**retry_count) * spread


class Consequences:
    """For one account.

    Args:
        random: returns a number from 0 to 1.
    """

    def __init__(
        self,
        account_id: int,
        outcomes: Outcomes,
        accounts: Accounts,
        logins: LoginWorkers,
        random: Callable[[], float],
        counts: Counts,
    ) -> None:
        self._account_id, self._random, self._counts = account_id, random, counts
        self._outcomes, self._accounts, self._logins = outcomes, accounts, logins
        self.calls_for_login = False
        """Whether the session was found to have ended."""

    def outcome(self, post: Post, error: PublishError) -> Callable[[], None]:
        """What becomes of the post: by what is in doubt, else by what the failure asks for."""
        told: dict[str, Any] = {
            "error_class": error.doubt or error.reason,
            "error_message": error.detail or error.reason,
        }
        if error.doubt is not None:
            pauses = self.rest_if_asked(error, lease_of(post))
            self._counts.count("in_doubt")
            return partial(self._outcomes.mark_unconfirmed, post, unreadable=pauses, **told)
        match error.action:
            case FailureAction.REJECT:
                self._counts.count("failed")
                return partial(self._outcomes.reject, post, **told)
            case FailureAction.RETRY:
                delay = next_attempt(post.retry_count, self._random)
                self._counts.count("failed" if delay is None else "retried")
                if delay is None:
                    return partial(self._outcomes.reject, post, **told)
                delay = max(delay, min(error.pause or delay, LONGEST_DELAY))
                return partial(self._outcomes.retry_later, post, delay=delay, **told)
            case FailureAction.WAIT:
                self._counts.count("waits")
                return partial(self._outcomes.wait_for_us, post, **told)
            case FailureAction.LOG_IN_AGAIN | FailureAction.BACK_OFF | FailureAction.HUMAN:
                self.rest_if_asked(error, lease_of(post), waiting=post.id)
                self._counts.count("handed_back")
                return partial(self._outcomes.hand_back, post)

    def rest_if_asked(self, error: PublishError, lease: Lease, waiting: int | None = None) -> bool:
        """The account pauses if it must; the owner of the post that was `waiting` hears of it.

        If its session has ended, it logs in next. Raises LeaseLostError.
        """
        told: dict[str, Any] = {"reason": error.reason, "waiting": waiting}
        match error.action:
            case FailureAction.BACK_OFF:
                least = error.pause or timedelta(0)
                spans = BACK_OFFS[error.reason]
                self._accounts.back_off(self._account_id, spans=spans, at_least=least, **told)
            case FailureAction.HUMAN:
                self._accounts.pause(self._account_id, span=None, **told)
            case FailureAction.LOG_IN_AGAIN:
                self._logins.session_lost(lease, Reason.LOGIN_REQUIRED)
                self.calls_for_login = True
                return False
            case _:
                return False
        return True

    def settle_hanging(self, post: Post) -> None:
        """Its deadline has passed while it may have been sent, or not."""
        told: dict[str, Any] = {
            "error_class": Reason.NETWORK,
            "error_message": "the deadline has passed",
        }
        delay = next_attempt(post.retry_count, self._random)
        doubt = partial(
            self._outcomes.mark_unconfirmed, post, **{**told, "error_class": Reason.REPLY_LOST}
        )
        unsent = frozenset({Status.CLAIMED})
        again = (
            partial(self._outcomes.reject, post, held=unsent, **told)
            if delay is None
            else partial(self._outcomes.retry_later, post, delay=delay, held=unsent, **told)
        )
        for settle in (doubt, again, doubt):  # it may be committed between the first two
            with suppress(LeaseLostError):
                settle()
                return
