"""Charges and the balance transactions behind them."""

from __future__ import annotations

from typing import Any

from infra.paysim import ids
from infra.paysim.cards import Decline, TestCard
from infra.paysim.forms import Params
from infra.paysim.methods import card_of
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_DAY = 86_400
FEE_PER_MILLE = 29


def balance_transaction(
    u: Unit, type: str, source: str, amount: int, currency: str, *, fee: int = 0, available_on: int | None = None
) -> Doc:
    """Moves `amount - fee` on the account's balance and returns its record."""
    on = u.time if available_on is None else available_on
    fees = [{"amount": fee, "application": None, "currency": currency, "description": "Stripe processing fees",
             "type": "stripe_fee"}] if fee else []
    u.move(currency, amount - fee, on)
    category = {"payment": "charge", "payment_refund": "refund", "adjustment": "dispute"}.get(type, type)
    return u.add("balance_transaction", {
        "id": ids.new("balance_transaction"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": on,
        "balance_type": "payments",
        "created": u.time,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "available" if on <= u.time else "pending",
        "type": type,
    })


def _outcome(status: str, decline: Decline | None, is_card: bool) -> dict[str, Any] | None:
    if status == "pending":
        return None
    if decline is not None:
        blocked = decline.decline_code == "fraudulent"
        return {
            "advice_code": None if blocked else "try_again_later",
            "network_advice_code": None,
            "network_decline_code": None if blocked else "01",
            "network_status": "not_sent_to_network" if blocked else "declined_by_network",
            "reason": "highest_risk_level" if blocked else decline.decline_code,
            "risk_level": "highest" if blocked else "normal",
            "risk_score": 92 if blocked else 20,
            "seller_message": "Stripe blocked this payment." if blocked
            else "The bank did not return any further details with this decline.",
            "type": "blocked" if blocked else "issuer_declined",
        }
    risk = {"risk_level": "normal", "risk_score": 20} if is_card else {"risk_level": "not_assessed"}
    return {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None,
        "network_status": "approved_by_network", "reason": None, "seller_message": "Payment complete.",
        "type": "authorized", **risk,
    }


def _method_details(method: Doc, card: TestCard | None, amount: int, authenticated: bool, ok: bool) -> dict[str, Any]:
    if card is None:
        type = method.data["type"]
        common: dict[str, Any] = {"fingerprint": "wallet" + ids.token(10), "transaction_id": ids.token(24)}
        return {"type": type, type: common | ({"buyer_id": None} if type == "alipay" else {})}
    shown = method.data["card"]
    secure = {
        "authentication_flow": "challenge", "electronic_commerce_indicator": "05", "exemption_indicator": None,
        "result": "authenticated", "result_reason": None, "transaction_id": ids.token(24), "version": "2.2.0",
    }
    return {"type": "card", "card": {
        "amount_authorized": amount if ok else None,
        "authorization_code": "123456" if ok else None,
        "brand": card.brand,
        "checks": shown["checks"] | (
            {"cvc_check": "pass" if ok else "fail"} if shown["checks"]["cvc_check"] else {}
        ),
        "country": card.country,
        "exp_month": shown["exp_month"],
        "exp_year": shown["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": ids.token(15),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": secure if authenticated else None,
        "wallet": None,
    }}


def make(
    u: Unit, intent: Doc, method: Doc, status: str, *, amount: int, captured: bool, authenticated: bool = False,
    decline: Decline | None = None,
) -> Doc:
    """The charge of one attempt: status succeeded, pending or failed. No event is sent, no money moved yet."""
    card = card_of(method)
    data = intent.data
    ok = status == "succeeded"
    id = ids.new("charge")
    return u.add("charge", {
        "id": id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if ok and captured else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": data["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": method.data["billing_details"],
        "calculated_statement_descriptor": data["statement_descriptor"] or "BANGFU",
        "captured": ok and captured,
        "created": u.time,
        "currency": data["currency"],
        "customer": data["customer"],
        "description": data["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": data["metadata"],
        "on_behalf_of": data["on_behalf_of"],
        "outcome": _outcome(status, decline, card is not None),
        "paid": ok,
        "payment_intent": intent.id,
        "payment_method": method.id,
        "payment_method_details": _method_details(method, card, amount, authenticated, ok),
        "receipt_email": data["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{u.base_url}/receipts/{id}" if ok else None,
        "refunded": False,
        "review": None,
        "shipping": data["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": data["statement_descriptor"],
        "statement_descriptor_suffix": data["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": data["transfer_data"],
        "transfer_group": data["transfer_group"],
    }, {"aftermath": card.aftermath if card else "", "pending": 0})


def book(u: Unit, charge: Doc) -> None:
    """The captured money enters the balance: two days later it is available (at once for the card that says so)."""
    amount = charge.data["amount_captured"]
    at_once = charge.private["aftermath"] == "available_at_once"
    record = balance_transaction(
        u, "charge" if charge.data["payment_method_details"]["type"] == "card" else "payment",
        charge.id, amount, charge.data["currency"], fee=amount * FEE_PER_MILLE // 1_000,
        available_on=u.time if at_once else u.time + 2 * _DAY,
    )
    charge.data["balance_transaction"] = record.id
    u.save(charge)


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("charge", id)


def update(u: Unit, p: Params, id: str) -> Doc:
    charge = u.get("charge", id)
    charge.data["metadata"] = p.metadata(charge.data["metadata"])
    for name in ("description", "receipt_email", "transfer_group"):
        if p.has(name):
            charge.data[name] = p.text(name)
    p.ignore("shipping", "fraud_details", "customer")
    p.finish()
    u.save(charge)
    u.emit("charge.updated", charge)
    return charge


def balance(u: Unit, p: Params) -> dict[str, Any]:
    """The asking account's money; CNY is shown even when there is none."""
    p.finish()
    rows = {"cny": (0, 0)} | u.store.balance(u.call.account, u.time)

    def part(place: int) -> list[dict[str, Any]]:
        return [
            {"amount": row[place], "currency": currency, "source_types": {"card": row[place]}}
            for currency, row in sorted(rows.items())
        ]

    return {"object": "balance", "available": part(0), "livemode": False, "pending": part(1)}
