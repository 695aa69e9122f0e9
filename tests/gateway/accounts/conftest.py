"""People at the gateway: one process and database a module, every person of a test with a login of their own.

The second factor is required here, as in production. The clock of the database moves forwards only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask

from gateway.accounts import messages, passwords, usecases
from gateway.app import create_app
from gateway.context import Edge
from gateway.schema.fields import raw_id
from gateway.service import SERVICE
from gateway.settings import GatewaySettings
from services.kit import clock, jobs
from services.kit.db import every, one, value
from services.kit.ids import new_id
from services.kit.principal import Grant, Principal, Role
from services.kit.service import Context
from services.kit.settings import SERVICES
from services.kit.worker import job_kinds
from tests.support import engines
from tests.support.service import PUBLIC_KEYS, SEEDS

PASSWORD = "correct horse 9"
TOKENS = "tokens { accessToken refreshToken accountId deviceToken }"
STEP = "needsSecondFactor { challenge methods seconds }"
SELECTIONS = {
    "signUp": TOKENS,
    "signIn": f"{TOKENS} {STEP}",
    "signInByCode": f"{TOKENS} {STEP}",
    "signInByPasskey": TOKENS,
    "confirmSignIn": TOKENS,
    "refreshSession": TOKENS,
    "requestCode": "code { challenge seconds againSeconds }",
    "startTotp": "totp { challenge secret uri }",
    "confirmTotp": "recoveryCodes",
    "renewRecoveryCodes": "recoveryCodes",
    "endOtherSessions": "ended",
    "startPasskey": "ceremony { challenge options }",
    "startPasskeySignIn": "ceremony { challenge options }",
    "addPasskey": "passkey { id title }",
    "startOutsideLogin": "url",
}


class Refused(AssertionError):
    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.code = errors[0].get("code") or errors[0]["extensions"]["code"]
        self.field = errors[0].get("field") or errors[0].get("extensions", {}).get("field")
        super().__init__(str(errors))


@dataclass
class Person:
    """``device`` is the token that a device keeps; ``address`` is where the request comes from."""

    app: Flask
    login: str = ""
    password: str = PASSWORD
    token: str | None = None
    refresh: str = ""
    account: str = ""
    device: str = ""
    address: str = "203.0.113.1"
    agent: str = "browser"

    @property
    def edge(self) -> Edge:
        edge: Edge = self.app.extensions["edge"]
        return edge

    @property
    def account_id(self) -> UUID:
        return UUID(raw_id(self.account, "Account"))

    def stranger(self, address: str = "203.0.113.66", agent: str = "other") -> Person:
        """Somebody else, somewhere else, with the same login in mind."""
        return Person(self.app, self.login, self.password, address=address, agent=agent)

    def again(self) -> Person:
        """The same person on the same device, signed out."""
        return replace(self, token=None, refresh="")

    def body(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"User-Agent": self.agent, "Accept-Language": "en"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.device:
            headers["X-Bangfu-Device"] = self.device
        answer = self.app.test_client().post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers, environ_overrides={"REMOTE_ADDR": self.address}
        )
        found: dict[str, Any] = answer.get_json()
        return found

    def ask(self, query: str) -> Any:
        body = self.body(query)
        if "errors" in body:
            raise Refused(body["errors"])
        return next(iter(body["data"].values()))

    def do(self, mutation: str, **fields: Any) -> Any:
        """The payload's first object that is there. Raises Refused."""
        title = mutation[0].upper() + mutation[1:]
        selection = SELECTIONS.get(mutation, "done")
        query = f"mutation($input: {title}Input!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}"
        body = self.body(query, {"input": fields})
        if body.get("errors"):
            raise Refused(body["errors"])
        payload = body["data"][mutation]
        errors = payload.pop("userErrors")
        if errors:
            raise Refused(errors)
        found = next((one for one in payload.values() if one is not None), None)
        if isinstance(found, dict) and "accessToken" in found:
            self.take(found)
        return found

    def refused(self, mutation: str, **fields: Any) -> str:
        """The code of the refusal."""
        with pytest.raises(Refused) as refusal:
            self.do(mutation, **fields)
        return str(refusal.value.code)

    def take(self, tokens: dict[str, str]) -> None:
        self.token, self.refresh, self.account = tokens["accessToken"], tokens["refreshToken"], tokens["accountId"]
        self.device = tokens["deviceToken"]

    def sign_in(self, **more: Any) -> Any:
        return self.do("signIn", **{"login": self.login, "password": self.password, **more})

    def is_signed_in(self) -> bool:
        body = self.body("{ me { id } }")
        if "errors" in body:
            assert [e["extensions"]["code"] for e in body["errors"]] == ["SESSION_ENDED"]
            return False
        return body["data"]["me"] is not None

    # ------------------------------------------------------------------------------------- codes

    def request_code(self, purpose: str, login: str = "") -> str:
        return str(self.do("requestCode", purpose=purpose, login=login or self.login)["challenge"])

    def code_sent(self, login: str = "") -> str:
        """The six digits of the newest message to a login; empty when there is none."""
        for message in reversed(messages_to(self.edge, login or self.login)):
            found = re.search(r"\b\d{6}\b", message.text)
            if found:
                return found[0]
        return ""

    def set_up_totp(self) -> Authenticator:
        setup = self.do("startTotp")
        phone = Authenticator(self, setup["secret"])
        phone.recovery = self.do("confirmTotp", challenge=setup["challenge"], code=phone.code())
        return phone

    def grant(self, role: Role, scope: str = "") -> None:
        operator = Principal("test", (Grant(Role.OPERATOR),))
        usecases.grant_role(self.edge.db, operator, self.account_id, role, scope)

    def audited(self) -> list[str]:
        with self.edge.db.reading() as conn:
            return [
                r["act"] for r in every(conn, "SELECT act FROM audit WHERE subject = %s ORDER BY position", [f"account:{self.account_id}"])
            ]


@dataclass
class Authenticator:
    """The app on a person's phone; its clock is the database's."""

    owner: Person
    secret: str
    recovery: list[str] = field(default_factory=list)

    def code(self, steps: int = 0) -> str:
        with self.owner.edge.db.reading() as conn:
            now = clock.now(conn)
        return pyotp.TOTP(self.secret).at(now + timedelta(seconds=30 * steps))

    def next_code(self) -> str:
        """A code of a step not used so far."""
        shift(self.owner.edge, timedelta(seconds=30))
        return self.code()


def messages_to(edge: Edge, login: str) -> list[messages.Message]:
    with edge.db.reading() as conn:
        ids = [r["message_id"] for r in every(conn, "SELECT message_id FROM messages ORDER BY created_at, message_id")]
        found = [messages.read(conn, edge.settings.sealer, one_id) for one_id in ids]
    return [m for m in found if m is not None and m.recipient == login]


def shift(edge: Edge, by: timedelta) -> None:
    with edge.db.transaction() as conn:
        clock.set_offset(conn, value(conn, "SELECT shift FROM bangfu_clock") + by)


def run_jobs(edge: Edge, kind: str) -> list[str]:
    """Every due job of the kind, as the worker would; their states afterwards."""
    context = Context(edge.settings, edge.db, edge.objects, None)  # type: ignore[arg-type]
    runtime = jobs.Runtime("gateway", edge.db, job_kinds(SERVICE), context)
    with edge.db.reading() as conn:
        due = every(conn, "SELECT job_id FROM jobs WHERE state = 'queued' AND kind = %s AND run_at <= bangfu_now() ORDER BY run_at", [kind])
    states = []
    for row in due:
        jobs.run_one(runtime, row["job_id"])
        with edge.db.reading() as conn:
            found = one(conn, "SELECT state FROM jobs WHERE job_id = %s", [row["job_id"]])
        states.append(found["state"] if found else "gone")
    return states


def make_gateway(database_url: str, redis_url: str, **settings: Any) -> Flask:
    return create_app(
        GatewaySettings(
            env="test",
            database_url=database_url,
            redis_url=redis_url,
            s3_url=engines.hosted().s3_base + "none",
            private_key=SEEDS["gateway"],
            public_keys=PUBLIC_KEYS,
            media_secret="m" * 20,
            session_secret="s" * 40,
            public_url="http://gateway.test",
            service_urls=dict.fromkeys(SERVICES, "http://127.0.0.1:9"),
            **{"require_totp": True, **settings},
        )
    )


def close(app: Flask) -> None:
    app.extensions["stop"].set()
    app.extensions["edge"].db.close()


@pytest.fixture(scope="module")
def _cheap_hashes() -> Iterator[None]:
    """The real hash at its lowest cost: what is tested is how many are computed, not how slow each is."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "UNKNOWN_HASH", cheap.hash("unknown"))
        yield


@pytest.fixture(scope="module")
def edge_app(_cheap_hashes: None, migrated_database_module: Callable[[str], str], worker_number: int) -> Iterator[Flask]:
    app = make_gateway(migrated_database_module("gateway"), f"{engines.hosted().redis_base}{worker_number}")
    yield app
    close(app)


@pytest.fixture
def newcomer(edge_app: Flask) -> Callable[..., Person]:
    """Somebody without an account, with a login of their own."""

    def make(login: str = "") -> Person:
        return Person(edge_app, login or f"{new_id().hex[-12:]}@example.test")

    return make


@pytest.fixture
def person(newcomer: Callable[..., Person]) -> Callable[..., Person]:
    """Signed up by password; the login is not proved."""

    def make(login: str = "") -> Person:
        made = newcomer(login)
        made.do("signUp", login=made.login, password=made.password)
        return made

    return make


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one for each password hash that is computed."""
    counted: list[str] = []

    class Counting:
        def __init__(self, real: Any) -> None:
            self._real = real

        def hash(self, password: str) -> str:
            counted.append("hash")
            return str(self._real.hash(password))

        def verify(self, hashed: str, password: str) -> bool:
            counted.append("verify")
            return bool(self._real.verify(hashed, password))

        def check_needs_rehash(self, hashed: str) -> bool:
            return bool(self._real.check_needs_rehash(hashed))

    monkeypatch.setattr(passwords, "_hasher", Counting(passwords._hasher))
    return counted
