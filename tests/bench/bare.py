"""The reference of a list: a bare Flask endpoint that returns the same bytes, on the same server with the same flags."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response


def create_app() -> Flask:
    app = Flask("bare")
    data = Path(os.environ["BARE_BYTES"]).read_bytes()

    @app.post("/graphql")
    def same_bytes() -> Response:
        return Response(data, content_type="application/json; charset=utf-8")

    @app.get("/readyz")
    def ready() -> str:
        return "ok"

    return app
