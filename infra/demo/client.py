"""GraphQL over HTTP as a client of the public API sees it: nothing here knows a table or a service."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import urllib3

RETRYABLE = frozenset({"UNAVAILABLE", "OUTCOME_UNKNOWN", "IN_PROGRESS"})
SIGNED_OUT = frozenset({"SESSION_ENDED", "UNAUTHENTICATED"})
PATIENCE_SECONDS = 60.0
PAGE = 100
T = TypeVar("T")


class ApiError(Exception):
    """A refusal of the API: its stable code, the input field where one is named, and a sentence."""

    def __init__(self, code: str, message: str, field: str | None = None, facts: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}{f' ({field})' if field else ''}: {message}")
        self.code, self.field, self.facts = code, field, facts or {}


class NoAnswer(Exception):
    """The address does not answer, or answers with something that is not GraphQL."""


@dataclass(frozen=True)
class Credentials:
    login: str
    password: str


class Api:
    """One visitor: nobody, a guest or an account. Signs in again by itself when its session ends; may be used by several threads.

    What did not happen, or may be repeated without harm (a query, a mutation with an idempotency key), is tried again for
    PATIENCE_SECONDS while the system does not answer.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        guest: str | None = None,
        pool: urllib3.PoolManager | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.url, self.credentials, self._guest, self._patience = url, credentials, guest, patience
        self._pool = pool or urllib3.PoolManager(maxsize=16, retries=False, timeout=urllib3.Timeout(connect=2.0, read=60.0))
        self._token: str | None = None
        self._signing_in = threading.Lock()
        self.account_id = ""

    def other(self, credentials: Credentials | None = None, *, guest: str | None = None) -> Api:
        """Another visitor over the same connections."""
        return Api(self.url, credentials, guest=guest, pool=self._pool, patience=self._patience)

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of a query. Raises ApiError or NoAnswer."""
        return self._patiently(lambda: self._send(document, variables), repeatable=True)

    def do(self, name: str, given: dict[str, Any] | None = None, answer: str = "") -> Any:
        """Perform the mutation `name`; `answer` is what to select of its payload: `order { id state }`, or a plain field.

        Returns that object. A mutation whose input has an `idempotencyKey` is repeated until its outcome is known. Raises ApiError
        with the first of the payload's `userErrors`.
        """
        field = answer.split("{", 1)[0].strip()
        title = name[0].upper() + name[1:]
        document = (
            f"mutation M($input: {title}Input!) {{ {name}(input: $input) {{ {answer} "
            "userErrors { code field message facts { name value } } } }"
        )
        given = given or {}

        def once() -> Any:
            payload = self._send(document, {"input": given})[name]
            for error in payload["userErrors"]:
                raise ApiError(error["code"], error["message"], error["field"], {f["name"]: f["value"] for f in error["facts"]})
            return payload[field] if field else None

        return self._patiently(once, repeatable="idempotencyKey" in given)

    def pages(self, field: str, arguments: str, node: str) -> Iterator[dict[str, Any]]:
        """Every node of a connection: `pages("products", 'countyCode: "371502"', "id productNo")`."""
        after: str | None = None
        while True:
            page = self.ask(
                f"query P($after: String) {{ {field}(first: {PAGE}, after: $after{', ' + arguments if arguments else ''}) "
                f"{{ nodes {{ {node} }} pageInfo {{ hasNextPage endCursor }} }} }}",
                after=after,
            )[field]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def upload(self, filename: str, content: bytes, purpose: str) -> str:
        """Store a file; its upload id."""
        upload = self.do("createUpload", {"filename": filename, "purpose": purpose}, "upload { id url }")
        answer = self._pool.request("PUT", upload["url"], body=content, headers={"Content-Type": "application/octet-stream"})
        if answer.status != 201:
            raise ApiError("UPLOAD_REFUSED", f"{filename}: {answer.status} {answer.data[:200].decode(errors='replace')}")
        return str(upload["id"])

    def sign_in(self) -> bool:
        """False where there is no such account, or its password is another."""
        try:
            self._sign_in()
        except ApiError as error:
            if error.code == "SIGN_IN_FAILED":
                return False
            raise
        return True

    def sign_up(self, name: str) -> None:
        assert self.credentials is not None
        tokens = self.do(
            "signUp",
            {"login": self.credentials.login, "password": self.credentials.password, "name": name},
            "tokens { accessToken accountId }",
        )
        self._token, self.account_id = tokens["accessToken"], tokens["accountId"]

    def _sign_in(self) -> None:
        assert self.credentials is not None
        tokens = self._patiently(lambda: self._signed_in(self.credentials), repeatable=True)
        self._token, self.account_id = tokens["accessToken"], tokens["accountId"]

    def _signed_in(self, credentials: Credentials | None) -> Any:
        assert credentials is not None
        document = (
            "mutation M($input: SignInInput!) { signIn(input: $input) { tokens { accessToken accountId } userErrors { code message } } }"
        )
        payload = self._post(document, {"input": {"login": credentials.login, "password": credentials.password}}, None)["signIn"]
        for error in payload["userErrors"]:
            raise ApiError(error["code"], error["message"])
        return payload["tokens"]

    def _send(self, document: str, variables: dict[str, Any]) -> Any:
        anonymous = self.credentials is None or "signUp(" in document
        if not anonymous and self._token is None:
            with self._signing_in:
                if self._token is None:
                    self._sign_in()
        token = None if anonymous else self._token
        try:
            return self._post(document, variables, token)
        except ApiError as error:
            if error.code not in SIGNED_OUT or token is None:
                raise
        with self._signing_in:
            if self._token == token:
                self._sign_in()
        return self._post(document, variables, self._token)

    def _post(self, document: str, variables: dict[str, Any], token: str | None) -> Any:
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        elif self._guest:
            headers["X-Bangfu-Guest"] = self._guest
        body = json.dumps({"query": document, "variables": variables}).encode()
        answer = self._pool.request("POST", self.url, body=body, headers=headers)
        try:
            found = json.loads(answer.data)
            errors = found.get("errors")
        except (ValueError, AttributeError):
            raise NoAnswer(f"{self.url} answered {answer.status}: {answer.data[:200].decode(errors='replace')}") from None
        if errors:
            first = errors[0]
            extensions = first.get("extensions", {})
            raise ApiError(extensions.get("code", "ERROR"), first.get("message", ""), extensions.get("field"))
        return found["data"]

    def _patiently(self, attempt: Callable[[], T], *, repeatable: bool) -> T:
        until, wait = time.monotonic() + self._patience, 0.1
        while True:
            try:
                return attempt()
            except urllib3.exceptions.NewConnectionError as error:  # nothing was sent
                failure: Exception = NoAnswer(f"{self.url} does not answer: {error}")
            except (urllib3.exceptions.HTTPError, NoAnswer) as error:
                failure = error if isinstance(error, NoAnswer) else NoAnswer(f"{self.url}: {error}")
                if not repeatable:
                    raise failure from error
            except ApiError as error:
                if error.code not in RETRYABLE or not repeatable:
                    raise
                failure = error
            if time.monotonic() > until:
                raise failure
            time.sleep(wait)
            wait = min(2.0, wait * 1.6)


def until(condition: Callable[[], T | None], what: str, seconds: float = 30.0, pause: float = 0.1) -> T:
    """The first true answer of `condition`. Raises TimeoutError naming `what` was waited for."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)
