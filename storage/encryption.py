"""Encryption of what must not be read from a stolen database."""

import base64
import functools
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.private import narrow


class UnreadableSecretError(ValueError):
    """The key does not open it: SECRET_KEY has changed, or the data are damaged."""


class SecretBox:
    """Seals and opens strings with a key of any form; authenticated (Fernet).

    Args:
        key: seals, and opens.
        older: open what was sealed before the key was changed.
    """

    def __init__(self, key: str, *older: str) -> None:
        self._present = Fernet(_derived(key))
        self._fernet = MultiFernet([self._present, *(Fernet(_derived(one)) for one in older)])

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Raises UnreadableSecretError."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise UnreadableSecretError("SECRET_KEY does not open what is stored") from None

    def renewed(self, sealed: bytes | None) -> bytes | None:
        """The same under the present key; None if it is so already, or no key opens it."""
        if sealed is None or self._is_present(sealed):
            return None
        with suppress(InvalidToken):
            return self._fernet.rotate(sealed)
        return None

    def _is_present(self, sealed: bytes) -> bool:
        try:
            self._present.decrypt(sealed)
        except InvalidToken:
            return False
        return True


@functools.cache
def _derived(key: str) -> bytes:
    """Slow on purpose, and so done once in a process."""
    derived = hashlib.scrypt(key.encode(), salt=b"postbote session key", n=2**14, r=8, p=1)
    return base64.urlsafe_b64encode(derived[:32])


def key_in_file(path: Path) -> str:
    """The key kept in `path`, made at the first call and readable by its owner alone.

    A file that a power cut has left empty is no key: nothing was sealed with it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = _kept_in(path)
    if kept:
        narrow(path, 0o600)
        return kept
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if kept == "":
        fresh.replace(path)
    else:
        with suppress(FileExistsError):  # another process was first: its key counts
            path.hardlink_to(fresh)
        fresh.unlink()
    return _kept_in(path) or ""


def _kept_in(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
