"""Our streams are age's: the reference's Rust sibling reads them, and we read what it has made."""

import io
import os

import pyrage
import pytest

from storage.age import CHUNK, AgeReader, AgeWriter, BrokenStreamError, WrongPassphraseError

PASSPHRASE = "correct horse battery staple"
QUICK = 10
"""log2 of the work in tests."""


def encrypted(content: bytes) -> bytes:
    target = io.BytesIO()
    with AgeWriter(target, PASSPHRASE, work=QUICK) as age:
        for start in range(0, len(content), 50_000):
            age.write(content[start : start + 50_000])
        age.finish()
    return target.getvalue()


def decrypted(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    with io.BufferedReader(AgeReader(io.BytesIO(content), passphrase)) as clear:
        return clear.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_we_write_is_read_by_another_implementation_and_by_us(size: int) -> None:
    content = os.urandom(size)
    made = encrypted(content)
    assert pyrage.passphrase.decrypt(made, PASSPHRASE) == content
    assert decrypted(made) == content


def test_whatever_was_changed_or_cut_is_not_handed_out() -> None:
    made = encrypted(os.urandom(2 * CHUNK))
    payload = len(made) - 2 * (CHUNK + 16)
    for broken in (
        made[:-1],
        made[: -CHUNK - 16],  # without its last chunk
        made[:payload],
        made[: payload - 3],
        made[:payload] + made[payload + CHUNK + 16 :],
        made[:payload] + made[-CHUNK - 16 :] + made[payload : payload + CHUNK + 16],
        made[:-5] + bytes([made[-5] ^ 1]) + made[-4:],
        made + b"more",
    ):
        with pytest.raises(BrokenStreamError):
            decrypted(broken)


def test_a_wrong_passphrase_is_told_from_a_header_that_is_none() -> None:
    made = encrypted(b"content")
    with pytest.raises(WrongPassphraseError):
        decrypted(made, "another one")
    header = made[: made.index(b"\n---")]
    for foreign in (
        b"",
        header[:40],
        made.replace(b" 10\n", b" 40\n"),  # a work that would take a terabyte
        made.replace(b"-> scrypt", b"-> X25519"),
        header.replace(b"scrypt ", b"scrypt  ") + made[len(header) :],
    ):
        with pytest.raises(BrokenStreamError):
            decrypted(foreign)
