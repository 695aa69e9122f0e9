"""The table itself: nothing without a row, no sensitive field forgotten, the compiled way checks too, a check costs microseconds."""

from __future__ import annotations

import asyncio
import timeit
from typing import Any

import graphene
import pytest
from graphql import ExecutionContext, GraphQLObjectType, execute, parse, validate

from gateway import permissions
from gateway.context import RequestContext
from gateway.permission_document import markdown
from gateway.predicates import OWNER, Predicate, county, party
from gateway.projection import ProjectingContext
from gateway.restricted import ACTS, FIELDS, FREE, OBJECTS
from gateway.schema import _collect, schema
from gateway.schema.fields import to_global_id
from infra.runner.state import ROOT
from services.kit.principal import ANONYMOUS, Grant, Principal, Role
from tests.matrix.arguments import operations

CHECK_MICROSECONDS = 20


def _with_one_more(kind: str, collected: str) -> graphene.Schema:
    roots = {
        name: type(name, (graphene.ObjectType,), dict(_collect(fields)))
        for name, fields in (("Query", "QUERIES"), ("Mutation", "MUTATIONS"), ("Subscription", "SUBSCRIPTIONS"))
    }
    more = {**_collect(collected), "give_away_the_shop": graphene.Field(graphene.Boolean, resolver=lambda _r, _i: True)}
    roots[kind] = type(kind, (graphene.ObjectType,), more)
    return graphene.Schema(query=roots["Query"], mutation=roots["Mutation"], subscription=roots["Subscription"])


@pytest.mark.parametrize(("kind", "collected"), [("Mutation", "MUTATIONS"), ("Query", "QUERIES")])
def test_an_operation_added_without_a_rule_does_not_build(kind: str, collected: str) -> None:
    built = _with_one_more(kind, collected)
    with pytest.raises(RuntimeError, match=rf"without a permission rule: \['{kind}\.giveAwayTheShop'\]"):
        permissions.enforce(built.graphql_schema)


def test_a_rule_for_a_field_that_is_not_there_does_not_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELDS, "Order.colour", FIELDS["Order.recipient"])
    with pytest.raises(RuntimeError, match=r"Order\.colour"):
        permissions.enforce(_plain().graphql_schema)


def _plain() -> graphene.Schema:
    parts = {n: type(n, (graphene.ObjectType,), dict(_collect(f))) for n, f in (("Query", "QUERIES"), ("Mutation", "MUTATIONS"))}
    subscription = type("Subscription", (graphene.ObjectType,), dict(_collect("SUBSCRIPTIONS")))
    from gateway.schema import _node_types

    return graphene.Schema(query=parts["Query"], mutation=parts["Mutation"], subscription=subscription, types=_node_types())


def test_what_the_table_names_is_in_the_schema() -> None:
    known = set(operations())
    assert not (ACTS.keys() | FREE.keys()) - known


def test_the_document_is_made_from_the_table() -> None:
    text = markdown()
    assert (ROOT / "docs/api/permissions.md").read_text(encoding="utf-8") == text, "python -m infra.documents"
    assert all(f"`{name.partition('.')[2]}`" in text for name in operations())
    assert all(f"`{name}`" in text for name in FIELDS)


# Words that a field with somebody's secret has in its name, and those that have them and are for everybody who sees the object.
SENSITIVE = ("phone", "address", "recipient", "contact", "login", "secret", "paper", "evidence", "reason", "credit", "budget", "members",
             "sessions", "grants", "preview", "payurl", "steps")  # fmt: skip
ROOTS = {"Query", "Mutation", "Subscription"}
OPEN_FIELDS = {
    "Merchant.creditCode": "printed on the licence and in the public register",
    "Recipient.phone": "behind Order.recipient",
    "Recipient.address": "behind Order.recipient",
    "Contact.phone": "behind Merchant.contact",
    "ReviewStep.reason": "behind Application.steps",
    "DeliveryLine.rejectReason": "behind Delivery.lines",
    "Offer.reason": "why it is not for sale: sold out, expired, withdrawn",
    "ProofLine.reason": "which rule a line breaks",
    "SessionFrame.reason": "why a product left a public room",
    "Campaign.members": "how many",
    "Campaign.minMembers": "how many",
    "SaleLine.evidence": "which kind",
    "FigureRow.evidence": "which kind",
    "Document.evidence": "which kind",
    "RegisteredWebhook.secret": "made for the asker by this answer, never shown again",
    "NewApiKey.secret": "made for the asker by this answer, never shown again",
    "TotpSetup.secret": "made for the asker by this answer, never shown again",
    "RoleMember.loginHint": "masked; of the asker's own colleagues",
    "WebhookEndpoint.pausedReason": "of the asker's own endpoint",
}


def _object_types() -> list[GraphQLObjectType]:
    return [
        t
        for n, t in schema.graphql_schema.type_map.items()
        if isinstance(t, GraphQLObjectType) and not n.startswith("__") and n not in ROOTS
    ]


def test_no_field_with_a_sensitive_name_is_forgotten() -> None:
    """A new one is put into the table, or here with what makes it harmless."""
    forgotten = [
        f"{kind.name}.{name}"
        for kind in _object_types()
        if not kind.name.endswith(("Payload", "Input"))
        for name in kind.fields
        if any(word in name.lower() for word in SENSITIVE)
        and f"{kind.name}.{name}" not in FIELDS
        and f"{kind.name}.{name}" not in OPEN_FIELDS
    ]
    assert not forgotten


# ----------------------------------------------------------------------------------------- the two ways of execution

MERCHANT_ID, OTHER_ID = "0197fedc-0000-7000-8000-0000000000aa", "0197fedc-0000-7000-8000-0000000000bb"
ACCOUNT = "0197fedc-0000-7000-8000-0000000000cc"
ORDER = {
    "order_id": "o", "order_no": "N1", "state": "paid", "amount_fen": 1, "merchant_id": MERCHANT_ID, "payment_id": "p", "mine": False,
    "consumption_county": "371502", "recipient": {"name": "赵六", "phone": "13700000000", "address": "路 1 号"}, "lines": [],
}  # fmt: skip
ASKERS = {
    "the buyer": (Principal(ACCOUNT, (Grant(Role.SHOPPER, ACCOUNT),)), {"mine": True}, True),
    "the merchant": (Principal(ACCOUNT, (Grant(Role.MERCHANT, MERCHANT_ID),)), {}, True),
    "another merchant": (Principal(ACCOUNT, (Grant(Role.MERCHANT, OTHER_ID),)), {}, False),
    "a merchant of nothing": (Principal(ACCOUNT, (Grant(Role.MERCHANT, ""),)), {}, False),
    "the bureau": (Principal(ACCOUNT, (Grant(Role.BUREAU),)), {}, False),
    "a visitor": (ANONYMOUS, {}, False),
}
PATHS = [
    "{ order(id: $id) { %s } }",
    "{ orders { nodes { %s } } }",
    "{ orders { edges { node { %s } } } }",
    "{ node(id: $id) { ... on Order { %s } } }",
]


class _Orders:
    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def get(self, path: str, *_: Any, **__: Any) -> Any:
        return {**self.row} if path != "/orders" else {"items": [self.row, {**self.row}], "next_cursor": None}


class _Clients:
    def __init__(self, row: dict[str, Any]) -> None:
        self.orders = _Orders(row)

    def named(self, _service: str) -> _Orders:
        return self.orders


class _Edge:
    class settings:
        public_url = "http://shop.test"

    def __init__(self, row: dict[str, Any]) -> None:
        self.clients = _Clients(row)


async def _answer(document: str, row: dict[str, Any], who: Principal, way: type[ExecutionContext]) -> Any:
    order = to_global_id("Order", OTHER_ID)
    parsed = parse(f'query($id: ID! = "{order}") {document}' if "$id" in document else document)
    assert not validate(schema.graphql_schema, parsed)
    context = RequestContext(_Edge(row), who)  # type: ignore[arg-type]
    result = execute(schema.graphql_schema, parsed, context_value=context, execution_context_class=way)
    return (result if not hasattr(result, "__await__") else await result).formatted


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("path", PATHS)
def test_a_restricted_field_is_checked_on_its_type_by_each_path_and_by_both_ways_of_execution(
    asker: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry guarded, nested path open (saleor/saleor#9064); and compiled rows have no resolvers to guard them but these."""
    who, change, allowed = ASKERS[asker]
    monkeypatch.setattr(permissions.Rule, "refusal", lambda _rule, _who: None)
    for selection in ("id recipient { name phone address }", "id orderNo recipient { phone }"):
        document = path % selection
        ways = [asyncio.run(_answer(document, ORDER | change, who, way)) for way in (ProjectingContext, ExecutionContext)]
        assert ways[0] == ways[1]
        shown = str(ways[0].get("data"))
        assert ("13700000000" in shown) is allowed, ways[0]
        codes = {e["extensions"]["code"] for e in ways[0].get("errors", []) if "extensions" in e} or {
            e["message"].split()[0] for e in ways[0].get("errors", [])
        }
        assert bool(codes) is not allowed, ways[0]


@pytest.mark.parametrize("asker", ASKERS)
def test_a_hidden_field_is_null_and_no_error(asker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    who, change, _ = ASKERS[asker]
    monkeypatch.setattr(permissions.Rule, "refusal", lambda _rule, _who: None)
    found = asyncio.run(_answer("{ orders { nodes { paymentId } } }", ORDER | change, who, ProjectingContext))
    assert "errors" not in found
    assert all((n["paymentId"] is not None) is (asker == "the buyer") for n in found["data"]["orders"]["nodes"])


# ----------------------------------------------------------------------------------------------- predicates


@pytest.mark.parametrize(
    ("predicate", "row", "holds"),
    [
        (OWNER, {"mine": True}, True),
        (OWNER, {"mine": False}, False),
        (OWNER, {"mine": "anything"}, False),
        (OWNER, {}, False),
        (Predicate(None, ("account_id",)), {"account_id": ACCOUNT}, True),
        (Predicate(None, ("account_id",)), {"account_id": None}, False),
        (party(Role.MERCHANT, to=("merchant_id",))[0], {"merchant_id": MERCHANT_ID}, True),
        (party(Role.MERCHANT, to=("merchant_id",))[0], {"merchant_id": OTHER_ID}, False),
        (party(Role.MERCHANT, to=("merchant_id",))[0], {}, False),
        (party(Role.MERCHANT, to=("merchant.merchant_id",))[0], {"merchant": {"merchant_id": MERCHANT_ID}}, True),
        (party(Role.OUTLET, to=("outlet_id",))[0], {"outlet_id": MERCHANT_ID}, False),
        (county("a", "b")[0], {"a": "371503", "b": "371502"}, True),
        (county("many")[0], {"many": ["371503", "371502"]}, True),
        (county("many")[0], {"many": []}, False),
        (Predicate(Role.BUREAU), {}, False),
        (Predicate(Role.COUNTY_OFFICER), {}, True),
        (Predicate(None, ()), {}, True),
    ],
)
def test_a_predicate(predicate: Predicate, row: dict[str, Any], holds: bool) -> None:
    who = Principal(ACCOUNT, (Grant(Role.MERCHANT, MERCHANT_ID), Grant(Role.COUNTY_OFFICER, "371502"), Grant(Role.OUTLET, "")))
    assert predicate.holds(who, row) is holds


def test_a_check_costs_microseconds() -> None:
    """Of the dearest rules there are, for somebody with ten roles: none may cost more than the promised bar."""
    who = Principal(ACCOUNT, tuple(Grant(Role.MERCHANT, f"{n:036d}") for n in range(10)))
    row = {"merchant_id": OTHER_ID, "county_code": "371502", "mine": False, "institution_id": OTHER_ID}
    rules = permissions.table().values()

    def cost(act: Any) -> float:
        return min(timeit.repeat(act, number=200, repeat=5)) / 200 * 1e6

    dearest = max(cost(lambda rule=rule: rule.refusal(who)) for rule in rules)
    field = max(cost(lambda rule=rule: rule.allows(who, row)) for rule in FIELDS.values())
    assert dearest <= CHECK_MICROSECONDS, dearest
    assert field <= CHECK_MICROSECONDS, field


def test_every_kind_of_object_is_named_by_somebody() -> None:
    assert all(OBJECTS.values())
