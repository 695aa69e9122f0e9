"""Stripe calls us here; the raw bytes and the signature go on to orders untouched, which verifies and stores."""

from __future__ import annotations

import urllib3
from flask import Blueprint, Response, current_app, request
from urllib3.exceptions import HTTPError

from gateway.context import Edge
from services.kit.principal import TokenIssuer

blueprint = Blueprint("webhooks", __name__)
MAX_BYTES = 512 * 1024
_pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=urllib3.Timeout(connect=1, read=15))


@blueprint.post("/webhooks/stripe")
def stripe_webhook() -> Response:
    if (request.content_length or 0) > MAX_BYTES:
        return Response(status=413)
    edge: Edge = current_app.extensions["edge"]
    issuer: TokenIssuer = current_app.extensions["issuer"]
    try:
        answer = _pool.request(
            "POST",
            edge.settings.service_urls["orders"] + "/webhooks/stripe",
            body=request.get_data(cache=False),
            headers={
                "Authorization": f"Bearer {issuer.own('orders')}",
                "Content-Type": request.headers.get("Content-Type", "application/json"),
                "Stripe-Signature": request.headers.get("Stripe-Signature", ""),
            },
        )
    except HTTPError:
        return Response(status=503)
    return Response(answer.data, answer.status, content_type=answer.headers.get("Content-Type", "application/json"))
