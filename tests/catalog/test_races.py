"""Decisions at the same moment: one order of things, and the directory shows its end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.catalog.store import listing
from services.events.catalog import MerchantWithdrawn, ProductCertified, ProductWithdrawn
from services.kit.db import every
from tests.catalog.support import SHOPPER, certified_merchant, certified_product, certify, merchant_body, names, pass_reviews
from tests.support.service import BUREAU, Answer, Harness, principal


def _together(*calls: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [f.result() for f in [pool.submit(call) for call in calls]]


def test_one_of_two_suspensions_at_once_is_refused(catalog: Harness) -> None:
    product = certified_product(catalog, certified_merchant(catalog))
    answers = _together(*[lambda: catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"})] * 4)
    assert sorted(a.status for a in answers) == [200, 409, 409, 409]
    assert len(catalog.published(ProductWithdrawn)) == 1


def test_one_of_two_certifications_at_once_is_refused(catalog: Harness) -> None:
    application = catalog.post("/merchants/apply", principal(), merchant_body()).ok()
    pass_reviews(catalog, application)
    body: dict[str, Any] = {"application_ids": [application["application_id"]], "document_no": "9号"}
    body["valid_until"] = catalog.now().date().replace(year=catalog.now().year + 1).isoformat()
    answers = _together(*[lambda: catalog.post("/certifications", BUREAU, body)] * 3)
    assert sorted(a.status for a in answers) == [200, 409, 409]


def test_one_credit_code_is_registered_once(catalog: Harness) -> None:
    answers = _together(*[lambda: catalog.post("/merchants/apply", principal(), merchant_body())] * 4)
    assert sorted(a.status for a in answers) == [200, 409, 409, 409]


def test_changes_beside_a_suspension_of_the_merchant_never_show_its_products(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    products = [certified_product(catalog, shop, name=f"禾安 莘县香瓜 {n}号") for n in range(3)]
    for round_ in range(4):
        answers = _together(
            lambda: catalog.post(f"/merchants/{shop.merchant_id}/suspend", BUREAU, {"reason": "核查"}),
            *[lambda p=p, r=round_: catalog.post(f"/products/{p}/change", shop.who, {"price_fen": 5000 + r}) for p in products],
        )
        assert [a.status for a in answers] == [200] * 4, answers
        assert names(catalog) == []
        with catalog.db.transaction() as conn:
            before = every(conn, "SELECT * FROM listing ORDER BY product_id")
            listing.refresh(conn, [shop.merchant_id])
            assert every(conn, "SELECT * FROM listing ORDER BY product_id") == before
        catalog.post(f"/merchants/{shop.merchant_id}/reinstate", BUREAU, {"reason": "完毕"}).ok()
        assert len(names(catalog)) == 3
    assert len(catalog.published(MerchantWithdrawn)) == 4


def test_batches_certified_side_by_side_get_numbers_of_their_own(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    applications = []
    for n in range(4):
        body = {
            "merchant_id": shop.merchant_id,
            "name": f"禾安 小米 {n}号",
            "category": "grain",
            "family": "millet",
            "county_code": "371522",
        }
        body |= {"unit": "袋", "pack": "2.5kg/袋", "net_weight_g": 2500, "price_fen": 3000, "is_food": True, "description": "新米"}
        applications.append(catalog.post("/products/apply", shop.who, body).ok())
        pass_reviews(catalog, applications[-1])
    with ThreadPoolExecutor(4) as pool:
        made = [f.result()[0] for f in [pool.submit(certify, catalog, a) for a in applications]]
    assert len({row["certificate_no"] for row in made}) == 4 and len(catalog.published(ProductCertified)) == 4
    assert len(catalog.get("/directory", SHOPPER).ok()["items"]) == 4
