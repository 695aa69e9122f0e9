"""Counters, fairs, community stores: from the application to the slip and the sheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.events.orders import OrdersMembershipGranted, OutletClosed, OutletOpened, RefundRecorded, SaleRecorded
from services.kit.principal import Principal, Role
from services.kit.time import business_date, first_of_month, previous_month
from tests.orders.contracts.support import key
from tests.orders.support import Market, assert_ledger_holds, certificate, open_market
from tests.support.service import BUREAU, Answer, Harness, principal

OFFICER = principal(Role.COUNTY_OFFICER, "371503")


def open_outlet(
    orders: Harness, kind: str = "counter", sub_kind: str = "supermarket", days_ago: int = 60, **body: Any
) -> tuple[str, Principal]:
    applicant = principal()
    opened = business_date(orders.now()) - timedelta(days=days_ago)
    outlet = orders.post(
        "/outlets/apply",
        applicant,
        {
            "outlet_code": f"C-{uuid4().hex[:8]}",
            "kind": kind,
            "sub_kind": sub_kind,
            "name": "润泽超市 帮扶专柜",
            "county_code": "371503",
            "opened_on": opened,
        }
        | body,
    ).ok()
    orders.post(f"/outlets/{outlet['outlet_id']}/approve", OFFICER).ok()
    return outlet["outlet_id"], principal(Role.OUTLET, outlet["outlet_id"], account=applicant.subject)


def slip(market: Market, *quantities: object, **body: Any) -> dict[str, Any]:
    lines = [
        {"product_id": market.products[n].product_id, "quantity": q, "unit": "箱", "price_fen": 2480} for n, q in enumerate(quantities)
    ]
    return {"slip_no": f"XP-{uuid4().hex[:8]}", "lines": lines, "pay_type": "scan"} | body


def sheet(market: Market, **body: Any) -> dict[str, Any]:
    lines = [{"product_id": p.product_id, "quantity": "36", "unit": "箱", "amount_fen": 94_000} for p in market.products]
    return {"kind": "day", "sheet_no": f"RB-{uuid4().hex[:8]}", "paper": "日报签字件", "lines": lines} | body


def sell(orders: Harness, outlet_id: str, till: Principal, body: dict[str, Any], key_: str | None = None) -> Answer:
    return orders.post(f"/outlets/{outlet_id}/slips", till, body, key_ or key())


def test_an_outlet_is_applied_for_and_opened_by_its_own_county_only(orders: Harness) -> None:
    applicant = principal()
    body = {
        "outlet_code": "C-1",
        "kind": "counter",
        "sub_kind": "supermarket",
        "name": "专柜",
        "county_code": "371503",
        "opened_on": "2026-01-01",
    }
    outlet = orders.post("/outlets/apply", applicant, body).ok()
    assert outlet["state"] == "applied"
    path = f"/outlets/{outlet['outlet_id']}/approve"
    orders.post(path, principal(Role.COUNTY_OFFICER, "371502")).refused("NOT_FOUND")
    orders.post(path, applicant).refused("NOT_FOUND")
    assert orders.published(OutletOpened) == []
    assert orders.post(path, OFFICER).ok()["state"] == "open"
    orders.post(path, OFFICER).ok()
    (opened,), (granted,) = orders.published(OutletOpened), orders.published(OrdersMembershipGranted)
    assert (opened["kind"], opened["county_code"]) == ("counter", "371503")
    assert (granted["account_id"], granted["role"], granted["scope"]) == (applicant.subject, "outlet", outlet["outlet_id"])
    orders.post("/outlets/apply", applicant, body).refused("OUTLET_CODE_TAKEN")
    orders.post("/outlets/apply", applicant, body | {"outlet_code": "C-2", "sub_kind": "fair"}).refused("SUB_KIND_DIFFERS")


@pytest.mark.parametrize(("kind", "sub_kind"), [("counter", "supermarket"), ("expo", "fair"), ("community_store", "store")])
def test_the_channel_of_a_slip_is_the_kind_of_its_outlet(orders: Harness, kind: str, sub_kind: str) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders, kind, sub_kind)
    shown = sell(orders, outlet_id, till, slip(market, "2")).ok()
    (line,) = orders.published(SaleRecorded)[0]["lines"]
    assert (line["channel"], line["evidence"], line["document_kind"], line["document_id"]) == (kind, "transacted", "slip", shown["slip_id"])
    assert (line["consumption_county"], line["origin_county"], line["amount_fen"]) == ("371503", "371502", 4960)
    assert_ledger_holds(orders)


def test_the_rounding_of_a_slip_is_shared_out_so_that_its_lines_add_up_to_its_total(orders: Harness) -> None:
    market = open_market(orders, 3)
    outlet_id, till = open_outlet(orders)
    shown = sell(orders, outlet_id, till, slip(market, "1", "2", "3", rounding_fen=-80)).ok()
    assert shown["amount_fen"] == 6 * 2480 - 80
    lines = orders.published(SaleRecorded)[0]["lines"]
    assert sum(line["amount_fen"] for line in lines) == shown["amount_fen"]
    sell(orders, outlet_id, till, slip(market, "1", rounding_fen=-100)).refused("ROUNDING_TOO_LARGE")
    assert_ledger_holds(orders)


def test_a_slip_number_counts_once_however_often_and_by_whichever_key_it_is_sent(orders: Harness) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders)
    body, same = slip(market, "2"), key()
    first = sell(orders, outlet_id, till, body, same).ok()
    assert sell(orders, outlet_id, till, body, same).ok() == first
    assert sell(orders, outlet_id, till, body).ok() == first
    sell(orders, outlet_id, till, body | {"pay_type": "cash"}).refused("SLIP_NUMBER_TAKEN")
    assert len(orders.published(SaleRecorded)) == 1
    other_id, other = open_outlet(orders)
    assert sell(orders, other_id, other, body).ok()["slip_id"] != first["slip_id"]


def test_a_slip_is_judged_by_its_own_time_and_refused_in_a_withdrawn_interval(orders: Harness) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders)
    before = orders.now()
    withdrawal = market.withdraw(market.products[0])
    during = orders.now()
    market.reinstate(market.products[0], withdrawal)
    orders.shift_clock(timedelta(minutes=1))
    sell(orders, outlet_id, till, slip(market, "1", sold_at=during)).refused("NOT_CERTIFIED_THEN")
    assert sell(orders, outlet_id, till, slip(market, "1", sold_at=before)).ok()["sold_at"] == before.isoformat().replace("+00:00", "Z")
    sell(orders, outlet_id, till, slip(market, "1")).ok()
    sell(orders, outlet_id, till, slip(market, "1", sold_at=orders.now() + timedelta(minutes=5))).refused("INVALID_INPUT")
    sell(orders, outlet_id, till, slip(market, "1", sold_at=orders.now() - timedelta(days=63))).refused("INVALID_INPUT")
    assert_ledger_holds(orders)


def test_an_expired_product_is_not_sold_over_the_counter(orders: Harness) -> None:
    market = open_market(orders, changes=[{"certificates": (certificate(last=orders.now().date() - timedelta(days=5)),)}])
    outlet_id, till = open_outlet(orders)
    sell(orders, outlet_id, till, slip(market, "1")).refused("NOT_CERTIFIED_THEN")
    sell(orders, outlet_id, till, slip(market, "1", sold_at=orders.now() - timedelta(days=10))).ok()


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e30", "NaN", "１", ""])
def test_no_slip_holds_an_impossible_quantity(orders: Harness, quantity: str) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders)
    answer = sell(orders, outlet_id, till, slip(market, quantity))
    assert answer.status == 422, answer.body
    assert orders.published(SaleRecorded) == []


def test_a_reversed_slip_is_undone_once_and_its_number_stays_taken(orders: Harness) -> None:
    market = open_market(orders, 2)
    outlet_id, till = open_outlet(orders)
    body = slip(market, "1", "2", rounding_fen=-30)
    slip_id = sell(orders, outlet_id, till, body).ok()["slip_id"]
    assert orders.post(f"/slips/{slip_id}/reverse", till, {"reason": "收错款"}, key()).ok()["state"] == "reversed"
    orders.post(f"/slips/{slip_id}/reverse", till, {"reason": "收错款"}, key()).refused("WRONG_STATE")
    lines = [line for event in (*orders.published(SaleRecorded), *orders.published(RefundRecorded)) for line in event["lines"]]
    assert sum(line["amount_fen"] for line in lines) == 0
    assert sell(orders, outlet_id, till, body).ok()["state"] == "reversed"
    assert_ledger_holds(orders)


def test_a_day_sheet_of_a_stand_is_reported_with_its_paper_and_stands_once(orders: Harness) -> None:
    market = open_market(orders, 2)
    fair, operator = open_outlet(orders, "expo", "fair", days_ago=2)
    path, today = f"/outlets/{fair}/sheets", business_date(orders.now())
    orders.post(path, operator, sheet(market, day=today), key()).refused("STAND_NEEDED")
    orders.post(path, operator, sheet(market, day=today, stand="07", paper=""), key()).refused("INVALID_INPUT")
    shown = orders.post(path, operator, sheet(market, day=today, stand="07"), key()).ok()
    assert shown["amount_fen"] == 188_000
    orders.post(path, operator, sheet(market, day=today, stand="07"), key()).refused("SHEET_EXISTS")
    orders.post(path, operator, sheet(market, day=today, stand="08"), key()).ok()
    orders.post(path, operator, sheet(market, day=today - timedelta(days=5), stand="07"), key()).refused("OUTLET_NOT_OPEN")
    line = orders.published(SaleRecorded)[0]["lines"][0]
    assert (line["channel"], line["evidence"], line["document_kind"], line["paper"], line["business_date"]) == (
        "expo",
        "reported",
        "day_sheet",
        "日报签字件",
        today.isoformat(),
    )
    orders.post(f"/sheets/{shown['sheet_id']}/reverse", operator, {"reason": "重报"}, key()).ok()
    orders.post(path, operator, sheet(market, day=today, stand="07"), key()).ok()
    assert_ledger_holds(orders)


def test_a_monthly_sheet_is_dated_the_last_day_of_its_ended_month(orders: Harness) -> None:
    last_month = previous_month(first_of_month(business_date(orders.now())))
    end = first_of_month(business_date(orders.now())) - timedelta(days=1)
    tenth = last_month.replace(day=10)
    market = open_market(orders, 2, changes=[{"certificates": (certificate(last=tenth),)}, {"certificates": (certificate(),)}])
    lapsed = open_market(orders, changes=[{"certificates": (certificate(last=last_month - timedelta(days=1)),)}])
    counter, till = open_outlet(orders, days_ago=100)
    path, month = f"/outlets/{counter}/sheets", f"{last_month:%Y-%m}"
    orders.post(path, till, sheet(lapsed, kind="month", month=month), key()).refused("NOT_CERTIFIED_THEN")
    orders.post(path, till, sheet(market, kind="month", month=f"{business_date(orders.now()):%Y-%m}"), key()).refused("PERIOD_NOT_OVER")
    orders.post(path, till, sheet(market, kind="month", month=month), key()).ok()
    lines = orders.published(SaleRecorded)[0]["lines"]
    assert {line["business_date"] for line in lines} == {end.isoformat()}
    assert {line["document_kind"] for line in lines} == {"month_sheet"}
    fair, operator = open_outlet(orders, "expo", "fair", days_ago=60)
    orders.post(f"/outlets/{fair}/sheets", operator, sheet(market, kind="month", month=month), key()).refused("SHEET_KIND_DIFFERS")
    assert_ledger_holds(orders)


def test_an_order_that_followed_from_a_fair_is_an_assisted_sale_of_the_expo(orders: Harness) -> None:
    market = open_market(orders)
    fair, operator = open_outlet(orders, "expo", "fair", days_ago=5)
    body = {
        "order_no": "ZX-1",
        "fulfilled_on": business_date(orders.now()),
        "buyer_kind": "wholesaler",
        "consumption_county": "outside",
        "paper": "履约单 ZX-1",
        "lines": [{"product_id": market.products[0].product_id, "quantity": "4200", "unit": "kg", "amount_fen": 4_250_000}],
    }
    orders.post(f"/outlets/{fair}/fair-orders", operator, body, key()).ok()
    orders.post(f"/outlets/{fair}/fair-orders", operator, body, key()).refused("FAIR_ORDER_TAKEN")
    (line,) = orders.published(SaleRecorded)[0]["lines"]
    assert (line["channel"], line["consumption_county"], line["evidence"]) == ("expo", "outside", "reported")
    counter, till = open_outlet(orders)
    orders.post(f"/outlets/{counter}/fair-orders", till, body, key()).refused("NOT_A_FAIR")


def test_a_closed_outlet_sells_no_more_but_hands_in_what_it_sold_before(orders: Harness) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders)
    yesterday = business_date(orders.now()) - timedelta(days=1)
    assert orders.post(f"/outlets/{outlet_id}/close", OFFICER, {"closed_on": yesterday}).ok()["closed_on"] == yesterday.isoformat()
    sell(orders, outlet_id, till, slip(market, "1")).refused("OUTLET_NOT_OPEN")
    sell(orders, outlet_id, till, slip(market, "1", sold_at=orders.now() - timedelta(days=2))).ok()
    assert len(orders.published(OutletClosed)) == 1


def test_another_outlets_slips_and_sheets_are_not_found(orders: Harness) -> None:
    market = open_market(orders)
    outlet_id, till = open_outlet(orders)
    slip_id = sell(orders, outlet_id, till, slip(market, "1")).ok()["slip_id"]
    day = business_date(orders.now())
    sheet_id = orders.post(f"/outlets/{outlet_id}/sheets", till, sheet(market, day=day), key()).ok()["sheet_id"]
    for stranger in (open_outlet(orders)[1], principal(), principal(Role.MERCHANT, uuid4()), principal(Role.COUNTY_OFFICER, "371502")):
        for path in (f"/slips/{slip_id}", f"/sheets/{sheet_id}", f"/outlets/{outlet_id}/slips", f"/outlets/{outlet_id}/sheets"):
            orders.get(path, stranger).refused("NOT_FOUND")
        sell(orders, outlet_id, stranger, slip(market, "1")).refused("NOT_FOUND")
        orders.post(f"/slips/{slip_id}/reverse", stranger, {"reason": "x"}, key()).refused("NOT_FOUND")
        orders.post(f"/outlets/{outlet_id}/close", stranger).refused("NOT_FOUND")
    for reader in (OFFICER, BUREAU):
        assert orders.get(f"/slips/{slip_id}", reader).ok()["slip_id"] == slip_id
        sell(orders, outlet_id, reader, slip(market, "1")).refused("FORBIDDEN")


def test_the_document_behind_a_sale_line_shows_each_reader_the_lines_of_his_scope(orders: Harness) -> None:
    mine = open_market(orders, county_code="371502")
    theirs = open_market(orders, changes=[{"county_code": "371526"}], county_code="371526")
    outlet_id, till = open_outlet(orders)
    lines = [{"product_id": m.products[0].product_id, "quantity": "1", "unit": "箱", "price_fen": 100} for m in (mine, theirs)]
    slip_id = sell(orders, outlet_id, till, {"slip_no": "XP-1", "lines": lines, "pay_type": "cash"}).ok()["slip_id"]
    path = f"/documents/slip/{slip_id}"
    assert len(orders.get(path, till).ok()["lines"]) == 2
    assert len(orders.get(path, OFFICER).ok()["lines"]) == 2, "the county where it was consumed"
    seller = orders.get(path, mine.seller).ok()
    assert [line["merchant_id"] for line in seller["lines"]] == [str(mine.merchant.merchant_id)]
    assert "amount_fen" not in seller
    assert [line["origin_county"] for line in orders.get(path, principal(Role.COUNTY_OFFICER, "371526")).ok()["lines"]] == ["371526"]
    orders.get(path, principal(Role.COUNTY_OFFICER, "371581")).refused("NOT_FOUND")
    orders.get(path, principal()).refused("NOT_FOUND")
    assert date.fromisoformat(orders.get(path, BUREAU).ok()["business_date"])
