"""The shape check itself finds what it is there to find."""

from __future__ import annotations

from typing import Any

import pytest

from infra.paysim.settings import API_VERSION
from tests.contract.payments.shapes import problems

REFUND: dict[str, Any] = {"id": "re_1", "object": "refund", "amount": 5, "created": 1, "currency": "cny",
                          "charge": "ch_1", "metadata": {"a": "b"}, "status": "succeeded",
                          "destination_details": {"type": "card", "card": {"type": "refund"}}}


def test_a_good_answer_has_no_problem() -> None:
    assert problems("refund", REFUND) == []


@pytest.mark.parametrize(("change", "words"), [
    ({"amount": "5"}, "refund.amount: int is expected"),
    ({"amount": None}, "refund.amount: int is expected"),
    ({"amount": True}, "refund.amount: int is expected"),
    ({"object": "rebate"}, "refund.object: 'rebate' is none of the values"),
    ({"amout": 5}, "refund.amout: not in Stripe's description"),
    ({"metadata": ["a"]}, "refund.metadata: a mapping is expected"),
    ({"destination_details": {"card": {}}}, "refund.destination_details.type: missing"),
    ({"charge": {"id": "ch_1", "object": "charge"}}, "refund.charge.amount: missing"),
])
def test_a_wrong_answer_is_told_by_field(change: dict[str, Any], words: str) -> None:
    assert any(line.startswith(words) for line in problems("refund", REFUND | change))


def test_a_missing_field_is_told() -> None:
    assert problems("refund", {k: v for k, v in REFUND.items() if k != "currency"}) == ["refund.currency: missing"]


def test_the_simulator_speaks_the_version_that_the_client_speaks() -> None:
    from stripe._api_version import _ApiVersion

    assert _ApiVersion.CURRENT == API_VERSION
