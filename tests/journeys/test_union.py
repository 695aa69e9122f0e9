"""A union's organiser and the members: quota, budget, deadline; paid by transfer, by members, or by both, each part a line."""

from __future__ import annotations

import pytest

from tests.journeys.client import Client, Refused, new_key, wait_for
from tests.journeys.world import CARD, Institution, Product, World, fen, totals, unique, yuan

pytestmark = pytest.mark.system

SHOWN = "query($id: ID!) { campaign(id: $id) { state members } }"


@pytest.fixture
def product(world: World) -> Product:
    return world.product(world.merchant(), stock="50")


@pytest.fixture
def institution(world: World) -> Institution:
    return world.institution(kind="enterprise")


def settle(institution: Institution, campaign_id: str, amount: str) -> str:
    fields = {"transferReference": unique("TR"), "fapiaoNo": unique("FP"), "amount": yuan(amount)}
    return str(institution.organiser.do("settleCampaign", "state", id=campaign_id, **fields)["state"])


def lines(world: World, campaign_id: str) -> list[tuple[str, int]]:
    found = world.bureau.ask(
        "query($c: ID!) { saleLines(filter: {campaignId: $c}) { nodes { channel amount { amount } } } }", c=campaign_id
    )
    return sorted((n["channel"], fen(n["amount"])) for n in found["nodes"])


def test_a_union_pays_the_whole_by_transfer_to_the_fen(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product, budget=yuan("100.00"))
    members = [world.account(), world.account()]
    for member in members:
        world.join(member, campaign, product, "3")
    with pytest.raises(Refused):
        world.join(world.account(), campaign, product, "3")  # 37.50 more than the budget has left
    with pytest.raises(Refused):
        world.join(world.account(), campaign, product, "6")  # above the quota a head
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    with pytest.raises(Refused):
        world.join(world.account(), campaign, product, "1")
    with pytest.raises(Refused):
        settle(institution, campaign["id"], "74.99")
    assert settle(institution, campaign["id"], "75.00") == "paid"
    wait_for(lambda: totals(world, campaignId=campaign["id"])["net"] == 7500)
    assert {channel for channel, _ in lines(world, campaign["id"])} == {"union"}
    assert world.offer(product)["available"] == "44"


def test_a_payment_shared_by_union_and_member_becomes_a_line_a_payer(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product, funding="shared", unionPerHead=yuan("20.00"))
    member = world.account()
    world.join(member, campaign, product, "2")  # 25.00: 20.00 from the union, 5.00 from the member
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    pay_part(world, member, campaign["id"])
    assert settle(institution, campaign["id"], "20.00") == "paid"
    wait_for(lambda: totals(world, campaignId=campaign["id"])["net"] == 2500)
    assert sorted(amount for _, amount in lines(world, campaign["id"])) == [500, 2000]


def test_staff_pay_for_themselves(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product, kind="employee", funding="member")
    members = [world.account(), world.account()]
    for member in members:
        world.join(member, campaign, product, "1")
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    for member in members:
        pay_part(world, member, campaign["id"])
    wait_for(lambda: lines(world, campaign["id"]) == [("employee", 1250), ("employee", 1250)])
    assert institution.organiser.ask(SHOWN, id=campaign["id"])["members"] == 2


def test_a_cancelled_campaign_gives_its_goods_back(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product, kind="employee", funding="member")
    for member in (world.account(), world.account()):
        world.join(member, campaign, product, "1")
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    assert world.offer(product)["available"] == "48"
    assert institution.organiser.do("cancelCampaign", "state", id=campaign["id"], reason="人数不足")["state"] == "cancelled"
    wait_for(lambda: world.offer(product)["available"] == "50")
    with pytest.raises(Refused):
        pay_part(world, member, campaign["id"])
    assert lines(world, campaign["id"]) == []


def test_what_members_have_paid_for_is_not_cancelled_over_their_heads(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product, kind="employee", funding="member")
    member, late = world.account(), world.account()
    world.join(member, campaign, product, "2")
    world.join(late, campaign, product, "1")
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    pay_part(world, member, campaign["id"])
    with pytest.raises(Refused, match="WRONG_STATE"):
        institution.organiser.do("cancelCampaign", "state", id=campaign["id"], reason="人数不足")
    wait_for(lambda: lines(world, campaign["id"]) == [("employee", 2500)])


def test_one_joins_by_the_code_only_and_once(world: World, product: Product, institution: Institution) -> None:
    campaign = world.campaign(institution, product)
    member, key = world.account(), new_key()
    choices = [{"productId": product.id, "quantity": "1"}]
    with pytest.raises(Refused):
        member.do("joinCampaign", "state", id=campaign["id"], code="WRONG-CODE", choices=choices)
    for _ in range(2):
        member.do("joinCampaign", "state", id=campaign["id"], code=campaign["code"], choices=choices, idempotencyKey=key)
    assert institution.organiser.ask(SHOWN, id=campaign["id"])["members"] == 1


def pay_part(world: World, member: Client, campaign_id: str) -> str:
    part = member.do("payCampaignPart", "paymentId amount { amount }", id=campaign_id)
    member.do("startPayment", "state", id=part["paymentId"], paymentMethod=CARD, returnUrl=f"{world.url}/paid")
    world.wait_paid(member, part["paymentId"])
    return str(part["paymentId"])
