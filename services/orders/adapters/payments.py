"""The payment provider behind our verbs. One port, the unchanged `stripe` client behind it; the simulator speaks the same wire."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import stripe

from services.kit.telemetry import log
from services.orders.domain.errors import BadSignature

API_VERSION = "2026-10-28.endive"
WEBHOOK_WINDOW_SECONDS = 300
IntentStatus = Literal["open", "action", "processing", "succeeded", "canceled"]

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)


class ProviderAway(Exception):
    """No answer, or an answer that may change: ask again with the same key."""


class ProviderRefused(Exception):
    """The provider said no for good. ``code`` is its own (``card_declined`` …)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Intent:
    """``status`` action: the shopper must do something at ``next_url``. Amounts in fen."""

    id: str
    status: IntentStatus
    amount_fen: int
    received_fen: int
    currency: str
    client_secret: str | None
    payment_id: str | None
    attempt: int
    next_url: str | None
    decline_code: str | None


@dataclass(frozen=True)
class Hint:
    """A verified event: what to look at, never what to believe."""

    event_id: str
    kind: str
    object_id: str
    payment_id: str | None


class PaymentProvider(Protocol):
    name: str

    def create(self, payment_id: str, attempt: int, amount_fen: int, methods: tuple[str, ...], *, confirm_with: str | None = None,
               return_url: str | None = None) -> Intent:
        """Once per (payment, attempt), however often it is called. Raises ProviderAway, ProviderRefused."""

    def find(self, payment_id: str, attempt: int) -> Intent | None:
        """By metadata: an intent whose answer was lost."""

    def fetch(self, intent_id: str) -> Intent: ...

    def confirm(self, intent_id: str, method: str, return_url: str | None) -> Intent:
        """Raises ProviderRefused with the decline code; the intent stays open."""

    def cancel(self, intent_id: str) -> Intent:
        """The intent as it is afterwards: ``canceled``, or what it had become before it could be."""

    def refund(self, intent_id: str, amount_fen: int, key: str) -> str:
        """The provider's id of the refund; once per key. Raises ProviderAway, ProviderRefused."""

    def verify(self, raw: bytes, signature: str) -> Hint:
        """Raises BadSignature."""


_STATUS: dict[str, IntentStatus] = {
    "requires_payment_method": "open", "requires_confirmation": "open", "requires_action": "action", "requires_capture": "processing",
    "processing": "processing", "succeeded": "succeeded", "canceled": "canceled",
}
_AWAY = (stripe.APIConnectionError, stripe.RateLimitError)


class StripeProvider:
    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, api_base: str = "", *, timeout: float = 8.0) -> None:
        self._key, self._secret, self._api_base, self._timeout = key, webhook_secret, api_base, timeout
        self._own = threading.local()

    @property
    def _client(self) -> stripe.StripeClient:
        """One a thread: its HTTP session is then never shared."""
        client: stripe.StripeClient | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = stripe.StripeClient(
                self._key, stripe_version=API_VERSION, max_network_retries=2, http_client=stripe.RequestsClient(timeout=self._timeout),
                base_addresses={"api": self._api_base} if self._api_base else None)
        return client

    def create(self, payment_id: str, attempt: int, amount_fen: int, methods: tuple[str, ...], *, confirm_with: str | None = None,
               return_url: str | None = None) -> Intent:
        params: dict[str, Any] = {
            "amount": amount_fen, "currency": "cny", "allowed_payment_method_types": list(methods),
            "metadata": {"payment_id": payment_id, "attempt": str(attempt)},
        }
        if "wechat_pay" in methods:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        key = payment_id if attempt == 1 else f"{payment_id}:{attempt}"
        intent = _of(self._call(lambda: self._client.v1.payment_intents.create(params, {"idempotency_key": key})))  # type: ignore[arg-type]
        return self.confirm(intent.id, confirm_with, return_url) if confirm_with and intent.status == "open" else intent

    def find(self, payment_id: str, attempt: int) -> Intent | None:
        query = f'metadata["payment_id"]:"{payment_id}" AND metadata["attempt"]:"{attempt}"'
        found = self._call(lambda: self._client.v1.payment_intents.search({"query": query, "limit": 10})).data
        return next((i for i in map(_of, found) if i.payment_id == payment_id and i.attempt == attempt), None)

    def fetch(self, intent_id: str) -> Intent:
        return _of(self._call(lambda: self._client.v1.payment_intents.retrieve(intent_id)))

    def confirm(self, intent_id: str, method: str, return_url: str | None) -> Intent:
        params: dict[str, Any] = {"payment_method": method}
        if return_url:
            params["return_url"] = return_url
        try:
            return _of(self._call(lambda: self._client.v1.payment_intents.confirm(intent_id, params)))  # type: ignore[arg-type]
        except ProviderRefused as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            return self.fetch(intent_id)  # confirmed a moment ago by the buyer's other click: its state is the answer

    def cancel(self, intent_id: str) -> Intent:
        try:
            return _of(self._call(lambda: self._client.v1.payment_intents.cancel(intent_id)))
        except ProviderRefused:
            return self.fetch(intent_id)

    def refund(self, intent_id: str, amount_fen: int, key: str) -> str:
        refund = self._call(lambda: self._client.v1.refunds.create(
            {"payment_intent": intent_id, "amount": amount_fen, "metadata": {"refund_id": key}}, {"idempotency_key": f"refund-{key}"}))
        if refund.status == "failed":
            raise ProviderRefused(str(refund.failure_reason or "refund_failed"))
        return str(refund.id)

    def verify(self, raw: bytes, signature: str) -> Hint:
        try:
            event = stripe.Webhook.construct_event(raw, signature, self._secret, tolerance=WEBHOOK_WINDOW_SECONDS)
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise BadSignature() from error
        subject = event.data.object
        metadata = subject.get("metadata") if hasattr(subject, "get") else getattr(subject, "metadata", None)
        return Hint(str(event.id), str(event.type), str(subject.id), _meta(metadata, "payment_id"))

    @staticmethod
    def _call(ask: Any) -> Any:
        try:
            return ask()
        except _AWAY as error:
            raise ProviderAway(type(error).__name__) from error
        except stripe.CardError as error:
            raise ProviderRefused(str(error.code or "card_declined")) from error
        except stripe.InvalidRequestError as error:
            raise ProviderRefused(str(error.code or "invalid_request")) from error
        except stripe.StripeError as error:
            if (error.http_status or 500) >= 500 or error.http_status == 409:
                raise ProviderAway(type(error).__name__) from error
            log.error("payment_provider_refuses", error=type(error).__name__, status=error.http_status)
            raise ProviderAway(type(error).__name__) from error


def _meta(metadata: Any, name: str) -> str | None:
    try:
        value = metadata[name] if metadata is not None else None
    except (KeyError, TypeError):
        return None
    return None if value is None else str(value)


def _of(intent: Any) -> Intent:
    action = getattr(intent, "next_action", None)
    error = getattr(intent, "last_payment_error", None)
    attempt = _meta(intent.metadata, "attempt")
    return Intent(
        str(intent.id), _STATUS.get(intent.status, "open"), int(intent.amount), int(intent.amount_received or 0), str(intent.currency),
        intent.client_secret, _meta(intent.metadata, "payment_id"), int(attempt) if attempt and attempt.isdigit() else 1,
        _next_url(action), _declined(error))


def _declined(error: Any) -> str | None:
    """Stripe leaves `decline_code` out where the bank gave none, e.g. after a failed 3-D Secure."""
    if error is None:
        return None
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "declined")


def _next_url(action: Any) -> str | None:
    if action is None:
        return None
    for name in ("redirect_to_url", "alipay_handle_redirect"):
        part = getattr(action, name, None)
        if part is not None:
            return str(part.url)
    code = getattr(action, "wechat_pay_display_qr_code", None)
    return str(code.hosted_instructions_url) if code is not None else None


def pay_url(template: str, api_base: str, intent: Intent, return_url: str | None) -> str | None:
    """Where a shopper pays by hand: the configured page, or the simulator's; None where the browser uses the client secret."""
    from urllib.parse import urlencode

    if template:
        return template.format(intent=intent.id, client_secret=intent.client_secret or "")
    if not api_base:
        return None
    query = {"client_secret": intent.client_secret or ""} | ({"return_url": return_url} if return_url else {})
    return f"{api_base.rstrip('/')}/pay/{intent.id}?{urlencode(query)}"
