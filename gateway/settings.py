from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from gateway.accounts.sign_in_settings import SignInSettings
from gateway.addresses import Networks, networks


class GatewaySettings(SignInSettings):
    live_url: str | None = None
    cache_seconds: float = 1.0
    max_upload_bytes: int = 50 * 1024 * 1024
    pool_size: int = 6
    web_dist: str | None = None
    batch_max: int = Field(0, ge=0, le=20, description="Operations of one HTTP request; 0: batches are refused")
    introspection: bool | None = Field(None, description="For everybody; unset: in development and test. The operator's role always may")
    trusted_documents: Literal["off", "limited", "required"] | None = Field(
        None, description="What others than the web app's documents get without an API key; unset: limited in production, else off"
    )
    trusted_manifest: Path = Path(__file__).parents[1] / "web" / "operations.json"
    webhook_allow: str = Field("", description="Hosts (host or host:port) of webhooks that may stand on this network and speak plain http")
    persisted_seconds: int = Field(86_400, ge=1, description="How long an unused persisted query is kept")

    @field_validator("webhook_allow")
    @classmethod
    def _no_inner_webhooks(cls, text: str, info: ValidationInfo) -> str:
        if text.strip() and info.data.get("env") == "production":
            raise ValueError("webhooks go to public addresses by https in production")
        return text

    trusted_proxies: str = Field("", description="Addresses and networks whose X-Forwarded-For is believed, with commas between them")
    rate_scale: float | None = Field(
        None, gt=0, description="Multiplies every rate; unset: 1 in production, 100 where people develop and test"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def proxies(self) -> Networks:
        return networks(self.trusted_proxies)

    @property
    def rate_factor(self) -> float:
        return (1.0 if self.env == "production" else 100.0) if self.rate_scale is None else self.rate_scale

    @property
    def introspection_open(self) -> bool:
        return self.env != "production" if self.introspection is None else self.introspection

    @property
    def trust(self) -> str:
        return self.trusted_documents or ("limited" if self.env == "production" else "off")
