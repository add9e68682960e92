"""What would keep a post from being published, found out while it can still be mended."""

from datetime import timedelta

from publisher.content import checked_caption_of
from publisher.destination import Destination
from publisher.failures import FailureAction, PublishError, Reason
from publisher.mend import mend
from publisher.stores import Stores
from storage.models import Post

SAME_MINUTE = timedelta(minutes=1)

TRANSIENT = frozenset({FailureAction.RETRY, FailureAction.LOG_IN_AGAIN})
"""What an hour from now is most likely over."""


def check_ahead(
    post: Post, stores: Stores, destination: Destination
) -> tuple[list[Reason], PublishError | None]:
    """(all that is wrong, what the platform said of the session if it was no)."""
    reasons: list[Reason] = []
    refusal: PublishError | None = None
    try:
        checked_caption_of(post, destination.rules)
        mend(post, stores)
    except PublishError as error:
        if error.reason is not Reason.MEDIA_COMING:
            reasons.append(error.reason)
    try:
        destination.check_session()
    except PublishError as error:
        refusal = error
        if error.action not in TRANSIENT:
            reasons.append(error.reason)
    if stores.preflight.collides(post, SAME_MINUTE):
        reasons.append(Reason.COLLISION)
    return reasons, refusal
