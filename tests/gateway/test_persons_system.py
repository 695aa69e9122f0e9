"""A person's export contains what a search of all five databases finds; after deletion it finds only what is listed as kept by law."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3

from gateway.accounts import persons as gateway_persons
from services.catalog.store import persons as catalog_persons
from services.kit.persons import GONE
from services.livestream.store import persons as livestream_persons
from services.orders.store import persons as orders_persons
from services.reporting.store import persons as reporting_persons
from tests.journeys.client import PASSWORD, TOKENS, Client, Refused, new_key, raw, wait_for
from tests.journeys.world import Merchant, Product, World, credit_code, world_of, yuan
from tests.support.people import Finding, search
from tests.support.system import System

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("persons")]

STORES = {
    "gateway": gateway_persons,
    "catalog": catalog_persons,
    "orders": orders_persons,
    "livestream": livestream_persons,
    "reporting": reporting_persons,
}
KEPT = {(service, kept.table, column) for service, module in STORES.items() for kept in module.KEPT for column in kept.columns}
# The gateway gathers every service's audit rows: an export gives them from there, once.
AUDIT = {(service, "audit") for service in STORES}
_pool = urllib3.PoolManager(timeout=30)


@pytest.fixture(scope="session")
def world(system: System) -> World:
    return world_of(system)


@dataclass
class Someone:
    """Who does everything a person can do here, under one name and one number."""

    client: Client
    name: str
    phone: str
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, str]:
        return self.name, self.phone

    @property
    def spaced(self) -> str:
        return f"+86 {self.phone[:3]}-{self.phone[3:7]}-{self.phone[7:]}"


def sign_up(world: World, prefix: str) -> Someone:
    name, phone = f"{prefix}{secrets.token_hex(3)}", f"139{secrets.randbelow(10**8):08d}"
    client = Client(world.url, phone)
    texts = world.visitor.ask("{ consentTexts { purpose version } }")
    consents = [{"purpose": t["purpose"], "textVersion": t["version"]} for t in texts]
    client._keep(Client(world.url).do("signUp", TOKENS, login=phone, password=PASSWORD, name=name, consents=consents))
    return Someone(client, name, phone)


def verify(world: World, client: Client, login: str) -> None:
    """By the six digits that the worker's log shows where nobody is really written to."""
    challenge = client.do("requestCode", "challenge", login=login, purpose="VERIFY")["challenge"]

    def arrived() -> str | None:
        lines = [line for line in world.system.logs("gateway-worker", 400).splitlines() if login in line and '"message"' in line]
        digits = re.findall(r"(?<!\d)\d{6}(?!\d)", json.loads(lines[-1])["text"]) if lines else []
        return digits[0] if digits else None

    client.do("verifyLogin", challenge=challenge, code=wait_for(arrived, what="the code is sent"), login=login)


def invite(inviter: Client, role: str, scope: str, someone: Client, login: str) -> None:
    sent = inviter.do("inviteMember", "code link invitation { inviteeHint state }", role=role, scope=scope, login=login)
    assert sent["invitation"]["state"] == "open"
    assert sent["code"] in sent["link"]
    assert someone.do("acceptInvitation", "state", code=sent["code"])["state"] == "accepted"


def place(buyer: Client, world: World, product: Product, name: str, phone: str) -> dict[str, Any]:
    placed: dict[str, Any] = buyer.do(
        "placeOrder",
        "paymentId orders { id }",
        lines=world.lines((product, "1")),
        recipient={"name": name, "phone": phone, "address": f"{name}家，柳园北路 9 号", "countyCode": "371502"},
        note=f"送到后请打 {phone}",
        idempotencyKey=new_key(),
    )
    world.pay(buyer, placed["paymentId"])
    return placed


def live_a_life(world: World, someone: Someone) -> None:
    """Shopper, recipient of another's parcel, merchant and its contact, host and viewer, member, invited, in a campaign."""
    him, name, phone = someone.client, someone.name, someone.phone
    verify(world, him, phone)
    # A family farm under his own name: the register keeps it, and so do its copies.
    application = him.do(
        "applyMerchant",
        "id merchantId",
        creditCode=credit_code(),
        name=f"{name}家庭农场",
        kind="family_farm",
        countyCode="371502",
        township="许营镇",
        contactName=name,
        contactPhone=someone.spaced,
    )
    world.review(application["id"], "371502")
    world.certify(application["id"])
    world.wait_for_role(him, "MERCHANT", application["merchantId"])
    merchant = Merchant(him, application["merchantId"], f"{name}家庭农场", "371502")
    product = world.product(merchant)
    colleague = sign_up(world, "柴")
    verify(world, colleague.client, colleague.phone)
    invite(him, "MERCHANT", merchant.id, colleague.client, colleague.phone)
    world.wait_for_role(colleague.client, "MERCHANT", merchant.id)

    shipped = place(him, world, product, name, phone)
    colleague.client.do("shipOrder", "state", id=shipped["orders"][0]["id"])
    lines = colleague.client.ask("query($id: ID!) { order(id: $id) { lines { id } } }", id=shipped["orders"][0]["id"])["lines"]
    colleague.client.do(
        "refundOrderLine",
        "id",
        orderId=shipped["orders"][0]["id"],
        lineId=lines[0]["id"],
        amount=yuan("1.00"),
        restock=False,
        reason=f"{name}（{phone}）来电，包装破损",
        idempotencyKey=new_key(),
    )
    open_order = place(him, world, product, name, phone)
    friend = world.account()
    gift = place(friend, world, product, name, someone.spaced)
    colleague.client.do("shipOrder", "state", id=gift["orders"][0]["id"])
    him.do("setCartLine", "lines { quantity }", productId=product.id, quantity="2", offerVersion=world.offer(product)["offerVersion"])

    streamer_id = him.do("applyStreamer", "id", handle=name, countyCode="371502")["id"]
    world.county("371502").do("approveStreamer", "state", id=streamer_id)
    room = world.live_session(world.streamer(), product)
    him.do("joinSession", "participants", id=room)
    him.do(
        "submitOutsideSession",
        "id",
        title="产地直播专场",
        platform="抖音",
        host=name,
        startedAt=world.instant(seconds=-2),
        endedAt=world.instant(seconds=-1),
        participants=520,
        paid=yuan("30.00"),
        refunds=yuan("0.00"),
        evidence="后台截图.png",
        merchantId=merchant.id,
        lines=[{"productId": product.id, "quantity": "2", "unit": "袋", "gross": yuan("30.00"), "refunds": yuan("0.00")}],
        idempotencyKey=new_key(),
    )
    institution = world.institution()
    invite(institution.buyer, "CANTEEN_APPROVER", institution.id, him, phone)
    world.wait_for_role(him, "CANTEEN_APPROVER", institution.id)
    campaign = world.campaign(institution, product)
    world.join(him, campaign, product)
    him.do("createApiKey", "secret", name=f"{name}的收银机", scopes=["orders:read"], expiresAt=world.instant(days=30))
    him.do("createUpload", "id", filename=f"{name}身份证明.png", purpose="evidence")
    world.operator.do(
        "grantRole", accountId=him.account_id, role="DEPARTMENT_OFFICER", scope="water_resources", reason=f"{name} {phone} 借调"
    )
    someone.made = {
        "merchant": merchant,
        "colleague": colleague,
        "open_order": open_order["orders"][0]["id"],
        "friend": friend,
        "gift": gift["orders"][0]["id"],
        "room": room,
        "institution": institution,
    }


def export(world: World, someone: Someone) -> dict[str, Any]:
    someone.client.do("requestExport", "state")
    document = "{ personRequests { nodes { kind state size url } } }"

    def made() -> dict[str, Any] | None:
        row: dict[str, Any] = someone.client.ask(document)["nodes"][0]
        return row if row["state"] == "done" else None

    row = wait_for(made, what="the export is made")
    answer = _pool.request("GET", row["url"])
    assert (answer.status, len(answer.data)) == (200, row["size"])
    found: dict[str, Any] = json.loads(answer.data)
    return found


def is_exported(finding: Finding, exported: dict[str, Any]) -> bool:
    if (finding.service, finding.table) in AUDIT:
        rows = exported["data"]["gateway"]["audit_trail"]
    else:
        rows = exported["data"][finding.service].get(finding.table, [])
    return any(finding.value in [str(v) for v in row.values()] for row in rows)


def is_kept_copy(finding: Finding, exported: dict[str, Any]) -> bool:
    """A register's name in one of its copies: the export has the name itself and says that this place keeps it."""
    listed = {(kept["table"], column) for kept in exported["kept_after_deletion"][finding.service] for column in kept["columns"]}
    return (finding.table, finding.column) in listed and finding.word in json.dumps(exported["data"], ensure_ascii=False)


def test_an_export_has_what_a_search_finds_and_after_deletion_it_finds_what_is_listed(world: World) -> None:
    someone = sign_up(world, "甄")
    live_a_life(world, someone)
    him = someone.client

    before = search(world.system, *someone.words)
    places = {f.place for f in before}
    assert places >= {
        ("gateway", "identities", "value"),
        ("gateway", "api_keys", "name"),
        ("gateway", "uploads", "filename"),
        ("gateway", "audit", "reason"),
        ("catalog", "contacts", "name"),
        ("catalog", "contacts", "phone"),
        ("catalog", "merchants", "name"),
        ("orders", "recipients", "name"),
        ("orders", "recipients", "phone"),
        ("orders", "recipients", "address"),
        ("orders", "refunds", "reason"),
        ("livestream", "handles", "handle"),
        ("reporting", "merchants", "name"),
    }, sorted(places)
    wait_for(lambda: any(f.place == ("gateway", "audit_trail", "reason") for f in search(world.system, someone.name)), what="gathered")
    exported = export(world, someone)
    _tell("before deletion", before)
    missing = [f for f in before if not is_exported(f, exported) and not is_kept_copy(f, exported)]
    assert not missing, missing
    assert exported["data"]["livestream"]["session_viewers"], "what he watched"
    assert exported["data"]["orders"]["campaign_members"], "what he joined"
    assert {c["purpose"] for c in exported["data"]["gateway"]["consents"]} == {"privacy", "marketing"}
    assert all(u["object_key"] for u in exported["data"]["gateway"]["uploads"]), "evidence is listed by its key"
    assert len(exported["data"]["orders"]["recipients"]) == 3, "his two and the gift to him"
    assert sum(r["buyer"] is None for r in exported["data"]["orders"]["recipients"]) == 1, "who sent it is another's datum"

    with pytest.raises(Refused) as refused:
        him.do("deleteAccount", "id", login="13900000000")
    assert refused.value.fields == ["login"]
    him.do("deleteAccount", "id state", login=someone.phone)
    assert him.post("{ me { id } }")["errors"][0]["extensions"]["code"] == "SESSION_ENDED"
    with pytest.raises(Refused) as refused:
        Client(world.url).do("signIn", TOKENS, login=someone.phone, password=PASSWORD)
    assert refused.value.codes == ["SIGN_IN_FAILED"]

    # While a parcel is on its way its label is needed, and the number by which it is found again.
    waiting = wait_for(lambda: answers(world, him, done_is=3), what="three services have erased, orders waits")
    assert waiting["orders"] is False
    now = {f.place for f in search(world.system, *someone.words)}
    assert {p for p in now if p[0] != "gateway"} <= KEPT, now - KEPT
    colleague: Someone = someone.made["colleague"]
    order = "query($id: ID!) { order(id: $id) { recipient { name phone } } }"
    assert colleague.client.ask(order, id=someone.made["open_order"])["recipient"] == {"name": someone.name, "phone": someone.phone}
    colleague.client.do("shipOrder", "state", id=someone.made["open_order"])

    wait_for(lambda: answers(world, him, done_is=4), seconds=60, what="all services have erased")
    wait_for(lambda: not [f for f in search(world.system, someone.phone) if f.table == "identities"], what="the gateway has")
    after = search(world.system, *someone.words)
    assert {f.place for f in after} <= KEPT, sorted({f.place for f in after} - KEPT)
    _tell("after deletion, all of it listed as kept by law", after)
    assert not [f for f in after if f.table == "recipients"]
    assert not [f for f in after if f.word == someone.phone], "no number anywhere"
    assert {f.place for f in after} >= {("catalog", "merchants", "name"), ("gateway", "audit", "reason")}, "the law's part is still there"
    friend: Client = someone.made["friend"]
    assert friend.ask(order, id=someone.made["gift"])["recipient"] == {"name": GONE, "phone": ""}, (
        "the order is the friend's, the name is not"
    )
    assert colleague.client.ask(order, id=someone.made["open_order"])["recipient"] is None
    members = colleague.client.ask(
        "query($s: String!) { members(role: MERCHANT, scope: $s) { nodes { accountId } } }", s=someone.made["merchant"].id
    )
    assert [raw(m["accountId"]) for m in members["nodes"]] == [raw(colleague.client.account_id)]
    again = sign_up_again(world, someone)
    assert again.account_id != him.account_id, "the number is free again, and nothing of before is his"
    assert again.ask("{ orders { nodes { id } } }")["nodes"] == []


def _tell(when: str, found: list[Finding]) -> None:
    """Shown by ``pytest -s``."""
    places = Counter(f.place for f in found)
    print(f"\n{when}: {len(found)} cells in {len(places)} columns")
    for (service, table, column), count in sorted(places.items()):
        print(f"  {service}.{table}.{column}: {count}")


def answers(world: World, him: Client, *, done_is: int) -> dict[str, bool] | None:
    """What the services answered to his deletion, once so many are done."""
    import psycopg

    with psycopg.connect(world.system.database_url("gateway"), autocommit=True) as conn:
        rows = conn.execute("SELECT service, done FROM person_answers WHERE account_id = %s", [raw(him.account_id)]).fetchall()
    found = {str(service): bool(done) for service, done in rows}
    return found if sum(found.values()) == done_is and len(found) == 4 else None


def sign_up_again(world: World, someone: Someone) -> Client:
    client = Client(world.url, someone.phone)
    client._keep(Client(world.url).do("signUp", TOKENS, login=someone.phone, password=PASSWORD))
    return client
