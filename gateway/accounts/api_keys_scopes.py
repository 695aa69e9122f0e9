"""What an API key may be allowed, as data: a closed list of scopes, each with the root fields it opens and the roles it carries.

A key never reaches what is not listed here: accounts, sessions, keys, roles, members, consents and personal data are in no scope. What is
public stays public with any key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.kit.errors import Forbidden
from services.kit.principal import Grant, Role

SELLERS = (Role.MERCHANT, Role.OUTLET)
BUYERS = (Role.SHOPPER, Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER)
OFFICES = (Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.BUREAU)


@dataclass(frozen=True)
class Scope:
    """``roles``: the owner's grants that a key with this scope carries on, no others."""

    title_zh: str
    title_en: str
    roles: tuple[Role, ...]
    fields: frozenset[str]


def _scope(title_zh: str, title_en: str, roles: tuple[Role, ...], queries: str = "", mutations: str = "") -> Scope:
    return Scope(
        title_zh, title_en, roles, frozenset({f"Query.{q}" for q in queries.split()} | {f"Mutation.{m}" for m in mutations.split()})
    )


SCOPES: dict[str, Scope] = {
    "schema:read": _scope("读取接口定义", "Read the schema (introspection)", ()),
    "catalog:read": _scope(
        "读取产品与认定",
        "Read products and certification",
        (Role.MERCHANT, *OFFICES),
        "merchantProducts application applications mechanisms offers liveSession node nodes",
    ),
    "catalog:write": _scope(
        "维护产品", "Maintain one's products", (Role.MERCHANT,), "", "changeProduct setProductImages uploadProductImage createUpload"
    ),
    "stock:write": _scope("维护库存", "Maintain one's stock", (Role.MERCHANT,), "stock", "setStock receiveStock"),
    "orders:read": _scope(
        "读取订单、合同、配送与网点单据",
        "Read orders, contracts, deliveries and papers of outlets",
        (*SELLERS, *BUYERS, *OFFICES),
        "order orders payment stock contract contracts callOff callOffs delivery deliveries institution institutions campaign campaigns "
        "slip slips sheet sheets fairOrders externalReport externalReports document node nodes",
    ),
    "orders:write": _scope(
        "处理订单、要货、配送与网点单据",
        "Work on orders, call-offs, deliveries and papers of outlets",
        (*SELLERS, *BUYERS),
        "",
        "placeOrder startPayment refreshPayment cancelOrder shipOrder callOffContract approveCallOff confirmCallOff rejectCallOff "
        "cancelCallOff dispatchDelivery acceptDelivery returnDeliveryLines recordSlip reverseSlip recordSheet reverseSheet recordFairOrder "
        "submitExternalReport resubmitExternalReport createUpload",
    ),
    "refunds:write": _scope("退款", "Refund", (Role.MERCHANT,), "", "refundOrderLine"),
    "reports:read": _scope(
        "读取数据与报告",
        "Read figures and reports",
        (*SELLERS, *BUYERS, *OFFICES),
        "sums saleLines figures figureRows report reports reconciliation document activities publicity departments outsideSession "
        "outsideSessions",
    ),
    "reports:write": _scope("生成报告", "Ask for reports", OFFICES, "", "requestReport"),
    "webhooks:manage": _scope(
        "管理事件推送",
        "Manage outgoing webhooks",
        (*SELLERS, *BUYERS, *OFFICES),
        "webhookEndpoints webhookDeliveries",
        "registerWebhookEndpoint changeWebhookEndpoint pauseWebhookEndpoint resumeWebhookEndpoint removeWebhookEndpoint "
        "rotateWebhookSecret pingWebhookEndpoint replayWebhookDelivery replayFailedWebhooks",
    ),
}
NEED_ALL = {"Query.node": ("catalog:read", "orders:read"), "Query.nodes": ("catalog:read", "orders:read")}
"""Operations that answer for objects of several scopes."""


def openers(field: str) -> tuple[str, ...]:
    """The scopes that open a root field; of `node` all are needed. Empty: no key ever does."""
    return NEED_ALL.get(field) or tuple(name for name, scope in SCOPES.items() if field in scope.fields)


def check(held: frozenset[str], field: str, *, public: bool) -> None:
    """Raises Forbidden unless a key with ``held`` may ask ``field`` (``Query.orders``). ``public``: the same for everybody."""
    if public:
        return
    needed = openers(field)
    opened = held.issuperset(needed) if field in NEED_ALL else not held.isdisjoint(needed)
    if not needed or not opened:
        raise Forbidden(None, scopes=", ".join(needed))


def carried(grants: Iterable[Grant], held: frozenset[str]) -> tuple[Grant, ...]:
    """The owner's grants that the scopes carry on."""
    roles = {role for name in held if name in SCOPES for role in SCOPES[name].roles}
    return tuple(g for g in grants if g.role in roles)


def unknown_fields(fields: Iterable[str]) -> list[str]:
    """Fields of the table that the schema does not have: a mistake of wiring."""
    return sorted({f for scope in SCOPES.values() for f in scope.fields} - set(fields))
