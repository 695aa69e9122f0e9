"""The audit trail of one service: rows in the transaction of the change, numbered and hashed in order by the relay after commit.

A chain head locked by the use case would serialise all money, so the number and the hash come afterwards. A row's hash is
SHA-256 over the hash of the row before and the canonical JSON of its content; the first one's predecessor is `genesis`.
The database refuses any other change of a row (`services.kit.schema.AUDIT_V2`); `services.kit.audit_check` finds what was changed
past it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from psycopg.types.json import Jsonb

from services.acts import ACTS, Act
from services.kit import json
from services.kit.db import Conn, Row, every, one
from services.kit.errors import InvalidInput
from services.kit.principal import Principal
from services.kit.telemetry import request_id

BATCH = 2000
CONTENT = ("seq", "position", "at", "actor", "role", "scope", "api_key", "act", "subject", "before", "after", "reason", "request_id")
COLUMNS = (*CONTENT, "previous_hash", "hash")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM audit"  # noqa: S608 – constants
# A reason is a sentence of a person: a mobile number or an address for mail in it does not belong into a row that is kept for ever.
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])|[^\s@<>]{1,64}@[\w-]+(?:\.[\w-]+)+")
MAX_REASON = 2000


class UnknownAct(ValueError):
    """Not in the closed list of `services.acts`: a mistake of the code, never of a user."""


def record(conn: Conn, principal: Principal, act: Act, subject: str, *, before: Any = None, after: Any = None,
           reason: str | None = None) -> None:
    """``subject`` is ``kind:id``. Of two mappings only what differs is kept; a bare value is the subject's state.

    Ids only, never a name, phone or address. Raises UnknownAct.
    """
    if act not in ACTS:
        raise UnknownAct(f"{act} is not in services/acts.py")
    old, new = changed(before, after)
    role, scope = acting(principal, act, f"{subject} {old} {new}")
    conn.execute(
        "INSERT INTO audit (actor, role, scope, api_key, act, subject, before, after, reason, request_id) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [principal.subject, role, scope, principal.facts.get("api_key"), act, subject, Jsonb(old), Jsonb(new), masked(reason),
         request_id()])


def changed(before: Any, after: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Both sides as fields, without those that stayed as they were."""
    old, new = _fields(before), _fields(after)
    if old is None or new is None:
        return old, new
    same = {k for k in old.keys() & new.keys() if json.canonical(old[k]) == json.canonical(new[k])}
    return {k: v for k, v in old.items() if k not in same}, {k: v for k, v in new.items() if k not in same}


def _fields(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    fields = dict(value) if isinstance(value, Mapping) else {"state": value}
    try:
        json.canonical(fields)
    except TypeError as error:  # an integer beyond 64 bits, which a hash could not be made of later
        raise InvalidInput(None, "value") from error
    return fields


def masked(reason: str | None) -> str | None:
    return None if reason is None else _NUMBERS.sub("***", reason)[:MAX_REASON]


def acting(principal: Principal, act: Act, words: str = "") -> tuple[str | None, str | None]:
    """The role (and its scope) that allowed the act: the first of those that may, held by the principal.

    Of several scopes of one role it is the one that the row speaks of; else none is named.
    """
    for role in ACTS[act].by:
        scopes = principal.scopes(role)
        if scopes:
            spoken = [s for s in scopes if s and s in words]
            return role.value, (scopes[0] or None) if len(scopes) == 1 else spoken[0] if len(spoken) == 1 else None
    return None, None


# ------------------------------------------------------------------------------------------ the chain


def genesis(service: str) -> bytes:
    return hashlib.sha256(f"bangfu audit {service}".encode()).digest()


def content(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash covers, as it is written: the instant in UTC, whatever zone the connection speaks."""
    return {k: row[k] for k in CONTENT} | {"at": row["at"].astimezone(UTC)}


def digest(previous: bytes, row: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(previous + json.canonical(content(row))).digest()


def head(conn: Conn, service: str) -> tuple[int, bytes]:
    """(number, hash) of the last row of the chain."""
    last = one(conn, "SELECT seq, hash FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1")
    return (int(last["seq"]), bytes(last["hash"])) if last else (0, genesis(service))


def chain(conn: Conn, service: str, limit: int = BATCH) -> int:
    """Number and hash rows that are committed and not yet chained, all or none. Returns how many.

    Called by the relay, the only one of its service; should there ever be two, the unique number stops the second.
    """
    with conn.transaction():
        rows = every(conn, f"{SELECT} WHERE hash IS NULL ORDER BY position LIMIT %s", [limit])
        if not rows:
            return 0
        seq, previous = head(conn, service)
        links: list[tuple[int, int, bytes, bytes]] = []
        for row in rows:
            seq += 1
            row["seq"] = seq
            own = digest(previous, row)
            links.append((row["position"], seq, previous, own))
            previous = own
        done = conn.execute(
            "UPDATE audit a SET seq = n.seq, previous_hash = n.previous, hash = n.own "
            "FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS n(position, seq, previous, own) "
            "WHERE a.position = n.position AND a.hash IS NULL", [list(column) for column in zip(*links, strict=True)]).rowcount
        if done != len(rows):
            raise RuntimeError(f"the audit chain of {service} is written by somebody else: {done} of {len(rows)} rows")
    return len(rows)


def page(conn: Conn, after: int, limit: int) -> list[Row]:
    """Rows of the chain behind ``after``, hashes as hex: what the gateway gathers."""
    rows = every(conn, f"{SELECT} WHERE seq > %s ORDER BY seq LIMIT %s", [after, limit])
    return [row | {"hash": bytes(row["hash"]).hex(), "previous_hash": bytes(row["previous_hash"]).hex()} for row in rows]


def waiting(conn: Conn) -> int:
    row = one(conn, "SELECT count(*) AS n FROM audit WHERE hash IS NULL")
    return int(row["n"]) if row else 0


def rows_of(conn: Conn, sql: str = f"{SELECT} WHERE seq IS NOT NULL ORDER BY seq", params: Any = None) -> Iterable[Row]:
    """The whole chain in order, a thousand rows at a time. Needs a transaction."""
    with conn.cursor(name="audit_rows") as cursor:
        cursor.itersize = 1000
        cursor.execute(sql, params)
        yield from cursor
