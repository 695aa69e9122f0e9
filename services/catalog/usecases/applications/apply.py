"""What both kinds of application share: the path of today, its steps, one open application a subject."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from services.catalog.domain.errors import AlreadyApplied, UnknownChoice
from services.catalog.store import applications
from services.kit.db import Conn, value
from services.kit.errors import NotFound


def check_county(conn: Conn, code: str) -> None:
    if value(conn, "SELECT 1 FROM counties WHERE code = %s", [code]) is None:
        raise UnknownChoice("county_code", value=code)


def open_application(conn: Conn, row: dict[str, Any], now: datetime, today: date) -> UUID:
    """``row``: merchant_id, subject, subject_id, county_code, category, applied_by. Raises AlreadyApplied."""
    path = applications.path_for(conn, row["subject"], row["category"], today)
    if path is None:
        raise NotFound("review_path")
    steps = applications.path_steps(conn, path["path_id"])
    try:
        return applications.insert(conn, row | {"path_id": path["path_id"], "notice_days": path["notice_days"], "submitted_at": now}, steps)
    except psycopg.errors.UniqueViolation:
        raise AlreadyApplied() from None
