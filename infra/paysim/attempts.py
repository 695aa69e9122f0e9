"""One attempt to take the money of an intent, and what follows: authentication, success, decline, later result.

    requires_confirmation → requires_action → succeeded | requires_capture
                        ↘ processing ↗      ↘ requires_payment_method (declined, authentication failed)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from infra.paysim import charges, connect, disputes, ids
from infra.paysim.cards import DECLINES, Decline, TestCard
from infra.paysim.errors import StripeError, refused
from infra.paysim.methods import card_error, card_of
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

Outcome = Literal["succeed", "fail", "processing"]

_AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure", "",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    "身份验证没有通过，请换一种支付方式再试。",
)
_WALLET_FAILED = Decline(
    "payment_intent_payment_attempt_failed", "", "The payment failed.", "支付没有成功。"
)


def status_list(statuses: Iterable[str]) -> str:
    return ", ".join(statuses)


def attempt(u: Unit, intent: Doc, method: Doc, *, off_session: bool = False, refuse_action: bool = False) -> None:
    """Raises a card error (kept) when the bank says no at once."""
    intent.data.update(last_payment_error=None, next_action=None)
    intent.private.update(authenticated=False, authority=None)
    card = card_of(method)
    needs_action = card is None or _asks(card, method, intent, off_session)
    if needs_action and card is not None and off_session:
        raise _declined(u, intent, method, DECLINES["authentication_required"])
    if needs_action and refuse_action:
        intent.data["status"] = "requires_payment_method"
        raise refused(
            "This payment required an authentication action to complete, but `error_on_requires_action` was set. When"
            " you're ready, you can upgrade your integration to handle actions.",
            code="authentication_required",
        )
    if needs_action:
        _ask(u, intent, method)
    else:
        _take(u, intent, method)


def _asks(card: TestCard, method: Doc, intent: Doc, off_session: bool) -> bool:
    if card.authentication == "always":
        return True
    if card.authentication == "unless_set_up":
        return not (off_session and method.private.get("set_up"))
    if card.authentication == "on_request":
        return intent.private["options"].get("request_three_d_secure") in ("any", "challenge")
    return False


def _ask(u: Unit, intent: Doc, method: Doc) -> None:
    """The shopper has to do something on a page of ours: 3-D Secure, Alipay, WeChat Pay."""
    type, return_url = method.data["type"], intent.private.get("return_url")
    authority = ids.token(24)
    page = {"card": "3ds", "alipay": "alipay", "wechat_pay": "wechat"}[type]
    url = f"{u.base_url}/hosted/{page}/{intent.id}?token={authority}"
    action: dict[str, Any]
    if type == "alipay":
        action = {"type": "alipay_handle_redirect", "alipay_handle_redirect": {
            "native_data": None, "native_url": None, "return_url": return_url, "url": url,
        }}
    elif type == "wechat_pay":
        image = f"{u.base_url}/hosted/wechat/{intent.id}/qr.svg?token={authority}"
        action = {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": {
            "data": f"{u.base_url}/hosted/wechat/{intent.id}/phone?token={authority}",
            "hosted_instructions_url": url, "image_data_url": image, "image_url_png": image, "image_url_svg": image,
        }}
    elif return_url is not None:
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    else:
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {
            "type": "three_d_secure_redirect", "stripe_js": url, "source": "src_1" + ids.token(22),
        }}
    intent.private["authority"] = authority
    intent.data.update(status="requires_action", next_action=action)
    u.save(intent)
    u.emit("payment_intent.requires_action", intent)


def answer(u: Unit, intent: Doc, outcome: Outcome, *, after_ms: int = 0, then: Outcome = "succeed") -> None:
    """The shopper has decided on the hosted page. `processing` leaves the result open until `finish`."""
    if intent.data["status"] != "requires_action":
        raise refused(
            f"This PaymentIntent waits for no action: it has a status of {intent.data['status']}.",
            code="payment_intent_unexpected_state", payment_intent=intent.data,
        )
    method = u.find(intent.data["payment_method"])
    assert method is not None
    card = card_of(method)
    intent.data["next_action"] = None
    intent.private["authority"] = None
    if outcome == "fail":
        _fail(u, intent, method, _AUTHENTICATION_FAILED if card else _WALLET_FAILED, with_charge=card is None)
        return
    if card is not None:
        intent.private["authenticated"] = True
        if intent.data["setup_future_usage"] == "off_session":
            method.private["set_up"] = True
            u.save(method)
    if outcome == "processing":
        process(u, intent, method, after_ms=after_ms, then=then)
        return
    try:
        _take(u, intent, method)
    except StripeError as declined:
        if not declined.keep:
            raise


def _take(u: Unit, intent: Doc, method: Doc) -> None:
    card = card_of(method)
    if card is not None and card.decline:
        raise _declined(u, intent, method, DECLINES[card.decline])
    if u.tuning.processing_ms > 0:
        process(u, intent, method, after_ms=u.tuning.processing_ms, then="succeed")
    else:
        _succeed(u, intent, method)


def process(u: Unit, intent: Doc, method: Doc, *, after_ms: int, then: Outcome) -> None:
    """The bank takes its time; with `after_ms` 0 the result comes by the control API only."""
    charge = charges.make(
        u, intent, method, "pending", amount=_amount(intent), captured=False,
        authenticated=bool(intent.private.get("authenticated")),
    )
    intent.data.update(
        status="processing", latest_charge=charge.id, payment_method=method.id, next_action=None,
        processing={"type": "card", "card": {}} if method.data["type"] == "card" else None,
    )
    u.save(intent)
    u.emit("charge.pending", charge)
    u.emit("payment_intent.processing", intent)
    if after_ms > 0:
        u.after(after_ms, "intent_finish", intent, outcome=then)


def finish(u: Unit, intent: Doc, outcome: Outcome) -> None:
    """The result of a processing intent. Nothing happens when it is no longer processing."""
    if intent.data["status"] != "processing":
        return
    method = u.find(intent.data["payment_method"])
    assert method is not None
    intent.data["processing"] = None
    if outcome == "fail":
        _fail(u, intent, method, _WALLET_FAILED, with_charge=True)
    else:
        _succeed(u, intent, method)


def _amount(intent: Doc) -> int:
    """What is really taken: the intent's amount, unless a test told us to take another."""
    wanted: int = intent.private.get("take_amount") or intent.data["amount"]
    return wanted


def _pending_charge(u: Unit, intent: Doc) -> Doc | None:
    latest = intent.data["latest_charge"]
    charge = u.find(latest) if latest else None
    return charge if charge is not None and charge.data["status"] == "pending" else None


def _succeed(u: Unit, intent: Doc, method: Doc) -> None:
    manual = intent.data["capture_method"] == "manual"
    amount = _amount(intent)
    made = charges.make(
        u, intent, method, "succeeded", amount=amount, captured=not manual,
        authenticated=bool(intent.private.get("authenticated")),
    )
    charge = _over(u, made, _pending_charge(u, intent))
    intent.data.update(
        latest_charge=charge.id, next_action=None, processing=None, payment_method=method.id,
        status="requires_capture" if manual else "succeeded",
        amount_capturable=amount if manual else 0, amount_received=0 if manual else amount,
    )
    u.save(intent)
    if manual:
        u.emit("charge.succeeded", charge)
        u.emit("payment_intent.amount_capturable_updated", intent)
    else:
        _paid(u, intent, charge, "charge.succeeded")


def _over(u: Unit, made: Doc, pending: Doc | None) -> Doc:
    """The charge that was pending takes the values of its result and keeps its id."""
    if pending is None:
        return made
    kept = {key: pending.data[key] for key in ("id", "created")}
    pending.data = made.data | kept
    if pending.data["receipt_url"]:
        pending.data["receipt_url"] = f"{u.base_url}/receipts/{pending.id}"
    u.discard(made)
    u.save(pending)
    return pending


def _paid(u: Unit, intent: Doc, charge: Doc, type: str) -> None:
    charges.book(u, charge)
    connect.pay_destination(u, charge)
    u.emit(type, charge)
    u.emit("payment_intent.succeeded", intent)
    disputes.follow(u, charge)


def capture(u: Unit, intent: Doc, amount: int) -> None:
    charge = u.get("charge", intent.data["latest_charge"])
    charge.data.update(amount_captured=amount, captured=True)
    intent.data.update(status="succeeded", amount_received=amount, amount_capturable=0)
    u.save(intent)
    u.save(charge)
    _paid(u, intent, charge, "charge.captured")


def _fail(u: Unit, intent: Doc, method: Doc, decline: Decline, *, with_charge: bool) -> StripeError:
    """Back to requires_payment_method with the error kept; returns it for those who still wait for an answer."""
    extra: dict[str, Any] = {}
    if with_charge:
        made = charges.make(u, intent, method, "failed", amount=_amount(intent), captured=False, decline=decline)
        charge = _over(u, made, _pending_charge(u, intent))
        intent.data["latest_charge"] = charge.id
        extra["charge"] = charge.id
        u.emit("charge.failed", charge)
    error = card_error(decline, **extra, payment_method=method.data)
    intent.data.update(
        status="requires_payment_method", payment_method=None, next_action=None, processing=None,
        last_payment_error={key: value for key, value in error.body()["error"].items() if key != "payment_intent"},
    )
    u.save(intent)
    u.emit("payment_intent.payment_failed", intent)
    error.extra["payment_intent"] = dict(intent.data)
    return error


def _declined(u: Unit, intent: Doc, method: Doc, decline: Decline) -> StripeError:
    return _fail(u, intent, method, decline, with_charge=True)
