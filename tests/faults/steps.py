"""A mixed selling path in steps, each of which may be asked again until there is an answer: what a client does when a line breaks."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.client import Client, Refused, Unanswered, new_key, wait_for
from tests.journeys.world import CARD, Institution, Merchant, Outlet, Product, Streamer, World, fen, recipient, unique, yuan

PATIENCE = 90.0  # a killed process is back in seconds, on a busy machine in some more


def until_answered(act: Callable[[], Any]) -> Any:
    """Asks again, with the same key where there is one, until the outcome is known."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except Unanswered:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@dataclass
class Shop:
    """What the paths of one test sell and by whom; made once, before anything is killed."""

    world: World
    merchant: Merchant
    product: Product
    institution: Institution
    streamer: Streamer
    outlet: Outlet
    contract_id: str
    stock: str
    session_id: str = ""  # of the streamer's one live session, once a path has begun it

    @classmethod
    def open(cls, world: World, stock: str = "1000") -> Shop:
        merchant = world.merchant()
        product = world.product(merchant, stock=stock)
        institution = world.institution()
        return cls(
            world,
            merchant,
            product,
            institution,
            world.streamer(),
            world.outlet(),
            world.contract(institution, (product, "10.00", None)),
            stock,
        )


@dataclass
class Path:
    """One pass through all steps. `promised`: channel → amounts that were acknowledged, in fen."""

    shop: Shop
    buyer: Client
    promised: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    made: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, shop: Shop) -> Path:
        return cls(shop, shop.world.shopper())

    @property
    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("place an order", self.place),
            ("pay it", self.pay),
            ("refund a part", self.refund),
            ("call off", self.call_off),
            ("approve and confirm", self.confirm),
            ("dispatch", self.dispatch),
            ("accept at the door", self.accept),
            ("go live", self.go_live),
            ("buy in the session", self.buy_live),
            ("slip at the counter", self.slip),
            ("day sheet", self.sheet),
            ("join a campaign", self.join),
            ("settle the campaign", self.settle),
            ("session elsewhere", self.outside_session),
            ("confirm it", self.confirm_outside),
            ("ask for a report", self.report),
        ]

    def keyed(self, who: Client, mutation: str, selection: str, **fields: Any) -> Any:
        """Until answered, and once more with the same key: the same answer."""
        fields["idempotencyKey"] = new_key()
        answer = until_answered(lambda: who.do(mutation, selection, **fields))
        again = until_answered(lambda: who.do(mutation, selection, **fields))
        assert _same(answer, again), (mutation, answer, again)
        return answer

    def settle_in(self, who: Client, mutation: str, query: str, states: tuple[str, ...], **fields: Any) -> None:
        """An act without a key: asked again until the object is where the act leads."""
        kind = query.split("(")[0]

        def done() -> bool:
            with contextlib.suppress(Refused):  # asked again after it had happened: the state below says whether it has
                who.do(mutation, "state", **fields)
            found = who.ask(f"query($id: ID!) {{ {kind}(id: $id) {{ state }} }}", id=fields["id"])
            assert found["state"] in states, found
            return True

        until_answered(lambda: wait_for(done, PATIENCE, mutation))

    # ------------------------------------------------------------------------------------- online

    def _order(self, name: str, quantity: str, token: str | None = None) -> None:
        product = self.shop.product
        line: dict[str, Any] = {"productId": product.id, "quantity": quantity, "offerVersion": 1}
        if token:
            line["attributionToken"] = token
        self.made[name] = self.keyed(
            self.buyer, "placeOrder", "paymentId amount { amount } orders { id }", lines=[line], recipient=recipient()
        )

    def _pay(self, name: str, channel: str) -> None:
        payment_id = self.made[name]["paymentId"]
        shown = "query($id: ID!) { payment(id: $id) { state } }"

        def paid() -> bool:
            if self.buyer.ask(shown, id=payment_id)["state"] != "paid":
                url = f"{self.shop.world.system.public_url}/paid"
                self.buyer.do("startPayment", "state", id=payment_id, paymentMethod=CARD, returnUrl=url)
            assert self.buyer.ask(shown, id=payment_id)["state"] == "paid"
            return True

        until_answered(lambda: wait_for(paid, PATIENCE, f"{name} paid"))
        self.promised[channel].append(fen(self.made[name]["amount"]))

    def place(self) -> None:
        self._order("order", "3")

    def pay(self) -> None:
        self._pay("order", "online")

    def refund(self) -> None:
        order_id = self.made["order"]["orders"][0]["id"]
        document = "query($id: ID!) { order(id: $id) { lines { id } } }"
        [line] = until_answered(lambda: self.buyer.ask(document, id=order_id))["lines"]
        self.keyed(
            self.shop.merchant.owner,
            "refundOrderLine",
            "id refunded { amount }",
            orderId=order_id,
            lineId=line["id"],
            quantity="1",
            restock=True,
            reason="破损",
        )
        self.promised["online"].append(-1250)

    # ----------------------------------------------------------------------------------- contract

    def call_off(self) -> None:
        world, institution = self.shop.world, self.shop.institution
        self.made["call-off"] = self.keyed(
            institution.buyer,
            "callOffContract",
            "id callOffNo",
            contractId=self.shop.contract_id,
            deliverOn=world.day(1),
            lines=[{"lineNo": 1, "quantity": "6"}],
        )["id"]

    def confirm(self) -> None:
        call_off_id, after = self.made["call-off"], ("approved", "confirmed")
        self.settle_in(self.shop.institution.approver, "approveCallOff", "callOff(id)", after, id=call_off_id)
        self.settle_in(self.shop.merchant.owner, "confirmCallOff", "callOff(id)", ("confirmed",), id=call_off_id)

    def dispatch(self) -> None:
        self.made["delivery"] = self.keyed(
            self.shop.merchant.owner,
            "dispatchDelivery",
            "id deliveryNo",
            callOffId=self.made["call-off"],
            lines=[{"lineNo": 1, "quantity": "6"}],
        )["id"]

    def accept(self) -> None:
        accepted = self.keyed(
            self.shop.institution.buyer,
            "acceptDelivery",
            "id amount { amount }",
            id=self.made["delivery"],
            lines=[{"lineNo": 1, "acceptedQuantity": "5"}],
        )
        assert fen(accepted["amount"]) == 5000
        self.promised["contract"].append(5000)

    # --------------------------------------------------------------------------------------- live

    def go_live(self) -> None:
        host, product = self.shop.streamer.host, self.shop.product
        if self.shop.session_id:
            return
        session_id = until_answered(lambda: host.do("scheduleSession", "id", title=unique("专场")))["id"]

        def linked() -> bool:
            host.do("linkProducts", "id", id=session_id, productIds=[product.id])
            return True

        until_answered(lambda: wait_for(linked, PATIENCE, "linked"))
        self.settle_in(host, "startSession", "liveSession(id)", ("live",), id=session_id)
        self.shop.session_id = session_id

    def buy_live(self) -> None:
        session_id, product = self.shop.session_id, self.shop.product
        token = until_answered(lambda: self.shop.world.attribution(self.buyer, session_id, product))
        self._order("live order", "1", token)
        self._pay("live order", "live")

    # ------------------------------------------------------------------------------------ counter

    def slip(self) -> None:
        product = self.shop.product
        line = {"productId": product.id, "quantity": "2", "unit": product.unit, "price": yuan(product.price)}
        self.keyed(
            self.shop.outlet.operator,
            "recordSlip",
            "id amount { amount }",
            outletId=self.shop.outlet.id,
            slipNo=unique("S"),
            lines=[line],
            payType="cash",
        )
        self.promised["counter"].append(2500)

    def sheet(self) -> None:
        """One a day, stand and outlet: each pass has a stand of its own."""
        product = self.shop.product
        line = {"productId": product.id, "quantity": "4", "unit": product.unit, "amount": yuan("50.00")}
        self.keyed(
            self.shop.outlet.operator,
            "recordSheet",
            "id amount { amount }",
            outletId=self.shop.outlet.id,
            kind="day",
            day=self.shop.world.day(),
            stand=unique("柜"),
            sheetNo=unique("RB"),
            paper="pos.csv",
            lines=[line],
        )
        self.promised["counter"].append(5000)

    # -------------------------------------------------------------------------------------- union

    def join(self) -> None:
        institution, product = self.shop.institution, self.shop.product
        goods = [{"productId": product.id, "price": yuan(product.price), "unit": product.unit, "quota": "5"}]
        campaign = self.keyed(
            institution.organiser,
            "createCampaign",
            "id",
            institutionId=institution.id,
            kind="union",
            title=unique("福利"),
            funding="union",
            goods=goods,
            deadline=self.shop.world.day(1),
        )
        self.settle_in(institution.organiser, "openCampaign", "campaign(id)", ("open",), id=campaign["id"])
        shown = until_answered(lambda: institution.organiser.ask("query($id: ID!) { campaign(id: $id) { id code } }", id=campaign["id"]))
        self.keyed(
            self.buyer,
            "joinCampaign",
            "id joined { state }",
            id=campaign["id"],
            code=shown["code"],
            choices=[{"productId": product.id, "quantity": "2"}],
        )
        self.made["campaign"] = campaign["id"]

    def settle(self) -> None:
        organiser, campaign_id = self.shop.institution.organiser, self.made["campaign"]
        self.settle_in(organiser, "closeCampaign", "campaign(id)", ("closed",), id=campaign_id)
        self.keyed(
            organiser,
            "settleCampaign",
            "id state",
            id=campaign_id,
            transferReference=unique("TR"),
            fapiaoNo=unique("FP"),
            amount=yuan("25.00"),
        )
        self.promised["union"].append(2500)

    # ---------------------------------------------------------------------------------- elsewhere

    def outside_session(self) -> None:
        world, merchant, product = self.shop.world, self.shop.merchant, self.shop.product
        self.made["outside"] = self.keyed(
            merchant.owner,
            "submitOutsideSession",
            "id sessionNo",
            title="专场",
            platform=unique("平台"),
            host="主播",
            startedAt=world.instant(seconds=-2),
            endedAt=world.instant(seconds=-1),
            participants=100,
            paid=yuan("40.00"),
            refunds=yuan("10.00"),
            evidence="截图.png",
            merchantId=merchant.id,
            lines=[{"productId": product.id, "quantity": "4", "unit": product.unit, "gross": yuan("40.00"), "refunds": yuan("10.00")}],
        )["id"]

    def confirm_outside(self) -> None:
        county = self.shop.world.county(self.shop.merchant.county)
        self.settle_in(county, "confirmOutsideSession", "outsideSession(id)", ("confirmed",), id=self.made["outside"])
        self.promised["live"] += [4000, -1000]

    def report(self) -> None:
        bureau, day = self.shop.world.bureau, self.shop.world.day()
        self.made["report"] = self.keyed(bureau, "requestReport", "id", **{"from": day, "until": day, "formats": ["csv"]})["id"]

    # -------------------------------------------------------------------------------------- after

    def wait_report(self) -> None:
        """The job behind it was not lost."""
        shown = "query($id: ID!) { report(id: $id) { state error files { rows } } }"

        def done() -> bool:
            report = self.shop.world.bureau.ask(shown, id=self.made["report"])
            assert report["state"] == "done", report
            return True

        wait_for(done, 120, "the report is made")


def _same(first: Any, second: Any) -> bool:
    """Ids, numbers and amounts; a state may have moved on meanwhile."""
    if isinstance(first, dict):
        return all(_same(v, second[k]) for k, v in first.items() if k != "state")
    if isinstance(first, list):
        return len(first) == len(second) and all(_same(a, b) for a, b in zip(first, second, strict=True))
    return bool(first == second)
