"""What must hold after any disturbance, of the whole system and of what the test itself was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from services.kit import audit, audit_check
from services.kit.principal import Grant, Principal, Role
from tests.journeys.client import pages, raw, wait_for
from tests.journeys.world import Merchant, Product, World, fen
from tests.support.direct import DOMAIN_SERVICES

GATEWAY = Principal("service:gateway", (Grant(Role.SERVICE, "gateway"),))
SERVICES = (*DOMAIN_SERVICES, "gateway")
SETTLE_SECONDS = 60.0


def wait_settled(world: World) -> None:
    """Until every copy has applied what its owner has committed. Then the figures have no excuse left."""

    def settled() -> bool:
        state = {s: world.direct.get(s, "/internal/sync", GATEWAY).ok() for s in SERVICES}
        for name, seen in state.items():
            assert not any(seen["waiting"].values()), (name, seen["waiting"])
            for source, lanes in seen["applied"].items():
                for lane, applied in lanes.items():
                    assert applied >= state[source]["heads"].get(lane, 0), (name, source, lane, applied, state[source]["heads"])
        return True

    wait_for(settled, SETTLE_SECONDS, "every copy is up to date")


def check_whole(world: World) -> None:
    """The invariants of the whole: ledger, proof, figures, events, audit. Waits for the copies first."""
    wait_settled(world)
    ledger_balances(world)
    every_sale_was_certified(world)
    figures_equal_the_ledger(world)
    for service in SERVICES:
        assert world.direct.get(service, "/internal/sync", GATEWAY).ok()["parked"] == 0, service
        audit_is_whole(world, service)
        events_have_no_holes(world, service)


def ledger_balances(world: World) -> None:
    trial = world.direct.get("orders", "/ledger/trial").ok()
    assert (trial["difference_fen"], trial["unbalanced_entries"], trial["lines_without_entry"]) == (0, 0, 0), trial


def every_sale_was_certified(world: World) -> None:
    assert world.bureau.ask("{ certifiedProof { lineId reason soldAt } }") == []


def figures_equal_the_ledger(world: World) -> None:
    """By channel and by merchant, gross and refunds, over all days."""
    for by in ("channel", "merchant"):
        ledger = {
            r["key"]: (r["gross_fen"], r["refunds_fen"]) for r in world.direct.get("orders", "/ledger/reconciliation", by=by).ok()["items"]
        }
        facts: dict[str, tuple[int, int]] = {}
        after = None
        while True:
            page = world.direct.get("reporting", "/sums", by=by, first=500, after=after).ok()
            facts |= {r["key"]: (r["gross_fen"], r["refunds_fen"]) for r in page["items"]}
            after = page["next_cursor"]
            if after is None:
                break
        assert facts == ledger, {k: (facts.get(k), ledger.get(k)) for k in facts.keys() | ledger.keys() if facts.get(k) != ledger.get(k)}


def audit_is_whole(world: World, service: str) -> None:
    with psycopg.connect(world.system.database_url(service), row_factory=dict_row) as conn:
        assert audit_check.verify(service, audit.rows_of(conn)) == [], service


def events_have_no_holes(world: World, service: str) -> None:
    with psycopg.connect(world.system.database_url(service)) as conn:
        row = conn.execute(
            "SELECT lane, count(*), max(seq), count(DISTINCT seq) FROM outbox WHERE seq IS NOT NULL GROUP BY lane"
        ).fetchall()
    for lane, count, highest, distinct in row:
        assert count == highest == distinct, (service, lane, count, highest, distinct)


# ------------------------------------------------------------------------ what was promised to the test


def lines_of(world: World, merchant: Merchant) -> list[dict[str, Any]]:
    selection = """id kind channel evidence documentKind documentId productId quantity soldAt reverses amount { amount }"""
    return pages(world.bureau, "saleLines", f'filter: {{merchantId: "{merchant.id}"}}', selection)


def sold_exactly(world: World, merchant: Merchant, promised: Mapping[str, list[int]]) -> None:
    """`promised`: channel → the amounts (fen, refunds negative) that were acknowledged. Each is in the report once, and nothing else."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in lines_of(world, merchant):
        found[line["channel"]].append(fen(line["amount"]))
    assert {k: sorted(v) for k, v in found.items()} == {k: sorted(v) for k, v in promised.items() if v}


def stock_adds_up(world: World, product: Product, start: str) -> None:
    """start = available + reserved + sold through the channels that hold stock, returns to the shelf counted back by the caller."""
    rows = product.merchant.owner.ask(
        "query($m: ID!) { stock(merchantId: $m, first: 100) { nodes { productId available reserved } } }", m=product.merchant.id
    )["nodes"]
    row = next(r for r in rows if r["productId"] == product.id)
    available, reserved = Decimal(row["available"]), Decimal(row["reserved"])
    assert available >= 0
    assert reserved >= 0
    sold = sum(
        (
            Decimal(line["quantity"])
            for line in lines_of(world, product.merchant)
            if line["productId"] == product.id and line["documentKind"] in ("order", "campaign")
        ),
        Decimal(0),
    )
    assert available + reserved + sold == Decimal(start), (raw(product.id), available, reserved, sold)
