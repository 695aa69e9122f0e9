"""Any order of calls: an intent never leaves its states' path, and money never exceeds what was paid."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from infra.paysim.client import PaysimControl
from tests.contract.payments.conftest import well_formed
from tests.contract.payments.simulator import KEY, Simulator

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}
CARDS = {
    "pm_card_visa": "succeeded", "pm_card_chargeDeclined": "requires_payment_method",
    "pm_card_authenticationRequired": "requires_action", "pm_card_pendingRefund": "succeeded",
}


class Payments(RuleBasedStateMachine):
    """The model: per intent its status, amount, what was received, what is refunded."""

    simulator: Simulator
    intents = Bundle("intents")
    refunds = Bundle("refunds")

    def __init__(self) -> None:
        super().__init__()
        self.client = self.simulator.client()
        self.control = PaysimControl(self.simulator.url, KEY)
        self.model: dict[str, dict[str, Any]] = {}
        self.pending: dict[str, tuple[str, int]] = {}
        self.number = 0

    def teardown(self) -> None:
        self.control.close()

    def _try(self, act: Any, *arguments: Any) -> Any:
        try:
            return act(*arguments)
        except (stripe.InvalidRequestError, stripe.CardError) as refused:
            return refused

    @rule(target=intents, amount=st.integers(1, 5_000), manual=st.booleans())
    def create(self, amount: int, manual: bool) -> str:
        self.number += 1
        made = self.client.v1.payment_intents.create({
            "amount": amount, "currency": "cny", "allowed_payment_method_types": ["card"],
            "capture_method": "manual" if manual else "automatic"})
        self.model[made.id] = {"status": made.status, "amount": amount, "received": 0, "refunded": 0, "manual": manual,
                               "held": 0}
        return made.id

    @rule(intent=intents, card=st.sampled_from(sorted(CARDS)))
    def confirm(self, intent: str, card: str) -> None:
        known = self.model[intent]
        answer = self._try(self.client.v1.payment_intents.confirm, intent, {"payment_method": card})
        if known["status"] not in OPEN:
            assert isinstance(answer, stripe.InvalidRequestError)
            return
        assert isinstance(answer, stripe.CardError) == (card == "pm_card_chargeDeclined")
        known["status"] = CARDS[card]
        self._settle(known)

    def _settle(self, known: dict[str, Any]) -> None:
        if known["status"] == "succeeded":
            if known["manual"]:
                known.update(status="requires_capture", held=known["amount"])
            else:
                known["received"] = known["charged"] = known["amount"]

    @rule(intent=intents, outcome=st.sampled_from(["succeed", "fail"]))
    def decide(self, intent: str, outcome: str) -> None:
        known = self.model[intent]
        if known["status"] == "requires_action":
            self.control.authorize(intent, outcome)
            known["status"] = "succeeded" if outcome == "succeed" else "requires_payment_method"
            self._settle(known)

    @rule(intent=intents, amount=st.integers(1, 5_000))
    def change(self, intent: str, amount: int) -> None:
        known = self.model[intent]
        answer = self._try(self.client.v1.payment_intents.update, intent, {"amount": amount})
        if known["status"] in OPEN:
            if known["status"] == "requires_action" and amount != known["amount"]:
                known["status"] = "requires_confirmation"
            known["amount"] = amount
        else:
            assert isinstance(answer, stripe.InvalidRequestError) == (amount != known["amount"])

    @rule(intent=intents, amount=st.integers(1, 5_000))
    def capture(self, intent: str, amount: int) -> None:
        known = self.model[intent]
        answer = self._try(self.client.v1.payment_intents.capture, intent, {"amount_to_capture": amount})
        if known["status"] == "requires_capture" and amount <= known["held"]:
            known.update(status="succeeded", received=amount, held=0, charged=amount)
        else:
            assert isinstance(answer, stripe.InvalidRequestError)

    @rule(intent=intents)
    def cancel(self, intent: str) -> None:
        known = self.model[intent]
        answer = self._try(self.client.v1.payment_intents.cancel, intent)
        if known["status"] in OPEN | {"requires_capture"}:
            known.update(status="canceled", held=0)
        else:
            assert isinstance(answer, stripe.InvalidRequestError)

    @rule(target=refunds, intent=intents, amount=st.one_of(st.none(), st.integers(1, 5_000)))
    def refund(self, intent: str, amount: int | None) -> Any:
        known = self.model[intent]
        params: Any = {"payment_intent": intent} | ({} if amount is None else {"amount": amount})
        answer = self._try(self.client.v1.refunds.create, params)
        left = known["received"] - known["refunded"]
        if left <= 0 or (amount or 0) > left:
            assert isinstance(answer, stripe.InvalidRequestError), (known, amount)
            return multiple()
        assert answer.amount == (left if amount is None else amount)
        known["refunded"] += answer.amount
        if answer.status == "pending":
            self.pending[answer.id] = (intent, answer.amount)
        return answer.id

    @rule(refund=refunds, outcome=st.sampled_from(["succeed", "fail"]))
    def finish(self, refund: str, outcome: str) -> None:
        if refund in self.pending:
            intent, amount = self.pending.pop(refund)
            self.control.finish_refund(refund, outcome)
            if outcome == "fail":
                self.model[intent]["refunded"] -= amount

    @rule(intent=intents)
    def repeat(self, intent: str) -> None:
        """A call made twice under one key has one effect. The key is not drawn: drawn ones come again."""
        options: Any = {"idempotency_key": str(uuid.uuid4())}
        params: Any = {"payment_intent": intent, "amount": 1}
        known = self.model[intent]
        first = self._try(self.client.v1.refunds.create, params, options)
        second = self._try(self.client.v1.refunds.create, params, options)
        if known["received"] - known["refunded"] >= 1:
            assert first.id == second.id
            known["refunded"] += 1
            if first.status == "pending":
                self.control.finish_refund(first.id)
        else:
            assert isinstance(first, stripe.InvalidRequestError)
            assert isinstance(second, stripe.InvalidRequestError)

    @invariant()
    def the_provider_agrees(self) -> None:
        for id, known in list(self.model.items())[-2:]:
            intent = well_formed(self.client.v1.payment_intents.retrieve(id, {"expand": ["latest_charge"]}))
            assert (intent.status, intent.amount, intent.amount_received) == (
                known["status"], known["amount"], known["received"])
            rows = self.client.v1.refunds.list({"payment_intent": id, "limit": 100}).data
            if known["status"] == "succeeded":
                alive = sum(row.amount for row in rows if row.status in ("succeeded", "pending"))
                assert alive == known["refunded"] <= known["received"]
                charge = intent.latest_charge
                assert charge.amount_refunded == alive <= charge.amount_captured <= charge.amount
                assert charge.refunded == (alive == charge.amount_captured)


@pytest.mark.parametrize("examples", [12, pytest.param(120, marks=pytest.mark.full)])
def test_any_order_of_calls(own_sim: Simulator, own_control: PaysimControl, examples: int) -> None:
    own_control.tuning(async_ms=3_600_000)
    own_control.webhooks("off")
    Payments.simulator = own_sim
    run_state_machine_as_test(
        Payments,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None,
                          suppress_health_check=list(HealthCheck), database=None),
    )
