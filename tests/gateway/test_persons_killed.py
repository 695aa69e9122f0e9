"""A deletion whose processes are killed while it runs is finished all the same, and finds nothing twice."""

from __future__ import annotations

import secrets

import psycopg
import pytest

from tests.gateway.test_members_system import prove
from tests.journeys.client import PASSWORD, TOKENS, Client, raw, wait_for
from tests.journeys.world import credit_code, unique, world_of
from tests.support.people import search
from tests.support.system import System

pytestmark = [pytest.mark.system, pytest.mark.full, pytest.mark.xdist_group("fault-system")]


def test_a_deletion_survives_the_death_of_its_worker_and_of_a_service(fault_system: System) -> None:
    world = world_of(fault_system, veterans=False)
    name, phone = f"甄{secrets.token_hex(3)}", f"139{secrets.randbelow(10**8):08d}"
    him = Client(world.url, phone)
    him._keep(Client(world.url).do("signUp", TOKENS, login=phone, password=PASSWORD, name=name))
    prove(world, him)
    him.do("applyStreamer", "id", handle=name, countyCode="371502")
    him.do(
        "applyMerchant",
        "id",
        creditCode=credit_code(),
        name=unique("合作社"),
        kind="cooperative",
        countyCode="371502",
        township="许营镇",
        contactName=name,
        contactPhone=phone,
    )
    assert {(f.service, f.table) for f in search(fault_system, name, phone)} == {
        ("gateway", "identities"),
        ("catalog", "contacts"),
        ("livestream", "handles"),
    }
    fault_system.kill("orders-api")
    him.do("deleteAccount", "state", login=phone)
    for _ in range(2):
        fault_system.kill("gateway-worker")
        fault_system.wait_ready("gateway-worker")
    fault_system.wait_ready("orders-api")

    def is_done() -> bool:
        with psycopg.connect(fault_system.database_url("gateway"), autocommit=True) as conn:
            row = conn.execute("SELECT state FROM person_requests WHERE account_id = %s", [raw(him.account_id)]).fetchone()
        return row is not None and row[0] == "done"

    wait_for(is_done, seconds=120, what="the deletion is done")
    assert search(fault_system, name, phone) == []
    with psycopg.connect(fault_system.database_url("gateway"), autocommit=True) as conn:
        erased = conn.execute(
            "SELECT count(*) FROM audit WHERE act = 'person:erase' AND subject = %s", [f"account:{raw(him.account_id)}"]
        ).fetchone()
        answered = conn.execute("SELECT count(*) FROM person_answers WHERE account_id = %s AND done", [raw(him.account_id)]).fetchone()
    assert (erased, answered) == ((1,), (4,))
