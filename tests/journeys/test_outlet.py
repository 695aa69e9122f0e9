"""An outlet's operator: slips at their own time, each number once, reversed not altered; sheets with their paper; a fair's follow-up."""

from __future__ import annotations

import pytest

from tests.journeys.client import Refused, new_key, wait_for
from tests.journeys.world import Outlet, Product, World, fen, totals, unique, yuan

pytestmark = pytest.mark.system


@pytest.fixture
def product(world: World) -> Product:
    return world.product(world.merchant(), stock="")


def test_a_slip_number_counts_once_and_a_reversal_is_a_negative_line(world: World, product: Product) -> None:
    outlet = world.outlet()
    number, key = unique("S"), new_key()
    first = world.slip(outlet, product, "3", slipNo=number, idempotencyKey=key)
    assert world.slip(outlet, product, "3", slipNo=number, idempotencyKey=key)["id"] == first["id"]
    assert world.slip(outlet, product, "3", slipNo=number)["id"] == first["id"]  # the till sends it again, the key is lost
    with pytest.raises(Refused, match="SLIP_NUMBER_TAKEN"):
        world.slip(outlet, product, "4", slipNo=number)
    wait_for(lambda: totals(world, outletId=outlet.id) == {"gross": 3750, "refunds": 0, "net": 3750})
    reversed_slip = outlet.operator.do("reverseSlip", "state", id=first["id"], reason="录入错误")
    assert reversed_slip["state"] == "reversed"
    wait_for(lambda: totals(world, outletId=outlet.id) == {"gross": 3750, "refunds": 3750, "net": 0})


def test_a_slip_written_offline_keeps_its_own_time_and_no_future_one_is_taken(world: World, product: Product) -> None:
    outlet = world.outlet()
    with pytest.raises(Refused):
        world.slip(outlet, product, "1", soldAt=world.instant(minutes=5))
    with pytest.raises(Refused):
        world.slip(outlet, product, "1", soldAt=world.instant(days=-400))
    with pytest.raises(Refused, match="NOT_CERTIFIED"):
        world.slip(outlet, product, "1", soldAt=world.instant(days=-1))  # certified since today


@pytest.mark.parametrize(("kind", "sub_kind"), [("counter", "wholesale_market"), ("community_store", "store"), ("expo", "fair")])
def test_a_day_sheet_counts_in_its_channel_as_reported(world: World, product: Product, kind: str, sub_kind: str) -> None:
    outlet = world.outlet(kind=kind, sub_kind=sub_kind)
    sheet = record_sheet(world, outlet, product, kind="day", day=world.day(), stand="A12" if kind == "expo" else "一层")
    assert fen(sheet["amount"]) == 25000
    line = wait_for(
        lambda: world.bureau.ask(
            "query($o: ID!) { saleLines(filter: {outletId: $o}) { nodes { channel evidence documentKind paper amount { amount } } } }",
            o=outlet.id,
        )["nodes"]
    )
    assert line == [
        {"channel": kind, "evidence": "reported", "documentKind": "day_sheet", "paper": "pos-0930.csv", "amount": {"amount": "250.00"}}
    ]
    with pytest.raises(Refused, match="SHEET_EXISTS"):
        record_sheet(world, outlet, product, kind="day", day=world.day(), stand="A12" if kind == "expo" else "一层")


def test_a_month_is_reported_when_it_is_over(world: World) -> None:
    _, (bagged, weighed) = world.veterans["papers"]
    outlet = world.outlet(bagged.merchant.county, opened_on=world.day(-60))
    with pytest.raises(Refused, match="PERIOD_NOT_OVER"):
        record_sheet(world, outlet, bagged, kind="month", month=world.day()[:7])
    sheet = record_sheet(world, outlet, weighed, kind="month", month=world.previous_month())
    wait_for(lambda: totals(world, outletId=outlet.id)["net"] == 25000)
    outlet.operator.do("reverseSheet", "state", id=sheet["id"], reason="重复")
    wait_for(lambda: totals(world, outletId=outlet.id) == {"gross": 25000, "refunds": 25000, "net": 0})


def test_an_order_that_followed_from_a_fair_is_the_fairs(world: World, product: Product) -> None:
    fair = world.outlet(kind="expo", sub_kind="fair")
    made = fair.operator.do(
        "recordFairOrder",
        "id orderNo amount { amount }",
        outletId=fair.id,
        orderNo=unique("FO"),
        fulfilledOn=world.day(),
        buyerKind="wholesaler",
        consumptionCounty="371502",
        paper="合同.pdf",
        lines=[{"productId": product.id, "quantity": "100", "unit": "袋", "amount": yuan("1100.00")}],
    )
    assert fen(made["amount"]) == 110000
    wait_for(lambda: totals(world, outletId=fair.id)["net"] == 110000)


def test_an_outlet_applies_and_its_county_approves(world: World, product: Product) -> None:
    operator = world.account()
    applied = operator.do(
        "applyOutlet",
        "id state",
        outletCode=unique("WD"),
        kind="counter",
        subKind="supermarket",
        name="帮扶专柜",
        countyCode="371524",
        openedOn=world.day(),
    )
    assert applied["state"] == "applied"
    with pytest.raises(Refused):
        world.slip(Outlet(operator, applied["id"], "371524", "counter"), product, "1")
    with pytest.raises(Refused):
        world.county("371502").do("approveOutlet", "state", id=applied["id"])
    assert world.county("371524").do("approveOutlet", "state", id=applied["id"])["state"] == "open"
    colleague = world.account()
    world.wait_for_role(operator, "OUTLET", applied["id"])
    operator.do("addOutletOperator", "id", id=applied["id"], accountId=colleague.account_id)
    world.wait_for_role(colleague, "OUTLET", applied["id"])
    world.slip(Outlet(colleague, applied["id"], "371524", "counter"), product, "1")


def record_sheet(world: World, outlet: Outlet, product: Product, **fields: str) -> dict[str, str]:
    made: dict[str, str] = outlet.operator.do(
        "recordSheet",
        "id amount { amount } state",
        outletId=outlet.id,
        sheetNo=unique("RB"),
        paper="pos-0930.csv",
        lines=[{"productId": product.id, "quantity": "20", "unit": product.unit, "amount": yuan("250.00")}],
        **fields,
    )
    return made
