"""Who sees what: a test per pair of asker and row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.catalog.app import SERVICE
from services.kit.principal import Principal, Role
from tests.catalog.support import (
    COUNTY_OFFICER,
    QUALITY,
    RURAL,
    SHOPPER,
    Shop,
    certified_merchant,
    certified_product,
    merchant_body,
    names,
    product_body,
)
from tests.support.service import BUREAU, OPERATOR, Harness, principal


@dataclass
class Scene:
    catalog: Harness
    shop: Shop
    rival: Shop
    product: str
    rival_product: str
    application: dict[str, Any]
    granted: Principal


@pytest.fixture
def scene(catalog: Harness) -> Scene:
    """Two merchants of different counties, a product each, and an application of the first that is on its way."""
    shop, rival = certified_merchant(catalog, 1), certified_merchant(catalog, 2, county_code="371525", name="冠县沃野合作社（演示）")
    return Scene(
        catalog, shop, rival, certified_product(catalog, shop),
        certified_product(catalog, rival, name="沃野 鸭梨 精品", county_code="371525"),
        catalog.post("/products/apply", shop.who, product_body(shop.merchant_id, name="禾安 双孢菇 一级", category="mushrooms")).ok(),
        principal(Role.MERCHANT, shop.merchant_id),
    )  # fmt: skip


def test_an_application_is_seen_by_its_own_and_its_officers_only(scene: Scene) -> None:
    url = f"/applications/{scene.application['application_id']}"
    for who in (scene.shop.who, scene.granted, COUNTY_OFFICER, QUALITY, BUREAU, OPERATOR):
        assert scene.catalog.get(url, who).ok()["name"] == "禾安 双孢菇 一级"
    for who in (scene.rival.who, principal(Role.COUNTY_OFFICER, "371525"), SHOPPER, principal(Role.MERCHANT, scene.rival.merchant_id)):
        scene.catalog.get(url, who).refused("NOT_FOUND")
    scene.catalog.get(url).refused("UNAUTHENTICATED")


def test_an_uncertified_product_is_its_owners_business(scene: Scene) -> None:
    product = scene.application["subject_id"]
    assert scene.catalog.get(f"/products/{product}", scene.shop.who).ok()["state"] == "applied"
    assert scene.catalog.get(f"/products/{product}", COUNTY_OFFICER).ok()["sellable"] is False
    for who in (scene.rival.who, SHOPPER, principal(Role.COUNTY_OFFICER, "371525")):
        scene.catalog.get(f"/products/{product}", who).refused("NOT_FOUND")
        assert scene.catalog.get("/products", who, ids=product).ok()["items"] == []
    assert "禾安 双孢菇 一级" not in names(scene.catalog) and names(scene.catalog, "/search", q="双孢菇") == []


def test_lists_hold_own_rows_only(scene: Scene) -> None:
    catalog = scene.catalog
    assert {p["product_id"] for p in catalog.get("/products", scene.shop.who).ok()["items"]} == {
        scene.product,
        scene.application["subject_id"],
    }
    catalog.get("/products", scene.shop.who, merchant_id=scene.rival.merchant_id).refused("NOT_FOUND")
    catalog.get("/products", SHOPPER).refused("FORBIDDEN")
    assert {p["product_id"] for p in catalog.get("/products", principal(Role.COUNTY_OFFICER, "371525")).ok()["items"]} == {
        scene.rival_product
    }
    own = catalog.get("/applications", scene.rival.who).ok()["items"]
    assert {a["merchant_id"] for a in own} == {scene.rival.merchant_id}
    assert catalog.get("/applications", SHOPPER).ok()["items"] == []
    assert {a["county_code"] for a in catalog.get("/applications", COUNTY_OFFICER).ok()["items"]} == {"371522"}


def test_queues_hold_what_waits_for_the_asker(scene: Scene) -> None:
    catalog, application = scene.catalog, scene.application["application_id"]

    def queue(who: Principal) -> list[str]:
        return [a["application_id"] for a in catalog.get("/applications", who, queue=1).ok()["items"]]

    assert queue(COUNTY_OFFICER) == [application] and queue(QUALITY) == [] and queue(BUREAU) == []
    catalog.post(f"/applications/{application}/reviews", COUNTY_OFFICER, {"duty": "county_review", "verdict": "pass"}).ok()
    assert queue(COUNTY_OFFICER) == [] and queue(QUALITY) == [application] and queue(RURAL) == []
    catalog.post(f"/applications/{application}/reviews", QUALITY, {"duty": "quality", "verdict": "pass"}).ok()
    assert queue(QUALITY) == [] and queue(BUREAU) == [application]
    catalog.get("/applications", scene.shop.who, queue=1).refused("FORBIDDEN")


def test_nobody_changes_anothers_product(scene: Scene) -> None:
    url = f"/products/{scene.product}"
    for who in (scene.rival.who, SHOPPER, COUNTY_OFFICER, QUALITY, principal(Role.MERCHANT, scene.rival.merchant_id)):
        scene.catalog.post(f"{url}/change", who, {"price_fen": 1}).refused("NOT_FOUND")
        scene.catalog.post(f"{url}/images", who, {"image_keys": []}).refused("NOT_FOUND")
    scene.catalog.post("/products/apply", scene.rival.who, product_body(scene.shop.merchant_id)).refused("NOT_FOUND")
    scene.catalog.post(f"/merchants/{scene.shop.merchant_id}/members", scene.rival.who, {"account_id": str(uuid4())}).refused("NOT_FOUND")
    assert scene.catalog.post(f"{url}/change", scene.granted, {"price_fen": 3990}).ok()["offer_version"] == 2


def test_contacts_are_read_by_own_people_and_offices_only(scene: Scene) -> None:
    url = f"/merchants/{scene.shop.merchant_id}"
    for who in (scene.shop.who, COUNTY_OFFICER, BUREAU):
        assert scene.catalog.get(url, who).ok()["contact"]["phone"] == "10012345678"
    for who in (SHOPPER, scene.rival.who, principal(Role.COUNTY_OFFICER, "371525")):
        answer = scene.catalog.get(url, who).ok()
        assert "contact" not in answer and "10012345678" not in str(answer)


def test_another_account_joins_by_invitation_and_sees_the_merchant(scene: Scene) -> None:
    account = uuid4()
    newcomer = principal(account=account)
    assert scene.catalog.get("/applications", newcomer).ok()["items"] == []
    for _ in range(2):
        scene.catalog.post(f"/merchants/{scene.shop.merchant_id}/members", scene.shop.who, {"account_id": str(account)}).ok()
    assert len(scene.catalog.get("/applications", newcomer).ok()["items"]) == 3
    granted = [e for e in scene.catalog.published() if e.get("account_id") == str(account)]
    assert granted == [{"account_id": str(account), "role": "merchant", "scope": scene.shop.merchant_id}]


def test_labels_and_mechanisms_are_entered_by_who_holds_the_duty(scene: Scene) -> None:
    catalog = scene.catalog
    label = {"label": "green", "certificate_no": "LB-2026-0001"}
    for who in (scene.shop.who, COUNTY_OFFICER, RURAL, OPERATOR, SHOPPER):
        catalog.post(f"/products/{scene.product}/labels", who, label).refused("FORBIDDEN")
    granted = catalog.post(f"/products/{scene.product}/labels", QUALITY, label).ok()
    catalog.post(f"/products/{scene.product}/labels", BUREAU, label).refused("LABEL_EXISTS")
    catalog.post(f"/products/{scene.product}/labels", BUREAU, label | {"label": "best"}).refused("UNKNOWN_CHOICE")
    catalog.post(f"/products/{scene.product}/labels", BUREAU, {**label, "label": "gi", "valid_from": "2020-01-01"}).refused("PAST_DATE")
    assert catalog.get("/directory", SHOPPER, label="green").ok()["items"][0]["labels"] == ["green"]
    catalog.post(f"/labels/{granted['label_id']}/end", RURAL, {"reason": "x"}).refused("FORBIDDEN")
    catalog.post(f"/labels/{granted['label_id']}/end", QUALITY, {"reason": "证书撤销"}).ok()
    assert names(catalog, label="green") == [] and catalog.get("/directory", SHOPPER).ok()["items"][0]["labels"] == []

    mechanism = {"merchant_id": scene.shop.merchant_id, "kind": "employment", "households": 10, "persons": 24, "evidence": "花名册"}
    for who, code in ((scene.shop.who, "FORBIDDEN"), (QUALITY, "FORBIDDEN"), (principal(Role.COUNTY_OFFICER, "371525"), "NOT_FOUND")):
        catalog.post("/mechanisms", who, mechanism).refused(code)
    made = catalog.post("/mechanisms", COUNTY_OFFICER, mechanism).ok()
    assert catalog.get("/mechanisms", scene.shop.who).ok()["items"][0]["persons"] == 24
    assert catalog.get("/mechanisms", scene.rival.who).ok()["items"] == []
    assert catalog.get("/mechanisms", principal(Role.COUNTY_OFFICER, "371525")).ok()["items"] == []
    assert catalog.get(f"/merchants/{scene.shop.merchant_id}", SHOPPER).ok()["persons"] == 24
    catalog.post(f"/mechanisms/{made['mechanism_id']}/end", RURAL, {"reason": "协议到期"}).ok()


def test_past_orders_show_a_product_that_is_gone(scene: Scene) -> None:
    scene.catalog.post(f"/products/{scene.product}/revoke", BUREAU, {"reason": "x"}).ok()
    ids = f"{scene.rival_product},{uuid4()},{scene.product}"
    items = scene.catalog.get("/products", SHOPPER, ids=ids).ok()["items"]
    assert [(i["product_id"], i["sellable"], i["state"]) for i in items] == [
        (scene.rival_product, True, "certified"),
        (scene.product, False, "revoked"),
    ]
    scene.catalog.get("/products", SHOPPER, ids=",".join(str(uuid4()) for _ in range(101))).refused("TOO_MANY")


def test_inputs_refuse_fields_that_are_not_theirs(scene: Scene) -> None:
    for path, body in (
        ("/merchants/apply", merchant_body(3)),
        ("/products/apply", product_body(scene.shop.merchant_id)),
        (f"/products/{scene.product}/change", {"price_fen": 100}),
    ):
        for name in ("role", "state", "county", "valid_until", "certifiedUntil", "version", "offer_version", "import_id"):
            scene.catalog.post(path, scene.shop.who, body | {name: "certified"}).refused("INVALID_INPUT")


def test_every_route_asks_who_is_there(catalog: Harness) -> None:
    assert SERVICE.name == "catalog"
    for rule in catalog.app.url_map.iter_rules():
        if rule.endpoint in ("healthz", "readyz", "metrics", "static") or rule.endpoint.startswith("openapi."):
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(next(p for p in path.split("/") if name in p), str(UUID(int=1)))
        method = next(m for m in rule.methods or () if m not in ("HEAD", "OPTIONS"))
        assert catalog.call(method, path, None, {} if method != "GET" else None).status == 401, rule
