"""Stored files -> the media part of a message."""

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.files import Files, StoredFile


def media_content(files: Files, stored: StoredFile) -> Wire:
    """`{"photo": [...]}`, `{"video": {...}}` or whatever kind the file is of."""
    if stored.kind == "photo":
        return {"photo": [file_wire(size) for size in files.sizes(stored)]}
    media = file_wire(stored) | _details(stored)
    if stored.smaller and (thumbnail := files.by_unique_id(stored.smaller[0])):
        media["thumbnail"] = file_wire(thumbnail)
    if stored.kind == "animation":
        return {"animation": media, "document": media}
    return {stored.kind: media}


def file_wire(stored: StoredFile) -> Wire:
    """What all kinds have, under a new file_id."""
    wire: Wire = {
        "file_id": stored.new_file_id(),
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
    }
    if stored.width is not None:
        wire |= {"width": stored.width, "height": stored.height}
    return wire


def _details(stored: StoredFile) -> Wire:
    match stored.kind:
        case "sticker":
            return {"type": "regular", "is_animated": False, "is_video": False}
        case "video_note":
            return {"length": stored.width, "duration": stored.duration}
    wire: Wire = {"mime_type": stored.mime_type}
    if stored.file_name:
        wire["file_name"] = stored.file_name
    if stored.duration is not None:
        wire["duration"] = stored.duration
    return wire


def kind_of(content: Wire) -> str | None:
    """The media kind of a message's content; None for text, polls and the like."""
    kinds = ("photo", "animation", "video", "document", "voice", "sticker", "video_note")
    return next((kind for kind in kinds if kind in content), None)


def unique_id_of(content: Wire) -> str | None:
    """The file (of a photo the largest) that a message's content shows."""
    kind = kind_of(content)
    if kind is None:
        return None
    media = content[kind]
    return str((media[-1] if kind == "photo" else media)["file_unique_id"])
