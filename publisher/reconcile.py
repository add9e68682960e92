"""A post in doubt: look for it, and settle it, wait, send it again, or ask its owner."""

import logging
from datetime import timedelta
from functools import partial

from publisher.consequences import MAX_RETRIES
from publisher.content import caption_of
from publisher.destination import (
    Absent,
    Ambiguous,
    CannotKnow,
    Destination,
    Evidence,
    Finding,
    Found,
    Wanted,
)
from publisher.failures import REFUSED, REPEATABLE, Reason
from publisher.media.choices import published_kinds
from publisher.stores import Stores
from storage.lease import Lease
from storage.lifecycle import Status
from storage.models import Post
from storage.reconciliation import PAUSE_ONCE_ASKED, READ_ONCE_ASKED, Reconciliation, Verification
from storage.records import Background, Records

log = logging.getLogger(__name__)


def reconcile(
    post: Post, lease: Lease, stores: Stores, destination: Destination, pause: timedelta
) -> None:
    """Look once and draw the conclusion. Raises PublishError or LeaseLostError.

    Args:
        pause: before the first reading that counts; the next ones are further apart.
    """
    if post.status is Status.UPLOADED:
        _verify(lease, stores, destination, pause)
        return
    reconciliation, records = stores.reconciliation, stores.records
    destination.check_session()
    background = records.background(post)
    (finding,) = destination.find([_wanted(post, background, records, destination)])
    match finding:
        case Found(published=live):
            reconciliation.found(lease, post, media_pk=live.media_pk, link=live.link)
            log.info("post %d is live after all", post.id)
        case Ambiguous() if background.doubted_ago < pause:
            reconciliation.look_again(lease, post, pause)  # its own may only be late
        case Ambiguous(links=links):
            reconciliation.ask(lease, post, Reason.LOOKS_ALIKE, links)
            log.warning("post %d may be live: its owner is asked", post.id)
        case CannotKnow():
            reconciliation.ask(lease, post)
            log.warning("looking says nothing of post %d: its owner is asked", post.id)
        case Absent(evidence=Evidence.NONE):
            reconciliation.look_again(lease, post, pause)
            log.warning("what was read proves nothing about post %d", post.id)
        case Absent(evidence=proof):
            _not_there(post, lease, reconciliation, pause, proof)


def _not_there(
    post: Post, lease: Lease, reconciliation: Reconciliation, pause: timedelta, proof: Evidence
) -> None:
    """A clean reading without a trace: by what made the doubt, and how often that was."""
    if post.error_class in REFUSED:
        reconciliation.refused(lease, post)
        return
    is_open = post.asked_at is None
    enough = (is_open and post.error_class in REPEATABLE) or proof.suffices_after(
        reconciliation.nothing_found(lease, post, pause)  # which puts the next reading off
    )
    if not (enough and is_open):
        return
    if post.retry_count < MAX_RETRIES and post.error_class != Reason.ID_TAKEN:
        reconciliation.send_again(lease, post)
        log.warning("post %d is not live: it is sent again", post.id)
    else:
        reconciliation.ask(lease, post)


def _verify(lease: Lease, stores: Stores, destination: Destination, pause: timedelta) -> None:
    """Look for posts that were accepted: now and then a platform does not show one."""
    verification, records = stores.verification, stores.records
    posts = verification.to_verify(lease.account_id)
    try:
        backgrounds = [records.background(post) for post in posts]
        destination.check_session()
        findings = destination.find(
            [
                _wanted(post, background, records, destination)
                for post, background in zip(posts, backgrounds, strict=True)
            ]
        )
    except Exception:
        verification.look_later(lease, posts, pause)
        raise
    for post, background, finding in zip(posts, backgrounds, findings, strict=True):
        _settle_accepted(post, background, finding, lease, verification, pause)


def _settle_accepted(
    post: Post,
    background: Background,
    finding: Finding,
    lease: Lease,
    verification: Verification,
    pause: timedelta,
) -> None:
    """Nothing but proof that it is not there speaks against a platform that has said yes."""
    proof = finding.evidence if isinstance(finding, Absent) else None
    if proof is None or (proof is Evidence.NONE and background.sent_ago > READ_ONCE_ASKED):
        verification.seen(lease, [post])
    elif proof is Evidence.NONE:
        verification.look_later(lease, [post], min(PAUSE_ONCE_ASKED, 10 * pause))
    elif not proof.suffices_after(post.clean_reads + 1):
        verification.not_seen(lease, [post], pause)
    else:
        log.error("post %d is not to be seen although it was accepted", post.id)
        verification.vanished(lease, post)


def _wanted(
    post: Post, background: Background, records: Records, destination: Destination
) -> Wanted:
    assert post.post_type is not None and post.upload_id is not None
    caption, now = caption_of(post), _now(destination, post, background)
    told = post.first_sent_there
    sent = now - background.sent_ago.total_seconds() if told is None else told.timestamp()
    return Wanted(
        upload_id=post.upload_id,
        post_type=post.post_type,
        caption=caption,
        kinds=published_kinds(post),
        first_sent=sent,
        doubted=now - background.doubted_ago.total_seconds(),
        sent_ago=background.sent_ago,
        media_pk=post.media_pk,
        was_interrupted=post.error_class == Reason.INTERRUPTED,
        newest_before=background.newest_before,
        newest_of_ours=background.newest_of_ours,
        has_rivals=any(caption_of(rival) == caption for rival in background.rivals),
        taken=partial(records.bound, post),
    )


def _now(destination: Destination, post: Post, background: Background) -> float:
    """By the platform's clock; if it does not tell, by Postgres'."""
    told = destination.time_there
    if told is not None:
        return told
    return (post.first_sent_at or post.created_at).timestamp() + background.sent_ago.total_seconds()
