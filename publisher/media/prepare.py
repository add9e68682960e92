"""A whole post's media made ready for its type: what is uploaded later is made here."""

from dataclasses import dataclass
from pathlib import Path

from publisher.media.ffmpeg import cover_frame
from publisher.media.photo import accepted_ratio, prepare_photo
from publisher.media.preview import contact_sheet
from storage.drafts import Preparation
from storage.files import MediaFiles
from storage.lifecycle import MediaKind, PostType
from storage.models import MediaItem, Post


@dataclass(frozen=True)
class Ready:
    """The prepared items in order."""

    items: list[Preparation]
    padded: bool
    """Whether any photo got a border to fit Instagram's ratios."""


def prepare(post: Post, files: MediaFiles) -> Ready:
    """Make every item ready for the post's type. Blocks. Raises MediaRefusedError, OSError."""
    assert post.post_type is not None
    ratio = _shared_ratio(post) if post.post_type is PostType.CAROUSEL else None
    items, padded = [], False
    for item in post.media:
        with files.incoming() as path:
            if item.kind is MediaKind.VIDEO:
                items.append(_video(item, path, files))
                continue
            made = prepare_photo(files.path(item.original), path, post.post_type, ratio=ratio)
            items.append(Preparation(item.id, files.keep(path, ".jpg")))
            padded = padded or made.padded
    return Ready(items, padded)


def preview(post: Post, ready: Ready, files: MediaFiles) -> bytes:
    """One JPEG of what was made ready. Blocks."""
    kinds = {item.id: item.kind for item in post.media}
    pictures = [
        (files.path(made.cover or made.prepared), kinds[made.item_id]) for made in ready.items
    ]
    with files.incoming() as sheet:
        contact_sheet(pictures, sheet)
        return sheet.read_bytes()


def _video(item: MediaItem, path: Path, files: MediaFiles) -> Preparation:
    """A video that was taken in goes to Instagram as it is, with a cover of our own."""
    cover_frame(files.path(item.original), path)
    return Preparation(item.id, item.original, files.keep(path, ".jpg"))


def _shared_ratio(post: Post) -> float:
    """Instagram shows all items of a carousel in the ratio of the first."""
    first = post.media[0]
    return accepted_ratio(first.width, first.height, PostType.CAROUSEL)
