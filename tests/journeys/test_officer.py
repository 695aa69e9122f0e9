"""Officers and the bureau: queues of their own, labels, mechanisms, registers, figures of any day, lines without a buyer's name."""

from __future__ import annotations

import pytest

from tests.journeys.client import Client, Refused, wait_for
from tests.journeys.world import World, unique

pytestmark = pytest.mark.system


def test_each_officer_sees_the_queue_that_waits_for_her(world: World) -> None:
    merchant = world.merchant("371525")
    application, _ = world.apply_product(merchant)
    queue = "{ applications(queue: true, first: 100) { nodes { id } } }"

    def waits_for(who: Client) -> bool:
        return application["id"] in {n["id"] for n in who.ask(queue)["nodes"]}

    assert waits_for(world.county("371525"))
    assert not waits_for(world.county("371502"))
    assert not waits_for(world.department("quality"))
    world.county("371525").do("reviewApplication", "state", id=application["id"], duty="county_review", verdict="PASS")
    assert waits_for(world.department("quality"))
    assert not waits_for(world.county("371525"))


def test_a_label_is_shown_while_it_is_in_force(world: World) -> None:
    product = world.product(world.merchant())
    shown = "query($id: ID!) { product(id: $id) { labels } }"
    label = world.department("quality").do("grantLabel", "id", productId=product.id, label="GREEN", certificateNo=unique("LB"))
    wait_for(lambda: world.bureau.ask(shown, id=product.id)["labels"] == ["GREEN"])
    found = world.bureau.ask("query($m: ID!) { products(merchantId: $m, label: GREEN) { nodes { id } } }", m=product.merchant.id)
    assert [n["id"] for n in found["nodes"]] == [product.id]
    world.bureau.do("endLabel", "id", id=label["id"], reason="证书到期")
    # What ends today still holds today.
    assert world.bureau.ask("query($id: ID!) { product(id: $id) { labelCertificates { validUntil } } }", id=product.id)


def test_a_mechanism_counts_its_persons_and_never_names_them(world: World) -> None:
    merchant = world.merchant("371524")
    figure = '{ figures(countyCode: "371524") { items { key value } } }'

    def covered() -> int:
        return next(int(f["value"]) for f in world.bureau.ask(figure)["items"] if f["key"] == "persons_covered")

    before = covered()
    world.county("371524").do(
        "recordMechanism",
        "id households persons",
        merchantId=merchant.id,
        mechanismNo=unique("JZ"),
        kind="purchase_order",
        households=12,
        persons=31,
        evidence="收购协议.pdf",
    )
    wait_for(lambda: covered() == before + 31)


def test_a_county_officer_acts_in_her_county_only(world: World) -> None:
    merchant = world.merchant("371502")
    stranger = world.county("371503")
    with pytest.raises(Refused):
        stranger.do("recordMechanism", "id", merchantId=merchant.id, kind="dividend", households=1, persons=1, evidence="x.pdf")
    with pytest.raises(Refused):
        stranger.do("suspendMerchant", "id", id=merchant.id, reason="x")


def test_an_activity_names_its_session_and_a_department(world: World) -> None:
    code = unique("dep")
    world.bureau.do("recordDepartment", "id", code=code, name="市乡村振兴局", duty="统筹协调", lead=False, validFrom=world.day())
    product = world.product(world.merchant())
    session_id = world.live_session(world.streamer(), product)
    number = unique("HD")

    def record(**link: str) -> dict[str, str]:
        fields = {"activityNo": number, "kind": "session", "title": "专场", "heldOn": world.day(), "department": code, **link}
        made: dict[str, str] = world.bureau.do("recordActivity", "activityNo sessionNo departmentName", **fields)
        return made

    with pytest.raises(Refused, match="LINK_REQUIRED"):
        record()
    made = wait_for(lambda: record(sessionId=session_id))
    assert made["departmentName"] == "市乡村振兴局"
    assert made["sessionNo"]
    with pytest.raises(Refused, match="ALREADY_REGISTERED"):
        record(sessionId=session_id)
    world.bureau.do(
        "recordPublicity",
        "id",
        recordNo=unique("XC"),
        medium="online",
        level="city",
        mediaKind="网站",
        title="报道",
        publishedOn=world.day(),
    )


def test_figures_of_a_past_day_stay_as_they_were(world: World) -> None:
    yesterday = "query($d: Day!) { figures(asOf: $d) { asOf items { key value } } }"
    before = world.bureau.ask(yesterday, d=world.day(-1))
    world.buy((world.product(world.merchant()), "1"))
    assert world.bureau.ask(yesterday, d=world.day(-1)) == before
    with pytest.raises(Refused):
        world.visitor.ask(yesterday, d=world.day(-1))


def test_drilling_down_shows_no_buyers_name(world: World) -> None:
    product = world.product(world.merchant())
    _, checkout = world.buy((product, "1"))
    lines = "query($p: ID!) { saleLines(filter: {productId: $p}) { nodes { documentKind documentId } } }"
    [line] = wait_for(lambda: world.bureau.ask(lines, p=product.id)["nodes"])
    for who in (world.bureau, world.county("371502")):
        document = who.post(
            "query($k: String!, $i: String!) { document(kind: $k, id: $i) { kind number lines { amount { amount } } } }",
            {"k": line["documentKind"], "i": line["documentId"]},
        )
        assert document["data"]["document"]["lines"], document
        assert not any(word in str(document) for word in ("李四", "13900139000", "柳园北路"))
    shown = world.bureau.post("query($id: ID!) { order(id: $id) { orderNo recipient { name phone address } } }", {"id": checkout.order_id})
    assert "李四" not in str(shown)
