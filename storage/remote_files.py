"""Media in a store that machines share, and a bounded copy of what this one has used lately."""

import errno
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from storage.files import (
    AWAY,
    MARKER,
    NAME,
    NO_ROOM,
    Condition,
    MediaFiles,
    is_as_large,
    is_as_named,
    new_name,
)
from storage.object_store import ObjectStore, StoreTroubleError
from storage.private import private_folder

log = logging.getLogger(__name__)

IN_USE = timedelta(hours=1)
"""So long after it was asked for, a copy stays: somebody reads it."""
UNUSED = timedelta(days=1)
"""So long after that it goes, even where there is room."""
TIDY_SECONDS = 600.0


class RemoteFiles(MediaFiles):
    """The same files by the same names, in `store`.

    Args:
        folder: of this machine alone; what lies there can be had again.
        limit: bytes that it may hold, apart from what is in use.
    """

    def __init__(self, store: ObjectStore, folder: Path, limit: int) -> None:
        super().__init__(folder)
        self._store, self._limit = store, limit
        self._was_there = False
        self._tidied = 0.0

    def check(self) -> None:
        """Raises StoreTroubleError, or OSError if this machine's folder cannot be written."""
        super().check()
        self._store.check()

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Also where somebody has removed the copies, and their folder with them."""
        private_folder(self.folder)
        private_folder(self._incoming)
        with super().incoming() as path:
            yield path

    @property
    def is_there(self) -> bool:
        """Whether the store is ours. Raises StoreTroubleError."""
        self._was_there = self._store.size(MARKER) is not None
        return self._was_there

    def keep(self, incoming: Path, suffix: str) -> str:
        """It is in the store once this returns. Raises OSError."""
        if not (self._was_there or self.is_there):
            if self.lacks_all(self._expected):
                raise OSError(errno.ENODEV, AWAY.format(MARKER))
            self._mark()
        name = new_name(incoming, suffix)
        self._store.put(incoming, name)
        self._place(incoming, name)
        self._make_room()
        return name

    def _mark(self) -> None:
        self._store.touch(MARKER)
        self._was_there = True

    def local(self, name: str) -> Path:
        """Where this machine's copy lies, fetched if need be. Blocks.

        Raises FileNotFoundError, StoreTroubleError, OSError.
        """
        path = self.path(name)
        if path.is_file():
            _use(path)
        elif self._fetch(name) is Condition.DAMAGED:
            raise OSError(errno.EIO, "the media store has another file than was stored")
        return path

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        with self.incoming() as fetched:
            path = self.path(name)
            if not path.is_file():
                self._get(name, path := fetched)
            with path.open("rb") as file:
                yield file

    def restore(self, incoming: Path, name: str) -> bool:
        self.path(name)  # a name of ours
        if not is_as_named(incoming, name):
            return False
        self._store.put(incoming, name)
        self._place(incoming, name)
        if not (self._was_there or self.is_there):
            self._mark()
        return True

    look_every = timedelta(days=1)

    def lost(self, sizes: Mapping[str, int | None]) -> set[str]:
        """By one listing; what the store has lost and this machine still has is put there again."""
        if not sizes:
            return set()
        stored = self._store.all()
        gone = {
            name
            for name, size in sizes.items()
            if name not in stored or not is_as_large(stored[name].size, size)
        }
        return {name for name in gone if not self._put_again(name)}

    def has(self, name: str, size: int | None = None) -> bool:
        """Here, or in the store. Raises StoreTroubleError."""
        return super().has(name, size) or is_as_large(self._store.size(name) or 0, size)

    def _put_again(self, name: str) -> bool:
        path = self.path(name)
        if not path.is_file() or not is_as_named(path, name):
            return False
        self._store.put(path, name)
        return True

    def condition(self, name: str) -> Condition:
        """Of this machine's copy, which is fetched if it is missing or damaged."""
        path = self.path(name)
        if path.is_file():
            if is_as_named(path, name):
                _use(path)
                return Condition.INTACT
            path.unlink(missing_ok=True)
        try:
            return self._fetch(name)
        except FileNotFoundError:
            return Condition.MISSING

    def lacks_all(self, names: Iterable[str]) -> bool:
        wanted = {*names}
        return bool(wanted) and not any(map(self._store.all().__contains__, wanted))

    def remove(self, names: Iterable[str]) -> None:
        """What the store does not remove just now, the daily cleaning does."""
        wanted = list(names)
        super().remove(wanted)
        if wanted:
            try:
                self._store.remove(wanted)
            except StoreTroubleError as error:
                log.warning("%d files are removed later: %s", len(wanted), error.strerror)

    def remove_orphans(self, needed: Callable[[], set[str]], older_than: timedelta) -> int:
        """Raises StoreTroubleError."""
        self.tidy()
        limit = datetime.now(UTC) - older_than
        stored = self._store.all()
        old = {name for name, at in stored.items() if NAME.fullmatch(name) and at.modified < limit}
        orphans = old - needed()
        if orphans:
            super().remove(orphans)
            self._store.remove(orphans)
        return len(orphans)

    def tidy(self) -> None:
        """What nobody has used for a day goes, and what a killed process has left behind."""
        if time.monotonic() - self._tidied < TIDY_SECONDS and self._tidied:
            return
        self._tidied = time.monotonic()
        limit = time.time() - UNUSED.total_seconds()
        with suppress(OSError):  # another time
            self._remove_unused(limit)

    def _remove_unused(self, limit: float) -> None:
        for used, path, _ in [*self._copies(), *_files_in(self._incoming)]:
            if used < limit:
                path.unlink(missing_ok=True)

    def _fetch(self, name: str) -> Condition:
        """Twice, if what comes is not what was stored. Raises FileNotFoundError, OSError."""
        for _ in range(2):
            with self.incoming() as path:
                self._get(name, path)
                if is_as_named(path, name):
                    self._place(path, name)
                    self._make_room()
                    return Condition.INTACT
            log.warning("the media store has sent %s otherwise than it was stored", name)
        return Condition.DAMAGED

    def _get(self, name: str, path: Path) -> None:
        """Once more, if the disk is full and copies can go."""
        try:
            self._store.get(name, path)
        except OSError as error:
            if error.errno not in NO_ROOM or not self._make_room(0):
                raise
            self._store.get(name, path)

    def _make_room(self, limit: int | None = None) -> bool:
        """Remove what was used the longest ago, until the rest is within the limit; if any was."""
        copies = sorted(self._copies())
        held = sum(size for *_, size in copies)
        before = time.time() - IN_USE.total_seconds()
        removed = False
        for used, path, size in copies:
            if held <= (self._limit if limit is None else limit) or used > before:
                break
            path.unlink(missing_ok=True)
            held, removed = held - size, True
        return removed

    def _copies(self) -> Iterator[tuple[float, Path, int]]:
        return (found for found in _files_in(self.folder) if NAME.fullmatch(found[1].name))


def _files_in(folder: Path) -> Iterator[tuple[float, Path, int]]:
    """(when it was used last, where it lies, its bytes)."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # others tidy, too
            found = path.stat()
            if path.is_file():
                yield found.st_mtime, path, found.st_size


def _use(path: Path) -> None:
    with suppress(FileNotFoundError):
        os.utime(path)
