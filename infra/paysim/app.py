"""From request to answer: key, idempotency, faults, one unit of work, one commit."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import random
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.paysim import attempts, control, faults, ids, pages, refunds, routes
from infra.paysim.errors import StripeError, invalid
from infra.paysim.faults import Faults
from infra.paysim.forms import Params, decode
from infra.paysim.http import Request, Respond, Response
from infra.paysim.intents import check_secret
from infra.paysim.listing import render
from infra.paysim.settings import API_VERSION, Settings
from infra.paysim.store import Store, dumps
from infra.paysim.unit import Call, Tuning, Unit, WebhookMode
from infra.paysim.webhooks import Sender

_KEY_DAYS = 30


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    remembered: bool


class App:
    def __init__(self, settings: Settings, store: Store, sender: Sender, base_url: str) -> None:
        self.settings, self.store, self.sender, self.base_url = settings, store, sender, base_url
        self.faults = Faults(store)
        self.webhooks = WebhookMode(**(store.control("webhooks") or {}))
        self.tuning = Tuning(**(store.control("tuning") or {"async_ms": settings.async_ms}))
        self.sender.mode = self.webhooks
        self._under_way: set[tuple[str, str]] = set()
        self._timers_wake = asyncio.Event()
        self._seeded: random.Random | None = None

    # Entry

    def handle(self, request: Request, respond: Respond) -> None:
        path = request.path
        try:
            if path in ("/healthz", "/readyz"):
                respond(self._health(path))
            elif path.startswith("/v1/"):
                self._api(request, respond)
            elif path.startswith("/_sim/"):
                self._control(request, respond)
            else:
                self._page(request, respond)
        except Exception:
            self._broken(respond)

    def _broken(self, respond: Respond) -> None:
        """A fault of the simulator itself: nothing of the call is kept."""
        traceback.print_exc(file=sys.stderr)
        error = StripeError(500, "api_error", "The payment simulator failed; its log says why.")
        respond(Response(500, dumps(error.body()).encode()))

    def _health(self, path: str) -> Response:
        if path == "/readyz":
            self.store.db.execute("SELECT 1")
        return Response(200, b'{"status":"ok"}')

    def unit(self, call: Call) -> Unit:
        chance = self._seeded.random if self._seeded is not None else random.random
        return Unit(self.store, call, time.time(), self.base_url, self.webhooks, self.tuning, chance)

    # The API

    def _api(self, request: Request, respond: Respond) -> None:
        request_id = ids.request_id()
        headers = {"request-id": request_id, "stripe-version": API_VERSION}
        try:
            key = self._authenticate(request)
            account = self._account(request)
            found = routes.match(request.method, request.path[4:])
            if found is None:
                raise invalid(
                    f"Unrecognized request URL ({request.method}: {request.path[:200]}). Please see"
                    " https://stripe.com/docs or we can help at https://support.stripe.com/.", status=404,
                )
            if key == self.settings.publishable_key and (request.method, found[0]) not in routes.PUBLIC:
                raise StripeError(
                    403, "invalid_request_error",
                    "This API call cannot be made with a publishable API key. Please use a secret API key.",
                    code="secret_key_required", remembered=False,
                )
            effect = self.faults.meet(request.method, request.path, request.headers.get("x-sim-fault"))
            idempotency = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
            if len(idempotency) > 255:
                raise invalid("Idempotency keys are at most 255 characters long.", param="Idempotency-Key")
            if idempotency:
                headers["idempotency-key"] = idempotency
                if (replay := self._replay(request, account, idempotency, headers)) is not None:
                    self.store.after_commit(lambda kept: respond(replay))
                    return
        except StripeError as error:
            respond(self._error(error, headers))
            return
        slot = (account, idempotency)
        if idempotency:
            self._under_way.add(slot)
        call = Call(account, request_id, idempotency or None, request.headers.get("stripe-version") or API_VERSION)

        def work() -> None:
            self._under_way.discard(slot)
            try:
                if effect.drop:
                    respond(None)
                elif effect.status:
                    respond(self._error(faults.error(effect.status), headers))
                else:
                    public = key == self.settings.publishable_key
                    self._work(request, call, found, public, headers, None if effect.lost else respond, respond)
            except Exception:
                self._broken(respond)

        if effect.ms:
            asyncio.get_running_loop().call_later(effect.ms / 1_000, work)
        else:
            work()

    def _work(
        self, request: Request, call: Call, found: tuple[str, routes.Handler, list[str]], public: bool,
        headers: dict[str, str], respond: Respond | None, hang_up: Respond,
    ) -> None:
        u = self.unit(call)
        answer = self._run(u, request, found, public)
        writes = u.has_work or bool(call.key and answer.remembered)
        try:
            if answer.status < 500:
                u.flush()
            if call.key and answer.remembered:
                self.store.remember(call.account, call.key, _fingerprint(request), answer.status, answer.body,
                                    call.request or "", u.time)
        except Exception:
            # What others wrote in this turn shares the transaction: all of them are told that it failed.
            self.store.rollback()
            self._broken(hang_up)
            return
        response = Response(answer.status, answer.body, headers=headers)
        if found[0].startswith("webhook_endpoints"):
            self.sender.forget_endpoints()

        def kept(committed: bool) -> None:
            if not committed:
                self._broken(hang_up)
            elif respond is None:
                hang_up(None)
            else:
                respond(response)
            if writes:
                self.wake()

        self.store.after_commit(kept)

    def wake(self) -> None:
        self.sender.wake()
        self._timers_wake.set()

    def _run(self, u: Unit, request: Request, found: tuple[str, routes.Handler, list[str]], public: bool) -> _Answer:
        _, handler, path_ids = found
        try:
            text = request.body.decode("utf-8", "strict") if request.method == "POST" else request.query
            values = decode(text)
            if public and path_ids:
                check_secret(u.get("payment_intent", path_ids[0], "intent"), str(values.get("client_secret", "")))
                values.pop("key", None)
            p = Params(values)
            expand = p.texts("expand") or []
            result = handler(u, p, *path_ids)
            body = render(u, result, expand)
            if public:
                body = _public(body)
            return _Answer(200, dumps(body).encode(), True)
        except UnicodeDecodeError:
            error = invalid("The body is not valid UTF-8.")
        except StripeError as raised:
            error = raised
        if not error.keep:
            u.drop()
        if "/".join(path_ids) and public:
            error.extra = {key: _public(value) for key, value in error.extra.items()}
        return _Answer(error.status, dumps(error.body()).encode(), error.remembered)

    def _authenticate(self, request: Request) -> str:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[0]
            except ValueError:
                given = ""
        if not given:
            raise StripeError(
                401, "invalid_request_error",
                "You did not provide an API key. You need to provide your API key in the Authorization header, using"
                " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').", remembered=False,
            )
        for key in (self.settings.secret_key, self.settings.publishable_key):
            if hmac.compare_digest(given.encode(), key.encode()):
                return key
        shown = given[:8] + "*" * 8 + given[-4:] if len(given) > 16 else "*" * len(given)
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {shown}", remembered=False)

    def _account(self, request: Request) -> str:
        account = request.headers.get("stripe-account", "")
        if not account:
            return ""
        doc = self.store.find(account)
        if doc is None or doc.kind != "account":
            raise StripeError(
                403, "invalid_request_error",
                f"The provided key does not have access to account '{account[:40]}' (or that account does not exist).",
                code="account_invalid", remembered=False,
            )
        return account

    def _replay(self, request: Request, account: str, key: str, headers: dict[str, str]) -> Response | None:
        """The answer given before under this key. Raises StripeError for another body or a call under way."""
        if (account, key) in self._under_way:
            raise StripeError(
                409, "idempotency_error",
                "There is currently another in-progress request using this Idempotent Key (that probably means you"
                " submitted twice, and the other request is still going through): "
                f"{key}. Please try again later.", code="idempotency_key_in_use", remembered=False,
            )
        before = self.store.answered(account, key)
        if before is None:
            return None
        fingerprint, status, body, original = before
        if fingerprint != _fingerprint(request):
            raise StripeError(
                400, "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
                f" using a key other than '{key}' if you meant to execute a different request.", remembered=False,
            )
        return Response(status, body, headers=headers | {
            "idempotent-replayed": "true", "original-request": original,
        })

    def _error(self, error: StripeError, headers: dict[str, str]) -> Response:
        return Response(error.status, dumps(error.body()).encode(), headers=headers)

    # Control and pages

    def _control(self, request: Request, respond: Respond) -> None:
        self._simple(request, respond, control.handle)

    def _page(self, request: Request, respond: Respond) -> None:
        self._simple(request, respond, pages.handle)

    def _simple(self, request: Request, respond: Respond, handler: Any) -> None:
        """A call without idempotency or faults; the handler returns a Response."""
        u = self.unit(Call())
        try:
            if handler is control.handle and self._authenticate(request) != self.settings.secret_key:
                raise StripeError(403, "invalid_request_error", "The control API takes the secret key only.")
            response = handler(self, u, request)
        except StripeError as error:
            if not error.keep:
                u.drop()
            response = self._error(error, {})
        try:
            u.flush()
        except Exception:
            self.store.rollback()
            self._broken(respond)
            return

        def kept(committed: bool) -> None:
            if committed:
                respond(response)
            else:
                self._broken(respond)
            self.wake()

        self.store.after_commit(kept)

    def set_webhooks(self, mode: WebhookMode, seed: int | None) -> None:
        self.webhooks = self.sender.mode = mode
        self._seeded = random.Random(seed) if seed is not None else None  # noqa: S311
        self.store.set_control("webhooks", mode.__dict__)

    def set_tuning(self, tuning: Tuning) -> None:
        self.tuning = tuning
        self.store.set_control("tuning", tuning.__dict__)

    # Later results

    async def run_timers(self) -> None:
        """Pending refunds and processing intents get their result when it is due."""
        swept = 0.0
        while True:
            self._timers_wake.clear()
            now = time.time()
            if now - swept > 3_600:
                swept = now
                self.store.forget_answers(int(now) - _KEY_DAYS * 86_400)
            rows = self.store.db.execute(
                "SELECT id, due, task, object, account, args FROM timers ORDER BY due LIMIT 20"
            ).fetchall()
            pause = 5.0
            for id, due, task, object, account, args in rows:
                if due > now:
                    pause = min(pause, due - now)
                    break
                self._due(id, task, object, account, json.loads(args))
                pause = 0.0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._timers_wake.wait(), pause)

    def _due(self, id: int, task: str, object: str, account: str, args: dict[str, Any]) -> None:
        u = self.unit(Call(account))
        doc = u.find(object)
        try:
            if doc is not None and task == "refund_finish":
                refunds.finish(u, doc, args["outcome"])
            elif doc is not None and task == "intent_finish":
                attempts.finish(u, doc, args["outcome"])
        except StripeError:
            # The object moved on in between; there is nobody to tell.
            u.drop()
        self.store.begin()
        self.store.db.execute("DELETE FROM timers WHERE id = ?", (id,))
        u.flush()
        self.store.after_commit(lambda kept: self.sender.wake())


def _fingerprint(request: Request) -> str:
    """Same endpoint and same parameters, in whatever order they were written."""
    pairs = sorted(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return hashlib.sha256(dumps([request.method, request.path, pairs]).encode()).hexdigest()


def _public(body: Any) -> Any:
    """What a publishable key may see of an intent."""
    if not isinstance(body, dict) or body.get("object") != "payment_intent":
        return body
    hidden = ("latest_charge", "metadata", "transfer_data", "application_fee_amount", "customer", "on_behalf_of")
    return {key: None if key in hidden and key != "metadata" else value for key, value in body.items()} | {
        "metadata": {}
    }


