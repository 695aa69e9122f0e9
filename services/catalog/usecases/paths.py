"""Reviews are data: the bureau changes the path of applications to come, and which department holds a duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import psycopg

from services.catalog.domain.certification import Subject
from services.catalog.domain.errors import UnknownChoice
from services.catalog.domain.reviews import Step, check_path
from services.catalog.store import listing
from services.kit import audit
from services.kit.db import Database, value
from services.kit.errors import InvalidInput, PastDate
from services.kit.ids import new_id
from services.kit.principal import Principal, Role


def replace_path(
    db: Database,
    principal: Principal,
    subject: Subject,
    product_kind: str,
    notice_days: int,
    steps: Sequence[tuple[str, int, Literal["county", "department"]]],
) -> None:
    """Applications that are on their way keep the path they started on."""
    principal.require(Role.BUREAU)
    check_path([Step(duty, position, by) for duty, position, by in steps])
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        if product_kind != "*" and (
            subject == "merchant" or value(conn, "SELECT 1 FROM categories WHERE slug = %s", [product_kind]) is None
        ):
            raise UnknownChoice("product_kind", value=product_kind)
        conn.execute("LOCK TABLE review_paths IN SHARE ROW EXCLUSIVE MODE")
        conn.execute(
            "UPDATE review_paths SET valid_until = %s WHERE subject = %s AND product_kind = %s AND valid_until IS NULL",
            [today - timedelta(days=1), subject, product_kind],
        )
        path_id = new_id()
        conn.execute(
            "INSERT INTO review_paths (path_id, subject, product_kind, notice_days, valid_from) VALUES (%s, %s, %s, %s, %s)",
            [path_id, subject, product_kind, notice_days, today],
        )
        for n, (duty, position, by) in enumerate(steps):
            try:
                with conn.transaction():
                    conn.execute(
                        "INSERT INTO review_steps (path_id, duty, position, by) VALUES (%s, %s, %s, %s)", [path_id, duty, position, by]
                    )
            except psycopg.errors.ForeignKeyViolation:
                raise UnknownChoice(f"steps.{n}.duty", value=duty) from None
        audit.record(
            conn,
            principal,
            "review_path:replace",
            f"review_path:{path_id}",
            after={"subject": subject, "product_kind": product_kind, "steps": [list(s) for s in steps], "notice_days": notice_days},
        )


def hand_over_duty(db: Database, principal: Principal, duty: str, department: str, valid_from: date) -> None:
    """From that day on ``department`` holds it, alone."""
    principal.require(Role.BUREAU)
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        if valid_from < today:
            raise PastDate("valid_from", value=valid_from.isoformat())
        if value(conn, "SELECT 1 FROM duties WHERE slug = %s", [duty]) is None:
            raise UnknownChoice("duty", value=duty)
        conn.execute("LOCK TABLE duty_holders IN SHARE ROW EXCLUSIVE MODE")
        if value(conn, "SELECT 1 FROM duty_holders WHERE duty = %s AND valid_from >= %s", [duty, valid_from]):
            raise InvalidInput("valid_from", "a later holder is entered already")
        conn.execute(
            "UPDATE duty_holders SET valid_until = %s WHERE duty = %s AND (valid_until IS NULL OR valid_until >= %s)",
            [valid_from - timedelta(days=1), duty, valid_from],
        )
        conn.execute("INSERT INTO duty_holders (duty, department, valid_from) VALUES (%s, %s, %s)", [duty, department, valid_from])
        audit.record(
            conn, principal, "duty:hand_over", f"duty:{duty}", after={"department": department, "valid_from": valid_from.isoformat()}
        )
