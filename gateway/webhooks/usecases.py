"""Who registers an address for whom, and what the owner of one may do with it. Somebody else's endpoint is NOT_FOUND."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gateway.webhooks import store
from gateway.webhooks.domain import MOST_ENDPOINTS, OLD_SECRET_FOR, PING, EventKind, Scope, scopes_of, secret_of, shown
from services.kit import audit, clock, outbound
from services.kit.db import Conn, Database, Row
from services.kit.errors import Forbidden, InvalidInput, NotFound, TooMany, WrongState
from services.kit.ids import new_id
from services.kit.principal import Principal


@dataclass(frozen=True)
class Registered:
    """``secret`` is shown here and never again."""

    endpoint: Row
    secret: str


def register(
    db: Database, master: str, policy: outbound.Policy, who: Principal, scope: Scope, url: str, kinds: Sequence[str]
) -> Registered:
    """Raises Forbidden, UrlNotAllowed, InvalidInput, TooMany."""
    if not scope.is_of(who):
        raise Forbidden()
    outbound.parse(url, policy)
    endpoint_id = new_id()
    with db.transaction() as conn:
        if not store.insert_endpoint(conn, endpoint_id, scope, url, _kinds(kinds), UUID(who.subject)):
            raise TooMany(limit=MOST_ENDPOINTS, count=MOST_ENDPOINTS + 1)
        audit.record(conn, who, "webhook:register", f"webhook:{endpoint_id}", after=_told(scope, url, kinds))
        row = _own(conn, who, endpoint_id)
    return Registered(row, shown(secret_of(master, endpoint_id, 1)))


def change(db: Database, policy: outbound.Policy, who: Principal, endpoint_id: UUID, url: str | None, kinds: Sequence[str] | None) -> Row:
    """Only what is given. Raises NotFound, UrlNotAllowed, InvalidInput."""
    changes: dict[str, Any] = {}
    if url is not None:
        outbound.parse(url, policy)
        changes["url"] = url
    if kinds is not None:
        changes["kinds"] = _kinds(kinds)

    def perform(conn: Conn, row: Row) -> Row:
        return store.change_endpoint(conn, endpoint_id, **changes)

    return _act(db, who, endpoint_id, "webhook:change", perform)


def pause(db: Database, who: Principal, endpoint_id: UUID) -> Row:
    """Nothing is sent until it is resumed; what happens meanwhile is kept for it."""

    def perform(conn: Conn, row: Row) -> Row:
        if row["state"] == "paused":
            return row
        return store.change_endpoint(conn, endpoint_id, state="paused", paused_reason="asked")

    return _act(db, who, endpoint_id, "webhook:pause", perform)


def resume(db: Database, who: Principal, endpoint_id: UUID) -> Row:
    """Also of one that was paused for its failures: they are forgotten, and all that waits is due now."""

    def perform(conn: Conn, row: Row) -> Row:
        store.due_now(conn, endpoint_id)
        return store.change_endpoint(conn, endpoint_id, state="active", paused_reason=None, failures=0, not_before=None)

    return _act(db, who, endpoint_id, "webhook:resume", perform)


def remove(db: Database, who: Principal, endpoint_id: UUID) -> None:
    def perform(conn: Conn, row: Row) -> Row:
        return store.change_endpoint(conn, endpoint_id, state="removed")

    _act(db, who, endpoint_id, "webhook:remove", perform)


def rotate_secret(db: Database, master: str, who: Principal, endpoint_id: UUID) -> Registered:
    """A new secret; for a day notices carry a signature by the old one too."""

    def perform(conn: Conn, row: Row) -> Row:
        until = clock.now(conn) + OLD_SECRET_FOR
        return store.change_endpoint(conn, endpoint_id, generation=row["generation"] + 1, previous_until=until)

    row = _act(db, who, endpoint_id, "webhook:rotate_secret", perform)
    return Registered(row, shown(secret_of(master, endpoint_id, row["generation"])))


def replay_delivery(db: Database, who: Principal, endpoint_id: UUID, delivery_id: UUID) -> Row:
    """Owed once more, under the id it had. Raises NotFound."""
    with db.transaction() as conn:
        _own(conn, who, endpoint_id)
        rows = store.replay(conn, endpoint_id, delivery_id)
        if not rows:
            raise NotFound("id")
        audit.record(conn, who, "webhook:replay", f"webhook:{endpoint_id}", after={"deliveries": 1})
    return rows[0]


def replay_failed(db: Database, who: Principal, endpoint_id: UUID) -> int:
    """All that was given up. Returns how many."""
    with db.transaction() as conn:
        _own(conn, who, endpoint_id)
        count = len(store.replay(conn, endpoint_id, None))
        audit.record(conn, who, "webhook:replay", f"webhook:{endpoint_id}", after={"deliveries": count})
    return count


def ping(db: Database, who: Principal, endpoint_id: UUID) -> Row:
    """A notice without content, to try the receiver. Raises WrongState while the endpoint is paused."""
    with db.transaction() as conn:
        row = _own(conn, who, endpoint_id)
        if row["state"] != "active":
            raise WrongState("id", state=row["state"])
        return store.owe_one(conn, endpoint_id, PING, clock.now(conn), {})


def seen(conn: Conn, who: Principal, endpoint_id: UUID) -> Row:
    """Raises NotFound for another's."""
    row = store.endpoint(conn, endpoint_id, scopes_of(who))
    if row is None:
        raise NotFound("id")
    return row


def _own(conn: Conn, who: Principal, endpoint_id: UUID) -> Row:
    row = store.endpoint(conn, endpoint_id, scopes_of(who), lock=True)
    if row is None:
        raise NotFound("id")
    return row


def _act(db: Database, who: Principal, endpoint_id: UUID, act: Any, perform: Callable[[Conn, Row], Row]) -> Row:
    with db.transaction() as conn:
        before = _own(conn, who, endpoint_id)
        after = perform(conn, before)
        audit.record(conn, who, act, f"webhook:{endpoint_id}", before=_state(before), after=_state(after))
    return after


def _state(row: Row) -> dict[str, Any]:
    return {**_told(None, row["url"], row["kinds"]), "state": row["state"], "generation": row["generation"]}


def _told(scope: Scope | None, url: str, kinds: Sequence[str]) -> dict[str, Any]:
    """The host only: the rest of an address may be a password of the receiver's."""
    told: dict[str, Any] = {"host": urlsplit(url).hostname, "kinds": sorted(set(kinds))}
    return told if scope is None else {**told, "scope_kind": scope.kind.value, "scope": scope.id}


def _kinds(kinds: Sequence[str]) -> list[str]:
    """Raises InvalidInput."""
    known = [kind.value for kind in EventKind]
    if not kinds or not set(kinds) <= set(known):
        raise InvalidInput("kinds", ", ".join(known))
    return sorted(set(kinds))
