"""What the importers of contracts, outlets, campaigns and reports share: cells, bulk rows, lines of history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from services.kit import clock, money
from services.kit.db import Conn, every
from services.kit.imports.columns import CellError
from services.kit.imports.kinds import Document, Problems, Row, Run
from services.kit.time import last_of_month, next_month, start_of_day
from services.kit.units import UNITS
from services.orders.domain.contracts.errors import InUse
from services.orders.domain.ledger.lines import OUTSIDE, NewLine
from services.orders.domain.offers.offer import Measure, Offer
from services.orders.store.ledger.record import reverse_import


def unit(cell: str) -> str:
    if cell not in UNITS:
        raise CellError("BAD_UNIT", f"没有单位“{cell}”", "not a unit of sale")
    return cell


def priced_amount(document: Document, quantity: str = "quantity") -> int:
    """Fen of a document's priced lines, each rounded once."""
    return sum(money.line_amount(row["price"], row[quantity]) for row in document.rows)


@lru_cache(maxsize=50_000)
def labels_on(offer: Offer, day: date) -> tuple[str, ...]:
    return offer.labels_on(day)


@dataclass(frozen=True, slots=True)
class Sold:
    """One row of a file that is good: what was sold, how much, for how much, judged at which instant."""

    row: Row
    offer: Offer
    measure: Measure
    amount_fen: int
    sold_at: datetime
    line_id: UUID

    def line(self, channel: str, evidence: str, consumption_county: str, day: date, **dimensions: Any) -> NewLine:
        return NewLine(
            line_id=self.line_id, merchant_id=self.offer.merchant_id, product_id=self.offer.product_id, channel=channel, evidence=evidence,
            sold_at=self.sold_at, business_date=day, origin_county=self.offer.county_code, consumption_county=consumption_county,
            quantity=self.measure.quantity, unit=self.measure.unit, quantity_kg=self.measure.kg, amount_fen=self.amount_fen,
            category=self.offer.category, labels=labels_on(self.offer, day), import_line=self.row.line, **dimensions)


def copy_rows(conn: Conn, table: LiteralString, columns: Sequence[LiteralString], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def refuse_taken(conn: Conn, documents: Sequence[Document], problems: Problems, column: str, taken: LiteralString) -> None:
    """``taken`` selects ``number`` of what is known here by another way than an import, of those in its one parameter."""
    lines = {document.key: document.line for document in documents}
    for row in every(conn, taken, [list(lines)]):
        problems.add(lines[row["number"]], column, "KEY_CONFLICT", f"编号 {row['number']} 已存在", f"{row['number']} exists already",
                     row["number"])


def refuse_unfinished(cutover: datetime | None, document: Document, problems: Problems, column: str = "month") -> bool:
    """A month that had not ended at the cutover (read once a file) is no history."""
    if cutover is not None and start_of_day(next_month(document[column])) > cutover:
        problems.add(document.line, column, "AFTER_CUTOVER", "月份在历史数据截止时间之后结束",
                     "the month ends after the cutover of history", f"{document[column]:%Y-%m}")
        return False
    return True


def refuse_after_cutover(conn: Conn, documents: Sequence[Document], problems: Problems, *columns: str) -> None:
    cutover = clock.cutover(conn)
    if cutover is None:
        return
    for document in documents:
        for column in columns:
            day = document[column]
            if day is not None and start_of_day(day) >= cutover:
                problems.add(document.line, column, "AFTER_CUTOVER", "日期晚于历史数据截止时间", "dated after the cutover of history", day)


def month_end(document: Document) -> date:
    return last_of_month(document["month"])


def withdraw_sales(conn: Conn, run: Run, *void: LiteralString) -> None:
    """Every line of the import is reversed on its own day; ``void`` marks the documents, each by ``%(import_id)s``, ``%(by)s``."""
    now = clock.now(conn)
    for statement in void:
        conn.execute(statement, {"import_id": run.import_id, "by": run.created_by, "at": now})
    reverse_import(conn, run.import_id, OUTSIDE, recorded_at=now)


def refuse_used(conn: Conn, run: Run, what: str, dependants: LiteralString) -> None:
    """Raises InUse when ``dependants`` selects a row for the import."""
    if every(conn, dependants, {"import_id": run.import_id}):
        raise InUse(what=what)
