"""What the other services would have published, in few words. Ids are told apart by small numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.events import catalog, livestream, orders
from services.kit.ids import new_id
from services.kit.time import business_date

CHIPING, SHEN, GUAN = "371503", "371522", "371525"
DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def uid(kind: int, n: int) -> UUID:
    """Kinds: 1 merchant, 2 product, 3 institution, 4 contract, 5 outlet, 6 session, 7 campaign, 8 document, 9 anything."""
    return UUID(int=kind << 100 | n)


def merchant_id(n: int) -> UUID:
    return uid(1, n)


def product_id(n: int) -> UUID:
    return uid(2, n)


def line(
    amount_fen: int,
    *,
    merchant: int = 1,
    product: int | None = 1,
    sold_at: datetime = NOON,
    channel: str = "online",
    kind: str = "sale",
    evidence: str = "transacted",
    origin_county: str = CHIPING,
    consumption_county: str = "outside",
    document: int = 1,
    document_kind: str = "order",
    kg: str | None = "2.5",
    **also: Any,
) -> orders.SaleLine:
    return orders.SaleLine(
        **{
            "line_id": new_id(),
            "kind": kind,
            "channel": channel,
            "evidence": evidence,
            "sold_at": sold_at,
            "recorded_at": sold_at,
            "business_date": business_date(sold_at),
            "merchant_id": merchant_id(merchant),
            "product_id": None if product is None else product_id(product),
            "category": "fruit",
            "labels": ("green",),
            "origin_county": origin_county,
            "consumption_county": consumption_county,
            "document_kind": document_kind,
            "document_id": uid(8, document),
            "document_no": f"D-{document}",
            "quantity": Decimal(1),
            "unit": "箱",
            "quantity_kg": None if kg is None else Decimal(kg),
            "amount_fen": amount_fen,
        }
        | also
    )


def refund(sale: orders.SaleLine, amount_fen: int, sold_at: datetime | None = None, **also: Any) -> orders.SaleLine:
    """``amount_fen`` positive: what is given back."""
    at = sold_at or sale.sold_at
    return sale.model_copy(
        update={
            "line_id": new_id(),
            "kind": "refund",
            "reverses": sale.line_id,
            "amount_fen": -amount_fen,
            "quantity": -sale.quantity,
            "quantity_kg": None if sale.quantity_kg is None else -sale.quantity_kg,
            "sold_at": at,
            "recorded_at": at,
            "business_date": business_date(at),
        }
        | also
    )


def sales(*lines: orders.SaleLine) -> orders.SaleRecorded:
    return orders.SaleRecorded(document=f"order:{lines[0].document_id}", lines=lines)


def refunds(*lines: orders.SaleLine) -> orders.RefundRecorded:
    return orders.RefundRecorded(document=f"order:{lines[0].document_id}", lines=lines)


def merchant(n: int, *, version: int = 1, name: str | None = None, county: str = CHIPING, **also: Any) -> catalog.MerchantCertified:
    return catalog.MerchantCertified(
        merchant=catalog.MerchantState(
            **{
                "merchant_id": merchant_id(n),
                "version": version,
                "credit_code": f"CODE{n}",
                "name": name or f"经营主体{n}",
                "kind": "cooperative",
                "county_code": county,
                "state": "certified",
            }
            | also
        )
    )


def certificate(n: int, start: date, end: date) -> catalog.CertificatePeriod:
    return catalog.CertificatePeriod(certificate_id=uid(9, n), certificate_no=f"BFP-{n}", valid_from=start, valid_until=end)


def label(n: int, start: date, end: date | None, kind: str = "green") -> catalog.LabelPeriod:
    return catalog.LabelPeriod(label_id=uid(9, 1000 + n), label=kind, certificate_no=f"LB-{n}", valid_from=start, valid_until=end)  # type: ignore[arg-type]


def product_state(
    n: int, *, version: int = 1, merchant: int = 1, name: str | None = None, county: str = CHIPING, **also: Any
) -> catalog.ProductState:
    return catalog.ProductState(
        **{
            "product_id": product_id(n),
            "version": version,
            "product_no": f"P-{n}",
            "merchant_id": merchant_id(merchant),
            "name": name or f"产品{n}",
            "category": "fruit",
            "family": "jujube",
            "county_code": county,
            "state": "certified",
            "unit": "箱",
            "pack": "箱（2.5kg）",
            "price_fen": 3000,
            "offer_version": 1,
            "certificates": (certificate(n, date(2025, 1, 1), date(2027, 12, 31)),),
        }
        | also
    )


def product(n: int, **also: Any) -> catalog.ProductCertified:
    return catalog.ProductCertified(product=product_state(n, **also))


def mechanism(
    n: int,
    persons: int,
    *,
    merchant: int = 1,
    county: str = CHIPING,
    start: date = date(2025, 1, 1),
    end: date | None = None,
    withdrawn: bool = False,
) -> catalog.MechanismRecorded:
    return catalog.MechanismRecorded(
        mechanism_id=uid(9, 2000 + n),
        mechanism_no=f"M-{n}",
        merchant_id=merchant_id(merchant),
        county_code=county,
        kind="employment",
        households=1,
        persons=persons,
        valid_from=start,
        valid_until=end,
        withdrawn=withdrawn,
    )


def institution(n: int, kind: str = "hospital", county: str = CHIPING, **also: Any) -> orders.InstitutionRegistered:
    return orders.InstitutionRegistered(
        **{"institution_id": uid(3, n), "version": 1, "institution_code": f"I-{n}", "name": f"单位{n}", "kind": kind, "county_code": county}
        | also
    )


def contract(
    n: int, *, institution: int = 1, kind: str = "hospital", merchant: int = 1, county: str = CHIPING, signed_on: date = date(2026, 1, 5)
) -> orders.ContractSigned:
    return orders.ContractSigned(
        contract_id=uid(4, n),
        contract_no=f"HT-{n}",
        institution_id=uid(3, institution),
        institution_kind=kind,
        institution_county=county,
        merchant_id=merchant_id(merchant),
        signed_on=signed_on,
        valid_from=signed_on,
        valid_until=date(2027, 12, 31),
    )


def outlet(
    n: int, kind: str = "counter", *, county: str = CHIPING, opened_on: date = date(2026, 1, 1), version: int = 1
) -> orders.OutletOpened:
    return orders.OutletOpened(
        outlet_id=uid(5, n),
        version=version,
        outlet_code=f"C-{n}",
        name=f"网点{n}",
        kind=kind,
        sub_kind="supermarket",  # type: ignore[arg-type]
        county_code=county,
        opened_on=opened_on,
    )


def session_ended(n: int, participants: int, *, county: str = CHIPING, day: date = DAY) -> livestream.SessionEnded:
    start = datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)
    return livestream.SessionEnded(
        session_id=uid(6, n),
        session_no=f"ZB-{n}",
        title=f"专场{n}",
        county_code=county,
        started_at=start,
        ended_at=start.replace(hour=13),
        business_date=day,
        participants=participants,
        peak=participants,
    )


def outside_session(
    n: int, participants: int, *, county: str = CHIPING, day: date = DAY, void: bool = False
) -> livestream.OutsideSessionConfirmed:
    start = datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)
    return livestream.OutsideSessionConfirmed(
        session_id=uid(6, n),
        session_no=f"ZB-{n}",
        title=f"站外专场{n}",
        platform="短视频平台",
        county_code=county,
        started_at=start,
        ended_at=start.replace(hour=13),
        business_date=day,
        participants=participants,
        evidence="截图",
        lines=(),
        void=void,
    )


def campaign(n: int, kind: str = "union") -> orders.CampaignClosed:
    return orders.CampaignClosed(
        campaign_id=uid(7, n),
        campaign_no=f"TG-{n}",
        title=f"福利{n}",
        kind=kind,
        institution_id=uid(3, 1),  # type: ignore[arg-type]
        closed_on=DAY,
        members=10,
    )
