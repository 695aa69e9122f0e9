"""The schema is a promise: its text is kept, each root field has a rule, each field a type we meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import permissions
from gateway.schema import schema
from services.kit.principal import Role

SDL = Path(__file__).parents[2] / "docs" / "api" / "schema.graphql"
ROOTS = {"Query", "Mutation", "Subscription"}


def test_the_kept_schema_equals_the_running_one() -> None:
    """To renew it: python -m gateway.schema > docs/api/schema.graphql"""
    assert SDL.read_text() == str(schema) + "\n"


def test_a_root_field_without_a_rule_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = permissions.table()
    rules.pop("Mutation.suspendProduct")
    monkeypatch.setattr(permissions, "table", lambda: rules)
    with pytest.raises(RuntimeError, match=r"Mutation\.suspendProduct"):
        permissions.enforce(schema.graphql_schema)


def test_no_shopper_sends_money() -> None:
    """The price, total and fee of a purchase never come from a browser (woocommerce/woocommerce#17644)."""
    rules = permissions.table()
    for name, field in schema.graphql_schema.mutation_type.fields.items():  # type: ignore[union-attr]
        rule = rules[f"Mutation.{name}"]
        if rule.who == "visitor" or name in ("joinCampaign", "placeOrder", "setCartLine", "startPayment"):
            assert "MoneyInput" not in _input_types(field.args["input"].type), name


def _input_types(kind: object, seen: set[str] | None = None) -> set[str]:
    seen = seen if seen is not None else set()
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    name = getattr(kind, "name", "")
    if name not in seen:
        seen.add(name)
        for field in getattr(kind, "fields", {}).values():
            _input_types(field.type, seen)
    return seen


def test_what_moves_money_or_goods_takes_an_idempotency_key() -> None:
    moving = (
        "placeOrder",
        "refundOrderLine",
        "acceptDelivery",
        "callOffContract",
        "recordSlip",
        "recordSheet",
        "settleCampaign",
        "joinCampaign",
        "submitExternalReport",
        "submitOutsideSession",
        "setStock",
        "receiveStock",
        "reverseSlip",
        "requestReport",
    )
    for name in moving:
        argument = schema.graphql_schema.mutation_type.fields[name].args["input"].type.of_type  # type: ignore[union-attr]
        assert "idempotencyKey" in argument.fields, name


def test_mutations_are_never_open_to_cached_anonymous_answers() -> None:
    assert not [n for n, r in permissions.table().items() if r.cacheable and not n.startswith("Query.")]


def test_every_role_can_do_something() -> None:
    used = {role for rule in permissions.table().values() for role in rule.roles}
    assert set(Role) - used == {Role.SHOPPER, Role.SERVICE}


def test_types_of_the_schema_are_described() -> None:
    undescribed = [
        n
        for n, t in schema.graphql_schema.type_map.items()
        if not n.startswith("__")
        and not getattr(t, "description", None)
        and n not in ROOTS
        and not n.endswith(("Edge", "Payload", "Input", "Connection"))
    ]
    assert len(undescribed) < 40, undescribed
