"""A token decides nothing about how it is checked (CVE-2024-37568, mpdavis/python-jose#419)."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from services.kit.errors import Unauthenticated
from services.kit.principal import ALGORITHM, Grant, Principal, Role, TokenIssuer, TokenVerifier, _b64, signing_key
from tests.support.service import PUBLIC_KEYS, SEEDS

VERIFIER = TokenVerifier("orders", PUBLIC_KEYS)
ANN = Principal("ann", (Grant(Role.SHOPPER, "ann"),), {"locale": "en"})


def claims(**changed: Any) -> dict[str, Any]:
    base = {"iss": "gateway", "aud": "orders", "sub": "ann", "exp": int(time.time()) + 30, "grants": [["shopper", "ann"]], "facts": {}}
    return {k: v for k, v in (base | changed).items() if v is not None}


def signed(body: dict[str, Any], by: str = "gateway", kid: str | None = None) -> str:
    return jwt.encode({"alg": ALGORITHM, "kid": kid or by}, body, signing_key(SEEDS[by]), algorithms=[ALGORITHM])


def test_a_token_carries_the_principal() -> None:
    assert VERIFIER.verify(TokenIssuer("gateway", SEEDS["gateway"]).token(ANN, "orders")) == ANN


def test_a_service_speaks_for_itself() -> None:
    token = TokenIssuer("reporting", SEEDS["reporting"]).own("orders")
    assert VERIFIER.verify(token).has(Role.SERVICE, "reporting")


@pytest.mark.parametrize("body", [
    pytest.param(claims(aud="catalog"), id="for another service"),
    pytest.param(claims(exp=int(time.time()) - 60), id="expired"),
    pytest.param(claims(exp=None), id="without an end"),
    pytest.param(claims(exp=int(time.time()) + 86400), id="living too long"),
    pytest.param(claims(iss="orders"), id="of another issuer"),
    pytest.param(claims(grants=[["king", ""]]), id="with an unknown role"),
    pytest.param(claims(grants=[["service", "orders"]]), id="a person posing as a service"),
    pytest.param(claims(sub=None), id="of nobody"),
])
def test_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(signed(body))


def test_a_service_may_not_speak_for_people() -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(signed(claims(iss="catalog"), by="catalog"))


def test_an_unknown_or_borrowed_key_id_is_refused() -> None:
    for kid in ("nobody", "orders"):
        with pytest.raises(Unauthenticated):
            VERIFIER.verify(signed(claims(), kid=kid))


def test_no_algorithm_and_the_public_key_as_a_secret_are_refused() -> None:
    header = _b64(json.dumps({"alg": "none", "kid": "gateway"}).encode())
    unsigned = f"{header}.{_b64(json.dumps(claims()).encode())}."
    public = base64.urlsafe_b64decode(PUBLIC_KEYS["gateway"] + "==")
    confused = jwt.encode({"alg": "HS256", "kid": "gateway"}, claims(), OctKey.import_key(public), algorithms=["HS256"])
    for token in (unsigned, confused, "", "a.b.c", "....", signed(claims())[:-3] + "abc"):
        with pytest.raises(Unauthenticated):
            VERIFIER.verify(token)
