"""A canteen with its people and a signed contract, by the public API only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from services.kit.principal import Principal, Role
from services.kit.time import business_date
from tests.orders.support import Market, open_market
from tests.support.service import Answer, Harness, principal


def key() -> str:
    return f"key-{uuid4()}"


@dataclass(frozen=True)
class Canteen:
    orders: Harness
    institution_id: str
    buyer: Principal
    second: Principal
    approver: Principal


@dataclass(frozen=True)
class Supply:
    """A canteen, a market and a contract between them; ``contract`` as the API shows it."""

    orders: Harness
    market: Market
    canteen: Canteen
    contract: dict[str, Any]

    @property
    def contract_id(self) -> str:
        return str(self.contract["contract_id"])

    @property
    def tomorrow(self) -> date:
        return business_date(self.orders.now()) + timedelta(days=1)

    def call_off(self, *quantities: object, key_: str | None = None, **body: Any) -> Answer:
        """The first lines of the contract, by the kilogram."""
        lines = [{"line_no": n, "quantity": q, "unit": "kg"} for n, q in enumerate(quantities, 1)]
        return self.orders.post(
            f"/contracts/{self.contract_id}/call-offs",
            self.canteen.buyer,
            {"deliver_on": self.tomorrow.isoformat(), "lines": lines} | body,
            key_ or key(),
        )

    def approved(self, *quantities: object, **body: Any) -> str:
        call_off_id = str(self.call_off(*quantities, **body).ok()["call_off_id"])
        self.orders.post(f"/call-offs/{call_off_id}/approve", self.canteen.approver).ok()
        return call_off_id

    def confirmed(self, *quantities: object, **body: Any) -> str:
        call_off_id = self.approved(*quantities, **body)
        self.orders.post(f"/call-offs/{call_off_id}/confirm", self.market.seller).ok()
        return call_off_id

    def sent(self, *quantities: object, **body: Any) -> str:
        """Called off, approved, confirmed and on its way."""
        return self.send(self.confirmed(*quantities, **body), *quantities)

    def send(self, call_off_id: str, *quantities: object) -> str:
        lines = [{"line_no": n, "quantity": q} for n, q in enumerate(quantities, 1)]
        return str(
            self.orders.post(f"/call-offs/{call_off_id}/deliveries", self.market.seller, {"lines": lines}, key()).ok()["delivery_id"]
        )

    def accept(self, delivery_id: str, *accepted: object, who: Principal | None = None, key_: str | None = None, **body: Any) -> Answer:
        lines = [{"line_no": n, "accepted_quantity": q} for n, q in enumerate(accepted, 1)]
        return self.orders.post(f"/deliveries/{delivery_id}/accept", who or self.canteen.buyer, {"lines": lines} | body, key_ or key())

    def shown(self) -> dict[str, Any]:
        return dict(self.orders.get(f"/contracts/{self.contract_id}", self.canteen.buyer).ok())


def open_canteen(orders: Harness, county_code: str = "371503") -> Canteen:
    applicant = principal()
    body = {"institution_code": f"I-{uuid4().hex[:8]}", "name": "禾安中医院（演示）", "kind": "hospital", "county_code": county_code}
    # The applicant sees what he applied for before the gateway has given him his role.
    institution_id = orders.post("/institutions/apply", applicant, body).ok()["institution_id"]
    people = [
        principal(role, institution_id, account=account)
        for role, account in ((Role.CANTEEN_BUYER, applicant.subject), (Role.CANTEEN_BUYER, uuid4()), (Role.CANTEEN_APPROVER, uuid4()))
    ]
    for person in people[1:]:
        orders.post(
            f"/institutions/{institution_id}/members", people[0], {"account_id": person.subject, "role": person.grants[0].role.value}
        ).ok()
    return Canteen(orders, institution_id, *people)


def open_supply(
    orders: Harness,
    products: int = 1,
    *,
    lines: Sequence[dict[str, Any]] = (),
    market: Market | None = None,
    signed: bool = True,
    **terms: Any,
) -> Supply:
    """``lines``: what differs from 6.00 yuan a kg without limit, per product."""
    market = market or open_market(orders, products)
    canteen = open_canteen(orders)
    today = business_date(orders.now())
    entered = [
        {"product_id": product.product_id, "unit": "kg", "price_fen": 600} | (lines[n] if n < len(lines) else {})
        for n, product in enumerate(market.products)
    ]
    body = {
        "institution_id": canteen.institution_id,
        "merchant_id": market.merchant.merchant_id,
        "valid_from": today,
        "valid_until": today + timedelta(days=365),
        "lines": entered,
    } | terms
    contract = orders.post("/contracts", canteen.buyer, body, key()).ok()
    if signed:
        for party in (canteen.buyer, market.seller):
            contract = orders.post(f"/contracts/{contract['contract_id']}/confirm", party, {"hash": contract["hash"]}).ok()
        assert contract["state"] == "signed"
    return Supply(orders, market, canteen, contract)
