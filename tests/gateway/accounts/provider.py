"""An OpenID provider that says what a test tells it to: also what no honest one says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "bangfu", "s3cret/+:"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class FakeProvider:
    """``sign(claims)`` makes the ID token; ``claims`` come on top of right ones."""

    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    keys_asked: int = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> str:
        one = {"name": "city", "title": "City", "issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET}
        return json.dumps([one])

    def consent(self, url: str, **claims: Any) -> dict[str, str]:
        """What the provider sends back to the callback when the person agrees. Asserts that the request is a right one."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == "http://gateway.test/auth/oidc/city/callback"
        code = secrets.token_hex(8)
        self.codes[code] = {"asked": asked, "claims": claims}
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        begun = self.codes.pop(form["code"], None)
        basic = base64.b64encode(b"bangfu:s3cret%2F%2B%3A").decode()
        if begun is None or authorization != f"Basic {basic}" or form["redirect_uri"] != begun["asked"]["redirect_uri"]:
            return None
        challenge = _b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge != begun["asked"]["code_challenge"]:
            return None
        return {"id_token": self.id_token(nonce=begun["asked"]["nonce"], **begun["claims"]), "access_token": "at", "token_type": "Bearer"}

    def id_token(self, **claims: Any) -> str:
        right = {"iss": self.issuer, "aud": CLIENT, "sub": "u1", "iat": int(time.time()), "exp": int(time.time()) + 300}
        content = {k: v for k, v in {**right, **claims}.items() if v is not None}
        return self.sign(content) if self.sign else self.signed(content)

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1", **header}, claims, self.key, algorithms=["RS256", "PS256"])

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """mpdavis/python-jose#419: HS256 whose secret is what everybody can read."""
        parts = [_b64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "k1"}, claims)]
        mac = hmac.digest(self.key.as_pem(private=False), ".".join(parts).encode(), "sha256")
        return ".".join((*parts, _b64(mac)))

    def serve(self) -> Callable[[], None]:
        """Starts it on a free port; the answer stops it."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    base = provider.issuer
                    document = {
                        "issuer": base,
                        "authorization_endpoint": f"{base}/auth",
                        "token_endpoint": f"{base}/token",
                        "jwks_uri": f"{base}/jwks",
                    }
                    self._send(200, document)
                elif self.path == "/jwks":
                    provider.keys_asked += 1
                    self._send(200, {"keys": [provider.key.as_dict(private=False)]})
                else:
                    self._send(404, {})

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {k: v[0] for k, v in parse_qs(text).items()}
                found = provider.token(form, self.headers.get("Authorization", ""))
                self._send(200 if found else 400, found or {"error": "invalid_grant"})

            def _send(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                """Not worth a line."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join(5)

        return stop
