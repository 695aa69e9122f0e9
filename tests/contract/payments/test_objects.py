"""The rest of what the shop uses: customers, wallets, disputes, connected accounts and transfers, balance."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.conftest import plain, well_formed
from tests.contract.payments.simulator import Simulator

Pay = Callable[..., stripe.PaymentIntent]


def test_a_customer_keeps_a_card(client: stripe.StripeClient, pay: Pay) -> None:
    customer = well_formed(client.v1.customers.create({"name": "Buyer", "metadata": {"account": "7"}}))
    method = well_formed(client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id}))
    assert method.customer == customer.id
    kept = well_formed(client.v1.customers.payment_methods.list(customer.id))
    assert [m.id for m in kept.data] == [method.id]
    assert pay(method.id, customer=customer.id, off_session=True).status == "succeeded"
    assert well_formed(client.v1.payment_methods.detach(method.id)).customer is None
    assert client.v1.customers.update(customer.id, {"name": "Another"}).name == "Another"
    assert client.v1.customers.delete(customer.id).deleted


@pytest.mark.parametrize("type", ["alipay", "wechat_pay"])
@pytest.mark.parametrize(("outcome", "status"), [("succeed", "succeeded"), ("fail", "requires_payment_method")])
def test_a_wallet_waits_for_the_shopper(
    sim: Simulator, control: PaysimControl, type: str, outcome: str, status: str
) -> None:
    client = sim.client()
    intent = well_formed(client.v1.payment_intents.create({
        "amount": 5_000, "currency": "cny", "allowed_payment_method_types": ["card", "alipay", "wechat_pay"],
        "payment_method_data": {"type": type}, "payment_method_options": {"wechat_pay": {"client": "web"}},
        "confirm": True, "return_url": "https://shop.example/back"}))
    assert intent.status == "requires_action"
    assert intent.next_action.type == {
        "alipay": "alipay_handle_redirect", "wechat_pay": "wechat_pay_display_qr_code"}[type]
    control.authorize(intent.id, outcome)
    now = well_formed(client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}))
    assert now.status == status
    assert now.latest_charge.payment_method_details.type == type
    if outcome == "fail":
        assert now.last_payment_error.code == "payment_intent_payment_attempt_failed"


def test_alipay_wants_a_return_address_and_wechat_a_client(sim: Simulator) -> None:
    client = sim.client()
    for type, param in (("alipay", "return_url"), ("wechat_pay", "payment_method_options[wechat_pay][client]")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.create({
                "amount": 5_000, "currency": "cny", "allowed_payment_method_types": [type],
                "payment_method_data": {"type": type}, "confirm": True})
        assert refused.value.param == param


def test_a_method_that_the_intent_does_not_allow_is_refused(sim: Simulator, pay: Pay) -> None:
    intent = pay()
    with pytest.raises(stripe.InvalidRequestError, match="not allowed"):
        sim.client().v1.payment_intents.confirm(intent.id, {
            "payment_method_data": {"type": "alipay"}, "return_url": "https://shop.example/back"})


@pytest.mark.parametrize(("method", "reason", "status"), [
    ("pm_card_createDispute", "fraudulent", "needs_response"),
    ("pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response"),
    ("pm_card_createDisputeInquiry", "product_not_received", "warning_needs_response"),
])
def test_the_documented_cards_open_disputes(sim: Simulator, pay: Pay, method: str, reason: str, status: str) -> None:
    client, intent = sim.client(), pay(method)
    dispute = well_formed(client.v1.disputes.list({"payment_intent": intent.id})).data[0]
    assert (dispute.reason, dispute.status, dispute.amount) == (reason, status, 3_000)
    assert well_formed(client.v1.charges.retrieve(str(intent.latest_charge))).disputed
    if status == "needs_response":
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id})
        assert refused.value.code == "charge_disputed"


@pytest.mark.parametrize(("evidence", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides_a_dispute(sim: Simulator, pay: Pay, evidence: str, status: str) -> None:
    client, intent = sim.client(), pay("pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    after = well_formed(client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}}))
    assert after.status == status
    assert sum(t.amount for t in after.balance_transactions) == (0 if status == "won" else -3_000)


def test_a_dispute_is_given_up(sim: Simulator, pay: Pay) -> None:
    client, intent = sim.client(), pay("pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    assert well_formed(client.v1.disputes.close(dispute.id)).status == "lost"


def _account(client: stripe.StripeClient) -> stripe.Account:
    made: stripe.Account = well_formed(client.v1.accounts.create({
        "type": "custom", "country": "CN", "capabilities": {"transfers": {"requested": True}}}))
    return made


def test_a_transfer_never_exceeds_its_source(sim: Simulator, pay: Pay) -> None:
    client = sim.client()
    account, intent = _account(client), pay("pm_card_visa")
    charge = str(intent.latest_charge)
    first = well_formed(client.v1.transfers.create({
        "amount": 2_000, "currency": "cny", "destination": account.id, "source_transaction": charge,
        "transfer_group": "order-1"}))
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create({
            "amount": 1_001, "currency": "cny", "destination": account.id, "source_transaction": charge})
    assert refused.value.code == "balance_insufficient"
    assert [t.id for t in well_formed(client.v1.transfers.list({"destination": account.id})).data] == [first.id]
    reversal = well_formed(client.v1.transfers.reversals.create(first.id, {"amount": 500}))
    assert reversal.transfer == first.id
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.create(first.id, {"amount": 1_501})
    client.v1.transfers.reversals.create(first.id)
    assert well_formed(client.v1.transfers.retrieve(first.id)).reversed
    assert client.v1.accounts.delete(account.id).deleted


def test_a_transfer_without_source_needs_available_money(own_sim: Simulator) -> None:
    client = own_sim.client()
    account = _account(client)
    params = {"amount": 1_000, "currency": "cny", "allowed_payment_method_types": ["card"], "confirm": True}
    wanted = {"amount": 900, "currency": "cny", "destination": account.id}
    client.v1.payment_intents.create(params | {"payment_method": "pm_card_visa"})  # type: ignore[arg-type]
    balance = well_formed(client.v1.balance.retrieve())
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 971)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create(wanted)  # type: ignore[arg-type]
    client.v1.payment_intents.create(params | {"payment_method": "pm_card_bypassPending"})  # type: ignore[arg-type]
    client.v1.transfers.create(wanted)  # type: ignore[arg-type]
    assert client.v1.balance.retrieve().available[0].amount == 71
    assert own_sim.client(account=account.id).v1.balance.retrieve().available[0].amount == 900
    with pytest.raises(stripe.PermissionError):
        own_sim.client(account="acct_nobody").v1.balance.retrieve()


def test_a_payment_for_a_connected_account_and_its_refund(sim: Simulator, pay: Pay) -> None:
    client = sim.client()
    account = _account(client)
    intent = pay("pm_card_visa", transfer_data={"destination": account.id}, application_fee_amount=300)
    charge = client.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["transfer"]})
    transfer = charge.transfer
    assert isinstance(transfer, stripe.Transfer)
    assert (transfer.amount, transfer.destination) == (2_700, account.id)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1_000, "reverse_transfer": True})
    client.v1.refunds.create({"payment_intent": intent.id, "reverse_transfer": True})
    assert plain(client.v1.transfers.retrieve(transfer.id))["amount_reversed"] == 2_700
