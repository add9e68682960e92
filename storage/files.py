"""Media in a folder: names of ours only, written beside their place and moved into it whole."""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO

from storage.private import private_folder

NAME = re.compile(r"[0-9a-f]{32}(?:-([0-9a-f]{16}))?\.(?:jpg|png|webp|heic|avif|gif|mp4|mov)")
"""The only shape a media file's name has; anything else never becomes a path.

Behind the dash stands the beginning of the content's SHA-256; names of older files have none."""

MARKER = ".postbote"
"""A file that tells our media folder from an empty place where it is not mounted."""


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where not one byte more can be written."""

AWAY = "the media folder is not mounted, or another one; if all its files are lost, create {} in it"


FRESH_SECONDS = 300
"""What was written to longer ago is as old as it is with us. What is newer keeps its time, by which
is known that somebody has looked at it already."""


@contextmanager
def naming(folder: Path) -> Iterator[None]:
    """What is raised for want of room names this folder, if it names nothing."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            error.filename = str(folder)
        raise


class Condition(StrEnum):
    """Whether a file is still what was stored."""

    INTACT = "intact"
    MISSING = "missing"
    DAMAGED = "damaged"


class MediaFiles:
    """The media folder. A file's name is its key; its path is known here alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._expected: frozenset[str] = frozenset()
        self._incoming = folder / "incoming"
        private_folder(folder)
        private_folder(self._incoming)
        if any(NAME.fullmatch(path.name) for path in folder.iterdir()):
            self._marker.touch()

    def check(self) -> None:
        """Write something and remove it. Raises OSError if that cannot be done."""
        with self.incoming() as path:
            path.touch()

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
        name = new_name(incoming, suffix)
        self._place(incoming, name)
        self._marker.touch()
        return name

    def _place(self, incoming: Path, name: str) -> None:
        target = self.path(name)
        incoming.replace(target)
        with suppress(PermissionError):  # a file taken over from another account stays as it is
            if time.time() - target.stat().st_mtime > FRESH_SECONDS:
                os.utime(target)
            target.chmod(0o600)

    def path(self, name: str) -> Path:
        """Where the file of this name lies. Raises ValueError for a name that is not ours."""
        if not NAME.fullmatch(name):
            raise ValueError(f"not a media file name: {name!r}")
        return self.folder / name

    def local(self, name: str) -> Path:
        """The same, with its bytes on this machine: to be read within the hour. Blocks.

        Raises OSError if they cannot be had.
        """
        return self.path(name)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """Its bytes, of which no copy stays on this machine. Raises OSError."""
        with self.path(name).open("rb") as file:
            yield file

    @property
    def is_there(self) -> bool:
        """Whether the folder is ours, and not the empty place where it is not mounted."""
        return self._marker.is_file()

    @property
    def _marker(self) -> Path:
        return self.folder / MARKER

    def restore(self, incoming: Path, name: str) -> bool:
        """Put a file that was lost in its place again; False if it is another than it was."""
        if not is_as_named(incoming, name):
            return False
        self._place(incoming, name)
        return True

    look_every = timedelta(minutes=10)
    """How often to look whether files are lost that nobody asks for meanwhile."""

    def lost(self, sizes: Mapping[str, int | None]) -> set[str]:
        """Those of these files that are gone, or not of this size, in bytes. Reads none."""
        return {name for name, size in sizes.items() if not self.has(name, size)}

    def has(self, name: str, size: int | None = None) -> bool:
        """Whether there is such a file, of this size, or with anything in it. Does not read it."""
        path = self.path(name)
        return path.is_file() and is_as_large(path.stat().st_size, size)

    def condition(self, name: str) -> Condition:
        """Whether this file is as it was stored. Reads it whole."""
        path = self.path(name)
        if not path.is_file():
            return Condition.MISSING
        return Condition.INTACT if is_as_named(path, name) else Condition.DAMAGED

    def lacks_all(self, names: Iterable[str]) -> bool:
        """Whether there are names, and not one of these files is here."""
        wanted = list(names)
        return bool(wanted) and not any(self.path(name).is_file() for name in wanted)

    def remove(self, names: Iterable[str]) -> None:
        """Remove these files; ones already gone are fine."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def remove_orphans(self, needed: Callable[[], set[str]], older_than: timedelta) -> int:
        """Remove files that no post needs and that are not new; returns how many.

        New ones stay: their post may be about to be written. `needed` is asked once all are seen,
        so that nothing is removed that was kept meanwhile.
        """
        limit = time.time() - older_than.total_seconds()
        old = [
            path
            for folder in (self.folder, self._incoming)
            for path in folder.iterdir()
            if path.is_file() and path.stat().st_mtime < limit
        ]
        kept = {MARKER, *needed()}
        orphans = [path for path in old if path.name not in kept]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def tidy(self) -> None:
        """Remove copies that this machine can have again, as a cache holds them. Often called."""


def new_name(path: Path, suffix: str) -> str:
    """A name for these bytes, which can be told by it from all others."""
    return f"{secrets.token_hex(16)}-{_digest(path)}{suffix}"


def is_as_large(found: int, size: int | None) -> bool:
    """Whether it has its size, or, where that is not known, any."""
    return found > 0 if size is None else found == size


def is_as_named(path: Path, name: str) -> bool:
    """Whether the bytes are those that got this name. Reads them."""
    told = NAME.fullmatch(name)
    digest = told[1] if told else None
    return path.stat().st_size > 0 and digest in (None, _digest(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
