from __future__ import annotations

from datetime import date
from uuid import UUID

from services.catalog.domain.certification import overlapping
from services.catalog.domain.errors import BadPeriod, LabelExists, UnknownChoice
from services.catalog.store import labels, listing, merchants, products
from services.catalog.usecases.access import holds_duty
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import LabelEnded, LabelGranted
from services.kit import audit
from services.kit.db import Conn, Database, value
from services.kit.errors import Forbidden, NotFound, PastDate
from services.kit.ids import new_id
from services.kit.principal import Principal, Role

DUTY = "quality"


def _require_duty(conn: Conn, principal: Principal, today: date) -> None:
    if not principal.has(Role.BUREAU) and not holds_duty(conn, principal, DUTY, today):
        raise Forbidden()


def grant_label(
    db: Database, principal: Principal, product_id: UUID, label: str, certificate_no: str, valid_from: date | None, valid_until: date | None
) -> UUID:
    """A label starts today or later; one of a kind at a time."""
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        _require_duty(conn, principal, today)
        if value(conn, "SELECT 1 FROM label_kinds WHERE slug = %s", [label]) is None:
            raise UnknownChoice("label", value=label)
        start = valid_from or today
        if start < today:
            raise PastDate("valid_from", value=start.isoformat())
        if valid_until is not None and valid_until < start:
            raise BadPeriod("valid_until", valid_from=start.isoformat(), valid_until=valid_until.isoformat())
        found = products.find(conn, product_id)
        if found is None:
            raise NotFound("product_id")
        merchants.hold(conn, [found["merchant_id"]])
        row = products.lock(conn, [product_id])[product_id]
        held = [(r["valid_from"], r["valid_until"] or date.max) for r in labels.labels_of(conn, [product_id]) if r["label"] == label]
        if overlapping(held, (start, valid_until or date.max)):
            raise LabelExists("label", label=label)
        label_id = new_id()
        labels.insert_labels(
            conn,
            [
                {
                    "merchant_id": row["merchant_id"],
                    "label_id": label_id,
                    "product_id": product_id,
                    "label": label,
                    "certificate_no": certificate_no,
                    "valid_from": start,
                    "valid_until": valid_until,
                }
            ],
        )
        audit.record(conn, principal, "label:grant", f"product:{product_id}", after={"label_id": str(label_id), "label": label})
        product_changed(conn, [row["merchant_id"]], [product_id], lambda state: [LabelGranted(product=state)])
    return label_id


def end_label(db: Database, principal: Principal, label_id: UUID, reason: str) -> None:
    """From this moment on: yesterday becomes its last day."""
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        _require_duty(conn, principal, today)
        found = labels.find_label(conn, label_id)
        if found is None:
            raise NotFound("label_id")
        merchants.hold(conn, [found["merchant_id"]])
        products.lock(conn, [found["product_id"]])
        row = labels.find_label(conn, label_id)
        assert row is not None
        yesterday = date.fromordinal(today.toordinal() - 1)
        if row["valid_until"] is not None and row["valid_until"] <= yesterday:
            return
        labels.end_label(conn, row, yesterday, reason)
        audit.record(conn, principal, "label:end", f"product:{row['product_id']}", before={"label_id": str(label_id)}, reason=reason)
        product_changed(conn, [row["merchant_id"]], [row["product_id"]], lambda state: [LabelEnded(product=state)])
