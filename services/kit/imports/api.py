"""The same five routes in every service that takes imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.acts import Act
from services.kit import audit, jobs
from services.kit.db import Conn, every, one
from services.kit.errors import InvalidInput, NotFound, WrongState
from services.kit.ids import new_id
from services.kit.imports.job import APPLY, CHECK, WITHDRAW, who_of
from services.kit.imports.kinds import ImportKind
from services.kit.models import Input
from services.kit.paging import decode_cursor, page_of

SHOWN = ("import_id", "kind", "filename", "state", "rows", "documents", "amount_fen", "errors", "error_count", "preview",
         "duplicate_of", "created_at", "finished_at")
ACTS: dict[str, Act] = {APPLY: "import:apply", WITHDRAW: "import:withdraw"}
PLAIN = "SELECT * FROM imports WHERE import_id = %s"
LOCKED = PLAIN + " FOR UPDATE"


class StartImport(Input):
    """``object_key``: where the uploaded file lies. ``apply_when_clean``: skip the preview."""

    kind: str = Field(max_length=40)
    filename: str = Field(min_length=1, max_length=200)
    object_key: str = Field(pattern=r"^uploads/[\w\-]{8,120}$")
    apply_when_clean: bool = False


class ImportPath(BaseModel):
    import_id: UUID


class ImportPage(Input):
    first: int = Field(20, ge=1, le=100)
    after: str | None = Field(None, max_length=200)


def import_blueprint(kinds: tuple[ImportKind, ...]) -> APIBlueprint:
    from services.kit.app import context, principal

    by_name = {kind.name: kind for kind in kinds}
    api = APIBlueprint("imports", "imports", url_prefix="/imports")

    def load(conn: Conn, import_id: UUID, *, lock: bool = False) -> dict[str, Any]:
        row = one(conn, LOCKED if lock else PLAIN, [import_id])
        if row is None or not any(principal().has(role) for role in by_name[row["kind"]].roles):
            raise NotFound()
        return row

    @api.get("/kinds")
    def list_kinds() -> dict[str, Any]:
        principal().require_any(*{role for kind in kinds for role in kind.roles})
        return {"kinds": [{"name": k.name, "title": k.title, "columns": [
            {"key": c.key, "title": c.title, "required": c.required} for c in k.columns]} for k in kinds]}

    @api.post("")
    def start_import(body: StartImport) -> dict[str, Any]:
        kind = by_name.get(body.kind)
        if kind is None:
            raise InvalidInput("kind", ", ".join(by_name))
        principal().require_any(*kind.roles)
        import_id = new_id()
        with context().db.transaction() as conn:
            conn.execute("INSERT INTO imports (import_id, kind, filename, object_key, state, apply_when_clean, created_by) "
                         "VALUES (%s, %s, %s, %s, 'checking', %s, %s)",
                         [import_id, kind.name, body.filename, body.object_key, body.apply_when_clean, principal().subject])
            jobs.enqueue(conn, CHECK, {"import_id": str(import_id), "by": who_of(principal())}, unique_key=f"import:check:{import_id}")
            audit.record(conn, principal(), "import:start", f"import:{import_id}",
                         after={"kind": kind.name, "apply_when_clean": body.apply_when_clean})
            return shown(conn, [load(conn, import_id)])[0]

    @api.get("")
    def list_imports(query: ImportPage) -> dict[str, Any]:
        allowed = [k.name for k in kinds if any(principal().has(role) for role in k.roles)]
        after = decode_cursor(query.after, 2)
        with context().db.reading() as conn:
            rows = every(conn, "SELECT * FROM imports WHERE kind = ANY(%s) "
                         "AND (%s::timestamptz IS NULL OR (created_at, import_id) < (%s, %s::uuid)) "
                         "ORDER BY created_at DESC, import_id DESC LIMIT %s",
                         [allowed, *((after[0], after[0], after[1]) if after else (None, None, None)), query.first + 1])
            page = page_of(rows, query.first, lambda r: (r["created_at"], r["import_id"]))
            return {"items": shown(conn, page.items), "next_cursor": page.next_cursor}

    @api.get("/<uuid:import_id>")
    def get_import(path: ImportPath) -> dict[str, Any]:
        with context().db.reading() as conn:
            return shown(conn, [load(conn, path.import_id)])[0]

    @api.post("/<uuid:import_id>/apply")
    def apply_import(path: ImportPath) -> dict[str, Any]:
        return move(path.import_id, ("ready",), "applying", APPLY)

    @api.post("/<uuid:import_id>/withdraw")
    def withdraw_import(path: ImportPath) -> dict[str, Any]:
        return move(path.import_id, ("applied",), "withdrawing", WITHDRAW)

    def move(import_id: UUID, allowed: tuple[str, ...], state: str, job: str) -> dict[str, Any]:
        with context().db.transaction() as conn:
            row = load(conn, import_id, lock=True)
            if row["state"] not in (*allowed, state):
                raise WrongState(state=row["state"])
            if row["state"] != state:
                conn.execute("UPDATE imports SET state = %s WHERE import_id = %s", [state, import_id])
                jobs.enqueue(conn, job, {"import_id": str(import_id), "by": who_of(principal())}, unique_key=f"import:{import_id}")
                audit.record(conn, principal(), ACTS[job], f"import:{import_id}",
                             before=row["state"], after=state)
            return shown(conn, [load(conn, import_id)])[0]

    def shown(conn: Conn, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        jobs_done = {job["unique_key"]: job["done"] for job in every(
            conn, "SELECT DISTINCT ON (unique_key) unique_key, done FROM jobs WHERE unique_key = ANY(%s) "
            "ORDER BY unique_key, created_at DESC",
            [[f"import:{row['import_id']}" for row in rows]])}
        name = current_app.extensions["service"].name
        return [{k: row[k] for k in SHOWN} | {"done": row["done"] or jobs_done.get(f"import:{row['import_id']}", 0), "service": name}
                for row in rows]

    return api
