"""Who is counted, how much is too much, and what happens while nobody counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import redis
from limits import parse
from werkzeug.test import TestResponse

from gateway.addresses import client_address, client_network, networks
from gateway.permissions import table
from gateway.rates import HARMLESS, RATES, Counted, Limiter, credentials, sign_allowance
from gateway.schema import schema
from services.kit.errors import Unavailable
from tests.gateway.limits.conftest import SECRET, Edge

SIGN_IN = 'mutation($l: String!) { signIn(input: {login: $l, password: "wrong horse 9"}) { userErrors { code } } }'
PER_MINUTE = 30
DOWN = "redis://127.0.0.1:9/0"


def limiter(redis_url: str, scale: float = 1.0) -> Limiter:
    return Limiter(redis_url, SECRET, scale)


def windows(name: str, limit: str = "5/minute") -> list[Counted]:
    return [Counted("test", parse(limit), name)]


def test_five_a_minute_are_five_and_the_next_is_told_when(redis_url: str) -> None:
    counting = limiter(redis_url)
    outcomes = [counting.count(windows("a")) for _ in range(7)]
    assert [o and (o.worst.allowed, o.worst.remaining) for o in outcomes] == [(True, n) for n in (4, 3, 2, 1, 0)] + [(False, 0)] * 2
    assert outcomes[-1] is not None
    last = outcomes[-1].worst
    assert 1 <= last.seconds <= 75
    assert outcomes[-1].headers() == {
        "RateLimit-Policy": '"test";q=5;w=60',
        "RateLimit": f'"test";r=0;t={last.seconds}',
        "Retry-After": str(last.seconds),
    }
    other = counting.count(windows("b"))
    assert other is not None and other.worst.allowed


def test_processes_count_together_in_one_round_trip(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = limiter(redis_url), limiter(redis_url)
    both = [*windows("c", "3/minute"), *windows("c", "50/hour")]
    sent: list[int] = []
    original = redis.connection.AbstractConnection.send_packed_command

    def counted(self: Any, command: Any, check_health: bool = True) -> Any:
        sent.append(1)
        return original(self, command, check_health)

    assert one.count(both) and two.count(both)  # connects, loads the scripts
    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", counted)
    third = one.count(both)
    assert third is not None and third.worst.allowed and len(sent) == 1
    fourth = two.count(both)
    assert fourth is not None and not fourth.worst.allowed and fourth.worst.limit == 3
    assert fourth.headers()["RateLimit-Policy"] == '"test";q=3;w=60, "test-hour";q=50;w=3600'


def test_scripts_that_redis_forgot_are_given_again(redis_url: str) -> None:
    counting = limiter(redis_url)
    assert counting.count(windows("d")) is not None
    redis.Redis.from_url(redis_url).script_flush()
    verdict = counting.count(windows("d"))
    assert verdict is not None and verdict.worst.remaining == 3


def left(answer: TestResponse) -> dict[str, int]:
    """policy → what remains, of the answer's header."""
    fields = (part.split(";") for part in answer.headers["RateLimit"].split(", "))
    return {name.strip('"'): int(remaining.removeprefix("r=")) for name, remaining, _ in fields}


def test_a_guest_counts_by_address_and_an_account_wherever_it_is(edge: Edge) -> None:
    guest = edge.post("mutation { startGuest(input: {}) { guestToken } }").get_json()["data"]["startGuest"]["guestToken"]
    as_guest = {"X-Bangfu-Guest": guest}
    asked = [("192.0.2.1", {}), ("192.0.2.1", as_guest), ("192.0.2.9", as_guest), ("192.0.2.1", {})]
    remaining = [
        left(edge.post(f"{{ __typename }} #{n}", address=address, **headers))["anonymous"] for n, (address, headers) in enumerate(asked)
    ]
    assert remaining == [598, 597, 599, 596]
    login = f"{uuid4().hex[:12]}@example.test"
    sign_up = 'mutation($l: String!) { signUp(input: {login: $l, password: "correct horse 9"}) { tokens { accessToken } } }'
    token = edge.post(sign_up, {"l": login}).get_json()["data"]["signUp"]["tokens"]["accessToken"]
    fields = [left(edge.post("{ me { id } }", address=a, Authorization=f"Bearer {token}")) for a in ("192.0.2.1", "192.0.2.7")]
    assert [f["account"] for f in fields] == [1199, 1198]


def test_documents_never_seen_before_have_a_rate_of_their_own(edge: Edge) -> None:
    fresh = [edge.post(f"{{ me {{ id }} }} # {n}") for n in range(63)]
    assert [a.status_code for a in fresh] == [200] * 60 + [429] * 3
    assert fresh[0].headers["RateLimit-Policy"] == '"documents";q=60;w=60, "anonymous";q=600;w=60'
    assert fresh[60].get_json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    # What is known by now is answered: seen twice, it is kept.
    for _ in range(2):
        edge.post("{ me { login } }", address="192.0.2.50")
    assert "documents" not in left(edge.post("{ me { login } }"))


def test_who_was_told_to_wait_and_does_not_is_told_again_without_redis(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = edge.app.extensions["edge"].limiter
    for n in range(61):
        edge.post(f"{{ me {{ id }} }} # {n}")
    monkeypatch.setattr(limiter, "_ask", None)
    answer = edge.post("{ me { id } } # again")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1


def test_rotating_a_header_a_thousand_times_does_not_help(edge: Edge) -> None:
    answers = []
    for n in range(1000):
        headers = {"X-Forwarded-For": f"203.0.{n // 250}.{n % 250}", "Forwarded": f"for=203.0.113.{n % 250}"}
        answers.append(edge.post(SIGN_IN, {"l": f"{n}@example.test"}, **headers))
    codes = [a.get_json()["errors"][0]["extensions"]["code"] for a in answers]
    assert codes[:PER_MINUTE] == ["SIGN_IN_FAILED"] * PER_MINUTE
    assert set(codes[PER_MINUTE:]) == {"RATE_LIMITED"}
    assert {a.status_code for a in answers[PER_MINUTE:]} == {429}
    refused = answers[PER_MINUTE]
    assert refused.headers["RateLimit-Policy"].startswith('"signIn";q=30;w=60, ') and int(refused.headers["Retry-After"]) >= 1


def test_an_address_that_tries_one_login_is_stopped_and_she_herself_is_not(edge: Edge) -> None:
    """What the account's own lock-out says in between is its affair."""
    outcomes = [edge.outcome(SIGN_IN, {"l": "ann@example.test"}) for _ in range(11)]
    assert "RATE_LIMITED" not in outcomes[:10] and outcomes[10] == "RATE_LIMITED"
    assert edge.outcome(SIGN_IN, {"l": "ANN@example.test "}) == "RATE_LIMITED"
    assert edge.outcome(SIGN_IN, {"l": "bob@example.test"}) == "SIGN_IN_FAILED"
    assert edge.outcome(SIGN_IN, {"l": "ann@example.test"}, address="192.0.2.99") != "RATE_LIMITED"


def test_attempts_are_counted_and_not_requests(edge: Edge) -> None:
    from gateway.context import RequestContext
    from gateway.limits.errors import RateLimited
    from services.kit.principal import ANONYMOUS

    field = schema.graphql_schema.mutation_type.fields["signIn"]  # type: ignore[union-attr]
    with edge.app.test_request_context("/graphql"):
        context = RequestContext(edge.app.extensions["edge"], ANONYMOUS, address="192.0.2.5")
        info = type("Info", (), {"context": context})
        refused = 0
        for n in range(PER_MINUTE + 3):
            try:
                field.resolve(None, info, input={"login": f"{n}@example.test", "password": "x"})  # type: ignore[misc]
            except RateLimited:
                refused += 1
            except Exception:
                pass
    assert refused == 3


def test_while_nobody_counts_reading_goes_on_and_credentials_are_closed(edge_with: Callable[..., Edge]) -> None:
    edge = edge_with(redis_url=DOWN)
    answer = edge.post("{ products(first: 1) { nodes { id unit } } }")
    assert answer.status_code == 200 and "errors" not in answer.get_json() and "RateLimit" not in answer.headers
    assert edge.outcome(SIGN_IN, {"l": "ann@example.test"}) == "UNAVAILABLE"
    edge.app.extensions["edge"].limiter._away_until = 0.0
    with pytest.raises(Unavailable):
        edge.app.extensions["edge"].limiter.credential("Mutation.signIn", ("1/minute", ""), "192.0.2.1", "")


def test_every_mutation_that_a_stranger_may_send_is_counted_by_attempt() -> None:
    strangers = {name for name, rule in table().items() if name.startswith("Mutation.") and rule.who == "anyone"}
    assert strangers - HARMLESS <= credentials().keys() <= {f"Mutation.{n}" for n in schema.graphql_schema.mutation_type.fields}  # type: ignore[union-attr]
    assert credentials().keys() >= {"Mutation.signIn", "Mutation.signUp", "Mutation.refreshSession"}


def test_an_allowance_of_ones_own_is_signed_and_counted_apart(edge: Edge) -> None:
    token = sign_allowance(SECRET, "bench", 10, 60)
    query = "{ __typename }"
    with_it = edge.post(query, **{"X-Bangfu-Allowance": token}).headers
    assert '"anonymous";q=6000;w=60' in with_it["RateLimit-Policy"] and '"anonymous";r=5999;' in with_it["RateLimit"]
    for forged in (sign_allowance("t" * 40, "bench", 10, 60), token[:-2], "x", sign_allowance(SECRET, "bench", 10, -5)):
        assert (
            edge.post(f"{query} # {forged[-9:]}", **{"X-Bangfu-Allowance": forged})
            .headers["RateLimit-Policy"]
            .endswith('"anonymous";q=600;w=60')
        )


def test_a_foreign_document_of_a_visitor_is_limited_harder_where_that_is_set(edge_with: Callable[..., Edge]) -> None:
    edge = edge_with(trusted_documents="limited")
    assert f'"untrusted";q={RATES["untrusted"].split("/")[0]};w=60' in edge.post("{ __typename }").headers["RateLimit-Policy"]
    assert edge.outcome("{ " + " ".join(f"p{i}: products(first: 100) {{ nodes {{ id name unit pack }} }}" for i in range(4)) + " }") == (
        "QUERY_TOO_COSTLY"
    )


def test_kept_answers_are_neither_counted_nor_slowed(edge: Edge) -> None:
    query = "{ products(first: 2) { nodes { id name } } }"
    first, second = edge.post(query), edge.post(query)
    assert "RateLimit" in first.headers and "RateLimit" not in second.headers
    assert first.get_json() == second.get_json()


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, nonsense, 10.0.0.3", "10.0.0.3"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "2001:db8::1", "2001:db8::1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_forwarded_for_is_read_as_far_as_our_own_proxies_wrote_it(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, networks("10.0.0.0/8")) == expected


def test_an_address_behind_our_proxy_is_counted_by_itself(edge_with: Callable[..., Edge]) -> None:
    edge = edge_with(trusted_proxies="10.0.0.0/8, 192.0.2.200")
    fields = [
        left(edge.post(f"{{ __typename }} #{n}", address=peer, **{"X-Forwarded-For": forwarded}))["anonymous"]
        for n, (peer, forwarded) in enumerate(
            [("10.0.0.1", "198.51.100.1"), ("10.0.0.1", "198.51.100.2"), ("192.0.2.200", "198.51.100.1"), ("192.0.2.3", "198.51.100.1")]
        )
    ]
    assert fields == [599, 599, 598, 599]


def test_an_ipv6_customer_is_one() -> None:
    assert client_network("2001:db8:1:2:aaaa::1") == client_network("2001:db8:1:2:ffff::9") != client_network("2001:db8:1:3::1")
    assert client_network("::ffff:192.0.2.1") == client_network("192.0.2.1") == "192.0.2.1"
    assert client_network("") == "unknown"
