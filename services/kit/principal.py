"""Who is asking: carried between processes as a short-lived Ed25519 token, one audience a service.

Only the gateway may speak for people; a service speaks for itself (jobs, replay). The algorithm is fixed here, never
taken from the token (authlib/authlib#654, mpdavis/python-jose#419).
"""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.kit.errors import Forbidden, Unauthenticated

ALGORITHM = "Ed25519"
LIFETIME_SECONDS = 60
LEEWAY_SECONDS = 5


class Role(StrEnum):
    """``scope`` of a grant in brackets."""

    SHOPPER = "shopper"                      # [the account itself]
    MERCHANT = "merchant"                    # [merchant_id]
    CANTEEN_BUYER = "canteen_buyer"          # [institution_id] calls off, accepts
    CANTEEN_APPROVER = "canteen_approver"    # [institution_id] approves call-offs, second person of an acceptance
    GROUP_ORGANISER = "group_organiser"      # [institution_id] union and staff campaigns
    STREAMER = "streamer"                    # [streamer_id]
    OUTLET = "outlet"                        # [outlet_id]
    COUNTY_OFFICER = "county_officer"        # [county code]
    DEPARTMENT_OFFICER = "department_officer"  # [department code] reviews for its duties
    BUREAU = "bureau"                        # [] the city's program office
    OPERATOR = "operator"                    # [] runs the system: imports, clock, jobs
    SERVICE = "service"                      # [service name]


@dataclass(frozen=True)
class Grant:
    role: Role
    scope: str = ""


@dataclass(frozen=True)
class Principal:
    """``subject`` is an account id, ``guest:<id>`` or ``service:<name>``. The fact ``limited`` says that the grants are all that counts:
    the person acts in one of several roles, or through an API key, and no service widens them by what it knows of the account."""

    subject: str
    grants: tuple[Grant, ...] = ()
    facts: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    def has(self, role: Role, scope: str | None = None) -> bool:
        return any(g.role == role and (scope is None or g.scope == scope) for g in self.grants)

    def scopes(self, role: Role) -> list[str]:
        return [g.scope for g in self.grants if g.role == role]

    @property
    def is_guest(self) -> bool:
        return self.subject.startswith("guest:")

    def require(self, role: Role, scope: str | None = None) -> None:
        """Raises Forbidden without the role (in that scope)."""
        if not self.has(role, scope):
            raise Forbidden()

    def require_any(self, *roles: Role) -> None:
        if not any(self.has(role) for role in roles):
            raise Forbidden()


ANONYMOUS = Principal("anonymous")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_key_of(seed: str) -> str:
    """base64url seed → base64url public key."""
    key = Ed25519PrivateKey.from_private_bytes(_unb64(seed)).public_key()
    return _b64(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def signing_key(seed: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": seed, "x": public_key_of(seed)})


def verifying_key(public: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})


class TokenIssuer:
    """Signs tokens of one process; the same principal and audience share a token for half its life."""

    def __init__(self, name: str, seed: str) -> None:
        self._name, self._key = name, signing_key(seed)
        self._cache: dict[tuple[Any, ...], tuple[float, str]] = {}
        self._lock = threading.Lock()

    def token(self, principal: Principal, audience: str) -> str:
        key = (principal, tuple(sorted(principal.facts.items())), audience)
        cached = self._cache.get(key)
        now = time.time()
        if cached and cached[0] > now:
            return cached[1]
        claims = {
            "iss": self._name, "aud": audience, "sub": principal.subject, "exp": int(now) + LIFETIME_SECONDS,
            "grants": [[g.role.value, g.scope] for g in principal.grants], "facts": principal.facts,
        }
        token = jwt.encode({"alg": ALGORITHM, "kid": self._name}, claims, self._key, algorithms=[ALGORITHM])
        with self._lock:
            if len(self._cache) > 5000:
                self._cache.clear()
            self._cache[key] = (now + LIFETIME_SECONDS / 2, token)
        return token

    def own(self, audience: str) -> str:
        """The service speaking for itself."""
        return self.token(Principal(f"service:{self._name}", (Grant(Role.SERVICE, self._name),)), audience)


class TokenVerifier:
    def __init__(self, audience: str, public_keys: dict[str, str]) -> None:
        self._audience = audience
        self._keys = {kid: verifying_key(key) for kid, key in public_keys.items()}
        self._cache: dict[str, tuple[float, Principal]] = {}

    def verify(self, token: str) -> Principal:
        """Raises Unauthenticated for anything but a whole, current token of a known issuer for this audience."""
        cached = self._cache.get(token)
        if cached and cached[0] > time.time():
            return cached[1]
        principal, expires = self._check(token)
        if len(self._cache) > 5000:
            self._cache.clear()
        self._cache[token] = (expires, principal)
        return principal

    def _check(self, token: str) -> tuple[Principal, float]:
        claims, kid = self._claims(token)
        expires, subject = claims.get("exp"), claims.get("sub")
        now = time.time()
        if not isinstance(expires, int) or not isinstance(subject, str) or claims.get("aud") != self._audience \
                or claims.get("iss") != kid or not now - LEEWAY_SECONDS < expires < now + LIFETIME_SECONDS + LEEWAY_SECONDS:
            raise Unauthenticated()
        try:
            grants = tuple(Grant(Role(role), str(scope)) for role, scope in claims.get("grants", []))
        except (ValueError, TypeError) as error:
            raise Unauthenticated() from error
        speaks_for_itself = subject == f"service:{kid}" and grants == (Grant(Role.SERVICE, kid),)
        if kid != "gateway" and not speaks_for_itself:
            raise Unauthenticated()
        if kid == "gateway" and not speaks_for_itself and any(g.role == Role.SERVICE for g in grants):
            raise Unauthenticated()
        return Principal(subject, grants, dict(claims.get("facts") or {})), float(expires)

    def _claims(self, token: str) -> tuple[dict[str, Any], str]:
        try:
            kid = jwt_header(token).get("kid")
            if not isinstance(kid, str) or kid not in self._keys:
                raise Unauthenticated()
            return dict(jwt.decode(token, self._keys[kid], algorithms=[ALGORITHM]).claims), kid
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise Unauthenticated() from error


def jwt_header(token: str) -> dict[str, Any]:
    import json

    header = json.loads(_unb64(token.split(".", 1)[0]))
    if not isinstance(header, dict):
        raise ValueError("header")
    return header
