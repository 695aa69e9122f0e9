"""The control API under /_sim/, for tests and demos; it takes the secret key. Bodies are form-encoded or JSON."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

from infra.paysim import attempts, disputes, methods, refunds, webhooks
from infra.paysim.attempts import Outcome
from infra.paysim.errors import invalid, missing
from infra.paysim.faults import KINDS, Fault
from infra.paysim.forms import Params, decode
from infra.paysim.http import Request, Response
from infra.paysim.store import dumps
from infra.paysim.unit import Tuning, Unit, WebhookMode

if TYPE_CHECKING:
    from infra.paysim.app import App

_OUTCOMES = ("succeed", "fail", "processing")


def _params(request: Request) -> Params:
    if request.method == "GET" or not request.body:
        return Params(decode(request.query))
    if "json" in request.headers.get("content-type", ""):
        try:
            values = json.loads(request.body)
        except ValueError:
            raise invalid("The body is no JSON.") from None
        if not isinstance(values, dict):
            raise invalid("The body must be a JSON object.")
        return Params(values)
    return Params(decode(request.body.decode("utf-8", "replace")))


def handle(app: App, u: Unit, request: Request) -> Response:
    parts = request.path.removeprefix("/_sim/").split("/")
    p = _params(request)
    result = _dispatch(app, u, request.method, parts, p)
    return Response(200, dumps(result).encode())


def _dispatch(app: App, u: Unit, method: str, parts: list[str], p: Params) -> Any:
    match (method, *parts):
        case ("GET", "state"):
            return _state(app)
        case ("POST", "faults"):
            return _arm(app, p)
        case ("DELETE", "faults"):
            app.faults.clear()
            return _state(app)
        case ("POST", "webhooks"):
            return _webhooks(app, p)
        case ("POST", "tuning"):
            return _tuning(app, p)
        case ("POST", "reset"):
            app.faults.clear()
            app.set_webhooks(WebhookMode(), None)
            app.set_tuning(Tuning(async_ms=app.settings.async_ms))
            return _state(app)
        case ("GET", "deliveries"):
            event, state, limit = p.text("event"), p.text("state"), p.integer("limit", least=1, most=1_000)
            p.finish()
            return {"data": webhooks.listed(app.store, event, state, limit or 100)}
        case ("POST", "deliveries", "now"):
            p.finish()
            return _deliver_now(app)
        case ("POST", "events", id, "redeliver"):
            return _redeliver(app, u, p, id)
        case ("POST", "payment_intents", id, action):
            return _intent(u, p, id, action)
        case ("POST", "refunds", id, "finish"):
            refund = u.get("refund", id)
            outcome = p.choice("outcome", ("succeed", "fail")) or "succeed"
            p.finish()
            refunds.finish(u, refund, outcome)
            return refund.data
        case ("POST", "charges", id, "dispute"):
            charge, reason = u.get("charge", id), p.text("reason") or "fraudulent"
            inquiry = p.flag("inquiry")
            p.finish()
            return disputes.open_dispute(u, charge, reason, inquiry=bool(inquiry)).data
        case _:
            raise missing("control", "/".join(parts), "path")


def _state(app: App) -> dict[str, Any]:
    counts = dict(app.store.db.execute("SELECT kind, count(*) FROM objects GROUP BY kind").fetchall())
    deliveries = dict(app.store.db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
    return {
        "faults": app.faults.rows(), "webhooks": asdict(app.webhooks), "tuning": asdict(app.tuning),
        "objects": counts, "deliveries": deliveries, "publishable_key": app.settings.publishable_key,
    }


def _arm(app: App, p: Params) -> dict[str, Any]:
    kind = p.choice("kind", KINDS)
    if kind is None:
        raise invalid("Missing required param: kind.", code="parameter_missing", param="kind")
    fault = Fault(
        kind,
        path=p.text("path") or "/v1/*",
        method=(p.text("method") or "*").upper(),
        times=p.integer("times", least=1, most=100_000) or 1,
        ms=p.integer("ms", least=0, most=600_000) or 0,
        status=p.integer("status", least=400, most=599) or 500,
    )
    p.finish()
    app.faults.arm(fault)
    return _state(app)


def _webhooks(app: App, p: Params) -> dict[str, Any]:
    """`mode` is a short word for one setting, starting from normal; single settings change what is set already."""
    mode = p.choice("mode", ("normal", "off", "duplicate", "shuffled", "delayed", "wrong_signature"))
    start = {
        None: app.webhooks, "normal": WebhookMode(), "off": WebhookMode(off=True), "duplicate": WebhookMode(copies=2),
        "shuffled": WebhookMode(window_ms=300), "delayed": WebhookMode(delay_ms=500),
        "wrong_signature": WebhookMode(wrong_signature=True),
    }[mode]
    off, wrong = p.flag("off"), p.flag("wrong_signature")
    copies = p.integer("copies", least=1, most=50)
    delay, window = p.integer("delay_ms", least=0, most=86_400_000), p.integer("window_ms", least=0, most=60_000)
    seed = p.integer("seed")
    p.finish()
    given: dict[str, Any] = {"off": off, "wrong_signature": wrong, "copies": copies, "delay_ms": delay, "window_ms": window}
    app.set_webhooks(replace(start, **{key: value for key, value in given.items() if value is not None}), seed)
    return _state(app)


def _tuning(app: App, p: Params) -> dict[str, Any]:
    given = {name: p.integer(name, least=0, most=86_400_000) for name in asdict(app.tuning)}
    p.finish()
    app.set_tuning(replace(app.tuning, **{key: value for key, value in given.items() if value is not None}))
    return _state(app)


def _deliver_now(app: App) -> dict[str, Any]:
    """Everything that waits for its next attempt is due at once."""
    app.store.begin()
    due = app.store.db.execute("UPDATE deliveries SET due = ? WHERE state = 'pending'", (time.time(),)).rowcount
    return {"due": due}


def _redeliver(app: App, u: Unit, p: Params, id: str) -> dict[str, Any]:
    times = p.integer("times", least=1, most=100) or 1
    p.finish()
    event = u.find(id)
    if event is None or event.kind != "event":
        raise missing("event", id)
    targets = [
        doc.id for doc in app.store.listed("webhook_endpoint", "", {}, limit=100) if doc.data["status"] == "enabled"
    ]
    app.store.begin()
    for endpoint in targets * times:
        app.store.db.execute(
            "INSERT INTO deliveries (event, endpoint, type, due, created) VALUES (?, ?, ?, ?, ?)",
            (id, endpoint, event.data["type"], u.now, u.now),
        )
    return {"due": len(targets) * times}


def _intent(u: Unit, p: Params, id: str, action: str) -> Any:
    found = u.find(id)
    if found is None or found.kind != "payment_intent":
        raise missing("payment_intent", id, "intent")
    u.act_for(found.account)
    outcome = cast(Outcome, p.choice("outcome", _OUTCOMES) or "succeed")
    then = cast(Outcome, p.choice("then", ("succeed", "fail")) or "succeed")
    after_ms = p.integer("after_ms", least=0, most=86_400_000) or 0
    if action == "authorize":
        p.finish()
        attempts.answer(u, found, outcome, after_ms=after_ms, then=then)
    elif action == "processing":
        type = p.choice("payment_method_type", methods.TYPES)
        p.finish()
        _force_processing(u, found, type, after_ms, then)
    elif action == "finish":
        p.finish()
        attempts.finish(u, found, outcome)
    elif action == "tamper":
        take, amount = p.amount("amount_received"), p.amount()
        p.finish()
        found.private["take_amount"] = take
        if amount is not None:
            found.data["amount"] = amount
        if take is not None and found.data["status"] == "succeeded":
            found.data["amount_received"] = take
        u.save(found)
    else:
        raise missing("control", action, "path")
    return found.data


def _force_processing(u: Unit, intent: Any, type: str | None, after_ms: int, then: Outcome) -> None:
    data = intent.data
    if data["status"] in ("succeeded", "canceled", "processing", "requires_capture"):
        raise invalid(f"The intent is {data['status']}: it cannot go to processing.", param="intent")
    known = u.find(data["payment_method"]) if data["payment_method"] and type is None else None
    method = known or (
        methods.from_test_id(u, "pm_card_visa") if type == "card"
        else methods.create(u, Params({"type": type or "alipay"}))
    )
    attempts.process(u, intent, method, after_ms=after_ms, then=then)
