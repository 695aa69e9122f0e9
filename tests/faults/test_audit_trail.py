"""The audit trail of the whole product: one byte changed past every fence is found with its row; a killed relay loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.runner import audit as auditing
from infra.runner import processes
from infra.runner.engines import Postgres
from infra.runner.state import ROOT, SERVICES, Config, Paths
from tests.journeys.client import raw, wait_for
from tests.journeys.world import World
from tests.support.direct import BUREAU
from tests.support.system import System

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]


def verify(system: System, *options: str) -> tuple[int, str]:
    """`./bangfu audit verify` as an operator runs it: exit code and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.runner", "audit", "verify", *options],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "BANGFU_STATE": str(system.state), "BANGFU_ENV": "test"},
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@contextmanager
def superuser(system: System, service: str) -> Iterator[psycopg.Connection[Any]]:
    """The service's database as the server's administrator, for whom no trigger fires."""
    config = Config.load(Paths(system.state), {})
    server = processes.engine(config, "postgres")
    assert isinstance(server, Postgres)
    url = f"{server.admin_url.rsplit('/', 1)[0]}/bangfu_{service}"
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as conn:
        conn.execute("SET session_replication_role = replica")
        yield conn


def settled(world: World) -> auditing.Report:
    """Once every committed row is hashed and gathered."""
    found: list[auditing.Report] = []

    def whole() -> bool:
        found[:] = [auditing.verify(world.system.env)]
        return all(s.waiting == 0 and s.copied == s.entries for s in found[0].services)

    wait_for(whole, what="every row is chained and gathered")
    return found[0]


def suspended(world: World) -> str:
    """A product that the bureau has suspended: its raw id."""
    product = world.product(world.merchant())
    world.bureau.do("suspendProduct", "id", id=product.id, reason="抽检不合格", documentNo="聊帮 9")
    return raw(product.id)


def test_one_byte_changed_in_the_database_is_found_with_its_row(fault_world: World) -> None:
    system = fault_world.system
    product_id = suspended(fault_world)
    report = settled(fault_world)
    assert report.ok, report.as_dict()
    code, printed = verify(system)
    assert code == 0, printed
    assert [line.split()[0] for line in printed.splitlines()[1:6]] == list(SERVICES)
    with superuser(system, "catalog") as conn:
        row = conn.execute("SELECT * FROM audit WHERE act = 'product:suspend' AND subject = %s", [f"product:{product_id}"]).fetchone()
        assert row is not None
        conn.execute("UPDATE audit SET reason = '抽检不合各' WHERE position = %s", [row["position"]])
        try:
            code, printed = verify(system)
            print(printed)
            assert code == 1
            (found,) = [line for line in printed.splitlines() if line.startswith("FOUND")]
            assert f"catalog seq {row['seq']} product:suspend on product:{product_id} (position {row['position']}): altered" in found
            assert 'reason is "抽检不合各", was "抽检不合格"' in found
            code, document = verify(system, "--json")
            assert code == 1
            by_service = {s["service"]: s for s in json.loads(document)["services"]}
            assert [(f["seq"], f["act"], f["what"]) for f in by_service["catalog"]["findings"]] == [
                (row["seq"], "product:suspend", "altered")
            ]
            assert all(s["ok"] for name, s in by_service.items() if name != "catalog")
        finally:
            conn.execute("UPDATE audit SET reason = %s WHERE position = %s", [row["reason"], row["position"]])
    assert auditing.verify(system.env).ok


def test_a_row_deleted_a_tail_cut_off_and_a_whole_chain_made_anew_are_found(fault_world: World) -> None:
    system = fault_world.system
    suspended(fault_world)
    settled(fault_world)
    system.kill("gateway-worker", 15)  # ends gently: notes the heads outside the databases on its way
    system.wait_ready("gateway-worker")
    before = settled(fault_world)
    assert before.ok
    assert before.heads > 0
    with superuser(system, "catalog") as conn:
        conn.execute("CREATE TABLE kept AS SELECT * FROM audit")
        last = before.services[SERVICES.index("catalog")].seq
        try:
            conn.execute("DELETE FROM audit WHERE seq = %s", [last - 2])
            assert _found(system) == [("catalog", last - 2, "deleted")]
            conn.execute("DELETE FROM audit WHERE seq >= %s", [last - 2])
            assert {(s, what) for s, _, what in _found(system)} == {("catalog", "cut off")}
            assert {seq for _, seq, _ in _found(system)} == {last - 2, last - 1, last}
            with superuser(system, "gateway") as copy:
                # Who owns every database and makes both chains anew still has the signed heads against him.
                copy.execute("CREATE TABLE kept_trail AS SELECT * FROM audit_trail WHERE service = 'catalog' AND seq >= %s", [last - 2])
                copy.execute("DELETE FROM audit_trail WHERE service = 'catalog' AND seq >= %s", [last - 2])
                try:
                    assert ("catalog", last, "cut off") in _found(system)
                finally:
                    copy.execute("INSERT INTO audit_trail SELECT * FROM kept_trail ON CONFLICT DO NOTHING")
                    copy.execute("DROP TABLE kept_trail")
        finally:
            conn.execute("DELETE FROM audit WHERE position IN (SELECT position FROM kept) OR seq >= %s", [last - 2])
            conn.execute("INSERT INTO audit SELECT * FROM kept ON CONFLICT DO NOTHING")
            conn.execute("DROP TABLE kept")
    assert auditing.verify(system.env).ok


def _found(system: System) -> list[tuple[str, int, str]]:
    report = auditing.verify(system.env)
    assert not report.ok
    return [(f["service"], f["seq"], f["what"]) for s in report.services for f in s.findings]


@pytest.mark.parametrize("victim", ["catalog-worker", pytest.param("gateway-worker", marks=pytest.mark.full)])
def test_a_relay_or_a_gatherer_killed_on_its_way_loses_nothing_and_doubles_nothing(fault_world: World, victim: str) -> None:
    system = fault_world.system
    merchant = fault_world.merchant()
    products = [raw(fault_world.product(merchant).id) for _ in range(3)]
    settled(fault_world)
    ids = {p: f"product:{p}" for p in products}
    for round_, product_id in enumerate(products):
        fault_world.direct.post("catalog", f"/products/{product_id}/suspend", BUREAU, {"reason": f"round {round_}"}).ok()
        system.kill(victim)
        system.wait_ready(victim)
    report = settled(fault_world)
    assert report.ok, report.as_dict()
    with psycopg.connect(system.database_url("gateway"), row_factory=dict_row) as conn:
        rows = conn.execute(
            "SELECT subject, count(*) AS n FROM audit_trail WHERE act = 'product:suspend' AND subject = ANY(%s) GROUP BY 1",
            [list(ids.values())],
        ).fetchall()
    assert {r["subject"]: r["n"] for r in rows} == dict.fromkeys(ids.values(), 1)
