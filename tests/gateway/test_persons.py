"""Consents, and the jobs of export and deletion: asked until all have answered, killed anywhere, done once. The services are played
here; test_persons_system.py has the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.accounts import persons, store
from gateway.accounts.persons_jobs import delete_person, export_person, sweep_persons
from gateway.accounts.persons_requests import JOBS
from gateway.schema.fields import from_global_id
from services.kit.db import Database, every, one, value
from services.kit.errors import NotFound, Unavailable
from services.kit.ids import new_id
from services.kit.jobs import Job
from services.kit.principal import TokenIssuer
from tests.gateway.conftest import Caller
from tests.support.service import BUREAU, OPERATOR, SEEDS, Harness, principal

SIGN_UP = """mutation($input: SignUpInput!) { signUp(input: $input) {
    tokens { accessToken refreshToken accountId } userErrors { code field } } }"""
CONSENTS = "{ myConsents { purpose textVersion givenAt withdrawnAt } }"
GIVE = "mutation($input: GiveConsentInput!) { giveConsent(input: $input) { consent { purpose withdrawnAt } userErrors { code field } } }"
WITHDRAW = """mutation($input: WithdrawConsentInput!) { withdrawConsent(input: $input) {
    consent { purpose withdrawnAt } userErrors { code field } } }"""
EXPORT = "mutation { requestExport(input: {}) { request { id state } userErrors { code } } }"
DELETE = "mutation($input: DeleteAccountInput!) { deleteAccount(input: $input) { request { id state } userErrors { code field } } }"
REQUESTS = "{ personRequests { nodes { kind state size url } } }"

SignUp = Callable[..., Caller]


class Killed(BaseException):
    """The process is gone; nothing after it runs."""


@dataclass
class Services:
    """Four services that answer as told: `away` refuses, `waiting` still needs something, `kill` dies before or after the answer."""

    away: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    kill: tuple[str, str] = ("", "")
    asked: list[tuple[str, str]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return SimpleNamespace(call=lambda method, path, body: self._call(name, path, body))

    def _call(self, name: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.kill == (name, "before"):
            raise Killed
        if name in self.away:
            raise Unavailable()
        self.asked.append((name, path))
        self.bodies.append(body)
        if path.endswith("export"):
            return {"tables": {"things": [{"of": name, "for": body["account_id"]}]}, "kept": []}
        if name not in self.waiting:
            self.erased.add(name)
        if self.kill == (name, "after"):
            raise Killed
        return {"done": name not in self.waiting, "erased": {"things": 1}, "waiting": {"things": 1} if name in self.waiting else {}}


@dataclass
class Bench:
    """The gateway's jobs, run by hand."""

    caller: Caller
    login: str
    services: Services = field(default_factory=Services)

    @property
    def db(self) -> Database:
        return self.caller.edge.db

    @property
    def account_id(self) -> UUID:
        assert self.caller.account_id
        return UUID(from_global_id(self.caller.account_id)[1])

    def job(self, work: Callable[[Job], Any], request_id: str = "") -> Any:
        context = SimpleNamespace(clients=self.services, objects=self.caller.edge.objects, settings=self.caller.edge.settings)
        args = {"account_id": str(self.account_id), "request_id": from_global_id(request_id)[1]} if request_id else {}
        return work(Job(new_id(), work.__name__, args, 1, self.db, context))

    def ask_for_export(self) -> str:
        return str(self.caller.data(EXPORT)["requestExport"]["request"]["id"])

    def ask_for_deletion(self) -> str:
        return str(self.caller.data(DELETE, {"input": {"login": self.login}})["deleteAccount"]["request"]["id"])

    def state(self, request_id: str) -> str:
        with self.db.reading() as conn:
            return str(value(conn, "SELECT state FROM person_requests WHERE request_id = %s", [from_global_id(request_id)[1]]))

    def identities(self) -> int:
        with self.db.reading() as conn:
            return int(value(conn, "SELECT count(*) FROM identities WHERE account_id = %s", [self.account_id]))


@pytest.fixture
def bench(sign_up: SignUp) -> Bench:
    login = f"{new_id().hex[-12:]}@example.test"
    caller = sign_up(login)
    made = Bench(caller, login)
    with made.db.transaction() as conn:
        store.mark_verified(conn, made.account_id, "email")
        store.put_identity(conn, made.account_id, "name", "甄宝")
        store.put_grant(conn, made.account_id, "merchant", "m-1", "test")
    return made


# --------------------------------------------------------------------------------------------- consents


def test_a_sign_up_records_which_texts_were_agreed_to(visitor: Caller) -> None:
    texts = visitor.data("{ consentTexts { purpose version required text } }")["consentTexts"]
    assert {t["purpose"]: t["required"] for t in texts} == {"privacy": True, "marketing": False}
    given = [{"purpose": t["purpose"], "textVersion": t["version"]} for t in texts]
    fields = {"login": f"{new_id().hex[-12:]}@example.test", "password": "correct horse 9"}
    wrong = visitor.data(SIGN_UP, {"input": fields | {"consents": [{"purpose": "privacy", "textVersion": "1999"}]}})["signUp"]
    assert (wrong["tokens"], wrong["userErrors"][0]["code"]) == (None, "UNKNOWN_CONSENT")
    with visitor.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM accounts") == 0
    tokens = visitor.data(SIGN_UP, {"input": fields | {"consents": given}})["signUp"]["tokens"]
    me = Caller(visitor.app, tokens["accessToken"])
    found = me.data(CONSENTS)["myConsents"]
    assert {(c["purpose"], c["textVersion"], c["withdrawnAt"]) for c in found} == {(t["purpose"], t["version"], None) for t in texts}


def test_marketing_is_given_and_withdrawn_and_the_proof_stays(sign_up: SignUp) -> None:
    caller = sign_up()
    version = next(t["version"] for t in caller.data("{ consentTexts { purpose version } }")["consentTexts"] if t["purpose"] == "marketing")
    asked = {"input": {"purpose": "marketing"}}
    assert caller.data(WITHDRAW, asked)["withdrawConsent"]["userErrors"] == [{"code": "UNKNOWN_CONSENT", "field": "purpose"}]
    given = {"input": {"purpose": "marketing", "textVersion": version}}
    for _ in range(2):
        assert caller.data(GIVE, given)["giveConsent"]["consent"]["withdrawnAt"] is None
    assert len(caller.data(CONSENTS)["myConsents"]) == 1, "given twice is given"
    assert caller.data(WITHDRAW, asked)["withdrawConsent"]["consent"]["withdrawnAt"]
    caller.data(GIVE, given)
    assert [c["withdrawnAt"] is None for c in caller.data(CONSENTS)["myConsents"]] == [True, False]
    privacy = caller.data(WITHDRAW, {"input": {"purpose": "privacy"}})["withdrawConsent"]["userErrors"]
    assert privacy == [{"code": "CONSENT_NEEDED", "field": "purpose"}]
    old = caller.data(GIVE, {"input": {"purpose": "marketing", "textVersion": "2020-01"}})["giveConsent"]
    assert old["userErrors"] == [{"code": "UNKNOWN_CONSENT", "field": "textVersion"}]


# ----------------------------------------------------------------------------------------------- export


def test_an_export_holds_what_every_service_has_behind_a_signed_link(bench: Bench) -> None:
    request_id = bench.ask_for_export()
    again = bench.caller.data(EXPORT)["requestExport"]
    assert (again["request"], again["userErrors"][0]["code"]) == (None, "ALREADY_ASKED")
    bench.services.away = {"livestream"}
    with pytest.raises(Unavailable):
        bench.job(export_person, request_id)
    assert bench.state(request_id) == "open", "asked again by the job's own retry"
    bench.services.away = set()
    bench.job(export_person, request_id)
    row = bench.caller.data(REQUESTS)["personRequests"]["nodes"][0]
    assert (row["kind"], row["state"]) == ("export", "done")
    answer = bench.caller.http.get(row["url"].removeprefix("http://gateway.test"))
    content = json.loads(answer.data)
    assert len(answer.data) == row["size"]
    assert content["data"].keys() == {"gateway", *persons.SERVICES}
    assert {i["value"] for i in content["data"]["gateway"]["identities"]} == {bench.login, "甄宝"}
    assert bench.services.bodies[-1] == {
        "account_id": str(bench.account_id),
        "phones": (),
        "emails": (bench.login,),
        "names": ("甄宝",),
        "scopes": ("m-1",),
    }
    assert "password" not in answer.text
    with bench.db.transaction() as conn:
        conn.execute("UPDATE person_requests SET expires_at = bangfu_now() - interval '1 s'")
    bench.job(sweep_persons)
    assert bench.state(request_id) == "expired"
    assert bench.caller.http.get(row["url"].removeprefix("http://gateway.test")).status_code == 404


def test_a_number_that_nobody_proved_opens_nothing(bench: Bench) -> None:
    with bench.db.transaction() as conn:
        store.put_identity(conn, bench.account_id, "phone", "13800138000")
    bench.job(export_person, bench.ask_for_export())
    assert all(body["phones"] == () for body in bench.services.bodies)


def test_another_person_sees_nothing_of_it(bench: Bench, sign_up: SignUp) -> None:
    bench.job(export_person, bench.ask_for_export())
    assert sign_up().data(REQUESTS)["personRequests"]["nodes"] == []


# --------------------------------------------------------------------------------------------- deletion


def test_deletion_closes_the_account_at_once(bench: Bench, sign_up: SignUp) -> None:
    other = sign_up()
    wrong = bench.caller.data(DELETE, {"input": {"login": "other@example.test"}})["deleteAccount"]
    assert wrong["userErrors"] == [{"code": "INVALID_INPUT", "field": "login"}]
    assert bench.caller.data("{ me { id } }")["me"]
    bench.ask_for_deletion()
    assert bench.caller.code("{ me { id } }") == "SESSION_ENDED"
    assert other.data("{ me { id } }")["me"], "only his"
    with bench.db.reading() as conn:
        payload = value(conn, "SELECT payload FROM outbox WHERE name = 'account_changed' ORDER BY position DESC LIMIT 1")
        job = one(conn, "SELECT args FROM jobs WHERE kind = %s", [JOBS["deletion"]])
    assert payload == {"account_id": str(bench.account_id), "closed": True}
    assert job is not None
    assert job["args"].keys() == {"account_id", "request_id"}, "ids only"


def test_an_old_session_must_be_proved_first(bench: Bench) -> None:
    with bench.db.transaction() as conn:
        conn.execute("UPDATE sessions SET proved_at = bangfu_now() - interval '11 min'")
    assert bench.caller.data(EXPORT)["requestExport"]["userErrors"][0]["code"] == "PROOF_NEEDED"
    refused = bench.caller.data(DELETE, {"input": {"login": bench.login}})["deleteAccount"]["userErrors"]
    assert refused[0]["code"] == "PROOF_NEEDED"
    with bench.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM person_requests") == 0
        assert value(conn, "SELECT closed_at FROM accounts") is None


def test_every_service_is_asked_until_it_has_answered_and_not_again(bench: Bench) -> None:
    bench.services = Services(away={"catalog"}, waiting={"orders"})
    request_id = bench.ask_for_deletion()
    assert bench.job(delete_person, request_id) == {"waiting": ["catalog", "orders"]}
    assert bench.identities() == 2, "by them the others know who is meant"
    bench.services.away = set()
    assert bench.job(delete_person, request_id) == {"waiting": ["orders"]}
    bench.services.waiting = set()
    assert bench.job(delete_person, request_id) == {"waiting": []}
    asked = [name for name, _ in bench.services.asked]
    assert sorted(asked) == ["catalog", "livestream", "orders", "orders", "orders", "reporting"]
    assert bench.state(request_id) == "done"
    assert bench.identities() == 0
    assert bench.job(delete_person, request_id) == {"state": "done"}
    assert len(bench.services.asked) == len(asked), "done is done"
    with bench.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM audit WHERE act = 'person:erase'") == 1


@pytest.mark.parametrize("service", persons.SERVICES)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_anywhere_it_goes_on(bench: Bench, service: str, moment: str) -> None:
    bench.services = Services(kill=(service, moment))
    request_id = bench.ask_for_deletion()
    with pytest.raises(Killed):
        bench.job(delete_person, request_id)
    assert bench.identities() == 2
    with bench.db.transaction() as conn:
        conn.execute("UPDATE jobs SET state = 'dead' WHERE kind = 'delete_person'")
    assert bench.job(sweep_persons)["open"] == 1, "a job that died for good is followed by another"
    with bench.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM jobs WHERE kind = 'delete_person' AND state = 'queued'") == 1
    bench.services.kill = ("", "")
    bench.job(delete_person, request_id)
    assert bench.services.erased == set(persons.SERVICES)
    assert bench.state(request_id) == "done"
    assert bench.identities() == 0


def test_a_file_made_while_its_person_went_does_not_stay(bench: Bench) -> None:
    export_id = bench.ask_for_export()
    deletion_id = bench.ask_for_deletion()
    bench.job(delete_person, deletion_id)
    key = f"persons/{bench.account_id}/{from_global_id(export_id)[1]}.json"
    bench.caller.edge.objects.put(key, b"{}", "application/json")
    assert bench.job(export_person, export_id) == {"state": "expired"}
    with pytest.raises(NotFound):
        bench.caller.edge.objects.read(key)


def test_no_table_with_an_account_is_forgotten(bench: Bench) -> None:
    with bench.db.reading() as conn:
        tables = every(
            conn, "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'account_id'"
        )
    assert {t["table_name"] for t in tables} == {*persons.ACCOUNT_TABLES, *persons.KEPT_TABLES}


# --------------------------------------------------------------------------------------- the services


@pytest.mark.parametrize("name", persons.SERVICES)
def test_only_the_gateway_itself_may_ask_a_service_for_a_person(name: str, make_service: Callable[..., Harness]) -> None:
    from tests.test_whole_http import SERVICES, STRIPE

    service = make_service(SERVICES[name], **(STRIPE if name == "orders" else {}))
    body = {"account_id": str(new_id()), "phones": ["13800138000"]}
    people = [principal(), principal("merchant", new_id()), BUREAU, OPERATOR]
    client = service.app.test_client()
    for path in ("/internal/persons/export", "/internal/persons/erase"):
        for who in people:
            service.post(path, who, body).refused("FORBIDDEN")
        other = TokenIssuer("reporting" if name != "reporting" else "orders", SEEDS["reporting" if name != "reporting" else "orders"])
        answer = client.post(path, json=body, headers={"Authorization": f"Bearer {other.own(name)}"})
        assert answer.get_json()["code"] == "FORBIDDEN"
    own = {"Authorization": f"Bearer {TokenIssuer('gateway', SEEDS['gateway']).own(name)}"}
    for _ in range(2):
        erased = client.post("/internal/persons/erase", json=body, headers=own).get_json()
        assert erased == {"done": True, "erased": {}, "waiting": {}}, "nothing there, nothing done, nothing said in the audit"
    assert "kept" in client.post("/internal/persons/export", json=body, headers=own).get_json()
    with service.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM audit") == 0
