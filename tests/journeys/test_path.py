"""THE path: certified → found → bought → delivered to a canteen → sold live, at a counter, by a union and elsewhere → in the bureau's
figures and sums → back to each document. Through GraphQL alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3
from python_calamine import CalamineWorkbook

from tests.journeys.client import Client, pages, raw, wait_for
from tests.journeys.world import Merchant, Product, World, fen, unique, yuan

pytestmark = pytest.mark.system

COUNTY = "371526"  # the path's alone: no other test sells in or from it
CHANNEL_FIGURES = {
    "live": "live_sales",
    "contract": "contract_purchases",
    "counter": "counter_sales",
    "union": "union_sales",
    "online": "online_sales",
    "external": "external_sales",
}


@dataclass(frozen=True)
class Sale:
    """What the report must show for one act of selling."""

    channel: str
    evidence: str
    merchant: Merchant
    product: Product
    amount: int
    document: str  # kind of the document it leads back to
    consumption: str = COUNTY
    kind: str = "sale"


def test_each_sale_is_in_the_report_and_leads_back_to_its_document(world: World) -> None:
    before = figures(world)
    merchant = world.merchant(COUNTY)
    product = world.product(merchant, name=f"{rare()}灵芝孢子粉")
    find(world, product)
    sales = sell_everywhere(world, merchant, product)
    sums_agree(world, sales)
    lines = lines_lead_to_documents(world, sales)
    figures_agree(world, before, sales)
    report_agrees(world)
    assert all("phone" not in line and "name" not in line for line in lines)


def rare() -> str:
    """A word of its own, so that searching for it finds this product."""
    return "".join(secrets.choice("麒麟凤凰鹏翔鸿鹄瑞霖") for _ in range(2))


def find(world: World, product: Product) -> None:
    """By the directory, by words, by pinyin, with a wrong character, and in the facets."""
    visitor, merchant_id = world.visitor, product.merchant.id
    listed = wait_for(
        lambda: visitor.ask(
            """query($m: ID!) { products(merchantId: $m) { nodes {
                id name unit price { amount } merchantName countyCode sellable offerVersion validUntil } } }""",
            m=merchant_id,
        )["nodes"],
        what="listed",
    )
    assert listed == [
        {
            "id": product.id,
            "name": product.name,
            "unit": "袋",
            "price": {"amount": "12.50"},
            "merchantName": product.merchant.name,
            "countyCode": COUNTY,
            "sellable": True,
            "offerVersion": 1,
            "validUntil": world.day(365),
        }
    ]
    for words in (product.name, "灵芝", "孢子粉", "lingzhi", "lzbzf", "灵之孢子粉", "lingzi"):
        found = wait_for(
            lambda words=words: visitor.ask(
                """query($q: String!, $m: ID!) { search(query: $q, merchantId: $m) {
                    total nodes { id } facets { name values { key count } } } }""",
                q=words,
                m=merchant_id,
            ),
            what=words,
        )
        assert [n["id"] for n in found["nodes"]] == [product.id], (words, found)
        facets = {f["name"]: {v["key"]: v["count"] for v in f["values"]} for f in found["facets"]}
        assert facets["county_code"] == {COUNTY: 1}
        assert facets["category"] == {"ejiao_lingzhi": 1}


# ------------------------------------------------------------------------------------------- selling


def sell_everywhere(world: World, merchant: Merchant, product: Product) -> list[Sale]:
    def transacted(channel: str, amount: int, document: str, **more: Any) -> Sale:
        return Sale(channel, "transacted", merchant, product, amount, document, **more)

    sales = []
    # A shopper buys two, gets one refunded.
    shopper, checkout = world.buy((product, "2"), county=COUNTY)
    order = shopper.ask("query($id: ID!) { order(id: $id) { lines { id amount { amount } } } }", id=checkout.order_id)
    merchant.owner.do(
        "refundOrderLine",
        "state",
        orderId=checkout.order_id,
        lineId=order["lines"][0]["id"],
        quantity="1",
        restock=True,
        reason="破损",
    )
    sales += [transacted("online", 2500, "order"), transacted("online", -1250, "order", kind="refund")]

    # A canteen calls off ten, accepts nine at its door.
    institution = world.institution(COUNTY)
    contract_id = world.contract(institution, (product, "10.00", "100"))
    call_off_id = world.call_off(institution, merchant, contract_id, "10")
    accepted = world.accept(institution, world.dispatch(merchant, call_off_id, "10"), "9")
    assert fen(accepted["amount"]) == 9000
    sales.append(transacted("contract", 9000, "delivery"))

    # A live session shows it to a viewer who buys.
    streamer = world.streamer(COUNTY)
    session_id = world.live_session(streamer, product)
    viewer = world.shopper()
    token = world.attribution(viewer, session_id, product)
    world.buy((product, "1", token), shopper=viewer, county=COUNTY)
    sales.append(transacted("live", 1250, "order"))

    # A counter writes a slip of three and takes the odd fen off.
    outlet = world.outlet(COUNTY)
    slip = world.slip(outlet, product, "3", rounding=yuan("-0.50"))
    assert fen(slip["amount"]) == 3700
    sales.append(transacted("counter", 3700, "slip"))

    # Two members of a union choose two each; the union pays by transfer.
    campaign = world.campaign(institution, product)
    for member in (world.account(), world.account()):
        world.join(member, campaign, product, "2")
    institution.organiser.do("closeCampaign", "state", id=campaign["id"])
    paid = institution.organiser.do(
        "settleCampaign", "state", id=campaign["id"], transferReference=unique("TR"), fapiaoNo=unique("FP"), amount=yuan("50.00")
    )
    assert paid["state"] == "paid"
    sales.append(transacted("union", 5000, "campaign"))

    # A merchant of long standing reports last month's sales elsewhere; the county confirms.
    veteran, (bagged, weighed) = world.veterans["path"]
    sales += report_elsewhere(world, veteran, bagged, weighed)

    # A session on another platform, with evidence, confirmed by the county.
    sales += report_outside_session(world, merchant, product)
    return sales


def report_elsewhere(world: World, veteran: Merchant, bagged: Product, weighed: Product) -> list[Sale]:
    report = veteran.owner.do(
        "submitExternalReport",
        "id state",
        merchantId=veteran.id,
        month=world.previous_month(),
        paper="发票汇总.pdf",
        lines=[
            {"productId": p.id, "buyerKind": "food_factory", "consumptionCounty": where, "quantity": q, "unit": p.unit, "amount": yuan(a)}
            for p, where, q, a in ((bagged, "outside", "40", "480.00"), (weighed, COUNTY, "100", "650.00"))
        ],
    )
    world.county(COUNTY).do("confirmExternalReport", "state", id=report["id"])
    return [
        Sale("external", "reported", veteran, bagged, 48000, "external_report", "outside"),
        Sale("external", "reported", veteran, weighed, 65000, "external_report"),
    ]


def report_outside_session(world: World, merchant: Merchant, product: Product) -> list[Sale]:
    recorded = merchant.owner.do(
        "submitOutsideSession",
        "id state",
        title="产地直播专场",
        platform="抖音",
        host="高唐助农",
        startedAt=world.instant(seconds=-2),
        endedAt=world.instant(seconds=-1),
        participants=5200,
        paid=yuan("300.00"),
        refunds=yuan("25.00"),
        evidence="后台截图.png",
        merchantId=merchant.id,
        lines=[{"productId": product.id, "quantity": "24", "unit": "袋", "gross": yuan("300.00"), "refunds": yuan("25.00")}],
    )
    assert recorded["state"] == "submitted"
    world.county(COUNTY).do("confirmOutsideSession", "state", id=recorded["id"])
    where = "unknown"  # another platform's viewers: no county sees these by consumption
    return [
        Sale("live", "reported", merchant, product, 30000, "session", where),
        Sale("live", "reported", merchant, product, -2500, "session", where, "refund"),
    ]


# ----------------------------------------------------------------------------------------- reporting

SUM = (
    "key name gross { amount } refunds { amount } net { amount } transacted { amount } reported { amount } carriedForward { amount } lines"
)


def own(sales: list[Sale]) -> list[Sale]:
    """Of the merchant of this run; the veteran has others' reports too."""
    return [s for s in sales if s.merchant.id == sales[0].merchant.id]


def sums_agree(world: World, sales: list[Sale]) -> None:
    """By each dimension, for the merchant of this run: gross, refunds, net and the shares."""
    mine = own(sales)
    merchant_id = mine[0].merchant.id

    def asked(by: str) -> dict[str, dict[str, Any]]:
        answer = world.bureau.ask(
            f"query($m: ID!) {{ sums(by: {by}, filter: {{merchantId: $m}}) {{ nodes {{ {SUM} }} total {{ {SUM} }} }} }}", m=merchant_id
        )
        assert fen(answer["total"]["net"]) == sum(fen(n["net"]) for n in answer["nodes"])
        return {n["key"]: n for n in answer["nodes"]}

    total = sum(s.amount for s in mine)
    wait_for(lambda: agree(sum(fen(n["net"]) for n in asked("CHANNEL").values()), total), what="all sales are in the report")
    for by, key in (
        ("CHANNEL", lambda s: s.channel),
        ("EVIDENCE", lambda s: s.evidence),
        ("MERCHANT", lambda s: raw(s.merchant.id)),
        ("PRODUCT", lambda s: raw(s.product.id)),
        ("ORIGIN_COUNTY", lambda s: COUNTY),
        ("CONSUMPTION_COUNTY", lambda s: s.consumption),
    ):
        expected: dict[str, list[Sale]] = defaultdict(list)
        for sale in mine:
            expected[key(sale)].append(sale)
        rows = asked(by)
        assert rows.keys() == expected.keys(), by
        for name, group in expected.items():
            shown = {k: fen(rows[name][k]) for k in ("gross", "refunds", "net", "transacted", "reported", "carriedForward")}
            assert shown == {
                "gross": sum(s.amount for s in group if s.kind == "sale"),
                "refunds": -sum(s.amount for s in group if s.kind == "refund"),
                "net": sum(s.amount for s in group),
                "transacted": sum(s.amount for s in group if s.evidence == "transacted"),
                "reported": sum(s.amount for s in group if s.evidence == "reported"),
                "carriedForward": 0,
            }, (by, name)


def agree(found: int, expected: int) -> bool:
    assert found == expected, (found, expected)
    return True


def lines_lead_to_documents(world: World, sales: list[Sale]) -> list[dict[str, Any]]:
    """Each line is there once, and its document holds a line of the same amount and product."""
    mine = own(sales)
    selection = """id kind channel evidence documentKind documentId documentNo originCounty consumptionCounty productId reverses
        amount { amount }"""
    lines = pages(world.bureau, "saleLines", f'filter: {{merchantId: "{mine[0].merchant.id}"}}', selection)
    shown = sorted(
        (x["channel"], x["evidence"], x["kind"], fen(x["amount"]), x["documentKind"], x["originCounty"], x["consumptionCounty"])
        for x in lines
    )
    assert shown == sorted((s.channel, s.evidence, s.kind, s.amount, s.document, COUNTY, s.consumption) for s in mine)
    for line in lines:
        document = world.bureau.ask(
            """query($kind: String!, $id: String!) { document(kind: $kind, id: $id) {
                kind number evidence lines { productId kind amount { amount } } } }""",
            kind=line["documentKind"],
            id=line["documentId"],
        )
        assert (document["kind"], document["number"]) == (line["documentKind"], line["documentNo"])
        assert {"productId": line["productId"], "kind": line["kind"], "amount": line["amount"]} in document["lines"], line
    refund = next(x for x in lines if x["kind"] == "refund" and x["channel"] == "online")
    assert refund["reverses"] in {x["id"] for x in lines if x["kind"] == "sale"}
    return lines


def figures(world: World, who: Client | None = None) -> dict[str, dict[str, Any]]:
    answer = (who or world.bureau).ask(
        """query($c: String) { figures(countyCode: $c, more: true) {
            items { key unit value transacted reported carriedForward definition } } }""",
        c=COUNTY,
    )
    return {f["key"]: f for f in answer["items"]}


def value(figure: dict[str, Any]) -> int:
    return fen(figure["value"]) if figure["unit"] == "CNY" else int(figure["value"])


def figures_agree(world: World, before: dict[str, dict[str, Any]], sales: list[Sale]) -> None:
    """The county's figures have grown by what was sold, for the bureau as for the county's officer; their rows add up to them."""
    grown = {f"{key}": 0 for key in CHANNEL_FIGURES.values()} | {"sales_total": sum(s.amount for s in sales)}
    for sale in sales:
        grown[CHANNEL_FIGURES[sale.channel]] += sale.amount
    grown |= {"products_certified": 1, "contract_merchants": 1, "live_sessions": 1}

    def settled() -> dict[str, dict[str, Any]]:
        now = figures(world)
        difference = {key: value(now[key]) - value(before[key]) for key in grown}
        assert difference == grown, {k: (difference[k], v) for k, v in grown.items() if difference[k] != v}
        return now

    now = wait_for(settled, what="the figures")
    assert figures(world, world.county(COUNTY)) == now
    for key, figure in now.items():
        assert figure["definition"]
        if figure["unit"] == "CNY":
            assert fen(figure["value"]) == sum(fen(figure[k]) for k in ("transacted", "reported", "carriedForward")), key
        rows = pages(world.bureau, "figureRows", f'key: "{key}", countyCode: "{COUNTY}"', "id number documentKind documentId title")
        assert len({r["id"] for r in rows}) == len(rows)
        assert all(r["documentKind"] and r["documentId"] for r in rows)
        total = sum(fen(r["number"]) if figure["unit"] == "CNY" else int(r["number"]) for r in rows)
        assert total == value(figure), key


def report_agrees(world: World) -> None:
    """XLSX and CSV, by signed links; their cumulative column equals the figures."""
    first = world.today.replace(day=1).isoformat()
    asked = world.bureau.do("requestReport", "id state", **{"from": first, "until": world.day(), "countyCode": COUNTY})
    report = wait_for(
        lambda: (r := world.bureau.ask(REPORT, id=asked["id"]))["state"] in ("done", "failed") and r,
        what="the report is made",
    )
    assert report["state"] == "done", report
    files = {f["name"]: fetch(f) for f in report["files"]}
    now = figures(world)
    rows = list(csv.DictReader(io.StringIO(files["figures.csv"].decode("utf-8-sig"), newline="")))
    assert len(rows) == 25
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["report.xlsx"])).get_sheet_by_name("指标 figures").to_python()
    start = next(n for n, row in enumerate(book) if row[0] == "序号 No.")
    cumulative = {row[3]: row[6] for row in book[start + 1 :]}
    for row in rows:
        figure = now[row["键 key"]]
        number = fen(row["累计 cumulative"]) if figure["unit"] == "CNY" else int(row["累计 cumulative"])
        assert number == value(figure), row
        cell = cumulative[row["键 key"]]
        assert (round(float(cell) * 100) if figure["unit"] == "CNY" else int(cell)) == number


REPORT = "query($id: ID!) { report(id: $id) { state error files { name format size sha256 url } } }"


def fetch(file: dict[str, Any]) -> bytes:
    """Over its link, whole."""
    answer = urllib3.request("GET", file["url"], timeout=30)
    assert answer.status == 200
    assert (len(answer.data), hashlib.sha256(answer.data).hexdigest()) == (file["size"], file["sha256"])
    return bytes(answer.data)
