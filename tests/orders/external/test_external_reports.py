"""What merchants sell elsewhere: reported by the month, counted when the county has confirmed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.events import catalog
from services.events.orders import SaleRecorded
from services.kit.principal import Role
from services.kit.time import business_date, first_of_month, last_of_month, previous_month
from tests.orders.contracts.support import key
from tests.orders.support import Market, assert_ledger_holds, certificate, open_market
from tests.support.service import BUREAU, Harness, principal

OFFICER = principal(Role.COUNTY_OFFICER, "371502")


def last_month(orders: Harness) -> date:
    return previous_month(first_of_month(business_date(orders.now())))


def report(market: Market, **body: Any) -> dict[str, Any]:
    lines = [
        {
            "product_id": p.product_id,
            "buyer_kind": "food_factory",
            "consumption_county": "outside",
            "quantity": "36200",
            "unit": "kg",
            "amount_fen": 15_204_000,
        }
        for p in market.products
    ]
    return {
        "merchant_id": market.merchant.merchant_id,
        "month": f"{last_month(market.orders):%Y-%m}",
        "paper": "月度销售证明",
        "lines": lines,
    } | body


def test_a_report_counts_when_its_county_has_confirmed_it_and_once(orders: Harness) -> None:
    market = open_market(orders, 2, changes=[{"county_code": "371526"}])
    shown = orders.post("/external-reports", market.seller, report(market), key()).ok()
    assert (shown["state"], shown["amount_fen"], shown["county_code"]) == ("submitted", 30_408_000, "371502")
    assert orders.published(SaleRecorded) == []
    path = f"/external-reports/{shown['report_id']}/confirm"
    orders.post(path, market.seller).refused("FORBIDDEN")
    orders.post(path, principal(Role.COUNTY_OFFICER, "371503")).refused("NOT_FOUND")
    for _ in range(2):
        assert orders.post(path, OFFICER).ok()["state"] == "confirmed"
    (event,) = orders.published(SaleRecorded)
    assert {line["business_date"] for line in event["lines"]} == {last_of_month(last_month(orders)).isoformat()}
    assert {line["origin_county"] for line in event["lines"]} == {"371526", "371502"}, "the product's county, not the merchant's"
    first = event["lines"][0]
    assert (first["channel"], first["evidence"], first["consumption_county"], first["paper"]) == (
        "external",
        "reported",
        "outside",
        "月度销售证明",
    )
    assert_ledger_holds(orders)


def test_a_report_sent_back_with_a_reason_is_mended_and_sent_again(orders: Harness) -> None:
    market = open_market(orders)
    report_id = orders.post("/external-reports", market.seller, report(market), key()).ok()["report_id"]
    path = f"/external-reports/{report_id}"
    orders.post(f"{path}/return", OFFICER, {"reason": ""}).refused("INVALID_INPUT")
    shown = orders.post(f"{path}/return", OFFICER, {"reason": "数量与证明不符"}).ok()
    assert (shown["state"], shown["reason"], shown["returned_once"]) == ("returned", "数量与证明不符", True)
    orders.post(f"{path}/confirm", OFFICER).refused("WRONG_STATE")
    mended = report(market)["lines"]
    mended[0]["amount_fen"] = 100
    again = orders.post(f"{path}/resubmit", market.seller, {"paper": "更正证明", "lines": mended}).ok()
    assert (again["state"], again["amount_fen"], again["paper"]) == ("submitted", 100, "更正证明")
    orders.post(f"{path}/confirm", OFFICER).ok()
    assert orders.published(SaleRecorded)[0]["lines"][0]["amount_fen"] == 100


def test_a_merchant_reports_a_month_once_and_after_it_has_ended(orders: Harness) -> None:
    market = open_market(orders)
    same = key()
    first = orders.post("/external-reports", market.seller, report(market), same).ok()
    assert orders.post("/external-reports", market.seller, report(market), same).ok() == first
    orders.post("/external-reports", market.seller, report(market), key()).refused("REPORT_EXISTS")
    month = f"{business_date(orders.now()):%Y-%m}"
    orders.post("/external-reports", market.seller, report(market, month=month), key()).refused("PERIOD_NOT_OVER")
    orders.post("/external-reports", market.seller, report(market, month="2024-01"), key()).refused("INVALID_INPUT")


def test_another_merchants_product_and_an_uncertified_one_are_refused_line_by_line(orders: Harness) -> None:
    gone = certificate(last=last_month(orders) - timedelta(days=1))
    market, other = open_market(orders, 2, changes=[{}, {"certificates": (gone,)}]), open_market(orders)
    body = report(market)
    body["lines"][0]["product_id"] = other.products[0].product_id
    body["lines"][0]["quantity"] = "1"
    refusal = orders.post("/external-reports", market.seller, body, key()).refused("NOT_THE_MERCHANTS_PRODUCT")
    assert refusal["field"] == "lines.0.product_id"
    refusal = orders.post("/external-reports", market.seller, report(market), key()).refused("NOT_CERTIFIED_THEN")
    assert refusal["field"] == "lines.1.product_id"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "-5"}, "lines.0.quantity"),
        ({"amount_fen": 0}, "lines.0.amount_fen"),
        ({"buyer_kind": "friend"}, "lines.0.buyer_kind"),
        ({"consumption_county": "somewhere"}, "lines.0.consumption_county"),
        ({"unit": "马"}, "lines.0.quantity"),
    ],
)
def test_a_bad_line_is_named(orders: Harness, changes: dict[str, Any], field: str) -> None:
    market = open_market(orders)
    body = report(market)
    body["lines"][0] |= changes
    assert orders.post("/external-reports", market.seller, body, key()).refused("SEVERAL")["errors"][0]["field"] == field


def test_a_product_revoked_for_the_whole_month_before_the_confirmation_counts_nothing(orders: Harness) -> None:
    market = open_market(orders)
    report_id = orders.post("/external-reports", market.seller, report(market), key()).ok()["report_id"]
    ended = market.products[0].model_copy(update={"version": 2, "certificates": (certificate(last=date(2023, 1, 2)),)})
    orders.deliver(catalog.ProductCertified(product=ended), version=2)
    orders.post(f"/external-reports/{report_id}/confirm", OFFICER).refused("NOT_CERTIFIED_THEN")
    assert orders.published(SaleRecorded) == []


def test_somebody_elses_report_is_not_found(orders: Harness) -> None:
    market = open_market(orders)
    report_id = orders.post("/external-reports", market.seller, report(market), key()).ok()["report_id"]
    strangers = (
        principal(),
        principal(Role.MERCHANT, uuid4()),
        open_market(orders).seller,
        principal(Role.COUNTY_OFFICER, "371526"),
        principal(Role.CANTEEN_BUYER, uuid4()),
    )
    for stranger in strangers:
        orders.get(f"/external-reports/{report_id}", stranger).refused("NOT_FOUND")
        assert orders.get("/external-reports", stranger).ok()["items"] == []
        orders.post(f"/external-reports/{report_id}/resubmit", stranger, {"paper": "x", "lines": report(market)["lines"]}).refused(
            "NOT_FOUND"
        )
        orders.post("/external-reports", stranger, report(market), key()).refused("FORBIDDEN")
    assert len(orders.get("/external-reports", OFFICER, state="submitted").ok()["items"]) == 1
    assert len(orders.get("/external-reports", BUREAU).ok()["items"]) == 1
