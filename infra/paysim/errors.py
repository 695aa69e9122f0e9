"""Stripe's error envelope."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """An answer that is no success.

    `keep`: what the call wrote is kept (a declined card leaves its failed charge). `remembered`: the answer belongs to
    the idempotency key; a request that failed validation is not remembered, so that it can be mended and sent again.
    """

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        extra: dict[str, Any] | None = None,
        keep: bool = False,
        remembered: bool = True,
    ) -> None:
        super().__init__(message)
        self.status, self.type, self.message, self.code, self.param = status, type, message, code, param
        self.extra, self.keep, self.remembered = extra or {}, keep, remembered

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{self.code.replace('_', '-')}"
        error["message"] = self.message
        if self.param is not None:
            error["param"] = self.param
        error["type"] = self.type
        return {"error": error | self.extra}


def invalid(message: str, *, code: str | None = None, param: str | None = None, status: int = 400) -> StripeError:
    """The request itself is wrong: nothing was tried."""
    return StripeError(status, "invalid_request_error", message, code=code, param=param, remembered=False)


def refused(message: str, *, code: str | None = None, param: str | None = None, **extra: Any) -> StripeError:
    """The request is well formed, but the object's state or limits forbid it."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param, extra=extra)


def missing(kind: str, id: str, param: str = "id") -> StripeError:
    return invalid(f"No such {kind}: '{id}'", code="resource_missing", param=param, status=404)


def unexpected_state(message: str, intent: dict[str, Any]) -> StripeError:
    return refused(message, code="payment_intent_unexpected_state", payment_intent=intent)
