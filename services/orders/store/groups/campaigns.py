"""Campaigns, their goods, members and choices. The campaign's row is locked first by everything that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.orders.domain.groups.campaign import Choice, Good

BUDGET = "campaign_budget"
"""The account in `limits` that holds what members have chosen at the union's cost; the subject is the campaign."""


def insert(conn: Conn, head: dict[str, Any], goods: Sequence[tuple[Good, UUID]]) -> bool:
    """False when the number is taken. ``goods`` with their merchants."""
    names = ", ".join(head)
    done = conn.execute(
        f"INSERT INTO campaigns ({names}) VALUES ({', '.join(f'%({name})s' for name in head)}) ON CONFLICT DO NOTHING",  # noqa: S608
        head,
    ).rowcount
    if done:
        conn.execute(
            "INSERT INTO campaign_goods (campaign_id, product_id, merchant_id, price_fen, price_unit, unit, quota) "
            "SELECT %s, * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::numeric[])",
            [
                head["campaign_id"],
                [g.product_id for g, _ in goods],
                [m for _, m in goods],
                [g.price_fen for g, _ in goods],
                [g.price_unit for g, _ in goods],
                [g.unit for g, _ in goods],
                [g.quota for g, _ in goods],
            ],
        )
    return bool(done)


def find(conn: Conn, campaign_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM campaigns WHERE campaign_id = %s AND state <> 'void'", [campaign_id])


def lock(conn: Conn, campaign_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM campaigns WHERE campaign_id = %s AND state <> 'void' FOR UPDATE", [campaign_id])


def goods(conn: Conn, campaign_id: UUID) -> list[Row]:
    return every(conn, "SELECT * FROM campaign_goods WHERE campaign_id = %s ORDER BY product_id", [campaign_id])


def good_of(row: Row) -> Good:
    return Good(row["product_id"], row["price_fen"], row["price_unit"], row["quota"])


def change(conn: Conn, campaign_id: UUID, **columns: Any) -> Row:
    """The locked row with its new version; columns by name, from our own code only."""
    names = "".join(f", {name} = %({name})s" for name in columns)
    row = one(
        conn,
        f"UPDATE campaigns SET version = version + 1{names} WHERE campaign_id = %(campaign_id)s RETURNING *",  # noqa: S608
        {"campaign_id": campaign_id, **columns},
    )
    assert row is not None
    return row


def member(conn: Conn, campaign_id: UUID, account_id: str) -> Row | None:
    return one(conn, "SELECT * FROM campaign_members WHERE campaign_id = %s AND account_id = %s", [campaign_id, account_id])


def members(conn: Conn, campaign_id: UUID) -> list[Row]:
    return every(conn, "SELECT * FROM campaign_members WHERE campaign_id = %s ORDER BY account_id", [campaign_id])


def join(conn: Conn, campaign_id: UUID, account_id: str, choices: Sequence[tuple[UUID, UUID, Choice]], at: datetime) -> None:
    """``choices``: (id, merchant, choice). The primary key keeps an account from joining twice."""
    conn.execute(
        "INSERT INTO campaign_members (campaign_id, account_id, joined_at, union_fen, member_fen) VALUES (%s, %s, %s, %s, %s)",
        [campaign_id, account_id, at, sum(c.union_fen for _, _, c in choices), sum(c.member_fen for _, _, c in choices)],
    )
    conn.execute(
        "INSERT INTO campaign_choices (campaign_id, choice_id, account_id, product_id, merchant_id, quantity, amount_fen, union_fen, "
        "union_quantity) SELECT %s, c.choice_id, %s, c.product_id, c.merchant_id, c.quantity, c.amount_fen, c.union_fen, c.union_quantity "
        "FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::numeric[], %s::bigint[], %s::bigint[], %s::numeric[]) "
        "AS c (choice_id, product_id, merchant_id, quantity, amount_fen, union_fen, union_quantity)",
        [
            campaign_id,
            account_id,
            [i for i, _, _ in choices],
            [c.product_id for _, _, c in choices],
            [m for _, m, _ in choices],
            [c.quantity for _, _, c in choices],
            [c.amount_fen for _, _, c in choices],
            [c.union_fen for _, _, c in choices],
            [c.union_quantity for _, _, c in choices],
        ],
    )


def choices(conn: Conn, campaign_id: UUID, accounts: Sequence[str] | None = None) -> list[Row]:
    """Of some members, or of all."""
    return every(
        conn,
        "SELECT * FROM campaign_choices WHERE campaign_id = %(id)s AND (%(accounts)s::text[] IS NULL "
        "OR account_id = ANY(%(accounts)s)) ORDER BY product_id, choice_id",
        {"id": campaign_id, "accounts": None if accounts is None else list(accounts)},
    )


def choice_of(row: Row) -> Choice:
    return Choice(row["product_id"], row["quantity"], row["amount_fen"], row["union_fen"], row["union_quantity"])


def set_members(conn: Conn, campaign_id: UUID, accounts: Sequence[str], state: str, payment_id: UUID | None = None) -> None:
    conn.execute(
        "UPDATE campaign_members SET state = %s, payment_id = %s WHERE campaign_id = %s AND account_id = ANY(%s)",
        [state, payment_id, campaign_id, list(accounts)],
    )


def set_stock(conn: Conn, campaign_id: UUID, choice_ids: Sequence[UUID], state: str) -> None:
    conn.execute(
        "UPDATE campaign_choices SET stock_state = %s WHERE campaign_id = %s AND choice_id = ANY(%s)",
        [state, campaign_id, list(choice_ids)],
    )


def add_lines(conn: Conn, campaign_id: UUID, rows: Sequence[tuple[Any, ...]]) -> None:
    """(line_id, product_id, merchant_id, payer, quantity, unit, price_fen, price_unit, amount_fen, state) each."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO campaign_lines (campaign_id, line_id, product_id, merchant_id, payer, quantity, unit, price_fen, price_unit, "
            "amount_fen, state) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(campaign_id, *row) for row in rows],
        )


def past_deadline(conn: Conn, today: date) -> list[UUID]:
    return [
        row["campaign_id"]
        for row in every(
            conn, "SELECT campaign_id FROM campaigns WHERE state = 'open' AND deadline < %s ORDER BY deadline LIMIT 200", [today]
        )
    ]


def past_holding(conn: Conn, today: date) -> list[UUID]:
    return [
        row["campaign_id"]
        for row in every(
            conn,
            "SELECT campaign_id FROM campaigns WHERE state = 'closed' AND deadline + hold_days < %s ORDER BY deadline LIMIT 200",
            [today],
        )
    ]


def open_payment(conn: Conn, payment_id: UUID, buyer: str, campaign_id: UUID, amount_fen: int, at: datetime, until: datetime) -> None:
    """A payment of the shopping desk; its purpose leads back here."""
    conn.execute(
        "INSERT INTO payments (buyer, payment_id, purpose, reference_id, amount_fen, placed_at, expires_at) "
        "VALUES (%s, %s, 'campaign', %s, %s, %s, %s)",
        [buyer, payment_id, campaign_id, amount_fen, at, until],
    )
