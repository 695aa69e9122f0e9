"""A merchant: applies and is reviewed step by step, lists what he sells, keeps his stock, packs, and reports what he sells elsewhere."""

from __future__ import annotations

import io

import pytest
import urllib3
from PIL import Image

from tests.journeys.client import Client, Refused, wait_for
from tests.journeys.world import World, credit_code, totals, unique, yuan

pytestmark = pytest.mark.system

STEPS = "id merchantId state round steps { duty by open verdict reason }"


def test_reviews_follow_the_path_and_a_return_begins_it_anew(world: World) -> None:
    owner = world.account()
    application = owner.do(
        "applyMerchant",
        STEPS,
        creditCode=credit_code(),
        name=unique("阳谷农场"),
        kind="family_farm",
        countyCode="371521",
        contactName="王五",
        contactPhone="13700137000",
    )
    world.wait_for_role(owner, "MERCHANT", application["merchantId"])
    duties = {s["duty"]: s["by"] for s in application["steps"]}
    assert duties == {"county_review": "county", "lawful_operation": "department", "assistance": "department"}

    def review(who: str, duty: str, verdict: str, reason: str = "") -> None:
        officer = world.county(who) if who.isdigit() else world.department(who)
        officer.do("reviewApplication", "state", id=application["id"], duty=duty, verdict=verdict, reason=reason or None)

    with pytest.raises(Refused):
        review("lawful_operation", "lawful_operation", "PASS")  # the county comes first
    with pytest.raises(Refused):
        review("371502", "county_review", "PASS")  # another county's
    with pytest.raises(Refused):
        world.certify(application["id"])
    review("371521", "county_review", "PASS")
    with pytest.raises(Refused):
        review("quality", "assistance", "PASS")  # not this department's duty
    review("assistance", "assistance", "RETURN", "缺少联农带农协议")
    assert owner.ask("query($id: ID!) { application(id: $id) { state } }", id=application["id"])["state"] == "returned"
    assert owner.do("resubmitApplication", "state round", id=application["id"], note="已补")["round"] == 2
    world.review(application["id"], "371521")
    [issued] = world.certify(application["id"])
    shown = world.visitor.ask("query($n: String!) { certificate(number: $n) { status subject name } }", n=issued["certificateNo"])
    assert (shown["status"], shown["subject"]) == ("valid", "merchant")


def test_a_batch_is_certified_whole_or_not_at_all(world: World) -> None:
    merchant = world.merchant()
    ready, _ = world.apply_product(merchant)
    waiting, _ = world.apply_product(merchant)
    world.review(ready["id"], merchant.county)
    with pytest.raises(Refused):
        world.certify(ready["id"], waiting["id"])
    state = "query($id: ID!) { application(id: $id) { state } }"
    assert world.bureau.ask(state, id=ready["id"])["state"] == "passed"
    world.review(waiting["id"], merchant.county)
    assert len({i["certificateNo"] for i in world.certify(ready["id"], waiting["id"])}) == 2


def test_a_picture_is_checked_and_shown_on_the_card(world: World) -> None:
    product = world.product(world.merchant())
    owner = product.merchant.owner
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "#b5651d").save(picture, "JPEG")
    image = owner.do("uploadProductImage", "imageKey card large", uploadId=upload(owner, "goods.jpg", picture.getvalue()))
    owner.do("setProductImages", "id", id=product.id, imageKeys=[image["imageKey"]])
    shown = wait_for(lambda: world.bureau.ask("query($id: ID!) { product(id: $id) { image } }", id=product.id)["image"])
    answer = urllib3.request("GET", shown)
    assert answer.status == 200
    assert Image.open(io.BytesIO(answer.data)).width <= 480
    with pytest.raises(Refused):
        drawn = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        owner.do("uploadProductImage", "imageKey", uploadId=upload(owner, "goods.svg", drawn))


def upload(owner: Client, name: str, content: bytes) -> str:
    link = owner.do("createUpload", "id url", filename=name, purpose="image")
    assert urllib3.request("PUT", link["url"], body=content).status == 201
    return str(link["id"])


def test_stock_is_counted_received_and_never_below_zero(world: World) -> None:
    product = world.product(world.merchant(), stock="5")
    owner = product.merchant.owner
    world.buy((product, "2"))
    owner.do("receiveStock", "available", productId=product.id, quantity="10")
    row = owner.ask("query($m: ID!) { stock(merchantId: $m) { nodes { productId available reserved } } }", m=product.merchant.id)["nodes"]
    assert [(float(r["available"]), float(r["reserved"])) for r in row] == [(13, 0)]
    with pytest.raises(Refused):
        owner.do("setStock", "available", productId=product.id, quantity="-1")


def test_he_packs_what_was_paid(world: World) -> None:
    product = world.product(world.merchant())
    shopper, checkout = world.buy((product, "1"))
    owner = product.merchant.owner
    [order] = owner.ask('query($m: ID!) { orders(merchantId: $m, state: "paid") { nodes { id } } }', m=product.merchant.id)["nodes"]
    assert order["id"] == checkout.order_id
    packed = owner.ask("query($id: ID!) { order(id: $id) { recipient { name phone address } } }", id=checkout.order_id)
    assert packed["recipient"]["name"] == "李四"
    assert owner.do("shipOrder", "state", id=checkout.order_id)["state"] == "shipped"
    unpaid = world.place(shopper, (product, "1"))
    with pytest.raises(Refused):
        owner.do("shipOrder", "state", id=unpaid.order_id)


def test_a_report_of_sales_elsewhere_counts_once_the_county_has_seen_its_paper(world: World) -> None:
    veteran, (bagged, weighed) = world.veterans["papers"]
    before = totals(world, merchantId=veteran.id, channel="external")["net"]
    line = {"productId": bagged.id, "buyerKind": "outside_shop", "consumptionCounty": "outside", "quantity": "10", "unit": "袋"}
    entered = {
        "merchantId": veteran.id,
        "month": world.previous_month(),
        "paper": "发票.pdf",
        "lines": [{**line, "amount": yuan("120.00")}],
    }
    with pytest.raises(Refused, match="PERIOD_NOT_OVER"):
        veteran.owner.do("submitExternalReport", "id", **(entered | {"month": world.day()[:7]}))
    report = veteran.owner.do("submitExternalReport", "id state", **entered)
    county = world.county(veteran.county)
    assert totals(world, merchantId=veteran.id, channel="external")["net"] == before
    with pytest.raises(Refused):
        world.county("371502").do("confirmExternalReport", "state", id=report["id"])
    assert county.do("returnExternalReport", "state reason", id=report["id"], reason="金额与发票不符")["state"] == "returned"
    again = [{**line, "productId": weighed.id, "unit": "kg", "amount": yuan("90.50")}]
    veteran.owner.do("resubmitExternalReport", "state", id=report["id"], paper="发票2.pdf", lines=again)
    assert county.do("confirmExternalReport", "state", id=report["id"])["state"] == "confirmed"
    wait_for(lambda: totals(world, merchantId=veteran.id, channel="external")["net"] == before + 9050)
    county.do("confirmExternalReport", "state", id=report["id"])  # pressed twice: nothing more
    with pytest.raises(Refused, match="REPORT_EXISTS"):
        veteran.owner.do("submitExternalReport", "id", **entered)
    assert totals(world, merchantId=veteran.id, channel="external")["net"] == before + 9050
