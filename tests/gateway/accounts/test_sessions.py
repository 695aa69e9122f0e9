from __future__ import annotations

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from gateway.accounts import sessions
from services.kit import signing
from services.kit.errors import LinkExpired
from tests.gateway.accounts.conftest import Person, shift

SECRET = "s" * 40


def test_parallel_refreshes_of_one_browser_get_the_same_successor(person: Callable[..., Person]) -> None:
    ann = person()
    token = ann.refresh
    tabs = [Person(ann.app, address=ann.address, agent=ann.agent) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda tab: tab.do("refreshSession", refreshToken=token)["refreshToken"], tabs))
    assert len(set(found)) == 1
    assert all(tab.is_signed_in() for tab in tabs)
    ann.do("refreshSession", refreshToken=found[0])
    assert ann.is_signed_in()


@pytest.mark.parametrize("what", ["later", "another agent", "another address"])
def test_a_used_token_from_a_thief_ends_the_session_for_both(person: Callable[..., Person], what: str) -> None:
    ann = person()
    stolen = ann.refresh
    ann.do("refreshSession", refreshToken=stolen)
    thief = Person(ann.app, address=ann.address, agent=ann.agent)
    if what == "later":
        shift(ann.edge, timedelta(seconds=11))
    elif what == "another agent":
        thief.agent = "curl"
    else:
        thief.address = "198.51.100.5"
    assert thief.refused("refreshSession", refreshToken=stolen) == "SESSION_ENDED"
    assert not ann.is_signed_in()
    assert ann.refused("refreshSession", refreshToken=ann.refresh) == "SESSION_ENDED"


def test_a_token_two_generations_old_opens_nothing(person: Callable[..., Person]) -> None:
    ann = person()
    first = ann.refresh
    ann.do("refreshSession", refreshToken=first)
    ann.do("refreshSession", refreshToken=ann.refresh)
    assert ann.stranger().refused("refreshSession", refreshToken=first) == "SESSION_ENDED"
    assert ann.is_signed_in(), "nobody holds what it opens; the one before is what a thief would show"


def test_the_thief_who_refreshed_first_is_found_out_by_the_owner(person: Callable[..., Person]) -> None:
    ann = person()
    thief = Person(ann.app, address="198.51.100.5", agent="curl")
    thief.do("refreshSession", refreshToken=ann.refresh)
    assert ann.refused("refreshSession", refreshToken=ann.refresh) == "SESSION_ENDED"
    assert not thief.is_signed_in()


def test_sessions_are_listed_and_ended_one_or_all_others(person: Callable[..., Person]) -> None:
    ann = person()
    others = [ann.stranger(f"198.51.100.{n}", f"device {n}") for n in range(3)]
    for other in others:
        other.sign_in()
    stranger = person()
    listed = ann.ask("{ me { sessions { id device current method secondFactor } } }")["sessions"]
    assert len(listed) == 4
    assert [s["device"] for s in listed if s["current"]] == ["browser"]
    one = next(s["id"] for s in listed if s["device"] == "device 0")
    assert stranger.refused("endSession", id=one) == "NOT_FOUND"
    assert ann.do("endSession", id=one) is True
    assert [other.is_signed_in() for other in others] == [False, True, True]
    assert ann.do("endOtherSessions") == 2
    assert not any(other.is_signed_in() for other in others)
    assert ann.is_signed_in() and stranger.is_signed_in()


def _jwt(header: dict[str, str], claims: dict[str, object], signature: bytes = b"") -> str:
    return ".".join(
        base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    )


def test_forged_and_confused_tokens_open_no_session(person: Callable[..., Person]) -> None:
    """A token says nothing about how it is checked: one secret, one algorithm, one purpose each."""
    ann = person()
    assert ann.token
    session = str(sessions.session_of(SECRET, ann.token))
    body, mac = ann.token.split(".")
    forged = {
        "none": _jwt({"alg": "none"}, {"s": session}),
        "of another secret": signing.sign("x" * 40, sessions.PURPOSE, {"s": session}, 900),
        "of another purpose": signing.sign(SECRET, "device", {"s": session}, 900),
        "the device's": ann.device,
        "expired": signing.sign(SECRET, sessions.PURPOSE, {"s": session}, -1),
        "another session": signing.sign(SECRET, sessions.PURPOSE, {"s": str(uuid4())}, 900),
        "one bit": f"{body}.{mac[:-2]}{'A' if mac[-2] != 'A' else 'B'}{mac[-1]}",
        "without signature": f"{body}.",
        "body only": body,
        "refresh": ann.refresh,
        "three parts": f"{ann.token}.x",
    }
    for what, token in forged.items():
        assert not Person(ann.app, token=token).is_signed_in(), what
    for token in (forged["of another purpose"], forged["expired"], ann.device):
        with pytest.raises(LinkExpired):
            sessions.session_of(SECRET, token)
    assert ann.stranger().refused("refreshSession", refreshToken=ann.token) == "SESSION_ENDED"
    assert Person(ann.app, token=ann.token).is_signed_in()
