"""The county compares the record with its paper: confirmed, it becomes sales (orders writes them); or it goes back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.livestream import OutsideLine, OutsideSessionConfirmed
from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import Several
from services.kit.outbox import publish
from services.kit.principal import Principal
from services.kit.time import business_date
from services.livestream.domain.outside import Line, after, line_mistakes
from services.livestream.store import outside, products
from services.livestream.usecases.access import require_county


def confirm_outside_session(db: Database, who: Principal, session_id: UUID) -> None:
    """Certificates are looked at again: an interval may have become known since. Raises WrongState, NotCertifiedThen."""
    with db.transaction() as conn:
        row, state = _open(conn, who, session_id, "confirm")
        lines = outside.lines(conn, session_id)
        errors = line_mistakes(lines, products.by_ids(conn, [x.product_id for x in lines]), business_date(row["started_at"]),
                               business_date(row["ended_at"]))
        if errors:
            raise errors[0] if len(errors) == 1 else Several(errors)
        now: datetime = clock.now(conn)
        version = outside.decide(conn, session_id, state, who.subject, confirmed_on=business_date(now))
        publish(conn, confirmed(row, lines), version)
        audit.record(conn, who, "outside_session:confirm", f"session:{session_id}", after={"paid_fen": row["paid_fen"]})


def return_outside_session(db: Database, who: Principal, session_id: UUID, reason: str) -> None:
    """Raises WrongState."""
    with db.transaction() as conn:
        _, state = _open(conn, who, session_id, "return")
        outside.decide(conn, session_id, state, who.subject, reason=reason)
        audit.record(conn, who, "outside_session:return", f"session:{session_id}", reason=reason)


def confirmed(row: Row | dict[str, Any], lines: Sequence[Line], *, void: bool = False) -> OutsideSessionConfirmed:
    return OutsideSessionConfirmed(
        session_id=row["session_id"], session_no=row["session_no"], title=row["title"], platform=row["platform"],
        county_code=row["county_code"], started_at=row["started_at"], ended_at=row["ended_at"], business_date=row["business_date"],
        participants=row["participants"], peak=row["peak"], evidence=row["evidence"], import_id=row["import_id"], void=void,
        lines=tuple(OutsideLine(line_no=x.line_no, product_id=x.product_id, quantity=x.quantity, unit=x.unit, gross_fen=x.gross_fen,
                                refund_fen=x.refund_fen) for x in lines))


def _open(conn: Conn, who: Principal, session_id: UUID, act: str) -> tuple[Row, str]:
    row = outside.lock(conn, session_id)
    require_county(who, row["county_code"])
    return row, after(row["state"], act)
