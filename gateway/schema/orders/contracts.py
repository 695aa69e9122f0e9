"""Institutions, contracts, call-offs, deliveries."""

from __future__ import annotations

from typing import Any

import graphene

from gateway.permissions import ACCOUNT, INSTITUTION, OFFICERS, roles
from gateway.schema.fields import by_id, listing, raw_id
from gateway.schema.inputs import amount, day, flag, instant, number, quantity, ref, rows, text
from gateway.schema.intentions import intention, send
from gateway.schema.orders.contract_types import CallOff, Contract, Delivery, Institution
from services.kit.principal import Role

_KINDS = {
    "institution_id": "Institution",
    "merchant_id": "Merchant",
    "contract_id": "Contract",
    "call_off_id": "CallOff",
    "outlet_id": "Outlet",
}


def filters_of(given: dict[str, Any]) -> dict[str, Any]:
    """Query arguments as the service wants them: global ids opened."""
    return {k: raw_id(v, _KINDS[k]) if k in _KINDS else v for k, v in given.items() if v is not None}


def orders_list(path: str) -> Any:
    def fetch(context: Any, page: dict[str, Any], **given: Any) -> Any:
        return context.clients.orders.get(path, {**page, **filters_of(given)}, context.principal)

    return fetch


QUERIES = {
    "institutions": listing(
        Institution,
        orders_list("/institutions"),
        "Institutions one may see",
        q=graphene.String(),
        kind=graphene.String(),
        county_code=graphene.String(),
    ),
    "institution": by_id(Institution, "Institution", "/institutions/{}", "orders", "An institution with its members"),
    "contracts": listing(
        Contract,
        orders_list("/contracts"),
        "Contracts of one's own side",
        state=graphene.String(),
        institution_id=graphene.ID(),
        merchant_id=graphene.ID(),
    ),
    "contract": by_id(Contract, "Contract", "/contracts/{}", "orders", "A contract with its lines and what is left"),
    "call_offs": listing(CallOff, orders_list("/call-offs"), "Call-offs", state=graphene.String(), contract_id=graphene.ID()),
    "call_off": by_id(CallOff, "CallOff", "/call-offs/{}", "orders", "A call-off with its lines"),
    "deliveries": listing(
        Delivery, orders_list("/deliveries"), "Deliveries", state=graphene.String(), contract_id=graphene.ID(), call_off_id=graphene.ID()
    ),
    "delivery": by_id(Delivery, "Delivery", "/deliveries/{}", "orders", "A delivery with its lines"),
}

_CONTRACT_LINE = {
    "line_no": number(required=False),
    "product_id": ref("Product", key="product_id"),
    "unit": text(),
    "price": amount("price_fen", "Per unit; left out in a framework contract", required=False),
    "max_quantity": quantity(required=False),
    "min_quantity": quantity(required=False),
}
_CALL_OFF_LINE = {
    "line_no": number("Of the contract; or the product", required=False),
    "product_id": ref("Product", key="product_id", required=False),
    "quantity": quantity(),
    "unit": text("斤 is taken", required=False),
}
_DELIVERY_LINE = {"line_no": number(), "quantity": quantity(), "unit": text(required=False), "price": amount("price_fen", required=False)}
_ACCEPTED_LINE = {
    "line_no": number(),
    "accepted_quantity": quantity(),
    "rejected_quantity": quantity(required=False),
    "unit": text(required=False),
    "reason": text(required=False),
}
_RETURN_LINE = {"line_no": number(), "quantity": quantity(), "unit": text(required=False)}
_CALL_OFF = {"id": ref("CallOff", key="call_off_id")}


def _call_off(name: str, verb: str, words: str, **more: Any) -> Any:
    return intention(name, words, {**_CALL_OFF, **more}, ("call_off", CallOff), send("orders", f"/call-offs/{{}}/{verb}", "call_off_id"))


MUTATIONS = {
    "apply_institution": intention(
        "applyInstitution",
        "Register an institution; the applicant becomes its buyer",
        {
            "institution_code": text(),
            "name": text(),
            "kind": text("hospital, school, enterprise …"),
            "county_code": text(),
            "meals_per_day": number(required=False),
            "kitchen": text(required=False),
        },
        ("institution", Institution),
        send("orders", "/institutions/apply"),
    ),
    "add_institution_member": intention(
        "addInstitutionMember",
        "Give a colleague a role",
        {
            "institution_id": ref("Institution", key="institution_id"),
            "account_id": ref("Account", key="account_id"),
            "role": text("canteen_buyer, canteen_approver or group_organiser"),
        },
        ("institution", Institution),
        send("orders", "/institutions/{}/members", "institution_id"),
    ),
    "propose_contract": intention(
        "proposeContract",
        "Write a contract; both parties then confirm its hash",
        {
            "contract_no": text(required=False),
            "institution_id": ref("Institution", key="institution_id"),
            "merchant_id": ref("Merchant", key="merchant_id"),
            "valid_from": day(),
            "valid_until": day(),
            "credit_limit": amount("credit_limit_fen", required=False),
            "acceptors_required": number("1 or 2", required=False),
            "tolerance": quantity(required=False),
            "signing": text(required=False),
            "lines": rows("ContractLineInput", _CONTRACT_LINE),
        },
        ("contract", Contract),
        send("orders", "/contracts"),
        keyed=True,
    ),
    "confirm_contract": intention(
        "confirmContract",
        "Agree to the contract with exactly this hash",
        {"id": ref("Contract", key="contract_id"), "hash": text()},
        ("contract", Contract),
        send("orders", "/contracts/{}/confirm", "contract_id"),
    ),
    "end_contract": intention(
        "endContract",
        "End a contract from today",
        {"id": ref("Contract", key="contract_id")},
        ("contract", Contract),
        send("orders", "/contracts/{}/end", "contract_id"),
    ),
    "call_off_contract": intention(
        "callOffContract",
        "Order in bulk under a contract, at most 2,000 lines",
        {
            "contract_id": ref("Contract", key="contract_id"),
            "deliver_on": day(),
            "welfare": flag("Paid from union funds"),
            "lines": rows("CallOffLineInput", _CALL_OFF_LINE),
        },
        ("call_off", CallOff),
        send("orders", "/contracts/{}/call-offs", "contract_id"),
        keyed=True,
    ),
    "approve_call_off": _call_off("approveCallOff", "approve", "By a second person of the institution"),
    "reject_call_off": _call_off("rejectCallOff", "reject", "Refuse a call-off; the remainder comes back", reason=text()),
    "confirm_call_off": _call_off("confirmCallOff", "confirm", "By the merchant; each product is certified at this moment"),
    "cancel_call_off": _call_off("cancelCallOff", "cancel", "Give up what is still open", reason=text(required=False)),
    "dispatch_delivery": intention(
        "dispatchDelivery",
        "Goods leave for the kitchen",
        {"call_off_id": ref("CallOff", key="call_off_id"), "lines": rows("DeliveryLineInput", _DELIVERY_LINE)},
        ("delivery", Delivery),
        send("orders", "/call-offs/{}/deliveries", "call_off_id"),
        keyed=True,
    ),
    "accept_delivery": intention(
        "acceptDelivery",
        "Accept by line at the door; only accepted goods are sales",
        {
            "id": ref("Delivery", key="delivery_id"),
            "lines": rows("AcceptedLineInput", _ACCEPTED_LINE),
            "accepted_at": instant("Of an acceptance noted offline", required=False),
        },
        ("delivery", Delivery),
        send("orders", "/deliveries/{}/accept", "delivery_id"),
        keyed=True,
    ),
    "return_delivery_lines": intention(
        "returnDeliveryLines",
        "Goods found bad after acceptance go back",
        {"id": ref("Delivery", key="delivery_id"), "lines": rows("ReturnLineInput", _RETURN_LINE), "reason": text()},
        ("delivery", Delivery),
        send("orders", "/deliveries/{}/return", "delivery_id"),
        keyed=True,
    ),
}

_PARTIES = roles(Role.MERCHANT, *INSTITUTION, *OFFICERS, Role.OPERATOR)
_BUYERS = roles(Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER)
_SIDES = roles(Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.MERCHANT)
_MERCHANT = roles(Role.MERCHANT)

PERMISSIONS = {
    "Query.institutions": _PARTIES,
    "Query.institution": _PARTIES,
    "Query.contracts": _PARTIES,
    "Query.contract": _PARTIES,
    "Query.callOffs": _PARTIES,
    "Query.callOff": _PARTIES,
    "Query.deliveries": _PARTIES,
    "Query.delivery": _PARTIES,
    "Mutation.applyInstitution": ACCOUNT,
    "Mutation.addInstitutionMember": roles(*INSTITUTION, Role.BUREAU, Role.OPERATOR),
    "Mutation.proposeContract": _SIDES,
    "Mutation.confirmContract": _SIDES,
    "Mutation.endContract": _SIDES,
    "Mutation.callOffContract": roles(Role.CANTEEN_BUYER),
    "Mutation.approveCallOff": roles(Role.CANTEEN_APPROVER),
    "Mutation.rejectCallOff": roles(Role.CANTEEN_APPROVER, Role.MERCHANT),
    "Mutation.confirmCallOff": _MERCHANT,
    "Mutation.cancelCallOff": _SIDES,
    "Mutation.dispatchDelivery": _MERCHANT,
    "Mutation.acceptDelivery": _BUYERS,
    "Mutation.returnDeliveryLines": _SIDES,
}
