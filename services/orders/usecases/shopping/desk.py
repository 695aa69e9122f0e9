"""What the use cases of payment need: the database, the provider behind its port, and who else is paid through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from services.kit.db import Database
from services.kit.service import Context
from services.orders.adapters.attribution import AttributionVerifier
from services.orders.adapters.payments import Intent, PaymentProvider, StripeProvider, pay_url
from services.orders.settings import OrdersSettings
from services.orders.usecases.shopping.payables import Payable

EXTRA = "desk"


@dataclass(frozen=True)
class Desk:
    db: Database
    provider: PaymentProvider
    payables: Mapping[str, Payable]
    verifier: AttributionVerifier
    settings: OrdersSettings

    def pay_url(self, intent: Intent, return_url: str | None) -> str | None:
        return pay_url(self.settings.pay_page_url, self.settings.stripe_api_base, intent, return_url)


def build(context: Context, payables: tuple[Payable, ...]) -> None:
    settings = cast(OrdersSettings, context.settings)
    provider = StripeProvider(settings.stripe_key, settings.stripe_webhook_secret, settings.stripe_api_base)
    context.extra[EXTRA] = Desk(context.db, provider, {p.purpose: p for p in payables},
                                AttributionVerifier(settings.public_keys["livestream"]), settings)


def desk_of(context: Context) -> Desk:
    return cast(Desk, context.extra[EXTRA])
