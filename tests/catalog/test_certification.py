"""From the application to the directory, out of it again and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.events.catalog import (
    MembershipGranted,
    MerchantCertified,
    MerchantReinstated,
    MerchantWithdrawn,
    ProductCertified,
    ProductExpired,
    ProductReinstated,
    ProductWithdrawn,
)
from services.events.orders import WithdrawalInForce
from services.kit.db import every
from services.kit.principal import Role
from tests.catalog.support import (
    COUNTY_OFFICER,
    MARKET,
    OFFICERS,
    QUALITY,
    RURAL,
    SHOPPER,
    certified_merchant,
    certified_product,
    certify,
    ended,
    in_force,
    merchant_body,
    names,
    pass_reviews,
    product_body,
    today,
)
from tests.support.service import BUREAU, OPERATOR, Harness, principal


def test_applying_gives_the_applicant_the_merchant(catalog: Harness) -> None:
    account = uuid4()
    application = catalog.post("/merchants/apply", principal(account=account), merchant_body()).ok()
    assert catalog.published(MembershipGranted) == [{"account_id": str(account), "role": "merchant", "scope": application["merchant_id"]}]
    assert application["state"] == "in_review" and [s["duty"] for s in application["steps"]] == [
        "county_review",
        "assistance",
        "lawful_operation",
    ]


def test_the_path_from_application_to_directory(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    application = catalog.post("/products/apply", shop.who, product_body(shop.merchant_id)).ok()
    assert names(catalog) == []
    pass_reviews(catalog, application)
    (certificate,) = certify(catalog, application)
    assert names(catalog) == ["禾安 莘县香瓜 精品"]
    assert certificate["certificate_no"].startswith("BFP-")
    (event,) = catalog.published(ProductCertified)
    assert event["product"]["state"] == "certified" and event["product"]["price_fen"] == 4280
    assert [c["certificate_no"] for c in event["product"]["certificates"]] == [certificate["certificate_no"]]
    (merchant,) = catalog.published(MerchantCertified)
    assert merchant["merchant"]["credit_code"] and merchant["merchant"]["state"] == "certified"
    checked = catalog.get(f"/certificates/{certificate['certificate_no']}", SHOPPER).ok()
    assert checked["status"] == "valid" and checked["document_no"] == "帮扶认〔2026〕9号" and checked["name"] == "禾安 莘县香瓜 精品"


def test_departments_wait_for_the_county_and_work_side_by_side(catalog: Harness) -> None:
    application = catalog.post("/merchants/apply", principal(), merchant_body()).ok()
    url = f"/applications/{application['application_id']}/reviews"
    catalog.post(url, MARKET, {"duty": "lawful_operation", "verdict": "pass"}).refused("STEP_NOT_OPEN")
    catalog.post(url, COUNTY_OFFICER, {"duty": "county_review", "verdict": "pass"}).ok()
    catalog.post(url, COUNTY_OFFICER, {"duty": "county_review", "verdict": "pass"}).refused("STEP_NOT_OPEN")
    catalog.post(url, RURAL, {"duty": "assistance", "verdict": "pass"}).ok()
    assert catalog.post(url, MARKET, {"duty": "lawful_operation", "verdict": "pass"}).ok()["state"] == "passed"


def test_only_the_holder_of_a_duty_reviews_for_it(catalog: Harness) -> None:
    application = catalog.post("/merchants/apply", principal(), merchant_body()).ok()
    url = f"/applications/{application['application_id']}/reviews"
    catalog.post(url, principal(Role.COUNTY_OFFICER, "371525"), {"duty": "county_review", "verdict": "pass"}).refused("NOT_FOUND")
    catalog.post(url, QUALITY, {"duty": "county_review", "verdict": "pass"}).refused("NOT_YOUR_DUTY")
    catalog.post(url, COUNTY_OFFICER, {"duty": "county_review", "verdict": "pass"}).ok()
    catalog.post(url, COUNTY_OFFICER, {"duty": "assistance", "verdict": "pass"}).refused("FORBIDDEN")
    catalog.post(url, QUALITY, {"duty": "assistance", "verdict": "pass"}).refused("NOT_YOUR_DUTY")
    for who in (BUREAU, OPERATOR, principal(Role.MERCHANT, application["merchant_id"]), principal()):
        catalog.post(url, who, {"duty": "assistance", "verdict": "pass"}).refused("FORBIDDEN")


def test_a_duty_handed_over_is_reviewed_by_its_new_holder(catalog: Harness) -> None:
    application = catalog.post("/merchants/apply", principal(), merchant_body()).ok()
    url = f"/applications/{application['application_id']}/reviews"
    catalog.post(url, COUNTY_OFFICER, {"duty": "county_review", "verdict": "pass"}).ok()
    tomorrow = today(catalog) + timedelta(days=1)
    body = {"duty": "assistance", "department": "agriculture_rural", "valid_from": tomorrow.isoformat()}
    catalog.post("/duty-holders", RURAL, body).refused("FORBIDDEN")
    catalog.post("/duty-holders", BUREAU, body).ok()
    catalog.post(url, QUALITY, {"duty": "assistance", "verdict": "pass"}).refused("NOT_YOUR_DUTY")
    catalog.shift_clock(timedelta(days=1))
    catalog.post(url, RURAL, {"duty": "assistance", "verdict": "pass"}).refused("NOT_YOUR_DUTY")
    catalog.post(url, QUALITY, {"duty": "assistance", "verdict": "pass"}).ok()


def test_a_new_path_holds_for_applications_to_come_and_notice_ends_by_the_clock(catalog: Harness) -> None:
    before = catalog.post("/merchants/apply", principal(), merchant_body(1)).ok()
    path = {"subject": "merchant", "notice_days": 7, "steps": [{"duty": "county_review", "position": 1, "by": "county"}]}
    catalog.post("/review-paths", BUREAU, path).ok()
    after = catalog.post("/merchants/apply", principal(), merchant_body(2)).ok()
    assert len(before["steps"]) == 3 and len(after["steps"]) == 1
    pass_reviews(catalog, after)
    shown = catalog.get(f"/applications/{after['application_id']}", BUREAU).ok()
    assert shown["state"] == "notice" and shown["notice_until"] == (today(catalog) + timedelta(days=7)).isoformat()
    body = {
        "application_ids": [after["application_id"]],
        "document_no": "1号",
        "valid_until": (today(catalog) + timedelta(days=90)).isoformat(),
    }
    catalog.post("/certifications", BUREAU, body).refused("NOT_READY")
    catalog.shift_clock(timedelta(days=8))
    assert [a["application_id"] for a in catalog.get("/applications", BUREAU, queue=1).ok()["items"]] == [after["application_id"]]
    catalog.post("/certifications", BUREAU, body).ok()


def test_a_returned_application_is_mended_and_seen_by_every_step_anew(catalog: Harness) -> None:
    who = principal()
    application = catalog.post("/merchants/apply", who, merchant_body()).ok()
    url = f"/applications/{application['application_id']}"
    catalog.post(f"{url}/reviews", COUNTY_OFFICER, {"duty": "county_review", "verdict": "return"}).refused("REASON_REQUIRED")
    catalog.post(f"{url}/reviews", COUNTY_OFFICER, {"duty": "county_review", "verdict": "return", "reason": "缺营业执照"}).ok()
    catalog.post(f"{url}/resubmit", principal()).refused("NOT_FOUND")
    again = catalog.post(f"{url}/resubmit", who).ok()
    assert again["state"] == "in_review" and again["round"] == 2
    assert [(s["round"], s["verdict"]) for s in again["steps"] if s["duty"] == "county_review"] == [(1, "return"), (2, None)]


def test_a_batch_is_certified_whole_or_not_at_all(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    ready = catalog.post("/products/apply", shop.who, product_body(shop.merchant_id)).ok()
    waiting = catalog.post("/products/apply", shop.who, product_body(shop.merchant_id, name="禾安 莘县西瓜 精品")).ok()
    pass_reviews(catalog, ready)
    body = {"document_no": "9号", "valid_until": (today(catalog) + timedelta(days=90)).isoformat()}
    ids = [ready["application_id"], waiting["application_id"]]
    answer = catalog.post("/certifications", BUREAU, body | {"application_ids": ids}).refused("NOT_READY")
    assert answer["field"] == "application_ids.1" and catalog.published(ProductCertified) == []
    pass_reviews(catalog, waiting)
    assert len(catalog.post("/certifications", BUREAU, body | {"application_ids": ids}).ok()["items"]) == 2
    catalog.post("/certifications", BUREAU, body | {"application_ids": ids}).refused("SEVERAL")


def test_a_product_needs_a_certified_merchant_or_one_in_the_same_batch(catalog: Harness) -> None:
    who = principal()
    merchant = catalog.post("/merchants/apply", who, merchant_body()).ok()
    product = catalog.post("/products/apply", who, product_body(merchant["merchant_id"])).ok()
    for application in (merchant, product):
        pass_reviews(catalog, application)
    body = {"document_no": "9号", "valid_until": (today(catalog) + timedelta(days=90)).isoformat()}
    catalog.post("/certifications", BUREAU, body | {"application_ids": [product["application_id"]]}).refused("MERCHANT_NOT_CERTIFIED")
    both = {"application_ids": [product["application_id"], merchant["application_id"]]}
    assert len(catalog.post("/certifications", BUREAU, body | both).ok()["items"]) == 2
    assert names(catalog) == ["禾安 莘县香瓜 精品"]


@pytest.mark.parametrize("days", [-1, 6 * 366])
def test_a_certificate_neither_starts_in_the_past_nor_lasts_for_ever(catalog: Harness, days: int) -> None:
    application = catalog.post("/merchants/apply", principal(), merchant_body()).ok()
    pass_reviews(catalog, application)
    day = today(catalog)
    body = {
        "application_ids": [application["application_id"]],
        "document_no": "9号",
        "valid_until": (day + timedelta(days=max(days, 30))).isoformat(),
    }
    if days < 0:
        body["valid_from"] = (day + timedelta(days=days)).isoformat()
    catalog.post("/certifications", BUREAU, body).refused("PAST_DATE" if days < 0 else "BAD_PERIOD")


def test_a_suspension_hides_at_once_and_shows_the_instant_that_orders_sets(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    withdrawal = catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "抽检待复检", "document_no": "帮扶暂〔2026〕1号"}).ok()
    assert names(catalog) == [] and names(catalog, "/search", q="香瓜") == []
    catalog.get(f"/products/{product}", SHOPPER).refused("NOT_FOUND")
    (event,) = catalog.published(ProductWithdrawn)
    assert event["withdrawal_id"] == withdrawal["withdrawal_id"] and event["product"]["state"] == "suspended"
    assert withdrawal["from_instant"] is None and event["product"]["withdrawals"] == []
    instant = in_force(catalog, withdrawal)
    in_force(catalog, withdrawal, seconds=60)
    (shown,) = catalog.get("/withdrawals", SHOPPER, subject="product", subject_id=product).ok()["items"]
    assert datetime.fromisoformat(shown["from_instant"]) == instant and shown["reason"] is None
    assert catalog.get("/withdrawals", BUREAU).ok()["items"][0]["reason"] == "抽检待复检"

    catalog.post(f"/products/{product}/reinstate", BUREAU, {"reason": "复检合格"}).ok()
    assert names(catalog) == ["禾安 莘县香瓜 精品"]
    (back,) = catalog.published(ProductReinstated)
    assert back["withdrawal_id"] == withdrawal["withdrawal_id"] and back["product"]["state"] == "certified"
    until = instant + timedelta(seconds=5)
    ended(catalog, withdrawal, until)
    (shown,) = catalog.get("/withdrawals", SHOPPER, subject="product", subject_id=product).ok()["items"]
    assert datetime.fromisoformat(shown["until_instant"]) == until


def test_a_withdrawn_merchant_hides_all_of_its_products(catalog: Harness) -> None:
    shop, other = certified_merchant(catalog, 1), certified_merchant(catalog, 2)
    product = certified_product(catalog, shop)
    certified_product(catalog, other, name="他家 莘县西瓜 精品")
    certificate = catalog.get(f"/products/{product}", SHOPPER).ok()["certificates"][0]["certificate_no"]
    catalog.post(f"/merchants/{shop.merchant_id}/suspend", BUREAU, {"reason": "核查"}).ok()
    assert names(catalog) == names(catalog, "/search", q="莘县") == ["他家 莘县西瓜 精品"]
    assert catalog.get(f"/certificates/{certificate}", SHOPPER).ok()["status"] == "suspended"
    assert [e["merchant"]["state"] for e in catalog.published(MerchantWithdrawn)] == ["suspended"]
    (card,) = catalog.get("/products", SHOPPER, ids=product).ok()["items"]
    assert card["sellable"] is False and card["state"] == "certified" and card["name"]
    catalog.post(f"/merchants/{shop.merchant_id}/reinstate", BUREAU, {"reason": "核查完毕"}).ok()
    assert len(names(catalog)) == 2 and len(catalog.published(MerchantReinstated)) == 1


def test_the_clock_ends_a_certificate_before_any_job_does(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop, days=10)
    number = catalog.get(f"/products/{product}", SHOPPER).ok()["certificates"][0]["certificate_no"]
    catalog.shift_clock(timedelta(days=10))
    assert names(catalog) == ["禾安 莘县香瓜 精品"]
    catalog.shift_clock(timedelta(days=1))
    assert names(catalog) == [] and names(catalog, "/search", q="香瓜") == []
    assert catalog.get(f"/certificates/{number}", SHOPPER).ok()["status"] == "expired"
    assert catalog.get("/products", SHOPPER, ids=product).ok()["items"][0]["state"] == "expired"
    catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "晚了"}).refused("WRONG_TRANSITION")
    assert catalog.run_scheduled("expire") == {"merchants": 0, "products": 1}
    assert catalog.run_scheduled("expire") == {"merchants": 0, "products": 0}
    assert [e["product"]["state"] for e in catalog.published(ProductExpired)] == ["expired"]


def test_an_expired_merchant_hides_its_products_by_the_clock(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    certified_product(catalog, shop, days=1000)
    catalog.shift_clock(timedelta(days=366))
    assert names(catalog) == [] and names(catalog, "/search", q="香瓜") == []
    assert catalog.get("/merchants", SHOPPER).ok()["items"] == []
    assert catalog.run_scheduled("expire")["merchants"] == 1


def test_a_renewal_goes_on_where_the_last_certificate_ends(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop, days=10)
    until = today(catalog) + timedelta(days=300)
    body = {"subject": "product", "subject_ids": [product], "document_no": "帮扶续〔2026〕1号", "valid_until": until.isoformat()}
    catalog.post("/renewals", COUNTY_OFFICER, body).refused("FORBIDDEN")
    (row,) = catalog.post("/renewals", BUREAU, body).ok()["items"]
    assert row["valid_from"] == (today(catalog) + timedelta(days=11)).isoformat()
    catalog.shift_clock(timedelta(days=200))
    assert names(catalog) == ["禾安 莘县香瓜 精品"]
    assert len(catalog.published(ProductCertified)[-1]["product"]["certificates"]) == 2
    catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"}).ok()
    catalog.post("/renewals", BUREAU, body | {"valid_until": (until + timedelta(days=9)).isoformat()}).refused("WRONG_TRANSITION")


def test_an_expired_product_is_listed_again_once_renewed(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop, days=10)
    catalog.shift_clock(timedelta(days=30))
    catalog.run_scheduled("expire")
    until = (today(catalog) + timedelta(days=100)).isoformat()
    (row,) = catalog.post(
        "/renewals", BUREAU, {"subject": "product", "subject_ids": [product], "document_no": "续1", "valid_until": until}
    ).ok()["items"]
    assert row["valid_from"] == today(catalog).isoformat() and names(catalog) == ["禾安 莘县香瓜 精品"]


def test_a_revoked_product_applies_anew_and_its_certification_ends_the_withdrawal(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    revoked = catalog.post(f"/products/{product}/revoke", BUREAU, {"reason": "材料不实"}).ok()
    in_force(catalog, revoked)
    catalog.post(f"/products/{product}/reinstate", BUREAU, {"reason": "求情"}).refused("WRONG_TRANSITION")
    application = catalog.post("/products/apply", shop.who, product_body(shop.merchant_id, product_id=product)).ok()
    catalog.post("/products/apply", shop.who, product_body(shop.merchant_id, product_id=product)).refused("ALREADY_APPLIED")
    pass_reviews(catalog, application)
    certify(catalog, application)
    assert [e["withdrawal_id"] for e in catalog.published(ProductReinstated)] == [revoked["withdrawal_id"]]
    assert names(catalog) == ["禾安 莘县香瓜 精品"]


def test_a_stricter_withdrawal_on_top_of_a_lighter_one_ends_with_it(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    first = catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"}).ok()
    second = catalog.post(f"/products/{product}/recall", BUREAU, {"reason": "召回"}).ok()
    in_force(catalog, first)
    instant = in_force(catalog, second)
    catalog.post(f"/products/{product}/reinstate", BUREAU, {"reason": "合格"}).ok()
    assert {e["withdrawal_id"] for e in catalog.published(ProductReinstated)} == {first["withdrawal_id"], second["withdrawal_id"]}
    for withdrawal in (first, second):
        ended(catalog, withdrawal, instant + timedelta(seconds=1))
    shown = catalog.get("/withdrawals", SHOPPER, subject="product", subject_id=product).ok()["items"]
    assert all(row["until_instant"] for row in shown)


def test_an_event_of_an_unknown_withdrawal_changes_nothing(catalog: Harness) -> None:
    catalog.deliver(
        WithdrawalInForce(subject="product", subject_id=uuid4(), withdrawal_id=uuid4(), kind="suspended", from_instant=catalog.now())
    )


def test_nobody_but_the_bureau_decides(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    reason = {"reason": "x"}
    for path in (
        *(f"/products/{product}/{act}" for act in ("suspend", "revoke", "recall", "reinstate")),
        *(f"/merchants/{shop.merchant_id}/{act}" for act in ("suspend", "revoke", "reinstate")),
    ):
        for who in (shop.who, COUNTY_OFFICER, QUALITY, OPERATOR, SHOPPER):
            catalog.post(path, who, reason).refused("FORBIDDEN")
        catalog.post(path, None, reason).refused("UNAUTHENTICATED")


def test_each_privileged_act_has_one_audit_entry_without_a_person_in_it(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"}).ok()
    with catalog.db.reading() as conn:
        rows = every(conn, "SELECT act, subject, before, after, reason FROM audit ORDER BY position")
    acts = [r["act"] for r in rows]
    assert acts.count("merchant:certify") == 1 and acts.count("product:certify") == 1 and acts.count("product:suspend") == 1
    assert acts.count("application:review") == len(OFFICERS) + 1
    assert "张三丰" not in str(rows) and "10012345678" not in str(rows)


def test_no_event_carries_a_person(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    certified_product(catalog, shop)
    catalog.post(f"/merchants/{shop.merchant_id}/suspend", BUREAU, {"reason": "张三丰 10012345678"}).ok()
    with catalog.db.reading() as conn:
        payloads = str(every(conn, "SELECT payload FROM outbox"))
    assert "张三丰" not in payloads and "10012345678" not in payloads
    assert catalog.get(f"/merchants/{shop.merchant_id}", COUNTY_OFFICER).ok()["contact"]["phone"] == "10012345678"


def test_versions_rise_with_every_event_of_a_product(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    catalog.post(f"/products/{product}/change", shop.who, {"price_fen": 3990}).ok()
    catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"}).ok()
    with catalog.db.reading() as conn:
        rows = every(conn, "SELECT aggregate_version, payload FROM outbox WHERE key = %s ORDER BY position", [f"product:{UUID(product)}"])
    versions = [r["aggregate_version"] for r in rows]
    assert versions == sorted(set(versions)) == [r["payload"]["product"]["version"] for r in rows]
