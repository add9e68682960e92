"""A backup's file: a tar, encrypted by age if there is a passphrase, written and read as a stream.

postbote.json   what it is
media/NAME      each file that the database needs
secret.key      the key that opens what is encrypted in the database
database.dump   pg_dump's custom format
SHA256SUMS      of all of these, last: without it, the archive is not whole
"""

import hashlib
import io
import json
import os
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from storage.age import AgeReader, AgeWriter, BrokenStreamError, WrongPassphraseError, is_age
from storage.files import NAME
from storage.sentences import Sentence

FORMAT = 1
ABOUT, DUMP, KEY, SUMS, MEDIA = (
    "postbote.json",
    "database.dump",
    "secret.key",
    "SHA256SUMS",
    "media/",
)
SMALL = {ABOUT: 64_000, KEY: 4_000, SUMS: 64_000_000}
"""Bytes that these may have at the most."""
BUFFER = 1024 * 1024
SUM = re.compile(r"([0-9a-f]{64})  (\S+)")


class UnusableArchiveError(ValueError):
    """It is not restored: a sentence says why, and what to do."""


@dataclass(frozen=True)
class About:
    """What an archive says of itself."""

    made_at: str
    """ISO 8601, in UTC."""
    revision: str
    """Of the tables."""
    postgres: int
    """The server's major version."""
    has_media: bool
    """Else it is of the database alone, as before a migration."""
    key: str
    """Where the key was: 'file' or 'settings'."""
    format: int = FORMAT


class ArchiveWriter:
    """Adds what there is, in any order after `about`."""

    def __init__(self, target: IO[bytes], about: About) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115
        self._sums: dict[str, str] = {}
        self._add_bytes(ABOUT, json.dumps(asdict(about), indent=1).encode())

    def add(self, name: str, content: IO[bytes], look: Callable[[], None] = lambda: None) -> int:
        """All of this file, from its beginning; returns how many bytes.

        Args:
            look: called now and again meanwhile; what it raises breaks this off.
        """
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = content.seek(0, io.SEEK_END), 0o600, time.time()
        content.seek(0)
        hashed = _Hashed(content, look)
        self._tar.addfile(member, cast("IO[bytes]", hashed))
        self._tar.members.clear()  # type: ignore[attr-defined] # else it remembers each
        self._sums[name] = hashed.digest
        return member.size

    def finish(self) -> None:
        """Without it, the archive is not whole."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in self._sums.items())
        self._add_bytes(SUMS, lines.encode())
        self._tar.close()

    def _add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, io.BytesIO(content))


class _Hashed:
    """Reads a file, and knows the hash of what was read."""

    def __init__(self, content: IO[bytes], look: Callable[[], None] = lambda: None) -> None:
        self._content, self._look, self._hash = content, look, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        self._look()
        read = self._content.read(size)
        self._hash.update(read)
        return read

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class _PlainFile(tarfile.TarInfo):
    """All that we write. Links, folders and extended headers of any size are nothing of ours."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_PlainFile":
        found = super().frombuf(buf, encoding, errors)
        if found.type != tarfile.REGTYPE or found.size < 0:
            raise UnusableArchiveError(
                Sentence(
                    "This is no backup of Postbote's: {name} is no plain file.",
                    name=repr(found.name),
                )
            )
        return found


BROKEN = Sentence("The backup is damaged or was cut short: use another one.")


@contextmanager
def written(file: IO[bytes], passphrase: str | None) -> Iterator[IO[bytes]]:
    """What is written there ends up in `file`, encrypted if there is a passphrase."""
    if passphrase is None:
        yield file
        return
    age = AgeWriter(file, passphrase)
    yield cast("IO[bytes]", age)
    age.finish()


def unpacked(source: Path, folder: Path, passphrase: str | None) -> About:
    """All of the archive in this folder, once it has proven to be whole and nothing but ours.

    Raises UnusableArchiveError, and OSError, with what has come so far left in the folder.
    """
    try:
        with source.open("rb") as file, _opened(file, passphrase) as stream:
            return _unpacked(stream, folder)
    except WrongPassphraseError:
        raise UnusableArchiveError(
            Sentence("BACKUP_PASSPHRASE is not the one with which this backup was encrypted.")
        ) from None
    except (BrokenStreamError, tarfile.TarError, EOFError):
        raise UnusableArchiveError(BROKEN) from None


@contextmanager
def _opened(file: IO[bytes], passphrase: str | None) -> Iterator[IO[bytes]]:
    is_encrypted = is_age(file.read(64))
    file.seek(0)
    if not is_encrypted:
        yield file
        return
    if passphrase is None:
        raise UnusableArchiveError(Sentence("The backup is encrypted: set BACKUP_PASSPHRASE."))
    with io.BufferedReader(AgeReader(file, passphrase), BUFFER) as clear:
        yield clear


def _unpacked(stream: IO[bytes], folder: Path) -> About:
    sums: dict[str, str] = {}
    (folder / MEDIA).mkdir()
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_PlainFile) as tar:
            for member in tar:
                tar.members.clear()  # type: ignore[attr-defined] # else it remembers each
                if sums.keys() >= {SUMS} or member.name in sums:
                    raise UnusableArchiveError(
                        Sentence(
                            "This is no backup of Postbote's: {name} is one too many.",
                            name=repr(member.name),
                        )
                    )
                sums[member.name] = _kept(tar, member, folder)
    except tarfile.ReadError:
        if not sums:
            raise UnusableArchiveError(
                Sentence("This is no backup of Postbote's: it is no tar file, and not age's.")
            ) from None
        raise
    _check_sums(folder / SUMS, sums)
    return _about(folder / ABOUT)


def _kept(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write it into the folder, under a name of ours; returns its hash."""
    name = member.name
    is_ours = name in (ABOUT, DUMP, KEY, SUMS) or (
        name.startswith(MEDIA) and NAME.fullmatch(name.removeprefix(MEDIA))
    )
    if not is_ours or member.size > SMALL.get(name, member.size):
        raise UnusableArchiveError(
            Sentence("This is no backup of Postbote's: it holds {name}.", name=repr(name[:100]))
        )
    content = tar.extractfile(member)
    assert content is not None, "it is a plain file"
    hashed = _Hashed(content)
    place = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(place, "wb") as kept:
        while block := hashed.read(BUFFER):
            kept.write(block)
    if (folder / name).stat().st_size != member.size:
        raise UnusableArchiveError(BROKEN)
    return hashed.digest


def _check_sums(told: Path, found: dict[str, str]) -> None:
    if SUMS not in found:
        foreign = Sentence("This is no backup of Postbote's: it lacks {file}.", file=ABOUT)
        raise UnusableArchiveError(BROKEN if ABOUT in found else foreign)
    del found[SUMS]
    lines = told.read_text(encoding="ascii", errors="replace").splitlines()
    wanted = {match[2]: match[1] for line in lines if (match := SUM.fullmatch(line))}
    if wanted != found or not {ABOUT, DUMP} <= found.keys():
        raise UnusableArchiveError(BROKEN)


def _about(file: Path) -> About:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] > FORMAT:
            raise UnusableArchiveError(
                Sentence("A newer version of Postbote made this backup: use that.")
            )
        return About(**{name: told[name] for name in About.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, UnusableArchiveError):
            raise
        raise UnusableArchiveError(
            Sentence("This is no backup of Postbote's: {file} says something else.", file=ABOUT)
        ) from None
