"""A browser says where a request comes from: where our cookies may count, only our own pages may ask.

The cookie is SameSite=Lax and the header X-Bangfu-Client makes the browser ask first, which we never answer; this is the third fence,
for a browser or a proxy in which one of the two fails.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from gateway.http.refusals import BadRequest
from services.kit.errors import Kind


class ForeignOrigin(BadRequest):
    code, kind = "FOREIGN_ORIGIN", Kind.FORBIDDEN
    zh, en = "请求来自其他网站", "The request comes from another site"
    status = 403


def ensure_own(public_url: str) -> None:
    """Our origin is that of the public address, or the host that was called; none at all is no browser's. Raises ForeignOrigin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own = urlsplit(public_url)
    if origin != f"{own.scheme}://{own.netloc}" and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin()
