"""History by files: all errors at once, all or nothing, taken back as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.catalog.app import SERVICE
from services.events.catalog import (
    LabelEnded,
    LabelGranted,
    MechanismRecorded,
    MerchantCertified,
    ProductCertified,
    ProductChanged,
    ProductReinstated,
    ProductWithdrawn,
)
from services.events.orders import SaleLine, SaleRecorded
from services.kit.db import every, value
from services.kit.ids import new_id
from tests.catalog.support import (
    CERTIFICATES,
    COUNTY,
    CUTOVER,
    LABELS,
    MECHANISMS,
    MERCHANTS,
    PRODUCTS,
    SHOPPER,
    WITHDRAWALS,
    credit_code,
    csv,
    import_city,
    names,
    product_row,
)
from tests.support.service import BUREAU, OPERATOR, Harness, principal


def _errors(done: dict[str, Any]) -> set[tuple[int, str | None, str]]:
    assert done["state"] == "refused", done
    return {(e["line"], e["column"], e["code"]) for e in done["errors"]}


def _take_back(catalog: Harness, done: dict[str, Any]) -> dict[str, Any]:
    catalog.post(f"/imports/{done['import_id']}/withdraw", OPERATOR).ok()
    catalog.run_jobs()
    result: dict[str, Any] = catalog.get(f"/imports/{done['import_id']}", OPERATOR).ok()
    return result


def _lanes(catalog: Harness) -> set[str]:
    with catalog.db.reading() as conn:
        return {row["lane"] for row in every(conn, "SELECT DISTINCT lane FROM outbox")}


def test_products_alone_are_uncertified_and_certificates_bring_them_in(catalog: Harness) -> None:
    catalog.set_cutover(CUTOVER)
    code = credit_code(1)
    catalog.import_file("merchants", csv(MERCHANTS, [(code, "禾安合作社（演示）", "合作社", "莘县", "", "")]))
    catalog.import_file("products", csv(PRODUCTS, [product_row(1, code), product_row(2, code)]))
    assert names(catalog) == [] and catalog.published() == []
    assert {p["state"] for p in catalog.get("/products", BUREAU).ok()["items"]} == {"applied"}
    rows = [
        ("经营主体", code, "M-1", "1号", "2025-01-01", "2030-12-31"),
        ("产品", f"P{COUNTY}-0001", "P-1", "1号", "2024-01-01", "2024-12-31"),
        ("产品", f"P{COUNTY}-0001", "P-2", "2号", "2025-01-01", "2030-12-31"),
        ("产品", f"P{COUNTY}-0002", "P-3", "1号", "2024-01-01", "2024-12-31"),
    ]
    done = catalog.import_file("certificates", csv(CERTIFICATES, rows))
    assert done["state"] == "applied", done
    assert names(catalog) == ["禾安 莘县香瓜 1号"]
    events = {e["product"]["product_no"]: e["product"] for e in catalog.published(ProductCertified)}
    assert len(catalog.published(ProductCertified)) == 2 and len(events[f"P{COUNTY}-0001"]["certificates"]) == 2
    assert events[f"P{COUNTY}-0002"]["state"] == "expired"
    assert [e["merchant"]["name"] for e in catalog.published(MerchantCertified)] == ["禾安合作社（演示）"] and _lanes(catalog) == {"import"}


def test_every_mistake_of_a_file_is_told_at_once_and_nothing_is_written(catalog: Harness) -> None:
    catalog.set_cutover(CUTOVER)
    good, code = credit_code(1), credit_code(2)
    bad = code[:-1] + ("0" if code[-1] != "0" else "1")
    done = catalog.import_file("merchants", csv(MERCHANTS, [
        (good, "甲", "合作社", COUNTY, "", ""), (bad, "乙", "合作社", COUNTY, "", ""), (code, "丙", "国企", "999999", "",
            "2017-13-01"), (good, "丁", "企业", COUNTY, "", ""),
    ]))  # fmt: skip
    assert _errors(done) == {
        (3, "统一社会信用代码", "BAD_CREDIT_CODE"),
        (4, "主体类型", "UNKNOWN_CHOICE"),
        (4, "成立日期", "BAD_DATE"),
        (5, "统一社会信用代码", "DUPLICATE_IN_FILE"),
    }
    catalog.import_file("merchants", csv(MERCHANTS, [(good, "甲", "合作社", COUNTY, "", "")]))
    done = catalog.import_file("products", csv(PRODUCTS, [
        product_row(1, good, unit="吨包"), product_row(2, code), product_row(3, good, net_weight_g=""), product_row(4,
            good, retail_price="0"),
        product_row(5, good, county_code="371500"), product_row(6, good, family="Xin Melon"), product_row(7, good, retail_price="=1+1"),
    ]))  # fmt: skip
    assert _errors(done) == {
        (2, "销售单位", "UNKNOWN_CHOICE"),
        (3, "经营主体代码", "UNKNOWN"),
        (4, "净重克", "NET_WEIGHT_REQUIRED"),
        (5, "零售价", "INVALID_INPUT"),
        (6, "县市区代码", "UNKNOWN"),
        (7, "品种", "BAD_SLUG"),
        (8, "零售价", "FORMULA"),
    }
    with catalog.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM products") == 0


def test_bad_certificates_labels_mechanisms_and_withdrawals_are_named_by_row(catalog: Harness) -> None:
    import_city(catalog, merchants=1, products=2)
    code, one, two = credit_code(1), f"P{COUNTY}-0001", f"P{COUNTY}-0002"
    done = catalog.import_file("certificates", csv(CERTIFICATES, [
        ("产品", one, "N-1", "2号", "2026-01-01", "2026-12-31"), ("产品", "P-no", "N-2", "2号", "2026-01-01", "2026-12-31"),
        ("产品", two, "BFP-0002", "2号", "2024-01-01", "2024-12-31"), ("产品", two, "N-3", "2号", "2024-05-01", "2024-04-01"),
        ("产品", two, "N-4", "2号", "2026-12-01", "2027-12-31"),
    ]))  # fmt: skip
    assert _errors(done) == {
        (2, "有效期起", "PERIOD_OVERLAPS"), (3, "对象代码", "UNKNOWN"), (4, "证书编号", "CODE_TAKEN"), (4, None, "DUPLICATE_DOCUMENT"),
        (5, "有效期止", "BAD_PERIOD"), (6, "有效期起", "PERIOD_OVERLAPS"), (6, "有效期起", "AFTER_CUTOVER"),
    }  # fmt: skip
    done = catalog.import_file("labels", csv(LABELS, [
        (one, "绿色食品", "LB-1", "2025-01-01", "2027-12-31"), (one, "green", "LB-2", "2026-01-01", "2028-12-31"), (one,
            "金牌", "X", "2025-01-01", "2026-01-01"),
        ("P-no", "有机产品", "OP-1", "2025-01-01", "2025-12-31"),
    ]))  # fmt: skip
    assert _errors(done) == {(3, "标识", "LABEL_EXISTS"), (4, "标识", "UNKNOWN_CHOICE"), (5, "产品编号", "UNKNOWN")}
    done = catalog.import_file("mechanisms", csv(MECHANISMS, [
        ("M-1", code, "订单收购", 96, 50, "2025-10-12", "", "花名册"), ("M-2", code, "订单收购", 0, 50, "2025-10-12", "", "花名册"),
        ("M-3", "93371502XX0000017D", "订单收购", 1, 5, "2025-10-12", "2025-10-01", "花名册"),
    ]))  # fmt: skip
    assert _errors(done) == {
        (2, "户数", "MORE_HOUSEHOLDS_THAN_PERSONS"), (3, "户数", "BAD_NUMBER"), (4, "经营主体代码", "UNKNOWN"), (4, "有效期止",
            "BAD_PERIOD"),
    }  # fmt: skip
    done = catalog.import_file("withdrawals", csv(WITHDRAWALS, [
        ("产品", one, "暂停", "2026-03-01 09:00", "2026-02-01 09:00", "x", "1号"), ("产品", one, "撤销", "2026-04-01 09:00",
            "2026-05-01 09:00", "x", "2号"),
        ("经营主体", code, "召回", "2026-03-01 09:00", "", "x", "3号"), ("产品", two, "暂停", "2024-03-01 09:00", "", "x", "4号"),
        ("产品", two, "暂停", "2026-03-01 09:00", "", "x", "5号"),
    ]))  # fmt: skip
    assert _errors(done) == {
        (2, "恢复时间", "BAD_PERIOD"), (3, "恢复时间", "REVOKED_FOR_GOOD"), (4, "处理类型", "WRONG_KIND"), (5, "生效时间",
            "NOT_CERTIFIED_THEN"),
        (6, "生效时间", "PERIOD_OVERLAPS"),
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(catalog: Harness) -> None:
    import_city(catalog)
    before = len(catalog.published())
    content = csv(MERCHANTS, [(credit_code(n), f"莘县合作社{n - 1}（演示）", "合作社", COUNTY, "河店镇", "2017-03-21") for n in (1, 2)])
    assert catalog.import_file("merchants", content)["state"] == "duplicate"
    assert len(catalog.published()) == before


def test_only_operator_and_bureau_import(catalog: Harness) -> None:
    body = {"kind": "merchants", "filename": "m.csv", "object_key": "uploads/abcdefgh"}
    for who in (SHOPPER, principal("merchant", new_id()), principal("county_officer", COUNTY), principal("department_officer", "quality")):
        catalog.post("/imports", who, body).refused("FORBIDDEN")


def test_labels_count_on_their_days_and_vanish_when_they_end(catalog: Harness) -> None:
    import_city(catalog)
    rows = [
        (f"P{COUNTY}-0001", "绿色食品", "LB-1", "2025-11-01", "2026-10-31"),
        (f"P{COUNTY}-0002", "绿色食品", "LB-1", "2025-11-01", "2030-10-31"),
    ]
    done = catalog.import_file("labels", csv(LABELS, rows))
    assert done["state"] == "applied", done
    assert len(catalog.published(LabelGranted)) == 2
    assert names(catalog, label="green") == ["禾安 莘县香瓜 2号"]
    counted = catalog.get("/counts", SHOPPER, as_of=datetime(2026, 3, 1, tzinfo=UTC).isoformat()).ok()
    assert counted["labels"] == {"green": 2} and counted["products"] == 4
    assert catalog.get("/counts", SHOPPER, as_of="2024-01-01T00:00:00Z").ok()["products_ever"] == 0
    assert _take_back(catalog, done)["state"] == "withdrawn"
    assert names(catalog, label="green") == [] and all(e["product"]["labels"] == [] for e in catalog.published(LabelEnded))


def test_an_imported_withdrawal_was_in_force_by_the_files_instants(catalog: Harness) -> None:
    import_city(catalog)
    one, two = f"P{COUNTY}-0001", f"P{COUNTY}-0002"
    done = catalog.import_file("withdrawals", csv(WITHDRAWALS, [
        ("产品", one, "暂停", "2026-08-03 09:30", "", "抽样检测待复检", "暂1号"), ("产品", two, "暂停", "2026-01-03 09:30",
            "2026-02-01 10:00", "复检", "暂1号"),
    ]))  # fmt: skip
    assert done["state"] == "applied", done
    assert sorted(names(catalog)) == ["禾安 莘县香瓜 2号", "禾安 莘县香瓜 3号", "禾安 莘县香瓜 4号"]
    (event,) = catalog.published(ProductWithdrawn)
    assert event["product"]["state"] == "suspended"
    assert event["product"]["withdrawals"] == [{"kind": "suspended", "from_instant": "2026-08-03T01:30:00Z", "until_instant": None}]
    (past,) = [e["product"] for e in catalog.published(ProductChanged) if e["product"]["product_no"] == two]
    assert past["state"] == "certified" and past["withdrawals"][0]["until_instant"] == "2026-02-01T02:00:00Z"
    counted = [
        catalog.get("/counts", SHOPPER, as_of=day).ok()["products"]
        for day in ("2026-01-15T00:00:00Z", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z")
    ]
    assert counted == [3, 4, 3]
    assert _take_back(catalog, done)["state"] == "withdrawn"
    assert len(names(catalog)) == 4 and len(catalog.published(ProductReinstated)) == 1


def test_mechanisms_are_published_and_taken_back(catalog: Harness) -> None:
    import_city(catalog)
    rows = [(f"M-{n}", credit_code(1), "订单收购", 96, 214, "2025-10-12", "", f"花名册 M-{n}") for n in (1, 2)]
    done = catalog.import_file("mechanisms", csv(MECHANISMS, rows))
    assert [e["persons"] for e in catalog.published(MechanismRecorded)] == [214, 214]
    assert catalog.get("/counts", SHOPPER).ok()["persons"] == 428
    _take_back(catalog, done)
    assert [e["withdrawn"] for e in catalog.published(MechanismRecorded)] == [False, False, True, True]
    assert catalog.get("/counts", SHOPPER).ok()["persons"] == 0
    with catalog.db.reading() as conn:
        versions = [
            r["aggregate_version"]
            for r in every(conn, "SELECT aggregate_version FROM outbox WHERE name = 'mechanism_recorded' ORDER BY position")
        ]
    assert versions == sorted(set(versions))


def test_an_import_is_withdrawn_in_the_order_of_what_hangs_on_it(catalog: Harness) -> None:
    merchants, products, certificates = import_city(catalog)
    kept = _take_back(catalog, merchants)
    assert kept["state"] == "applied" and kept["errors"][0]["code"] == "IN_USE" and "产品" in kept["errors"][0]["zh"]
    assert _take_back(catalog, products)["state"] == "applied"
    published = len(catalog.published())
    assert _take_back(catalog, certificates)["state"] == "withdrawn"
    assert names(catalog) == [] and catalog.get("/counts", SHOPPER).ok()["products_ever"] == 0
    for event in catalog.published()[published:]:
        subject = event.get("product") or event["merchant"]
        assert subject["state"] == "revoked" and subject["certificates"] == []
    assert _take_back(catalog, products)["state"] == "withdrawn"
    assert _take_back(catalog, merchants)["state"] == "withdrawn"
    with catalog.db.reading() as conn:
        assert [value(conn, f"SELECT count(*) FROM {t}") for t in ("products", "merchants", "codes", "listing", "search_index")] == [0] * 5
    assert [d["state"] for d in import_city(catalog)] == ["applied"] * 3


def test_what_was_sold_keeps_its_import(catalog: Harness) -> None:
    _, _, certificates = import_city(catalog)
    product = catalog.get("/directory", SHOPPER).ok()["items"][0]
    line = SaleLine(
        line_id=new_id(), kind="sale", channel="online", evidence="transacted", sold_at=catalog.now(), recorded_at=catalog.now(),
        business_date=catalog.now().date(), merchant_id=product["merchant_id"], product_id=product["product_id"], origin_county=COUNTY,
        consumption_county="unknown", document_kind="order", document_id=new_id(), document_no="1", quantity="1",
            unit="箱", amount_fen=4280,
    )  # fmt: skip
    catalog.deliver(SaleRecorded(document="1", lines=(line,)))
    kept = _take_back(catalog, certificates)
    assert kept["state"] == "applied" and kept["errors"][0]["code"] == "IN_USE"
    catalog.deliver(SaleRecorded(document="1", lines=(line.model_copy(update={"kind": "refund", "amount_fen": -4280}),)))
    assert _take_back(catalog, certificates)["state"] == "withdrawn"


def test_a_whole_city_is_imported(catalog: Harness) -> None:
    import_city(catalog, merchants=200, products=519)
    assert len(catalog.published(ProductCertified)) == 519 and len(catalog.published(MerchantCertified)) == 200
    assert catalog.get("/counts", SHOPPER).ok()["products"] == 519


@pytest.mark.parametrize("kind", [k.name for k in SERVICE.imports])
def test_each_kind_refuses_a_file_of_another_shape(catalog: Harness, kind: str) -> None:
    catalog.set_cutover(CUTOVER + timedelta(days=1))
    done = catalog.import_file(kind, "编号,名称\n1,2\n")
    assert {e["code"] for e in done["errors"]} >= {"MISSING_COLUMN", "UNKNOWN_COLUMN"}
