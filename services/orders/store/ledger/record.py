"""The one way money enters the ledger: sale lines with their journal entry and their event, in the caller's transaction.

`record_sale` for one document, `record_refund` for parts of sold lines, `record_many` (COPY) for imports,
`reverse_import` to withdraw one. Postings are insert-only; that an entry balances is judged by the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from services.events.base import Event
from services.events.orders import RefundRecorded, SaleLine, SaleRecorded
from services.kit import outbox
from services.kit.db import Conn, every
from services.kit.ids import new_id
from services.kit.outbox import MAX_LINES, Lane
from services.kit.time import business_date
from services.orders.domain.ledger.lines import Document, Move, NewLine, RefundPart, Remaining
from services.orders.store.ledger.columns import ENTRY_COLUMNS, POSTING_COLUMNS, SALE_LINE_COLUMNS, SALE_LINE_NAMES

Origin = Literal["native", "import"]
COPIED_TOGETHER = 2_000


@dataclass(frozen=True)
class Posting:
    """Debit positive, credit negative."""

    account: str
    party: str
    amount_fen: int


@dataclass(frozen=True)
class Entry:
    """Money that moves without a sale (placement, cancellation, a refund made by the provider)."""

    merchant_id: UUID
    kind: str
    document_kind: str
    document_id: UUID
    postings: tuple[Posting, ...]
    entry_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Booking:
    """One document's lines with where its money goes."""

    document: Document
    lines: tuple[NewLine, ...]
    moves: tuple[Move, ...]
    kind: str = "sale"


@dataclass
class _Rows:
    """Rows in the order of the column lists."""

    lines: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    postings: list[tuple[Any, ...]] = field(default_factory=list)


def moved(moves: Iterable[Move], amount_fen: int) -> tuple[Posting, ...]:
    """Two postings a move; nothing for nothing."""
    if amount_fen == 0:
        return ()
    return tuple(p for m in moves for p in (
        Posting(m.debit, m.debit_party, amount_fen), Posting(m.credit, m.credit_party, -amount_fen)))


def _book(rows: _Rows, booking: Booking, recorded_at: datetime, origin: Origin, import_id: UUID | None) -> None:
    document = booking.document
    by_merchant: dict[UUID, list[NewLine]] = {}
    for line in booking.lines:
        by_merchant.setdefault(line.merchant_id, []).append(line)
    for merchant_id, lines in by_merchant.items():
        entry_id = new_id()
        for line in lines:
            rows.lines.append((
                merchant_id, line.line_id, line.kind, line.reverses, entry_id, line.channel, line.evidence, origin, line.sold_at,
                recorded_at, line.day, line.product_id, line.category, list(line.labels), line.origin_county, line.consumption_county,
                line.buyer_org_id,
                line.organised_by, line.session_id, line.outlet_id, line.contract_id, line.campaign_id, document.kind, document.id,
                document.no, line.quantity, line.unit, line.quantity_kg, line.amount_fen, line.paper, import_id, line.import_line))
        _enter(rows, Entry(merchant_id, booking.kind, document.kind, document.id, moved(booking.moves, sum(x.amount_fen for x in lines)),
                           entry_id), lines[0].day, recorded_at, import_id)


def _enter(rows: _Rows, entry: Entry, day: date, posted_at: datetime, import_id: UUID | None) -> None:
    rows.entries.append((entry.merchant_id, entry.entry_id, entry.kind, entry.document_kind, entry.document_id, day, posted_at, import_id))
    rows.postings += [
        (entry.merchant_id, entry.entry_id, n, str(p.account), p.party, p.amount_fen) for n, p in enumerate(entry.postings, 1)]


def _insert_sql(table: str, columns: Sequence[tuple[str, str]]) -> str:
    names = ", ".join(name for name, _ in columns)
    types = ", ".join(f"{name} {kind}" for name, kind in columns)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_to_recordset(%s) AS r({types})"  # noqa: S608 – constants


_TABLES = (("sale_lines", SALE_LINE_COLUMNS), ("journal_entries", ENTRY_COLUMNS), ("postings", POSTING_COLUMNS))
_INSERT = {table: _insert_sql(table, columns) for table, columns in _TABLES}


def _by_table(rows: _Rows) -> tuple[tuple[str, Sequence[tuple[str, str]], list[tuple[Any, ...]]], ...]:
    return tuple((table, columns, part) for (table, columns), part in zip(_TABLES, (rows.lines, rows.entries, rows.postings), strict=True))


def _write(conn: Conn, rows: _Rows) -> None:
    """A statement a table, each with one parameter, so that it goes into a pipeline and is prepared once."""
    for table, columns, part in _by_table(rows):
        if part:
            conn.execute(_INSERT[table], [Jsonb([dict(zip((n for n, _ in columns), row, strict=True)) for row in part])])


def _copy(conn: Conn, rows: _Rows) -> None:
    for table, columns, part in _by_table(rows):
        names = ", ".join(n for n, _ in columns)
        with conn.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types([kind for _, kind in columns])
            for row in part:
                copy.write_row(row)


_LINE_FIELDS = [(index, name) for index, name in enumerate(SALE_LINE_NAMES) if name != "entry_id"]


_KIND = SALE_LINE_NAMES.index("kind")


def _event_line(row: tuple[Any, ...]) -> SaleLine:
    """Rows were checked when they were made: no second validation of thirty thousand lines."""
    return SaleLine.model_construct(None, **{n: tuple(row[i]) if n == "labels" else row[i] for i, n in _LINE_FIELDS})


def _events(document: str, rows: Sequence[tuple[Any, ...]], version: int) -> Iterator[tuple[Event, int]]:
    """Made one by one as they are written: a large import's lines as models take ten times their room in the file."""
    for event, kind in ((SaleRecorded, "sale"), (RefundRecorded, "refund")):
        queue = (row for row in rows if row[_KIND] == kind)
        while chunk := tuple(map(_event_line, islice(queue, MAX_LINES))):
            yield event.model_construct(document=document, lines=chunk), version


def record_sale(
    conn: Conn, document: Document, lines: Sequence[NewLine], moves: Sequence[Move], *, recorded_at: datetime, lane: Lane = "live",
    origin: Origin = "native", import_id: UUID | None = None, kind: str = "sale",
) -> None:
    """Write the lines of one document, one journal entry a merchant, and publish them. ``recorded_at`` is the clock read
    under the lock that the sale was judged by. May stand in a pipeline."""
    rows = _Rows()
    _book(rows, Booking(document, tuple(lines), tuple(moves), kind), recorded_at, origin, import_id)
    _write(conn, rows)
    outbox.publish_many(conn, _events(f"{document.kind}:{document.id}", rows.lines, document.version), lane)


def record_many(conn: Conn, bookings: Iterable[Booking], *, recorded_at: datetime, import_id: UUID, lane: Lane = "import",
                origin: Origin = "import", part: str = "") -> int:
    """An import's documents by COPY; returns the number of lines. Events carry up to 500 lines of many documents."""
    queue, count = iter(bookings), 0
    while batch := list(islice(queue, COPIED_TOGETHER)):
        rows = _Rows()
        for booking in batch:
            _book(rows, booking, recorded_at, origin, import_id)
        _copy(conn, rows)
        outbox.publish_many(conn, _events(f"import:{import_id}{part}", rows.lines, 1), lane)
        count += len(rows.lines)
    return count


def post(conn: Conn, entries: Sequence[Entry], *, posted_at: datetime) -> None:
    """Entries that are no sale: money promised, given back, arrived."""
    rows = _Rows()
    for entry in entries:
        _enter(rows, entry, business_date(posted_at), posted_at, None)
    _write(conn, rows)


def sale_lines(conn: Conn, merchant_id: UUID, line_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    return every(conn, "SELECT * FROM sale_lines WHERE merchant_id = %s AND line_id = ANY(%s) AND kind = 'sale' ORDER BY line_id",
                 [merchant_id, list(line_ids)])


def document_lines(conn: Conn, kind: str, document_id: UUID) -> list[dict[str, Any]]:
    """Every line of a document, sales and refunds, oldest first."""
    return every(conn, "SELECT * FROM sale_lines WHERE document_kind = %s AND document_id = %s ORDER BY recorded_at, line_id",
                 [kind, document_id])


def remaining(conn: Conn, originals: Sequence[dict[str, Any]]) -> dict[UUID, Remaining]:
    """What is left to refund of each sale line. Hold the lock that all refunds of these lines take (payment or document)."""
    left = {row["line_id"]: Remaining(row["quantity"], row["amount_fen"]) for row in originals}
    for row in every(
        conn, "SELECT reverses, sum(quantity) AS quantity, sum(amount_fen)::bigint AS amount_fen FROM sale_lines "
        "WHERE merchant_id = ANY(%s) AND reverses = ANY(%s) GROUP BY reverses",
        [list({o["merchant_id"] for o in originals}), list(left)],
    ):
        before = left[row["reverses"]]
        left[row["reverses"]] = Remaining(before.quantity + row["quantity"], before.amount_fen + row["amount_fen"])
    return left


def _line_of(row: dict[str, Any]) -> NewLine:
    return NewLine(
        line_id=row["line_id"], merchant_id=row["merchant_id"], product_id=row["product_id"], channel=row["channel"],
        evidence=row["evidence"], sold_at=row["sold_at"], origin_county=row["origin_county"],
        consumption_county=row["consumption_county"], quantity=row["quantity"], unit=row["unit"], amount_fen=row["amount_fen"],
        quantity_kg=row["quantity_kg"], category=row["category"], labels=tuple(row["labels"]), business_date=row["business_date"],
        buyer_org_id=row["buyer_org_id"], organised_by=row["organised_by"], session_id=row["session_id"], outlet_id=row["outlet_id"],
        contract_id=row["contract_id"], campaign_id=row["campaign_id"], paper=row["paper"], import_line=row["import_line"])


def refund_line(original: dict[str, Any], part: RefundPart, refunded_at: datetime, line_id: UUID | None = None) -> NewLine:
    """The negative line of a part refund: dimensions copied, dated ``refunded_at``."""
    kg: Decimal | None = original["quantity_kg"]
    if kg is not None:
        kg = -round(kg * part.quantity / original["quantity"], 3) if original["quantity"] else Decimal(0)
    return replace(_line_of(original), line_id=line_id or new_id(), kind="refund", reverses=original["line_id"], sold_at=refunded_at,
                   business_date=None, quantity=-part.quantity, quantity_kg=kg, amount_fen=-part.amount_fen)


def record_refund(
    conn: Conn, document: Document, parts: Sequence[tuple[dict[str, Any], RefundPart, UUID]], moves: Sequence[Move], *,
    recorded_at: datetime, lane: Lane = "live", origin: Origin = "native",
) -> None:
    """``parts``: (sale line row, positive part, id of the refund line). ``moves`` as the sale's: amounts are negative.

    The caller has locked what serialises the refunds of these lines and has judged the parts by `remaining`.
    """
    lines = [refund_line(row, part, recorded_at, line_id) for row, part, line_id in parts]
    record_sale(conn, document, lines, moves, recorded_at=recorded_at, lane=lane, origin=origin, kind="refund")


def reverse_rows(conn: Conn, originals: Sequence[dict[str, Any]], moves: Sequence[Move], *, recorded_at: datetime, import_id: UUID,
                 lane: Lane = "import", origin: Origin = "import", part: str = ":withdrawn") -> int:
    """Lines that undo ``originals`` on their own days, so that a figure as of any day is what it was without them."""
    bookings: dict[tuple[str, UUID], list[NewLine]] = {}
    documents: dict[tuple[str, UUID], Document] = {}
    for row in originals:
        key = (row["document_kind"], row["document_id"])
        documents[key] = Document(row["document_kind"], row["document_id"], row["document_no"])
        kg = row["quantity_kg"]
        bookings.setdefault(key, []).append(replace(
            _line_of(row), line_id=new_id(), kind="refund", reverses=row["line_id"], quantity=-row["quantity"],
            quantity_kg=None if kg is None else -kg, amount_fen=-row["amount_fen"]))
    return record_many(conn, [Booking(documents[key], tuple(lines), tuple(moves), "reversal") for key, lines in bookings.items()],
                       recorded_at=recorded_at, import_id=import_id, lane=lane, origin=origin, part=part)


def reverse_import(conn: Conn, import_id: UUID, moves: Sequence[Move], *, recorded_at: datetime) -> int:
    """Undo every line of an import (its state machine calls this once). Returns the number of lines undone."""
    rows = every(conn, "SELECT * FROM sale_lines WHERE import_id = %s ORDER BY business_date, line_id", [import_id])
    return reverse_rows(conn, rows, moves, recorded_at=recorded_at, import_id=import_id)
