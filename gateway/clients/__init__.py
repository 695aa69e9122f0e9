"""One client per service: paths and shapes stand here, transport in the kit."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.client import ServiceClient
from services.kit.principal import TokenIssuer
from services.kit.settings import ServiceSettings


@dataclass(frozen=True)
class Clients:
    catalog: ServiceClient
    orders: ServiceClient
    livestream: ServiceClient
    reporting: ServiceClient

    def named(self, service: str) -> ServiceClient:
        client: ServiceClient = getattr(self, service)
        return client


def make_clients(settings: ServiceSettings) -> Clients:
    issuer = TokenIssuer("gateway", settings.private_key)
    return Clients(
        **{
            name: ServiceClient(name, settings.service_urls[name], issuer, timeout=20)
            for name in ("catalog", "orders", "livestream", "reporting")
        }
    )
