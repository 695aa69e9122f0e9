"""The demo's client of the API, against a server that answers as told; accounts as the gateway's rules have them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gateway.accounts.domain import parse_login
from gateway.accounts.passwords import ensure_password
from infra.demo import logins
from infra.demo.client import Api, ApiError, Credentials, NoAnswer, until
from services.kit.principal import Role

TOKENS = {"data": {"signIn": {"tokens": {"accessToken": "t", "accountId": "a"}, "userErrors": []}}}


def refusal(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "no", "extensions": {"code": code}}]}


def placed(*errors: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"placeOrder": {"checkout": None if errors else {"paymentId": "p"}, "userErrors": list(errors)}}}


class Gateway(ThreadingHTTPServer):
    """Gives its `answers` one after the other; None cuts the connection. Sign-ins are answered by themselves."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[dict[str, Any] | None] = []
        self.asked: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.signed_in = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/graphql"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A cut connection is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "signIn(" in body["query"]:
            self.server.signed_in += 1
            answer: dict[str, Any] | None = TOKENS
        else:
            self.server.asked.append(body)
            self.server.authorizations.append(self.headers.get("Authorization"))
            answer = self.server.answers.pop(0)
        if answer is None:
            self.connection.close()
            return
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return Api(gateway.url, Credentials("10000000001", "secret"), patience=5)


def test_it_signs_in_by_itself_and_again_when_its_session_has_ended(gateway: Gateway, api: Api) -> None:
    gateway.answers = [{"data": {"me": 1}}, refusal("SESSION_ENDED"), {"data": {"me": 2}}]
    assert (api.ask("{ me }"), api.ask("{ me }")) == ({"me": 1}, {"me": 2})
    assert gateway.signed_in == 2
    assert gateway.authorizations == ["Bearer t"] * 3


def test_a_refusal_that_a_user_can_mend_is_raised_with_its_code_and_field(gateway: Gateway, api: Api) -> None:
    facts = [{"name": "left", "value": "3"}]
    gateway.answers = [placed({"code": "OUT_OF_STOCK", "field": "lines.0.quantity", "message": "3 left", "facts": facts})]
    with pytest.raises(ApiError) as refused:
        api.do("placeOrder", {}, "checkout { paymentId }")
    assert (refused.value.code, refused.value.field, refused.value.facts) == ("OUT_OF_STOCK", "lines.0.quantity", {"left": "3"})


def test_what_has_a_key_is_repeated_until_its_outcome_is_known(gateway: Gateway, api: Api) -> None:
    gateway.answers = [None, refusal("OUTCOME_UNKNOWN"), placed()]
    assert api.do("placeOrder", {"idempotencyKey": "demo-1"}, "checkout { paymentId }") == {"paymentId": "p"}
    assert [a["variables"]["input"] for a in gateway.asked] == [{"idempotencyKey": "demo-1"}] * 3


def test_what_has_no_key_is_not_repeated_when_it_may_have_happened(gateway: Gateway, api: Api) -> None:
    gateway.answers = [None, placed()]
    with pytest.raises(NoAnswer):
        api.do("placeOrder", {}, "checkout { paymentId }")
    assert len(gateway.asked) == 1


def test_pages_are_followed_to_their_end(gateway: Gateway, api: Api) -> None:
    def page(numbers: list[int], cursor: str | None) -> dict[str, Any]:
        info = {"hasNextPage": cursor is not None, "endCursor": cursor}
        return {"data": {"products": {"nodes": [{"id": n} for n in numbers], "pageInfo": info}}}

    gateway.answers = [page([1, 2], "c"), page([3], None)]
    assert [n["id"] for n in api.pages("products", 'countyCode: "371502"', "id")] == [1, 2, 3]
    assert [a["variables"]["after"] for a in gateway.asked] == [None, "c"]


def test_a_guest_and_a_visitor_send_no_account(gateway: Gateway, api: Api) -> None:
    gateway.answers = [{"data": {}}] * 2
    api.other().ask("{ a }")
    api.other(guest="g").ask("{ a }")
    assert gateway.authorizations == [None, None]
    assert gateway.signed_in == 0


def test_an_address_without_a_gateway_is_told_after_a_while() -> None:
    with pytest.raises(NoAnswer, match="does not answer"):
        Api("http://127.0.0.1:9/graphql", patience=0.2).ask("{ a }")


def test_waiting_names_what_was_waited_for() -> None:
    answers = iter([None, None, "there"])
    assert until(lambda: next(answers), "it", pause=0) == "there"
    with pytest.raises(TimeoutError, match="the goods"):
        until(lambda: False, "the goods", seconds=0, pause=0)


# ------------------------------------------------------------------------------------------ accounts


def test_there_is_somebody_for_every_role() -> None:
    granted = {one.role.lower() for one in logins.ALL if one.role}
    earned = {"merchant", "canteen_buyer", "canteen_approver", "group_organiser", "streamer", "outlet", "shopper"}
    assert granted | earned == {role.value for role in Role} - {"service"}
    assert len(logins.PEOPLE) == len(earned)
    assert (len(logins.DEPARTMENTS), len(logins.OFFICERS)) == (15, 8)


@pytest.mark.parametrize("one", logins.ALL, ids=lambda one: one.key)
def test_a_login_is_a_number_that_nobody_has(one: logins.Login) -> None:
    assert parse_login(one.login) == ("phone", one.login)
    assert one.login.startswith("100")


def test_logins_are_all_different() -> None:
    assert len({one.login for one in logins.ALL}) == len({one.key for one in logins.ALL}) == len(logins.ALL)


@pytest.mark.parametrize("secret", ["a" * 32, "b" * 32, ""])
def test_the_password_is_good_enough_and_depends_on_the_folders_secret(secret: str) -> None:
    password = logins.password_of(secret)
    for one in logins.ALL:
        ensure_password(password, one.login)
    assert password == logins.password_of(secret) != logins.password_of("another")
