"""Enter, change and strike out a department, an activity or a publicity record; each leaves an audit row."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.acts import Act
from services.kit import audit, clock
from services.kit.db import Conn, Database, value
from services.kit.errors import NotFound, PastDate
from services.kit.ids import new_id
from services.kit.principal import Principal
from services.kit.time import business_date
from services.reporting.domain import registers as rules
from services.reporting.domain.errors import UnknownReference
from services.reporting.store import registers
from services.reporting.store.registers import ACTIVITIES, DEPARTMENTS, PUBLICITY, Register

_DATED_BY = {"activities": "held_on", "publicity": "published_on"}
_ENTER: dict[str, Act] = {"departments": "departments:enter", "activities": "activities:enter", "publicity": "publicity:enter"}
_CHANGE: dict[str, Act] = {"departments": "departments:change", "activities": "activities:change", "publicity": "publicity:change"}
_STRIKE: dict[str, Act] = {"departments": "departments:strike", "activities": "activities:strike", "publicity": "publicity:strike"}


def enter(db: Database, principal: Principal, register: Register, row: dict[str, Any]) -> UUID:
    """Raises AlreadyRegistered, UnknownReference, PastDate, and the register's own rules."""
    row_id = new_id()
    with db.transaction() as conn:
        _ensure_allowed(conn, register, row)
        registers.insert(conn, register, row_id, row)
        audit.record(conn, principal, _ENTER[register.table], f"{register.table}:{row_id}", after=row)
    return row_id


def change(db: Database, principal: Principal, register: Register, row_id: UUID, row: dict[str, Any]) -> None:
    with db.transaction() as conn:
        before = _found(conn, register, row_id)
        dated = _DATED_BY.get(register.table)
        _ensure_allowed(conn, register, row, keeps_date=dated is not None and before[dated] == row[dated])
        registers.replace(conn, register, row_id, row)
        audit.record(
            conn,
            principal,
            _CHANGE[register.table],
            f"{register.table}:{row_id}",
            before={c: before[c] for c in register.columns},
            after=row,
        )


def strike(db: Database, principal: Principal, register: Register, row_id: UUID) -> None:
    with db.transaction() as conn:
        before = _found(conn, register, row_id)
        registers.delete(conn, register, row_id)
        audit.record(
            conn, principal, _STRIKE[register.table], f"{register.table}:{row_id}", before={c: before[c] for c in register.columns}
        )


def _found(conn: Conn, register: Register, row_id: UUID) -> dict[str, Any]:
    row = registers.find_for_update(conn, register, row_id)
    if row is None:
        raise NotFound()
    return row


def _ensure_allowed(conn: Conn, register: Register, row: dict[str, Any], *, keeps_date: bool = False) -> None:
    if register is DEPARTMENTS:
        rules.ensure_department(row["valid_from"], row["valid_until"], row["successor"])
        _ensure_known(conn, "successor", "SELECT 1 FROM departments WHERE code = %s", row["successor"])
    elif register is ACTIVITIES:
        rules.ensure_activity_is_linked(row["kind"], row["session_id"], row["outlet_id"])
        _ensure_known(conn, "department", "SELECT 1 FROM departments WHERE code = %s", row["department"])
        _ensure_known(conn, "session_id", "SELECT 1 FROM sessions WHERE session_id = %s", row["session_id"])
        _ensure_known(conn, "outlet_id", "SELECT 1 FROM outlets WHERE outlet_id = %s AND outlet_code IS NOT NULL", row["outlet_id"])
        for contract_id in row["contract_ids"]:
            _ensure_known(conn, "contract_ids", "SELECT 1 FROM contracts WHERE contract_id = %s AND contract_no IS NOT NULL", contract_id)
    elif register is PUBLICITY:
        rules.ensure_level(row["medium"], row["level"])
    if register.table in _DATED_BY and not keeps_date:
        _ensure_no_history(conn, _DATED_BY[register.table], row[_DATED_BY[register.table]])


def _ensure_known(conn: Conn, field: str, statement: str, reference: object) -> None:
    if reference is not None and value(conn, statement, [reference]) is None:
        raise UnknownReference(field, value=reference)


def _ensure_no_history(conn: Conn, field: str, day: date) -> None:
    """What lies before the cutover enters by importers only."""
    before = clock.cutover(conn)
    if before is not None and day < business_date(before):
        raise PastDate(field, value=day)
