"""Signs attribution tokens. Algorithm, key id, issuer and audience are fixed here; orders fixes the same."""

from __future__ import annotations

from typing import Any

from joserfc import jwt

from services.kit.principal import ALGORITHM, signing_key
from services.livestream.domain.attribution import ISSUER


class AttributionSigner:
    def __init__(self, seed: str) -> None:
        self._key = signing_key(seed)

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": ALGORITHM, "kid": ISSUER}, claims, self._key, algorithms=[ALGORITHM])
