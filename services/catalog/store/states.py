"""The whole public state of products and merchants, as events carry it: a few statements for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.catalog.domain.certification import PublishedState, as_of_today, published_state
from services.catalog.store import certificates, labels
from services.events.catalog import CertificatePeriod, LabelPeriod, MerchantState, ProductState, WithdrawnPeriod
from services.kit.db import Conn, Row, every


def merchant_states(conn: Conn, merchant_ids: Sequence[UUID], today: date) -> list[MerchantState]:
    """Of the published ones, in id order."""
    rows = every(conn, "SELECT * FROM merchants WHERE merchant_id = ANY(%s) AND published ORDER BY merchant_id", [list(merchant_ids)])
    ids = [row["merchant_id"] for row in rows]
    held, taken = certificates.of(conn, ids), _withdrawn(conn, ids)
    return [
        MerchantState(
            merchant_id=row["merchant_id"],
            version=row["version"],
            credit_code=row["credit_code"],
            name=row["name"],
            kind=row["kind"],
            county_code=row["county_code"],
            state=_state(row, held[row["merchant_id"]], today),
            certificates=_periods(held[row["merchant_id"]]),
            withdrawals=tuple(taken[row["merchant_id"]]),
        )
        for row in rows
    ]


def product_states(conn: Conn, product_ids: Sequence[UUID], today: date) -> list[ProductState]:
    """Of the published ones, in id order."""
    rows = every(conn, "SELECT * FROM products WHERE product_id = ANY(%s) AND published ORDER BY product_id", [list(product_ids)])
    ids = [row["product_id"] for row in rows]
    held, taken = certificates.of(conn, ids), _withdrawn(conn, ids)
    labelled: dict[UUID, list[LabelPeriod]] = defaultdict(list)
    for label in labels.labels_of(conn, ids):
        labelled[label["product_id"]].append(
            LabelPeriod(
                label_id=label["label_id"],
                label=label["label"],
                certificate_no=label["certificate_no"],
                valid_from=label["valid_from"],
                valid_until=label["valid_until"],
            )
        )
    return [
        ProductState(
            product_id=row["product_id"],
            version=row["version"],
            product_no=row["product_no"],
            merchant_id=row["merchant_id"],
            name=row["name"],
            category=row["category"],
            family=row["family"],
            county_code=row["county_code"],
            state=_state(row, held[row["product_id"]], today),
            unit=row["unit"],
            pack=row["pack"],
            net_weight_g=row["net_weight_g"],
            price_fen=row["price_fen"],
            bulk_price_fen_per_kg=row["bulk_price_fen_per_kg"],
            offer_version=row["offer_version"],
            is_food=row["is_food"],
            season_months=tuple(row["season_months"]),
            images=tuple(row["images"]),
            certificates=_periods(held[row["product_id"]]),
            withdrawals=tuple(taken[row["product_id"]]),
            labels=tuple(labelled[row["product_id"]]),
        )
        for row in rows
    ]


def _state(row: Row, held: Sequence[Row], today: date) -> PublishedState:
    return published_state(as_of_today(row["state"], certificates.periods(held), today))


def _periods(rows: Sequence[Row]) -> tuple[CertificatePeriod, ...]:
    return tuple(
        CertificatePeriod(
            certificate_id=row["certificate_id"],
            certificate_no=row["certificate_no"],
            document_no=row["document_no"],
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
        )
        for row in rows
    )


def _withdrawn(conn: Conn, subject_ids: Sequence[UUID]) -> dict[UUID, list[WithdrawnPeriod]]:
    """What is or was in force; a decision that orders has not applied yet has no instant to tell."""
    found: dict[UUID, list[WithdrawnPeriod]] = defaultdict(list)
    for row in every(
        conn,
        "SELECT subject_id, kind, from_instant, until_instant FROM withdrawals WHERE subject_id = ANY(%s) "
        "AND from_instant IS NOT NULL ORDER BY from_instant",
        [list(subject_ids)],
    ):
        found[row["subject_id"]].append(
            WithdrawnPeriod(kind=row["kind"], from_instant=row["from_instant"], until_instant=row["until_instant"])
        )
    return found
