"""What stands on a post's card: the post as it will look."""

from bot.store import in_thread
from publisher.media.preview import draft_preview
from publisher.media.refused import MediaRefusedError
from storage.files import MediaFiles
from storage.models import Post


@in_thread
def picture_of(post: Post, files: MediaFiles) -> bytes | None:
    """The post as it will look; None if its media are gone."""
    if not post.media:
        return None
    try:
        return draft_preview(post, files)
    except (MediaRefusedError, OSError):
        return None
