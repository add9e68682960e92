"""How a password travels (version 4 of the app's envelope), and RFC 6238 codes."""

import base64
import binascii
import functools
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID = 87


class PasswordKey:
    """The key pair whose public half clients encrypt passwords with."""

    def __init__(self, pem: str | None = None) -> None:
        self._key = _load(pem) if pem else new_key()

    def private_pem(self) -> str:
        """The private key, for keeping it across restarts."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def headers(self) -> dict[str, str]:
        """The two headers in which the service hands the public key out."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "ig-set-password-encryption-key-id": str(KEY_ID),
            "ig-set-password-encryption-pub-key": base64.b64encode(public).decode(),
        }

    def decrypt(self, sealed: str) -> str | None:
        """The password in `#PWD_INSTAGRAM:4:<time>:<base64>`; None when it cannot be opened.

        The envelope: version 1, key id, 12 bytes of nonce, length of the RSA part (2 bytes,
        little endian), RSA part with the AES key, 16 bytes of tag, AES-GCM ciphertext; the time
        is authenticated with it.
        """
        try:
            marker, version, timestamp, payload = sealed.split(":", 3)
            raw = base64.b64decode(payload, validate=True)
            if (marker, version) != ("#PWD_INSTAGRAM", "4") or raw[:2] != bytes([1, KEY_ID]):
                return None
            size = int.from_bytes(raw[14:16], "little")
            aes_key = self._key.decrypt(raw[16 : 16 + size], padding.PKCS1v15())
            tag, text = raw[16 + size : 32 + size], raw[32 + size :]
            plain = AESGCM(aes_key).decrypt(raw[2:14], text + tag, timestamp.encode())
            return plain.decode()
        except (ValueError, binascii.Error, InvalidTag):
            return None


@functools.cache
def new_key() -> rsa.RSAPrivateKey:
    """The same for all accounts of a process, as the service has one for everybody."""
    return rsa.generate_private_key(65537, 2048)


@functools.cache  # its check takes as long as a chat notices
def _load(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the sandbox's password key is not an RSA key")
    return key


def totp(secret: str, at: float) -> str:
    """The six digits that an authenticator app shows at this time (RFC 6238, SHA-1, 30 s)."""
    seed = secret.replace(" ", "").upper()
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.digest(key, int(at // 30).to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def matching_step(secret: str, code: str, at: float) -> int | None:
    """Of which step of 30 s a code is, now or one to either side; None if it fits none."""
    offered = code.replace(" ", "")
    steps = (int(at // 30) + late for late in (-1, 0, 1))
    return next((step for step in steps if same_text(totp(secret, step * 30), offered)), None)


def same_text(one: str, other: str) -> bool:
    """Equality that takes the same time wherever the texts differ."""
    return hmac.compare_digest(one.encode(), other.encode())
