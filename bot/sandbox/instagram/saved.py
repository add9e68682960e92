"""Uploads and posts from the JSON that they were kept as."""

from bot.sandbox.instagram.posts import Item, Photo, Post, Upload, Video
from bot.sandbox.instagram.wire import Json


def upload(kept: Json) -> Upload:
    """An upload as it was before the restart."""
    return Upload(_photo(kept["photo"]), _video(kept["video"]), _photo(kept["frame"]))


def post(kept: Json) -> Post:
    """A post as it was before the restart."""
    items = [Item(Photo(**item["photo"]), _video(item["video"])) for item in kept["items"]]
    return Post(**{**kept, "items": items})


def _photo(kept: Json | None) -> Photo | None:
    return Photo(**kept) if kept else None


def _video(kept: Json | None) -> Video | None:
    return Video(**kept) if kept else None
