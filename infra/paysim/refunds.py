"""Refunds. Made and pending ones together never exceed the charge; a failed one gives its amount back."""

from __future__ import annotations

from infra.paysim import charges, connect, ids
from infra.paysim.errors import invalid, missing, refused
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_SIGNS = {"cny": "¥", "usd": "$", "eur": "€", "gbp": "£", "hkd": "HK$"}


def money(amount: int, currency: str) -> str:
    return f"{_SIGNS.get(currency, currency.upper() + ' ')}{amount // 100}.{amount % 100:02d}"


def _charge(u: Unit, p: Params) -> Doc:
    charge_id, intent_id = p.text("charge"), p.text("payment_intent")
    if charge_id is None and intent_id is None:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.",
                      code="parameter_missing")
    if intent_id is None:
        assert charge_id is not None
        return u.get("charge", charge_id, "charge")
    intent = u.get("payment_intent", intent_id, "payment_intent")
    latest = intent.data["latest_charge"]
    charge = u.find(latest) if latest else None
    if charge_id is not None and charge_id != latest:
        raise missing("charge", charge_id, "charge")
    if charge is None or charge.data["status"] != "succeeded":
        raise refused(f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
                      code="resource_missing", param="payment_intent")
    return charge


def create(u: Unit, p: Params) -> Doc:
    charge = _charge(u, p)
    wanted = p.amount()
    reason = p.choice("reason", ("duplicate", "fraudulent", "requested_by_customer"))
    reverse = p.flag("reverse_transfer")
    p.ignore("refund_application_fee", "instructions_email", "origin", "currency", "expand", "customer")
    metadata = p.metadata()
    p.finish()
    data = charge.data
    if data["status"] != "succeeded":
        raise refused(f"Charge {charge.id} has not succeeded and cannot be refunded.", code="charge_not_refundable",
                      param="charge")
    if data["disputed"] and charge.private.get("dispute_blocks"):
        raise refused(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed",
                      param="charge")
    if not data["captured"]:
        raise refused("This charge is not captured yet: cancel its PaymentIntent instead.", param="charge")
    left = data["amount_captured"] - data["amount_refunded"]
    if left <= 0:
        raise refused(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    amount = left if wanted is None else wanted
    if amount > left:
        raise refused(
            f"Refund amount ({money(amount, data['currency'])}) is greater than unrefunded amount on charge"
            f" ({money(left, data['currency'])})", param="amount",
        )
    return _make(u, charge, amount, reason, metadata, bool(reverse))


def _make(
    u: Unit, charge: Doc, amount: int, reason: str | None, metadata: dict[str, str], reverse: bool
) -> Doc:
    data = charge.data
    type = data["payment_method_details"]["type"]
    aftermath = charge.private["aftermath"]
    pending = aftermath == "refund_pending" or type == "wechat_pay"
    id = ids.new("refund")
    details = {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
                        "type": "refund"}}.get(type, {})
    record = charges.balance_transaction(
        u, "refund" if type == "card" else "payment_refund", id, -amount, data["currency"]
    )
    refund = u.add("refund", {
        "id": id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": record.id,
        "charge": charge.id,
        "created": u.time,
        "currency": data["currency"],
        "customer": data["customer"],
        "customer_account": None,
        "destination_details": {"type": type, type: details},
        "metadata": metadata,
        "payment_intent": data["payment_intent"],
        "payment_method": data["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    })
    if pending:
        refund.data["pending_reason"] = "processing"
    before = {"amount_refunded": data["amount_refunded"], "refunded": data["refunded"]}
    data["amount_refunded"] += amount
    data["refunded"] = data["amount_refunded"] == data["amount_captured"]
    u.save(charge)
    if reverse:
        connect.reverse_for_refund(u, charge, refund)
    if pending:
        u.after(u.tuning.async_ms, "refund_finish", refund, outcome="succeed")
    elif aftermath == "refund_fails":
        u.after(u.tuning.async_ms, "refund_finish", refund, outcome="fail")
    u.emit("refund.created", refund)
    u.emit("charge.refunded", charge, before)
    return refund


def finish(u: Unit, refund: Doc, outcome: str) -> None:
    """A pending refund succeeds; a pending or succeeded one may fail, and its money returns to the balance."""
    status = refund.data["status"]
    if status not in ("pending", "succeeded") or (outcome == "succeed" and status != "pending"):
        return
    refund.data.pop("pending_reason", None)
    if outcome == "succeed":
        refund.data["status"] = "succeeded"
        u.save(refund)
        u.emit("refund.updated", refund, {"status": status})
        u.emit("charge.refund.updated", refund, {"status": status})
        return
    record = charges.balance_transaction(
        u, "refund_failure", refund.id, refund.data["amount"], refund.data["currency"]
    )
    refund.data.update(
        status="failed", failure_reason="expired_or_canceled_card", failure_balance_transaction=record.id
    )
    u.save(refund)
    charge = u.get("charge", refund.data["charge"])
    charge.data["amount_refunded"] -= refund.data["amount"]
    charge.data["refunded"] = False
    u.save(charge)
    u.emit("refund.failed", refund, {"status": status})
    u.emit("refund.updated", refund, {"status": status})
    u.emit("charge.refund.updated", refund, {"status": status})


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("refund", id)


def update(u: Unit, p: Params, id: str) -> Doc:
    refund = u.get("refund", id)
    refund.data["metadata"] = p.metadata(refund.data["metadata"])
    p.finish()
    u.save(refund)
    u.emit("refund.updated", refund)
    return refund


def cancel(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    refund = u.get("refund", id)
    raise refused(
        f"This refund cannot be canceled: only refunds that require action can, and it has a status of"
        f" {refund.data['status']}.", param="id",
    )
