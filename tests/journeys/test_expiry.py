"""A certificate ends by the clock alone: from the next day on the product is neither found nor sold, in no way; what a merchant had
confirmed before may still be accepted at the door.
"""

from __future__ import annotations

import pytest

from tests.journeys.client import Refused, wait_for
from tests.journeys.ways import Ways, refusal_of
from tests.journeys.world import World, fen, world_of
from tests.support.system import System

# The clock of a whole system moves, so it is not the shared one.
pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]

ENDED = {"NOT_CERTIFIED", "NOT_CERTIFIED_THEN", "NOT_SELLABLE", "NOT_LINKED", "SESSION_NOT_LIVE"}


@pytest.fixture
def world(fault_system: System) -> World:
    return world_of(fault_system, veterans=False)


def test_an_expired_certificate_ends_every_way_of_selling_but_an_acceptance_confirmed_before(world: World) -> None:
    product = world.product(world.merchant(), valid_until=world.day())
    merchants_own = world.product(world.merchant(valid_until=world.day()))
    ways = Ways.of(world, product)
    ways.wait_open()
    confirmed = ways.sent_delivery()
    requested = ways.institution.buyer.do(
        "callOffContract", "id", contractId=ways.contract_id, deliverOn=world.day(1), lines=[{"lineNo": 1, "quantity": "1"}]
    )["id"]
    ways.institution.approver.do("approveCallOff", "state", id=requested)
    unpaid = world.place(buyer := world.shopper(), (product, "1"))

    world.move_clock(1)
    refusals = ways.wait_closed()
    assert {code for codes in refusals.values() for code in codes} <= ENDED, refusals
    assert set(refusal_of(lambda: ways.day_sheet(world.day()))) <= ENDED
    assert set(refusal_of(lambda: product.merchant.owner.do("confirmCallOff", "state", id=requested))) <= ENDED
    assert set(refusal_of(lambda: world.place(world.shopper(), (merchants_own, "1")))) <= ENDED

    # Its reservation lapsed within that day; until the job has seen it, a payment would be taken and given back by itself.
    payment = "query($id: ID!) { payment(id: $id) { state } }"
    wait_for(lambda: buyer.ask(payment, id=unpaid.payment_id)["state"] == "cancelled", what="the unpaid order lapsed")
    with pytest.raises(Refused):
        world.pay(buyer, unpaid.payment_id)
    accepted = world.accept(ways.institution, confirmed, "1")
    assert fen(accepted["amount"]) == 1000
    state = "query($id: ID!) { product(id: $id) { state sellable } }"
    assert world.bureau.ask(state, id=product.id) == {"state": "EXPIRED", "sellable": False}

    world.bureau.do("renewProducts", "certificateNo", productIds=[product.id], documentNo="聊消帮〔2026〕21 号", validUntil=world.day(300))
    wait_for(lambda: world.offer(product)["reason"] is None, what="renewed")
    # A live session does not last into the next day; one held now links the product again.
    ways.session_id = wait_for(lambda: world.live_session(ways.streamer, product))
    ways.wait_open()
    assert world.bureau.ask("{ certifiedProof { lineId reason } }") == []
