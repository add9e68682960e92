"""Files by name in S3, or in what speaks its protocol, reached through fsspec."""

import errno
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.files import NO_ROOM
from storage.sentences import Sentence

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 30, 3
"""For a connection; for the next bytes of an answer; each request is made so many times."""
PART_BYTES = 8 * 1024**2
"""A larger file goes in parts of this size, two at a time: they are held in memory."""

OF_THIS_MACHINE = (*NO_ROOM, errno.EROFS, errno.EMFILE)

MISSING_PACKAGE = Sentence("s3:// needs one more package: pip install 'postbote[s3]'")
DENIED = Sentence(
    "the media store denies access: check its credentials, and their right to list and write"
)
NO_CREDENTIALS = Sentence("there are no credentials for the media store")
NO_BUCKET = Sentence("the media store has no such bucket")


class StoreTroubleError(OSError):
    """The store does not do what it is asked to; `strerror` says why, without secrets.

    Args:
        is_transient: it may do so in a moment, without anybody's help.
    """

    def __init__(self, sentence: str, *, is_transient: bool) -> None:
        super().__init__(errno.EIO if is_transient else errno.EACCES, sentence)
        self.is_transient = is_transient


@dataclass(frozen=True)
class S3Access:
    """How S3 is reached; what is None is found as usual: in ~/.aws, or from the machine's role."""

    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    profile: str | None = None
    region: str | None = None
    endpoint: str | None = None


@dataclass(frozen=True)
class Stored:
    size: int
    """Bytes."""
    modified: datetime


class ObjectStore:
    """One folder of a bucket. Everything blocks, and raises StoreTroubleError.

    Raises StoreTroubleError at once if the package that speaks S3 is missing.
    """

    def __init__(self, url: str, access: S3Access) -> None:
        try:
            import fsspec  # an extra, and 40 MB of memory

            system = fsspec.get_filesystem_class("s3")
        except ImportError:
            raise StoreTroubleError(MISSING_PACKAGE, is_transient=False) from None
        self._root = url.removeprefix("s3://").rstrip("/")
        with _told():
            self._system = system(**_arguments(access))
        self._system.retries = ATTEMPTS

    def check(self) -> None:
        """Look for something that is not there, write it, and remove it."""
        name = f"incoming/{secrets.token_hex(16)}"
        self.size(name)
        with _told():
            try:
                self._system.pipe_file(self._at(name), b"Postbote can write here.")
            except FileNotFoundError:
                raise StoreTroubleError(NO_BUCKET, is_transient=False) from None
            self._system.rm_file(self._at(name))

    def put(self, path: Path, name: str) -> None:
        """Only what the store has whole counts as put."""
        with _told():
            how = {"chunksize": PART_BYTES, "max_concurrency": 2}
            self._system.put_file(str(path), self._at(name), **how)
        if self.size(name) != path.stat().st_size:
            raise _away(Sentence("not all was written"))

    def touch(self, name: str) -> None:
        """An empty file."""
        with _told():
            self._system.pipe_file(self._at(name), b"")

    def get(self, name: str, path: Path) -> None:
        """Raises FileNotFoundError as well, and OSError if it cannot be written here."""
        with _told():
            how = {"chunksize": PART_BYTES, "max_concurrency": 2}
            self._system.get_file(self._at(name), str(path), **how)

    def size(self, name: str) -> int | None:
        """In bytes; None if there is no such file."""
        with _told():
            try:
                return int(self._system.info(self._at(name))["size"])
            except FileNotFoundError:
                return None

    def remove(self, names: Iterable[str]) -> None:
        """Ones already gone are fine."""
        with _told():
            self._system.rm([self._at(name) for name in names])

    def all(self) -> dict[str, Stored]:
        """Every file by its name; those in folders below are none of ours."""
        with _told():
            try:
                found = self._system.find(self._root, detail=True)
            except FileNotFoundError:
                raise StoreTroubleError(NO_BUCKET, is_transient=False) from None
        names = {path.removeprefix(f"{self._root}/"): facts for path, facts in found.items()}
        return {
            name: Stored(int(facts["size"]), facts["LastModified"])
            for name, facts in names.items()
            if "/" not in name
        }

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"


def _arguments(access: S3Access) -> dict[str, Any]:
    return {
        "key": access.key,
        "secret": access.secret,
        "token": access.token,
        "profile": access.profile,
        "endpoint_url": access.endpoint,
        "client_kwargs": {"region_name": access.region} if access.region else {},
        "config_kwargs": {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "retries": {"total_max_attempts": 1},  # s3fs itself tries again
        },
        "use_listings_cache": False,
        "skip_instance_cache": True,  # it would hold the credentials for good
    }


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong in the store becomes StoreTroubleError; what does so here stays OSError."""
    try:
        yield
    except StoreTroubleError:
        raise
    except Exception as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise trouble from error


def _trouble(error: Exception) -> StoreTroubleError | None:
    """None for what is no trouble of the store's."""
    from botocore import exceptions as aws

    if isinstance(error, OSError) and (error.filename or error.errno in OF_THIS_MACHINE):
        return None
    if isinstance(error, FileNotFoundError):
        return None
    if isinstance(error, PermissionError):
        return StoreTroubleError(DENIED, is_transient=False)
    if isinstance(error, aws.NoCredentialsError | aws.PartialCredentialsError):
        return StoreTroubleError(NO_CREDENTIALS, is_transient=False)
    if isinstance(error, aws.ProfileNotFound):
        return StoreTroubleError(
            Sentence("the media store: {words}", words=str(error)), is_transient=False
        )
    if isinstance(error, aws.ParamValidationError | ValueError):
        mistaken = Sentence(
            "the media store is not reached like this ({error}): check its address and credentials",
            error=type(error).__name__,
        )
        return StoreTroubleError(mistaken, is_transient=False)
    said = getattr(error, "strerror", None) or type(error).__name__
    return _away(said)


def _away(why: str) -> StoreTroubleError:
    told = Sentence("the media store does not answer as it should ({why})", why=why)
    return StoreTroubleError(told, is_transient=True)
