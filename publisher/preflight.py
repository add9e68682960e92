"""What would keep a post from being published, found out while it can still be mended."""

from collections.abc import Callable
from datetime import timedelta

from publisher.errors import PublishError, Reason, Remedy
from publisher.instagram import Instagram
from publisher.publish import checked_caption_of
from storage.ahead import Ahead
from storage.models import Post

SAME_MINUTE = timedelta(minutes=1)

PASSING = frozenset({Remedy.RETRY, Remedy.LOG_IN_AGAIN})
"""What an hour from now is most likely over."""


def rehearse(
    post: Post, *, ahead: Ahead, instagram: Instagram, mend: Callable[[Post], None]
) -> tuple[list[Reason], PublishError | None]:
    """(all that is wrong, what Instagram said of the session if it was no)."""
    reasons: list[Reason] = []
    refusal: PublishError | None = None
    try:
        checked_caption_of(post, instagram.max_hashtags)
        mend(post)
    except PublishError as error:
        reasons.append(error.reason)
    try:
        instagram.ensure_session()
    except PublishError as error:
        refusal = error
        if error.remedy not in PASSING:
            reasons.append(error.reason)
    if ahead.collides(post, SAME_MINUTE):
        reasons.append(Reason.COLLISION)
    return reasons, refusal
