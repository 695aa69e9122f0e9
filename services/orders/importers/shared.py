"""What importers of sales share: codes of other services looked up once a file, certification judged row by row.

Whether a code that is not here is unknown or only on its way, `Problems.unknown` knows: name catalog in ``sources``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.db import Conn
from services.kit.imports.columns import Parser, choice
from services.kit.imports.kinds import Document, Problems, Row
from services.kit.time import business_date
from services.kit.units import QuantityError, parse_quantity
from services.orders.domain.errors import NotCertifiedThen
from services.orders.domain.offers.offer import Measure, Offer, measure, sells_by
from services.orders.domain.offers.standing import Standing
from services.orders.store.offers import offers

OUTSIDE_COUNTY = "outside"


def county_or_outside(cell: str) -> str:
    """A county code of six digits, or ``outside`` (市外)."""
    if cell.isascii() and cell.isdigit() and len(cell) == 6:
        return cell
    return str(choice({OUTSIDE_COUNTY: "市外"})(cell))


county: Parser = county_or_outside


@dataclass(frozen=True)
class Known:
    """The offers, standings and merchants that a file's codes name."""

    offers: dict[str, Offer]
    standings: dict[UUID, Standing]
    merchants: dict[str, dict[str, Any]]


def look_up(conn: Conn, documents: Iterable[Document], *, product: str | None = "product_no", merchant: str | None = None) -> Known:
    """Two or three statements however long the file. ``product`` and ``merchant`` name the columns."""
    rows = [row for document in documents for row in document.rows]
    found = offers.by_number(conn, {row[product] for row in rows if row[product]}) if product else {}
    merchants = offers.merchants_by_code(conn, {row[merchant] for row in rows if row[merchant]}) if merchant else {}
    return Known(found, offers.standings(conn, found.values()), merchants)


def product_of(known: Known, row: Row, problems: Problems, column: str = "product_no") -> Offer | None:
    offer = known.offers.get(row[column])
    if offer is None:
        problems.unknown(row.line, column, row[column])
    return offer


def merchant_of(known: Known, row: Row, problems: Problems, column: str = "merchant_code") -> dict[str, Any] | None:
    merchant = known.merchants.get(row[column])
    if merchant is None:
        problems.unknown(row.line, column, row[column])
    return merchant


def own_product(offer: Offer, merchant: dict[str, Any], row: Row, problems: Problems, column: str = "product_no") -> bool:
    if offer.merchant_id == merchant["merchant_id"]:
        return True
    problems.add(row.line, column, "NOT_THE_MERCHANTS_PRODUCT", "产品不属于该经营主体", "the product is not this merchant's", row[column])
    return False


def measured(offer: Offer, row: Row, problems: Problems, *, quantity: str = "quantity", unit: str = "unit",
             allow_zero: bool = False) -> Measure | None:
    """The row's quantity as stored, or None with the problem noted."""
    if not sells_by(offer, row[unit]):
        problems.add(row.line, unit, "WRONG_UNIT", f"应为 {offer.unit} 或重量单位", f"{offer.unit}, or a weight where it is known",
                     row[unit])
        return None
    value: Decimal = row[quantity]
    try:
        return measure(offer, parse_quantity(value, row[unit], allow_zero=allow_zero), row[unit])
    except QuantityError as error:
        problems.add(row.line, quantity, "INVALID_QUANTITY", f"数量无效（{error.reason}）", f"not a quantity ({error.reason})", value)
        return None


def sold_at_instant(known: Known, offer: Offer, instant: datetime, row: Row, problems: Problems, column: str = "product_no") -> bool:
    if known.standings[offer.product_id].refusal_at(instant) is None:
        return True
    problems.refuse(row.line, column, NotCertifiedThen(column, name=offer.name, when=business_date(instant)), row[column])
    return False


def sold_in_period(known: Known, offer: Offer, first: date, last: date, row: Row, problems: Problems,
                   column: str = "product_no") -> datetime | None:
    """The ``sold_at`` of a line reported for a day or a period (both days included), or None with the problem noted."""
    instant = known.standings[offer.product_id].last_instant_in_force(first, last)
    if instant is None:
        when = first if first == last else f"{first}–{last}"
        problems.refuse(row.line, column, NotCertifiedThen(column, name=offer.name, when=when), row[column])
    return instant


def repeated(document: Document, column: str, problems: Problems) -> None:
    """Line keys stand once in a document."""
    seen: set[Any] = set()
    for row in document.rows:
        if row[column] in seen:
            problems.add(row.line, column, "REPEATED_LINE", "同一单据中重复", "stands twice in the document", row[column])
        seen.add(row[column])
