"""One of everybody, by the real path: a certified merchant with products, a canteen with its contract, a streamer, an outlet.

Each step looks for what it would make, so that it may be repeated and goes on where it was interrupted.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from stdnum.cn.uscc import calc_check_digit

from infra.demo.build.cast import Cast, DemoError, granted, scopes
from infra.demo.client import Api, ApiError, until

COUNTY = "371502"
# Who holds which duty in the seed of catalog; the county's own officer does the first review.
HOLDERS = {"quality": "agriculture_rural", "lawful_operation": "market_supervision", "assistance": "rural_revitalisation"}
MERCHANT_NAME = "东昌府禾田家庭农场（演示）"
INSTITUTION_CODE, OUTLET_CODE, HANDLE = "I-DEMO-1", "C-DEMO-1", "@禾田小播（演示）"
CERTIFIED_DAYS = 730


@dataclass(frozen=True)
class Goods:
    """`price` in yuan a pack, `bulk` in yuan a kilogram, `stock` in packs."""

    name: str
    category: str
    family: str
    unit: str
    pack: str
    grams: int
    price: str
    bulk: str
    stock: int
    description: str


GOODS = (
    Goods(
        "禾田 石磨小麦粉", "grain", "wheat-flour", "袋", "5kg/袋", 5000, "32.80", "4.40", 400, "本地强筋小麦，石磨低温研磨，不加增白剂。"
    ),
    Goods("禾田 鲜鸡蛋", "poultry_eggs", "eggs", "板", "30枚/板（约1.8kg）", 1800, "26.00", "10.80", 300, "林下散养，当日捡蛋，次日送达。"),
    Goods("禾田 番茄", "vegetables", "tomato", "箱", "2.5kg/箱", 2500, "19.90", "4.60", 200, "大棚熊蜂授粉，自然成熟采摘。"),
)


@dataclass(frozen=True)
class Founded:
    """Global ids of what was made; `products` in the order of GOODS."""

    merchant: str
    products: tuple[str, ...]
    institution: str
    contract: str
    streamer: str
    outlet: str


def money(yuan: str) -> dict[str, str]:
    return {"amount": yuan}


def today() -> date:
    return datetime.now(timezone(timedelta(hours=8))).date()


def found(cast: Cast) -> Founded:
    with ThreadPoolExecutor(4) as pool:
        merchant = pool.submit(_merchant, cast)
        institution = pool.submit(_institution, cast)
        streamer = pool.submit(_streamer, cast)
        outlet = pool.submit(_outlet, cast)
        merchant_id, products = merchant.result()
        contract = _contract(cast, merchant_id, products, institution.result())
        return Founded(merchant_id, products, institution.result(), contract, streamer.result(), outlet.result())


# ------------------------------------------------------------------------------------------ merchant and products


def _merchant(cast: Cast) -> tuple[str, tuple[str, ...]]:
    api = cast["merchant"]
    if not scopes(api, "MERCHANT"):
        body = f"92{COUNTY}XX9900001"
        api.do(
            "applyMerchant",
            {
                "creditCode": body + calc_check_digit(body),
                "name": MERCHANT_NAME,
                "kind": "family_farm",
                "countyCode": COUNTY,
                "township": "许营镇",
                "foundedOn": "2019-03-12",
                "contactName": "演示联系人",
                "contactPhone": "10000000401",
            },
            "application { id }",
        )
    merchant_id = granted(api, "MERCHANT")
    _certify(cast, [a for a in _applications(api, merchant_id) if a["subject"] == "merchant"], "帮扶认〔演示〕1号")
    mine = {p["name"]: p["id"] for p in api.pages("merchantProducts", f'merchantId: "{merchant_id}"', "id name")}
    for goods in GOODS:
        if goods.name not in mine:
            mine[goods.name] = _apply_product(api, merchant_id, goods)
    _certify(cast, [a for a in _applications(api, merchant_id) if a["subject"] == "product"], "帮扶认〔演示〕2号")
    ids = tuple(mine[g.name] for g in GOODS)
    _wait_on_sale(api, ids)
    for product_id, goods in zip(ids, GOODS, strict=True):
        api.do(
            "receiveStock",
            {"productId": product_id, "quantity": str(goods.stock), "idempotencyKey": f"demo-stock-{goods.family}"},
            "stock { available }",
        )
    return merchant_id, ids


def _applications(api: Api, merchant_id: str) -> list[dict[str, Any]]:
    return [a for a in api.pages("applications", "", "id subject state merchantId") if a["merchantId"] == merchant_id]


def _apply_product(api: Api, merchant_id: str, goods: Goods) -> str:
    application = api.do(
        "applyProduct",
        {
            "merchantId": merchant_id,
            "name": goods.name,
            "category": goods.category,
            "family": goods.family,
            "countyCode": COUNTY,
            "unit": goods.unit,
            "pack": goods.pack,
            "netWeightG": goods.grams,
            "price": money(goods.price),
            "bulkPricePerKg": money(goods.bulk),
            "isFood": True,
            "description": goods.description,
        },
        "application { productId }",
    )
    return str(application["productId"])


def _certify(cast: Cast, applications: list[dict[str, Any]], document_no: str) -> None:
    """Each duty by who holds it, then the bureau's decision over all of them."""
    ready = [a["id"] for a in applications if _reviewed(cast, a["id"]) != "certified"]
    if ready:
        cast["bureau"].do(
            "certify",
            {"applicationIds": ready, "documentNo": document_no, "validUntil": (today() + timedelta(days=CERTIFIED_DAYS)).isoformat()},
            "certificates { certificateNo }",
        )


def _reviewed(cast: Cast, application_id: str) -> str:
    """Pass every open step; the state reached."""
    for _ in range(20):
        application = cast["bureau"].ask("query A($id: ID!) { application(id: $id) { state steps { duty by open } } }", id=application_id)[
            "application"
        ]
        steps = [s for s in application["steps"] if s["open"]]
        if application["state"] != "in_review" or not steps:
            return str(application["state"])
        for step in steps:
            key = f"county:{COUNTY}" if step["by"] == "county" else f"department:{HOLDERS[step['duty']]}"
            cast[key].do("reviewApplication", {"id": application_id, "duty": step["duty"], "verdict": "PASS"}, "application { state }")
    raise DemoError(f"the application {application_id} does not come to an end")


def _wait_on_sale(api: Api, product_ids: tuple[str, ...]) -> None:
    """Until orders would sell them, had it any: its copy of a certification is a moment behind."""

    def certified() -> bool:
        document = "query O($ids: [ID!]!) { offers(productIds: $ids) { productId sellable reason } }"
        offers = api.ask(document, ids=list(product_ids))["offers"]
        return {o["productId"] for o in offers if o["sellable"] or o["reason"] == "sold_out"} >= set(product_ids)

    until(certified, "the certified products to be on sale")


# ------------------------------------------------------------------------------------------ institution and contract


def _institution(cast: Cast) -> str:
    buyer = cast["buyer"]
    if not scopes(buyer, "CANTEEN_BUYER"):
        _unless(
            ("CODE_TAKEN", "ALREADY_APPLIED", "KEY_CONFLICT"),
            buyer,
            "applyInstitution",
            {
                "institutionCode": INSTITUTION_CODE,
                "name": "禾田小学食堂（演示）",
                "kind": "school",
                "countyCode": COUNTY,
                "mealsPerDay": 900,
                "kitchen": "own",
            },
            "institution { id }",
        )
    institution = granted(buyer, "CANTEEN_BUYER")
    for key, role in (("approver", "canteen_approver"), ("organiser", "group_organiser")):
        if not scopes(cast[key], role.upper()):
            if not cast[key].account_id:
                cast[key].sign_in()
            buyer.do(
                "addInstitutionMember",
                {"institutionId": institution, "accountId": cast[key].account_id, "role": role},
                "institution { id }",
            )
            granted(cast[key], role.upper())
    return institution


def _contract(cast: Cast, merchant_id: str, products: tuple[str, ...], institution: str) -> str:
    buyer = cast["buyer"]
    start = today()
    mine = list(buyer.pages("contracts", f'institutionId: "{institution}", merchantId: "{merchant_id}"', "id state"))
    if mine:
        contract_id = str(mine[0]["id"])
    else:
        contract_id = str(
            buyer.do(
                "proposeContract",
                {
                    "idempotencyKey": "demo-contract-1",
                    "institutionId": institution,
                    "merchantId": merchant_id,
                    "validFrom": start.isoformat(),
                    "validUntil": (start + timedelta(days=364)).isoformat(),
                    "lines": [
                        {"lineNo": 1, "productId": products[0], "unit": "kg", "price": money("4.40"), "maxQuantity": "20000"},
                        {"lineNo": 2, "productId": products[1], "unit": "kg", "price": money("10.80"), "maxQuantity": "8000"},
                    ],
                },
                "contract { id }",
            )["id"]
        )
    contract = buyer.ask("query C($id: ID!) { contract(id: $id) { state hash institutionConfirmed merchantConfirmed } }", id=contract_id)[
        "contract"
    ]
    for api, done in ((buyer, contract["institutionConfirmed"]), (cast["merchant"], contract["merchantConfirmed"])):
        if not done and contract["state"] == "proposed":
            api.do("confirmContract", {"id": contract_id, "hash": contract["hash"]}, "contract { state }")
    return contract_id


# ------------------------------------------------------------------------------------------ streamer and outlet


def _streamer(cast: Cast) -> str:
    api = cast["streamer"]
    if not scopes(api, "STREAMER"):
        mine = list(api.pages("streamers", "", "id state"))
        streamer = (
            str(mine[0]["id"]) if mine else str(api.do("applyStreamer", {"handle": HANDLE, "countyCode": COUNTY}, "streamer { id }")["id"])
        )
        if not mine or mine[0]["state"] == "applied":
            cast[f"county:{COUNTY}"].do("approveStreamer", {"id": streamer}, "streamer { state }")
    return granted(api, "STREAMER")


def _outlet(cast: Cast) -> str:
    api = cast["outlet"]
    if not scopes(api, "OUTLET"):
        mine = [o for o in api.pages("outlets", f'countyCode: "{COUNTY}", state: "applied"', "id code") if o["code"] == OUTLET_CODE]
        outlet = (
            str(mine[0]["id"])
            if mine
            else str(
                api.do(
                    "applyOutlet",
                    {
                        "outletCode": OUTLET_CODE,
                        "kind": "counter",
                        "subKind": "supermarket",
                        "name": "禾田超市东昌府店 帮扶专柜（演示）",
                        "countyCode": COUNTY,
                        "openedOn": today().isoformat(),
                    },
                    "outlet { id }",
                )["id"]
            )
        )
        cast[f"county:{COUNTY}"].do("approveOutlet", {"id": outlet}, "outlet { state }")
    return granted(api, "OUTLET")


def _unless(codes: tuple[str, ...], api: Api, name: str, given: dict[str, Any], answer: str) -> None:
    """Perform `name`; a refusal that says it was done before is fine."""
    try:
        api.do(name, given, answer)
    except ApiError as error:
        if error.code not in codes:
            raise
