"""Guessing is slowed; nobody can lock out somebody else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.gateway.accounts.conftest import Person, Refused, shift

WRONG = "wrong horse 99"
SIGN_IN = (
    "mutation($l: String!, $p: String!) { signIn(input: {login: $l, password: $p}) "
    "{ tokens { accessToken } needsSecondFactor { challenge } userErrors { code message } } }"
)


def answer(who: Person, password: str = WRONG) -> str:
    try:
        who.sign_in(password=password)
    except Refused as refusal:
        return str(refusal.code)
    return "IN"


def test_the_owner_gets_in_on_a_known_device_whatever_strangers_do(person: Callable[..., Person]) -> None:
    ann = person()
    for number in range(60):
        answer(ann.stranger(f"198.51.100.{number}"))
    assert answer(ann.stranger("192.0.2.1"), ann.password) == "TOO_MANY_ATTEMPTS"
    assert answer(ann.again(), ann.password) == "IN", "at once, from any place"
    moved = ann.again()
    moved.address = "192.0.2.77"
    assert answer(moved, ann.password) == "IN"


def test_a_known_device_is_slowed_by_its_own_failures_only(person: Callable[..., Person]) -> None:
    ann, bob = person(), person()
    here = ann.again()
    assert [answer(here) for _ in range(7)] == ["SIGN_IN_FAILED"] * 5 + ["TOO_MANY_ATTEMPTS"] * 2
    assert answer(ann.stranger(), ann.password) == "IN", "another device of the same account"
    assert answer(bob.again(), bob.password) == "IN", "another account at the same address"
    shift(ann.edge, timedelta(seconds=2))
    assert answer(here, ann.password) == "IN", "the wait was a second"
    assert [answer(here) for _ in range(5)] == ["SIGN_IN_FAILED"] * 5, "a success forgets the failures"


def test_a_device_token_of_another_account_makes_nothing_known(person: Callable[..., Person]) -> None:
    ann, thief = person(), person()
    guesser = ann.stranger()
    guesser.device = thief.device
    for _ in range(5):
        answer(guesser)
    assert answer(guesser, ann.password) == "TOO_MANY_ATTEMPTS"
    forged = ann.stranger("192.0.2.9")
    forged.device = ann.device[:-2] + "AA"
    assert answer(forged) == "SIGN_IN_FAILED"


def test_changing_the_address_buys_no_more_tries(person: Callable[..., Person]) -> None:
    """long2ice/fastapi-limiter#9: rotate the address 1,000 times; after the account's limit the answer is always the same."""
    ann = person()
    answers = [answer(ann.stranger(f"198.51.{n // 250}.{n % 250}")) for n in range(60)]
    assert answers[:30] == ["SIGN_IN_FAILED"] * 30
    assert answers.count("SIGN_IN_FAILED") <= 40, "some seconds have passed"
    assert answers[-1] == "TOO_MANY_ATTEMPTS"


def test_addresses_of_one_ipv6_network_count_as_one(person: Callable[..., Person]) -> None:
    ann = person()
    answers = [answer(ann.stranger(f"2001:db8::{n:x}")) for n in range(1, 7)]
    assert answers == ["SIGN_IN_FAILED"] * 5 + ["TOO_MANY_ATTEMPTS"]


def test_parallel_attempts_are_counted_before_they_are_looked_at(person: Callable[..., Person], hashes: list[str]) -> None:
    ann = person()
    guesser = ann.stranger()
    hashes.clear()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: answer(guesser), range(24)))
    assert answers.count("SIGN_IN_FAILED") == len(hashes) <= 7, "five, and one more a second"


def test_the_longest_wait_is_a_quarter_of_an_hour_and_a_quiet_day_forgets(person: Callable[..., Person]) -> None:
    ann = person()
    guesser = ann.stranger()
    for _ in range(17):
        assert answer(guesser) == "SIGN_IN_FAILED"
        shift(ann.edge, timedelta(minutes=15, seconds=1))
    assert [answer(guesser) for _ in range(2)] == ["SIGN_IN_FAILED", "TOO_MANY_ATTEMPTS"]
    shift(ann.edge, timedelta(minutes=15, seconds=1))
    assert answer(guesser) == "SIGN_IN_FAILED"
    shift(ann.edge, timedelta(days=1, minutes=16))
    assert [answer(guesser) for _ in range(5)] == ["SIGN_IN_FAILED"] * 5


def test_known_and_unknown_accounts_are_answered_alike_and_cost_the_same(
    person: Callable[..., Person], newcomer: Callable[..., Person], hashes: list[str]
) -> None:
    """CVE-2026-39851, GHSA-6f65-4fv2-wwch: body for body and hash for hash, also while they are slowed."""
    known, unknown = person().stranger("192.0.2.10"), newcomer()
    unknown.address = "192.0.2.11"
    hashes.clear()
    seen: dict[str, list[tuple[object, int]]] = {known.login: [], unknown.login: []}
    for who in (known, unknown):
        for _ in range(7):
            before = len(hashes)
            body = who.body(SIGN_IN, {"l": who.login, "p": WRONG})
            for error in body.get("errors", []):
                error["extensions"].pop("requestId", None)
            seen[who.login].append((body, len(hashes) - before))
    assert seen[known.login] == seen[unknown.login]
    assert [count for _, count in seen[known.login]] == [1] * 5 + [0] * 2


def test_an_account_without_a_password_costs_a_hash_too(person: Callable[..., Person], hashes: list[str]) -> None:
    ann = person()
    with ann.edge.db.transaction() as conn:
        conn.execute("UPDATE accounts SET password_hash = NULL WHERE account_id = %s", [ann.account_id])
    hashes.clear()
    assert answer(ann.stranger(), ann.password) == "SIGN_IN_FAILED"
    assert hashes == ["verify"]
