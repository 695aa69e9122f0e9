"""Sign-in through somebody else: what a provider may say, and what it may not."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from gateway.accounts import oidc
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit.db import value
from tests.gateway.accounts.conftest import Person, close, make_gateway
from tests.gateway.accounts.provider import FakeProvider
from tests.support import engines

ME = "{ me { id login loginVerified outsideLogins { id provider } } }"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    stop = made.serve()
    yield made
    stop()


@pytest.fixture(scope="module")
def edge_app(
    _cheap_hashes: None, provider: FakeProvider, migrated_database_module: Callable[[str], str], worker_number: int
) -> Iterator[Flask]:
    redis = f"{engines.hosted().redis_base}{worker_number}"
    app = make_gateway(migrated_database_module("gateway"), redis, oidc_providers=provider.settings())
    yield app
    close(app)


@pytest.fixture(autouse=True)
def _honest(provider: FakeProvider) -> Iterator[None]:
    yield
    provider.sign = None


class Browser:
    """Follows a sign-in with its cookies."""

    def __init__(self, app: Flask, provider: FakeProvider) -> None:
        self.http: FlaskClient = app.test_client()
        self.provider = provider

    def start(self, return_to: str = "/") -> str:
        answer = self.http.get("/auth/oidc/city/start", query_string={"return_to": return_to})
        assert answer.status_code == 303
        return str(answer.headers["Location"])

    def back(self, answer: dict[str, str]) -> tuple[int, str]:
        """(status, place to go on to or code of the refusal)."""
        found = self.http.get("/auth/oidc/city/callback", query_string=answer)
        assert found.headers["Cache-Control"] == "no-store"
        return found.status_code, found.headers["Location"] if found.status_code == 303 else found.get_json()["code"]

    def sign_in(self, **claims: Any) -> tuple[int, str]:
        return self.back(self.provider.consent(self.start(), **claims))

    def me(self) -> Any:
        body = self.http.post("/graphql", json={"query": ME}, headers={"X-Bangfu-Client": "web"}).get_json()
        return body["data"]["me"]


@pytest.fixture
def browser(edge_app: Flask, provider: FakeProvider) -> Callable[[], Browser]:
    return lambda: Browser(edge_app, provider)


def fresh() -> dict[str, Any]:
    """Somebody of the provider whom nobody has seen here."""
    name = uuid4().hex[-12:]
    return {"sub": name, "email": f"{name}@example.test", "email_verified": True}


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(browser: Callable[[], Browser]) -> None:
    ann, somebody = browser(), fresh()
    assert ann.sign_in(**somebody) == (303, "/")
    me = ann.me()
    assert me["login"] == somebody["email"] and me["loginVerified"]
    assert [one["provider"] for one in me["outsideLogins"]] == ["city"]
    again = browser()
    again.sign_in(sub=somebody["sub"], email="changed@example.test", email_verified=True)
    assert again.me()["id"] == me["id"], "known by issuer and subject, whatever the address is now"


def test_an_unverified_address_is_not_looked_at(browser: Callable[[], Browser], person: Callable[..., Person]) -> None:
    """Attack one: the provider lets anybody claim an address; the account that has it here stays its owner's."""
    ann = person()
    ann.do("verifyLogin", challenge=ann.request_code("VERIFY"), code=ann.code_sent(), login=ann.login)
    for verified in (False, None, "true", 1):
        thief = browser()
        thief.sign_in(sub=uuid4().hex, email=ann.login, email_verified=verified)
        assert thief.me()["id"] != ann.account
        assert thief.me()["login"] is None
    assert ann.ask("{ me { outsideLogins { id } } }") == {"outsideLogins": []}


def test_a_verified_address_on_both_sides_links(browser: Callable[[], Browser], person: Callable[..., Person]) -> None:
    ann = person()
    ann.do("verifyLogin", challenge=ann.request_code("VERIFY"), code=ann.code_sent(), login=ann.login)
    here = browser()
    here.sign_in(sub=uuid4().hex, email=ann.login.upper(), email_verified=True)
    assert here.me()["id"] == ann.account
    assert ann.audited()[-1] == "outside_login:link"


def test_a_stranger_who_registered_the_address_first_gains_nothing(browser: Callable[[], Browser], person: Callable[..., Person]) -> None:
    """Attack two: he waits with his password for the owner to come by the provider (GHSA-6j36-r6pr-59x4)."""
    thief = person()
    subject = uuid4().hex
    owner = browser()
    assert owner.sign_in(sub=subject, email=thief.login, email_verified=True) == (409, "LINK_NEEDS_OWNER")
    assert owner.me() is None
    assert thief.ask("{ me { outsideLogins { id } } }") == {"outsideLogins": []}
    reset = thief.stranger()
    challenge = reset.request_code("RESET_PASSWORD")
    reset.do("resetPassword", challenge=challenge, code=reset.code_sent(), newPassword="another horse 9")
    assert not thief.is_signed_in()
    assert owner.sign_in(sub=subject, email=thief.login, email_verified=True) == (303, "/")
    assert owner.me()["id"] == thief.account
    assert thief.again().refused("signIn", login=thief.login, password=thief.password) == "SIGN_IN_FAILED"


def test_a_signed_in_owner_links_and_unlinks(browser: Callable[[], Browser], person: Callable[..., Person], provider: FakeProvider) -> None:
    ann, bob = person(), person()
    somebody = fresh()
    there = browser()
    answer = link(there, ann, provider, **somebody)
    thief = browser()
    assert thief.back(answer) == (422, "CHALLENGE_OVER"), "another browser than the one that began"
    answer = link(there, ann, provider, **somebody)
    assert there.back(answer) == (303, "/")
    assert there.back(answer) == (422, "CHALLENGE_OVER"), "used"
    assert browser().sign_in(**somebody) == (303, "/")
    again = browser()
    again.sign_in(**somebody)
    assert again.me()["id"] == ann.account
    assert again.me()["login"] == ann.login, "the provider's address is not taken over"
    other = browser()
    assert other.back(link(other, bob, provider, **somebody)) == (409, "OUTSIDE_LOGIN_TAKEN")
    one = ann.ask("{ me { outsideLogins { id } } }")["outsideLogins"][0]["id"]
    assert bob.refused("removeOutsideLogin", id=one) == "NOT_FOUND"
    assert ann.do("removeOutsideLogin", id=one) is True
    assert ann.audited() == ["outside_login:link", "outside_login:unlink"]
    with ann.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM outbox WHERE name = 'account_changed' AND key = %s", [f"account:{ann.account_id}"]) == 2


def link(there: Browser, owner: Person, provider: FakeProvider, **claims: Any) -> dict[str, str]:
    """The owner's session, in that browser, begins to link."""
    query = 'mutation { startOutsideLogin(input: {provider: "city"}) { url userErrors { code } } }'
    headers = {"Authorization": f"Bearer {owner.token}"}
    url = there.http.post("/graphql", json={"query": query}, headers=headers).get_json()["data"]["startOutsideLogin"]["url"]
    return provider.consent(url, **claims)


def test_the_session_that_began_to_link_must_still_live(
    browser: Callable[[], Browser], person: Callable[..., Person], provider: FakeProvider
) -> None:
    ann = person()
    there = browser()
    answer = link(there, ann, provider, **fresh())
    ann.do("signOut")
    assert there.back(answer) == (401, "SESSION_ENDED")


def test_a_second_factor_is_asked_for_after_an_outside_sign_in(browser: Callable[[], Browser], person: Callable[..., Person]) -> None:
    ann = person()
    ann.do("verifyLogin", challenge=ann.request_code("VERIFY"), code=ann.code_sent(), login=ann.login)
    phone = ann.set_up_totp()
    here = browser()
    status, place = here.sign_in(sub=uuid4().hex, email=ann.login, email_verified=True)
    assert status == 303
    assert here.me() is None
    challenge = urlsplit(place).fragment.removeprefix("secondFactor=")
    ann.again().do("confirmSignIn", challenge=challenge, code=phone.next_code())


def test_the_answer_belongs_to_the_browser_that_asked(browser: Callable[[], Browser], provider: FakeProvider) -> None:
    """Login CSRF: a thief's answer in somebody else's browser signs nobody in."""
    thief, victim = browser(), browser()
    answer = provider.consent(thief.start(), **fresh())
    victim.start()
    assert victim.back(answer) == (422, "CHALLENGE_OVER")
    assert victim.me() is None
    assert thief.back(answer) == (422, "CHALLENGE_OVER"), "used up by the try"
    assert thief.back({"code": "x", "state": ""}) == (422, "CHALLENGE_OVER")
    assert thief.back({"error": "access_denied", "state": provider.consent(thief.start())["state"]}) == (401, "OIDC_REFUSED")
    assert thief.http.get("/auth/oidc/nobody/start").status_code == 404


def _none(claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in ({"alg": "none", "kid": "k1"}, claims)]
    return ".".join((*parts, ""))


FORGED: dict[str, Callable[[FakeProvider], Callable[[dict[str, Any]], str]]] = {
    "algorithm none": lambda p: _none,
    "HS256 signed with the public key": lambda p: p.signed_with_the_public_key,
    "an algorithm that is not configured": lambda p: lambda claims: p.signed(claims, alg="PS256"),
    "an unknown key id": lambda p: lambda claims: p.signed(claims, kid="k2"),
    "another key under the known id": lambda p: FakeProvider(port=p.port, key=RSAKey.generate_key(2048, {"kid": "k1"})).signed,
    "one byte changed": lambda p: lambda claims: p.signed(claims)[:-6] + "AAAAAA",
    "no token at all": lambda p: lambda claims: "nonsense",
}
WRONG = {
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "another audience": {"aud": "somebody-else"},
    "two audiences, not for us": {"aud": ["bangfu", "other"], "azp": "other"},
    "two audiences, nobody named": {"aud": ["bangfu", "other"]},
    "expired": {"exp": int(time.time()) - 3600},
    "no expiry": {"exp": None},
    "expiry as text": {"exp": "9999999999"},
    "issued long ago": {"iat": int(time.time()) - 7200},
    "issued in the future": {"iat": int(time.time()) + 7200},
    "another nonce": {"nonce": "x"},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_token_does_not_choose_how_it_is_checked(what: str, browser: Callable[[], Browser], provider: FakeProvider) -> None:
    """CVE-2024-37568, mpdavis/python-jose#419"""
    provider.sign = FORGED[what](provider)
    ann = browser()
    assert ann.sign_in(**fresh()) == (401, "OIDC_REFUSED")
    assert ann.me() is None


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_not_for_this_sign_in_is_refused(what: str, browser: Callable[[], Browser], provider: FakeProvider) -> None:
    ann = browser()
    provider.sign = lambda right: provider.signed({k: v for k, v in {**right, **WRONG[what]}.items() if v is not None})
    assert ann.sign_in(**fresh()) == (401, "OIDC_REFUSED")
    assert ann.me() is None


def test_keys_are_asked_for_once_while_unknown_ones_are_shown(browser: Callable[[], Browser], provider: FakeProvider) -> None:
    ann = browser()
    ann.sign_in(**fresh())
    before = provider.keys_asked
    provider.sign = lambda claims: provider.signed(claims, kid="k9")
    for _ in range(5):
        assert ann.sign_in(**fresh()) == (401, "OIDC_REFUSED")
    assert provider.keys_asked - before <= 1


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/orders?page=2", "/orders?page=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_it_goes_on_to_a_place_of_ours_only(asked: str, given: str) -> None:
    assert oidc.safe_path(asked) == given


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithms": ["none"]},
        {"algorithms": ["HS256"]},
        {"algorithms": []},
        {"issuer": "http://login.example"},
        {"name": "a/b"},
        {"surplus": 1},
        {"client_id": ""},
    ],
)
def test_a_wrong_provider_stops_the_start(wrong: dict[str, Any]) -> None:
    good = {"name": "city", "title": "City", "issuer": "https://login.example", "client_id": "bangfu", "client_secret": "x"}
    base: dict[str, Any] = dict.fromkeys(("database_url", "redis_url", "s3_url", "private_key"), "x")
    base |= {"public_keys": {}, "media_secret": "m" * 20, "service_urls": {}, "session_secret": "s" * 40, "env": "production"}
    base["sealing_keys"] = "A" * 43
    assert SignInSettings(**base, oidc_providers=json.dumps([good])).oidc["city"].algorithms == ("RS256",)
    with pytest.raises(ValueError, match="BANGFU_OIDC_PROVIDERS"):
        SignInSettings(**base, oidc_providers=json.dumps([{**good, **wrong}]))
    with pytest.raises(ValueError, match="BANGFU_SEALING_KEYS"):
        SignInSettings(**{**base, "sealing_keys": ""})
