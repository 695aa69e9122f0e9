"""The cast, made through GraphQL: officers once a system, and merchants, institutions, streamers … new for each test."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.cn import uscc

from infra.runner.state import ROOT
from tests.journeys.client import PASSWORD, Client, Refused, new_key, raw, wait_for
from tests.support import engines
from tests.support.direct import Direct
from tests.support.system import System

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTIES = {
    "371502": "东昌府区",
    "371503": "茌平区",
    "371581": "临清市",
    "371524": "东阿县",
    "371521": "阳谷县",
    "371522": "莘县",
    "371525": "冠县",
    "371526": "高唐县",
}
DEPARTMENTS = {"quality": "agriculture_rural", "lawful_operation": "market_supervision", "assistance": "rural_revitalisation"}
CARD = "pm_card_visa"
ORDER = "id orderNo state amount { amount } refunded { amount } paymentId lines { id productId quantity amount { amount } sessionId }"


def yuan(amount: str) -> dict[str, str]:
    return {"amount": amount}


def fen(amount: Any) -> int:
    """Of `Money` or its decimal text."""
    text = amount["amount"] if isinstance(amount, dict) else amount
    whole, _, part = str(text).lstrip("-").partition(".")
    value = int(whole) * 100 + int((part + "00")[:2])
    return -value if str(text).startswith("-") else value


def credit_code() -> str:
    """A well-formed unified social credit code that nobody else of the test has."""
    base = "91371502MA" + "".join(secrets.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return base + str(uscc.calc_check_digit(base))


def unique(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Merchant:
    owner: Client
    id: str
    name: str
    county: str


@dataclass(frozen=True)
class Product:
    id: str
    name: str
    unit: str
    price: str
    merchant: Merchant


@dataclass(frozen=True)
class Institution:
    id: str
    county: str
    buyer: Client
    approver: Client
    organiser: Client


@dataclass(frozen=True)
class Streamer:
    host: Client
    id: str
    county: str


@dataclass(frozen=True)
class Outlet:
    operator: Client
    id: str
    county: str
    kind: str


@dataclass(frozen=True)
class Checkout:
    payment_id: str
    amount: int
    orders: list[dict[str, Any]]
    key: str

    @property
    def order_id(self) -> str:
        return str(self.orders[0]["id"])


@dataclass
class World:
    """`fixed` accounts are shared by all tests of a system; everything else is a test's own."""

    system: System
    fixed: dict[str, Client] = field(default_factory=dict)
    veterans: dict[str, tuple[Merchant, list[Product]]] = field(default_factory=dict)
    days_ahead: int = 0  # by how much the services' clocks were moved

    @property
    def today(self) -> date:
        return datetime.now(SHANGHAI).date() + timedelta(days=self.days_ahead)

    def day(self, offset: int = 0) -> str:
        return (self.today + timedelta(days=offset)).isoformat()

    def instant(self, **offset: float) -> str:
        return (datetime.now(UTC) + timedelta(days=self.days_ahead) + timedelta(**offset)).isoformat()

    @cached_property
    def direct(self) -> Direct:
        return Direct(self.system)

    def move_clock(self, days: int) -> None:
        """Of all services, forwards."""
        self.days_ahead += days
        self.direct.set_clock(self.days_ahead * 86400)
        (self.system.state / DAYS_AHEAD).write_text(str(self.days_ahead))

    @property
    def url(self) -> str:
        return self.system.graphql_url

    # ------------------------------------------------------------------------------- accounts

    @property
    def visitor(self) -> Client:
        return Client(self.url)

    @property
    def operator(self) -> Client:
        return self.fixed["operator"]

    @property
    def bureau(self) -> Client:
        return self.fixed["bureau"]

    def county(self, code: str) -> Client:
        return self.fixed[f"county-{code}"]

    def department(self, duty: str) -> Client:
        return self.fixed[f"department-{DEPARTMENTS[duty]}"]

    def account(self) -> Client:
        client = Client(self.url, f"{unique('p')}@journey.test")
        client.sign_up()
        return client

    shopper = account

    def grant(self, client: Client, role: str, scope: str = "") -> None:
        self.operator.do("grantRole", accountId=client.account_id, role=role, scope=scope)

    def wait_for_role(self, client: Client, role: str, scope_id: str) -> None:
        """Memberships travel by event: the owning service stores, the gateway applies."""

        def has() -> bool:
            grants = client.ask("{ me { grants { role scope } } }")["grants"]
            return any(g["role"] == role and raw(g["scope"]) == raw(scope_id) for g in grants)

        wait_for(has, what=f"role {role}")

    # -------------------------------------------------------------------------- certification

    def merchant(self, county: str = "371502", name: str = "", valid_until: str = "") -> Merchant:
        """Applied for, reviewed along the whole path, certified."""
        owner = self.account()
        name = name or f"聊城{unique('合作社')}"
        application = owner.do(
            "applyMerchant",
            "id merchantId steps { duty }",
            creditCode=credit_code(),
            name=name,
            kind="cooperative",
            countyCode=county,
            township="许营镇",
            contactName="张三",
            contactPhone="13800138000",
        )
        self.review(application["id"], county)
        self.certify(application["id"], valid_until=valid_until)
        self.wait_for_role(owner, "MERCHANT", application["merchantId"])
        return Merchant(owner, application["merchantId"], name, county)

    def apply_product(self, merchant: Merchant, **wanted: Any) -> tuple[dict[str, Any], str]:
        """(application, the product's name)."""
        name = wanted.pop("name", "") or f"灵芝{unique('粉')}"
        fields: dict[str, Any] = {
            "category": "ejiao_lingzhi",
            "family": "lingzhi",
            "countyCode": merchant.county,
            "unit": "袋",
            "pack": "500 g 袋",
            "netWeightG": 500,
            "price": yuan("12.50"),
            "isFood": True,
            "description": "本地种植，产地直供。",
        }
        application = wait_for(
            lambda: merchant.owner.do(
                "applyProduct", "id productId state steps { duty position open }", merchantId=merchant.id, name=name, **(fields | wanted)
            ),
            what="the merchant may apply",
        )
        return application, name

    def product(self, merchant: Merchant, *, stock: str = "1000", valid_until: str = "", **wanted: Any) -> Product:
        """Applied for, reviewed, certified, in orders' copy and in stock."""
        application, name = self.apply_product(merchant, **wanted)
        self.review(application["id"], merchant.county)
        self.certify(application["id"], valid_until=valid_until)
        product = Product(application["productId"], name, wanted.get("unit", "袋"), wanted.get("price", yuan("12.50"))["amount"], merchant)
        wait_for(lambda: self.offer(product)["reason"] in (None, "sold_out"), what="orders knows the certificate")
        if stock:
            self.stock(product, stock)
            self.wait_sellable(product)
        return product

    def review(self, application_id: str, county: str) -> None:
        """Every duty passes, in the path's own order."""
        path = "query($id: ID!) { application(id: $id) { state steps { duty by open verdict } } }"
        for _ in range(10):
            steps = self.bureau.ask(path, id=application_id)["steps"]
            waiting = [s for s in steps if s["open"]]
            if not waiting:
                return
            for step in waiting:
                reviewer = self.county(county) if step["by"] == "county" else self.department(step["duty"])
                reviewer.do("reviewApplication", "state", id=application_id, duty=step["duty"], verdict="PASS")
        raise AssertionError(f"the path has no end: {steps}")

    def certify(self, *application_ids: str, valid_until: str = "") -> list[dict[str, Any]]:
        issued: list[dict[str, Any]] = self.bureau.do(
            "certify",
            "certificateNo validUntil",
            applicationIds=list(application_ids),
            documentNo=unique("聊消帮〔2026〕"),
            validUntil=valid_until or self.day(365),
        )
        return issued

    def offer(self, product: Product, client: Client | None = None) -> dict[str, Any]:
        """As orders has it now; not from a public cache."""
        found: list[dict[str, Any]] = (client or self.bureau).ask(
            "query($ids: [ID!]!) { offers(productIds: $ids) { offerVersion price { amount } available sellable reason level } }",
            ids=[product.id],
        )
        return found[0] if found else {"sellable": False, "reason": "UNKNOWN", "offerVersion": 0}

    def wait_sellable(self, product: Product, sellable: bool = True) -> dict[str, Any]:
        def known() -> dict[str, Any] | None:
            offer = self.offer(product)
            assert offer["sellable"] is sellable, offer
            return offer

        return wait_for(known, what=f"sellable={sellable}")

    def stock(self, product: Product, quantity: str) -> None:
        product.merchant.owner.do("setStock", "available", productId=product.id, quantity=quantity)

    def previous_month(self) -> str:
        return (self.today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")

    # ------------------------------------------------------------------------------- shopping

    def lines(self, *wanted: tuple[Product, str] | tuple[Product, str, str]) -> list[dict[str, Any]]:
        """Lines of a checkout at the offers' present versions; a third member is an attribution token."""
        rows = []
        for product, quantity, *token in wanted:
            row: dict[str, Any] = {"productId": product.id, "quantity": quantity, "offerVersion": self.offer(product)["offerVersion"]}
            rows.append(row | ({"attributionToken": token[0]} if token else {}))
        return rows

    def place(self, shopper: Client, *wanted: Any, county: str = "371502", key: str = "", retry: bool = False) -> Checkout:
        key = key or new_key()
        act = shopper.repeat if retry else shopper.do
        found = act(
            "placeOrder",
            f"paymentId amount {{ amount }} orders {{ {ORDER} }}",
            lines=self.lines(*wanted),
            recipient=recipient(county),
            idempotencyKey=key,
        )
        return Checkout(found["paymentId"], fen(found["amount"]), found["orders"], key)

    def pay(self, shopper: Client, payment_id: str, card: str = CARD) -> dict[str, Any]:
        """Confirms with a card and waits until orders says paid (webhook or asking)."""
        shopper.do("startPayment", "state", id=payment_id, paymentMethod=card, returnUrl=f"{self.system.public_url}/paid")
        return self.wait_paid(shopper, payment_id)

    def wait_paid(self, shopper: Client, payment_id: str, state: str = "paid") -> dict[str, Any]:
        def paid() -> dict[str, Any] | None:
            payment = shopper.ask("query($id: ID!) { payment(id: $id) { state amount { amount } refunded { amount } } }", id=payment_id)
            return payment if payment["state"] == state else None

        return wait_for(paid, what=f"payment {state}")

    def buy(self, *wanted: Any, shopper: Client | None = None, county: str = "371502") -> tuple[Client, Checkout]:
        shopper = shopper or self.shopper()
        checkout = self.place(shopper, *wanted, county=county)
        self.pay(shopper, checkout.payment_id)
        return shopper, checkout

    # ------------------------------------------------------------- institutions and contracts

    def institution(self, county: str = "371502", kind: str = "hospital") -> Institution:
        buyer, approver, organiser = self.account(), self.account(), self.account()
        institution_id = buyer.do(
            "applyInstitution",
            "id",
            institutionCode=unique("JG"),
            name=f"{unique('人民医院')}",
            kind=kind,
            countyCode=county,
            mealsPerDay=800,
        )["id"]
        self.wait_for_role(buyer, "CANTEEN_BUYER", institution_id)
        roles = ((approver, "canteen_approver"), (organiser, "group_organiser"))
        for client, role in roles:
            buyer.do("addInstitutionMember", "id", institutionId=institution_id, accountId=client.account_id, role=role)
        for client, role in roles:
            self.wait_for_role(client, role.upper(), institution_id)
        return Institution(institution_id, county, buyer, approver, organiser)

    def contract(self, institution: Institution, *wanted: tuple[Product, str, str | None], **terms: Any) -> str:
        """Proposed by the buyer, confirmed by both over its hash. `wanted`: product, price, limit."""
        merchant = wanted[0][0].merchant
        lines = [
            {"lineNo": n, "productId": p.id, "unit": p.unit, "price": yuan(price), **({"maxQuantity": limit} if limit else {})}
            for n, (p, price, limit) in enumerate(wanted, 1)
        ]
        proposed = institution.buyer.do(
            "proposeContract",
            "id hash",
            institutionId=institution.id,
            merchantId=merchant.id,
            validFrom=self.day(),
            validUntil=self.day(180),
            lines=lines,
            **terms,
        )
        merchant.owner.do("confirmContract", "state", id=proposed["id"], hash=proposed["hash"])
        signed = institution.buyer.do("confirmContract", "state", id=proposed["id"], hash=proposed["hash"])
        assert signed["state"] == "signed", signed
        return str(proposed["id"])

    def call_off(self, institution: Institution, merchant: Merchant, contract_id: str, *quantities: str, key: str = "") -> str:
        """Requested, approved by a second person, confirmed by the merchant."""
        lines = [{"lineNo": n, "quantity": q} for n, q in enumerate(quantities, 1)]
        call_off_id = institution.buyer.do(
            "callOffContract", "id", contractId=contract_id, deliverOn=self.day(1), lines=lines, idempotencyKey=key or new_key()
        )["id"]
        institution.approver.do("approveCallOff", "state", id=call_off_id)
        merchant.owner.do("confirmCallOff", "state", id=call_off_id)
        return str(call_off_id)

    def dispatch(self, merchant: Merchant, call_off_id: str, *quantities: str) -> str:
        lines = [{"lineNo": n, "quantity": q} for n, q in enumerate(quantities, 1)]
        return str(merchant.owner.do("dispatchDelivery", "id", callOffId=call_off_id, lines=lines)["id"])

    def accept(self, institution: Institution, delivery_id: str, *quantities: str) -> dict[str, Any]:
        lines = [{"lineNo": n, "acceptedQuantity": q} for n, q in enumerate(quantities, 1)]
        accepted: dict[str, Any] = institution.buyer.do(
            "acceptDelivery",
            "id deliveryNo state amount { amount } lines { lineNo acceptedQuantity amount { amount } }",
            id=delivery_id,
            lines=lines,
        )
        return accepted

    # --------------------------------------------------------------------------- live, counter

    def streamer(self, county: str = "371502") -> Streamer:
        host = self.account()
        streamer_id = host.do("applyStreamer", "id", handle=unique("主播"), countyCode=county)["id"]
        self.county(county).do("approveStreamer", "state", id=streamer_id)
        self.wait_for_role(host, "STREAMER", streamer_id)
        return Streamer(host, streamer_id, county)

    def live_session(self, streamer: Streamer, *products: Product) -> str:
        """Scheduled, linked, started, the first product pinned."""
        session_id = streamer.host.do("scheduleSession", "id", title=unique("助农直播"))["id"]
        wait_for(lambda: linked(streamer.host, session_id, *products), what="linked")
        streamer.host.do("startSession", "state", id=session_id)
        streamer.host.do("pinProduct", "pinnedProductId", id=session_id, productId=products[0].id)
        return str(session_id)

    def attribution(self, viewer: Client, session_id: str, product: Product) -> str:
        viewer.do("joinSession", "participants", id=session_id)
        return str(viewer.do("attributePurchase", "token", id=session_id, productId=product.id)["token"])

    def outlet(self, county: str = "371502", kind: str = "counter", sub_kind: str = "supermarket", opened_on: str = "") -> Outlet:
        operator = self.account()
        outlet_id = operator.do(
            "applyOutlet",
            "id",
            outletCode=unique("WD"),
            kind=kind,
            subKind=sub_kind,
            name=unique("帮扶专柜"),
            countyCode=county,
            openedOn=opened_on or self.day(),
        )["id"]
        self.county(county).do("approveOutlet", "state", id=outlet_id)
        self.wait_for_role(operator, "OUTLET", outlet_id)
        return Outlet(operator, outlet_id, county, kind)

    def slip(self, outlet: Outlet, product: Product, quantity: str, price: str = "", **more: Any) -> dict[str, Any]:
        line = {"productId": product.id, "quantity": quantity, "unit": product.unit, "price": yuan(price or product.price)}
        fields = {"outletId": outlet.id, "slipNo": unique("S"), "lines": [line], "payType": "cash"} | more
        found: dict[str, Any] = outlet.operator.do("recordSlip", "id slipNo amount { amount } state", **fields)
        return found

    def campaign(self, institution: Institution, product: Product, **wanted: Any) -> dict[str, Any]:
        """Open, with its id and code."""
        goods = [{"productId": product.id, "price": yuan(product.price), "unit": product.unit, "quota": "5"}]
        fields: dict[str, Any] = {"kind": "union", "title": unique("中秋福利"), "funding": "union", "goods": goods}
        fields |= {"deadline": self.day(2)} | wanted
        made = institution.organiser.do("createCampaign", "id", institutionId=institution.id, **fields)
        institution.organiser.do("openCampaign", "state", id=made["id"])
        found: dict[str, Any] = institution.organiser.ask(
            "query($id: ID!) { campaign(id: $id) { id campaignNo code state } }", id=made["id"]
        )
        return found

    def join(self, member: Client, campaign: dict[str, Any], product: Product, quantity: str = "1") -> dict[str, Any]:
        found: dict[str, Any] = member.do(
            "joinCampaign",
            "state joined { state }",
            id=campaign["id"],
            code=campaign["code"],
            choices=[{"productId": product.id, "quantity": quantity, "unit": product.unit}],
        )
        return found


def channels(world: World, product: Product) -> list[tuple[str, str | None]]:
    """(channel, session) of each line of a product in the report."""
    document = "query($p: ID!) { saleLines(filter: {productId: $p}) { nodes { channel sessionId } } }"
    return [(line["channel"], line["sessionId"]) for line in world.bureau.ask(document, p=product.id)["nodes"]]


def totals(world: World, **filters: str) -> dict[str, int]:
    """Gross, refunds and net of the report in fen."""
    document = """query($f: SaleFilter) { sums(by: CHANNEL, filter: $f) {
        total { gross { amount } refunds { amount } net { amount } } } }"""
    total = world.bureau.ask(document, f=filters)["total"]
    return {key: fen(total[key]) for key in ("gross", "refunds", "net")}


def linked(host: Client, session_id: str, *products: Product) -> bool:
    """livestream's copy of a product may be a moment behind."""
    with contextlib.suppress(Refused):
        host.do("linkProducts", "id", id=session_id, productIds=[p.id for p in products])
        return True
    return False


def recipient(county: str = "371502") -> dict[str, str]:
    return {"name": "李四", "phone": "13900139000", "address": "柳园北路 1 号", "countyCode": county}


# ------------------------------------------------------------------------------------ the fixed cast

DAYS_AHEAD, CAST = "journey-days-ahead", "journey-cast.json"
VETERANS = {"path": "371526", "papers": "371525", "denials": "371522"}
VETERAN_DAYS = 70


def world_of(system: System, *, veterans: bool = True) -> World:
    """With operator, bureau, officers and veterans (or without them: they take some seconds), made by whoever comes first."""
    world = World(system)
    ahead = system.state / DAYS_AHEAD
    world.days_ahead = int(ahead.read_text()) if ahead.exists() else 0
    for role in ("operator", "bureau"):
        world.fixed[role] = Client(world.url, f"{role}@journey.test")
    for code in COUNTIES:
        world.fixed[f"county-{code}"] = Client(world.url, f"county-{code}@journey.test")
    for code in DEPARTMENTS.values():
        world.fixed[f"department-{code}"] = Client(world.url, f"{code.replace('_', '-')}@journey.test")
    with engines.session_lock(f"cast-{system.state.parent.name}"):
        if not (system.state / CAST).exists():
            _make_officers(world)
            (system.state / CAST).write_text(json.dumps(_make_veterans(world) if veterans else {}))
    for name, rows in json.loads((system.state / CAST).read_text()).items():
        owner = Client(world.url, rows["login"])
        merchant = Merchant(owner, rows["merchant"], rows["name"], rows["county"])
        world.veterans[name] = (merchant, [Product(p["id"], p["name"], p["unit"], p["price"], merchant) for p in rows["products"]])
    return world


def _make_officers(world: World) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    for role in ("operator", "bureau"):
        subprocess.run(
            [sys.executable, "-m", "gateway", "create-account", "--login", world.fixed[role].login, "--role", role],
            input=f"{PASSWORD}\n",
            text=True,
            cwd=ROOT,
            check=True,
            env={**kept, **world.system.env},
            capture_output=True,
        )
    for name, client in world.fixed.items():
        kind, _, scope = name.partition("-")
        if scope:
            try:
                client.sign_up()
            except Refused as refused:
                if refused.codes != ["LOGIN_TAKEN"]:
                    raise
                client.sign_in()
            world.grant(client, "COUNTY_OFFICER" if kind == "county" else "DEPARTMENT_OFFICER", scope)


def _make_veterans(world: World) -> dict[str, Any]:
    """Merchants certified since two months, which may report last month's sales: made while the services' clocks stand back."""
    world.move_clock(-VETERAN_DAYS)
    try:
        made = {}
        for name, county in VETERANS.items():
            merchant = world.merchant(county)
            products = [world.product(merchant, stock=""), world.product(merchant, stock="", unit="kg", pack="散装", price=yuan("6.80"))]
            made[name] = {
                "login": merchant.owner.login,
                "merchant": merchant.id,
                "name": merchant.name,
                "county": merchant.county,
                "products": [{"id": p.id, "name": p.name, "unit": p.unit, "price": p.price} for p in products],
            }
    finally:
        world.move_clock(VETERAN_DAYS)
    return made
