"""`node` and `nodes`: anything by its id, in the order asked, and nothing of others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.client import Client, Refused, gid
from tests.journeys.world import World

pytestmark = pytest.mark.system

NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Product { name merchant { name } } ... on Order { orderNo amount { amount } } ... on Contract { contractNo }
    ... on Institution { name } ... on LiveSession { title } ... on Outlet { name } ... on Campaign { title }
    ... on Merchant { name } } }"""
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"


def nodes(who: Client, ids: list[str]) -> list[Any]:
    return list(who.ask(NODES, ids=ids))


def test_objects_of_every_kind_in_the_order_asked_and_nothing_of_others(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant)
    shopper, checkout = world.buy((product, "1"))
    institution = world.institution()
    contract = world.contract(institution, (product, "10.00", "100"))
    session = world.live_session(world.streamer(), product)
    outlet = world.outlet()
    campaign = world.campaign(institution, product)["id"]
    everything = [checkout.order_id, contract, institution.id, campaign, session, outlet.id, product.id, merchant.id]

    def shown(who: Client) -> list[str | None]:
        """Forwards, backwards with strangers between, and one by one: always the same."""
        found = [n and n["id"] for n in nodes(who, everything)]
        strangers = [gid("Order", "018f0000-0000-7000-8000-000000000000"), "nonsense", gid("Account", "1"), gid("Order", "1")]
        assert [n and n["id"] for n in nodes(who, [*everything[::-1], *strangers])] == [*found[::-1], None, None, None, None]
        assert [n and n["id"] for n in (who.ask(NODE, id=i) for i in everything)] == found
        return found

    bought, _, _, _, live, open_outlet, sold, seller = everything
    assert shown(world.bureau)[:1] == [bought] and None not in shown(world.bureau)
    public = [None, None, None, None, live, open_outlet, sold, seller]
    assert shown(world.visitor) == public
    assert shown(world.shopper()) == public
    assert shown(shopper) == [bought, *public[1:]]
    assert shown(institution.buyer)[1:3] == [contract, institution.id] and shown(institution.buyer)[0] is None
    assert shown(merchant.owner)[0] == bought


def test_the_same_id_twice_is_the_same_object_and_too_many_are_refused(world: World) -> None:
    product = world.product(world.merchant())
    twice = nodes(world.visitor, [product.id, product.id])
    assert twice[0] == twice[1] and twice[0]["merchant"] == {"name": product.merchant.name}
    with pytest.raises(Refused, match="PAGE_TOO_LARGE"):
        nodes(world.visitor, [product.id] * 51)
