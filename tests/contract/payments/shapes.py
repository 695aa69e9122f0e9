"""Checks an answer against the shape that Stripe publishes.

The stripe package generates its classes from Stripe's OpenAPI document of one API version
(`stripe._api_version`); uv.lock pins the package, so those annotations are a pinned copy of the document's schemas.
They are read from the source text, since half of the names are imported for type checkers only.

`problems(kind, value)` gives one line for every field that is unknown, missing though never null, or of another type.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_spec = importlib.util.find_spec("stripe")
assert _spec is not None
assert _spec.origin is not None
_PACKAGE = Path(_spec.origin).parent

_MODULES = {
    "payment_intent": ("_payment_intent", "PaymentIntent"),
    "payment_method": ("_payment_method", "PaymentMethod"),
    "charge": ("_charge", "Charge"),
    "refund": ("_refund", "Refund"),
    "event": ("_event", "Event"),
    "customer": ("_customer", "Customer"),
    "dispute": ("_dispute", "Dispute"),
    "balance": ("_balance", "Balance"),
    "balance_transaction": ("_balance_transaction", "BalanceTransaction"),
    "webhook_endpoint": ("_webhook_endpoint", "WebhookEndpoint"),
    "account": ("_account", "Account"),
    "transfer": ("_transfer", "Transfer"),
    "transfer_reversal": ("_transfer_reversal", "TransferReversal"),
    "error": ("_error_object", "ErrorObject"),
}
_SCALARS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


@dataclass(frozen=True)
class Shape:
    """One class of the stripe package: its annotated fields, its nested classes, the class around it."""

    name: str
    fields: dict[str, ast.expr]
    nested: dict[str, Shape]
    outer: Shape | None

    def lookup(self, name: str) -> Shape | None:
        """The nested class of that (dotted) name, searched from here outwards."""
        head, _, rest = name.partition(".")
        here: Shape | None = self
        while here is not None:
            found = here if here.name == head else here.nested.get(head)
            if found is not None:
                return found.lookup(rest) if rest else found
            here = here.outer
        return None


def _shape(node: ast.ClassDef, outer: Shape | None) -> Shape:
    fields = {
        item.target.id: item.annotation
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        and not item.target.id.startswith("_")
        and "ClassVar" not in ast.dump(item.annotation)
    }
    shape = Shape(node.name, fields, {}, outer)
    for item in node.body:
        if isinstance(item, ast.ClassDef):
            shape.nested[item.name] = _shape(item, shape)
    return shape


@functools.cache
def shape_of(kind: str) -> Shape:
    module, name = _MODULES[kind]
    tree = ast.parse((_PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _shape(node, None)
    raise LookupError(f"{name} is not in {module}")


def problems(kind: str, value: Any) -> list[str]:
    return list(_check_object(shape_of(kind), value, kind))


def _check_object(shape: Shape, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: an object is expected, got {value!r}"
        return
    for name in value.keys() - shape.fields.keys():
        yield f"{where}.{name}: not in Stripe's description"
    for name, annotation in shape.fields.items():
        if name in value:
            yield from _check(shape, annotation, value[name], f"{where}.{name}")
        elif not _optional(annotation):
            yield f"{where}.{name}: missing"


def _subscript(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """`Optional[X]` → ("Optional", [X]); anything else → ("", [])."""
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return ast.unparse(node.value), inner
    return "", []


def _optional(node: ast.expr) -> bool:
    return _subscript(node)[0] == "Optional"


def _check(shape: Shape, node: ast.expr, value: Any, where: str) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = ast.parse(node.value, mode="eval").body
    head, inner = _subscript(node)
    if head == "Optional":
        if value is not None:
            yield from _check(shape, inner[0], value, where)
    elif head in ("ExpandableField",):
        if not isinstance(value, str):
            yield from _check(shape, inner[0], value, where)
    elif head == "Literal":
        allowed = [item.value for item in inner if isinstance(item, ast.Constant)]
        if value not in allowed:
            yield f"{where}: {value!r} is none of the values that Stripe describes"
    elif head == "Union":
        choices = inner
        literals = [c for c in choices if _subscript(c)[0] == "Literal"]
        others = [c for c in choices if c not in literals]
        if not any(not list(_check(shape, c, value, where)) for c in [*literals, *others]):
            yield f"{where}: {value!r} fits no alternative of {ast.unparse(node)[:120]}"
    elif head in ("List", "ListObject"):
        rows = value.get("data") if head == "ListObject" and isinstance(value, dict) else value
        if not isinstance(rows, list):
            yield f"{where}: a list is expected, got {value!r}"
            return
        for number, row in enumerate(rows):
            yield from _check(shape, inner[0], row, f"{where}[{number}]")
    elif head in ("Dict", "UntypedStripeObject"):
        if not isinstance(value, dict):
            yield f"{where}: a mapping is expected, got {value!r}"
    else:
        yield from _check_named(shape, ast.unparse(node), value, where)


def _check_named(shape: Shape, name: str, value: Any, where: str) -> Iterator[str]:
    if name in _SCALARS:
        if not isinstance(value, _SCALARS[name]) or (isinstance(value, bool) and name != "bool"):
            yield f"{where}: {name} is expected, got {value!r}"
    elif name in ("Any", "StripeObject", "Dict"):
        return
    elif (nested := shape.lookup(name)) is not None:
        yield from _check_object(nested, value, where)
    elif isinstance(value, dict) and value.get("object") in _MODULES:
        yield from _check_object(shape_of(value["object"]), value, where)
    elif not isinstance(value, (dict, str)):
        yield f"{where}: an object of class {name} is expected, got {value!r}"
