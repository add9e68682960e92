"""One post: prepare the upload, stage its bytes, commit, configure."""

from datetime import timedelta

from publisher.attempt import Attempt
from publisher.caption import CaptionError, check, compose
from publisher.errors import PublishError, Reason, Remedy
from publisher.instagram import Instagram
from publisher.media.choices import published_kinds
from publisher.uploads import Staged, Upload, UploadItem
from storage.files import MediaFiles
from storage.models import Post
from storage.queue import Queue


def publish(
    post: Post,
    *,
    attempt: Attempt,
    queue: Queue,
    files: MediaFiles,
    instagram: Instagram,
    verify_after: timedelta | None,
) -> None:
    """Publish a claimed post and record that it is live.

    Raises PublishError with what is to be done about it, LeaseLostError when the post is no
    longer ours, GateClosedError when it may no longer be sent. No transaction is open while
    anything is sent.
    """
    upload = upload_of(post, files, instagram.max_hashtags)
    staged = Staged.read(post.staged, upload)
    if staged is None or not instagram.has_session():
        instagram.ensure_session()
        staged = instagram.stage(upload)
    attempt.commit(lambda: queue.mark_sending(post))
    published = instagram.configure(staged)
    attempt.write(
        lambda: queue.mark_uploaded(
            post,
            media_pk=published.media_pk,
            link=published.link,
            verify_after=verify_after,
        )
    )


def upload_of(post: Post, files: MediaFiles, max_hashtags: int) -> Upload:
    """The post as it goes to Instagram. Raises PublishError when that cannot be."""
    assert post.post_type is not None and post.upload_id is not None
    caption = checked_caption_of(post, max_hashtags)
    return Upload(post.post_type, caption, items_of(post, files), post.upload_id)


def items_of(post: Post, files: MediaFiles) -> tuple[UploadItem, ...]:
    """The prepared files in order. Raises PublishError when one is gone."""
    items = tuple(
        UploadItem(
            kind,
            files.path(item.prepared or item.original),
            files.path(item.cover) if item.cover else None,
        )
        for kind, item in zip(published_kinds(post), post.media, strict=False)
    )
    paths = [path for item in items for path in (item.path, item.cover) if path]
    if not items or not all(path.is_file() for path in paths):
        raise PublishError(Remedy.REJECT, Reason.MEDIA_MISSING, "a media file is gone")
    return items


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
