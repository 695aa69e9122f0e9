"""Events as the services publish them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from services.events.catalog import ProductState, ProductWithdrawn
from services.events.orders import CallOffPlaced, SaleLine, SaleRecorded
from services.events.others import BulletinPublished
from services.kit.ids import new_id

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def line(merchant_id: UUID, order_id: UUID, amount_fen: int = 1250, **changes: object) -> SaleLine:
    fields: dict[str, object] = {
        "line_id": new_id(),
        "kind": "sale",
        "channel": "online",
        "evidence": "transacted",
        "sold_at": NOW,
        "recorded_at": NOW,
        "business_date": date(2026, 11, 20),
        "merchant_id": merchant_id,
        "product_id": new_id(),
        "origin_county": "371503",
        "consumption_county": "371502",
        "document_kind": "order",
        "document_id": order_id,
        "document_no": "DD-1",
        "quantity": Decimal(2),
        "unit": "袋",
        "amount_fen": amount_fen,
    }
    return SaleLine.model_validate(fields | changes)


def sale(merchant_id: UUID, *amounts: int, **changes: object) -> SaleRecorded:
    order_id = new_id()
    return SaleRecorded(document=f"order:{order_id}", lines=tuple(line(merchant_id, order_id, a, **changes) for a in amounts or (1250,)))


def call_off(merchant_id: UUID, institution_id: UUID) -> CallOffPlaced:
    return CallOffPlaced(
        call_off_id=new_id(),
        call_off_no="YH-1",
        contract_id=new_id(),
        institution_id=institution_id,
        merchant_id=merchant_id,
        amount_fen=6000,
        deliver_on=date(2026, 11, 21),
        placed_at=NOW,
    )


def withdrawal(merchant_id: UUID) -> ProductWithdrawn:
    product = ProductState(
        product_id=new_id(),
        version=4,
        product_no="P-1",
        merchant_id=merchant_id,
        name="灵芝",
        category="ejiao_lingzhi",
        family="lingzhi",
        county_code="371503",
        state="suspended",
        unit="袋",
        pack="500 g",
        price_fen=1250,
        offer_version=1,
    )
    return ProductWithdrawn(product=product, withdrawal_id=new_id(), kind="suspended", decided_at=NOW)


def statement() -> BulletinPublished:
    return BulletinPublished(report_id=new_id(), period="2026-10-01/2026-10-31", county_code=None)
