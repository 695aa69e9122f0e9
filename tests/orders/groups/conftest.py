"""A campaign on a stocked shelf; payments go to the real simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.kit.principal import Principal, Role
from services.kit.time import business_date
from tests.orders.contracts.support import key, open_canteen
from tests.orders.shopping.conftest import Shop, control, make_shop, paysim, receiver, shop
from tests.support.service import Answer, Harness, principal

__all__ = ["control", "make_shop", "paysim", "receiver", "shop"]


@dataclass(frozen=True)
class Group:
    """An institution's organiser with an open campaign of the shop's products."""

    shop: Shop
    organiser: Principal
    institution_id: str
    campaign_id: str
    code: str

    @property
    def orders(self) -> Harness:
        return self.shop.orders

    def join(self, who: Principal, *quantities: object, code: str | None = None, key_: str | None = None) -> Answer:
        choices = [{"product_id": self.shop.market.products[n].product_id, "quantity": q} for n, q in enumerate(quantities)]
        return self.orders.post(f"/campaigns/{self.campaign_id}/join", who, {"code": code or self.code, "choices": choices}, key_ or key())

    def act(self, verb: str, who: Principal | None = None, **body: Any) -> Answer:
        needs_key = verb in ("paid", "pay")
        return self.orders.post(f"/campaigns/{self.campaign_id}/{verb}", who or self.organiser, body, key() if needs_key else None)

    def transfer(self, amount_fen: int, **body: Any) -> Answer:
        return self.act("paid", transfer_reference="T-20261103", fapiao_no="FP-1", amount_fen=amount_fen, **body)

    def shown(self, who: Principal | None = None) -> dict[str, Any]:
        return dict(self.orders.get(f"/campaigns/{self.campaign_id}", who or self.organiser).ok())


@pytest.fixture
def start_group() -> Callable[..., Group]:
    def start(shop: Shop, *, opened: bool = True, quota: str | None = "2", stock: int = 1000, **plan: Any) -> Group:
        canteen = open_canteen(shop.orders)
        organiser = principal(Role.GROUP_ORGANISER, canteen.institution_id, account=uuid4())
        for index in range(len(shop.market.products)):
            shop.stocked(index, stock)
        body = {"institution_id": canteen.institution_id, "kind": "union", "title": "2026年春节工会福利", "funding": "union",
                "deadline": business_date(shop.orders.now()) + timedelta(days=5),
                "goods": [{"product_id": p.product_id, "price_fen": 12_000, "unit": "箱", "quota": quota} for p in shop.market.products]}
        made = shop.orders.post("/campaigns", organiser, body | plan, key()).ok()
        group = Group(shop, organiser, canteen.institution_id, made["campaign_id"], made["code"])
        if opened:
            group.act("open").ok()
        return group

    return start
