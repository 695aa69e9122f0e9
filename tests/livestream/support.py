"""A livestream service with two merchants' products in its copy, an approved streamer and a session, in a few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.events.catalog import CertificatePeriod, MerchantCertified, MerchantState, ProductCertified, ProductState
from services.events.orders import RefundRecorded, SaleLine, SaleRecorded
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from tests.support.service import Harness, principal

COUNTY, OTHER_COUNTY = "371522", "371502"
OFFICER, OTHER_OFFICER = principal(Role.COUNTY_OFFICER, COUNTY), principal(Role.COUNTY_OFFICER, OTHER_COUNTY)
VIEWER = principal()
GUEST = Principal("guest:device-0001")


def certificate(first: date, last: date) -> CertificatePeriod:
    return CertificatePeriod(certificate_id=uuid4(), certificate_no="RD-0001", valid_from=first, valid_until=last)


@dataclass
class World:
    h: Harness
    merchant_id: UUID = field(default_factory=uuid4)
    streamer: Principal = field(default_factory=lambda: principal())
    streamer_id: str = ""
    products: list[UUID] = field(default_factory=list)
    numbers: int = 0

    @property
    def today(self) -> date:
        return business_date(self.h.now())

    def merchant(self, merchant_id: UUID | None = None, version: int = 1, **changes: Any) -> MerchantState:
        state: dict[str, Any] = {
            "merchant_id": merchant_id or self.merchant_id,
            "version": version,
            "credit_code": "93371522MA0000001A",
            "name": "莘县瓜农合作社（演示）",
            "kind": "cooperative",
            "county_code": COUNTY,
            "state": "certified",
            "certificates": (certificate(self.today - timedelta(days=800), self.today + timedelta(days=300)),),
            **changes,
        }
        return MerchantState(**state)

    def product(self, product_id: UUID | None = None, version: int = 1, **changes: Any) -> ProductState:
        self.numbers += 1
        state: dict[str, Any] = {
            "product_id": product_id or uuid4(),
            "version": version,
            "product_no": f"P371522-{self.numbers:04d}",
            "merchant_id": self.merchant_id,
            "name": "莘县香瓜",
            "category": "fruit",
            "family": "melon",
            "county_code": COUNTY,
            "state": "certified",
            "unit": "箱",
            "pack": "5kg/箱",
            "net_weight_g": 5000,
            "price_fen": 4990,
            "offer_version": 1,
            "images": ("products/melon.webp",),
            "certificates": (certificate(self.today - timedelta(days=700), self.today + timedelta(days=200)),),
            **changes,
        }
        return ProductState(**state)

    def certify(self, **changes: Any) -> UUID:
        product = self.product(**changes)
        self.h.deliver(ProductCertified(product=product))
        self.products.append(product.product_id)
        return product.product_id

    def schedule(self, **changes: Any) -> dict[str, Any]:
        body = {"title": "开园专场", "product_ids": self.products[:2], **changes}
        return dict(self.h.post("/sessions", self.streamer, body).ok())

    def live(self, **changes: Any) -> str:
        session_id = str(self.schedule(**changes)["session_id"])
        self.act(session_id, "start").ok()
        return session_id

    def act(self, session_id: str, verb: str, body: Any = None, who: Principal | None = None) -> Any:
        return self.h.post(f"/sessions/{session_id}/{verb}", who or self.streamer, body)

    def shown(self, session_id: str, who: Principal | None = None) -> dict[str, Any]:
        return dict(self.h.get(f"/sessions/{session_id}", who or VIEWER).ok())


def make_world(h: Harness) -> World:
    world = World(h)
    h.deliver(MerchantCertified(merchant=world.merchant()))
    for _ in range(2):
        world.certify()
    applied = h.post("/streamers/apply", world.streamer, {"handle": "@瓜田小禾（演示）", "county_code": COUNTY}).ok()
    h.post(f"/streamers/{applied['streamer_id']}/approve", OFFICER).ok()
    world.streamer_id = applied["streamer_id"]
    world.streamer = principal(Role.STREAMER, applied["streamer_id"], world.streamer.subject)
    return world


def sale(
    world: World,
    session_id: str | UUID,
    product_id: UUID,
    quantity: int,
    amount_fen: int,
    *,
    refund: bool = False,
    line_id: UUID | None = None,
) -> SaleRecorded | RefundRecorded:
    now: datetime = world.h.now()
    line = SaleLine(
        line_id=line_id or uuid4(),
        kind="refund" if refund else "sale",
        channel="live",
        evidence="transacted",
        sold_at=now,
        recorded_at=now,
        business_date=business_date(now),
        merchant_id=world.merchant_id,
        product_id=product_id,
        origin_county=COUNTY,
        consumption_county=OTHER_COUNTY,
        session_id=UUID(str(session_id)),
        document_kind="order",
        document_id=uuid4(),
        document_no="D1",
        quantity=Decimal(-quantity if refund else quantity),
        unit="箱",
        amount_fen=-amount_fen if refund else amount_fen,
    )
    return (RefundRecorded if refund else SaleRecorded)(document="order:1", lines=(line,))
