"""An office behind one address, with the rates of production: who shares it cannot use up the others' attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.gateway.accounts.conftest import Person, Refused, close, make_gateway
from tests.support import engines


@pytest.fixture(scope="module")
def edge_app(_cheap_hashes: None, migrated_database_module: Callable[[str], str], worker_number: int) -> Iterator[Flask]:
    app = make_gateway(migrated_database_module("gateway"), f"{engines.hosted().redis_base}{worker_number}", rate_scale=1)
    yield app
    close(app)


def test_a_colleague_who_guesses_blocks_nobody_on_a_device_of_theirs(person: Callable[..., Person], redis_url: str) -> None:
    office = "192.0.2.200"
    ann, bob = person(), person()
    ann.address = bob.address = office
    guesser = ann.stranger(office)
    answers = []
    for login in [ann.login] * 12 + [f"{n}@example.test" for n in range(25)]:
        with pytest.raises(Refused) as refusal:
            guesser.do("signIn", login=login, password="wrong horse 99")
        answers.append(refusal.value.code)
    assert set(answers[:5]) == {"SIGN_IN_FAILED"} and answers[-1] == "RATE_LIMITED"
    for owner in (ann, bob):
        owner.again().sign_in()
    borrowed = bob.stranger(office)
    borrowed.device = ann.device
    assert borrowed.refused("signIn", login=bob.login, password=bob.password) == "RATE_LIMITED", "known to another login only"


def test_outside_sign_ins_are_counted_too(edge_app: Flask, redis_url: str) -> None:
    where = {"REMOTE_ADDR": "192.0.2.201"}
    statuses = [edge_app.test_client().get("/auth/oidc/none/start", environ_overrides=where).status_code for _ in range(32)]
    assert statuses == [404] * 30 + [429] * 2
