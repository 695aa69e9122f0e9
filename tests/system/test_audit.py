"""What people did through GraphQL stands in the gateway's trail: each privileged act once, with who acted as what, linked to its object."""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.journeys.client import wait_for
from tests.journeys.world import World
from tests.support.direct import BUREAU, acting

pytestmark = pytest.mark.system

ENTRIES = """query($filter: AuditFilter) { auditEntries(filter: $filter, first: 50) { nodes {
  action subjectId subject { id } actor { id } role scope requestId reason changes { field before after } } } }"""


def entries(world: World, **filter: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = world.bureau.ask(ENTRIES, filter=filter)["nodes"]
    return nodes


@pytest.mark.timeout(300)
def test_each_privileged_act_of_a_whole_path_is_there_once_with_who_acted_as_what(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant)
    institution = world.institution()
    contract_id = world.contract(institution, (product, "3.00", "100"))
    call_off_id = world.call_off(institution, merchant, contract_id, "10")
    delivery_id = world.dispatch(merchant, call_off_id, "10")
    world.accept(institution, delivery_id, "10")
    outlet = world.outlet()
    slip = world.slip(outlet, product, "2")
    streamer = world.streamer()
    session_id = world.live_session(streamer, product)
    world.bureau.do("suspendProduct", "id", id=product.id, reason="抽检不合格，请联系 13912345678")
    world.bureau.do("reinstateProduct", "id", id=product.id, reason="复检合格")

    expected = {
        ("merchant:apply", merchant.id, None),
        ("merchant:certify", merchant.id, "BUREAU"),
        ("product:apply", product.id, "MERCHANT"),
        ("product:certify", product.id, "BUREAU"),
        ("product:suspend", product.id, "BUREAU"),
        ("product:reinstate", product.id, "BUREAU"),
        ("stock:counted", product.id, "MERCHANT"),
        ("institution:apply", institution.id, None),
        ("contract:propose", contract_id, "CANTEEN_BUYER"),
        ("call_off:request", call_off_id, "CANTEEN_BUYER"),
        ("call_off:confirm", call_off_id, "MERCHANT"),
        ("delivery:send", delivery_id, "MERCHANT"),
        ("delivery:accept", delivery_id, "CANTEEN_BUYER"),
        ("outlet:apply", outlet.id, None),
        ("outlet:approve", outlet.id, "COUNTY_OFFICER"),
        ("slip:record", slip["id"], "OUTLET"),
        ("streamer:approve", streamer.id, "COUNTY_OFFICER"),
        ("session:schedule", session_id, "STREAMER"),
        ("session:start", session_id, "STREAMER"),
    }
    subjects = {subject for _, subject, _ in expected}

    def gathered() -> list[dict[str, Any]]:
        rows = [entry for subject in subjects for entry in entries(world, subject=subject)]
        assert {(e["action"], e["subjectId"]) for e in rows} >= {(act, subject) for act, subject, _ in expected}
        return rows

    rows = wait_for(gathered, what="every act is gathered")
    counted = Counter((e["action"], e["subjectId"]) for e in rows)
    twice = {("contract:confirm", contract_id): 2, ("institution:add_member", institution.id): 2}  # both sides; approver and organiser
    assert {key: n for key, n in counted.items() if n > 1} == twice
    assert expected <= {(e["action"], e["subjectId"], e["role"]) for e in rows}
    assert all(e["requestId"] for e in rows)
    (suspended,) = (e for e in rows if e["action"] == "product:suspend")
    assert suspended["actor"]["id"] == world.bureau.account_id
    assert suspended["reason"] == "抽检不合格，请联系 ***"
    assert {"field": "state", "before": '"certified"', "after": '"suspended"'} in suspended["changes"]
    assert suspended["subject"]["id"] == product.id, "linked to the object itself"
    (sent,) = (e for e in rows if e["action"] == "delivery:send")
    assert sent["scope"] == merchant.id


def test_no_role_but_operator_and_bureau_reads_the_trail(world: World) -> None:
    merchant = world.merchant()
    for client in (merchant.owner, world.account(), world.county("371502")):
        assert client.post(ENTRIES, {})["errors"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("service", ["catalog", "orders", "livestream", "reporting"])
def test_rows_leave_a_service_to_the_gateways_own_token_alone(world: World, service: str) -> None:
    for who in (BUREAU, acting("operator"), acting("merchant", "x")):
        assert world.direct.get(service, "/internal/audit", who).status == 403
    assert world.direct.get(service, "/internal/audit", None).status == 401


@pytest.mark.parametrize("service", ["gateway", "catalog", "orders", "livestream", "reporting"])
@pytest.mark.parametrize("statement", ["UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_a_services_own_role_cannot_change_its_trail(world: World, service: str, statement: str) -> None:
    with psycopg.connect(world.system.database_url(service), row_factory=dict_row) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)  # type: ignore[call-overload]
        conn.rollback()
