"""Signed links: what they allow is in them, they end by themselves, and one byte changed makes them void."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from services.kit import json
from services.kit.errors import LinkExpired


def sign(secret: str, purpose: str, content: dict[str, Any], seconds: int) -> str:
    body = json.canonical({**content, "p": purpose, "e": int(time.time()) + seconds})
    return f"{_b64(body)}.{_b64(_mac(secret, body))}"


def read(secret: str, purpose: str, token: str) -> dict[str, Any]:
    """The content of a valid link for ``purpose``. Raises LinkExpired."""
    try:
        body_text, mac_text = token.split(".")
        body, mac = _unb64(body_text), _unb64(mac_text)
    except ValueError as error:
        raise LinkExpired() from error
    if not hmac.compare_digest(mac, _mac(secret, body)):
        raise LinkExpired()
    content: dict[str, Any] = json.loads(body)
    if content.pop("p") != purpose or content.pop("e") < time.time():
        raise LinkExpired()
    return content


def _mac(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
