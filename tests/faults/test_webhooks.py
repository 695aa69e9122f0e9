"""The gateway's worker killed while a partner has a notice in hand: nothing is lost, and what comes again has the id it had."""

from __future__ import annotations

import psycopg
import pytest

from services.kit import json
from tests.gateway.webhooks.conftest import Receiver
from tests.gateway.webhooks.conftest import receiver as receiver
from tests.journeys.client import wait_for
from tests.journeys.world import World

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]


def test_a_worker_killed_with_a_notice_on_its_way_sends_it_again_under_one_id(fault_world: World, receiver: Receiver) -> None:
    """Also what happened while it was dead: the event waits in its owner's outbox."""
    world, system = fault_world, fault_world.system
    made = world.bureau.do("registerWebhookEndpoint", "endpoint { id }", url=receiver.url, kinds=["STATEMENT_READY"])

    def report(offset: int) -> str:
        period = {"from": world.day(offset), "until": world.day(offset)}
        return str(world.bureau.do("requestReport", "id", **period, formats=["csv"])["id"])

    receiver.hold.clear()
    first = report(-1)
    wait_for(receiver.came.is_set, what="the partner has it and has not answered")
    system.kill("gateway-worker")
    second = report(-2)
    receiver.hold.set()
    system.wait_ready("gateway-worker")
    with psycopg.connect(system.database_url("gateway"), autocommit=True) as conn:
        conn.execute("UPDATE webhook_endpoints SET busy_until = bangfu_now()")  # the dead one's lease of 30 s is over

    def arrived() -> set[str]:
        return {json.loads(r.body)["data"]["reportId"] for r in receiver.had[1:]}

    wait_for(lambda: arrived() >= {first, second}, what="both arrive after the kill")
    ids = {json.loads(r.body)["data"]["reportId"]: set[str]() for r in receiver.had}
    for got in receiver.had:
        ids[json.loads(got.body)["data"]["reportId"]].add(got.headers["webhook-id"])
    assert [len(found) for found in ids.values()] == [1, 1]
    listing = "query($id: ID!) { webhookDeliveries(endpointId: $id, state: DELIVERED) { nodes { messageId } } }"
    endpoint_id = made["endpoint"]["id"]
    wait_for(lambda: len(world.bureau.ask(listing, id=endpoint_id)["nodes"]) == 2, what="both are marked")
    world.bureau.do("removeWebhookEndpoint", id=endpoint_id)
