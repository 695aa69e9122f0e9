"""GraphQL over HTTP as a client of ours would speak it, and waiting for a condition."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import urllib3
from graphql import GraphQLObjectType, build_schema

from gateway.schema.fields import from_global_id, to_global_id
from infra.runner.state import ROOT

ERRORS = "userErrors { code field message facts { name value } }"
WAIT_SECONDS = 30.0
TOKEN_SECONDS = 600  # an access token lives 15 minutes; signing in anew is simpler here than refreshing
PASSWORD = "journey-password-1"

_pool = urllib3.PoolManager(maxsize=64, block=False, retries=False, timeout=urllib3.Timeout(connect=3, read=30))
T = TypeVar("T")


class Refused(AssertionError):
    """The answer holds errors. `codes` are those of userErrors and of the GraphQL errors."""

    def __init__(self, what: str, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        self.codes = [e.get("code") or e.get("extensions", {}).get("code", "?") for e in errors]
        self.fields = [e.get("field") or e.get("extensions", {}).get("field") for e in errors]
        super().__init__(f"{what}: {json.dumps(errors, ensure_ascii=False)}")

    def facts(self, number: int = 0) -> dict[str, str]:
        return {f["name"]: f["value"] for f in self.errors[number].get("facts", [])}


class Unanswered(Exception):
    """Nothing came back, or nothing but a refusal to try now: whether it happened is not known."""


RETRYABLE = {"UNAVAILABLE", "OUTCOME_UNKNOWN", "IN_PROGRESS"}


def wait_for(condition: Callable[[], T], seconds: float = WAIT_SECONDS, what: str = "") -> T:
    """The first answer that is true; asks again every 50 ms, at most `seconds`. An AssertionError counts as not yet."""
    until = time.monotonic() + seconds
    while True:
        last: object
        try:
            found = condition()
            if found:
                return found
            last = found
        except AssertionError as error:
            last = error
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:.0f} s: {what or condition} – last: {last}")
        time.sleep(0.05)


def new_key() -> str:
    return secrets.token_hex(12)


def raw(global_id: str) -> str:
    """The service's own id behind a global one."""
    return from_global_id(global_id)[1]


def gid(kind: str, raw_id: str) -> str:
    return to_global_id(kind, raw_id)


@cache
def _mutations() -> Mapping[str, tuple[str, str, bool]]:
    """name → (input type, field of the payload, whether it takes an idempotency key), read from the published schema."""
    schema = build_schema(Path(ROOT / "docs/api/schema.graphql").read_text())
    assert schema.mutation_type
    found = {}
    for name, spec in schema.mutation_type.fields.items():
        kind = spec.args["input"].type.of_type  # type: ignore[union-attr]
        payload = spec.type.of_type  # type: ignore[union-attr]
        assert isinstance(payload, GraphQLObjectType)
        found[name] = (kind.name, next(f for f in payload.fields if f != "userErrors"), "idempotencyKey" in kind.fields)
    return found


@dataclass
class Client:
    """One who asks: `login` empty is a visitor; with `guest`, one with a cart."""

    url: str
    login: str = ""
    guest: str = ""
    language: str = "zh-CN"
    _token: tuple[str, float] = field(default=("", 0.0))
    account_id: str = ""

    def post(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer. Raises Unanswered."""
        headers = {"Content-Type": "application/json", "Accept-Language": self.language}
        if self.login:
            headers["Authorization"] = f"Bearer {self.token()}"
        if self.guest:
            headers["X-Bangfu-Guest"] = self.guest
        body = json.dumps({"query": document, "variables": dict(variables or {})})
        try:
            answer = _pool.request("POST", self.url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(str(error)) from error
        if answer.status >= 500:
            raise Unanswered(f"HTTP {answer.status}")
        found: dict[str, Any] = json.loads(answer.data)
        return found

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of a query; of its one root field, if it has one only. Raises Refused, Unanswered."""
        answer = self.post(document, variables)
        if answer.get("errors"):
            _raise(document.strip()[:60], answer["errors"])
        data = answer["data"]
        return next(iter(data.values())) if len(data) == 1 else data

    def do(self, mutation: str, selection: str = "", /, **fields: Any) -> Any:
        """The payload's object. An idempotency key is made where one is wanted and none is given. Raises Refused, Unanswered."""
        kind, output, keyed = _mutations()[mutation]
        if keyed:
            fields.setdefault("idempotencyKey", new_key())
        inner = f"{output} {{ {selection} }}" if selection else output
        document = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {inner} {ERRORS} }} }}"
        answer = self.post(document, {"input": fields})
        if answer.get("errors"):
            _raise(mutation, answer["errors"])
        payload = answer["data"][mutation]
        if payload["userErrors"]:
            _raise(mutation, payload["userErrors"])
        return payload[output]

    def repeat(self, mutation: str, selection: str = "", /, seconds: float = 60, **fields: Any) -> Any:
        """Like `do`, again and again with the same key until there is an answer: what a client does when a line breaks."""
        if _mutations()[mutation][2]:
            fields.setdefault("idempotencyKey", new_key())
        until = time.monotonic() + seconds
        while True:
            try:
                return self.do(mutation, selection, **fields)
            except Unanswered:
                if time.monotonic() > until:
                    raise
            time.sleep(0.05)

    def token(self) -> str:
        token, until = self._token
        if time.monotonic() > until:
            self.sign_in()
            token = self._token[0]
        return token

    def sign_in(self) -> None:
        self._keep(Client(self.url).do("signIn", TOKENS, login=self.login, password=PASSWORD))

    def sign_up(self) -> None:
        self._keep(Client(self.url).do("signUp", TOKENS, login=self.login, password=PASSWORD))

    def _keep(self, tokens: dict[str, str]) -> None:
        self._token = (tokens["accessToken"], time.monotonic() + TOKEN_SECONDS)
        self.account_id = tokens["accountId"]


TOKENS = "accessToken refreshToken accountId"


def _raise(what: str, errors: list[dict[str, Any]]) -> None:
    refused = Refused(what, errors)
    if set(refused.codes) & RETRYABLE:
        raise Unanswered(str(refused))
    raise refused


def pages(client: Client, field_name: str, arguments: str, selection: str, *, kind: str = "nodes") -> list[dict[str, Any]]:
    """Every row of a list. `arguments` as written in GraphQL, `selection` of a node."""
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        more = f'{arguments}, after: "{after}"' if after else arguments
        page = client.ask(f"{{ {field_name}({more}, first: 100) {{ nodes {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}")
        rows += page[kind]
        if not page["pageInfo"]["hasNextPage"]:
            return rows
        after = page["pageInfo"]["endCursor"]
