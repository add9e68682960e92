"""One post: prepare the upload, stage its bytes, commit, configure."""

import logging
import threading
import time
from types import TracebackType
from typing import Self

from publisher.caption import CaptionError, compose
from publisher.errors import PublishError, Reason, Remedy
from publisher.instagram import Instagram
from publisher.media.choices import is_slideshow
from publisher.uploads import Upload, UploadItem
from storage.files import MediaFiles
from storage.lifecycle import MediaKind
from storage.models import Post
from storage.queue import LEASE, LeaseLostError, Queue

log = logging.getLogger(__name__)


def publish(post: Post, *, queue: Queue, files: MediaFiles, instagram: Instagram) -> None:
    """Publish a claimed post and record that it is live.

    Raises PublishError with what is to be done about it, or LeaseLostError when the post is no
    longer ours. No transaction is open while anything is sent.
    """
    upload = _upload(post, files)
    instagram.ensure_session()
    queue.remember_upload_id(post, upload.upload_id)
    staged = instagram.stage(upload)
    if staged.upload_id != upload.upload_id:
        queue.remember_upload_id(post, staged.upload_id)
    queue.mark_sending(post)
    published = instagram.configure(staged)
    queue.mark_uploaded(post, media_pk=published.media_pk, link=published.link)


def _upload(post: Post, files: MediaFiles) -> Upload:
    """The post as it goes to Instagram, under the upload id of an earlier attempt, if any."""
    assert post.post_type is not None
    items = _items(post, files)
    paths = [path for item in items for path in (item.path, item.cover) if path]
    if not items or not all(path.is_file() for path in paths):
        raise PublishError(Remedy.REJECT, Reason.MEDIA_MISSING, "a media file is gone")
    try:
        caption = compose(post.caption or "", post.hashtags or [])
    except CaptionError as error:
        raise PublishError(Remedy.REJECT, Reason.CAPTION_REFUSED, str(error)) from error
    return Upload(post.post_type, caption, tuple(items), post.upload_id or _new_upload_id())


def _items(post: Post, files: MediaFiles) -> list[UploadItem]:
    """What is uploaded: each item; of a slideshow the one video that its photos became."""
    slideshow = bool(post.media) and is_slideshow(post)
    return [
        UploadItem(
            MediaKind.VIDEO if slideshow else item.kind,
            files.path(item.prepared or item.original),
            files.path(item.cover) if item.cover else None,
        )
        for item in (post.media[:1] if slideshow else post.media)
    ]


def _new_upload_id() -> str:
    """Milliseconds since 1970, as Instagram's own app numbers its uploads."""
    return str(time.time_ns() // 1_000_000)


class Heartbeat:
    """Keeps the lease of a post while it is being published."""

    def __init__(self, queue: Queue, post: Post) -> None:
        self._queue, self._post = queue, post
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(LEASE.total_seconds() / 3):
            try:
                self._queue.heartbeat(self._post)
            except LeaseLostError:
                log.warning("post %d has been taken over", self._post.id)
                return
            except Exception:
                log.exception("the heartbeat of post %d has failed", self._post.id)
