"""Webhook endpoints: the one from the settings and those made by the API."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.paysim import ids
from infra.paysim.errors import invalid
from infra.paysim.forms import Params
from infra.paysim.settings import API_VERSION, Settings
from infra.paysim.store import Doc, Store
from infra.paysim.unit import Unit

OWN = "we_1BangfuFromSettings"


def _data(id: str, url: str, events: list[str], now: int) -> dict[str, Any]:
    return {
        "id": id,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }


def from_settings(store: Store, settings: Settings, now: float) -> None:
    """Makes, changes or disables the endpoint that BANGFU_PAYSIM_WEBHOOK_URL names."""
    known = store.find(OWN)
    if settings.webhook_url is None:
        if known is not None and known.data["status"] == "enabled":
            known.data["status"] = "disabled"
            store.write(known)
        return
    data = _data(OWN, settings.webhook_url, list(settings.webhook_events), int(now))
    doc = known or Doc("webhook_endpoint", OWN, "", data)
    doc.data, doc.private = data, {"secret": settings.webhook_secret, "connect": False}
    store.write(doc)


def _url(p: Params, given: str) -> str:
    if urlsplit(given).scheme not in ("http", "https") or not urlsplit(given).hostname:
        raise invalid(f"Invalid URL: {given[:200]}", code="url_invalid", param="url")
    return given


def create(u: Unit, p: Params) -> dict[str, Any]:
    """The only answer that shows the endpoint's secret."""
    url, events = _url(p, p.needed("url")), p.texts("enabled_events")
    if not events:
        raise invalid("Missing required param: enabled_events.", code="parameter_missing", param="enabled_events")
    connect, description, version = p.flag("connect"), p.text("description"), p.text("api_version")
    metadata = p.metadata()
    p.finish()
    if version not in (None, API_VERSION):
        raise invalid(f"Invalid API version: {version}; this simulator speaks {API_VERSION}.", param="api_version")
    secret = "whsec_" + ids.token(32)
    data = _data(ids.new("webhook_endpoint"), url, events, u.time)
    data.update(description=description, metadata=metadata, api_version=version)
    u.add("webhook_endpoint", data, {"secret": secret, "connect": bool(connect)})
    return data | {"secret": secret}


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("webhook_endpoint", id)


def update(u: Unit, p: Params, id: str) -> Doc:
    endpoint = u.get("webhook_endpoint", id)
    data = endpoint.data
    if (url := p.text("url")) is not None:
        data["url"] = _url(p, url)
    if (events := p.texts("enabled_events")) is not None:
        data["enabled_events"] = events
    if (disabled := p.flag("disabled")) is not None:
        data["status"] = "disabled" if disabled else "enabled"
    if p.has("description"):
        data["description"] = p.text("description")
    data["metadata"] = p.metadata(data["metadata"])
    p.finish()
    u.save(endpoint)
    return endpoint


def delete(u: Unit, p: Params, id: str) -> dict[str, Any]:
    p.finish()
    u.delete(u.get("webhook_endpoint", id))
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


__all__ = ["OWN", "create", "delete", "from_settings", "retrieve", "update"]
