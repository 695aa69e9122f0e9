"""The gateway's SQL for endpoints and what is owed to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.webhooks.domain import KEPT_FOR, MOST_ENDPOINTS, Notice, Scope
from services.kit.db import Conn, Row, every, one, value
from services.kit.ids import new_id

LEASE = timedelta(seconds=30)


def insert_endpoint(conn: Conn, endpoint_id: UUID, scope: Scope, url: str, kinds: Sequence[str], by: UUID) -> bool:
    """False when the scope has as many as it may. Registering is serialised per scope, so that ten stay ten."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [f"webhooks:{scope.kind}:{scope.id}"])
    count = value(
        conn,
        "SELECT count(*) FROM webhook_endpoints WHERE scope_kind = %s AND scope = %s AND state <> 'removed'",
        [scope.kind, scope.id],
    )
    if count >= MOST_ENDPOINTS:
        return False
    conn.execute(
        "INSERT INTO webhook_endpoints (endpoint_id, scope_kind, scope, url, kinds, created_by) VALUES (%s, %s, %s, %s, %s, %s)",
        [endpoint_id, scope.kind, scope.id, url, list(kinds), by],
    )
    return True


def endpoint(conn: Conn, endpoint_id: UUID, scopes: Sequence[Scope], *, lock: bool = False) -> Row | None:
    """One of these scopes' only, and none that was removed."""
    return one(conn, _LOCK_OWN if lock else _OWN, [endpoint_id, [s.kind for s in scopes], [s.id for s in scopes]])


_OWN = (
    "SELECT * FROM webhook_endpoints WHERE endpoint_id = %s AND state <> 'removed' "
    "AND (scope_kind, scope) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
)
_LOCK_OWN = f"{_OWN} FOR UPDATE"


def endpoints(conn: Conn, scopes: Sequence[Scope], after: UUID | None, limit: int) -> list[Row]:
    """Newest first."""
    return every(
        conn,
        "SELECT * FROM webhook_endpoints WHERE state <> 'removed' "
        "AND (scope_kind, scope) IN (SELECT * FROM unnest(%s::text[], %s::text[])) "
        "AND (%s::uuid IS NULL OR endpoint_id < %s) ORDER BY endpoint_id DESC LIMIT %s",
        [[s.kind for s in scopes], [s.id for s in scopes], after, after, limit],
    )


def change_endpoint(conn: Conn, endpoint_id: UUID, **columns: Any) -> Row:
    """Columns by name, from our own code only."""
    names = "".join(f", {name} = %({name})s" for name in columns)
    row = one(
        conn,
        f"UPDATE webhook_endpoints SET changed_at = bangfu_now(){names} WHERE endpoint_id = %(endpoint_id)s RETURNING *",  # noqa: S608
        {"endpoint_id": endpoint_id, **columns},
    )
    if row is None:
        raise LookupError(endpoint_id)
    return row


def owe(conn: Conn, notices: Sequence[tuple[UUID, datetime, Notice]]) -> int:
    """A row for each endpoint that wants the notice and may have it; (event, instant, notice). Reading an event again adds none.

    Paused endpoints are owed too: they get it when they are resumed.
    """
    if not notices:
        return 0
    wanted = sorted({(scope.kind.value, scope.id) for _, _, notice in notices for scope in notice.scopes})
    found = every(
        conn,
        "SELECT endpoint_id, scope_kind, scope, kinds FROM webhook_endpoints WHERE state <> 'removed' "
        "AND (scope_kind, scope) IN (SELECT * FROM unnest(%s::text[], %s::text[])) ORDER BY endpoint_id",
        [[kind for kind, _ in wanted], [scope for _, scope in wanted]],
    )
    rows = [
        [row["endpoint_id"], new_id(), notice.kind, event_id, occurred_at, Jsonb(notice.data)]
        for event_id, occurred_at, notice in notices
        for row in found
        if notice.kind in row["kinds"] and (row["scope_kind"], row["scope"]) in {(s.kind.value, s.id) for s in notice.scopes}
    ]
    if rows:
        with conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO webhook_deliveries (endpoint_id, delivery_id, kind, event_id, occurred_at, data) "
                "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (endpoint_id, event_id, kind) DO NOTHING",
                rows,
            )
    return len(rows)


def owe_one(conn: Conn, endpoint_id: UUID, kind: str, occurred_at: datetime, data: dict[str, Any]) -> Row:
    """For one endpoint alone, whatever it is subscribed to."""
    row = one(
        conn,
        "INSERT INTO webhook_deliveries (endpoint_id, delivery_id, kind, event_id, occurred_at, data) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING *",
        [endpoint_id, new_id(), kind, new_id(), occurred_at, Jsonb(data)],
    )
    if row is None:
        raise LookupError(endpoint_id)
    return row


def deliveries(conn: Conn, endpoint_id: UUID, state: str | None, after: UUID | None, limit: int) -> list[Row]:
    """Newest first."""
    return every(
        conn,
        "SELECT * FROM webhook_deliveries WHERE endpoint_id = %s AND (%s::text IS NULL OR state = %s) "
        "AND (%s::uuid IS NULL OR delivery_id < %s) ORDER BY delivery_id DESC LIMIT %s",
        [endpoint_id, state, state, after, after, limit],
    )


def replay(conn: Conn, endpoint_id: UUID, delivery_id: UUID | None) -> list[Row]:
    """One finished notice, or all that were given up, owed once more under the same id."""
    return every(
        conn,
        "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = bangfu_now(), finished_at = NULL "
        "WHERE endpoint_id = %s AND CASE WHEN %s::uuid IS NULL THEN state = 'failed' ELSE delivery_id = %s END RETURNING *",
        [endpoint_id, delivery_id, delivery_id],
    )


def due_now(conn: Conn, endpoint_id: UUID) -> None:
    """What waits for a later try is due at once."""
    conn.execute("UPDATE webhook_deliveries SET next_at = bangfu_now() WHERE endpoint_id = %s AND state = 'waiting'", [endpoint_id])


# ----------------------------------------------------------------------------------------------- delivering


def claim(conn: Conn, most: int) -> list[UUID]:
    """Endpoints with something due and nobody at work on them, ours for LEASE: a killed worker's come back by themselves."""
    return [
        row["endpoint_id"]
        for row in every(
            conn,
            "WITH clock AS MATERIALIZED (SELECT bangfu_now() AS now), ready AS (SELECT e.endpoint_id FROM webhook_endpoints e, clock "
            "WHERE e.state = 'active' AND coalesce(e.busy_until, clock.now) <= clock.now "
            "AND coalesce(e.not_before, clock.now) <= clock.now AND EXISTS (SELECT 1 FROM webhook_deliveries d "
            "WHERE d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.next_at <= clock.now) "
            "ORDER BY e.busy_until NULLS FIRST, e.endpoint_id LIMIT %s FOR UPDATE OF e SKIP LOCKED) "
            "UPDATE webhook_endpoints e SET busy_until = clock.now + %s FROM ready, clock WHERE e.endpoint_id = ready.endpoint_id "
            "RETURNING e.endpoint_id",
            [most, LEASE],
        )
    ]


def next_due(conn: Conn, endpoint_id: UUID) -> Row | None:
    """The oldest notice due to an endpoint that still is active, with what it takes to send it; prolongs the lease."""
    return one(
        conn,
        "WITH held AS (UPDATE webhook_endpoints SET busy_until = bangfu_now() + %s WHERE endpoint_id = %s AND state = 'active' "
        "RETURNING endpoint_id, url, generation, previous_until > bangfu_now() AS has_previous) "
        "SELECT d.*, held.url, held.generation, held.has_previous FROM held JOIN webhook_deliveries d USING (endpoint_id) "
        "WHERE d.state = 'waiting' AND d.next_at <= bangfu_now() ORDER BY d.next_at, d.delivery_id LIMIT 1",
        [LEASE, endpoint_id],
    )


def release(conn: Conn, endpoint_id: UUID) -> None:
    """``busy_until`` stays as the time of the last turn: who had none for longest is first."""
    conn.execute(
        "UPDATE webhook_endpoints SET busy_until = bangfu_now() WHERE endpoint_id = %s AND busy_until > bangfu_now()", [endpoint_id]
    )


def delivered(conn: Conn, row: Row, status: int) -> None:
    conn.execute(
        "UPDATE webhook_deliveries SET state = 'delivered', attempts = attempts + 1, last_status = %s, last_error = NULL, "
        "finished_at = bangfu_now() WHERE endpoint_id = %s AND delivery_id = %s",
        [status, row["endpoint_id"], row["delivery_id"]],
    )
    conn.execute(
        "UPDATE webhook_endpoints SET failures = 0, not_before = NULL WHERE endpoint_id = %s AND failures > 0", [row["endpoint_id"]]
    )


def count_failure(conn: Conn, endpoint_id: UUID) -> int:
    """Failures in a row, this one counted; holds the endpoint."""
    return int(value(conn, "UPDATE webhook_endpoints SET failures = failures + 1 WHERE endpoint_id = %s RETURNING failures", [endpoint_id]))


def failed(conn: Conn, row: Row, status: int | None, error: str, again_in: timedelta | None) -> None:
    conn.execute(
        "UPDATE webhook_deliveries SET attempts = attempts + 1, last_status = %s, last_error = %s, "
        "state = CASE WHEN %s::interval IS NULL THEN 'failed' ELSE 'waiting' END, "
        "next_at = bangfu_now() + coalesce(%s, interval '0'), "
        "finished_at = CASE WHEN %s::interval IS NULL THEN bangfu_now() END WHERE endpoint_id = %s AND delivery_id = %s",
        [status, error, again_in, again_in, again_in, row["endpoint_id"], row["delivery_id"]],
    )


def rest_endpoint(conn: Conn, endpoint_id: UUID, seconds: timedelta, paused: str | None) -> None:
    conn.execute(
        "UPDATE webhook_endpoints SET not_before = bangfu_now() + %s, state = CASE WHEN %s::text IS NULL THEN state ELSE 'paused' END, "
        "paused_reason = %s WHERE endpoint_id = %s AND state = 'active'",
        [seconds, paused, paused, endpoint_id],
    )


def clean(conn: Conn) -> int:
    """Notices of removed endpoints, and those older than KEPT_FOR."""
    return conn.execute(
        "DELETE FROM webhook_deliveries d USING webhook_endpoints e WHERE e.endpoint_id = d.endpoint_id "
        "AND (e.state = 'removed' OR d.created_at < bangfu_now() - %s::interval)",
        [KEPT_FOR],
    ).rowcount
