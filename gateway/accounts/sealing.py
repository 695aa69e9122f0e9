"""Secrets at rest: AES-GCM under a key from the environment, bound to what they belong to. Keyed hashes of logins and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 4


class SealBroken(Exception):
    """Sealed under a key that is not given, for something else, or altered."""


class Sealer:
    """Seals with the first key, opens with each: a key is rotated by putting the new one before the old one."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes")
        self._keys = {hashlib.sha256(key).digest()[:ID_BYTES]: AESGCM(key) for key in keys}
        self._first = next(iter(self._keys))

    def seal(self, content: bytes, belongs_to: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, content, belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Raises SealBroken."""
        key, nonce, text = sealed[:ID_BYTES], sealed[ID_BYTES : ID_BYTES + NONCE_BYTES], sealed[ID_BYTES + NONCE_BYTES :]
        try:
            return self._keys[key].decrypt(nonce, text, belongs_to.encode())
        except (KeyError, InvalidTag, ValueError) as error:
            raise SealBroken(belongs_to) from error


def parse_keys(text: str) -> list[bytes]:
    """Comma-separated base64url. Raises ValueError."""
    return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.replace(" ", "").split(",") if part]


def derived_key(secret: str) -> bytes:
    """For development, where no sealing key is given."""
    return hmac.digest(secret.encode(), b"sealing", hashlib.sha256)


def keyed_hash(secret: str, purpose: str, *parts: str | bytes) -> bytes:
    """Tells nothing about the parts without the secret; parts cannot run into each other."""
    mac = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()


def digest(token: str) -> bytes:
    """For tokens of at least 128 random bits, which need no salt."""
    return hashlib.sha256(token.encode()).digest()
