"""The ledger: sale lines come with their entry and event; postings balance and are never altered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from services.events.orders import RefundRecorded, SaleRecorded
from services.kit import clock
from services.kit.db import every, value
from services.kit.ids import new_id
from services.orders.app import SERVICE
from services.orders.domain.errors import LimitExceeded
from services.orders.domain.ledger.lines import OUTSIDE, Account, Document, Move, NewLine, RefundPart
from services.orders.store.ledger import limits
from services.orders.store.ledger.record import Booking, record_many, record_refund, record_sale, remaining, reverse_import, sale_lines
from tests.orders.support import assert_ledger_holds, open_market
from tests.support.service import Harness

TILL = (Move(Account.OUTLET_TAKINGS, Account.MERCHANT_PAYABLE),)


@pytest.fixture
def orders(make_service: Callable[..., Harness]) -> Harness:
    return make_service(SERVICE)


def line(orders: Harness, merchant_id: UUID, product_id: UUID, amount_fen: int = 1000, quantity: int = 3) -> NewLine:
    return NewLine(new_id(), merchant_id, product_id, "counter", "transacted", orders.now(), "371502", "371503", Decimal(quantity), "箱",
                   amount_fen, quantity_kg=Decimal("7.5"), category="fruit", labels=("green",))


def test_a_sale_is_written_with_a_balanced_entry_and_its_event(orders: Harness) -> None:
    market = open_market(orders)
    sold = line(orders, market.merchant.merchant_id, market.products[0].product_id)
    with orders.db.transaction() as conn:
        record_sale(conn, Document("slip", new_id(), "XP-1"), [sold], TILL, recorded_at=clock.now(conn))
    with orders.db.reading() as conn:
        assert [(p["account"], p["amount_fen"]) for p in every(conn, "SELECT * FROM postings ORDER BY posting_no")] == [
            ("outlet_takings", 1000), ("merchant_payable", -1000)]
    (event,) = orders.published(SaleRecorded)
    assert event["lines"][0]["line_id"] == str(sold.line_id)
    assert event["lines"][0]["labels"] == ["green"]
    assert Decimal(event["lines"][0]["quantity"]) == 3
    assert_ledger_holds(orders)


def test_postings_that_do_not_balance_are_refused_by_the_database(orders: Harness) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), orders.db.transaction() as conn:
        conn.execute("INSERT INTO postings VALUES (%(m)s, %(e)s, 1, 'rounding', '', 5), (%(m)s, %(e)s, 2, 'rounding', '', -4)",
                     {"m": new_id(), "e": new_id()})


@pytest.mark.parametrize("table", ["postings", "journal_entries", "sale_lines", "stock_movements"])
def test_rows_of_the_ledger_are_never_altered(orders: Harness, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET merchant_id = merchant_id", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.errors.RestrictViolation), orders.db.transaction() as conn:
            conn.execute(statement)


def test_the_last_part_refund_takes_the_remainder(orders: Harness) -> None:
    from services.orders.domain.ledger.lines import part_refund

    market = open_market(orders)
    sold = line(orders, market.merchant.merchant_id, market.products[0].product_id)
    document = Document("slip", new_id(), "XP-1")
    with orders.db.transaction() as conn:
        record_sale(conn, document, [sold], TILL, recorded_at=clock.now(conn))
    amounts = []
    for _ in range(3):
        with orders.db.transaction() as conn:
            rows = sale_lines(conn, sold.merchant_id, [sold.line_id])
            part = part_refund(rows[0]["quantity"], rows[0]["amount_fen"], remaining(conn, rows)[sold.line_id], quantity=Decimal(1))
            record_refund(conn, document, [(rows[0], part, new_id())], TILL, recorded_at=clock.now(conn))
            amounts.append(part.amount_fen)
    assert amounts == [333, 333, 334]
    with orders.db.reading() as conn:
        left = value(conn, "SELECT sum(amount_fen) FROM sale_lines")
        assert value(conn, "SELECT sum(quantity_kg) FROM sale_lines") == 0
    assert left == 0
    assert len(orders.published(RefundRecorded)) == 3
    assert_ledger_holds(orders)


def test_an_import_of_thirty_thousand_lines_balances_and_can_be_withdrawn(orders: Harness) -> None:
    market = open_market(orders)
    import_id = new_id()
    bookings = [
        Booking(Document("slip", new_id(), f"XP-{i}"),
                tuple(line(orders, market.merchant.merchant_id, market.products[0].product_id) for _ in range(3)), OUTSIDE)
        for i in range(100)
    ]
    bookings = [Booking(Document("slip", new_id(), f"XP-{i}"), tuple(
        replace(x, line_id=new_id()) for x in bookings[0].lines), OUTSIDE) for i in range(10_000)]
    with orders.db.transaction() as conn:
        assert record_many(conn, bookings, recorded_at=clock.now(conn), import_id=import_id) == 30_000
    events = orders.published(SaleRecorded)
    assert [len(e["lines"]) for e in events] == [500] * 60
    with orders.db.transaction() as conn:
        assert reverse_import(conn, import_id, OUTSIDE, recorded_at=clock.now(conn)) == 30_000
    with orders.db.reading() as conn:
        assert every(conn, "SELECT business_date FROM sale_lines GROUP BY business_date HAVING sum(amount_fen) <> 0") == []
        assert every(conn, "SELECT account FROM postings GROUP BY account HAVING sum(amount_fen) <> 0") == []
    assert_ledger_holds(orders)


def test_an_account_with_a_limit_never_goes_beyond_it(orders: Harness) -> None:
    with orders.db.transaction() as conn:
        limits.set_limit(conn, "credit", "i-1", 1000)
        limits.take(conn, "credit", "i-1", 700)
        with pytest.raises(LimitExceeded) as refused:
            limits.take(conn, "credit", "i-1", 301)
        assert refused.value.facts == {"needed_fen": 301, "left_fen": 300}
        limits.give_back(conn, "credit", "i-1", 700)
        limits.take(conn, "credit", "i-1", 1000)


def test_credit_for_one_is_taken_by_one_however_many_ask_at_once(orders: Harness) -> None:
    with orders.db.transaction() as conn:
        limits.set_limit(conn, "credit", "i-1", 1000)

    def take(_: int) -> bool:
        try:
            with orders.db.transaction() as conn:
                limits.take(conn, "credit", "i-1", 600)
            return True
        except LimitExceeded:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_the_last_second_of_a_year_in_shanghai_is_of_that_year(orders: Harness) -> None:
    market = open_market(orders)
    last = datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)
    lines = [replace(line(orders, market.merchant.merchant_id, market.products[0].product_id), sold_at=at)
             for at in (last, last + timedelta(seconds=1))]
    with orders.db.transaction() as conn:
        record_sale(conn, Document("slip", new_id(), "XP-1"), lines, TILL, recorded_at=clock.now(conn))
        days = {r["line_id"]: str(r["business_date"]) for r in every(conn, "SELECT line_id, business_date FROM sale_lines")}
    assert [days[x.line_id] for x in lines] == ["2025-12-31", "2026-01-01"]
    (event,) = orders.published(SaleRecorded)
    assert [x["business_date"] for x in event["lines"]] == ["2025-12-31", "2026-01-01"]


def test_a_refund_needs_something_left() -> None:
    from services.orders.domain.ledger.lines import RefundRefused, Remaining, part_refund

    left = Remaining(Decimal(1), 334)
    assert part_refund(Decimal(3), 1000, left) == RefundPart(Decimal(1), 334)
    for wrong in ({"quantity": Decimal(2)}, {"amount_fen": 335}, {"quantity": Decimal(0), "amount_fen": 0}, {"amount_fen": -1}):
        with pytest.raises(RefundRefused):
            part_refund(Decimal(3), 1000, left, **wrong)
