"""Where the embedded server's socket lies: a folder that is ours alone, and a path not too long."""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import psycopg2

from storage.sentences import Sentence
from storage.server_user import EmbeddedPostgresError, Runner

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
TEMPORARY = Path(tempfile.gettempdir())
"""The machine's: a process's own, of later on, goes with it."""
LONGEST_SOCKET = 107
"""Bytes of a Unix socket's path on Linux (man 7 unix); Postgres and libpq keep to them."""


def socket_folder(folder: Path) -> Path:
    """Where the server of this data folder listens, unless somebody stood in its way."""
    return folder if _fits(folder) else _private_name(folder)


def make_socket_folder(folder: Path, runner: Runner, known: Path) -> Path:
    """The same, made for the server; `known` is where it has listened so far.

    Raises EmbeddedPostgresError.
    """
    if _fits(folder):
        return folder
    return known if known != folder and _is_private(known, runner) else _private(folder, runner)


def answers(url: str) -> bool:
    """Whether it takes a query; one that starts or recovers refuses at the door."""
    try:
        with closing(psycopg2.connect(url, connect_timeout=2)) as connection:
            connection.cursor().execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


def listens(path: Path) -> bool:
    """Whether anybody waits at this socket, whom we need not be able to see."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            door.connect(str(path))
        except OSError:
            return False
    return True


def _fits(folder: Path) -> bool:
    """Whether a socket in it can be named: its path is short, and no list to libpq."""
    return len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET and "," not in str(folder)


def _private_name(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return TEMPORARY / f"postbote-{name}"


def _private(folder: Path, runner: Runner) -> Path:
    """A short folder for the socket that nobody else may enter, whatever stands in its place."""
    private = _private_name(folder)
    with suppress(FileExistsError):
        private.mkdir(mode=0o700)
        os.chown(private, runner.uid, runner.gid)
    if not _is_private(private, runner):
        private = Path(tempfile.mkdtemp(prefix="postbote-", dir=TEMPORARY))
        os.chown(private, runner.uid, runner.gid)
    if not _fits(private):
        raise EmbeddedPostgresError(
            Sentence(
                "DATA_DIR and TMPDIR are both too long for a socket: {folder}, {private}",
                folder=folder,
                private=private,
            )
        )
    return private


def _is_private(folder: Path, runner: Runner) -> bool:
    with suppress(FileNotFoundError):
        found = folder.lstat()
        mode = found.st_mode
        return stat.S_ISDIR(mode) and found.st_uid == runner.uid and not mode & 0o077
    return False
