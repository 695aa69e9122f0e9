"""Connected accounts and transfers to them."""

from __future__ import annotations

from typing import Any

from infra.paysim import charges, ids
from infra.paysim.errors import invalid, missing, refused
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_TRANSFERS_OUT = "balance_insufficient"


def create_account(u: Unit, p: Params) -> Doc:
    kind = p.choice("type", ("custom", "express", "standard")) or "standard"
    country, email = (p.text("country") or "CN").upper(), p.text("email")
    if len(country) != 2 or not country.isalpha():
        raise invalid(f"Invalid country: {country[:20]}.", param="country")
    business = p.choice("business_type", ("company", "government_entity", "individual", "non_profit"))
    p.ignore("capabilities", "business_profile", "company", "individual", "controller", "settings", "tos_acceptance",
             "default_currency", "external_account", "expand", "documents")
    metadata = p.metadata()
    p.finish()
    id = ids.new("account")
    nothing: dict[str, Any] = {
        "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None, "errors": [],
        "eventually_due": [], "past_due": [], "pending_verification": [],
    }
    account = u.add("account", {
        "id": id,
        "object": "account",
        "business_profile": None,
        "business_type": business,
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": country,
        "created": u.time,
        "default_currency": "cny",
        "details_submitted": True,
        "email": email,
        "external_accounts": {
            "object": "list", "data": [], "has_more": False, "url": f"/v1/accounts/{id}/external_accounts"
        },
        "future_requirements": dict(nothing),
        "metadata": metadata,
        "payouts_enabled": True,
        "requirements": dict(nothing),
        "type": kind,
    })
    u.emit("account.updated", account)
    return account


def retrieve_account(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("account", id)


def update_account(u: Unit, p: Params, id: str) -> Doc:
    account = u.get("account", id)
    account.data["metadata"] = p.metadata(account.data["metadata"])
    if p.has("email"):
        account.data["email"] = p.text("email")
    p.ignore("capabilities", "business_profile", "company", "individual", "settings", "tos_acceptance")
    p.finish()
    u.save(account)
    u.emit("account.updated", account)
    return account


def delete_account(u: Unit, p: Params, id: str) -> dict[str, Any]:
    p.finish()
    account = u.get("account", id)
    if any(sum(both) != 0 for both in u.store.balance(id, u.time).values()):
        raise refused("This account cannot be deleted while its balance is not zero.", code="account_invalid")
    u.delete(account)
    return {"id": id, "object": "account", "deleted": True}


def _transferred(u: Unit, charge: Doc) -> int:
    done: int = charge.private.get("transferred", 0)
    return done


def _transfer(
    u: Unit, destination: Doc, amount: int, currency: str, *, source: Doc | None, group: str | None,
    description: str | None, metadata: dict[str, str],
) -> Doc:
    id = ids.new("transfer")
    record = charges.balance_transaction(u, "transfer", id, -amount, currency)
    u.move(currency, amount, account=destination.id)
    transfer = u.add("transfer", {
        "id": id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": record.id,
        "created": u.time,
        "currency": currency,
        "description": description,
        "destination": destination.id,
        "destination_payment": "py_1" + ids.token(22),
        "livemode": False,
        "metadata": metadata,
        "reversals": {"object": "list", "data": [], "has_more": False, "total_count": 0,
                      "url": f"/v1/transfers/{id}/reversals"},
        "reversed": False,
        "source_transaction": source.id if source else None,
        "source_type": "card",
        "transfer_group": group,
    })
    if source is not None:
        source.private["transferred"] = _transferred(u, source) + amount
        u.save(source)
    u.emit("transfer.created", transfer)
    return transfer


def create_transfer(u: Unit, p: Params) -> Doc:
    destination_id, currency = p.needed("destination"), p.needed("currency", longest=3).lower()
    source_id, wanted = p.text("source_transaction"), p.amount()
    destination = u.find(destination_id)
    if destination is None or destination.kind != "account":
        raise missing("destination", destination_id, "destination")
    source = u.get("charge", source_id, "source_transaction") if source_id else None
    group, description, metadata = p.text("transfer_group"), p.text("description"), p.metadata()
    p.ignore("source_type", "expand")
    p.finish()
    if source is None:
        if wanted is None:
            raise invalid("Missing required param: amount.", code="parameter_missing", param="amount")
        amount, available = wanted, u.balance(currency)[0]
        if amount > available:
            raise refused(
                "You have insufficient available funds in your Stripe account. Try adding funds directly to your"
                " available balance by creating Charges using the 4000000000000077 test card.", code=_TRANSFERS_OUT,
            )
    else:
        if source.data["status"] != "succeeded" or source.data["currency"] != currency:
            raise refused("source_transaction must be a successful charge in the same currency.",
                          param="source_transaction")
        left = source.data["amount_captured"] - _transferred(u, source)
        amount = left if wanted is None else wanted
        if amount > left:
            raise refused("Transfers using this transaction as a source must not exceed the source amount.",
                          code=_TRANSFERS_OUT, param="amount")
    return _transfer(u, destination, amount, currency, source=source, group=group, description=description,
                     metadata=metadata)


def pay_destination(u: Unit, charge: Doc) -> None:
    """A payment with transfer_data hands its amount, less the application fee, to the connected account."""
    wanted = charge.data["transfer_data"]
    if not wanted:
        return
    destination = u.get("account", wanted["destination"])
    amount = wanted.get("amount")
    if amount is None:
        amount = charge.data["amount_captured"] - (charge.data["application_fee_amount"] or 0)
    if amount <= 0:
        return
    transfer = _transfer(u, destination, amount, charge.data["currency"], source=charge,
                         group=charge.data["transfer_group"], description=None, metadata={})
    charge.data["transfer"] = transfer.id
    u.save(charge)


def retrieve_transfer(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("transfer", id)


def update_transfer(u: Unit, p: Params, id: str) -> Doc:
    transfer = u.get("transfer", id)
    transfer.data["metadata"] = p.metadata(transfer.data["metadata"])
    if p.has("description"):
        transfer.data["description"] = p.text("description")
    p.finish()
    u.save(transfer)
    u.emit("transfer.updated", transfer)
    return transfer


def create_reversal(u: Unit, p: Params, id: str) -> Doc:
    transfer = u.get("transfer", id, "transfer")
    wanted, metadata = p.amount(), p.metadata()
    p.ignore("description", "refund_application_fee", "expand")
    p.finish()
    left = transfer.data["amount"] - transfer.data["amount_reversed"]
    amount = left if wanted is None else wanted
    if left == 0 or amount > left:
        raise refused("Reversal amount is greater than the unreversed amount on the transfer.", param="amount")
    return _reverse(u, transfer, amount, metadata, None)


def _reverse(u: Unit, transfer: Doc, amount: int, metadata: dict[str, str], refund: Doc | None) -> Doc:
    data = transfer.data
    id = ids.new("transfer_reversal")
    record = charges.balance_transaction(u, "transfer", id, amount, data["currency"])
    u.move(data["currency"], -amount, account=data["destination"])
    reversal = u.add("transfer_reversal", {
        "id": id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": record.id,
        "created": u.time,
        "currency": data["currency"],
        "destination_payment_refund": "pyr_1" + ids.token(22),
        "metadata": metadata,
        "source_refund": refund.id if refund else None,
        "transfer": transfer.id,
    })
    rows = [reversal.data, *data["reversals"]["data"]]
    data["amount_reversed"] += amount
    data["reversed"] = data["amount_reversed"] == data["amount"]
    data["reversals"] = data["reversals"] | {"data": rows[:10], "has_more": len(rows) > 10,
                                             "total_count": data["reversals"]["total_count"] + 1}
    u.save(transfer)
    u.emit("transfer.reversed", transfer)
    return reversal


def reverse_for_refund(u: Unit, charge: Doc, refund: Doc) -> None:
    """Takes the refund's share of the transfer back from the connected account."""
    if not charge.data.get("transfer"):
        raise refused(f"Charge {charge.id} has no transfer to reverse.", param="reverse_transfer")
    transfer = u.get("transfer", charge.data["transfer"])
    left = transfer.data["amount"] - transfer.data["amount_reversed"]
    last = charge.data["refunded"]
    share = left if last else refund.data["amount"] * transfer.data["amount"] // charge.data["amount_captured"]
    if min(share, left) > 0:
        reversal = _reverse(u, transfer, min(share, left), {}, refund)
        refund.data["transfer_reversal"] = reversal.id
