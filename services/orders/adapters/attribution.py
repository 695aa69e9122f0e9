"""Verifies livestream's attribution tokens. Algorithm, key id and audience are fixed here, never taken from the token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError

from services.kit.principal import ALGORITHM, jwt_header, verifying_key
from services.orders.domain.errors import AttributionForged
from services.orders.domain.shopping.attribution import Claims

ISSUER, AUDIENCE = "livestream", "orders-attribution"


class AttributionVerifier:
    def __init__(self, public_key: str) -> None:
        self._key = verifying_key(public_key)

    def verify(self, token: str, field: str) -> Claims:
        """Raises AttributionForged for anything livestream did not sign for us. Whether it has expired is a rule's business."""
        try:
            if jwt_header(token).get("kid") != ISSUER:
                raise AttributionForged(field)
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            if claims.get("aud") != AUDIENCE or claims.get("iss") != ISSUER:
                raise AttributionForged(field)
            return Claims(str(claims["sub"]), UUID(str(claims["session_id"])), UUID(str(claims["product_id"])),
                          datetime.fromtimestamp(int(claims["exp"]), UTC), timedelta(seconds=int(claims.get("grace_seconds", 0))))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise AttributionForged(field) from error
