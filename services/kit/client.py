"""HTTP between our processes: one pooled client per target, a token per call, time-outs always.

A GET, and any call with an idempotency key, is repeated once with the same key; then the outcome is unknown and says so.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from services.kit import deadline, json
from services.kit.errors import DomainError, Kind, OutcomeUnknown, Unavailable
from services.kit.principal import Principal, TokenIssuer
from services.kit.telemetry import language, request_id

GRACE_SECONDS = 0.3


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
        self.target, self._base, self._issuer, self._seconds = target, base_url.rstrip("/"), issuer, timeout
        self._pool = urllib3.PoolManager(maxsize=pool, retries=False, timeout=urllib3.Timeout(connect=1.0, read=timeout))

    def get(self, path: str, params: dict[str, Any] | None = None, principal: Principal | None = None) -> Any:
        query = {k: v for k, v in (params or {}).items() if v is not None}
        url = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return self._send("GET", url, None, principal, repeatable=True)

    def call(self, method: str, path: str, body: Any = None, principal: Principal | None = None, *,
             key: str | None = None) -> Any:
        """Raises RemoteError (the service refused), Unavailable, DeadlineExceeded; OutcomeUnknown when a keyed call may have happened."""
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
            left = deadline.remaining_ms()
            if left == 0:
                raise OutcomeUnknown() if key and attempt > 1 else deadline.DeadlineExceeded()
            try:
                if left is None:
                    answer = self._pool.request(method, self._base + path, body=data, headers=headers)
                else:
                    headers[deadline.HEADER] = str(left)
                    # The service stops by itself; a moment more, so that it can say so.
                    patience = urllib3.Timeout(connect=min(1.0, left / 1000), read=min(self._seconds, left / 1000 + GRACE_SECONDS))
                    answer = self._pool.request(method, self._base + path, body=data, headers=headers, timeout=patience)
            except HTTPError as error:
                if attempt < tries and deadline.remaining_ms() != 0:
                    continue
                if key:
                    raise OutcomeUnknown() from error
                raise (deadline.DeadlineExceeded() if deadline.remaining_ms() == 0 and method == "GET" else Unavailable()) from error
            if answer.status < 500 or attempt == tries or deadline.remaining_ms() == 0:
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
