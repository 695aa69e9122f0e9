from __future__ import annotations

from typing import Any

import graphene

from gateway.http.media import ensure_filename, upload_link
from gateway.schema.fields import to_global_id
from gateway.schema.inputs import flag, instant, ref, text
from gateway.schema.intentions import intention
from gateway.schema.system.queries import SERVICES
from gateway.schema.system.types import Import, Upload
from services.kit.db import one
from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import new_id

PURPOSES = ("import", "image", "evidence")
KINDS: dict[str, str] = {}


def create_upload(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    if body["purpose"] not in PURPOSES:
        raise InvalidInput("purpose", ", ".join(PURPOSES))
    upload_id, limit = new_id(), context.edge.settings.max_upload_bytes
    with context.edge.db.transaction() as conn:
        conn.execute(
            "INSERT INTO uploads (upload_id, account, purpose, object_key, filename) VALUES (%s, %s, %s, %s, %s)",
            [upload_id, context.principal.subject, body["purpose"], f"uploads/{upload_id}", ensure_filename(body["filename"])],
        )
    return {"id": to_global_id("Upload", upload_id), "url": upload_link(context.edge, str(upload_id), limit), "max_bytes": limit}


def stored_upload(context: Any, upload_id: str) -> dict[str, Any]:
    """The caller's own upload, once its file is there. Raises NotFound."""
    with context.edge.db.reading() as conn:
        row = one(
            conn,
            "SELECT * FROM uploads WHERE upload_id = %s AND account = %s AND stored_at IS NOT NULL",
            [upload_id, context.principal.subject],
        )
    if row is None:
        raise NotFound("uploadId")
    return row


def kinds_by_service(context: Any) -> dict[str, str]:
    """Kind → the service that takes it. Kept only when all services have answered: half a list would refuse the rest for good."""
    if not KINDS:
        found = {
            kind["name"]: service
            for service in SERVICES
            for kind in context.clients.named(service).get("/imports/kinds", principal=context.principal)["kinds"]
        }
        KINDS.update(found)
    return KINDS


def start_import(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    upload = stored_upload(context, body["upload_id"])
    service = kinds_by_service(context).get(body["kind"])
    if service is None:
        raise InvalidInput("kind", ", ".join(sorted(KINDS)))
    return context.clients.named(service).call(
        "POST",
        "/imports",
        {
            "kind": body["kind"],
            "filename": upload["filename"],
            "object_key": upload["object_key"],
            "apply_when_clean": bool(body.get("apply_when_clean")),
        },
        context.principal,
    )


def _move(verb: str) -> Any:
    def perform(context: Any, body: dict[str, Any], _key: str | None) -> Any:
        service, _, import_id = body["import_id"].partition(".")
        if service not in SERVICES:
            raise NotFound("id")
        return context.clients.named(service).call("POST", f"/imports/{import_id}/{verb}", {}, context.principal)

    return perform


def set_cutover(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    for service in SERVICES:
        context.clients.named(service).call("PUT", "/internal/cutover", body, context.principal)
    return body["cutover"]


_IMPORT = {"id": ref("Import", key="import_id")}
MUTATIONS = {
    "create_upload": intention(
        "createUpload",
        "A link to PUT one file to",
        {"filename": text(), "purpose": text("import, image or evidence")},
        ("upload", Upload),
        create_upload,
    ),
    "start_import": intention(
        "startImport",
        "Check an uploaded file; with applyWhenClean also apply it",
        {"kind": text("See importKinds"), "upload_id": ref("Upload", key="upload_id"), "apply_when_clean": flag()},
        ("import_run", Import),
        start_import,
    ),
    "apply_import": intention("applyImport", "Apply a checked file whole", _IMPORT, ("import_run", Import), _move("apply")),
    "withdraw_import": intention(
        "withdrawImport", "Take back all that an import brought, by reversal", _IMPORT, ("import_run", Import), _move("withdraw")
    ),
    "set_cutover": intention(
        "setCutover",
        "The instant before which history may be imported; set once",
        {"cutover": instant()},
        ("cutover", graphene.String),
        set_cutover,
    ),
}
