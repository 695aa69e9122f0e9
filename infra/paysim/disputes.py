"""Disputes: opened by the documented cards or the control API, answered by evidence, closed by its documented texts."""

from __future__ import annotations

from typing import Any

from infra.paysim import charges, ids
from infra.paysim.errors import refused
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)
REASONS = {"dispute_fraudulent": "fraudulent", "dispute_not_received": "product_not_received",
           "dispute_inquiry": "product_not_received"}
_WEEKS = 14 * 86_400


def follow(u: Unit, charge: Doc) -> None:
    """Opens the dispute that the charge's card stands for, if it stands for one."""
    aftermath = charge.private["aftermath"]
    if aftermath in REASONS:
        open_dispute(u, charge, REASONS[aftermath], inquiry=aftermath == "dispute_inquiry")


def open_dispute(u: Unit, charge: Doc, reason: str, *, inquiry: bool = False) -> Doc:
    """A full dispute takes the money back at once; an inquiry does not."""
    amount = charge.data["amount_captured"] or charge.data["amount"]
    id = ids.new("dispute")
    records = [] if inquiry else [
        charges.balance_transaction(u, "adjustment", id, -amount, charge.data["currency"]).data
    ]
    card = charge.data["payment_method_details"].get("card")
    dispute = u.add("dispute", {
        "id": id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": records,
        "charge": charge.id,
        "created": u.time,
        "currency": charge.data["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": u.time + _WEEKS, "enhanced_eligibility": {}, "has_evidence": False, "past_due": False,
            "submission_count": 0, "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge.data["payment_intent"],
        "payment_method_details": {"type": "card", "card": {
            "brand": card["brand"], "case_type": "inquiry" if inquiry else "chargeback", "network": card["network"],
            "network_reason_code": "10.4" if reason == "fraudulent" else "13.1",
        }} if card else None,
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    })
    charge.data["disputed"] = True
    charge.private["dispute_blocks"] = not inquiry
    u.save(charge)
    u.emit("charge.dispute.created", dispute)
    if not inquiry:
        u.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("dispute", id)


def update(u: Unit, p: Params, id: str) -> Doc:
    dispute = u.get("dispute", id)
    data = dispute.data
    given = p.child("evidence")
    evidence: dict[str, Any] = dict(data["evidence"])
    if given is not None:
        evidence |= {key: given.text(key, longest=20_000) for key in _EVIDENCE if given.has(key)}
        given.ignore("enhanced_evidence")
    submit = p.flag("submit")
    data["metadata"] = p.metadata(data["metadata"])
    p.ignore("expand")
    p.finish()
    if given is not None:
        if data["status"] not in ("needs_response", "warning_needs_response"):
            raise refused(f"This dispute takes no more evidence: its status is {data['status']}.",
                          code="status_transition_invalid")
        data["evidence"] = evidence
        data["evidence_details"] = data["evidence_details"] | {"has_evidence": True}
        if submit is not False:
            data["evidence_details"] = data["evidence_details"] | {
                "submission_count": 1, "submission_method": "manual",
            }
            data["status"] = "warning_under_review" if data["status"].startswith("warning") else "under_review"
    u.save(dispute)
    u.emit("charge.dispute.updated", dispute)
    told = (evidence.get("uncategorized_text") or "").strip()
    if data["status"].endswith("under_review") and told in ("winning_evidence", "losing_evidence"):
        settle(u, dispute, won=told == "winning_evidence")
    return dispute


def close(u: Unit, p: Params, id: str) -> Doc:
    """The seller gives in."""
    p.ignore("expand")
    p.finish()
    dispute = u.get("dispute", id)
    if dispute.data["status"] in ("won", "lost", "warning_closed"):
        raise refused("This dispute is already closed.", code="status_transition_invalid")
    settle(u, dispute, won=False)
    return dispute


def settle(u: Unit, dispute: Doc, *, won: bool) -> None:
    data = dispute.data
    charge = u.get("charge", data["charge"])
    inquiry = data["status"].startswith("warning")
    data["status"] = "warning_closed" if inquiry and won else "won" if won else "lost"
    if won and not inquiry:
        record = charges.balance_transaction(u, "adjustment", dispute.id, data["amount"], data["currency"])
        data["balance_transactions"] = [*data["balance_transactions"], record.data]
        charge.private["dispute_blocks"] = False
        data["is_charge_refundable"] = True
        u.save(charge)
        u.emit("charge.dispute.funds_reinstated", dispute)
    u.save(dispute)
    u.emit("charge.dispute.closed", dispute)
