from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.accounts.types import SCOPE_KINDS, AccountFound, Role
from gateway.schema.audit.subjects import global_id
from gateway.schema.fields import Node, to_global_id
from gateway.schema.nodes import SOURCES
from gateway.schema.scalars import Instant
from services.acts import ACTS
from services.kit import json
from services.kit.principal import Role as RoleName
from services.kit.telemetry import language


class AuditAction(graphene.ObjectType):
    """A kind of privileged act, from the closed list."""

    name = graphene.String(required=True, description="`subject:action`")
    title = graphene.String(required=True, description="What it is, in the language of the request")
    services = graphene.List(graphene.NonNull(graphene.String), required=True, description="Whose databases hold such entries")

    @staticmethod
    def resolve_title(name: str, _info: Any) -> str:
        return _title(name)

    @staticmethod
    def resolve_name(name: str, _info: Any) -> str:
        return name

    @staticmethod
    def resolve_services(name: str, _info: Any) -> list[str]:
        return list(ACTS[name].services)


class AuditChange(graphene.ObjectType):
    """A field that the act changed. Only what differs is kept; values are ids, states and amounts, never a person's data."""

    field = graphene.String(required=True, description="Name of the field in the owning service")
    before = graphene.String(description="Its value before as JSON; null when there was none")
    after = graphene.String(description="Its value afterwards as JSON; null when there is none")


class AuditEntry(graphene.ObjectType):
    """A privileged act: who, as what, on what, what changed, why. Written in the transaction of the change, chained by hashes."""

    id = graphene.ID(required=True, description="To ask for it again")
    service = graphene.String(required=True, description="The service that owns what was changed")
    seq = graphene.Int(required=True, description="Its number in the service's chain, from 1 without holes")
    at = graphene.Field(Instant, required=True, description="When, by the clock of the service's database")
    actor = graphene.Field(AccountFound, description="The account that acted; null when a service or the command line did")
    actor_name = graphene.String(required=True, description="`account`, `guest`, `service:…` or `command line`: never a person's name")
    role = graphene.Field(Role, description="The role that allowed it; null where any account may")
    scope = graphene.String(description="What that role was for: a code or a global id; null when several would do")
    api_key_id = graphene.ID(description="The API key it was done with, if it was")
    action = graphene.String(required=True, description="`subject:action` from the closed list")
    title = graphene.String(required=True, description="What that is, in the language of the request")
    subject = graphene.Field(Node, description="What it was done to, where you may see it and `node` leads there")
    subject_id = graphene.ID(description="Global id of what it was done to; null for what has none")
    subject_key = graphene.String(required=True, description="`kind:id` as the service wrote it")
    changes = graphene.List(graphene.NonNull(AuditChange), required=True, description="What differs")
    reason = graphene.String(description="The reason given, with telephone numbers and addresses blotted out")
    request_id = graphene.String(description="The request it came in by; the same in the answer and in the logs")
    previous_hash = graphene.String(required=True, description="Hash of the service's entry before, in hex")
    hash = graphene.String(required=True, description="SHA-256 over the hash before and this entry's content, in hex")

    @staticmethod
    def resolve_id(row: dict[str, Any], _info: Any) -> str:
        return to_global_id("AuditEntry", f"{row['service']}.{row['seq']}")

    @staticmethod
    def resolve_actor(row: dict[str, Any], _info: Any) -> dict[str, Any] | None:
        return {"account_id": row["actor"]} if _kind_of_actor(row["actor"]) == "account" else None

    @staticmethod
    def resolve_actor_name(row: dict[str, Any], _info: Any) -> str:
        return _kind_of_actor(row["actor"])

    @staticmethod
    def resolve_role(row: dict[str, Any], _info: Any) -> RoleName | None:
        return RoleName(row["role"]) if row["role"] else None

    @staticmethod
    def resolve_scope(row: dict[str, Any], _info: Any) -> str | None:
        kind = SCOPE_KINDS.get(RoleName(row["role"])) if row["role"] else None
        return to_global_id(kind, row["scope"]) if kind and row["scope"] else row["scope"]

    @staticmethod
    def resolve_api_key_id(row: dict[str, Any], _info: Any) -> str | None:
        return to_global_id("ApiKey", row["api_key"]) if row["api_key"] else None

    @staticmethod
    def resolve_action(row: dict[str, Any], _info: Any) -> str:
        return str(row["act"])

    @staticmethod
    def resolve_title(row: dict[str, Any], _info: Any) -> str:
        return _title(row["act"])

    @staticmethod
    async def resolve_subject(row: dict[str, Any], info: Any) -> Any:
        """One call a kind for a whole page."""
        name, _, raw = row["subject"].partition(":")
        kind = {"product": "Product", "merchant": "Merchant", "order": "Order", "contract": "Contract", "institution": "Institution",
                "outlet": "Outlet", "campaign": "Campaign", "session": "LiveSession"}.get(name)  # fmt: skip
        if kind not in SOURCES or row["act"].startswith("outside_session:"):
            return None
        found = await getattr(info.context.loaders, SOURCES[kind].loader).load(raw)
        return None if found is None else {**found, "__kind": kind}

    @staticmethod
    def resolve_subject_id(row: dict[str, Any], _info: Any) -> str | None:
        return global_id(row["service"], row["act"], row["subject"])

    @staticmethod
    def resolve_subject_key(row: dict[str, Any], _info: Any) -> str:
        return str(row["subject"])

    @staticmethod
    def resolve_changes(row: dict[str, Any], _info: Any) -> list[dict[str, Any]]:
        before, after = row["before"] or {}, row["after"] or {}
        return [
            {
                "field": name,
                "before": json.dumps(before[name]) if name in before else None,
                "after": json.dumps(after[name]) if name in after else None,
            }
            for name in sorted(before.keys() | after.keys())
        ]

    @staticmethod
    def resolve_hash(row: dict[str, Any], _info: Any) -> str:
        return bytes(row["hash"]).hex()

    @staticmethod
    def resolve_previous_hash(row: dict[str, Any], _info: Any) -> str:
        return bytes(row["previous_hash"]).hex()


def _title(act: str) -> str:
    words = ACTS.get(act)
    return act if words is None else words.en if language().startswith("en") else words.zh


def _kind_of_actor(actor: str) -> str:
    if actor.startswith("guest:"):
        return "guest"
    return actor if actor.startswith("service:") or actor == "command line" else "account"


class AuditFilter(graphene.InputObjectType):
    """Which entries; what is left out does not matter."""

    actor = graphene.ID(description="Id of an Account: what it did")
    actions = graphene.List(graphene.NonNull(graphene.String), description="Of the closed list, see `auditActions`; at most 50")
    subject = graphene.ID(description="Global id of what it was done to")
    service = graphene.String(description="gateway, catalog, orders, livestream or reporting")
    since = graphene.InputField(Instant, name="from", description="At this instant or later")
    until = graphene.InputField(Instant, name="to", description="Before this instant")
    text = graphene.String(description="Words in the reason or in a value, at most 100 characters")
    request_id = graphene.String(description="The request it came in by")
