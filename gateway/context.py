"""What a resolver may use: who asks, the services' clients, this request's loaders."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from gateway.clients import Clients
from gateway.concurrency import Concurrency
from gateway.limits.errors import TooFast
from gateway.rates import Limiter
from gateway.settings import GatewaySettings
from services.kit.db import Database
from services.kit.errors import Unauthenticated
from services.kit.objects import ObjectStore
from services.kit.principal import Principal, Role


@dataclass
class Edge:
    """What the process holds for all requests."""

    settings: GatewaySettings
    db: Database
    objects: ObjectStore
    clients: Clients
    limiter: Limiter
    concurrency: Concurrency


@dataclass
class RequestContext:
    edge: Edge
    principal: Principal
    session_id: UUID | None = None
    api_key_id: UUID | None = None
    api_key_scopes: frozenset[str] = frozenset()
    language: str = "zh-CN"
    device: str = ""
    idempotency_key: str | None = None
    # True: no harder limits for the document's sake (the web app's own, or the mode is off); `document_is_new`: it had to be parsed.
    trusted_document: bool = True
    document_is_new: bool = False
    # What the operation costs and may cost (`gateway.limits`), and header fields that say what is left of the rate.
    cost: int = 0
    allowance: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ""
    allowance_token: str = ""
    counted: bool = False
    too_fast: TooFast | None = None
    set_cookies: dict[str, str | None] = field(default_factory=dict)
    projectors: dict[Any, Any] = field(default_factory=dict)

    @property
    def clients(self) -> Clients:
        return self.edge.clients

    @property
    def is_anonymous(self) -> bool:
        return self.principal.subject == "anonymous" or self.principal.is_guest

    @property
    def account_id(self) -> UUID:
        """Raises Unauthenticated for a visitor."""
        if self.is_anonymous:
            raise Unauthenticated()
        return UUID(self.principal.subject)

    def has_any(self, *roles: Role) -> bool:
        return any(self.principal.has(role) for role in roles)

    @cached_property
    def loaders(self) -> Any:
        from gateway.loaders.all import Loaders

        return Loaders(self)
