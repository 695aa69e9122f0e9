"""One call's work: objects read and changed in memory, then written at once or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from infra.paysim import ids
from infra.paysim.errors import missing
from infra.paysim.settings import API_VERSION
from infra.paysim.store import Doc, Store, dumps


@dataclass(frozen=True)
class WebhookMode:
    """How webhooks are sent; set by the control API, kept on disk. Times in milliseconds.

    `off` holds them back, `copies` sends each that often, `delay_ms` sends later, `window_ms` gives each its own chance
    delay within the window (so that they arrive in another order), `wrong_signature` signs with another secret.
    """

    off: bool = False
    copies: int = 1
    delay_ms: int = 0
    window_ms: int = 0
    wrong_signature: bool = False


@dataclass(frozen=True)
class Tuning:
    """What may be set at run time: how long pending things stay pending, by milliseconds.

    `async_ms`: pending refunds. `processing_ms`: above 0, confirmed intents go through `processing` for so long.
    `search_lag_ms`: search does not see objects younger than this, as Stripe's index lags behind.
    """

    async_ms: int = 1_000
    processing_ms: int = 0
    search_lag_ms: int = 0


@dataclass(frozen=True)
class Call:
    """Who asks, and in which API version: account "" is the platform; request id and idempotency key go into the
    events."""

    account: str = ""
    request: str | None = None
    key: str | None = None
    version: str = API_VERSION


@dataclass
class Unit:
    store: Store
    call: Call
    now: float
    base_url: str
    webhooks: WebhookMode = field(default_factory=WebhookMode)
    tuning: Tuning = field(default_factory=Tuning)
    chance: Callable[[], float] = random.random
    _known: dict[str, Doc] = field(default_factory=dict)
    _dirty: dict[str, Doc] = field(default_factory=dict)
    _gone: list[Doc] = field(default_factory=list)
    _events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    _timers: list[tuple[float, str, str, dict[str, Any]]] = field(default_factory=list)
    _moves: list[tuple[str, str, int, int]] = field(default_factory=list)

    @property
    def time(self) -> int:
        return int(self.now)

    # Reading

    def find(self, id: str) -> Doc | None:
        if id in self._known:
            return self._known[id]
        doc = self.store.find(id)
        if doc is not None:
            self._known[id] = doc
        return doc

    def get(self, kind: str, id: str, param: str | None = None) -> Doc:
        """Raises StripeError 404 for an unknown id, another kind or another account's object."""
        doc = self.find(id)
        if doc is None or doc.kind != kind or doc.account != self.call.account:
            raise missing(kind, id, param or kind)
        return doc

    def known(self, doc: Doc) -> Doc:
        """The same object as this call already holds, if it does."""
        return self._known.setdefault(doc.id, doc)

    # Changing

    def add(self, kind: str, data: dict[str, Any], private: dict[str, Any] | None = None) -> Doc:
        doc = Doc(kind, data["id"], self.call.account, data, private or {})
        self._known[doc.id] = doc
        self._dirty[doc.id] = doc
        return doc

    def save(self, doc: Doc) -> None:
        self._dirty[doc.id] = doc

    def discard(self, doc: Doc) -> None:
        """An object of this call that is not to be, after all."""
        self._dirty.pop(doc.id, None)
        self._known.pop(doc.id, None)

    def delete(self, doc: Doc) -> None:
        self._dirty.pop(doc.id, None)
        self._gone.append(doc)

    def emit(self, type: str, doc: Doc, previous: dict[str, Any] | None = None) -> None:
        """The event carries the object as it is now. Later changes in this call do not show in it, as long as they set
        fields and never change a nested value in place."""
        data: dict[str, Any] = {"object": dict(doc.data)}
        if previous:
            data["previous_attributes"] = previous
        self._events.append((type, doc.account, data))

    def after(self, milliseconds: int, task: str, doc: Doc, **args: Any) -> None:
        self._timers.append((self.now + milliseconds / 1_000, task, doc.id, args))

    def move(self, currency: str, net: int, available_on: int | None = None, account: str | None = None) -> None:
        where = self.call.account if account is None else account
        self._moves.append((where, currency, net, self.time if available_on is None else available_on))

    def balance(self, currency: str) -> tuple[int, int]:
        """(available, pending) of the asking account, this call's movements included."""
        available, pending = self.store.balance(self.call.account, self.time).get(currency, (0, 0))
        for account, moved, net, on in self._moves:
            if account == self.call.account and moved == currency:
                available, pending = (available + net, pending) if on <= self.time else (available, pending + net)
        return available, pending

    def act_for(self, account: str) -> None:
        """What follows is the account's: for callers that name an object and no account (control API, pages)."""
        self.call = replace(self.call, account=account)

    def drop(self) -> None:
        """Forgets every change: the call was refused."""
        for changes in (self._dirty, self._gone, self._events, self._timers, self._moves, self._known):
            changes.clear()

    # Writing

    @property
    def has_work(self) -> bool:
        return bool(self._dirty or self._gone or self._events or self._timers or self._moves)

    def flush(self) -> None:
        """Writes everything into the open transaction. Raises sqlite3.Error."""
        if not self.has_work:
            return
        self.store.begin()
        for doc in self._dirty.values():
            self.store.write(doc)
        for doc in self._gone:
            self.store.delete(doc)
        for move in self._moves:
            self.store.move(*move)
        self.store.db.executemany(
            "INSERT INTO timers (due, task, object, account, args) VALUES (?, ?, ?, ?, ?)",
            [(due, task, id, self.call.account, dumps(args)) for due, task, id, args in self._timers],
        )
        if self._events:
            self._write_events()

    def _write_events(self) -> None:
        endpoints = [
            doc for doc in self.store.listed("webhook_endpoint", "", {}, limit=100)
            if doc.data["status"] == "enabled"
        ]
        for type, account, data in self._events:
            listening = [
                doc.id for doc in endpoints
                if bool(doc.private.get("connect")) == bool(account)
                and ("*" in doc.data["enabled_events"] or type in doc.data["enabled_events"])
            ]
            event: dict[str, Any] = {
                "id": ids.new("event"),
                "object": "event",
                "api_version": API_VERSION,
                "created": self.time,
                "data": data,
                "livemode": False,
                "pending_webhooks": len(listening),
                "request": {"id": self.call.request, "idempotency_key": self.call.key},
                "type": type,
            }
            if account:
                event["account"] = account
            self.store.write(Doc("event", event["id"], account, event))
            for endpoint in listening:
                self._write_deliveries(event["id"], endpoint, type)

    def _write_deliveries(self, event: str, endpoint: str, type: str) -> None:
        mode = self.webhooks
        self.store.db.executemany(
            "INSERT INTO deliveries (event, endpoint, type, due, created) VALUES (?, ?, ?, ?, ?)",
            [
                (event, endpoint, type, self.now + (mode.delay_ms + self.chance() * mode.window_ms) / 1_000, self.now)
                for _ in range(mode.copies)
            ],
        )

