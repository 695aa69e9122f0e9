"""A town with a history: one merchant, two products, files as a bureau would bring them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from services.events import catalog
from services.kit.time import SHANGHAI
from services.orders.app import SERVICE
from tests.orders.support import certificate, merchant_state, product_state
from tests.support.service import OPERATOR, Harness

CUTOVER = datetime(2026, 11, 1, tzinfo=SHANGHAI)
MERCHANT, OTHER = "93371502XX0000017D", "93371502XX0000021A"

# One good file of each kind; rows may be added or changed by the tests.
FILES: dict[str, list[dict[str, Any]]] = {
    "institutions": [
        {
            "institution_code": "I-H-001",
            "name": "禾安中医院（演示）",
            "kind": "医院",
            "county_code": "371503",
            "meals_per_day": 1200,
            "kitchen": "自营",
        }
    ],
    "contracts": [
        {
            "contract_no": "HT-1",
            "institution_code": "I-H-001",
            "merchant_code": MERCHANT,
            "signed_on": "2025-01-05",
            "valid_from": "2025-01-10",
            "valid_until": "2026-12-31",
            "signing": "HD-1",
            "line_no": n,
            "product_no": f"P-{n}",
            "unit": unit,
            "price": price,
            "max_quantity": most,
        }
        for n, unit, price, most in ((1, "kg", "4.20", "500"), (2, "斤", "", ""))
    ],
    "deliveries": [
        {
            "delivery_no": "SH-1",
            "contract_no": "HT-1",
            "accepted_at": "2025-03-03 06:10",
            "line_no": n,
            "product_no": f"P-{n}",
            "delivered_quantity": "120.5",
            "accepted_quantity": accepted,
            "unit": unit,
            "price": price,
        }
        for n, unit, price, accepted in ((1, "kg", "4.20", "118"), (2, "斤", "3.33", "0"))
    ],
    "outlets": [
        {
            "outlet_code": "C-1",
            "kind": "专柜",
            "sub_kind": "超市",
            "name": "专柜",
            "county_code": "371503",
            "opened_on": "2025-01-01",
            "closed_on": "",
        },
        {
            "outlet_code": "E-1",
            "kind": "展销会",
            "sub_kind": "展销",
            "name": "年货节",
            "county_code": "371502",
            "opened_on": "2025-05-01",
            "closed_on": "2025-05-03",
        },
    ],
    "monthly_sheets": [
        {
            "sheet_no": "YB-1",
            "outlet_code": "C-1",
            "month": "2025-04",
            "product_no": f"P-{n}",
            "quantity": "236",
            "unit": "箱",
            "amount": "5640.40",
            "paper": "月报盖章件",
        }
        for n in (1, 2)
    ],
    "day_sheets": [
        {
            "sheet_no": "RB-1",
            "outlet_code": "E-1",
            "stand": "07",
            "day": "2025-05-02",
            "product_no": "P-1",
            "quantity": "36",
            "unit": "箱",
            "amount": "940.00",
            "paper": "日报签字件",
        }
    ],
    "slips": [
        {
            "slip_no": "XP-1",
            "outlet_code": "C-1",
            "sold_at": "2025-06-03 18:20",
            "line_no": n,
            "product_no": f"P-{n}",
            "quantity": "2",
            "unit": "箱",
            "price": "24.80",
            "rounding": "-0.30",
            "pay_type": "扫码",
        }
        for n in (1, 2)
    ],
    "fair_orders": [
        {
            "order_no": "ZX-1",
            "outlet_code": "E-1",
            "fulfilled_on": "2025-05-20",
            "buyer_kind": "批发商",
            "consumption_county": "市外",
            "product_no": "P-1",
            "quantity": "4200",
            "unit": "kg",
            "amount": "42500.00",
            "paper": "履约单",
        }
    ],
    "campaigns": [
        {
            "campaign_no": "TG-1",
            "kind": "工会福利",
            "title": "2025年春节",
            "institution_code": "I-H-001",
            "organiser": "",
            "consumption_county": "371503",
            "festival": "春节",
            "organised_by": "",
            "opened_on": "2025-01-20",
            "closed_on": "2025-01-25",
            "paid_on": "2025-01-28",
            "members": 398,
            "product_no": "P-1",
            "quantity": "398",
            "unit": "箱",
            "price": "120.00",
        }
    ],
    "external_reports": [
        {
            "report_no": "WB-1",
            "merchant_code": MERCHANT,
            "month": "2025-04",
            "buyer_kind": "食品加工批发",
            "consumption_county": county,
            "product_no": "P-1",
            "quantity": "36200",
            "unit": "kg",
            "amount": "152040.00",
            "paper": "销售证明",
            "confirmed_on": "2025-05-06",
            "returned_once": "是",
        }
        for county in ("outside", "371526")
    ],
}
NEEDS = {
    "contracts": ("institutions",),
    "deliveries": ("institutions", "contracts"),
    "monthly_sheets": ("outlets",),
    "day_sheets": ("outlets",),
    "slips": ("outlets",),
    "fair_orders": ("outlets",),
    "campaigns": ("institutions",),
}
SALES = ("deliveries", "monthly_sheets", "day_sheets", "slips", "fair_orders", "campaigns", "external_reports")


def as_csv(rows: list[dict[str, Any]], *extra: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue() + "".join(f"{line}\n" for line in extra)


@dataclass
class Town:
    orders: Harness

    def bring(self, kind: str, rows: list[dict[str, Any]] | None = None, *, with_needs: bool = True) -> dict[str, Any]:
        if with_needs:
            for need in NEEDS.get(kind, ()):
                assert self.orders.import_file(need, as_csv(FILES[need]))["state"] in ("applied", "duplicate")
        return self.orders.import_file(kind, as_csv(FILES[kind] if rows is None else rows))

    def withdraw(self, shown: dict[str, Any]) -> dict[str, Any]:
        self.orders.post(f"/imports/{shown['import_id']}/withdraw", OPERATOR).ok()
        self.orders.run_jobs()
        return dict(self.orders.get(f"/imports/{shown['import_id']}", OPERATOR).ok())

    def changed(self, kind: str, row: int = 0, **values: Any) -> list[dict[str, Any]]:
        rows = [dict(r) for r in FILES[kind]]
        rows[row] |= values
        return rows


@pytest.fixture
def town(make_service: Callable[..., Harness]) -> Town:
    orders = make_service(SERVICE)
    orders.set_cutover(CUTOVER)
    for code in (MERCHANT, OTHER):
        merchant = merchant_state(credit_code=code, certificates=(certificate(date(2024, 1, 1), date(2027, 12, 31)),))
        orders.deliver(catalog.MerchantCertified(merchant=merchant))
        numbers = ("P-1", "P-2") if code == MERCHANT else ("Q-1",)
        for number in numbers:
            orders.deliver(
                catalog.ProductCertified(
                    product=product_state(
                        merchant.merchant_id,
                        product_no=number,
                        certificates=(certificate(date(2024, 6, 1), date(2026, 6, 30)),),
                        withdrawals=(
                            catalog.WithdrawnPeriod(
                                kind="suspended",
                                from_instant=datetime(2025, 8, 3, 9, 30, tzinfo=SHANGHAI),
                                until_instant=datetime(2025, 9, 10, 8, tzinfo=SHANGHAI),
                            ),
                        )
                        if number == "P-2"
                        else (),
                    )
                ),
                lane="import",
            )
    return Town(orders)
