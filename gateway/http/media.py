"""Files in and out through signed links; the embedded store speaks no CORS, and no browser gets its keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request

from gateway.context import Edge
from services.kit import json, signing
from services.kit.db import one
from services.kit.errors import DomainError, FileTooLarge, InvalidInput, LinkExpired, NotFound
from services.kit.telemetry import language

blueprint = Blueprint("media", __name__)
UPLOAD, DOWNLOAD = "upload", "download"
UPLOAD_SECONDS, DOWNLOAD_SECONDS = 3600, 900
PUBLIC_TYPES = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}


def upload_link(edge: Edge, upload_id: str, max_bytes: int) -> str:
    token = signing.sign(edge.settings.media_secret, UPLOAD, {"u": upload_id, "m": max_bytes}, UPLOAD_SECONDS)
    return f"{edge.settings.public_url}/media/uploads/{token}"


def download_link(edge: Edge, object_key: str, filename: str, content_type: str) -> str:
    token = signing.sign(edge.settings.media_secret, DOWNLOAD, {"k": object_key, "n": filename, "t": content_type}, DOWNLOAD_SECONDS)
    return f"{edge.settings.public_url}/media/files/{token}"


@blueprint.put("/media/uploads/<token>")
def put_upload(token: str) -> Response:
    """The body is the file. Once only: a second PUT to the same link is refused."""
    edge: Edge = current_app.extensions["edge"]
    content = signing.read(edge.settings.media_secret, UPLOAD, token)
    with edge.db.reading() as conn:
        row = one(conn, "SELECT * FROM uploads WHERE upload_id = %s", [content["u"]])
    if row is None or row["stored_at"] is not None:
        raise LinkExpired()
    measured = _Measured(request.stream, content["m"])
    if request.content_length is not None and request.content_length > content["m"]:
        raise FileTooLarge("file", size=request.content_length, limit=content["m"])
    edge.objects.put(row["object_key"], measured, "application/octet-stream")  # type: ignore[arg-type]
    with edge.db.transaction() as conn:
        conn.execute(
            "UPDATE uploads SET stored_at = bangfu_now(), size = %s, sha256 = %s WHERE upload_id = %s AND stored_at IS NULL",
            [measured.size, measured.digest.hexdigest(), row["upload_id"]],
        )
    return Response(json.dumps_bytes({"size": measured.size, "sha256": measured.digest.hexdigest()}), 201, content_type="application/json")


class _Measured:
    """A stream that counts, hashes and stops at the limit."""

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream, self._limit, self.size, self.digest = stream, limit, 0, hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        data: bytes = self._stream.read(count)
        self.size += len(data)
        if self.size > self._limit:
            raise FileTooLarge("file", size=self.size, limit=self._limit)
        self.digest.update(data)
        return data


@blueprint.get("/media/files/<token>")
def get_file(token: str) -> Response:
    edge: Edge = current_app.extensions["edge"]
    content = signing.read(edge.settings.media_secret, DOWNLOAD, token)
    response = Response(_first_then_rest(edge.objects.stream(content["k"])), content_type=content["t"])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(content['n'])}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/media/<path:key>")
def get_public(key: str) -> Response:
    """Pictures under ``public/``, named by their content: they never change."""
    edge: Edge = current_app.extensions["edge"]
    kind = PUBLIC_TYPES.get(key.rsplit(".", 1)[-1])
    if kind is None or not re.fullmatch(r"public/[\w\-/]+\.\w+", key):
        raise NotFound()
    response = Response(_first_then_rest(edge.objects.stream(key)), content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _first_then_rest(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The first chunk is asked for here, so that a missing object is answered 404 and not with half a file."""
    first = next(chunks, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from chunks

    return rest()


@blueprint.errorhandler(DomainError)
def refused(error: DomainError) -> Response:
    from services.kit.errors import HTTP_STATUS

    return Response(json.dumps_bytes(error.as_dict(language())), HTTP_STATUS[error.kind], content_type="application/json")


def ensure_filename(name: str) -> str:
    if not 1 <= len(name) <= 200 or any(c in name for c in "/\\\0\r\n"):
        raise InvalidInput("filename", "1–200")
    return name
