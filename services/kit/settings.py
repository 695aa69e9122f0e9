"""Typed settings from ``BANGFU_…``; a missing or refused one stops the start with its name."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Environment = Literal["development", "test", "production"]
SERVICES = ("gateway", "catalog", "orders", "livestream", "reporting")


class SettingsError(RuntimeError):
    """Names every variable that is missing or wrong."""


class ServiceSettings(BaseModel):
    """What every process needs. ``<SERVICE>`` in a variable's name is replaced by the service's own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    env: Environment = "development"
    database_url: str
    redis_url: str
    s3_url: str
    private_key: str = Field(description="Ed25519 seed, base64url: signs this service's own calls")
    public_keys: dict[str, str] = Field(description="kid → Ed25519 public key, base64url")
    media_secret: str = Field(min_length=16)
    service_urls: dict[str, str]
    health_port: int | None = None
    pool_size: int = 10
    statement_timeout_ms: int = 15_000

    @property
    def is_test(self) -> bool:
        return self.env == "test"


S = TypeVar("S", bound=ServiceSettings)


def load(kind: type[S], service: str, environ: Mapping[str, str] | None = None) -> S:
    """Settings of ``service``; fields of a subclass read ``BANGFU_<FIELD>``. Raises SettingsError."""
    env = os.environ if environ is None else environ
    own = service.upper()
    values: dict[str, object] = {
        "env": env.get("BANGFU_ENV", "development"),
        "service_urls": {s: env[f"BANGFU_{s.upper()}_URL"] for s in SERVICES if f"BANGFU_{s.upper()}_URL" in env},
    }
    names: dict[str, str] = {}
    for field in kind.model_fields:
        if field in values:
            continue
        candidates = [f"BANGFU_{own}_{field.upper()}", f"BANGFU_{field.upper()}"]
        names[field] = candidates[0] if field in ("database_url", "private_key") else candidates[1]
        for name in candidates:
            if name in env:
                values[field] = json.loads(env[name]) if field == "public_keys" else env[name]
                break
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        wrong = sorted({": ".join(names.get(str(part), str(part)) for part in (*e["loc"][:1], e["msg"])) for e in error.errors()})
        raise SettingsError(f"{service} cannot start; mend these settings: " + "; ".join(wrong)) from None
