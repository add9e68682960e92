"""The age format (age-encryption.org/v1) with a passphrase, as streams of constant memory.

What is written here opens with `age -d`, and what `age -p` has written is read:
https://github.com/C2SP/C2SP/blob/main/age.md, read in 2026-11. The primitives are cryptography's;
pyrage 1.4 takes a passphrase only for what it holds in memory as a whole.
"""

import base64
import io
import os
import re
import secrets
from typing import IO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"age-encryption.org/v1\n"
CHUNK, TAG = 64 * 1024, 16
"""Bytes of a chunk in the clear, and what its authentication adds."""
WORK = 16
"""log2 of scrypt's N: 64 MB and a quarter of a second, once for each file."""
MOST_WORK = 20
"""1 GB, beyond what `age -p` and rage take on common machines: a file may not ask for more."""
HEADER_BYTES = 512
"""More than a header with one passphrase ever has."""

STANZA = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt ([\w+/]{22}) ([1-9]\d?)\n([\w+/]{43})\n---", re.ASCII
)


class WrongPassphraseError(ValueError):
    """It does not open the file."""


class BrokenStreamError(ValueError):
    """The file was cut or changed, or is none of age's with a passphrase."""


class AgeWriter(io.RawIOBase):
    """Encrypts what is written into `target`; complete only once it was closed."""

    def __init__(self, target: IO[bytes], passphrase: str, *, work: int = WORK) -> None:
        self._target, self._left, self._written = target, bytearray(), 0
        file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16)
        target.write(_header(file_key, passphrase, work) + nonce)
        self._chunks = _Chunks(file_key, nonce)

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: object) -> int:
        with memoryview(data) as view:  # type: ignore[arg-type] # as RawIOBase has it
            self._left += view
            size = view.nbytes
        self._written += size
        whole = (len(self._left) - 1) // CHUNK * CHUNK if self._left else 0
        for start in range(0, whole, CHUNK):  # the last chunk says so, and waits
            self._target.write(self._chunks.seal(bytes(self._left[start : start + CHUNK]), b"\0"))
        del self._left[:whole]
        return size

    def finish(self) -> None:
        """Write the end; without it, nobody takes the file for whole."""
        self._target.write(self._chunks.seal(bytes(self._left), b"\1"))
        self._left.clear()


class AgeReader(io.RawIOBase):
    """Decrypts what is read from `source`. Nothing that was changed is ever handed out.

    Raises WrongPassphraseError, BrokenStreamError; this one also while it is read.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source, self._left, self._is_over = source, b"", False
        file_key = _opened(_read_header(source), passphrase)
        self._chunks = _Chunks(file_key, _exactly(source, 16))
        self._next = source.read(CHUNK + TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        with memoryview(buffer) as view:  # type: ignore[arg-type] # as RawIOBase has it
            if not self._left and not self._is_over:
                self._left = self._chunk()
            taken = self._left[: view.nbytes]
            view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        self._is_over = not self._next
        return self._chunks.open(sealed, b"\1" if self._is_over else b"\0")


class _Chunks:
    """The payload, chunk by chunk: each knows its place, and the last one that it is the last."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._cipher, self._count = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")), 0

    def seal(self, chunk: bytes, last: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(last), chunk, None)

    def open(self, sealed: bytes, last: bytes) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), sealed, None)
        except InvalidTag:
            raise BrokenStreamError("it was cut or changed") from None

    def _nonce(self, last: bytes) -> bytes:
        place, self._count = self._count, self._count + 1
        return place.to_bytes(11, "big") + last


def is_age(beginning: bytes) -> bool:
    """Whether a file that begins so is encrypted in this format."""
    return beginning.startswith(MAGIC)


def _header(file_key: bytes, passphrase: str, work: int) -> bytes:
    salt = os.urandom(16)
    body = ChaCha20Poly1305(_stretched(passphrase, salt, work)).encrypt(bytes(12), file_key, None)
    told = MAGIC + b"-> scrypt %s %d\n%s\n---" % (_base64(salt), work, _base64(body))
    return told + b" " + _base64(_mac(file_key, told).finalize()) + b"\n"


def _read_header(source: IO[bytes]) -> list[bytes]:
    lines, left = [], HEADER_BYTES
    for _ in range(4):
        lines.append(source.readline(left))
        left -= len(lines[-1])
    return lines


def _opened(lines: list[bytes], passphrase: str) -> bytes:
    """The key of this file, from its header."""
    told, _, mac = b"".join(lines).rpartition(b" ")
    found = STANZA.fullmatch(told)
    if found is None or int(found[2]) > MOST_WORK:
        raise BrokenStreamError("it is not encrypted with a passphrase as age does it")
    try:
        stretched = _stretched(passphrase, _unbase64(found[1]), int(found[2]))
        file_key = ChaCha20Poly1305(stretched).decrypt(bytes(12), _unbase64(found[3]), None)
    except InvalidTag:
        raise WrongPassphraseError("the passphrase does not open it") from None
    try:
        _mac(file_key, told).verify(_unbase64(mac.strip()))
    except (InvalidSignature, ValueError):
        raise BrokenStreamError("its header was changed") from None
    return file_key


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    slow = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**work, r=8, p=1)
    return slow.derive(passphrase.encode())


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(file_key)


def _mac(file_key: bytes, told: bytes) -> HMAC:
    made = HMAC(_derived(file_key, b"", b"header"), SHA256())
    made.update(told)
    return made


def _exactly(source: IO[bytes], size: int) -> bytes:
    read = source.read(size)
    if len(read) != size:
        raise BrokenStreamError("it was cut")
    return read


def _base64(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
