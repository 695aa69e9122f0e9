"""Who may ask what, as data: one table from operation to predicates, read by the check, the docs and the tests.

The edge is the first fence; scope over rows is decided again in the service that owns them. A root field that is missing
here does not start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLSchema, InlineFragmentNode, OperationDefinitionNode

from gateway.accounts import api_keys_scopes
from gateway.accounts.domain import SecondFactorNeeded
from gateway.accounts.totp import LIMITED
from gateway.context import RequestContext
from gateway.predicates import behind
from gateway.restricted import FIELDS
from services.kit.errors import DomainError, Forbidden, Unauthenticated
from services.kit.principal import Principal, Role


@dataclass(frozen=True)
class Rule:
    """``roles`` empty and ``who`` = anyone | visitor (guest or signed in) | account. ``cacheable``: the same for everybody."""

    who: str = "account"
    roles: tuple[Role, ...] = ()
    cacheable: bool = False
    # Also for a session that lacks the second factor its roles demand: what it takes to set it up, and to leave.
    before_second_factor: bool = False

    def check(self, context: RequestContext) -> None:
        """Raises Unauthenticated or Forbidden."""
        refusal = self.refusal(context.principal)
        if refusal is not None:
            raise refusal()

    def refusal(self, principal: Principal) -> type[DomainError] | None:
        """What the first fence answers this principal, before any object is looked at."""
        if self.who == "anyone" or (self.who == "visitor" and principal.subject != "anonymous"):
            return None
        if principal.subject == "anonymous" or principal.is_guest:
            return Unauthenticated
        if principal.facts.get("limited") == LIMITED and not self.before_second_factor:
            return SecondFactorNeeded
        if self.roles and not any(g.role in self.roles for g in principal.grants):
            return Forbidden
        return None

    def words(self) -> str:
        return "roles: " + ", ".join(r.value for r in self.roles) if self.roles else self.who


ANYONE = Rule("anyone")
PUBLIC = Rule("anyone", cacheable=True)
VISITOR = Rule("visitor")
ACCOUNT = Rule()
ACCOUNT_AT_ONCE = Rule(before_second_factor=True)


def roles(*allowed: Role) -> Rule:
    return Rule(roles=allowed)


CITY = (Role.BUREAU, Role.DEPARTMENT_OFFICER)
OFFICERS = (*CITY, Role.COUNTY_OFFICER)
IMPORTERS = (Role.OPERATOR, Role.BUREAU)
INSTITUTION = (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER)


def table() -> dict[str, Rule]:
    from gateway.schema import accounts, audit, catalog, livestream, orders, reporting, system, webhooks

    merged: dict[str, Rule] = {}
    for part in (accounts, catalog, orders, livestream, reporting, system, webhooks, audit):
        for name, rule in part.PERMISSIONS.items():
            if name in merged:
                raise RuntimeError(f"two permission rules for {name}")
            merged[name] = rule
    return merged


_cacheable: set[str] = set()


def enforce(schema: GraphQLSchema) -> None:
    """Puts the check before every root resolver. Raises RuntimeError naming fields without a rule and rules without a field."""
    rules = table()
    fields = {
        f"{kind.name}.{name}": field
        for kind in (schema.query_type, schema.mutation_type, schema.subscription_type)
        if kind
        for name, field in kind.fields.items()
    }
    missing, extra = sorted(fields.keys() - rules.keys()), sorted(rules.keys() - fields.keys())
    if missing or extra:
        raise RuntimeError(f"fields without a permission rule: {missing}; rules without a field: {extra}")
    if strangers := api_keys_scopes.unknown_fields(fields):
        raise RuntimeError(f"scopes of API keys open fields that are not there: {strangers}")
    for name, field in fields.items():
        if field.resolve is not None:
            field.resolve = _guarded(name, rules[name], field.resolve)
        if getattr(field, "subscribe", None) is not None:
            field.subscribe = _guarded(name, rules[name], field.subscribe)
        if rules[name].cacheable:
            _cacheable.add(name)
    _enforce_fields(schema)


def _enforce_fields(schema: GraphQLSchema) -> None:
    """Puts the check before every restricted field's resolver: on the type, not on the door (saleor/saleor#9064).

    Raises RuntimeError naming rules whose field is not there.
    """
    for name, rule in FIELDS.items():
        kind, _, field_name = name.partition(".")
        field = getattr(schema.type_map.get(kind), "fields", {}).get(field_name)
        if field is None or field.resolve is None:
            raise RuntimeError(f"a rule for the restricted field {name}, which is not there")
        field.resolve = behind(rule, field.resolve, _refusal)


def _refusal(context: RequestContext) -> DomainError:
    return Unauthenticated() if context.is_anonymous else Forbidden()


def _guarded(name: str, rule: Rule, resolve: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        rule.check(info.context)
        if info.context.api_key_id is not None:
            api_keys_scopes.check(info.context.api_key_scopes, name, public=rule.cacheable)
        return resolve(root, info, **arguments)

    return guarded


def is_cacheable(operation: OperationDefinitionNode) -> bool:
    """Every root field is declared public and the same for everybody."""
    for node in operation.selection_set.selections:
        if isinstance(node, FieldNode) and (f"Query.{node.name.value}" in _cacheable or node.name.value == "__typename"):
            continue
        if isinstance(node, InlineFragmentNode):
            return False
        return False
    return True
