"""The hosted pages: card form, 3-D Secure, Alipay and WeChat Pay; after each the browser returns to the shop.

`/pay/<intent>?client_secret=…&return_url=…` is the form; `/hosted/…` the pages that `next_action` points to. The
client secret and the token of the attempt are what lets a browser in; nothing else is asked for.
"""

from __future__ import annotations

import hmac
import io
import time
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from infra.paysim import attempts, intents, methods
from infra.paysim.attempts import Outcome
from infra.paysim.cards import DECLINES
from infra.paysim.errors import StripeError
from infra.paysim.forms import Params, decode
from infra.paysim.html import TEXTS, Language, Texts, form_page, message_page, phone_page, qr_page, simple_page
from infra.paysim.http import Request, Response
from infra.paysim.refunds import money
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

if TYPE_CHECKING:
    from infra.paysim.app import App

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; img-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_PAGES = {"3ds": "card", "alipay": "alipay", "wechat": "wechat_pay"}


def _language(request: Request, given: str) -> Language:
    if given in ("zh", "zh-CN"):
        return "zh"
    if given == "en":
        return "en"
    first = request.headers.get("accept-language", "zh").split(",")[0].lower()
    return "en" if first.startswith("en") else "zh"


def html(text: str, status: int = 200) -> Response:
    from infra.paysim.html import SCRIPT_HASH

    headers = _HEADERS | {"content-security-policy": _HEADERS["content-security-policy"] % SCRIPT_HASH}
    return Response(status, text.encode(), "text/html; charset=utf-8", headers)


def _redirect(url: str) -> Response:
    return Response(303, b"", "text/plain", {"location": url, "cache-control": "no-store"})


def handle(app: App, u: Unit, request: Request) -> Response:
    parts = request.path.strip("/").split("/")
    try:
        query = {key: str(value) for key, value in decode(request.query).items()}
        posted = decode(request.body.decode("utf-8", "replace")) if request.method == "POST" else {}
    except StripeError:
        query, posted = {}, {}
    fields = query | {key: str(value) for key, value in posted.items()}
    t = TEXTS[_language(request, query.get("lang", ""))]
    if request.method not in ("GET", "HEAD", "POST"):
        return html(message_page(t, t.not_found), 405)
    posting = request.method == "POST"
    match parts:
        case ["pay", id]:
            return _pay(u, t, id, fields, posting)
        case ["hosted", page, id] if page in _PAGES:
            return _hosted(u, t, page, id, fields, posting)
        case ["hosted", "wechat", id, "phone"]:
            return _phone(u, t, id, fields)
        case ["hosted", "wechat", id, "qr.svg"]:
            return _qr(u, t, id, fields)
        case ["receipts", id]:
            return _receipt(u, t, id)
        case [""]:
            return html(message_page(t, t.home))
        case _:
            return html(message_page(t, t.not_found), 404)


def _intent(u: Unit, id: str) -> Doc | None:
    doc = u.find(id)
    if doc is None or doc.kind != "payment_intent":
        return None
    u.act_for(doc.account)
    return doc


def back(intent: Doc, return_url: str) -> str:
    """The shop's address with what Stripe adds to it."""
    status = {"succeeded": "succeeded", "requires_capture": "succeeded", "processing": "pending"}.get(
        intent.data["status"], "failed"
    )
    parts = urlsplit(return_url)
    added = urlencode({
        "payment_intent": intent.id, "payment_intent_client_secret": intent.data["client_secret"],
        "redirect_status": status,
    })
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _return_url(given: str) -> str:
    parts = urlsplit(given)
    return given if parts.scheme in ("http", "https") and parts.hostname else ""


# The card form

def _pay(u: Unit, t: Texts, id: str, fields: dict[str, str], posting: bool) -> Response:
    intent = _intent(u, id)
    secret = fields.get("client_secret", "")
    if intent is None or not hmac.compare_digest(secret.encode(), intent.data["client_secret"].encode()):
        return html(message_page(t, t.not_found), 404)
    return_url = _return_url(fields.get("return_url", ""))
    if not return_url:
        return html(message_page(t, t.no_return_url), 400)
    if intent.data["status"] in ("succeeded", "processing", "requires_capture"):
        return _redirect(back(intent, return_url))
    if intent.data["status"] == "canceled":
        return html(message_page(t, t.canceled, back(intent, return_url)), 410)
    error = ""
    if posting:
        try:
            return _submit(u, intent, fields, return_url)
        except StripeError as problem:
            if not problem.keep:
                u.drop()
                intent = _intent(u, id)
                assert intent is not None
            error = _explained(t, problem)
    page = form_page(
        t, amount=money(intent.data["amount"], intent.data["currency"]), description=intent.data["description"] or "",
        types=intent.data["payment_method_types"], error=error, chosen=fields.get("method", ""),
        name=fields.get("name", ""), action=f"/pay/{quote(id)}?{urlencode({'client_secret': secret})}",
        return_url=return_url, cancel_url=back(intent, return_url), lang=t.lang,
    )
    return html(page, 402 if error else 200)


def _explained(t: Texts, problem: StripeError) -> str:
    if t.lang == "en":
        return problem.message
    code = problem.extra.get("decline_code") or problem.code
    for decline in DECLINES.values():
        if code in (decline.decline_code, decline.code):
            return decline.zh
    return problem.message


def _submit(u: Unit, intent: Doc, fields: dict[str, str], return_url: str) -> Response:
    method = fields.get("method", "card")
    values: dict[str, object] = {"return_url": return_url}
    data: dict[str, object] = {"type": method, "billing_details": {"name": fields.get("name", "")[:200]}}
    if method == "card":
        month, _, year = fields.get("expiry", "").replace(" ", "").partition("/")
        data["card"] = {
            "number": fields.get("number", "").replace(" ", ""), "cvc": fields.get("cvc", "").strip(),
            "exp_month": month or "0", "exp_year": year or "0",
        }
        if not str(fields.get("number", "")).strip():
            raise methods.card_error(DECLINES["number"])
        if not month.isdigit() or not year.isdigit():
            raise methods.card_error(DECLINES["month"])
        if not fields.get("cvc", "").strip():
            raise methods.card_error(DECLINES["invalid_cvc"])
    if method == "wechat_pay":
        values["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    intents.confirm(u, Params(values | {"payment_method_data": data}), intent.id)
    action = intent.data["next_action"]
    if action is None:
        return _redirect(back(intent, return_url))
    detail = action[action["type"]]
    return _redirect(detail.get("url") or detail.get("hosted_instructions_url") or detail["stripe_js"])


# Pages that next_action points to

def _hosted(u: Unit, t: Texts, page: str, id: str, fields: dict[str, str], posting: bool) -> Response:
    intent = _intent(u, id)
    if intent is None:
        return html(message_page(t, t.not_found), 404)
    return_url = intent.private.get("return_url") or ""
    authority = intent.private.get("authority")
    token = fields.get("token", "")
    known = authority is not None and hmac.compare_digest(token.encode(), authority.encode())
    method = u.find(intent.data["payment_method"]) if intent.data["payment_method"] else None
    if not known or method is None or method.data["type"] != _PAGES[page]:
        return _decided(u, t, intent, token)
    if posting:
        outcome = fields.get("outcome", "")
        if outcome not in ("succeed", "fail", "processing") or (outcome == "processing" and page == "3ds"):
            return html(message_page(t, t.not_found), 400)
        intent.private["decided"] = token
        attempts.answer(u, intent, cast(Outcome, outcome), after_ms=max(u.tuning.processing_ms, 2_000))
        u.save(intent)
        if fields.get("from") == "phone":
            return html(message_page(t, t.phone_done))
        return _redirect(back(intent, return_url)) if return_url else html(message_page(t, t.close_this))
    amount = money(intent.data["amount"], intent.data["currency"])
    action = f"/hosted/{page}/{quote(id)}?{urlencode({'token': token})}"
    if page == "wechat":
        image = f"/hosted/wechat/{quote(id)}/qr.svg?{urlencode({'token': token})}"
        return html(qr_page(t, amount=amount, action=action, image=image))
    return html(simple_page(t, page, amount=amount, action=action))


def _decided(u: Unit, t: Texts, intent: Doc, token: str) -> Response:
    """Opened again after the decision (reload, back button, the phone was quicker): on to the shop; else unknown."""
    decided = intent.private.get("decided")
    if not decided or not hmac.compare_digest(token.encode(), decided.encode()):
        return html(message_page(t, t.not_found), 404)
    return_url = intent.private.get("return_url") or ""
    return _redirect(back(intent, return_url)) if return_url else html(message_page(t, t.close_this))


def _phone(u: Unit, t: Texts, id: str, fields: dict[str, str]) -> Response:
    intent, token = _intent(u, id), fields.get("token", "")
    authority = intent.private.get("authority") if intent else None
    if intent is None or authority is None or not hmac.compare_digest(token.encode(), authority.encode()):
        return html(message_page(t, t.not_found), 404)
    action = f"/hosted/wechat/{quote(id)}?{urlencode({'token': token})}"
    return html(phone_page(t, amount=money(intent.data["amount"], intent.data["currency"]), action=action))


def _qr(u: Unit, t: Texts, id: str, fields: dict[str, str]) -> Response:
    import segno

    intent, token = _intent(u, id), fields.get("token", "")
    authority = intent.private.get("authority") if intent else None
    if intent is None or authority is None or not hmac.compare_digest(token.encode(), authority.encode()):
        return html(message_page(t, t.not_found), 404)
    image = io.BytesIO()
    data = intent.data["next_action"]["wechat_pay_display_qr_code"]["data"]
    segno.make(data, error="m").save(image, kind="svg", scale=6, border=2, dark="#111")
    return Response(200, image.getvalue(), "image/svg+xml", {"cache-control": "no-store"})


def _receipt(u: Unit, t: Texts, id: str) -> Response:
    charge = u.find(id)
    if charge is None or charge.kind != "charge" or not charge.data["paid"]:
        return html(message_page(t, t.not_found), 404)
    data = charge.data
    day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(data["created"]))
    text = f"{t.receipt}: {money(data['amount_captured'], data['currency'])} · {day}"
    if data["amount_refunded"]:
        text += f" · {t.refunded}: {money(data['amount_refunded'], data['currency'])}"
    return html(message_page(t, text))
