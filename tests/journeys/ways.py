"""Every way of being found and sold, for one product: what a withdrawal or the clock must close, and a reinstatement open again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.client import Refused, Unanswered, wait_for
from tests.journeys.world import Institution, Outlet, Product, Streamer, World, unique, yuan

Way = Callable[[], Any]


@dataclass
class Ways:
    """Made while the product may be sold. Each of `selling` makes one sale, or one step to it that must be refused."""

    world: World
    product: Product
    institution: Institution
    streamer: Streamer
    outlet: Outlet
    contract_id: str = ""
    session_id: str = ""
    campaign: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, product: Product) -> Ways:
        county = product.merchant.county
        institution = world.institution(county)
        ways = cls(world, product, institution, world.streamer(county), world.outlet(county))
        ways.contract_id = world.contract(institution, (product, "10.00", None))
        ways.session_id = world.live_session(ways.streamer, product)
        ways.campaign = world.campaign(institution, product)
        return ways

    # ------------------------------------------------------------------------------------ found

    def found(self) -> dict[str, bool]:
        """Whether a visitor finds it, by each way of looking."""
        visitor, product_id = self.world.visitor, self.product.id
        nodes = "nodes { id }"
        listed = visitor.ask(f"query($m: ID!) {{ products(merchantId: $m, first: 50) {{ {nodes} }} }}", m=self.product.merchant.id)
        hits = visitor.ask(
            f"query($q: String!, $m: ID!) {{ search(query: $q, merchantId: $m, first: 50) {{ {nodes} }} }}",
            q=self.product.name,
            m=self.product.merchant.id,
        )
        room = visitor.ask("query($id: ID!) { liveSession(id: $id) { products { productId } } }", id=self.session_id)
        return {
            "directory": any(n["id"] == product_id for n in listed["nodes"]),
            "search": any(n["id"] == product_id for n in hits["nodes"]),
            "its page": self._page(visitor),
            "live room": any(p["productId"] == product_id for p in room["products"]),
        }

    def _page(self, visitor: Any) -> bool:
        try:
            return visitor.ask("query($id: ID!) { product(id: $id) { id } }", id=self.product.id) is not None
        except Refused as refused:
            if refused.codes != ["NOT_FOUND"]:
                raise
            return False

    # ------------------------------------------------------------------------------------- sold

    def selling(self) -> dict[str, Way]:
        return {
            "checkout": lambda: self.world.place(self.world.shopper(), (self.product, "1")),
            "call-off": self.call_off,
            "slip": lambda: self.world.slip(self.outlet, self.product, "1"),
            "campaign": lambda: self.world.join(self.world.account(), self.campaign, self.product),
            "pin": lambda: self.streamer.host.do("pinProduct", "id", id=self.session_id, productId=self.product.id),
            "attribution": lambda: self.world.attribution(self.world.shopper(), self.session_id, self.product),
            "link": self.link_elsewhere,
        }

    def call_off(self) -> str:
        """Through to the merchant's word: the product is judged there at the latest."""
        return self.world.call_off(self.institution, self.product.merchant, self.contract_id, "1")

    def link_elsewhere(self) -> None:
        """Into a second session of the streamer, not yet live."""
        host = self.streamer.host
        session_id = host.do("scheduleSession", "id", title=unique("预告"))["id"]
        host.do("linkProducts", "id", id=session_id, productIds=[self.product.id])

    def sent_delivery(self) -> str:
        """Dispatched and waiting at the door."""
        return self.world.dispatch(self.product.merchant, self.call_off(), "1")

    def day_sheet(self, day: str) -> dict[str, Any]:
        line = {"productId": self.product.id, "quantity": "2", "unit": self.product.unit, "amount": yuan("25.00")}
        sheet: dict[str, Any] = self.outlet.operator.do(
            "recordSheet",
            "id sheetNo state",
            outletId=self.outlet.id,
            kind="day",
            day=day,
            sheetNo=unique("RB"),
            paper="pos-export.csv",
            lines=[line],
        )
        return sheet

    # ------------------------------------------------------------------------------ open, closed

    def wait_closed(self, besides: tuple[str, ...] = ()) -> dict[str, list[str]]:
        """Until it is neither found nor sold in any way; gives the code of each refusal."""
        wait_for(lambda: not any(self.found().values()) or _say(self.found()), what=f"{self.product.name} found nowhere")
        return {name: refusal_of(way, name) for name, way in self.selling().items() if name not in besides}

    def wait_open(self) -> None:
        wait_for(lambda: all(self.found().values()) or _say(self.found()), what=f"{self.product.name} found everywhere")
        self.streamer.host.do("pinProduct", "id", id=self.session_id, productId=self.product.id)
        for name, way in self.selling().items():
            wait_for(lambda way=way: _done(way), what=f"sold by {name}")

    def relink(self) -> None:
        """A product that was taken out of a room is put back by its host."""
        wait_for(lambda: _done(lambda: self.streamer.host.do("linkProducts", "id", id=self.session_id, productIds=[self.product.id])))


def _say(found: dict[str, bool]) -> bool:
    raise AssertionError(str(found))


def _done(way: Way) -> bool:
    """A refusal is an AssertionError: `wait_for` asks again."""
    way()
    return True


def refusal_of(way: Way, name: str = "") -> list[str]:
    """Waits until the way is refused, for sales that were made a moment before the decision took hold."""

    def refused() -> list[str] | None:
        try:
            way()
        except Refused as refusal:
            return refusal.codes
        except Unanswered as unanswered:
            raise AssertionError(str(unanswered)) from unanswered
        return None

    return wait_for(refused, what=f"{name} refused")
