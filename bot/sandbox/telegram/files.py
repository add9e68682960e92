"""Files that Telegram keeps: bytes on disk under names of ours, found again by file_id."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.media import Media

PREFIXES = {
    "thumbnail": "AAMC",
    "photo": "AgAC",
    "voice": "AwAC",
    "video": "BAAC",
    "document": "BQAC",
    "sticker": "CAAC",
    "animation": "CgAC",
    "video_note": "DQAC",
}
"""How a file_id of each kind begins."""
FILE_ID = re.compile(r"(\w{4})(Ag[\w-]{14})[\w-]{20}")
EXTENSION = re.compile(r".*\.([A-Za-z0-9]{1,8})")
EXTENSIONS = {"image/jpeg": "jpg", "video/mp4": "mp4", "image/webp": "webp", "audio/ogg": "oga"}


@dataclass
class StoredFile:
    """`path` is relative to the store and is the file_path of getFile; `smaller` unique ids."""

    unique_id: str
    kind: str
    path: str
    size: int
    mime_type: str
    file_name: str | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    smaller: list[str] = field(default_factory=list)

    def new_file_id(self) -> str:
        """A file_id; as at Telegram it may differ from message to message."""
        return PREFIXES[self.kind] + self.unique_id + secrets.token_urlsafe(15)


class Files:
    """The store of one bot, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, StoredFile] = {}
        self._next_number = 0

    def add(self, media: Media) -> StoredFile:
        """Keep the bytes, and those of the smaller sizes."""
        smaller = [self.add(one).unique_id for one in media.smaller]
        stored = StoredFile(
            unique_id="Ag" + secrets.token_urlsafe(12)[:14],
            kind=media.kind,
            path=self._new_path(media),
            size=len(media.body),
            mime_type=media.mime_type,
            file_name=media.file_name,
            width=media.width,
            height=media.height,
            duration=media.duration,
            smaller=smaller,
        )
        target = self.folder / stored.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(media.body)
        self._files[stored.unique_id] = stored
        return stored

    def _new_path(self, media: Media) -> str:
        """Numbered; of the name that came, only a harmless extension is kept."""
        named = EXTENSION.fullmatch(media.file_name or "")
        extension = EXTENSIONS.get(media.mime_type) or (named.group(1).lower() if named else "bin")
        self._next_number += 1
        return f"{media.kind}s/file_{self._next_number}.{extension}"

    def find(self, file_id: str) -> StoredFile | None:
        """By any file_id that was given out for it."""
        match = FILE_ID.fullmatch(file_id)
        stored = self._files.get(match.group(2)) if match else None
        if match is None or stored is None or PREFIXES[stored.kind] != match.group(1):
            return None
        return stored

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        return self._files.get(unique_id)

    def by_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self._files.values() if stored.path == path), None)

    def sizes(self, photo: StoredFile) -> Iterable[StoredFile]:
        """All sizes of a photo, smallest first."""
        return [*(self._files[unique_id] for unique_id in photo.smaller), photo]

    def location(self, stored: StoredFile) -> Path:
        return self.folder / stored.path

    def dump(self) -> Wire:
        return {
            "next_number": self._next_number,
            "files": [vars(stored) for stored in self._files.values()],
        }

    def load(self, data: dict[str, Any]) -> None:
        self._next_number = data["next_number"]
        self._files = {item["unique_id"]: StoredFile(**item) for item in data["files"]}
