"""The schema: domains composed, permissions put before every root field, descriptions on everything."""

from __future__ import annotations

import importlib
from typing import Any

import graphene

from gateway import permissions, rates, restricted
from gateway.schema.descriptions import describe

DOMAINS = ("accounts", "system", "catalog", "orders", "livestream", "reporting", "webhooks", "audit")


def _collect(kind: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for domain in DOMAINS:
        part = importlib.import_module(f"gateway.schema.{domain}")
        fields |= getattr(part, kind, {})
    return fields


def build() -> graphene.Schema:
    query = type("Query", (graphene.ObjectType,), {"__doc__": "What can be asked.", **_collect("QUERIES")})
    mutation = type("Mutation", (graphene.ObjectType,), {"__doc__": "One field a user's intention.", **_collect("MUTATIONS")})
    subscription = type("Subscription", (graphene.ObjectType,), {"__doc__": "What is pushed.", **_collect("SUBSCRIPTIONS")})
    built = graphene.Schema(query=query, mutation=mutation, subscription=subscription, types=_node_types())
    permissions.enforce(built.graphql_schema)
    rates.guard(built.graphql_schema)
    describe(built.graphql_schema, permissions.table(), restricted.FIELDS)
    return built


def _node_types() -> list[Any]:
    from gateway.schema.fields import NODE_TYPES

    return list(NODE_TYPES.values())


schema = build()
