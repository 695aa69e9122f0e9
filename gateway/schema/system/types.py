from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import money, to_global_id
from gateway.schema.scalars import Instant
from services.kit.telemetry import language


class ImportProblem(graphene.ObjectType):
    """A mistake of a file: where, what, and how to mend it."""

    line = graphene.Int(required=True, description="Row of the file, the header being 1; 0 for the file itself")
    column = graphene.String()
    code = graphene.String(required=True)
    value = graphene.String()
    message = graphene.String(required=True)

    @staticmethod
    def resolve_message(row: dict[str, Any], _info: Any) -> str:
        return str(row["en" if language().startswith("en") else "zh"])


class ImportState(graphene.Enum):
    CHECKING = "checking"
    REFUSED = "refused"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class Import(graphene.ObjectType):
    """A file of history: checked whole, applied whole or not at all, withdrawn whole."""

    id = graphene.ID(required=True)
    service = graphene.String(required=True)
    kind = graphene.String(required=True)
    filename = graphene.String(required=True)
    state = graphene.Field(ImportState, required=True)
    rows = graphene.Int()
    documents = graphene.Int()
    done = graphene.Int(required=True)
    amount = money("amount_fen", description="Sum of the file, where it holds money")
    error_count = graphene.Int(required=True)
    errors = graphene.List(graphene.NonNull(ImportProblem), required=True, description="The first 500")
    preview = graphene.List(graphene.NonNull(graphene.String), required=True, description="The first rows as JSON")
    created_at = graphene.Field(Instant, required=True)
    finished_at = graphene.Field(Instant)

    @staticmethod
    def resolve_id(row: dict[str, Any], _info: Any) -> str:
        return to_global_id("Import", f"{row['service']}.{row['import_id']}")

    @staticmethod
    def resolve_preview(row: dict[str, Any], _info: Any) -> list[str]:
        from services.kit import json

        return [json.dumps(one) for one in row["preview"]]


class ImportColumn(graphene.ObjectType):
    key = graphene.String(required=True)
    title = graphene.String(required=True)
    required = graphene.Boolean(required=True)


class ImportKindInfo(graphene.ObjectType):
    """A kind of file that can be imported."""

    service = graphene.String(required=True)
    name = graphene.String(required=True)
    title = graphene.String(required=True)
    columns = graphene.List(graphene.NonNull(ImportColumn), required=True)


class Upload(graphene.ObjectType):
    """Where to PUT the file, once, within the hour."""

    id = graphene.ID(required=True)
    url = graphene.String(required=True)
    max_bytes = graphene.Int(required=True)


class Position(graphene.ObjectType):
    """How far a copy is."""

    source = graphene.String(required=True)
    lane = graphene.String(required=True)
    head = graphene.Int(required=True, description="What the owner has numbered")
    waiting = graphene.Int(required=True, description="Committed at the owner and not yet numbered")
    applied = graphene.Int(required=True, description="What the reader has applied")


class SyncState(graphene.ObjectType):
    """A service's copies of the others."""

    service = graphene.String(required=True)
    parked = graphene.Int(required=True)
    positions = graphene.List(graphene.NonNull(Position), required=True)
    cutover = graphene.Field(Instant)
