"""What would keep a post from being published, found out while it can still be mended."""

from collections.abc import Callable
from datetime import timedelta

from publisher.content import checked_caption_of
from publisher.destination import Destination
from publisher.failures import FailureAction, PublishError, Reason
from storage.models import Post
from storage.preflight import Preflight

SAME_MINUTE = timedelta(minutes=1)

TRANSIENT = frozenset({FailureAction.RETRY, FailureAction.LOG_IN_AGAIN})
"""What an hour from now is most likely over."""


def check_ahead(
    post: Post, *, preflight: Preflight, destination: Destination, mend: Callable[[Post], None]
) -> tuple[list[Reason], PublishError | None]:
    """(all that is wrong, what the platform said of the session if it was no)."""
    reasons: list[Reason] = []
    refusal: PublishError | None = None
    try:
        checked_caption_of(post, destination.rules)
        mend(post)
    except PublishError as error:
        reasons.append(error.reason)
    try:
        destination.check_session()
    except PublishError as error:
        refusal = error
        if error.action not in TRANSIENT:
            reasons.append(error.reason)
    if preflight.collides(post, SAME_MINUTE):
        reasons.append(Reason.COLLISION)
    return reasons, refusal
