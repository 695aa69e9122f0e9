"""The directory's ready rows, made anew from the tables in the transaction of each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.kit.db import Conn

# A product's place in the default order: pictures first, then mixed by a digest, so that no merchant stands first by its name.
REFRESH = """
INSERT INTO listing AS l (merchant_id, product_id, product_no, name, merchant_name, category, family, county_code,
    county_name, image, price_fen,
    unit, pack, net_weight_g, bulk_price_fen_per_kg, offer_version, is_food, season_months, state, hidden, certified,
        label_slugs, label_from,
    label_until, rank, certified_at)
SELECT p.merchant_id, p.product_id, p.product_no, p.name, m.name, p.category, p.family, p.county_code, coalesce(c.name_zh, p.county_code),
    p.images[1], p.price_fen, p.unit, p.pack, p.net_weight_g, p.bulk_price_fen_per_kg, p.offer_version, p.is_food, p.season_months, p.state,
    p.state NOT IN ('certified', 'expired') OR m.state NOT IN ('certified', 'expired'),
    coalesce(pc.certified, '{}'::tstzmultirange) * coalesce(mc.certified, '{}'::tstzmultirange),
    coalesce(lb.slugs, '{}'), coalesce(lb.from_days, '{}'), coalesce(lb.until_days, '{}'),
    (hashtext(p.product_id::text) & 1073741823) + CASE WHEN cardinality(p.images) = 0 THEN 1073741824 ELSE 0 END,
    lower(coalesce(pc.certified, '{}'::tstzmultirange))
FROM products p JOIN merchants m USING (merchant_id) LEFT JOIN counties c ON c.code = p.county_code
LEFT JOIN LATERAL (SELECT range_agg(tstzrange(valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
        (valid_until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')) AS certified
    FROM certificates x WHERE x.merchant_id = p.merchant_id AND x.subject_id = p.product_id) pc ON true
LEFT JOIN LATERAL (SELECT range_agg(tstzrange(valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
        (valid_until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')) AS certified
    FROM certificates x WHERE x.merchant_id = p.merchant_id AND x.subject_id = p.merchant_id) mc ON true
LEFT JOIN LATERAL (SELECT array_agg(label ORDER BY valid_from, label) AS slugs,
    array_agg(valid_from ORDER BY valid_from, label) AS from_days,
        array_agg(coalesce(valid_until, 'infinity') ORDER BY valid_from, label) AS until_days
    FROM labels x WHERE x.merchant_id = p.merchant_id AND x.product_id = p.product_id) lb ON true
WHERE p.merchant_id = ANY(%(merchants)s) AND (%(products)s::uuid[] IS NULL OR p.product_id = ANY(%(products)s))
ORDER BY p.merchant_id, p.product_id
ON CONFLICT (merchant_id, product_id) DO UPDATE SET product_no = excluded.product_no, name = excluded.name,
    merchant_name = excluded.merchant_name,
    category = excluded.category, family = excluded.family, county_code = excluded.county_code, county_name = excluded.county_name,
    image = excluded.image, price_fen = excluded.price_fen, unit = excluded.unit, pack = excluded.pack,
        net_weight_g = excluded.net_weight_g,
    bulk_price_fen_per_kg = excluded.bulk_price_fen_per_kg, offer_version = excluded.offer_version, is_food = excluded.is_food,
    season_months = excluded.season_months, state = excluded.state, hidden = excluded.hidden, certified = excluded.certified,
    label_slugs = excluded.label_slugs, label_from = excluded.label_from, label_until = excluded.label_until, rank = excluded.rank,
    certified_at = excluded.certified_at
"""


def refresh(conn: Conn, merchant_ids: Sequence[UUID], product_ids: Sequence[UUID] | None = None) -> None:
    """Of these products of these merchants, all of their products without ``product_ids``. The merchants are locked or held."""
    conn.execute(REFRESH, {"merchants": list(merchant_ids), "products": None if product_ids is None else list(product_ids)})


def set_availability(conn: Conn, product_id: UUID, level: str, version: int) -> bool:
    """Takes a higher version only."""
    return (
        conn.execute(
            "UPDATE listing SET availability = %s, availability_version = %s WHERE product_id = %s AND availability_version < %s",
            [level, version, product_id, version],
        ).rowcount
        == 1
    )


def lapsed(conn: Conn, today: date, limit: int) -> list[tuple[UUID, UUID]]:
    """Products that are still called certified although their last certificate has ended: (merchant_id, product_id)."""
    rows = conn.execute(
        "SELECT merchant_id, product_id FROM products p WHERE state = 'certified' AND NOT EXISTS (SELECT 1 FROM certificates c "
        "WHERE c.merchant_id = p.merchant_id AND c.subject_id = p.product_id AND c.valid_until >= %s) ORDER BY product_id LIMIT %s",
        [today, limit],
    ).fetchall()
    return [(row["merchant_id"], row["product_id"]) for row in rows]


def lapsed_merchants(conn: Conn, today: date, limit: int) -> list[UUID]:
    rows = conn.execute(
        "SELECT merchant_id FROM merchants m WHERE state = 'certified' AND NOT EXISTS (SELECT 1 FROM certificates c "
        "WHERE c.merchant_id = m.merchant_id AND c.subject_id = m.merchant_id AND c.valid_until >= %s) ORDER BY merchant_id LIMIT %s",
        [today, limit],
    ).fetchall()
    return [row["merchant_id"] for row in rows]


def remove(conn: Conn, product_ids: Sequence[UUID]) -> None:
    conn.execute("DELETE FROM listing WHERE product_id = ANY(%s)", [list(product_ids)])


def now_and_today(conn: Conn) -> tuple[datetime, date]:
    """The database's instant and its day in Asia/Shanghai, in one trip."""
    row = conn.execute("SELECT t AS now, (t AT TIME ZONE 'Asia/Shanghai')::date AS today FROM (SELECT bangfu_now() AS t) x").fetchone()
    assert row is not None
    return row["now"], row["today"]
