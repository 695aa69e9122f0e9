"""Two sides that must not see or move each other's things: one object of every kind and one account in every role on each.

Every restricted value of a side is a word of its own, so that it can be looked for in any answer whatever.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from services.kit.ids import new_id
from services.kit.principal import ANONYMOUS, Grant, Principal, Role
from tests.journeys.client import Client, Refused, gid, raw, wait_for
from tests.journeys.world import World, credit_code, unique, yuan

ANYBODY = "anonymous"
GUEST = "guest"
ROLES = (ANYBODY, GUEST, *(role.value for role in Role if role is not Role.SERVICE))
MEMBERS = {"canteen_buyer", "canteen_approver", "group_organiser"}


@dataclass(frozen=True)
class Actor:
    """One who asks: at the gateway a client, at the services a principal."""

    client: Client
    principal: Principal


@dataclass
class Side:
    """``ids``: kind → global id; ``facts``: kind → what the permission table may ask of the object; ``owners``: kind → accounts.

    ``words``: a restricted value → (Type.field, kind of the object whose facts decide).
    """

    name: str
    county: str
    department: str
    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def facts_for(self, kind: str, who: Principal) -> Mapping[str, Any]:
        return {**self.facts.get(kind, {}), "mine": who.subject in self.owners.get(kind, ())}

    def put(self, kind: str, global_id: str, *owners: Client, **facts: Any) -> str:
        self.ids[kind], self.facts[kind] = global_id, facts
        self.owners[kind] = {raw(client.account_id) for client in owners}
        return global_id


@dataclass(frozen=True)
class Cast:
    world: World
    sides: tuple[Side, Side]

    def other(self, side: Side) -> Side:
        return self.sides[1 - self.sides.index(side)]

    @property
    def accounts(self) -> list[str]:
        return [a.principal.subject for s in self.sides for a in s.actors.values() if a.client.login.endswith("@matrix.test")]


def make_cast(world: World) -> Cast:
    sides = (Side("A", "371502", "agriculture_rural"), Side("B", "371524", "market_supervision"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda side: _populate(world, side), sides))
    return Cast(world, sides)


def _account(world: World) -> Client:
    client = Client(world.url, f"{unique('m')}@matrix.test")
    client.sign_up()
    return client


def _word(side: Side, value: str, name: str, kind: str) -> str:
    side.words[value] = (name, kind)
    return value


def _phone() -> str:
    return "13" + "".join(secrets.choice("0123456789") for _ in range(9))


def _populate(world: World, side: Side) -> None:
    officers = {
        "county_officer": world.county(side.county),
        "department_officer": world.fixed[f"department-{side.department}"],
        "bureau": world.bureau,
        "operator": world.operator,
    }
    people = {name: _account(world) for name in ("shopper", "merchant", *MEMBERS, "streamer", "outlet")}
    _merchant(world, side, people["merchant"])
    _institution(world, side, people)
    _streamer(world, side, people["streamer"])
    _outlet(world, side, people["outlet"])
    scopes = {
        "shopper": people["shopper"].account_id,
        "merchant": side.ids["Merchant"],
        **dict.fromkeys(MEMBERS, side.ids["Institution"]),
        "streamer": side.ids["Streamer"],
        "outlet": side.ids["Outlet"],
    }
    for name, client in people.items():
        grants = (Grant(Role.SHOPPER, raw(client.account_id)),)
        if name != "shopper":
            grants = (*grants, Grant(Role(name), raw(scopes[name])))
        side.actors[name] = Actor(client, Principal(raw(client.account_id), grants))
    held = {"county_officer": side.county, "department_officer": side.department}
    for name, client in officers.items():
        account = client.ask("{ me { id } }")["id"]
        grants = (Grant(Role.SHOPPER, raw(account)), Grant(Role(name), held.get(name, "")))
        side.actors[name] = Actor(client, Principal(raw(account), grants))
    guest = Client(world.url, guest=world.visitor.do("startGuest"))
    side.actors[ANYBODY] = Actor(world.visitor, ANONYMOUS)
    side.actors[GUEST] = Actor(guest, Principal(f"guest:{new_id()}"))
    # Whoever is made a member of something is nobody else's actor.
    bystander = _account(world)
    side.put("Account", bystander.account_id, bystander, account_id=raw(bystander.account_id))
    shopper = people["shopper"]
    side.put("Person", shopper.account_id, shopper, account_id=raw(shopper.account_id))
    _word(side, shopper.login, "Account.login", "Person")
    _sales(world, side, people)
    _papers(world, side)
    _files(world, side, people)


def _merchant(world: World, side: Side, owner: Client) -> None:
    contact, phone = unique("联系"), _phone()
    application = owner.do(
        "applyMerchant",
        "id merchantId",
        creditCode=credit_code(),
        name=unique("矩阵合作社"),
        kind="cooperative",
        countyCode=side.county,
        contactName=contact,
        contactPhone=phone,
    )
    merchant_id = application["merchantId"]
    scope = {"merchant_id": raw(merchant_id), "county_code": side.county}
    side.put("Merchant", merchant_id, owner, **scope)
    _word(side, contact, "Merchant.contact", "Merchant")
    _word(side, phone, "Merchant.contact", "Merchant")
    world.review(application["id"], side.county)
    [certificate] = world.certify(application["id"])
    side.extra["certificateNo"] = certificate["certificateNo"]
    world.wait_for_role(owner, "MERCHANT", merchant_id)
    fields: dict[str, Any] = {
        "category": "ejiao_lingzhi",
        "family": "lingzhi",
        "countyCode": side.county,
        "unit": "袋",
        "pack": "500 g 袋",
        "netWeightG": 500,
        "price": yuan("12.50"),
        "isFood": True,
        "description": "本地种植，产地直供。",
    }
    made = []
    for name in ("货", "待审"):
        made.append(
            wait_for(
                lambda name=name: owner.do("applyProduct", "id productId", merchantId=merchant_id, name=f"矩阵{unique(name)}", **fields),
                what="the merchant may apply",
            )
        )
    sold, waiting = made
    world.review(sold["id"], side.county)
    world.certify(sold["id"])
    side.put("Product", sold["productId"], owner, **scope)
    side.put("Application", waiting["id"], owner, **scope)
    note = unique("退回")
    world.county(side.county).do(
        "reviewApplication", "state", id=waiting["id"], duty=_open_duty(world, waiting["id"]), verdict="RETURN", reason=note
    )
    _word(side, note, "Application.steps", "Application")
    label = world.bureau.do(
        "grantLabel",
        "id",
        productId=sold["productId"],
        label="GREEN",
        certificateNo=unique("LB"),
        validFrom=world.day(),
        validUntil=world.day(90),
    )
    side.put("Label", label["id"], **scope)
    mechanism = world.county(side.county).do(
        "recordMechanism", "id", merchantId=merchant_id, kind="dividend", households=3, persons=7, evidence=unique("协议")
    )
    side.put("Mechanism", mechanism["id"], **scope)
    owner_stock = {"productId": sold["productId"], "quantity": "500"}
    wait_for(lambda: owner.do("setStock", "available", **owner_stock), what="orders knows the product")
    reason = unique("停售")
    world.bureau.do("suspendProduct", "id", id=sold["productId"], reason=reason)
    _word(side, reason, "Withdrawal.reason", "Product")
    wait_for(lambda: world.bureau.do("reinstateProduct", "id", id=sold["productId"], reason=unique("恢复")), what="reinstated")
    wait_for(lambda: _sellable(world, sold["productId"]), what="sold again")


def _open_duty(world: World, application_id: str) -> str:
    steps = world.bureau.ask("query($id: ID!) { application(id: $id) { steps { duty by open } } }", id=application_id)["steps"]
    return str(next(s["duty"] for s in steps if s["open"] and s["by"] == "county"))


def _sellable(world: World, product_id: str) -> bool:
    found = world.bureau.ask("query($i: [ID!]!) { offers(productIds: $i) { sellable } }", i=[product_id])
    return bool(found and found[0]["sellable"])


def _institution(world: World, side: Side, people: dict[str, Client]) -> None:
    buyer = people["canteen_buyer"]
    institution_id = buyer.do(
        "applyInstitution",
        "id",
        institutionCode=unique("JG"),
        name=unique("矩阵医院"),
        kind="hospital",
        countyCode=side.county,
        mealsPerDay=80,
    )["id"]
    side.put("Institution", institution_id, buyer, institution_id=raw(institution_id), county_code=side.county)
    world.wait_for_role(buyer, "CANTEEN_BUYER", institution_id)
    for role in ("canteen_approver", "group_organiser"):
        buyer.do("addInstitutionMember", "id", institutionId=institution_id, accountId=people[role].account_id, role=role)
        _word(side, people[role].account_id, "Institution.members", "Institution")
    for role in ("canteen_approver", "group_organiser"):
        world.wait_for_role(people[role], role.upper(), institution_id)


def _streamer(world: World, side: Side, host: Client) -> None:
    streamer_id = host.do("applyStreamer", "id", handle=unique("主播"), countyCode=side.county)["id"]
    side.put("Streamer", streamer_id, host, account_id=raw(host.account_id), streamer_id=raw(streamer_id), county_code=side.county)
    world.county(side.county).do("approveStreamer", "state", id=streamer_id)
    world.wait_for_role(host, "STREAMER", streamer_id)
    session_id = host.do("scheduleSession", "id", title=unique("矩阵直播"))["id"]
    facts = {"streamer_id": raw(streamer_id), "county_code": side.county}
    side.put("LiveSession", session_id, **facts)

    def link() -> bool:
        try:
            host.do("linkProducts", "id", id=session_id, productIds=[side.ids["Product"]])
        except Refused as refused:
            raise AssertionError(str(refused)) from refused
        return True

    wait_for(link, what="livestream knows the product")
    host.do("startSession", "state", id=session_id)


def _outlet(world: World, side: Side, operator: Client) -> None:
    outlet_id = operator.do(
        "applyOutlet",
        "id",
        outletCode=unique("WD"),
        kind="expo",
        subKind="fair",
        name=unique("矩阵展位"),
        countyCode=side.county,
        openedOn=world.day(),
        closedOn=world.day(5),
    )["id"]
    facts = {"outlet_id": raw(outlet_id), "county_code": side.county}
    side.put("Outlet", outlet_id, operator, **facts)
    world.county(side.county).do("approveOutlet", "state", id=outlet_id)
    world.wait_for_role(operator, "OUTLET", outlet_id)


def _sales(world: World, side: Side, people: dict[str, Client]) -> None:
    product, merchant = side.ids["Product"], people["merchant"]
    parties = {"merchant_id": raw(side.ids["Merchant"]), "institution_id": raw(side.ids["Institution"])}
    counties = {"institution_county": side.county, "merchant_county": side.county}
    shopper = people["shopper"]
    offer = shopper.ask("query($i: [ID!]!) { offers(productIds: $i) { offerVersion } }", i=[product])[0]["offerVersion"]
    name, phone, address = unique("收件"), _phone(), unique("兴华路")
    placed = shopper.do(
        "placeOrder",
        "paymentId orders { id lines { id } }",
        lines=[{"productId": product, "quantity": "2", "offerVersion": offer}],
        recipient={"name": name, "phone": phone, "address": address, "countyCode": side.county},
    )
    order_id = placed["orders"][0]["id"]
    world.pay(shopper, placed["paymentId"])
    side.put("Order", order_id, shopper, merchant_id=parties["merchant_id"])
    side.put("Document", order_id, shopper, merchant_id=parties["merchant_id"], origin_county=side.county, consumption_county=side.county)
    for word in (name, phone, address):
        _word(side, word, "Order.recipient", "Order")
    line = shopper.ask("query($id: ID!) { order(id: $id) { lines { id } } }", id=order_id)["lines"][0]["id"]
    side.put("OrderLine", line, shopper, merchant_id=parties["merchant_id"])
    unpaid = shopper.do(
        "placeOrder",
        "paymentId",
        lines=[{"productId": product, "quantity": "1", "offerVersion": offer}],
        recipient={"name": name, "phone": phone, "address": address, "countyCode": side.county},
    )["paymentId"]
    side.put("Payment", unpaid, shopper)
    side.extra["OrderPayment"] = placed["paymentId"]

    buyer = people["canteen_buyer"]
    credit = f"9{secrets.randbelow(9):d}{secrets.randbelow(90000) + 10000}.{secrets.randbelow(90) + 10}"
    terms = {
        "institutionId": side.ids["Institution"],
        "merchantId": side.ids["Merchant"],
        "validFrom": world.day(),
        "validUntil": world.day(90),
    }
    terms |= {"lines": [{"lineNo": 1, "productId": product, "unit": "袋", "price": yuan("10.00")}]}
    proposed = buyer.do("proposeContract", "id hash", creditLimit=yuan(credit), **terms)
    for party in (merchant, buyer):
        party.do("confirmContract", "state", id=proposed["id"], hash=proposed["hash"])
    nested = {
        "merchant": {"merchant_id": parties["merchant_id"], "county_code": side.county},
        "institution": {"institution_id": parties["institution_id"], "county_code": side.county},
    }
    side.put("Contract", proposed["id"], **nested)
    side.extra["hash"] = proposed["hash"]
    _word(side, credit, "Contract.credit", "Contract")

    def call_off() -> str:
        lines = [{"lineNo": 1, "quantity": "3"}]
        return str(buyer.do("callOffContract", "id", contractId=proposed["id"], deliverOn=world.day(1), lines=lines)["id"])

    sent = call_off()
    people["canteen_approver"].do("approveCallOff", "state", id=sent)
    merchant.do("confirmCallOff", "state", id=sent)
    delivery = merchant.do("dispatchDelivery", "id", callOffId=sent, lines=[{"lineNo": 1, "quantity": "3"}])["id"]
    side.put("Delivery", delivery, **parties, **counties)
    side.put("CallOff", call_off(), **parties, **counties)

    organiser = people["group_organiser"]
    goods = [{"productId": product, "price": yuan("12.50"), "unit": "袋", "quota": "5"}]
    budget = f"8{secrets.randbelow(90000) + 10000}.{secrets.randbelow(90) + 10}"
    campaign = organiser.do(
        "createCampaign",
        "id",
        institutionId=side.ids["Institution"],
        kind="union",
        title=unique("矩阵福利"),
        funding="union",
        goods=goods,
        deadline=world.day(2),
        budget=yuan(budget),
    )["id"]
    organiser.do("openCampaign", "state", id=campaign)
    code = organiser.ask("query($id: ID!) { campaign(id: $id) { code } }", id=campaign)["code"]
    shopper.do("joinCampaign", "state", id=campaign, code=code, choices=[{"productId": product, "quantity": "1", "unit": "袋"}])
    facts = {"institution_id": parties["institution_id"], "consumption_county": side.county, "merchant_ids": [parties["merchant_id"]]}
    side.put("Campaign", campaign, shopper, **facts)
    side.extra["code"] = code
    _word(side, code, "Campaign.code", "Campaign")
    _word(side, budget, "Campaign.budget", "Campaign")


def _papers(world: World, side: Side) -> None:
    operator, product, outlet = side.actors["outlet"].client, side.ids["Product"], side.ids["Outlet"]
    facts = side.facts["Outlet"]
    line = {"productId": product, "quantity": "1", "unit": "袋"}
    slip = operator.do("recordSlip", "id", outletId=outlet, slipNo=unique("S"), lines=[{**line, "price": yuan("12.50")}], payType="cash")[
        "id"
    ]
    side.put("Slip", slip, **facts)
    total = [{**line, "amount": yuan("12.50")}]
    paper = _word(side, f"{unique('表')}.pdf", "Sheet.paper", "Sheet")
    sheet = operator.do(
        "recordSheet", "id", outletId=outlet, kind="day", day=world.day(), sheetNo=unique("RB"), stand="A1", paper=paper, lines=total
    )["id"]
    side.put("Sheet", sheet, **facts)
    paper = _word(side, f"{unique('单')}.pdf", "FairOrder.paper", "FairOrder")
    fair = operator.do(
        "recordFairOrder",
        "id",
        outletId=outlet,
        orderNo=unique("FO"),
        fulfilledOn=world.day(),
        buyerKind="caterer",
        consumptionCounty=side.county,
        paper=paper,
        lines=total,
    )["id"]
    side.put("FairOrder", fair, **facts)
    host = side.actors["streamer"].client
    evidence = _word(side, f"{unique('截图')}.png", "OutsideSession.evidence", "OutsideSession")
    outside = host.do(
        "submitOutsideSession",
        "id",
        title=unique("外场"),
        platform="douyin",
        host="主播",
        startedAt=world.instant(minutes=-30),
        endedAt=world.instant(minutes=-5),
        participants=9,
        paid=yuan("25.00"),
        refunds=yuan("0.00"),
        evidence=evidence,
        streamerId=side.ids["Streamer"],
        lines=[{"productId": product, "quantity": "2", "unit": "袋", "gross": yuan("25.00")}],
    )["id"]
    side.put("OutsideSession", outside, recorder_scope=raw(side.ids["Streamer"]), county_code=side.county)
    report = new_id()
    paper = _word(side, f"{unique('发票')}.pdf", "ExternalReport.paper", "ExternalReport")
    _external_report(world, side, report, paper)
    side.put("ExternalReport", gid("ExternalReport", str(report)), merchant_id=raw(side.ids["Merchant"]), county_code=side.county)


def _external_report(world: World, side: Side, report: UUID, paper: str) -> None:
    """As last month's: this month's merchants may not report it, so the row is written where it would stand."""
    with psycopg.connect(world.system.database_url("orders")) as conn:
        conn.execute(
            "INSERT INTO external_reports (merchant_id, report_id, report_no, county_code, month, paper, state, amount_fen, submitted_by, "
            "submitted_at) VALUES (%s, %s, %s, %s, '2026-01-01', %s, 'submitted', 100, %s, bangfu_now())",
            [raw(side.ids["Merchant"]), report, unique("WB"), side.county, paper, side.actors["merchant"].principal.subject],
        )


def _files(world: World, side: Side, people: dict[str, Client]) -> None:
    report = world.county(side.county).do("requestReport", "id", **{"from": world.day(), "until": world.day()})["id"]
    side.put("Report", report, county_code=side.county)
    upload = people["merchant"].do("createUpload", "id", filename="x.csv", purpose="import")["id"]
    side.put("Upload", upload, people["merchant"])
    mine = world.operator.do("createUpload", "id url", filename="x.csv", purpose="import")
    wait_for(lambda: _put(mine["url"], b"a,b\n1,2\n"), what="uploaded")
    run = world.operator.do("startImport", "id", kind="merchants", uploadId=mine["id"])["id"]
    side.put("Import", run)
    shopper = people["shopper"]
    key = shopper.do("createApiKey", "key { id }", name="matrix", scopes=["orders:read"], expiresAt=world.instant(days=9))["key"]["id"]
    side.put("ApiKey", key, shopper, account_id=raw(shopper.account_id))
    owner, scope = people["merchant"], {"scope": raw(side.ids["Merchant"])}
    sent = owner.do("inviteMember", "invitation { id }", role="MERCHANT", scope=side.ids["Merchant"], login=f"{unique('i')}@matrix.test")
    side.put("Invitation", sent["invitation"]["id"], owner, **scope, county_code=side.county)
    made = owner.do(
        "registerWebhookEndpoint",
        "endpoint { id } secret",
        merchantId=side.ids["Merchant"],
        url="https://93.184.215.14/hook",
        kinds=["ORDER_PAID"],
    )
    side.put("WebhookEndpoint", made["endpoint"]["id"], **scope)
    owed = owner.do("pingWebhookEndpoint", "id", id=made["endpoint"]["id"])
    side.put("WebhookDelivery", owed["id"], **scope)
    owner.do("pauseWebhookEndpoint", "id", id=made["endpoint"]["id"])
    session = people["shopper"].ask("{ me { sessions { id } } }")["sessions"][0]["id"]
    side.put("Session", session, people["shopper"])


def _put(url: str, content: bytes) -> bool:
    import urllib3

    return urllib3.request("PUT", url, body=content).status == 201


def pretty(cells: Mapping[str, int]) -> str:
    return json.dumps(dict(cells), ensure_ascii=False)
