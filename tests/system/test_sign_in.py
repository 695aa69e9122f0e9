"""Sign-in through the whole product: two processes of the gateway, its worker, its log."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pyotp
import pytest

from tests.journeys.client import PASSWORD, Client, Refused, wait_for
from tests.support.system import System

pytestmark = pytest.mark.system


def code_in_the_log(system: System, login: str) -> str:
    """As a developer reads it with `./bangfu logs gateway-worker`."""

    def found() -> str:
        lines = [line for line in system.logs("gateway-worker", 2000).splitlines() if login in line]
        codes = re.findall(r"(?<!\d)\d{6}(?!\d)", lines[-1]) if lines else []
        return codes[0] if codes else ""

    return str(wait_for(found, what="the code's message"))


def test_a_code_that_the_worker_sent_signs_in(system: System) -> None:
    login = f"code-{uuid4().hex[:10]}@example.test"
    Client(system.graphql_url, login).sign_up()
    visitor = Client(system.graphql_url)
    challenge = visitor.do("requestCode", "challenge", login=login, purpose="SIGN_IN")["challenge"]
    tokens = visitor.do("signInByCode", "accessToken", challenge=challenge, code=code_in_the_log(system, login))
    assert tokens["accessToken"]


def test_a_second_factor_holds_across_processes(system: System) -> None:
    login = f"totp-{uuid4().hex[:10]}@example.test"
    ann = Client(system.graphql_url, login)
    ann.sign_up()
    setup = ann.do("startTotp", "challenge secret")
    codes = ann.do("confirmTotp", challenge=setup["challenge"], code=pyotp.TOTP(setup["secret"]).now())
    visitor = Client(system.graphql_url)
    document = (
        "mutation($l: String!, $p: String!) { signIn(input: {login: $l, password: $p}) "
        "{ tokens { accessToken } needsSecondFactor { challenge } userErrors { code } } }"
    )
    challenges = [visitor.ask(document, l=login, p=PASSWORD)["needsSecondFactor"]["challenge"] for _ in range(4)]

    def confirm(challenge: str) -> str:
        try:
            return str(visitor.do("confirmSignIn", "accessToken", challenge=challenge, code=codes[0])["accessToken"])
        except Refused as refusal:
            return refusal.codes[0]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(confirm, challenges))
    assert sorted(len(a) > 40 for a in answers) == [False, False, False, True], "one code, four at once, one session"


def test_parallel_refreshes_meet_in_one_successor(system: System) -> None:
    visitor = Client(system.graphql_url)
    login = f"tabs-{uuid4().hex[:10]}@example.test"
    token = visitor.do("signUp", "refreshToken", login=login, password=PASSWORD)["refreshToken"]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: visitor.do("refreshSession", "refreshToken", refreshToken=token)["refreshToken"], range(6)))
    assert len(set(found)) == 1
    assert visitor.do("refreshSession", "refreshToken", refreshToken=found[0])["refreshToken"] not in {token, found[0]}
