"""What may be lost without losing anything: all of Redis, and any process between an order and its payment."""

from __future__ import annotations

import shutil

import pytest
import redis

from infra.runner.state import Paths
from tests.faults.invariants import check_whole, sold_exactly, stock_adds_up
from tests.faults.steps import Path, Shop
from tests.journeys.client import wait_for
from tests.journeys.world import World

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]


@pytest.mark.timeout(400)
def test_redis_killed_and_emptied_during_sales_and_no_sale_after_loses_no_figure_and_no_job(fault_world: World) -> None:
    system = fault_world.system
    shop = Shop.open(fault_world)
    path = Path.of(shop)
    steps = dict(path.steps)
    for name, step in path.steps[:-1]:
        step()
        if name == "settle the campaign":
            system.kill("catalog-worker")  # so that the way from its outbox is cut as well
    steps["ask for a report"]()
    before = entries(fault_world)
    assert before > 0
    # The folder is emptied first: the server dies with its files gone, and starts on nothing.
    for entry in (Paths(system.state).data / "valkey").iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    system.kill("valkey")
    system.wait_ready("valkey", "catalog-worker")

    path.wait_report()
    check_whole(fault_world)
    sold_exactly(fault_world, shop.merchant, path.promised)
    stock_adds_up(fault_world, shop.product, shop.stock)
    # And it goes on: new sales travel by the new stream.
    shop.world.buy((shop.product, "1"))
    wait_for(lambda: check_whole(fault_world) is None)


def entries(world: World) -> int:
    """In the streams of all services."""
    client = redis.Redis.from_url(world.system.env["BANGFU_REPORTING_REDIS_URL"])
    with client:
        return sum(int(client.xlen(f"stream:{service}:live")) for service in ("catalog", "orders", "livestream"))  # type: ignore[arg-type]


@pytest.mark.parametrize("victim", ["orders-api", "gateway-api", "orders-worker", "paysim", "postgres"])
def test_a_process_killed_between_order_and_payment_leaves_an_order_that_can_be_paid(fault_world: World, victim: str) -> None:
    product = fault_world.product(fault_world.merchant())
    shopper = fault_world.shopper()
    checkout = fault_world.place(shopper, (product, "1"))
    fault_world.system.kill(victim)
    fault_world.system.wait_ready(victim)
    fields = {"id": checkout.payment_id, "paymentMethod": "pm_card_visa", "returnUrl": f"{fault_world.url}/paid"}
    shopper.repeat("startPayment", "state", **fields)
    fault_world.wait_paid(shopper, checkout.payment_id)
    check_whole(fault_world)
    sold_exactly(fault_world, product.merchant, {"online": [1250]})
