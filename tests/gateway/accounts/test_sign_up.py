"""Where a login is proved before there is an account, as production demands: only its owner learns whether it is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from services.kit.db import value
from tests.gateway.accounts.conftest import Person, close, make_gateway
from tests.support import engines


@pytest.fixture(scope="module")
def edge_app(_cheap_hashes: None, migrated_database_module: Callable[[str], str], worker_number: int) -> Iterator[Flask]:
    app = make_gateway(migrated_database_module("gateway"), f"{engines.hosted().redis_base}{worker_number}", verified_sign_up=True)
    yield app
    close(app)


def prove(somebody: Person, login: str = "") -> dict[str, str]:
    return {"challenge": somebody.request_code("SIGN_UP", login), "code": somebody.code_sent(login)}


def accounts(anybody: Person) -> int:
    with anybody.edge.db.reading() as conn:
        return int(value(conn, "SELECT count(*) FROM accounts"))


def test_a_login_is_proved_first(newcomer: Callable[..., Person]) -> None:
    ann = newcomer()
    before = accounts(ann)
    assert ann.refused("signUp", login=ann.login, password=ann.password) == "CODE_NEEDED"
    proof = prove(ann)
    other = newcomer()
    assert other.refused("signUp", login=other.login, password=ann.password, **proof) == "CODE_NEEDED", "a proof of another login"
    assert ann.refused("signUp", login=ann.login, password=ann.password, **{**proof, "code": "000000"}) == "CODE_WRONG"
    assert accounts(ann) == before
    ann.do("signUp", login=ann.login, password=ann.password, **proof)
    assert ann.ask("{ me { loginVerified } }") == {"loginVerified": True}
    assert ann.again().refused("signUp", login=ann.login, password=ann.password, **proof) == "CODE_WRONG", "used"


def test_only_the_owner_of_a_login_learns_that_it_is_taken(newcomer: Callable[..., Person]) -> None:
    ann, stranger = newcomer(), newcomer()
    ann.do("signUp", login=ann.login, password=ann.password, **prove(ann))
    for login in (ann.login, newcomer().login):
        assert stranger.refused("signUp", login=login, password=ann.password) == "CODE_NEEDED"
        assert stranger.refused("signUp", login=login, password=ann.password, challenge="x", code="000000") == "CODE_WRONG"
    owner = ann.stranger("192.0.2.44")
    proof = prove(owner)
    assert owner.refused("signUp", login=ann.login, password=ann.password, **proof) == "LOGIN_TAKEN"
