"""One post: prepare the upload, stage its bytes, commit, configure."""

from collections.abc import Callable
from datetime import UTC, datetime

from publisher.caption import CaptionError, check, compose
from publisher.errors import PublishError, Reason, Remedy
from publisher.instagram import Instagram, Published
from publisher.lease_guard import LeaseGuard
from publisher.media.choices import published_kinds
from publisher.timings import Timings
from publisher.uploads import Staged, Upload, UploadItem
from storage.files import MediaFiles
from storage.lease import now
from storage.models import Post
from storage.queue import Queue

REPEAT_SECONDS = 1.0
"""Between two attempts at a request that never left."""


def publish(
    post: Post,
    *,
    attempt: LeaseGuard,
    queue: Queue,
    files: MediaFiles,
    instagram: Instagram,
    timings: Timings,
    mend: Callable[[Post], None],
) -> None:
    """Publish a claimed post and record that it is live.

    Raises PublishError with what is to be done about it, LeaseLostError when the post is no
    longer ours, GateClosedError when it may no longer be sent. No transaction is open while
    anything is sent.

    Args:
        mend: sees to the post's files before they are sent. Raises PublishError.
    """
    staged = Staged.read(post.staged, upload_of(post, files, instagram.max_hashtags))
    if staged is None or not instagram.has_session():
        mend(post)
        instagram.ensure_session()
        staged = instagram.stage(upload_of(post, files, instagram.max_hashtags))
    time = instagram.clock.now
    there = None if time is None else datetime.fromtimestamp(time, UTC)
    attempt.commit(lambda again: queue.mark_sending(post, there=there, again=again))
    published = _configured(staged, attempt, instagram, timings)
    attempt.write(
        lambda: queue.mark_uploaded(
            post,
            media_pk=published.media_pk,
            link=published.link,
            verify_after=timings.verify_after,
        )
    )


def _configured(
    staged: Staged, attempt: LeaseGuard, instagram: Instagram, timings: Timings
) -> Published:
    """Send the request, again for as long as it provably never left. Raises PublishError."""
    limit = timings.configure_video if staged.is_video else timings.configure_photo
    until = now() + timings.repeat_for.total_seconds()
    while True:
        try:
            with attempt.limited(limit):
                return instagram.configure(staged)
        except PublishError as error:
            if error.doubt is not None or error.reason is not Reason.NETWORK:
                raise
            if now() >= until or attempt.is_to_stop(REPEAT_SECONDS):
                raise


def upload_of(post: Post, files: MediaFiles, max_hashtags: int) -> Upload:
    """The post as it goes to Instagram. Raises PublishError when that cannot be."""
    assert post.post_type is not None and post.upload_id is not None
    caption = checked_caption_of(post, max_hashtags)
    return Upload(post.post_type, caption, items_of(post, files), post.upload_id)


def items_of(post: Post, files: MediaFiles) -> tuple[UploadItem, ...]:
    """The prepared files in order."""
    return tuple(
        UploadItem(
            kind,
            files.path(item.prepared or item.original),
            files.path(item.cover) if item.cover else None,
        )
        for kind, item in zip(published_kinds(post), post.media, strict=False)
    )


def caption_of(post: Post) -> str:
    """Caption and hashtags as they stand on Instagram."""
    return compose(post.caption or "", post.hashtags or [])


def checked_caption_of(post: Post, max_hashtags: int) -> str:
    """The same, if Instagram takes it. Raises PublishError."""
    caption = caption_of(post)
    try:
        check(caption, max_hashtags)
    except CaptionError as error:
        raise PublishError(Remedy.REJECT, Reason.CAPTION_REFUSED, str(error)) from error
    return caption
