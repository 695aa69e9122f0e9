"""Arguments of any operation, made from its input types: valid in form, with an object of one side at each id position."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_leaf_type,
)

from gateway.schema import DOMAINS, schema
from gateway.schema.inputs import In
from tests.journeys.client import new_key, raw
from tests.journeys.world import credit_code, unique

SCHEMA = schema.graphql_schema
ROOTS = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
# Ids of queries' filters and of arguments that are not `ref`s, by their name.
BY_NAME = {
    "merchantId": "Merchant",
    "institutionId": "Institution",
    "contractId": "Contract",
    "callOffId": "CallOff",
    "outletId": "Outlet",
    "streamerId": "Streamer",
    "productIds": "Product",
    "productId": "Product",
    "accountId": "Account",
    "sessionId": "LiveSession",
    "endpointId": "WebhookEndpoint",
}
# Of `id` where the field's own type does not say it.
ID_OF = {
    "Query.node": "Order",
    "Query.nodes": "Order",
    "Query.withdrawals": "Product",
    "Query.importRun": "Import",
    "Subscription.sessionFrames": "LiveSession",
    "Query.webhookDeliveries": "WebhookEndpoint",
}


# Ids that travel as text: a scope beside its role, a document beside its kind.
TEXTS = {
    ("Query.document", "id"): "Document",
    **{(op, "scope"): "Merchant" for op in ("Query.members", "Mutation.inviteMember", "Mutation.removeMember")},
}


def base(kind: Any) -> Any:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    return kind


def operations() -> list[str]:
    """``Query.products`` … of the schema, in its own order."""
    return [f"{kind.name}.{name}" for kind in ROOTS if kind for name in kind.fields]


def field_of(operation: str) -> GraphQLField:
    kind, _, name = operation.partition(".")
    found: GraphQLField = getattr(SCHEMA, f"{kind.lower()}_type").fields[name]
    return found


def _specs() -> dict[str, Mapping[str, In]]:
    """Mutation → its input's fields, as gateway.schema.inputs declares them."""
    import importlib

    found: dict[str, Mapping[str, In]] = {}
    for domain in DOMAINS:
        for name, field in getattr(importlib.import_module(f"gateway.schema.{domain}"), "MUTATIONS", {}).items():
            specs = inspect.getclosurevars(field.resolver).nonlocals.get("specs")
            if specs is not None:
                first, *rest = name.split("_")
                found[f"Mutation.{first}{''.join(part.title() for part in rest)}"] = specs
    return found


SPECS = _specs()


@dataclass(frozen=True)
class Position:
    """Where an operation takes an id, and of what kinds."""

    path: str
    kinds: tuple[str, ...]
    required: bool


def positions(operation: str) -> list[Position]:
    return list(_positions(operation, _arguments(operation), SPECS.get(operation), ""))


def _arguments(operation: str) -> Mapping[str, Any]:
    args = field_of(operation).args
    return base(args["input"].type).fields if operation.startswith("Mutation.") else args


def _positions(operation: str, fields: Mapping[str, Any], specs: Mapping[str, In] | None, prefix: str) -> Iterator[Position]:
    by_camel = {_camel(name): spec for name, spec in (specs or {}).items()}
    for name, field in fields.items():
        kind, spec = base(field.type), by_camel.get(name)
        if (operation, name) in TEXTS:
            yield Position(prefix + name, (TEXTS[operation, name],), isinstance(field.type, GraphQLNonNull))
        elif kind.name == "ID":
            kinds = spec.kinds if spec is not None and spec.kinds else _kinds(operation, name)
            yield Position(prefix + name, kinds, isinstance(field.type, GraphQLNonNull))
        elif isinstance(kind, GraphQLInputObjectType) and kind.name != "MoneyInput":
            yield from _positions(operation, kind.fields, spec.parts if spec is not None else None, f"{prefix}{name}.")


def _kinds(operation: str, name: str) -> tuple[str, ...]:
    if name in ("id", "ids"):
        return (ID_OF.get(operation) or base(field_of(operation).type).name.removesuffix("Connection"),)
    if name in BY_NAME:
        return (BY_NAME[name],)
    return (name.removesuffix("Ids").removesuffix("Id")[:1].upper() + name.removesuffix("Ids").removesuffix("Id")[1:],)


def _camel(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(part.title() for part in rest)


# ------------------------------------------------------------------------------------------------ values

Ids = Mapping[str, str]


@dataclass(frozen=True)
class Filling:
    """``ids``: kind → global id; ``at``: path → an id that stands there instead; ``left_out``: positions; ``extra``: words."""

    ids: Ids
    county: str
    mark: str
    extra: Mapping[str, str]
    at: Mapping[str, str]
    left_out: frozenset[str]
    today: date


def variables(operation: str, filling: Filling) -> dict[str, Any]:
    specs = SPECS.get(operation)
    return {
        name: _value(operation, name, field.type, None, filling, name, specs)
        for name, field in field_of(operation).args.items()
        if _wanted(operation, name, field) and name not in filling.left_out
    }


def _wanted(operation: str, name: str, field: Any) -> bool:
    """Required ones, ids, and what narrows a list to the side's own things."""
    kind = base(field.type)
    holds_ids = isinstance(kind, GraphQLInputObjectType) and any(base(f.type).name == "ID" for f in kind.fields.values())
    return isinstance(field.type, GraphQLNonNull) or kind.name == "ID" or holds_ids or name == "first"


def _value(
    operation: str, name: str, kind: Any, spec: In | None, filling: Filling, path: str, specs: Mapping[str, In] | None = None
) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _value(operation, name, kind.of_type, spec, filling, path, specs)
    if isinstance(kind, GraphQLList):
        return [_value(operation, name, kind.of_type, spec, filling, path, specs)]
    inner = path.removeprefix("input.").removeprefix("input")
    if (operation, name) in TEXTS:
        found = filling.at.get(inner) or filling.ids[TEXTS[operation, name]]
        return raw(found) if operation == "Query.document" else found
    if kind.name == "ID":
        kinds = spec.kinds if spec is not None and spec.kinds else _kinds(operation, name)
        return filling.at.get(inner) or next((filling.ids[k] for k in kinds if k in filling.ids), "T3JkZXI6MQ")
    if kind.name == "MoneyInput":
        return {"amount": "1.00"}
    if isinstance(kind, GraphQLInputObjectType):
        by_camel = {_camel(n): s for n, s in (specs or (spec.parts if spec is not None and spec.parts else {})).items()}
        prefix = f"{path}." if path != "input" else ""
        return {
            n: _value(operation, n, f.type, by_camel.get(n), filling, prefix + n)
            for n, f in kind.fields.items()
            if isinstance(f.type, GraphQLNonNull) or _is_named(f, prefix + n, filling) or (operation, n) in OPTIONAL
        }
    if isinstance(kind, GraphQLEnumType):
        return CHOICES.get((operation, name)) or next(iter(kind.values))
    return _leaf(operation, name, kind.name, filling)


def _is_named(field: Any, path: str, filling: Filling) -> bool:
    return base(field.type).name == "ID" and path.removeprefix("input.") not in filling.left_out


# Optional fields without which the form is not whole.
OPTIONAL = {
    ("Mutation.callOffContract", "lineNo"),
    ("Mutation.proposeContract", "price"),
    ("Mutation.recordSheet", "day"),
    ("Mutation.recordSheet", "stand"),
    ("Mutation.refundOrderLine", "quantity"),
    ("Mutation.grantRole", "scope"),
    ("Mutation.revokeRole", "scope"),
    ("Mutation.grantLabel", "validUntil"),
    ("Mutation.reviewApplication", "reason"),
    ("Mutation.applyProduct", "netWeightG"),
    ("Mutation.submitOutsideSession", "refunds"),
    ("Mutation.resubmitOutsideSession", "refunds"),
}
CHOICES = {
    ("Mutation.grantRole", "role"): "COUNTY_OFFICER",
    ("Mutation.revokeRole", "role"): "COUNTY_OFFICER",
    **{(op, "role"): "MERCHANT" for op in ("Query.members", "Mutation.inviteMember", "Mutation.removeMember")},
}
WORDS: dict[tuple[str, str] | str, str] = {
    "service": "orders",
    "category": "ejiao_lingzhi",
    "family": "lingzhi",
    "unit": "袋",
    "pack": "500 g 袋",
    "month": "2026-02",
    "consumptionCounty": "outside",
    "buyerKind": "caterer",
    "payType": "cash",
    "funding": "union",
    "purpose": "image",
    "platform": "douyin",
    "password": "matrix-password-1",
    "duty": "assistance",
    "subKind": "fair",
    "key": "sales_total",
    "department": "agriculture_rural",
    "medium": "radio",
    "mediaKind": "radio",
    "contactPhone": "13800138000",
    "phone": "13800138000",
    ("Mutation.applyMerchant", "kind"): "cooperative",
    ("Mutation.recordMechanism", "kind"): "dividend",
    ("Mutation.applyInstitution", "kind"): "hospital",
    ("Mutation.applyOutlet", "kind"): "expo",
    ("Mutation.recordSheet", "kind"): "day",
    ("Mutation.createCampaign", "kind"): "union",
    ("Mutation.recordActivity", "kind"): "fair",
    ("Mutation.startImport", "kind"): "merchants",
    ("Mutation.addInstitutionMember", "role"): "canteen_buyer",
    ("Query.document", "kind"): "order",
    ("Mutation.recordDepartment", "code"): "matrix_department",
}


def _leaf(operation: str, name: str, kind: str, filling: Filling) -> Any:
    if kind == "Int":
        return 5 if name == "first" else 1
    if kind == "Boolean":
        return False
    if kind == "Float":
        return 1.0
    if kind == "Quantity":
        return "1"
    if kind == "Day":
        return (
            filling.today + timedelta(days=0 if name in ("from", "validFrom", "day", "openedOn", "fulfilledOn", "heldOn") else 1)
        ).isoformat()
    if kind == "Instant":
        started = datetime.now(UTC) - timedelta(minutes=20 if name == "startedAt" else 2)
        return started.isoformat()
    word = WORDS.get((operation, name)) or WORDS.get(name)
    if word is not None:
        return word
    if name in ("countyCode", "scope"):
        return filling.county
    if name == "creditCode":
        return credit_code()
    if name == "idempotencyKey":
        return f"{filling.mark}-{new_key()}"[:100]
    if name in ("hash", "code", "number"):
        return filling.extra.get({"number": "certificateNo"}.get(name, name), filling.mark)
    if name in ("login", "email"):
        return f"{unique(filling.mark)}@matrix.test"
    if "url" in name.lower():
        return "https://example.com/hook"
    return unique(filling.mark)


# ------------------------------------------------------------------------------------------------ selections

DEPTH, LEAVES = 7, 260


def selection(kind: Any, *, whole: bool = True) -> str:
    """Every field of a type and of what it leads to, no type twice on a path: each sensitive type by each of its paths.

    Beside each object its type's name and id, by which a reader of the answer knows it again. Lists that page are asked by `nodes`.
    """
    named = base(kind)
    if is_leaf_type(named):
        return ""
    if not whole and "userErrors" in getattr(named, "fields", ()):
        return "{ __typename userErrors { code } }"
    if not whole:
        return "{ __typename nodes { __typename } }" if "nodes" in getattr(named, "fields", ()) else "{ __typename }"
    return _selected(named, (named.name,), [LEAVES])


def _selected(named: Any, inside: tuple[str, ...], left: list[int]) -> str:
    if not isinstance(named, GraphQLObjectType):
        parts = [f"... on {t.name} {_selected(t, (*inside, t.name), left)}" for t in SCHEMA.get_possible_types(named)]
        return "{ __typename id " + " ".join(parts) + " }"
    # Beside other types of one interface a name carries its type's: the same name may be a text here and a list there.
    prefix = f"{named.name}_" if len(inside) > 1 and inside[-2] == "Node" else ""
    parts, composite = ["__typename"], []
    for name, field in named.fields.items():
        kind = base(field.type)
        if any(isinstance(a.type, GraphQLNonNull) for a in field.args.values()):
            continue
        asked = f"{prefix}{name}: {name}" if prefix and name != "id" else name
        if is_leaf_type(kind):
            parts.append(asked)
            left[0] -= 1
        elif name not in ("edges", "pageInfo"):
            composite.append((asked, kind))
    for asked, kind in composite:
        if kind.name == "Money" or (kind.name not in inside and len(inside) < DEPTH and left[0] > 0):
            parts.append(f"{asked} {_selected(kind, (*inside, kind.name), left)}")
    return "{ " + " ".join(parts) + " }"


def document(operation: str, *, whole: bool = True) -> str:
    kind, _, name = operation.partition(".")
    field = field_of(operation)
    asked = {n: a for n, a in field.args.items() if _wanted(operation, n, a)}
    declared = ", ".join(f"${n}: {a.type}" for n, a in asked.items())
    given = ", ".join(f"{n}: ${n}" for n in asked)
    head = kind.lower() + (f"({declared})" if declared else "")
    return f"{head} {{ {name}{f'({given})' if given else ''} {selection(field.type, whole=whole)} }}"
