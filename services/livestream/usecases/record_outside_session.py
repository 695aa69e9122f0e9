"""A merchant, a streamer or an officer writes down a session that was held on another platform, with its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from services.kit import audit, clock, idempotency
from services.kit.db import Conn, Database
from services.kit.errors import Forbidden, InvalidInput, NotFound, Several
from services.kit.ids import new_id
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.livestream.domain.errors import AlreadyRecorded, StreamerNotApproved
from services.livestream.domain.outside import Draft, after, mistakes
from services.livestream.store import outside, products, streamers

ROLES = {"merchant": Role.MERCHANT, "streamer": Role.STREAMER, "county_officer": Role.COUNTY_OFFICER}


@dataclass(frozen=True)
class Recorder:
    """``scope``: the merchant's id, the streamer's id, or the officer's county."""

    role: str
    scope: str
    county_code: str

    @property
    def merchant_id(self) -> UUID | None:
        return UUID(self.scope) if self.role == "merchant" else None


def record_outside_session(db: Database, who: Principal, key: str, draft: Draft, host: str, *, county_code: str | None = None,
                           merchant_id: UUID | None = None, streamer_id: UUID | None = None, command: Any) -> UUID:
    """→ session_id. Raises what `domain.outside.mistakes` finds (Several when more than one), AlreadyRecorded."""
    print_ = idempotency.fingerprint(command)
    with db.transaction() as conn:
        reference = idempotency.find(conn, who.subject, "record_outside_session", key, print_)
        if reference is not None:
            return UUID(reference)
        recorder = recorder_of(conn, who, county_code, merchant_id, streamer_id)
        _check(conn, draft, recorder)
        known = outside.earlier(conn, recorder.role, recorder.scope, draft.platform, draft.started_at)
        if known is not None:
            raise AlreadyRecorded(session_no=known)
        session_id, day = new_id(), business_date(draft.started_at)
        number = outside.next_number(conn, day)
        try:
            with conn.transaction():
                outside.insert(conn, session_id, number, recorder.role, recorder.scope, who.subject, recorder.county_code, day, draft)
        except psycopg.errors.UniqueViolation as error:
            raise AlreadyRecorded(session_no=number) from error
        streamers.save_handle(conn, session_id, "outside_session", host)
        audit.record(conn, who, "outside_session:record", f"session:{session_id}", after={"paid_fen": draft.paid_fen})
        idempotency.remember(conn, who.subject, "record_outside_session", key, print_, str(session_id))
    return session_id


def resubmit_outside_session(db: Database, who: Principal, key: str, session_id: UUID, draft: Draft, host: str, *, command: Any) -> UUID:
    """By whoever recorded it, after the county returned it. Raises WrongState and what recording raises."""
    operation, print_ = f"resubmit_outside_session:{session_id}", idempotency.fingerprint(command)
    with db.transaction() as conn:
        if idempotency.find(conn, who.subject, operation, key, print_) is not None:
            return session_id
        row = outside.lock(conn, session_id)
        role = ROLES.get(row["recorder_role"])
        if role is None or not who.has(role, row["recorder_scope"]):
            raise NotFound()
        state = after(row["state"], "resubmit")
        recorder = Recorder(row["recorder_role"], row["recorder_scope"], row["county_code"])
        _check(conn, draft, recorder)
        known = outside.earlier(conn, recorder.role, recorder.scope, draft.platform, draft.started_at, besides=session_id)
        if known is not None:
            raise AlreadyRecorded(session_no=known)
        outside.replace(conn, session_id, business_date(draft.started_at), draft, state)
        streamers.save_handle(conn, session_id, "outside_session", host)
        audit.record(conn, who, "outside_session:resubmit", f"session:{session_id}", before={"paid_fen": row["paid_fen"]},
                     after={"paid_fen": draft.paid_fen})
        idempotency.remember(conn, who.subject, operation, key, print_, str(session_id))
    return session_id


def recorder_of(conn: Conn, who: Principal, county_code: str | None, merchant_id: UUID | None, streamer_id: UUID | None) -> Recorder:
    """In which of his roles the caller records. Raises Forbidden, NotFound (a scope of others), InvalidInput (several: say which)."""
    role, named = ("merchant", merchant_id) if merchant_id else ("streamer", streamer_id) if streamer_id else (None, None)
    if role is None:
        role = next((name for name, r in ROLES.items() if who.has(r)), None)
        if role is None:
            raise Forbidden()
        named = county_code if role == "county_officer" else None  # type: ignore[assignment]
    scopes = who.scopes(ROLES[role])
    field = {"merchant": "merchant_id", "streamer": "streamer_id", "county_officer": "county_code"}[role]
    if named is not None and str(named) not in scopes:
        raise NotFound(field)
    if named is None and len(scopes) > 1:
        raise InvalidInput(field, ", ".join(scopes))
    scope = str(named) if named is not None else scopes[0]
    county = _county(conn, role, scope)
    if county_code is not None and county_code != county:
        raise InvalidInput("county_code", county)
    return Recorder(role, scope, county)


def _county(conn: Conn, role: str, scope: str) -> str:
    if role == "county_officer":
        return scope
    if role == "merchant":
        county = products.county_of_merchant(conn, UUID(scope))
        if county is None:
            raise NotFound("merchant_id")
        return county
    row = streamers.find(conn, UUID(scope))
    if row is None or row["state"] != "approved":
        raise StreamerNotApproved()
    return str(row["county_code"])


def _check(conn: Conn, draft: Draft, recorder: Recorder) -> None:
    known = products.by_ids(conn, [line.product_id for line in draft.lines])
    errors = mistakes(draft, known, clock.now(conn), clock.cutover(conn), recorder.merchant_id)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Several(errors)
