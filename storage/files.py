"""Media on disk: names of ours only, written beside their place and moved into it whole."""

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from storage.private import private_folder

NAME = re.compile(r"[0-9a-f]{32}\.(jpg|png|webp|heic|avif|gif|mp4|mov)")
"""The only shape a media file's name has; anything else never becomes a path."""


class MediaFiles:
    """The media folder. A file's name is its key; its path is known here alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        private_folder(folder)
        private_folder(self._incoming)

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A fresh path to write to; what is still there at the end is removed."""
        path = self._incoming / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, incoming: Path, suffix: str) -> str:
        """Move a finished file in under a new name (`suffix` such as '.jpg'); returns the name."""
        name = f"{secrets.token_hex(16)}{suffix}"
        target = self.path(name)
        with incoming.open("rb") as file:
            os.fsync(file.fileno())
        incoming.replace(target)
        with suppress(PermissionError):  # a file taken over from another account stays as it is
            os.utime(target)
            target.chmod(0o600)
        return name

    def path(self, name: str) -> Path:
        """Where the file of this name lies. Raises ValueError for a name that is not ours."""
        if not NAME.fullmatch(name):
            raise ValueError(f"not a media file name: {name!r}")
        return self._folder / name

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
            if path.is_file() and path.name not in needed and path.stat().st_mtime < limit
        ]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)
