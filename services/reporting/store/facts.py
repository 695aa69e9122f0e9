"""Sale lines as they were published, one partition a month, made when the month first appears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from psycopg import conninfo, sql

from services.kit.db import Conn, connect, value
from services.kit.time import next_month

COLUMNS = (
    "merchant_id",
    "business_date",
    "line_id",
    "kind",
    "reverses",
    "channel",
    "evidence",
    "origin",
    "sold_at",
    "recorded_at",
    "product_id",
    "category",
    "labels",
    "origin_county",
    "consumption_county",
    "institution_id",
    "organised_by",
    "session_id",
    "outlet_id",
    "contract_id",
    "campaign_id",
    "document_kind",
    "document_id",
    "document_no",
    "quantity",
    "unit",
    "quantity_kg",
    "amount_fen",
    "paper",
    "import_id",
    "import_line",
)
# The payload says `buyer_org_id`; everything else is called alike.
_KEYS = tuple("buyer_org_id" if column == "institution_id" else column for column in COLUMNS if column != "labels")
_LABELS_AT = COLUMNS.index("labels")
_TABS = len(COLUMNS) - 1
COPY = f"COPY sales_facts ({', '.join(COLUMNS)}) FROM STDIN (FORMAT text, NULL '')"
PIECE = 20_000


def insert(conn: Conn, lines: Sequence[dict[str, Any]]) -> None:
    """``lines``: payloads of `services.events.orders.SaleLine`. In pieces, so that no statement meets its time limit."""
    ensure_months(conn, {str(line["business_date"])[:7] for line in lines})
    for start in range(0, len(lines), PIECE):
        data = "".join([copy_text(line) for line in lines[start : start + PIECE]])
        with conn.cursor().copy(COPY) as copy:
            copy.write(data)


def copy_text(line: dict[str, Any]) -> str:
    """One line in PostgreSQL's copy format. The values are text or integers already, so this is a join; only text that
    holds a separator takes the slow way."""
    cells = ["" if (cell := line.get(key)) is None else cell if type(cell) is str else str(cell) for key in _KEYS]
    labels = line.get("labels") or ()
    cells.insert(_LABELS_AT, "{" + ",".join(labels) + "}")
    text = "\t".join(cells)
    if text.count("\t") != _TABS or "\\" in text or "\n" in text or "\r" in text:
        text = "\t".join(cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") for cell in cells)
    return text + "\n"


def ensure_months(conn: Conn, months: Iterable[str]) -> None:
    """``2026-10`` …. A month that is new is made on a connection of its own and stands at once, so that nobody waits for it until a
    batch of history commits; an empty month does no harm when the batch does not."""
    wanted = sorted(month for month in set(months) if value(conn, "SELECT to_regclass(%s)", [_partition(month)]) is None)
    if not wanted:
        return
    with connect(conninfo.make_conninfo(conn.info.dsn, password=conn.info.password)) as apart, apart.transaction():
        value(apart, "SELECT pg_advisory_xact_lock(hashtext('reporting:partitions'))::text")
        for month in wanted:
            if value(apart, "SELECT to_regclass(%s)", [_partition(month)]) is None:
                _make_partition(apart, month)


def _partition(month: str) -> str:
    return f"sales_facts_{month.replace('-', '_')}"


def _make_partition(conn: Conn, month: str) -> None:
    """Made apart and then attached: attaching holds up neither readers nor writers of the other months."""
    name, first = sql.Identifier(_partition(month)), date.fromisoformat(f"{month}-01")
    conn.execute(sql.SQL("CREATE TABLE {} (LIKE sales_facts INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(name))
    conn.execute(
        sql.SQL("ALTER TABLE sales_facts ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            name, sql.Literal(first), sql.Literal(next_month(first))
        )
    )


def last_day(conn: Conn) -> date | None:
    """The latest business date of any line."""
    day: date | None = value(conn, "SELECT max(business_date) FROM sales_facts")
    return day
