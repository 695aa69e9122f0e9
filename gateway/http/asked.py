"""From an HTTP request to what is asked: the parameters of GraphQL over HTTP, checked before anything is parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Request

from gateway.http.negotiation import is_utf8
from gateway.http.refusals import BadRequest, BatchingOff, BatchTooLarge, BodyTooLarge, MultipartOff, UnsupportedMediaType
from gateway.limits import LIMITS
from services.kit import json

MAX_QUERY_STRING = 16 * 1024
SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class Asked:
    """``source`` None: by its hash only. ``persist``: the client wants it kept by that hash."""

    source: str | None
    sha256: str | None
    variables: dict[str, Any] | None
    operation: str | None
    persist: bool = False


def read(request: Request, batch_max: int) -> Asked | list[Asked]:
    """Raises BadRequest. A list only where batches are switched on."""
    if request.method != "POST":
        return _of_url(request)
    given = _json(body_of(request))
    if not isinstance(given, list):
        return _asked(given)
    if batch_max < 1:
        raise BatchingOff()
    if not 1 <= len(given) <= batch_max:
        raise BatchTooLarge(limit=batch_max, found=len(given))
    return [_asked(one) for one in given]


def body_of(request: Request) -> bytes:
    """At most `LIMITS.body_bytes`, however long the client says it is. Raises BadRequest."""
    if request.mimetype == "multipart/form-data":
        raise MultipartOff()
    if request.mimetype != "application/json" or not is_utf8(request.mimetype_params.get("charset", "utf-8")):
        raise UnsupportedMediaType()
    if (request.content_length or 0) > LIMITS.body_bytes:
        raise BodyTooLarge(limit=LIMITS.body_bytes)
    body = request.stream.read(LIMITS.body_bytes + 1)
    if len(body) > LIMITS.body_bytes:
        raise BodyTooLarge(limit=LIMITS.body_bytes)
    return body


def _of_url(request: Request) -> Asked:
    if len(request.query_string) > MAX_QUERY_STRING:
        raise BodyTooLarge(limit=MAX_QUERY_STRING)
    fields: dict[str, Any] = request.args.to_dict()
    for name in ("variables", "extensions"):
        if fields.get(name):
            fields[name] = _json(fields[name])
        else:
            fields.pop(name, None)
    return _asked(fields)


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise BadRequest(why="Not JSON in utf-8") from None


def _asked(fields: Any) -> Asked:
    if not isinstance(fields, dict):
        raise BadRequest(why="Send one JSON object with query, variables, operationName")
    source, variables, operation, extensions = (fields.get(k) for k in ("query", "variables", "operationName", "extensions"))
    if not isinstance(source, str | None) or not isinstance(operation, str | None):
        raise BadRequest(why="query and operationName are text")
    if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
        raise BadRequest(why="variables and extensions are objects")
    sha256 = _hash(fields.get("documentId"))
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is not None:
        if not isinstance(persisted, dict) or persisted.get("version") != 1:
            raise BadRequest(why="persistedQuery has version 1 and a sha256Hash")
        sha256 = _hash(persisted.get("sha256Hash"))
    if not source and sha256 is None:
        raise BadRequest(why="query is missing")
    return Asked(source or None, sha256, variables, operation or None, persist=persisted is not None)


def _hash(given: Any) -> str | None:
    if given is None:
        return None
    found = SHA256.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise BadRequest(why="A document's hash is a SHA-256 in hexadecimal digits")
    return found[1].lower()
