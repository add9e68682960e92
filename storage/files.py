"""Media on disk: names of ours only, written beside their place and moved into it whole."""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from storage.private import private_folder

NAME = re.compile(r"[0-9a-f]{32}(?:-([0-9a-f]{16}))?\.(?:jpg|png|webp|heic|avif|gif|mp4|mov)")
"""The only shape a media file's name has; anything else never becomes a path.

Behind the dash stands the beginning of the content's SHA-256; names of older files have none."""

MARKER = ".postbote"
"""A file that tells our media folder from an empty place where it is not mounted."""


AWAY = "the media folder is not mounted, or another one; if all its files are lost, create {} in it"


class Condition(StrEnum):
    """Whether a file is still what was stored."""

    INTACT = "intact"
    MISSING = "missing"
    DAMAGED = "damaged"


class MediaFiles:
    """The media folder. A file's name is its key; its path is known here alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._expected: frozenset[str] = frozenset()
        self._incoming = folder / "incoming"
        private_folder(folder)
        private_folder(self._incoming)
        if any(NAME.fullmatch(path.name) for path in folder.iterdir()):
            self._marker.touch()

    def expect(self, names: Iterable[str]) -> None:
        """These files were kept here: a place without a single one is not our folder."""
        self._expected = frozenset(names)

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A fresh path to write to; what is still there at the end is removed."""
        path = self._incoming / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, incoming: Path, suffix: str) -> str:
        """Move a finished file in under a new name (`suffix` such as '.jpg'); returns the name.

        Raises OSError, also where the folder is not mounted: the file would be hidden later.
        """
        if not self.is_there and self.lacks_all(self._expected):
            raise OSError(errno.ENODEV, AWAY.format(self._marker))
        with incoming.open("rb") as file:
            os.fsync(file.fileno())
        name = f"{secrets.token_hex(16)}-{_digest(incoming)}{suffix}"
        target = self.path(name)
        incoming.replace(target)
        self._marker.touch()
        with suppress(PermissionError):  # a file taken over from another account stays as it is
            os.utime(target)
            target.chmod(0o600)
        return name

    def path(self, name: str) -> Path:
        """Where the file of this name lies. Raises ValueError for a name that is not ours."""
        if not NAME.fullmatch(name):
            raise ValueError(f"not a media file name: {name!r}")
        return self._folder / name

    @property
    def is_there(self) -> bool:
        """Whether the folder is ours, and not the empty place where it is not mounted."""
        return self._marker.is_file()

    @property
    def _marker(self) -> Path:
        return self._folder / MARKER

    def restore(self, incoming: Path, name: str) -> bool:
        """Put a file that was lost in its place again; False if it is another than it was."""
        told = NAME.fullmatch(name)
        digest = told[1] if told else None
        if digest not in (None, _digest(incoming)):
            return False
        incoming.replace(self.path(name))
        return True

    def has(self, name: str, size: int) -> bool:
        """Whether this file is here and has its size, in bytes. Does not read it."""
        path = self.path(name)
        return path.is_file() and path.stat().st_size == size

    def condition(self, name: str) -> Condition:
        """Whether this file is as it was stored. Reads it whole."""
        path, told = self.path(name), NAME.fullmatch(name)
        if not path.is_file():
            return Condition.MISSING
        digest = told[1] if told else None
        is_intact = path.stat().st_size > 0 and digest in (None, _digest(path))
        return Condition.INTACT if is_intact else Condition.DAMAGED

    def lacks_all(self, names: Iterable[str]) -> bool:
        """Whether there are names, and not one of these files is here."""
        wanted = list(names)
        return bool(wanted) and not any(self.path(name).is_file() for name in wanted)

    def remove(self, names: Iterable[str]) -> None:
        """Remove these files; ones already gone are fine."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def remove_orphans(self, needed: set[str], older_than: timedelta) -> int:
        """Remove files that no post needs and that are not new; returns how many.

        New ones stay: their post may be about to be written.
        """
        limit = time.time() - older_than.total_seconds()
        orphans = [
            path
            for folder in (self._folder, self._incoming)
            for path in folder.iterdir()
            if path.is_file()
            and path.name not in {MARKER, *needed}
            and path.stat().st_mtime < limit
        ]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
