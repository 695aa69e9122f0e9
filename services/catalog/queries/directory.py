"""The directory: ready rows in one statement, by the clock of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.images import card_key
from services.kit.db import Conn, Row, every
from services.kit.paging import Page, decode_cursor, page_of

SORTS: dict[str, tuple[str, str, str, str]] = {
    # name: sort column, direction, compare, type
    "default": ("l.rank", "ASC", ">", "int"),
    "price": ("l.price_fen", "ASC", ">", "bigint"),
    "-price": ("l.price_fen", "DESC", "<", "bigint"),
    "new": ("l.certified_at", "DESC", "<", "timestamptz"),
}
# The instant is read once a statement: a volatile function would be called for every row.
CLOCK = "t AS MATERIALIZED (SELECT now, (now AT TIME ZONE 'Asia/Shanghai')::date AS today FROM (SELECT bangfu_now() AS now) x)"
CARD = """
    l.product_id, l.product_no, l.merchant_id, l.merchant_name, l.name, l.category, l.family, l.county_code,
        l.county_name, l.image, l.price_fen,
    l.unit, l.pack, l.net_weight_g, l.bulk_price_fen_per_kg, l.offer_version, l.is_food, l.season_months, l.availability,
    CASE WHEN l.label_slugs = '{}' THEN '{}' ELSE ARRAY(SELECT x.slug FROM unnest(l.label_slugs, l.label_from, l.label_until) x (slug, f, u)
        WHERE (SELECT today FROM t) BETWEEN x.f AND x.u) END AS labels,
    ((SELECT upper(span) FROM unnest(l.certified) span WHERE span @> (SELECT now
        FROM t)) AT TIME ZONE 'Asia/Shanghai')::date - 1 AS valid_until
"""
SELLABLE = "NOT l.hidden AND l.certified @> (SELECT now FROM t)"
STATE = f"""
    CASE WHEN l.state NOT IN ('certified', 'expired') THEN l.state WHEN EXISTS (SELECT 1 FROM certificates c
        WHERE c.merchant_id = l.merchant_id AND c.subject_id = l.product_id AND c.valid_until >= (SELECT today FROM t)) THEN 'certified'
        ELSE 'expired' END AS state, ({SELLABLE}) AS sellable
"""  # noqa: S608 – constants only


def card(row: Row) -> Row:
    """``image`` is stored as the large picture's key; a card shows the small one."""
    if row["image"]:
        row["image"] = card_key(row["image"])
    return row


def directory(
    conn: Conn,
    *,
    county_code: str | None = None,
    category: str | None = None,
    label: str | None = None,
    merchant_id: UUID | None = None,
    sort: str = "default",
    first: int = 20,
    after: str | None = None,
) -> Page[Row]:
    """Cards of what may be sold now."""
    column, direction, compare, kind = SORTS[sort]
    where, params = [SELLABLE], []
    for clause, given in (("l.county_code = %s", county_code), ("l.category = %s", category), ("l.merchant_id = %s", merchant_id)):
        if given is not None:
            where.append(clause)
            params.append(given)
    if label is not None:
        where.append(
            "%s = ANY(l.label_slugs) AND EXISTS (SELECT 1 FROM unnest(l.label_slugs, l.label_from, l.label_until) x (slug, f, u) "
            "WHERE x.slug = %s AND (SELECT today FROM t) BETWEEN x.f AND x.u)"
        )
        params += [label, label]
    cursor = decode_cursor(after, 2)
    if cursor is not None:
        where.append(f"({column}, l.product_id) {compare} (%s::{kind}, %s::uuid)")
        params += cursor
    sql = (
        f"WITH {CLOCK} SELECT {CARD}, 'certified' AS state, true AS sellable, {column} AS sort_key FROM listing l "  # noqa: S608
        f"WHERE {' AND '.join(where)} ORDER BY {column} {direction}, l.product_id {direction} LIMIT %s"
    )
    rows = every(conn, sql, [*params, first + 1])
    page = page_of(rows, first, lambda row: (row["sort_key"], row["product_id"]))
    for row in page.items:
        del row["sort_key"]
        card(row)
    return page


def cards(conn: Conn, product_ids: Sequence[UUID], *, sellable_only: bool = False) -> list[Row]:
    """In the order asked; what is not known is left out."""
    sql = (
        f"WITH {CLOCK} SELECT {CARD}, {STATE} FROM listing l WHERE l.product_id = ANY(%s)"  # noqa: S608
        + (f" AND {SELLABLE}" if sellable_only else "")
    )
    found = {row["product_id"]: card(row) for row in every(conn, sql, [list(product_ids)])}
    return [found[p] for p in product_ids if p in found]


def listed(conn: Conn, *, merchant_id: UUID | None, county_code: str | None, state: str | None, first: int, after: str | None) -> Page[Row]:
    """Cards in any state, newest first: for the merchant itself and for officers."""
    cursor = decode_cursor(after, 1)
    sql = (
        f"WITH {CLOCK}, x AS (SELECT {CARD}, {STATE} FROM listing l WHERE (%(merchant)s::uuid IS NULL OR l.merchant_id = %(merchant)s) "  # noqa: S608
        "AND (%(county)s::text IS NULL OR l.county_code = %(county)s) AND (%(after)s::uuid IS NULL OR l.product_id < %(after)s)) "
        "SELECT * FROM x WHERE (%(state)s::text IS NULL OR state = %(state)s) ORDER BY product_id DESC LIMIT %(limit)s"
    )
    rows = every(
        conn, sql, {"merchant": merchant_id, "county": county_code, "state": state, "after": cursor and cursor[0], "limit": first + 1}
    )
    page = page_of(rows, first, lambda row: (row["product_id"],))
    for row in page.items:
        card(row)
    return page


def facet_names(conn: Conn) -> dict[str, dict[str, str]]:
    """dimension → value → Chinese name."""
    names: dict[str, dict[str, str]] = {"county_code": {}, "category": {}, "label": {}}
    for row in every(
        conn,
        "SELECT 'county_code' AS dimension, code AS key, name_zh FROM counties UNION ALL SELECT 'category', slug, name_zh "
        "FROM categories UNION ALL SELECT 'label', slug, name_zh FROM label_kinds",
    ):
        names[row["dimension"]][row["key"]] = row["name_zh"]
    return names


def as_answer(page: Page[Any]) -> dict[str, Any]:
    return {"items": page.items, "next_cursor": page.next_cursor}
