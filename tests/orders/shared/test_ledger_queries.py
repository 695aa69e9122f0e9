"""Who sees which sale lines and documents; what auditors compare with; the copy that checks itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.kit import clock, json
from services.kit.ids import new_id
from services.kit.principal import Principal, Role
from services.orders.app import SERVICE
from services.orders.domain.ledger.lines import OUTSIDE, Document, NewLine
from services.orders.store.ledger.record import record_sale
from tests.orders.support import Market, open_market
from tests.support.service import BUREAU, OPERATOR, Harness, principal


@pytest.fixture
def orders(make_service: Callable[..., Harness]) -> Harness:
    return make_service(SERVICE)


def sold(orders: Harness, *markets: Market, origin: str = "371502", consumption: str = "371503", days_ago: int = 0) -> UUID:
    """A document with one line a market, amounts 101, 102 …"""
    document = Document("order", new_id(), f"XS-{new_id()}")
    with orders.db.transaction() as conn:
        now = clock.now(conn)
        lines = [NewLine(new_id(), m.merchant.merchant_id, m.products[0].product_id, "online", "transacted", now - timedelta(days=days_ago),
                         origin, consumption, Decimal(1), "箱", 101 + n) for n, m in enumerate(markets)]
        record_sale(conn, document, lines, OUTSIDE, recorded_at=now)
    return document.id


def test_officers_and_merchants_see_their_share_of_a_document(orders: Harness) -> None:
    ours, others = open_market(orders), open_market(orders)
    document = sold(orders, ours, others)
    path = f"/documents/order/{document}"
    for who, amounts in (
        (BUREAU, [101, 102]), (principal(Role.DEPARTMENT_OFFICER, "agri"), [101, 102]),
        (principal(Role.COUNTY_OFFICER, "371502"), [101, 102]), (principal(Role.COUNTY_OFFICER, "371503"), [101, 102]),
        (ours.seller, [101]), (principal(Role.MERCHANT, others.merchant.merchant_id), [102]),
    ):
        shown = orders.get(path, who).ok()
        assert sorted(x["amount_fen"] for x in shown["lines"]) == amounts
        assert shown["amount_fen"] == sum(amounts)
    for stranger in (principal(), principal(Role.COUNTY_OFFICER, "371581"), principal(Role.MERCHANT, new_id()), Principal("guest:12345678"),
                     Principal("anonymous")):
        orders.get(path, stranger).refused("NOT_FOUND")
    orders.get(f"/documents/order/{new_id()}", BUREAU).refused("NOT_FOUND")
    orders.get(f"/documents/nothing/{document}", BUREAU).refused("NOT_FOUND")


def test_sale_lines_are_scoped_like_the_documents_and_paged(orders: Harness) -> None:
    ours, others = open_market(orders), open_market(orders)
    for origin in ("371502", "371581", "371524"):
        sold(orders, ours, others, origin=origin, consumption="outside")
    assert len(orders.get("/sale-lines", BUREAU).ok()["items"]) == 6
    county = orders.get("/sale-lines", principal(Role.COUNTY_OFFICER, "371581")).ok()["items"]
    assert {x["origin_county"] for x in county} == {"371581"}
    mine = orders.get("/sale-lines", ours.seller).ok()["items"]
    assert {x["merchant_id"] for x in mine} == {str(ours.merchant.merchant_id)}
    assert orders.get("/sale-lines", ours.seller, merchant_id=others.merchant.merchant_id).ok()["items"] == []
    orders.get("/sale-lines", principal()).refused("FORBIDDEN")
    seen: list[str] = []
    after = None
    while True:
        page = orders.get("/sale-lines", BUREAU, first=4, after=after).ok()
        seen += [x["line_id"] for x in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 6


def test_sums_by_day_channel_and_merchant_come_from_the_lines(orders: Harness) -> None:
    market = open_market(orders)
    sold(orders, market, days_ago=1)
    sold(orders, market)
    today = (orders.now() + timedelta(hours=8)).date()
    days = orders.get("/ledger/reconciliation", OPERATOR, by="day").ok()["items"]
    assert [(x["key"], x["net_fen"], x["lines"]) for x in days] == [(str(today - timedelta(days=1)), 101, 1), (str(today), 101, 1)]
    (one,) = orders.get("/ledger/reconciliation", OPERATOR, **{"by": "channel", "from": today, "until": today}).ok()["items"]
    assert (one["key"], one["gross_fen"], one["refunds_fen"]) == ("online", 101, 0)
    orders.get("/ledger/reconciliation", principal()).refused("FORBIDDEN")
    orders.get("/ledger/trial", market.seller).refused("FORBIDDEN")
    assert orders.get("/ledger/trial", BUREAU).ok()["difference_fen"] == 0


class Catalog:
    """Catalog as it answers over HTTP, from product states."""

    def __init__(self, *products: Any) -> None:
        self.products = {str(p.product_id): p for p in products}

    def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        cards = {i: json.loads(json.dumps_bytes(p.model_dump(mode="json"))) for i, p in self.products.items()}
        if path == "/directory":
            return {"items": list(cards.values()), "next_cursor": None}
        if path == "/products":
            return {"items": [cards[i] for i in str((params or {})["ids"]).split(",") if i in cards]}
        return cards[path.rsplit("/", 1)[1]] | {"images": []}


def test_the_copy_counts_and_mends_what_differs_from_its_owner(orders: Harness) -> None:
    from tests.orders.support import product_state

    market = open_market(orders, 2)
    same, other = market.products
    missing = product_state(market.merchant.merchant_id)
    newer = other.model_copy(update={"version": 5, "price_fen": 999})
    orders.context.clients["catalog"] = Catalog(same, newer, missing)  # type: ignore[assignment]
    assert orders.run_scheduled("compare_offers") == {"missing": 1, "different": 1, "up_to_date": 1, "mended": 2}
    assert orders.run_scheduled("compare_offers") == {"missing": 0, "different": 0, "up_to_date": 3, "mended": 0}
    offer = orders.get("/offers", principal(), ids=str(other.product_id)).ok()["items"][0]
    assert offer["price_fen"] == 999
    older = other.model_copy(update={"version": 4, "price_fen": 1})
    orders.context.clients["catalog"] = Catalog(same, older, missing)  # type: ignore[assignment]
    assert orders.run_scheduled("compare_offers")["mended"] == 0


def test_the_copy_says_when_its_owner_is_away(orders: Harness) -> None:
    assert orders.run_scheduled("compare_offers") == {"away": 1}
