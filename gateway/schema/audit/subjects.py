"""An entry's subject, ``kind:id`` as the owning service wrote it, and the global id of the same object at the edge."""

from __future__ import annotations

from gateway.schema.fields import from_global_id, to_global_id

KINDS = {
    "account": "Account",
    "activities": "Activity",
    "api_key": "ApiKey",
    "application": "Application",
    "call_off": "CallOff",
    "campaign": "Campaign",
    "contract": "Contract",
    "delivery": "Delivery",
    "departments": "Department",
    "external_report": "ExternalReport",
    "fair_order": "FairOrder",
    "import": "Import",
    "institution": "Institution",
    "invitation": "Invitation",
    "merchant": "Merchant",
    "order": "Order",
    "outlet": "Outlet",
    "product": "Product",
    "publicity": "PublicityRecord",
    "report": "Report",
    "session": "LiveSession",
    "sheet": "Sheet",
    "slip": "Slip",
    "streamer": "Streamer",
    "webhook": "WebhookEndpoint",
}
_BACK = {kind: name for name, kind in KINDS.items()} | {"OutsideSession": "session"}


def global_id(service: str, act: str, subject: str) -> str | None:
    """None for what has no id at the edge (a rule, a review path, a picture)."""
    name, _, raw = subject.partition(":")
    kind = "OutsideSession" if act.startswith("outside_session:") else KINDS.get(name)
    if kind is None or not raw:
        return None
    return to_global_id(kind, f"{service}.{raw}" if kind == "Import" else raw)


def subject_of(text: str) -> str:
    """The subject that a global id stands for. Raises GraphQLError NOT_FOUND, KeyError for a kind that is no subject."""
    kind, raw = from_global_id(text)
    return f"{_BACK[kind]}:{raw.partition('.')[2] if kind == 'Import' else raw}"
