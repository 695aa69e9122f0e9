"""How a closed campaign is paid: the union by bank transfer with fapiao, matched to the amount; members online, or
collected by the organiser and transferred with it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.models import Input, Text
from services.kit.money import to_yuan
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.domain.groups.campaign import check_move
from services.orders.domain.groups.errors import AmountDiffers, NothingDue, PaymentPending
from services.orders.domain.ledger.lines import Account, Move
from services.orders.domain.shopping.checkout import RESERVED_FOR
from services.orders.store.groups import campaigns
from services.orders.store.ledger.record import Entry, moved, post
from services.orders.usecases.groups.load import campaign_of, demand_organiser
from services.orders.usecases.groups.sell import Outcome, Part, sell
from services.orders.usecases.groups.shelf import release
from services.orders.usecases.once import once
from services.orders.usecases.shopping.payables import Owed, Payable

PURPOSE = "campaign"
OWING = {"union": Account.UNION_RECEIVABLE, "employee": Account.STAFF_RECEIVABLE}
ONLINE = {"employee": (Move(Account.PROVIDER_CLEARING, Account.MERCHANT_PAYABLE),)}


class RecordTransfer(Input):
    """``amount_fen`` is the whole of what is due. ``drop_unpaid``: members who have not paid their part leave the campaign;
    else their part was collected by the organiser and is in the transfer."""

    transfer_reference: Text
    fapiao_no: Text
    amount_fen: int = Field(gt=0, le=10**13)
    drop_unpaid: bool = False


def record_transfer(db: Database, who: Principal, key: str, campaign_id: UUID, command: RecordTransfer) -> UUID:
    with db.transaction() as conn:
        return once(conn, who, f"pay_campaign:{campaign_id}", key, command, lambda: _transfer(conn, who, campaign_id, command))


def _transfer(conn: Conn, who: Principal, campaign_id: UUID, command: RecordTransfer) -> UUID:
    row = campaign_of(conn, who, campaign_id, campaigns.lock)
    demand_organiser(who, row)
    check_move("pay", row["state"])
    found = [m for m in campaigns.members(conn, campaign_id) if m["state"] != "lapsed"]
    if any(m["state"] == "paying" for m in found):
        raise PaymentPending()
    owing = [m for m in found if m["state"] == "joined" and m["member_fen"] > 0]
    if command.drop_unpaid and owing:
        release(conn, row, [m["account_id"] for m in owing])
        row = campaigns.change(conn, campaign_id)
        found = [m for m in found if m not in owing]
        owing = []
    due = sum(m["union_fen"] for m in found) + sum(m["member_fen"] for m in owing)
    if due == 0:
        raise NothingDue()
    if command.amount_fen != due:
        raise AmountDiffers("amount_fen", paid_yuan=to_yuan(command.amount_fen), due_yuan=to_yuan(due))
    collected = {m["account_id"] for m in owing}
    parts = [Part(c, True, c["account_id"] in collected)
             for c in campaigns.choices(conn, campaign_id, [m["account_id"] for m in found])]
    row = campaigns.change(conn, campaign_id, state="paid", paid_on=business_date(clock.now(conn)), fapiao_no=command.fapiao_no,
                           transfer_reference=command.transfer_reference, paid_fen=row["paid_fen"] + due)
    outcome = sell(conn, row, parts, {payer: (Move(account, Account.MERCHANT_PAYABLE, debit_party=str(campaign_id)),)
                                      for payer, account in OWING.items()})
    _book_transfer(conn, campaign_id, outcome)
    refused = sum(fen for fen, _ in outcome.refused.values())
    if refused:
        campaigns.change(conn, campaign_id, refund_due_fen=row["refund_due_fen"] + refused)
    campaigns.set_members(conn, campaign_id, [m["account_id"] for m in found if m["state"] == "joined"], "paid")
    audit.record(conn, who, "campaign:paid", f"campaign:{campaign_id}", before="closed", after="paid", reason=command.fapiao_no)
    return campaign_id


def _book_transfer(conn: Conn, campaign_id: UUID, outcome: Outcome) -> None:
    """The money has come by the bank: nobody owes for what was sold, and what could not be sold is owed back."""
    entries = [Entry(merchant_id, "payment", PURPOSE, campaign_id, moved(
        (Move(Account.SETTLED_OUTSIDE_RECEIPTS, OWING[payer], credit_party=str(campaign_id)),), fen))
        for (merchant_id, payer), fen in sorted(outcome.sold.items())]
    entries += [Entry(merchant_id, "refused", PURPOSE, campaign_id, moved(
        (Move(Account.SETTLED_OUTSIDE_RECEIPTS, Account.REFUNDS_DUE, credit_party=str(campaign_id)),), fen))
        for merchant_id, (fen, _) in sorted(outcome.refused.items()) if fen]
    post(conn, entries, posted_at=outcome.now)


def pay_own_part(db: Database, who: Principal, key: str, campaign_id: UUID) -> UUID:
    """Opens a payment of the member's part; `start_payment` then asks the provider. Answers the payment's id."""
    with db.transaction() as conn:
        return once(conn, who, f"pay_own_part:{campaign_id}", key, {}, lambda: _open(conn, who, campaign_id))


def _open(conn: Conn, who: Principal, campaign_id: UUID) -> UUID:
    row = campaigns.lock(conn, campaign_id)
    member = campaigns.member(conn, campaign_id, who.subject)
    if row is None or member is None:
        raise NotFound()
    check_move("pay", row["state"])
    if member["state"] == "paying":
        return UUID(str(member["payment_id"]))
    if member["state"] != "joined" or member["member_fen"] == 0:
        raise NothingDue()
    now, payment_id = clock.now(conn), new_id()
    campaigns.open_payment(conn, payment_id, who.subject, campaign_id, member["member_fen"], now, now + RESERVED_FOR)
    campaigns.set_members(conn, campaign_id, [who.subject], "paying", payment_id)
    return payment_id


def paid(conn: Conn, payment: Row) -> list[Owed]:
    """A member's money has arrived: his part is sold, or owed back where the campaign or the product is gone."""
    row = campaigns.lock(conn, payment["reference_id"])
    member = campaigns.member(conn, payment["reference_id"], payment["buyer"])
    if row is None or member is None:
        return []
    choices = campaigns.choices(conn, row["campaign_id"], [payment["buyer"]])
    if row["state"] != "closed" or member["state"] not in ("joined", "paying"):
        return _all_owed(choices, row["campaign_id"])
    row = campaigns.change(conn, row["campaign_id"], paid_fen=row["paid_fen"] + member["member_fen"])
    outcome = sell(conn, row, [Part(c, False, True) for c in choices], ONLINE)
    campaigns.set_members(conn, row["campaign_id"], [payment["buyer"]], "paid", payment["payment_id"])
    _finish(conn, row)
    return [Owed(merchant_id, row["campaign_id"], fen, reason) for merchant_id, (fen, reason) in sorted(outcome.refused.items()) if fen]


def _all_owed(choices: list[Row], campaign_id: UUID) -> list[Owed]:
    by_merchant: dict[UUID, int] = {}
    for choice in choices:
        by_merchant[choice["merchant_id"]] = by_merchant.get(choice["merchant_id"], 0) + choice["amount_fen"] - choice["union_fen"]
    return [Owed(merchant_id, campaign_id, fen, "campaign_over") for merchant_id, fen in sorted(by_merchant.items()) if fen]


def _finish(conn: Conn, row: Row) -> None:
    """Paid when nobody owes anything any more, neither a member nor the union."""
    found = [m for m in campaigns.members(conn, row["campaign_id"]) if m["state"] != "lapsed"]
    if all(m["state"] == "paid" and m["union_fen"] == 0 for m in found):
        campaigns.change(conn, row["campaign_id"], state="paid", paid_on=business_date(clock.now(conn)))


def closed(conn: Conn, payment: Row, reason: str) -> None:
    """The payment will not come: the member may try again while the goods are held."""
    row = campaigns.lock(conn, payment["reference_id"])
    member = campaigns.member(conn, payment["reference_id"], payment["buyer"])
    if row is not None and member is not None and member["state"] == "paying" and member["payment_id"] == payment["payment_id"]:
        campaigns.set_members(conn, row["campaign_id"], [payment["buyer"]], "joined")


PAYABLE = Payable(PURPOSE, paid, closed)
