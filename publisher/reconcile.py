"""A post in doubt: read Instagram, and settle it, wait, send it again, or ask its owner."""

import logging
from datetime import timedelta

from publisher.errors import PublishError, Reason
from publisher.feed import Reading, number
from publisher.instagram import Instagram
from publisher.matching import (
    INACCURACY,
    Absent,
    Ambiguous,
    Evidence,
    Found,
    Wanted,
    evidence,
    look_for,
)
from publisher.media.choices import published_kinds
from publisher.outcome import REFUSED, REPEATABLE
from publisher.publish import caption_of
from publisher.retry import MAX_RETRIES
from publisher.uploads import item_ids
from storage.lease import Lease
from storage.lifecycle import PostType, Status
from storage.models import Post
from storage.reconciliation import NO_LONGER, SLOWLY, Background, Reconciliation

log = logging.getLogger(__name__)


def resolve(
    post: Post, lease: Lease, *, doubts: Reconciliation, instagram: Instagram, pause: timedelta
) -> None:
    """Read once and draw the conclusion. Raises PublishError or LeaseLostError.

    Args:
        pause: before the first reading that counts; the next ones are further apart.
    """
    if post.status is Status.UPLOADED:
        _verify(lease, doubts, instagram, pause)
        return
    instagram.ensure_session()
    background = doubts.background(post)
    wanted = _wanted(post, background, instagram)
    reading = _read(instagram, [(post, background)])
    bound = doubts.bound(post, [str(item.get("pk")) for item in reading.all])
    match look_for(wanted, reading, bound=bound):
        case Found(media=item):
            live = instagram.published(item, wanted.post_type)
            doubts.found(lease, post, media_pk=live.media_pk, link=live.link)
            log.info("post %d is live after all", post.id)
        case Ambiguous() if background.doubted_ago < pause:
            doubts.look_again(lease, post, pause)  # its own may only be late
        case Ambiguous(media=alike):
            links = [instagram.published(item, wanted.post_type).link for item in alike]
            doubts.ask(lease, post, Reason.LOOKS_ALIKE, [link for link in links if link])
            log.warning("post %d may be live: its owner is asked", post.id)
        case _ if background.has_expired(post):
            doubts.ask(lease, post)
            log.warning("post %d may have been live for its 24 hours: its owner is asked", post.id)
        case Absent(evidence=Evidence.NONE):
            doubts.look_again(lease, post, pause)
            log.warning("what Instagram shows proves nothing about post %d", post.id)
        case Absent(evidence=proof):
            _not_there(post, lease, doubts, pause, proof)


def _not_there(
    post: Post, lease: Lease, doubts: Reconciliation, pause: timedelta, proof: Evidence
) -> None:
    """A clean reading without a trace: by what made the doubt, and how often that was."""
    if post.error_class in REFUSED:
        doubts.refused(lease, post)
        return
    enough = post.error_class in REPEATABLE or proof.suffices_after(
        doubts.nothing_found(lease, post, pause)
    )
    if not enough or post.asked_at is not None:
        return
    if post.retry_count < MAX_RETRIES and post.error_class != Reason.ID_TAKEN:
        doubts.send_again(lease, post)
        log.warning("post %d is not on Instagram: it is sent again", post.id)
    else:
        doubts.ask(lease, post)


def _verify(lease: Lease, doubts: Reconciliation, instagram: Instagram, pause: timedelta) -> None:
    """Look for posts that Instagram has accepted: now and then it does not show one."""
    posts = doubts.to_verify(lease.account_id)
    stories = posts[0].post_type is PostType.STORY
    posts = [post for post in posts if (post.post_type is PostType.STORY) == stories]
    backgrounds = {post.id: doubts.background(post) for post in posts}
    try:
        instagram.ensure_session()
        reading = _read(instagram, [(post, backgrounds[post.id]) for post in posts])
    except PublishError:
        doubts.look_later(lease, posts, pause)
        raise
    there = {str(item.get("pk")) for item in reading.all}
    for post in posts:
        background = backgrounds[post.id]
        if post.media_pk in there or background.has_expired(post):
            doubts.seen(lease, [post])
        else:
            proof = _proof_against(post, background, reading, instagram)
            _not_seen(post, background, proof, lease, doubts, pause)


def _not_seen(
    post: Post,
    background: Background,
    proof: Evidence,
    lease: Lease,
    doubts: Reconciliation,
    pause: timedelta,
) -> None:
    if proof is Evidence.NONE and background.sent_ago > NO_LONGER:
        doubts.seen(lease, [post])  # Instagram has said yes, and nothing speaks against it
    elif proof is Evidence.NONE:
        doubts.look_later(lease, [post], min(SLOWLY, 10 * pause))
    elif not proof.suffices_after(post.clean_reads + 1):
        doubts.not_seen(lease, [post], pause)
    else:
        log.error("post %d is not to be seen although Instagram accepted it", post.id)
        doubts.vanished(lease, post)


def _proof_against(
    post: Post, background: Background, reading: Reading, instagram: Instagram
) -> Evidence:
    """That what it does not show is not there: media that follow its own number are newer."""
    own = number({"pk": post.media_pk})
    return evidence(
        reading,
        before=background.newest_before,
        newest=background.newest_of_ours,
        sent=_first_sent(post, background, instagram),
        is_newer=lambda item: 0 < own < number(item),
    )


def _wanted(post: Post, background: Background, instagram: Instagram) -> Wanted:
    assert post.post_type is not None and post.upload_id is not None
    caption = caption_of(post)
    return Wanted(
        upload_ids=frozenset({post.upload_id, *item_ids(post.upload_id, len(post.media))}),
        post_type=post.post_type,
        caption=caption,
        kinds=published_kinds(post),
        first_sent=_first_sent(post, background, instagram),
        doubted=_now(instagram, post, background) - background.doubted_ago.total_seconds(),
        was_interrupted=post.error_class == Reason.INTERRUPTED,
        newest_before=background.newest_before,
        newest_of_ours=background.newest_of_ours,
        has_rivals=any(caption_of(rival) == caption for rival in background.rivals),
    )


def _read(instagram: Instagram, wanted: list[tuple[Post, Background]]) -> Reading:
    """So far back that all of them would be seen."""
    return instagram.read(
        since=min(_first_sent(*each, instagram) for each in wanted) - INACCURACY,
        stories=wanted[0][0].post_type is PostType.STORY,
    )


def _first_sent(post: Post, background: Background, instagram: Instagram) -> float:
    """By Instagram's clock."""
    if post.first_sent_there is not None:
        return post.first_sent_there.timestamp()
    return _now(instagram, post, background) - background.sent_ago.total_seconds()


def _now(instagram: Instagram, post: Post, background: Background) -> float:
    """By Instagram's clock; if it does not tell, by Postgres'."""
    told = instagram.clock.now
    if told is not None:
        return told
    return (post.first_sent_at or post.created_at).timestamp() + background.sent_ago.total_seconds()
