"""What orders needs beyond every service's settings."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from services.kit.settings import ServiceSettings


class OrdersSettings(ServiceSettings):
    """``stripe_api_base`` set: the payment simulator (or another Stripe-compatible server), refused in production.

    ``pay_page_url``: where a shopper pays by hand, ``{intent}`` and ``{client_secret}`` filled in; without it the
    simulator's own page. ``counties``: the installation's county codes; other places are ``outside``.
    """

    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    pay_page_url: str = ""
    counties: str = "371502,371503,371581,371524,371521,371522,371525,371526"

    @model_validator(mode="after")
    def _payments_are_real(self) -> Self:
        if self.env != "test" and not (self.stripe_key and self.stripe_webhook_secret):
            raise ValueError("BANGFU_STRIPE_KEY and BANGFU_STRIPE_WEBHOOK_SECRET are required")
        if self.env == "production" and (self.stripe_api_base or not self.stripe_key.startswith(("sk_live_", "rk_live_", "sk_test_"))):
            raise ValueError("BANGFU_STRIPE_API_BASE names a simulator: refused in production")
        return self

    @property
    def county_codes(self) -> frozenset[str]:
        return frozenset(code.strip() for code in self.counties.split(",") if code.strip())
