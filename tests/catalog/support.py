"""Short ways to a certified product, through the API and through the importers."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from stdnum.cn import uscc

from services.events.orders import ReinstatementInForce, WithdrawalInForce
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from tests.support.service import BUREAU, Harness, principal

COUNTY = "371522"
COUNTY_OFFICER = principal(Role.COUNTY_OFFICER, COUNTY)
QUALITY = principal(Role.DEPARTMENT_OFFICER, "agriculture_rural")
MARKET = principal(Role.DEPARTMENT_OFFICER, "market_supervision")
RURAL = principal(Role.DEPARTMENT_OFFICER, "rural_revitalisation")
SHOPPER = principal()
CUTOVER = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
OFFICERS = {"county_review": COUNTY_OFFICER, "quality": QUALITY, "lawful_operation": MARKET, "assistance": RURAL}


def credit_code(number: int) -> str:
    body = f"93371522XX{number:07d}"
    return body + uscc.calc_check_digit(body)


@dataclass
class Shop:
    """A certified merchant with its member."""

    merchant_id: str
    who: Principal


def today(catalog: Harness) -> date:
    return business_date(catalog.now())


def merchant_body(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "credit_code": credit_code(number),
        "name": f"莘县禾安{number}号合作社（演示）",
        "kind": "cooperative",
        "county_code": COUNTY,
        "contact_name": "张三丰",
        "contact_phone": "10012345678",
    } | changes


def product_body(merchant_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "merchant_id": merchant_id,
        "name": "禾安 莘县香瓜 精品",
        "category": "fruit",
        "family": "xin-melon",
        "county_code": COUNTY,
        "unit": "箱",
        "pack": "3kg/箱",
        "net_weight_g": 3000,
        "price_fen": 4280,
        "is_food": True,
        "description": "皮薄肉脆",
    } | changes


def pass_reviews(catalog: Harness, application: dict[str, Any], officers: dict[str, Principal] = OFFICERS) -> None:
    for step in application["steps"]:
        catalog.post(
            f"/applications/{application['application_id']}/reviews", officers[step["duty"]], {"duty": step["duty"], "verdict": "pass"}
        ).ok()


def certify(
    catalog: Harness, *applications: dict[str, Any], days: int = 365, document_no: str = "帮扶认〔2026〕9号"
) -> list[dict[str, Any]]:
    body = {
        "application_ids": [a["application_id"] for a in applications],
        "document_no": document_no,
        "valid_until": (today(catalog) + timedelta(days=days)).isoformat(),
    }
    items: list[dict[str, Any]] = catalog.post("/certifications", BUREAU, body).ok()["items"]
    return items


def certified_merchant(catalog: Harness, number: int = 1, **changes: Any) -> Shop:
    who = principal()
    application = catalog.post("/merchants/apply", who, merchant_body(number, **changes)).ok()
    officers = OFFICERS | {"county_review": principal(Role.COUNTY_OFFICER, application["county_code"])}
    pass_reviews(catalog, application, officers)
    certify(catalog, application)
    return Shop(application["merchant_id"], who)


def certified_product(catalog: Harness, shop: Shop, days: int = 365, **changes: Any) -> str:
    application = catalog.post("/products/apply", shop.who, product_body(shop.merchant_id, **changes)).ok()
    officers = OFFICERS | {"county_review": principal(Role.COUNTY_OFFICER, application["county_code"])}
    pass_reviews(catalog, application, officers)
    certify(catalog, application, days=days)
    return str(application["subject_id"])


def in_force(catalog: Harness, withdrawal: dict[str, Any], seconds: float = 0.2) -> datetime:
    """What orders answers."""
    instant = datetime.fromisoformat(withdrawal["decided_at"]) + timedelta(seconds=seconds)
    catalog.deliver(
        WithdrawalInForce(
            subject=withdrawal["subject"],
            subject_id=UUID(withdrawal["subject_id"]),
            withdrawal_id=UUID(withdrawal["withdrawal_id"]),
            kind=withdrawal["kind"],
            from_instant=instant,
        )
    )
    return instant


def ended(catalog: Harness, withdrawal: dict[str, Any], instant: datetime) -> None:
    catalog.deliver(
        ReinstatementInForce(
            subject=withdrawal["subject"],
            subject_id=UUID(withdrawal["subject_id"]),
            withdrawal_id=UUID(withdrawal["withdrawal_id"]),
            until_instant=instant,
        )
    )


def names(catalog: Harness, path: str = "/directory", **params: Any) -> list[str]:
    return [item["name"] for item in catalog.get(path, SHOPPER, **params).ok()["items"]]


def upload(catalog: Harness, data: bytes, content_type: str = "image/png") -> str:
    key = f"uploads/{uuid4()}"
    catalog.context.objects.put(key, data, content_type)
    return key


def picture(size: tuple[int, int] = (1600, 900), fmt: str = "PNG", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, fmt, **save)
    return out.getvalue()


def csv(header: str, rows: Iterable[Iterable[object]]) -> str:
    return header + "\n" + "\n".join(",".join("" if v is None else str(v) for v in row) for row in rows) + "\n"


MERCHANTS = "credit_code,name,kind,county_code,township,founded_on"
PRODUCTS = (
    "product_no,merchant_code,name,category,family,county_code,unit,pack,net_weight_g,retail_price,bulk_price_per_kg,is_food,season_months,storage,"
    "description"
)
CERTIFICATES = "subject,subject_code,certificate_no,document_no,valid_from,valid_until"
LABELS = "product_no,label,certificate_no,valid_from,valid_until"
MECHANISMS = "mechanism_no,merchant_code,kind,households,persons,valid_from,valid_until,evidence"
WITHDRAWALS = "subject,subject_code,kind,from_instant,until_instant,reason,document_no"


def product_row(number: int, code: str, **changes: Any) -> list[object]:
    row: dict[str, object] = {
        "product_no": f"P{COUNTY}-{number:04d}",
        "merchant_code": code,
        "name": f"禾安 莘县香瓜 {number}号",
        "category": "时令水果",
        "family": "xin-melon",
        "county_code": COUNTY,
        "unit": "箱",
        "pack": "3kg/箱",
        "net_weight_g": 3000,
        "retail_price": "42.80",
        "bulk_price_per_kg": "6.5",
        "is_food": "是",
        "season_months": "4;5;6",
        "storage": "常温",
        "description": "皮薄肉脆",
    }
    return list((row | changes).values())


def import_city(catalog: Harness, merchants: int = 2, products: int = 4) -> list[dict[str, Any]]:
    """Merchants, products and their certificates of two years, by the importers."""
    catalog.set_cutover(CUTOVER)
    codes = [credit_code(n) for n in range(1, merchants + 1)]
    goods = [(f"P{COUNTY}-{n:04d}", codes[n % merchants]) for n in range(1, products + 1)]
    certificates = [
        (s, c, f"BF{s[0].upper()}-{n:04d}", "帮扶认〔2025〕1号", "2025-10-01", "2030-09-30")
        for n, (s, c) in enumerate([("merchant", c) for c in codes] + [("product", g) for g, _ in goods], 1)
    ]
    files = [
        (
            "merchants",
            csv(MERCHANTS, [(c, f"莘县合作社{n}（演示）", "合作社", COUNTY, "河店镇", "2017-03-21") for n, c in enumerate(codes)]),
        ),
        ("products", csv(PRODUCTS, [product_row(n, code) for n, (_, code) in enumerate(goods, 1)])),
        ("certificates", csv(CERTIFICATES, certificates)),
    ]
    done = [catalog.import_file(kind, content) for kind, content in files]
    assert [d["state"] for d in done] == ["applied"] * 3, done
    return done
