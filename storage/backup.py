"""Backups while everything runs: the database at one moment, the media that it needs, the key."""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select, text

from storage import postgres_tools
from storage.archive import DUMP, KEY, MEDIA, About, ArchiveWriter, written
from storage.connection import SCHEME
from storage.database import Database
from storage.files import NO_ROOM, MediaFiles
from storage.media import NAMES
from storage.migrations import revision_of
from storage.postgres_tools import PostgresToolError, PostgresToolStoppedError, always
from storage.private import private_folder
from storage.sentences import Sentence, sentence_of

ROUNDS = 5
"""How often the database is dumped anew because media that it needs went meanwhile."""

STAMP = "%Y%m%d-%H%M%S"
OURS = re.compile(r"postbote-\d{8}-\d{6}(?:-revision-(\w+))?\.tar(?:\.age)?")
"""The names of backups that are made by themselves, and removed when they are old. With a revision:
of the database alone, before a migration."""
UNFINISHED = re.compile(r"\..+\.[0-9a-f]{8}\.unfinished")

ONE_MOMENT = text(
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
    " SET LOCAL idle_in_transaction_session_timeout = 0"
)


class BackupError(RuntimeError):
    """Why there is no backup, in a sentence; `reason` is a word for it."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class InterruptedBackupError(BackupError):
    """Whoever wanted it wants to end."""

    def __init__(self) -> None:
        super().__init__(Sentence("The backup was interrupted."), "interrupted")


@dataclass(frozen=True)
class Made:
    """A backup that is whole."""

    path: Path
    size: int
    """Bytes."""
    media: int
    lost: int
    """Media that posts need, and that were gone before."""


class Backup:
    """Of one installation.

    Args:
        files: None for a backup of the database alone.
        workshop: a private folder, in which the dump lies until it is in the archive.
        key: where the key is; None if the settings bring it.
    """

    def __init__(
        self,
        database: Database,
        files: MediaFiles | None,
        workshop: Path,
        *,
        key: Path | None,
        passphrase: str | None,
        may_go_on: Callable[[], bool] = always,
    ) -> None:
        self._database, self._files, self._workshop = database, files, workshop
        self._key, self._passphrase, self._may_go_on = key, passphrase, may_go_on

    def write(self, target: Path) -> Made:
        """Appears under this name once it is whole, readable by its owner alone.

        Raises BackupError, sqlalchemy's errors.
        """
        if target.is_dir():
            example = target / name_of_backup(encrypted=self._passphrase is not None)
            raise BackupError(
                Sentence(
                    "{folder} is a folder: name a file, such as {file}.",
                    folder=target,
                    file=example,
                ),
                "disk",
            )
        if target.exists():
            raise BackupError(
                Sentence("{file} exists already: choose another name.", file=target), "disk"
            )
        with _explained(target), unfinished(target) as (path, file):
            with written(file, self._passphrase) as stream:
                media, lost = self._fill(stream)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
            path.rename(target)
        return Made(target, size, media, lost)

    def _fill(self, stream: IO[bytes]) -> tuple[int, int]:
        """Media first, as they may be many: the dump is made after that, and little is missing.

        Files are removed as posts need them no more. One that a dump needs and that is gone shows
        that the dump is out of date: another is made.
        """
        with self._moment() as connection:
            _refuse_pooler(connection)
            archive = ArchiveWriter(stream, self._about(connection))
            needed = self._needed(connection)
        kept, lost = self._add(archive, needed, set())
        for _ in range(ROUNDS):
            with unfinished(self._workshop / DUMP) as (path, dumped):
                needed = self._dump(path)
                known_to_be_lost = lost
                kept, lost = self._add(archive, needed - kept, kept)
                if lost <= known_to_be_lost:
                    archive.add(DUMP, dumped, self._look)
                    break
        else:
            raise BackupError(
                Sentence("Media are removed faster than they are read: try later."), "failed"
            )
        if self._key is not None:
            with self._key.open("rb") as key:
                archive.add(KEY, key)
        archive.finish()
        return len(kept), len(lost)

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        """One transaction, which sees the database as it is at its beginning."""
        with self._database.engine.connect() as connection:
            connection.execute(ONE_MOMENT)
            yield connection
            connection.rollback()

    def _dump(self, target: Path) -> set[str]:
        """Returns the media that the database needs, as of the dump."""
        url = SCHEME.sub("postgresql://", self._database.url, count=1)
        with self._moment() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            schema = str(connection.scalar(text("SELECT quote_ident(current_schema())")))
            needed = self._needed(connection)
            server = major_version(connection)
            where = (url, server, target, schema, str(snapshot))
            try:
                postgres_tools.dump(*where, may_go_on=self._may_go_on)
            except PostgresToolStoppedError:
                raise InterruptedBackupError from None
            except PostgresToolError as error:
                raise BackupError(sentence_of(error), "tool") from None
        return needed

    def _add(
        self, archive: ArchiveWriter, names: Iterable[str], kept: set[str]
    ) -> tuple[set[str], set[str]]:
        """Those that are there; returns what is in the archive now, and what is not."""
        kept, lost = set(kept), set()
        for name in sorted(names):
            self._look()
            assert self._files is not None, "else nothing is needed"
            try:
                with self._files.reading(name) as file:
                    archive.add(f"{MEDIA}{name}", file, self._look)
            except FileNotFoundError:
                lost.add(name)
            else:
                kept.add(name)
        return kept, lost

    def _look(self) -> None:
        """Raises InterruptedBackupError once whoever wanted it wants to end."""
        if not self._may_go_on():
            raise InterruptedBackupError

    def _needed(self, connection: Connection) -> set[str]:
        """The media files that some draft or post names."""
        if self._files is None:
            return set()
        needed = {name for row in connection.execute(select(*NAMES)) for name in row if name}
        if not self._files.is_there and self._files.lacks_all(needed):
            raise BackupError(Sentence("The media folder is not mounted, or another one."), "disk")
        return needed

    def _about(self, connection: Connection) -> About:
        revision = revision_of(connection)
        if revision is None:
            raise BackupError(
                Sentence("There is nothing of Postbote's in this database."), "failed"
            )
        return About(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            revision=revision,
            postgres=major_version(connection),
            has_media=self._files is not None,
            key="settings" if self._key is None else "file",
        )


def major_version(connection: Connection) -> int:
    """Of the server."""
    number = text("SELECT current_setting('server_version_num')::int / 10000")
    return int(connection.scalar(number) or 0)


def _refuse_pooler(connection: Connection) -> None:
    """pg_dump changes its session, which a pooler may hand to somebody else. Raises BackupError.

    A pooler gives its clients numbers of its own, the server that of its process.
    """
    process = connection.scalar(text("SELECT pg_backend_pid()"))
    ours: Any = connection.connection.driver_connection
    if process != ours.get_backend_pid():
        raise BackupError(
            Sentence(
                "DATABASE_URL leads to a pooler, and pg_dump needs the server itself: name"
                " that one."
            ),
            "pooler",
        )


def workshop(data_dir: Path) -> Path:
    """Where dumps lie until they are in their archive, and backups from before migrations."""
    folder = data_dir / "backups"
    private_folder(folder)
    sweep(folder)
    return folder


def name_of_backup(*, encrypted: bool, revision: str = "") -> str:
    """For one that is made by itself; their order is that of their making.

    Args:
        revision: that of the tables, if it is made before a migration.
    """
    made = datetime.now(UTC).strftime(STAMP)
    ending = f"-revision-{revision}" if revision else ""
    return f"postbote-{made}{ending}.tar{'.age' * encrypted}"


def backups_in(folder: Path, *, before_migration: bool = False) -> list[Path]:
    """Those of one kind that were made by themselves, the oldest first."""
    if not folder.is_dir():
        return []
    named = ((path, OURS.fullmatch(path.name)) for path in folder.iterdir())
    return sorted(path for path, ours in named if ours and bool(ours[1]) is before_migration)


def revision_in(path: Path) -> str | None:
    """The revision of the tables that a backup from before a migration has in its name."""
    named = OURS.fullmatch(path.name)
    return named[1] if named else None


def rotate(folder: Path, keep: int, *, before_migration: bool = False) -> None:
    """Keep the newest ones of a kind."""
    for old in backups_in(folder, before_migration=before_migration)[:-keep]:
        old.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what processes have left that were killed; who is at it holds a lock."""
    for path in folder.iterdir():
        if UNFINISHED.fullmatch(path.name):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)


@contextmanager
def unfinished(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file beside its place, locked while it is written; it is gone at the end, unless moved."""
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with suppress(OSError):  # a share that knows no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def _is_unfinished(name: str | None) -> bool:
    return name is None or UNFINISHED.fullmatch(Path(name).name) is not None


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Raises BackupError for what the disk refuses."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            full = Sentence(
                "There is no room left for {file}: free some, or choose another folder.",
                file=target,
            )
            raise BackupError(full, "disk_full") from None
        raise BackupError(
            Sentence(
                "{file} cannot be used ({reason}): choose another folder, or mend this one.",
                file=target if _is_unfinished(error.filename) else error.filename,
                reason=error.strerror,
            ),
            "disk",
        ) from None
