"""Orders of an earlier shop and totals carried forward: final state, no stock, withdrawn as a whole on their own days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from services.events.orders import RefundRecorded, SaleRecorded
from services.kit.db import every, value
from services.orders.app import SERVICE
from tests.orders.support import Market, assert_ledger_holds, certificate, open_market
from tests.support.service import OPERATOR, Harness

CUTOVER = datetime(2026, 10, 31, 16, tzinfo=UTC)
ORDERS_HEAD = "订单编号,付款时间,消费地,产品编号,数量,单位,单价,退款数量,退款时间\n"
CARRIED_HEAD = "entry_no,as_of_day,channel,county_code,consumption_county,merchant_code,amount,paper\n"


@pytest.fixture
def market(make_service: Callable[..., Harness]) -> Market:
    orders = make_service(SERVICE)
    orders.set_cutover(CUTOVER)
    return open_market(orders, 2, changes=[{}, {"certificates": (certificate(date(2025, 1, 1), date(2025, 12, 31)),)}])


def imported(market: Market, kind: str, content: str) -> dict[str, object]:
    return market.orders.import_file(kind, content)


def test_orders_come_in_as_paid_with_their_refunds_on_their_own_day(market: Market) -> None:
    no = market.products[0].product_no
    done = imported(market, "online_orders", ORDERS_HEAD + f"XS-1,2025-11-03 20:14,371502,{no},3,箱,24.80,1,2025-11-06 10:02\n"
                    + f"XS-2,2025-11-03 23:59,市外,{no},1.5,kg,10.00,,\n")
    assert (done["state"], done["errors"]) == ("applied", [])
    (sale,), (refund,) = market.orders.published(SaleRecorded), market.orders.published(RefundRecorded)
    assert [(x["amount_fen"], x["business_date"], x["consumption_county"], x["origin"]) for x in sale["lines"]] == [
        (7440, "2025-11-03", "371502", "import"), (1500, "2025-11-03", "outside", "import")]
    assert [(x["amount_fen"], x["business_date"], x["reverses"]) for x in refund["lines"]] == [
        (-2480, "2025-11-06", sale["lines"][0]["line_id"])]
    with market.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM stock_movements") == 0
        assert {r["account"] for r in every(conn, "SELECT account FROM postings")} == {"settled_outside_receipts", "settled_outside_sales"}
    assert_ledger_holds(market.orders)


def test_a_withdrawn_import_is_on_no_day_any_more_and_may_come_again(market: Market) -> None:
    content = ORDERS_HEAD + f"XS-1,2025-11-03 20:14,371502,{market.products[0].product_no},3,箱,24.80,1,2025-11-06 10:02\n"
    first = imported(market, "online_orders", content)
    assert imported(market, "online_orders", content)["state"] == "duplicate"
    market.orders.post(f"/imports/{first['import_id']}/withdraw", OPERATOR).ok()
    market.orders.run_jobs()
    with market.orders.db.reading() as conn:
        assert every(conn, "SELECT 1 AS x FROM sale_lines GROUP BY business_date HAVING sum(amount_fen) <> 0 OR sum(quantity) <> 0") == []
    assert imported(market, "online_orders", content)["state"] == "applied"
    with market.orders.db.reading() as conn:
        assert value(conn, "SELECT sum(amount_fen) FROM sale_lines") == 4960
    assert_ledger_holds(market.orders)


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_written(market: Market) -> None:
    good, expired = (p.product_no for p in market.products)
    refused = imported(market, "online_orders", ORDERS_HEAD + "\n".join([
        f"XS-1,2025-11-03 20:14,371502,{good},3,箱,24.80,4,2025-11-06 10:02",
        f"XS-2,2026-02-03 20:14,371502,{expired},3,箱,24.80,,",
        "XS-3,2025-11-03 20:14,371502,P-NONE,3,箱,24.80,,",
        f"XS-4,2026-11-03 20:14,371502,{good},3,箱,24.80,,",
        f"XS-5,2025-11-03 20:14,371502,{good},1.5,箱,24.80,,",
        f"XS-6,2025-11-03 20:14,371502,{good},1,箱,24.80,1,2025-11-01 10:02",
        f"XS-7,2025-11-03 20:14,371502,{good},1,桶,24.80,,",
        f"XS-8,2025-11-03 20:14,371502,{good},=1+1,箱,24.80,,"]) + "\n")
    assert refused["state"] == "refused"
    assert sorted((e["line"], e["code"]) for e in refused["errors"]) == [  # type: ignore[attr-defined,index]
        (2, "MORE_THAN_SOLD"), (3, "NOT_CERTIFIED_THEN"), (4, "UNKNOWN"), (5, "AFTER_CUTOVER"), (6, "INVALID_QUANTITY"),
        (7, "BAD_REFUND_TIME"), (8, "WRONG_UNIT"), (9, "FORMULA")]
    assert market.orders.published(SaleRecorded) == []


def test_a_sale_inside_a_withdrawn_interval_is_no_history(market: Market) -> None:
    from services.events.catalog import ProductWithdrawn, WithdrawnPeriod
    from services.kit.ids import new_id

    product = market.products[0]
    first, last = datetime(2025, 11, 1, tzinfo=UTC), datetime(2025, 11, 5, tzinfo=UTC)
    state = product.model_copy(update={
        "version": 2, "withdrawals": (WithdrawnPeriod(kind="suspended", from_instant=first, until_instant=last),)})
    market.orders.deliver(ProductWithdrawn(product=state, withdrawal_id=new_id(), kind="suspended", decided_at=market.orders.now()),
                          version=2, lane="import")
    line = "{no},{at},371502,{product},1,箱,24.80,,\n"
    refused = imported(market, "online_orders", ORDERS_HEAD + line.format(no="XS-1", at="2025-11-03 20:14", product=product.product_no))
    assert refused["errors"][0]["code"] == "NOT_CERTIFIED_THEN"  # type: ignore[index]
    taken = imported(market, "online_orders", ORDERS_HEAD + line.format(no="XS-1", at="2025-11-06 20:14", product=product.product_no))
    assert taken["state"] == "applied"


def test_totals_are_carried_forward_with_their_paper_and_without_a_merchant(market: Market) -> None:
    code = market.merchant.credit_code
    done = imported(market, "carried_forward", CARRIED_HEAD + "JZ-1,2023-12-31,专柜专区,371502,,,1200000.00,2023年度报表\n"
                    + f"JZ-2,2023-12-31,external,371503,outside,{code},5.00,2023年度报表\n")
    assert (done["state"], done["errors"]) == ("applied", [])
    (event,) = market.orders.published(SaleRecorded)
    assert [(x["evidence"], x["amount_fen"], x["business_date"], x["consumption_county"]) for x in event["lines"]] == [
        ("carried_forward", 120_000_000, "2023-12-31", "unknown"), ("carried_forward", 500, "2023-12-31", "outside")]
    document = market.orders.get(f"/documents/carried_forward/{event['lines'][0]['document_id']}", OPERATOR).ok()
    assert (document["no"], document["paper"]) == ("JZ-1", "2023年度报表")
    assert_ledger_holds(market.orders)
