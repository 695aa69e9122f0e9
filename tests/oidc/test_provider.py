"""The whole way with a provider that others wrote: `oidc-provider` from npm, certified by the OpenID Foundation."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest
from flask import Flask

from infra.runner.engines import free_port
from tests.clients import node
from tests.gateway.accounts.conftest import close, make_gateway
from tests.gateway.accounts.test_oidc import ME
from tests.support import engines

CALLBACK = "http://gateway.test/auth/oidc/city/callback"
CLIENT, SECRET = "bangfu", "a secret of the test"


@dataclass
class Npm:
    """The running provider, and a person's browser there."""

    issuer: str

    def consent(self, url: str, login: str) -> dict[str, str]:
        """Signs in on the provider's pages and agrees; what it sends the browser back with."""
        with httpx.Client(timeout=20) as browser:
            answer = browser.get(url)
            for _ in range(12):
                if answer.is_redirect:
                    place = urljoin(str(answer.url), answer.headers["Location"])
                    if place.startswith(CALLBACK):
                        return {k: v[0] for k, v in parse_qs(urlsplit(place).query).items()}
                    answer = browser.get(place)
                    continue
                assert answer.status_code == 200, answer.text
                prompt = "login" if 'name="login"' in answer.text else "consent"
                form = {"prompt": prompt} | ({"login": login, "password": "any"} if prompt == "login" else {})
                answer = browser.post(str(answer.url), data=form)
        raise AssertionError("the provider led nowhere")


@pytest.fixture(scope="module")
def npm() -> Iterator[Npm]:
    """Skips where Node or npm's registry is not to be had, saying which."""
    command, _ = node.programs()
    folder = node.modules()
    script = folder / "oidc.mjs"
    shutil.copy(Path(__file__).parent / "provider.mjs", script)
    port = free_port()
    given = {"port": port, "redirectUri": CALLBACK, "clientId": CLIENT, "clientSecret": SECRET}
    process = subprocess.Popen(
        [*command, str(script), json.dumps(given)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "listening" in line:
                break
        assert process.poll() is None, "the provider did not start"
        yield Npm(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def edge_app(npm: Npm, migrated_database_module: Callable[[str], str], worker_number: int) -> Iterator[Flask]:
    provider = {"name": "city", "title": "City", "issuer": npm.issuer, "client_id": CLIENT, "client_secret": SECRET}
    redis = f"{engines.hosted().redis_base}{worker_number}"
    app = make_gateway(migrated_database_module("gateway"), redis, oidc_providers=json.dumps([provider]))
    yield app
    close(app)


def test_who_signs_in_there_is_signed_in_here(edge_app: Flask, npm: Npm) -> None:
    name = f"ann{uuid4().hex[:8]}"
    accounts = []
    for _ in range(2):
        browser = edge_app.test_client()
        there = browser.get("/auth/oidc/city/start", query_string={"return_to": "/orders"}).headers["Location"]
        answer = npm.consent(there, name)
        assert answer["iss"] == npm.issuer, "RFC 9207"
        back = browser.get("/auth/oidc/city/callback", query_string=answer)
        assert (back.status_code, back.headers.get("Location")) == (303, "/orders"), back.text
        me = browser.post("/graphql", json={"query": ME}, headers={"X-Bangfu-Client": "web"}).get_json()["data"]["me"]
        assert me["login"] == f"{name}@example.test", "from its userinfo: the ID token of the code flow has no address"
        accounts.append(me["id"])
    assert accounts[0] == accounts[1]


def test_an_unverified_address_of_a_real_provider_is_not_taken(edge_app: Flask, npm: Npm) -> None:
    browser = edge_app.test_client()
    there = browser.get("/auth/oidc/city/start").headers["Location"]
    browser.get("/auth/oidc/city/callback", query_string=npm.consent(there, f"unverified{uuid4().hex[:8]}"))
    me = browser.post("/graphql", json={"query": ME}, headers={"X-Bangfu-Client": "web"}).get_json()["data"]["me"]
    assert me["login"] is None


@pytest.mark.parametrize("change", ["code", "iss", "verifier", "redirect"])
def test_the_provider_and_we_refuse_what_was_changed_on_the_way(edge_app: Flask, npm: Npm, change: str) -> None:
    browser = edge_app.test_client()
    there = browser.get("/auth/oidc/city/start").headers["Location"]
    if change == "redirect":
        evil = there.replace("gateway.test", "evil.example")
        assert httpx.get(evil).status_code == 400, "an address that is not registered, to the letter"
        return
    answer = npm.consent(there, f"bob{uuid4().hex[:8]}")
    if change == "code":
        answer["code"] = answer["code"][:-4] + "AAAA"
    elif change == "iss":
        answer["iss"] = "http://127.0.0.1:1"
    else:
        with edge_app.extensions["edge"].db.transaction() as conn:
            conn.execute(
                "UPDATE challenges SET content = jsonb_set(content, '{verifier}', '\"another verifier of forty-three letters and more\"')"
            )
    back = browser.get("/auth/oidc/city/callback", query_string=answer)
    assert (back.status_code, back.get_json()["code"]) == (401, "OIDC_REFUSED")
