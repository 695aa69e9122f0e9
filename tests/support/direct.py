"""A service's HTTP API asked directly, with a principal token signed by the gateway's key: what stands behind the first fence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import urllib3

from services.kit.principal import Grant, Principal, Role, TokenIssuer
from tests.support.system import System

DOMAIN_SERVICES = ("catalog", "orders", "livestream", "reporting")
_pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=urllib3.Timeout(connect=3, read=30))

ANYBODY = Principal("0197fedc-0000-7000-8000-000000000001", (Grant(Role.SHOPPER),))
BUREAU = Principal("0197fedc-0000-7000-8000-000000000002", (Grant(Role.BUREAU),))
OPERATOR = Principal("0197fedc-0000-7000-8000-000000000003", (Grant(Role.OPERATOR),))


def acting(role: Role | str, scope: str = "", account: str = "0197fedc-0000-7000-8000-000000000009") -> Principal:
    return Principal(account, (Grant(Role(role), scope),))


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    def ok(self) -> Any:
        assert self.status < 300, (self.status, self.body)
        return self.body


@dataclass(frozen=True)
class Direct:
    system: System

    @cached_property
    def _issuer(self) -> TokenIssuer:
        return TokenIssuer("gateway", self.system.env["BANGFU_GATEWAY_PRIVATE_KEY"])

    def call(self, service: str, method: str, path: str, who: Principal | None, body: Any = None, key: str = "", **params: Any) -> Reply:
        """`who` None: no token at all."""
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if who is not None:
            headers["Authorization"] = f"Bearer {self._issuer.token(who, service)}"
        if key:
            headers["Idempotency-Key"] = key
        query = urlencode({k.rstrip("_"): v for k, v in params.items() if v is not None})
        url = self.system.url(service) + path + (f"?{query}" if query else "")
        answer = _pool.request(method, url, headers=headers, body=None if body is None else json.dumps(body))
        try:
            content = json.loads(answer.data) if answer.data else None
        except ValueError:
            content = answer.data.decode(errors="replace")
        return Reply(answer.status, content)

    def get(self, service: str, path: str, who: Principal | None = BUREAU, **params: Any) -> Reply:
        return self.call(service, "GET", path, who, **params)

    def post(self, service: str, path: str, who: Principal | None, body: Any = None, key: str = "") -> Reply:
        return self.call(service, "POST", path, who, {} if body is None else body, key)

    def sync(self, service: str) -> dict[str, Any]:
        """heads, waiting and applied positions of a service's copies, its parked events and its clock."""
        found: dict[str, Any] = self.get(service, "/internal/sync").ok()
        return found

    def set_clock(self, offset_seconds: float) -> None:
        """Of all domain services. Never back from the future: jobs scheduled there would wait for that time to come again."""
        for service in DOMAIN_SERVICES:
            self.call(service, "PUT", "/internal/clock", OPERATOR, {"offset_seconds": offset_seconds}).ok()
