"""Some life after the history: what visitors of the demo would do, through the API and at the time of building.

Every chapter can be repeated: what moves money or goods carries a key made from a fixed name, the rest looks first, and a chapter whose
last effect is there is not played again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.demo.build.cast import Cast
from infra.demo.build.founding import COUNTY, GOODS, Founded, money, today
from infra.demo.client import Api, ApiError, until

CARD = "pm_card_visa"
RECIPIENT = {"name": "演示顾客", "phone": "10000000301", "address": "东昌府区演示路1号", "countyCode": COUNTY}
GUESTS = 5
TITLE = "禾田产地专场（演示）"


@dataclass(frozen=True)
class Offer:
    product_id: str
    offer_version: int


@dataclass(frozen=True)
class Chapter:
    """`play(cast, founded, name)`: `name` is where its idempotency keys begin. `played`: whether its last effect is there."""

    name: str
    words: str
    play: Callable[[Cast, Founded, str], None]
    played: Callable[[Cast, Founded], bool]


def offers(api: Api, product_ids: list[str]) -> list[Offer]:
    """Those of them that can be bought now, in the order asked."""
    asked = api.ask("query O($ids: [ID!]!) { offers(productIds: $ids) { productId offerVersion sellable available } }", ids=product_ids)[
        "offers"
    ]
    by_id = {o["productId"]: o for o in asked if o["sellable"] and float(o["available"] or 0) >= 5}
    return [Offer(i, by_id[i]["offerVersion"]) for i in product_ids if i in by_id]


def buy(api: Api, key: str, lines: Sequence[tuple[Offer, int, str | None]]) -> dict[str, Any]:
    """A checkout, paid with the simulator's card. `lines`: offer, quantity, attribution token. Returns the placed checkout."""
    checkout = api.do(
        "placeOrder",
        {
            "idempotencyKey": key,
            "recipient": RECIPIENT,
            "lines": [
                {
                    "productId": o.product_id,
                    "quantity": str(n),
                    "offerVersion": o.offer_version,
                    **({"attributionToken": token} if token else {}),
                }
                for o, n, token in lines
            ],
        },
        "checkout { paymentId orders { id } }",
    )
    payment = {"id": checkout["paymentId"]}
    try:
        api.do("startPayment", {**payment, "paymentMethod": CARD}, "payment { id }")
    except ApiError as error:
        if error.code != "WRONG_STATE":  # paid when it was interrupted
            raise
    until(lambda: api.do("refreshPayment", payment, "payment { state }")["state"] == "paid", "the payment to be confirmed")
    return dict(checkout)


def checkouts(cast: Cast, made: Founded, name: str) -> None:
    shopper = cast["shopper"]
    imported = [p["id"] for p in shopper.ask('{ products(first: 40, sort: "price") { nodes { id } } }')["products"]["nodes"]]
    wide = offers(shopper, [i for i in imported if i not in made.products])
    own = offers(shopper, list(made.products))
    baskets = ([(own[0], 1), (own[1], 2)], [(o, 1) for o in wide[:3]], [*((o, 2) for o in wide[3:5]), (own[2], 1)])
    for n, basket in enumerate(baskets, start=1):
        buy(shopper, f"{name}-{n}", [(offer, quantity, None) for offer, quantity in basket])


def checkouts_played(cast: Cast, made: Founded) -> bool:
    """The orders of one checkout are paid at one instant."""
    return len({o["paidAt"] for o in cast["shopper"].pages("orders", "", "paidAt") if o["paidAt"]}) >= 3


def refund(cast: Cast, made: Founded, name: str) -> None:
    merchant = cast["merchant"]
    order = _paid_order(merchant, made.merchant)
    merchant.do(
        "refundOrderLine",
        {
            "idempotencyKey": f"{name}-1",
            "orderId": order["id"],
            "lineId": order["lines"][0]["id"],
            "quantity": "1",
            "restock": False,
            "reason": "运输破损（演示）",
        },
        "order { id }",
    )
    if order["state"] == "paid":
        merchant.do("shipOrder", {"id": order["id"]}, "order { state }")


def refund_played(cast: Cast, made: Founded) -> bool:
    mine = cast["merchant"].pages("orders", f'merchantId: "{made.merchant}"', "state refunded { amount }")
    return any(float((o["refunded"] or {"amount": 0})["amount"]) > 0 and o["state"] != "paid" for o in mine)


def _paid_order(merchant: Api, merchant_id: str) -> dict[str, Any]:
    """The merchant's first paid order, of two products."""
    mine = [o for o in merchant.pages("orders", f'merchantId: "{merchant_id}"', "id paidAt") if o["paidAt"]]
    first = min(mine, key=lambda o: str(o["paidAt"]))
    order: dict[str, Any] = merchant.ask("query O($id: ID!) { order(id: $id) { id state lines { id } } }", id=first["id"])["order"]
    return order


def delivery(cast: Cast, made: Founded, name: str) -> None:
    buyer, merchant = cast["buyer"], cast["merchant"]
    lines = [{"lineNo": 1, "quantity": "120", "unit": "kg"}, {"lineNo": 2, "quantity": "45", "unit": "kg"}]
    call_off = buyer.do(
        "callOffContract",
        {
            "idempotencyKey": f"{name}-1",
            "contractId": made.contract,
            "deliverOn": (today() + timedelta(days=1)).isoformat(),
            "lines": lines,
        },
        "callOff { id }",
    )["id"]
    state = buyer.ask("query C($id: ID!) { callOff(id: $id) { state } }", id=call_off)["callOff"]["state"]
    if state == "requested":
        cast["approver"].do("approveCallOff", {"id": call_off}, "callOff { state }")
    if state in ("requested", "approved"):
        merchant.do("confirmCallOff", {"id": call_off}, "callOff { state }")
    sent = merchant.do(
        "dispatchDelivery",
        {
            "idempotencyKey": f"{name}-2",
            "callOffId": call_off,
            "lines": [{"lineNo": line["lineNo"], "quantity": line["quantity"], "unit": "kg"} for line in lines],
        },
        "delivery { id }",
    )["id"]
    buyer.do(
        "acceptDelivery",
        {
            "idempotencyKey": f"{name}-3",
            "id": sent,
            "lines": [
                {"lineNo": 1, "acceptedQuantity": "120", "unit": "kg"},
                {"lineNo": 2, "acceptedQuantity": "44", "rejectedQuantity": "1", "unit": "kg", "reason": "破损（演示）"},
            ],
        },
        "delivery { state }",
    )


def delivery_played(cast: Cast, made: Founded) -> bool:
    return any(d["acceptedAt"] for d in cast["buyer"].pages("deliveries", f'contractId: "{made.contract}"', "acceptedAt"))


def session(cast: Cast, made: Founded, name: str) -> None:
    streamer = cast["streamer"]
    mine = _sessions(cast, made)
    live = mine[0] if mine else streamer.do("scheduleSession", {"title": TITLE, "productIds": list(made.products)}, "session { id state }")
    room = {"id": live["id"]}
    if live["state"] == "scheduled":
        streamer.do("startSession", room, "session { state }")
    streamer.do("pinProduct", {**room, "productId": made.products[0]}, "session { state }")
    viewers = [cast["shopper"], cast["organiser"], cast["approver"]]
    for viewer in (*viewers, *(cast.guest() for _ in range(GUESTS))):
        viewer.do("joinSession", room, "attendance { participants }")
    for n, (viewer, product) in enumerate(zip(viewers, made.products, strict=True), start=1):
        token = viewer.do("attributePurchase", {**room, "productId": product}, "attribution { token }")["token"]
        offer = offers(viewer, [product])[0]
        buy(viewer, f"{name}-{n}", [(offer, n, token)])
    streamer.do("endSessionBroadcast", room, "session { state }")


def _sessions(cast: Cast, made: Founded) -> list[dict[str, Any]]:
    return [s for s in cast["streamer"].pages("liveSessions", f'streamerId: "{made.streamer}"', "id title state") if s["title"] == TITLE]


def session_played(cast: Cast, made: Founded) -> bool:
    return any(s["state"] == "ended" for s in _sessions(cast, made))


def slip(cast: Cast, made: Founded, name: str) -> None:
    cast["outlet"].do(
        "recordSlip",
        {
            "idempotencyKey": f"{name}-1",
            "outletId": made.outlet,
            "slipNo": "XP-DEMO-00001",
            "payType": "scan",
            "lines": [
                {"productId": made.products[0], "quantity": "2", "unit": GOODS[0].unit, "price": money(GOODS[0].price)},
                {"productId": made.products[1], "quantity": "1", "unit": GOODS[1].unit, "price": money(GOODS[1].price)},
            ],
        },
        "slip { id }",
    )


def slip_played(cast: Cast, made: Founded) -> bool:
    return bool(cast["outlet"].ask("query S($id: ID!) { slips(outletId: $id) { nodes { id } } }", id=made.outlet)["slips"]["nodes"])


def suspension(cast: Cast, made: Founded, name: str) -> None:
    """One product is suspended and reinstated, so that its history can be seen."""
    bureau, product = cast["bureau"], made.products[2]

    def history() -> list[dict[str, Any]]:
        return _withdrawals(bureau, product)

    if not history():
        bureau.do(
            "suspendProduct", {"id": product, "reason": "抽样检测待复检（演示）", "documentNo": "帮扶暂〔演示〕1号"}, "withdrawal { id }"
        )
    until(lambda: history() and history()[0]["fromInstant"], "the suspension to be in force")
    if not history()[0]["untilInstant"]:
        bureau.do("reinstateProduct", {"id": product, "reason": "复检合格（演示）", "documentNo": "帮扶复〔演示〕1号"}, "withdrawal { id }")
    until(lambda: history()[0]["untilInstant"], "the reinstatement to be in force")


def _withdrawals(bureau: Api, product: str) -> list[dict[str, Any]]:
    document = "query W($id: ID!) { withdrawals(id: $id) { nodes { fromInstant untilInstant } } }"
    found: list[dict[str, Any]] = bureau.ask(document, id=product)["withdrawals"]["nodes"]
    return found


def suspension_played(cast: Cast, made: Founded) -> bool:
    return any(w["untilInstant"] for w in _withdrawals(cast["bureau"], made.products[2]))


CHAPTERS = (
    Chapter("checkouts", "three checkouts paid", checkouts, checkouts_played),
    Chapter("refund", "one line refunded, its order sent", refund, refund_played),
    Chapter("delivery", "a call-off approved, confirmed, delivered and accepted", delivery, delivery_played),
    Chapter("session", "a live session held, with sales of its own", session, session_played),
    Chapter("slip", "a slip written at the counter", slip, slip_played),
    Chapter("suspension", "a product suspended and reinstated", suspension, suspension_played),
)
