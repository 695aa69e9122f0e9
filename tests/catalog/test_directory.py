"""The public list: ready rows, one statement, pages without gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from services.catalog.app import SERVICE
from services.events.catalog import ProductChanged
from services.events.orders import AvailabilityChanged
from tests.catalog.support import COUNTY, SHOPPER, certified_merchant, certified_product, import_city, names
from tests.support.service import OPERATOR, Harness

CARD = {
    "product_id",
    "product_no",
    "merchant_id",
    "merchant_name",
    "name",
    "category",
    "family",
    "county_code",
    "county_name",
    "image",
    "price_fen",
    "unit",
    "pack",
    "net_weight_g",
    "bulk_price_fen_per_kg",
    "offer_version",
    "is_food",
    "season_months",
    "availability",
    "labels",
    "valid_until",
    "state",
    "sellable",
}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that is sent."""
    sent: list[str] = []
    execute = psycopg.Connection.execute

    def counting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Connection, "execute", counting)
    return sent


def test_a_list_costs_one_statement_however_long(catalog: Harness, counted: list[str]) -> None:
    import_city(catalog, merchants=3, products=60)
    for first in (1, 20, 50):
        counted.clear()
        page = catalog.get("/directory", SHOPPER, first=first).ok()
        assert len(page["items"]) == first and len(counted) == 1
        assert set(page["items"][0]) == CARD
    counted.clear()
    catalog.get("/search", SHOPPER, q="香瓜", first=50).ok()
    assert len(counted) <= 4
    counted.clear()
    catalog.get("/products", SHOPPER, ids=",".join(i["product_id"] for i in page["items"])).ok()
    assert len(counted) == 1


@pytest.mark.parametrize("sort", ["default", "new", "price", "-price"])
def test_pages_follow_without_gap_or_repeat_in_each_order(catalog: Harness, sort: str) -> None:
    import_city(catalog, merchants=3, products=23)
    seen: list[str] = []
    after = None
    while True:
        page = catalog.get("/directory", SHOPPER, first=5, sort=sort, after=after).ok()
        seen += [i["product_id"] for i in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 23
    again = catalog.get("/directory", SHOPPER, first=23, sort=sort).ok()["items"]
    assert [i["product_id"] for i in again] == seen


def test_filters_narrow(catalog: Harness) -> None:
    import_city(catalog, merchants=2, products=4)
    assert len(names(catalog, county_code=COUNTY, category="fruit")) == 4
    assert names(catalog, county_code="371525") == names(catalog, category="grain") == names(catalog, label="gi") == []
    merchant = catalog.get("/merchants", SHOPPER).ok()["items"][0]
    assert merchant["products"] == len(names(catalog, merchant_id=merchant["merchant_id"])) == 2


@pytest.mark.parametrize("after", ["x", "bm90anNvbg", "WzEsMiwzXQ", "W10", "%00", "WyJhIiwiYiJd", "WzEsImIiXQ"])
def test_a_foreign_cursor_is_refused(catalog: Harness, after: str) -> None:
    catalog.get("/directory", SHOPPER, after=after).refused("INVALID_INPUT")
    catalog.get("/search", SHOPPER, q="瓜", after=f"p:{after}").refused("INVALID_INPUT")


def test_availability_is_what_orders_said_last(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)

    def shown() -> str | None:
        level: str | None = catalog.get("/directory", SHOPPER).ok()["items"][0]["availability"]
        return level

    assert shown() is None
    for level in ("available", "low", "sold_out", "available"):
        catalog.deliver(AvailabilityChanged(product_id=product, merchant_id=shop.merchant_id, level=level))
        assert shown() == level
    catalog.post(f"/products/{product}/change", shop.who, {"price_fen": 3990}).ok()
    assert shown() == "available"


def test_the_offers_version_rises_with_what_a_shopper_agrees_to(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)

    def change(**changes: Any) -> int:
        version: int = catalog.post(f"/products/{product}/change", shop.who, changes).ok()["offer_version"]
        return version

    assert change(description="更脆") == 1 and change(bulk_price_fen_per_kg=650) == 1 and change(price_fen=4280) == 1
    assert change(price_fen=3990) == 2 and change(pack="5kg/箱", net_weight_g=5000) == 3 and change(unit="件") == 4
    catalog.post(f"/products/{product}/change", shop.who, {"price_fen": -1}).refused("INVALID_INPUT")
    catalog.post(f"/products/{product}/change", shop.who, {"unit": None}).refused("INVALID_INPUT")
    catalog.post(f"/products/{product}/change", shop.who, {"net_weight_g": None}).refused("NET_WEIGHT_REQUIRED")
    assert [e["product"]["offer_version"] for e in catalog.published(ProductChanged)] == [1, 1, 2, 3, 4]
    assert catalog.get("/directory", SHOPPER).ok()["items"][0]["pack"] == "5kg/箱"


def test_search_never_fails_when_its_engine_is_away(make_service: Callable[..., Harness]) -> None:
    catalog = make_service(SERVICE, BANGFU_MEILI_URL="http://127.0.0.1:9")
    certified_product(catalog, certified_merchant(catalog))
    answer = catalog.get("/search", SHOPPER, q="香瓜").ok()
    assert [i["name"] for i in answer["items"]] == ["禾安 莘县香瓜 精品"] and answer["engine"] == "postgres"
    assert 'bangfu_search_fallbacks_total{engine="meilisearch"}' in catalog.app.test_client().get("/metrics").get_data(as_text=True)
    assert catalog.run_scheduled("search_feed")["sent"] == 0
    assert catalog.run_scheduled("search_self_check")["postgres"]["up_to_date"] == 1


def test_a_mistyped_word_says_what_was_searched_instead(catalog: Harness) -> None:
    certified_product(catalog, certified_merchant(catalog))
    answer = catalog.get("/search", SHOPPER, q="想瓜").ok()
    assert answer["corrected_query"] == "香瓜" and len(answer["items"]) == 1
    assert answer["facets"]["county_code"] == [{"key": COUNTY, "name": "莘县", "count": 1}]
    assert catalog.get("/search", SHOPPER, q="香瓜").ok()["corrected_query"] is None


def test_a_text_with_a_nul_is_refused_not_stumbled_over(catalog: Harness) -> None:
    catalog.get("/certificates/a%00b", SHOPPER).refused("INVALID_INPUT")
    catalog.get("/merchants", SHOPPER, q="a\0b").refused("INVALID_INPUT")
    assert catalog.get("/search", SHOPPER, q="a\0b").ok()["items"] == []


def test_copies_compare_versions_by_digest(catalog: Harness) -> None:
    product = certified_product(catalog, certified_merchant(catalog))
    catalog.get("/digest", SHOPPER, subject="product").refused("FORBIDDEN")
    assert catalog.get("/digest", OPERATOR, subject="product").ok()["items"] == [{"id": product, "version": 2}]
