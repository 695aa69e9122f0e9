from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from services.kit.principal import Grant, Principal, Role
from tests.journeys.client import Client, raw, wait_for
from tests.journeys.world import Checkout, Institution, Merchant, Outlet, Product, World, totals, world_of
from tests.support.system import System


@pytest.fixture(scope="session")
def world(system: System) -> World:
    return world_of(system)


@dataclass(frozen=True)
class Side:
    """One of two who must not see each other: everything of one county."""

    county: str
    merchant: Merchant
    product: Product
    shopper: Client
    checkout: Checkout
    institution: Institution
    contract_id: str
    call_off_id: str
    delivery_id: str
    outlet: Outlet
    slip_id: str
    campaign: dict[str, Any]

    def as_(self, role: str) -> tuple[Client, Principal]:
        """The same person at the gateway and, as a principal, at the services."""
        client, grant = {
            "shopper": (self.shopper, Grant(Role.SHOPPER)),
            "merchant": (self.merchant.owner, Grant(Role.MERCHANT, raw(self.merchant.id))),
            "canteen_buyer": (self.institution.buyer, Grant(Role.CANTEEN_BUYER, raw(self.institution.id))),
            "canteen_approver": (self.institution.approver, Grant(Role.CANTEEN_APPROVER, raw(self.institution.id))),
            "group_organiser": (self.institution.organiser, Grant(Role.GROUP_ORGANISER, raw(self.institution.id))),
            "outlet": (self.outlet.operator, Grant(Role.OUTLET, raw(self.outlet.id))),
        }[role]
        return client, Principal(raw(client.account_id), (grant,))


def side(world: World, county: str, quantity: str) -> Side:
    """All that happens on a side stays in its county: origin, consumption, institution, outlet."""
    merchant = world.merchant(county)
    product = world.product(merchant)
    shopper, checkout = world.buy((product, quantity), county=county)
    institution = world.institution(county)
    contract_id = world.contract(institution, (product, "10.00", None))
    call_off_id = world.call_off(institution, merchant, contract_id, quantity)
    delivery_id = world.dispatch(merchant, call_off_id, quantity)
    world.accept(institution, delivery_id, quantity)
    outlet = world.outlet(county)
    slip_id = world.slip(outlet, product, quantity)["id"]
    campaign = world.campaign(institution, product)
    made = Side(county, merchant, product, shopper, checkout, institution, contract_id, call_off_id, delivery_id, outlet, slip_id, campaign)
    expected = int(quantity) * (1250 + 1000 + 1250)
    wait_for(lambda: totals(world, merchantId=merchant.id)["net"] == expected, what="its sales are in the report")
    return made


@pytest.fixture(scope="session")
def sides(world: World) -> tuple[Side, Side]:
    """Two merchants with their buyers in two counties, with amounts that no sum of the other's gives."""
    return side(world, "371503", "7"), side(world, "371581", "11")
