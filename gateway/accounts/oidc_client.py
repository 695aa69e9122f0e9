"""OpenID Connect as a client: discovery, the code flow with PKCE, and an ID token that is believed only when all of it is right.

The algorithms are those of our configuration, never the token's (CVE-2024-37568); issuer, audience, nonce and times are checked by us.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.accounts.domain import OidcRefused
from gateway.accounts.sign_in_settings import OidcProvider
from services.kit.errors import Unavailable
from services.kit.telemetry import log

LEEWAY_SECONDS, OLDEST_SECONDS = 30, 600
KEPT_SECONDS, KEYS_AGAIN_SECONDS = 600, 60
MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class OutsideIdentity:
    """``email`` only where the provider says that it verified it; an unverified one is not looked at."""

    issuer: str
    subject: str
    email: str | None


class OidcClient:
    """One provider; keeps its discovery document and keys for ten minutes."""

    def __init__(self, provider: OidcProvider) -> None:
        self.provider = provider
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=5))
        self._lock = threading.Lock()
        self._document: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def authorization_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._discovered()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def identity(self, *, code: str, redirect_uri: str, nonce: str, verifier: str, issuer: str | None) -> OutsideIdentity:
        """``issuer``: the callback's ``iss`` (RFC 9207), where there is one. Raises OidcRefused, Unavailable."""
        document = self._discovered()
        promised = document.get("authorization_response_iss_parameter_supported") is True
        if (issuer is not None or promised) and issuer != self.provider.issuer:
            raise self._refused("issuer of the answer")
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
        basic = f"{quote(self.provider.client_id, safe='')}:{quote(self.provider.client_secret, safe='')}"
        headers = {"Authorization": f"Basic {base64.b64encode(basic.encode()).decode()}"}
        answer = self._fetch("POST", document["token_endpoint"], headers, urlencode(body))
        if not isinstance(answer.get("id_token"), str):
            raise self._refused("no ID token")
        claims = self.claims(answer["id_token"], nonce)
        if "email" not in claims and document.get("userinfo_endpoint") and isinstance(answer.get("access_token"), str):
            more = self._fetch("GET", document["userinfo_endpoint"], {"Authorization": f"Bearer {answer['access_token']}"})
            if more.get("sub") != claims["sub"]:
                raise self._refused("userinfo of somebody else")
            claims = {**claims, "email": more.get("email"), "email_verified": more.get("email_verified")}
        email = claims.get("email") if claims.get("email_verified") is True else None
        return OutsideIdentity(self.provider.issuer, claims["sub"], email if isinstance(email, str) else None)

    def claims(self, token: str, nonce: str) -> dict[str, Any]:
        """Of a whole, current ID token for us in this sign-in. Raises OidcRefused."""
        try:
            key = self._key_of(token)
            claims = dict(jwt.decode(token, key, algorithms=list(self.provider.algorithms)).claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._refused(f"token: {type(error).__name__}") from error
        now, expires, issued, audience = time.time(), claims.get("exp"), claims.get("iat"), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        wrong = {
            "issuer": claims.get("iss") != self.provider.issuer,
            "audience": self.provider.client_id not in audiences
            or (len(audiences) > 1 and claims.get("azp") != self.provider.client_id)
            or claims.get("azp", self.provider.client_id) != self.provider.client_id,
            "expiry": not _is_within(expires, now - LEEWAY_SECONDS, math.inf),
            "issue": not _is_within(issued, now - OLDEST_SECONDS, now + LEEWAY_SECONDS),
            "nonce": not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()),
            "subject": not isinstance(claims.get("sub"), str) or not 1 <= len(claims["sub"]) <= 255,
        }
        if any(wrong.values()):
            raise self._refused(", ".join(name for name, found in wrong.items() if found))
        return claims

    def _key_of(self, token: str) -> Any:
        """The provider's key that the token names; a key it has not got yet is asked for once a minute at most."""
        part = token.split(".", 1)[0]
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        kid = header.get("kid")
        for again in (False, True):
            keys = [k for k in self._key_set(again=again).keys if k.as_dict().get("use", "sig") == "sig"]
            found = [k for k in keys if k.kid == kid] if kid is not None else keys
            if len(found) == 1:
                return found[0]
        raise self._refused("key")

    def _discovered(self) -> dict[str, Any]:
        until, document = self._document
        if until > time.monotonic():
            return document
        document = self._fetch("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration", {})
        endpoints = [document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        secure = self.provider.issuer.startswith("https://")
        if document.get("issuer") != self.provider.issuer or not all(
            isinstance(one, str) and (one.startswith("https://") or not secure) for one in endpoints
        ):
            raise self._refused("discovery")
        with self._lock:
            self._document = (time.monotonic() + KEPT_SECONDS, document)
        return document

    def _key_set(self, *, again: bool) -> KeySet:
        until, keys = self._keys
        fresh_enough = until - KEPT_SECONDS + KEYS_AGAIN_SECONDS > time.monotonic()
        if keys is not None and until > time.monotonic() and (not again or fresh_enough):
            return keys
        found = KeySet.import_key_set(self._fetch("GET", self._discovered()["jwks_uri"], {}))  # type: ignore[arg-type]
        with self._lock:
            self._keys = (time.monotonic() + KEPT_SECONDS, found)
        return found

    def _fetch(self, method: str, url: str, headers: dict[str, str], body: str | None = None) -> dict[str, Any]:
        """A JSON object of at most 256 KiB, no redirects. Raises OidcRefused for 4xx, Unavailable for the rest."""
        sent = {"Accept": "application/json", **headers} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        try:
            answer = self._pool.request(method, url, body=body, headers=sent, redirect=False, preload_content=False)
            try:
                data = answer.read(MOST_BYTES + 1)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            log.warning("oidc_unreachable", provider=self.provider.name, error=type(error).__name__)
            raise Unavailable() from error
        if 400 <= answer.status < 500:
            raise self._refused(f"HTTP {answer.status}")
        if answer.status != 200 or len(data) > MOST_BYTES:
            raise Unavailable()
        try:
            found = json.loads(data)
        except ValueError as error:
            raise self._refused("not JSON") from error
        if not isinstance(found, dict):
            raise self._refused("no object")
        return found

    def _refused(self, why: str) -> OidcRefused:
        """The reason goes into the log, not to who asks."""
        log.warning("oidc_refused", provider=self.provider.name, why=why)
        return OidcRefused()


def _is_within(instant: Any, earliest: float, latest: float) -> bool:
    return isinstance(instant, int | float) and not isinstance(instant, bool) and earliest < instant < latest
