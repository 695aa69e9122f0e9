"""What tests and demos tell the simulator beside Stripe's own API: faults, webhook modes, the shopper's decisions."""

from __future__ import annotations

from typing import Any

import httpx


class PaysimControl:
    """`base_url` is the simulator's address, `key` its secret key. Every call raises httpx.HTTPStatusError if refused.

    A call returns the JSON answer: for intents and refunds the object as it is now, else the state of the controls.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def close(self) -> None:
        self._http.close()

    def _post(self, control: str, /, **values: Any) -> dict[str, Any]:
        answer = self._http.post(f"/_sim/{control}", json={k: v for k, v in values.items() if v is not None})
        return self._json(answer)

    @staticmethod
    def _json(answer: httpx.Response) -> dict[str, Any]:
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def state(self) -> dict[str, Any]:
        return self._json(self._http.get("/_sim/state"))

    def reset(self) -> dict[str, Any]:
        """No faults, webhooks as usual, usual delays. Objects stay."""
        return self._post("reset")

    def fault(
        self, kind: str, *, path: str = "/v1/*", method: str = "*", times: int = 1, ms: int = 0, status: int = 500
    ) -> dict[str, Any]:
        """The next `times` calls that fit `path` (with * and ?) meet it. Kinds: slow (`ms`), error (`status`),
        lost (kept, then the connection closes), drop (closes, nothing done)."""
        return self._post("faults", kind=kind, path=path, method=method, times=times, ms=ms, status=status)

    def clear_faults(self) -> dict[str, Any]:
        return self._json(self._http.delete("/_sim/faults"))

    def webhooks(self, mode: str | None = None, **settings: Any) -> dict[str, Any]:
        """Modes: normal, off, duplicate, shuffled, delayed, wrong_signature. Settings: off, copies, delay_ms,
        window_ms, wrong_signature, seed."""
        return self._post("webhooks", mode=mode, **settings)

    def tuning(self, **settings: int) -> dict[str, Any]:
        """async_ms, processing_ms, search_lag_ms."""
        return self._post("tuning", **settings)

    def deliveries(self, *, event: str | None = None, state: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """Newest first; states: pending, delivered, failed."""
        params = {"event": event, "state": state, "limit": limit}
        answer = self._http.get("/_sim/deliveries", params={k: v for k, v in params.items() if v is not None})
        rows: list[dict[str, Any]] = self._json(answer)["data"]
        return rows

    def deliver_now(self) -> int:
        """Waiting retries are due at once; how many."""
        due: int = self._post("deliveries/now")["due"]
        return due

    def redeliver(self, event: str, times: int = 1) -> dict[str, Any]:
        return self._post(f"events/{event}/redeliver", times=times)

    def authorize(self, intent: str, outcome: str = "succeed", *, after_ms: int = 0, then: str = "succeed") -> dict[str, Any]:
        """What the shopper does on the 3-D Secure, Alipay or WeChat page: succeed, fail or processing."""
        return self._post(f"payment_intents/{intent}/authorize", outcome=outcome, after_ms=after_ms, then=then)

    def processing(
        self, intent: str, *, payment_method_type: str | None = None, after_ms: int = 0, then: str = "succeed"
    ) -> dict[str, Any]:
        """Forces an open intent to `processing`; with `after_ms` 0 it stays there until `finish`."""
        return self._post(f"payment_intents/{intent}/processing", payment_method_type=payment_method_type,
                          after_ms=after_ms, then=then)

    def finish(self, intent: str, outcome: str = "succeed") -> dict[str, Any]:
        return self._post(f"payment_intents/{intent}/finish", outcome=outcome)

    def tamper(self, intent: str, *, amount_received: int, amount: int | None = None) -> dict[str, Any]:
        """Another amount than asked for is (or was) taken, in fen."""
        return self._post(f"payment_intents/{intent}/tamper", amount_received=amount_received, amount=amount)

    def finish_refund(self, refund: str, outcome: str = "succeed") -> dict[str, Any]:
        return self._post(f"refunds/{refund}/finish", outcome=outcome)

    def dispute(self, charge: str, *, reason: str = "fraudulent", inquiry: bool = False) -> dict[str, Any]:
        return self._post(f"charges/{charge}/dispute", reason=reason, inquiry=inquiry)
