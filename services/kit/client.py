"""HTTP between our processes: one pooled client per target, a token per call, time-outs always.

A GET, and any call with an idempotency key, is repeated once with the same key; then the outcome is unknown and says so.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from services.kit import json
from services.kit.errors import DomainError, Kind, OutcomeUnknown, Unavailable
from services.kit.principal import Principal, TokenIssuer
from services.kit.telemetry import language, request_id


class RemoteError(DomainError):
    """Another service refused: its code, field and sentence travel on unchanged."""

    code, kind, zh, en = "REMOTE", Kind.UNAVAILABLE, "{message}", "{message}"

    def __init__(self, body: dict[str, Any], status: int) -> None:
        super().__init__(body.get("field"), message=body.get("message", ""), **{
            k: v for k, v in (body.get("facts") or {}).items() if k != "message"})
        self.status = status
        self.remote_code: str = body.get("code", "REMOTE")
        self.remote_kind: str = body.get("kind", "unavailable")
        self.errors: list[dict[str, Any]] = body.get("errors", [])
        self.body = body


class ServiceClient:
    def __init__(self, target: str, base_url: str, issuer: TokenIssuer, *, timeout: float = 10.0, pool: int = 16) -> None:
        self.target, self._base, self._issuer = target, base_url.rstrip("/"), issuer
        self._pool = urllib3.PoolManager(maxsize=pool, retries=False, timeout=urllib3.Timeout(connect=1.0, read=timeout))

    def get(self, path: str, params: dict[str, Any] | None = None, principal: Principal | None = None) -> Any:
        query = {k: v for k, v in (params or {}).items() if v is not None}
        url = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return self._send("GET", url, None, principal, repeatable=True)

    def call(self, method: str, path: str, body: Any = None, principal: Principal | None = None, *,
             key: str | None = None) -> Any:
        """Raises RemoteError (the service refused), Unavailable, or OutcomeUnknown when a keyed call may have happened."""
        return self._send(method, path, body, principal, repeatable=key is not None, key=key)

    def _send(self, method: str, path: str, body: Any, principal: Principal | None, *, repeatable: bool,
              key: str | None = None) -> Any:
        token = self._issuer.own(self.target) if principal is None else self._issuer.token(principal, self.target)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language(), "X-Request-Id": request_id() or ""}
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps_bytes(body), "application/json"
        tries = 2 if repeatable else 1
        for attempt in range(1, tries + 1):
            try:
                answer = self._pool.request(method, self._base + path, body=data, headers=headers)
            except HTTPError as error:
                if attempt == tries:
                    raise (OutcomeUnknown() if key else Unavailable()) from error
                continue
            if answer.status < 500 or attempt == tries:
                break
        if answer.status in (500, 502, 504) and key:
            raise OutcomeUnknown()
        if answer.status >= 400:
            raise RemoteError(_error_body(answer.data), answer.status)
        return json.loads(answer.data) if answer.data else None


def _error_body(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
        return dict(body) if isinstance(body, dict) else {}
    except ValueError:
        return {}
