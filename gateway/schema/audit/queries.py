from __future__ import annotations

from datetime import datetime
from typing import Any

import graphene

from gateway.audit import store
from gateway.audit.gather import SOURCES
from gateway.schema.audit.subjects import subject_of
from gateway.schema.audit.types import AuditAction, AuditEntry, AuditFilter
from gateway.schema.fields import listing, raw_id
from services.acts import ACTS
from services.kit.errors import InvalidInput

MAX_TEXT, MAX_ACTIONS = 100, 50


def list_entries(context: Any, page: dict[str, Any], filter: Any = None) -> dict[str, Any]:
    given = {k: v for k, v in (filter or {}).items() if v is not None}
    if given.get("service") not in (None, *SOURCES):
        raise InvalidInput("filter.service", ", ".join(SOURCES))
    actions = given.get("actions") or []
    if len(actions) > MAX_ACTIONS or not all(action in ACTS for action in actions):
        raise InvalidInput("filter.actions", "see auditActions")
    text = (given.get("text") or "").strip()
    if len(text) > MAX_TEXT or "\0" in text:
        raise InvalidInput("filter.text", str(MAX_TEXT))
    try:
        subject = subject_of(given["subject"]) if "subject" in given else None
    except KeyError:
        raise InvalidInput("filter.subject", "id") from None
    with context.edge.db.reading() as conn:
        found = store.search(
            conn,
            first=page["first"],
            after=page["after"],
            actor=raw_id(given["actor"], "Account") if "actor" in given else None,
            acts=list(actions),
            subject=subject,
            service=given.get("service"),
            since=datetime.fromisoformat(given["since"]) if "since" in given else None,
            until=datetime.fromisoformat(given["until"]) if "until" in given else None,
            text=text or None,
            request_id=given.get("request_id"),
        )
    return vars(found)


def resolve_entry(_root: Any, info: Any, id: str) -> Any:
    service, _, number = raw_id(id, "AuditEntry").partition(".")
    if not number.isdigit() or len(number) > 18:
        return None
    with info.context.edge.db.reading() as conn:
        return store.entry(conn, service, int(number))


QUERIES = {
    "audit_entries": listing(
        AuditEntry,
        list_entries,
        "Privileged acts in all services, newest first",
        filter=graphene.Argument(AuditFilter, description="Which entries; all without it"),
    ),
    "audit_entry": graphene.Field(AuditEntry, resolver=resolve_entry, id=graphene.ID(required=True), description="One privileged act"),
    "audit_actions": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(AuditAction))),
        resolver=lambda _root, _info: sorted(ACTS),
        description="The closed list of acts that are recorded",
    ),
}
