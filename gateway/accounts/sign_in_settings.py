"""What sign-in needs from the environment. In production nothing is left to a default that only suits a developer's machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from gateway.accounts.sealing import Sealer, derived_key, parse_keys
from services.kit.settings import ServiceSettings

OIDC_ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")


@dataclass(frozen=True)
class OidcProvider:
    """``name`` is part of the callback's address; the algorithms are ours to choose, never the token's."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str
    algorithms: tuple[str, ...] = ("RS256",)


class SignInSettings(ServiceSettings):
    """``session_secret`` signs access tokens; ``public_url`` is what browsers call us by.

    ``sealing_keys``: comma-separated base64url keys of 32 bytes, the first seals, each opens. ``require_totp`` and ``verified_sign_up``
    are on in production unless said otherwise. ``oidc_providers`` is JSON: a list of objects as `OidcProvider`.
    """

    session_secret: str = Field(min_length=32)
    public_url: str = "http://127.0.0.1:8000"
    sealing_keys: str = ""
    require_totp: bool | None = None
    verified_sign_up: bool | None = None
    sms_url: str = ""
    sms_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    passkey_rp_id: str = ""
    oidc_providers: str = "[]"

    @field_validator("require_totp", "verified_sign_up", mode="before")
    @classmethod
    def _empty_is_unset(cls, given: object) -> object:
        return None if given == "" else given

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        parse = [self.sealer, self.oidc]  # wrong ones stop the start, not the first who signs in
        if self.env == "production" and not (self.sealing_keys and parse):
            raise ValueError("BANGFU_SEALING_KEYS is needed in production")
        return self

    @property
    def totp_is_required(self) -> bool:
        return self.env == "production" if self.require_totp is None else self.require_totp

    @property
    def sign_up_is_verified(self) -> bool:
        return self.env == "production" if self.verified_sign_up is None else self.verified_sign_up

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(parse_keys(self.sealing_keys) or [derived_key(self.session_secret)])

    @cached_property
    def origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def rp_id(self) -> str:
        """The domain that passkeys belong to."""
        return self.passkey_rp_id or urlsplit(self.public_url).hostname or ""

    @cached_property
    def oidc(self) -> dict[str, OidcProvider]:
        """Raises ValueError naming what is wrong."""
        found = {}
        for given in json.loads(self.oidc_providers or "[]"):
            try:
                provider = OidcProvider(**{**given, "algorithms": tuple(given.get("algorithms", ("RS256",)))})
            except TypeError as error:
                raise ValueError(f"BANGFU_OIDC_PROVIDERS: {error}") from error
            self._check(provider)
            found[provider.name] = provider
        return found

    def _check(self, provider: OidcProvider) -> None:
        strange = set(provider.algorithms) - set(OIDC_ALGORITHMS)
        if strange or not provider.algorithms:
            raise ValueError(f"BANGFU_OIDC_PROVIDERS: {provider.name}: algorithms are of {', '.join(OIDC_ALGORITHMS)}")
        if not provider.name.replace("-", "").isalnum() or not provider.client_id:
            raise ValueError("BANGFU_OIDC_PROVIDERS: a name is letters, digits and -, and client_id is given")
        if not provider.issuer.startswith("https://") and (self.env == "production" or not provider.issuer.startswith("http://")):
            raise ValueError(f"BANGFU_OIDC_PROVIDERS: the issuer of {provider.name} is not https")


def provider_row(provider: OidcProvider) -> dict[str, Any]:
    """As shown to anybody."""
    return {"name": provider.name, "title": provider.title, "start_url": f"/auth/oidc/{provider.name}/start"}
