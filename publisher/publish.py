"""One post: stage its bytes, commit, publish; or hand it over to its owner."""

import logging
from datetime import UTC, datetime

from publisher.content import content_of
from publisher.destination import Destination, Published, Staged
from publisher.failures import PublishError, Reason
from publisher.lease_guard import LeaseGuard
from publisher.mend import mend
from publisher.stores import Stores
from publisher.timings import Timings
from storage.lease import now
from storage.models import Post
from storage.outcomes import Outcomes

log = logging.getLogger(__name__)

REPEAT_SECONDS = 1.0
"""Between two attempts at a request that never left."""


def publish(
    post: Post, guard: LeaseGuard, stores: Stores, destination: Destination, timings: Timings
) -> None:
    """Publish a claimed post and record that it is live, or that its owner has it now.

    Raises PublishError with what is to be done about it, LeaseLostError when the post is no
    longer ours, GateClosedError when it may no longer be sent. No transaction is open while
    anything is sent.
    """
    outcomes, began = stores.queue.outcomes, now()
    content = content_of(post, stores.files, destination.rules)
    if not destination.publishes_itself:
        mend(post, stores)
        guard.write(lambda: outcomes.hand_over(post))
        stores.counts.count("handed_over")
        log.info("post %d is handed over to its owner", post.id)
        return
    staged = Staged.read(post.staged, content)
    if staged is None or not destination.has_session():
        staged = _staged(post, stores, destination)
    _commit(post, guard, outcomes, destination)
    published = _published(staged, guard, destination, timings)
    guard.write(
        lambda: outcomes.mark_uploaded(
            post,
            media_pk=published.media_pk,
            link=published.link,
            verify_after=timings.verify_after,
        )
    )
    assert post.scheduled_time is not None, "a planned post has one"
    late = datetime.now(UTC) - post.scheduled_time
    stores.counts.count("live")
    stores.counts.count_live(late)
    seconds = {"seconds": round(now() - began, 2), "late": round(late.total_seconds(), 2)}
    log.info("post %d is live", post.id, extra=seconds)


def _staged(post: Post, stores: Stores, destination: Destination) -> Staged:
    """With its bytes uploaded. Raises PublishError."""
    mend(post, stores)
    destination.check_session()
    return destination.stage(content_of(post, stores.files, destination.rules))


def _commit(post: Post, guard: LeaseGuard, outcomes: Outcomes, destination: Destination) -> None:
    """Write down that it may be live from now on, and the time there."""
    time = destination.time_there
    there = None if time is None else datetime.fromtimestamp(time, UTC)
    guard.commit(lambda again: outcomes.mark_sending(post, there=there, again=again))
    log.info("post %d is being sent", post.id)


def _published(
    staged: Staged, guard: LeaseGuard, destination: Destination, timings: Timings
) -> Published:
    """Send the request, again for as long as it provably never left. Raises PublishError."""
    has_video = staged.content.has_video
    limit = timings.publish_video if has_video else timings.publish_photo
    until = now() + timings.repeat_for.total_seconds()
    while True:
        try:
            with guard.limited(limit):
                return destination.publish(staged)
        except PublishError as error:
            if error.doubt is not None or error.reason is not Reason.NETWORK:
                raise
            if now() >= until or guard.is_to_stop(REPEAT_SECONDS):
                raise
