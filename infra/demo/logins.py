"""The accounts of the demo: one password for all, made at random for each state folder. Numbers that begin with 100 are never issued."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from infra.demo.city.counties import COUNTIES
from infra.demo.city.registers import DEPARTMENTS as REGISTER


@dataclass(frozen=True)
class Login:
    """`role` and `scope` as the API names them; an empty role is granted by nobody: the account earns it on its way."""

    key: str
    login: str
    name: str
    words: str
    try_this: str
    role: str = ""
    scope: str = ""


OPERATOR = Login("operator", "10000000001", "演示运维", "operator", "importRuns, sync, reconciliation", "OPERATOR")
BUREAU = Login("bureau", "10000000002", "演示主管单位", "bureau", "figures, figureRows, sums; suspendProduct", "BUREAU")
DEPARTMENTS = tuple(
    Login(
        f"department:{code}",
        f"100000001{n:02d}",
        f"演示{name}",
        f"department officer, {name}",
        "applications(queue: true)",
        "DEPARTMENT_OFFICER",
        code,
    )
    for n, (code, name, _) in enumerate(REGISTER, start=1)
)
OFFICERS = tuple(
    Login(
        f"county:{county.code}",
        f"100000002{n:02d}",
        f"演示{county.name}专员",
        f"county officer, {county.name}",
        "applications(queue: true), figures(countyCode)",
        "COUNTY_OFFICER",
        county.code,
    )
    for n, county in enumerate(COUNTIES, start=1)
)
SHOPPER = Login("shopper", "10000000301", "演示顾客", "shopper", "products, search, placeOrder, startPayment with pm_card_visa")
MERCHANT = Login("merchant", "10000000401", "演示商户", "merchant", "merchantProducts, setStock, orders(merchantId), confirmCallOff")
BUYER = Login("buyer", "10000000501", "演示食堂采购", "canteen buyer", "contracts, callOffContract, acceptDelivery")
APPROVER = Login("approver", "10000000502", "演示食堂审批", "canteen approver", "callOffs, approveCallOff")
ORGANISER = Login("organiser", "10000000503", "演示团购组织", "group organiser", "createCampaign, openCampaign, settleCampaign")
STREAMER = Login("streamer", "10000000601", "演示主播", "streamer", "scheduleSession, linkProducts, startSession")
OUTLET = Login("outlet", "10000000701", "演示网点店员", "outlet operator", "recordSlip, recordSheet")

PEOPLE = (SHOPPER, MERCHANT, BUYER, APPROVER, ORGANISER, STREAMER, OUTLET)
ALL = (OPERATOR, BUREAU, *DEPARTMENTS, *OFFICERS, *PEOPLE)
BY_KEY = {one.key: one for one in ALL}


def password_of(secret: str) -> str:
    """The demo's password of a state folder, from that folder's own secret: random elsewhere, the same at every start."""
    digest = hmac.digest(secret.encode(), b"demo accounts", hashlib.sha256)
    return "bangfu-" + base64.b32encode(digest)[:8].decode().lower()
