"""The stores' own fences: a role reaches one database, a Redis user one stream; personal data lies where it can be deleted."""

from __future__ import annotations

import psycopg
import pytest
import redis
from psycopg import sql

from tests.journeys.client import new_key
from tests.journeys.world import World
from tests.support.system import System

pytestmark = pytest.mark.system

SERVICES = ("catalog", "orders", "livestream", "reporting", "gateway")
# Insert-only or replayed for ever: what is written here stays.
LASTING = (
    *("outbox", "audit", "audit_trail", "idempotency"),
    *("journal_entries", "postings", "sale_lines", "sales_facts", "jobs", "parked_events"),
)


@pytest.mark.parametrize("service", SERVICES)
def test_no_role_connects_to_anothers_database(system: System, service: str) -> None:
    server = system.database_url(service).rsplit("/", 1)[0]
    for other in SERVICES:
        if other == service:
            psycopg.connect(system.database_url(service)).close()
            continue
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{server}/{system.database_url(other).rsplit('/', 1)[1]}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_administers_nothing(system: System, service: str) -> None:
    with psycopg.connect(system.database_url(service)) as conn:
        row = conn.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False,) * 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_redis_user_adds_to_its_own_stream_only(system: System, service: str) -> None:
    with redis.Redis.from_url(system.env[f"BANGFU_{service.upper()}_REDIS_URL"]) as client:
        for other in SERVICES:
            if other == service:
                continue
            for act in (
                lambda other=other: client.xadd(f"stream:{other}:live", {"e": b"forged"}),
                lambda other=other: client.xtrim(f"stream:{other}:live", maxlen=0),
                lambda other=other: client.delete(f"stream:{other}:live"),
                lambda other=other: client.set(f"{other}:head:live", "0"),
            ):
                with pytest.raises(redis.exceptions.NoPermissionError):
                    act()
        debug = lambda: client.execute_command("DEBUG", "SLEEP", "0")  # noqa: E731
        for forbidden in (client.flushall, lambda: client.config_get("*"), client.acl_list, debug):
            with pytest.raises(redis.exceptions.ResponseError):
                forbidden()


def test_the_default_redis_user_asks_for_a_password(system: System) -> None:
    url = system.env["BANGFU_CATALOG_REDIS_URL"]
    bare = f"redis://{url.split('@')[1]}"
    with redis.Redis.from_url(bare) as client, pytest.raises(redis.exceptions.AuthenticationError):
        client.ping()


def test_no_event_audit_ledger_or_idempotency_row_holds_a_persons_data(world: World) -> None:
    """A name, phone and address of this test's own, looked for where nothing is ever deleted."""
    mark = new_key()[:8]
    person = {"name": f"赵{mark}", "phone": "13712349876", "address": f"兴华西路 {mark} 号", "countyCode": "371502"}
    product = world.product(world.merchant())
    shopper = world.shopper()
    lines = world.lines((product, "1"))
    placed = shopper.do("placeOrder", "paymentId orders { id }", lines=lines, recipient=person, note=f"请放门口 {mark}")
    world.pay(shopper, placed["paymentId"])
    order_line = shopper.ask("query($id: ID!) { order(id: $id) { lines { id } } }", id=placed["orders"][0]["id"])["lines"][0]
    product.merchant.owner.do(
        "refundOrderLine", "id", orderId=placed["orders"][0]["id"], lineId=order_line["id"], restock=False, reason="质量问题"
    )
    for service in SERVICES:
        with psycopg.connect(world.system.database_url(service)) as conn:
            present = {r[0] for r in conn.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")}
            for table in present & set(LASTING):
                statement = sql.SQL("SELECT count(*) FROM {} t WHERE t::text LIKE ANY(%s)").format(sql.Identifier(table))
                found = conn.execute(statement, [[f"%{mark}%", f"%{shopper.login}%"]]).fetchone()
                assert found == (0,), (service, table)
