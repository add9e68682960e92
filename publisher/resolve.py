"""A post in doubt: read Instagram, and settle it, wait, send it again, or ask its owner."""

import logging
from datetime import UTC, datetime, timedelta

from publisher.errors import PublishError, Reason
from publisher.instagram import Instagram
from publisher.media.choices import published_kinds
from publisher.publish import caption_of
from publisher.reconcile import Ambiguous, Found, Wanted, look_for
from publisher.retry import MAX_RETRIES
from storage.doubts import Doubts
from storage.lease import Lease
from storage.lifecycle import PostType, Status
from storage.models import Post

log = logging.getLogger(__name__)

CLOCKS = timedelta(minutes=5)
"""How far Instagram's clock may be behind ours."""
STORY_LIFE = timedelta(hours=23)
"""Instagram shows a story for 24 hours; an hour less, since clocks differ."""
CLEAN_READS = 2
"""Readings without a trace, well apart, after which a post counts as not published."""


def resolve(
    post: Post, lease: Lease, *, doubts: Doubts, instagram: Instagram, pause: timedelta
) -> None:
    """Read once and draw the conclusion. Raises PublishError or LeaseLostError.

    Args:
        pause: between two readings.
    """
    if post.status is Status.UPLOADED:
        _verify(lease, doubts, instagram, pause)
        return
    assert post.post_type is not None and post.upload_id is not None
    instagram.ensure_session()
    since = (post.first_sent_at or post.created_at) - CLOCKS
    media = instagram.recent(since, stories=post.post_type is PostType.STORY)
    bound, others = doubts.others(
        post,
        [str(item.get("pk")) for item in media],
        [str(item.get("device_timestamp")) for item in media],
    )
    wanted = Wanted(
        upload_id=post.upload_id,
        post_type=post.post_type,
        caption=caption_of(post),
        kinds=published_kinds(post),
        since=since.timestamp(),
    )
    match look_for(wanted, media, bound=bound, others=others):
        case Found(media=item):
            live = instagram.published(item, post.post_type)
            doubts.found(lease, post, media_pk=live.media_pk, link=live.link)
            log.info("post %d is live after all", post.id)
        case Ambiguous():
            doubts.ask(lease, post)
            log.warning("post %d may be live: its owner is asked", post.id)
        case _ if _has_expired(post):
            doubts.ask(lease, post)
            log.warning("post %d may have been live for its 24 hours: its owner is asked", post.id)
        case _:
            _not_there(post, lease, doubts, pause)


def _verify(lease: Lease, doubts: Doubts, instagram: Instagram, pause: timedelta) -> None:
    """Look for posts that Instagram has accepted: now and then it does not show one."""
    posts = doubts.to_verify(lease.account_id)
    stories = posts[0].post_type is PostType.STORY
    posts = [post for post in posts if (post.post_type is PostType.STORY) == stories]
    since = min(post.first_sent_at or post.created_at for post in posts) - CLOCKS
    try:
        instagram.ensure_session()
        media = instagram.recent(since, stories=stories)
    except PublishError:
        doubts.look_later(lease, posts, pause)
        raise
    there = {str(item.get("pk")) for item in media}
    settled = [post for post in posts if post.media_pk in there or _has_expired(post)]
    doubts.seen(lease, settled)
    for post in posts:
        if post in settled:
            continue
        if post.clean_reads + 1 < CLEAN_READS:
            doubts.not_seen(lease, [post], pause)
        else:
            log.error("post %d is not to be seen although Instagram accepted it", post.id)
            doubts.vanished(lease, post)


def _has_expired(post: Post) -> bool:
    """Whether it may have been there and gone by itself, so that its absence proves nothing."""
    sent = post.first_sent_at or post.created_at
    return post.post_type is PostType.STORY and datetime.now(UTC) - sent > STORY_LIFE


def _not_there(post: Post, lease: Lease, doubts: Doubts, pause: timedelta) -> None:
    reads = doubts.nothing_found(lease, post, pause)
    if reads < CLEAN_READS or post.asked_at is not None:
        return
    if post.retry_count < MAX_RETRIES and post.error_class != Reason.ID_TAKEN:
        doubts.send_again(lease, post)
        log.warning("post %d is not on Instagram: it is sent again", post.id)
    else:
        doubts.ask(lease, post)
