"""A stored post as a way to publish takes it."""

from publisher.caption import CaptionError, check, compose
from publisher.destination import Content, ContentItem
from publisher.failures import FailureAction, PublishError, Reason
from publisher.media.choices import published_kinds
from publisher.media.rules import Rules
from storage.files import MediaFiles
from storage.models import Post


def content_of(post: Post, files: MediaFiles, rules: Rules) -> Content:
    """The post as it is to appear. Raises PublishError when that cannot be."""
    assert post.post_type is not None and post.upload_id is not None
    caption = checked_caption_of(post, rules)
    return Content(post.post_type, caption, items_of(post, files), post.upload_id)


def items_of(post: Post, files: MediaFiles) -> tuple[ContentItem, ...]:
    """The prepared files in order."""
    return tuple(
        ContentItem(
            kind,
            files.path(item.prepared or item.original),
            files.path(item.cover) if item.cover else None,
        )
        for kind, item in zip(published_kinds(post), post.media, strict=False)
    )


def caption_of(post: Post) -> str:
    """Caption and hashtags as they appear together."""
    return compose(post.caption or "", post.hashtags or [])


def checked_caption_of(post: Post, rules: Rules) -> str:
    """The same, if it keeps to the rules. Raises PublishError."""
    caption = caption_of(post)
    try:
        check(caption, rules)
    except CaptionError as error:
        raise PublishError(FailureAction.REJECT, Reason.CAPTION_REFUSED, str(error)) from error
    return caption
