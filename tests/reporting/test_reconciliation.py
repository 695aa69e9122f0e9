"""Facts against orders' ledger: equal, different, on the move, behind, out of reach."""

from __future__ import annotations

from typing import Any

from services.kit.errors import Unavailable
from services.reporting.adapters.orders_ledger import OrdersLedger
from services.reporting.domain.balance import Balance, Difference, compare
from services.reporting.usecases.reconcile import reconcile_with
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU, OPERATOR


class Orders:
    """Answers as orders does, from given sale lines."""

    target = "orders"

    def __init__(self, *lines: Any, head: int = 0) -> None:
        self.lines, self.head = list(lines), head
        self.on_read: Any = None

    def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        if path == "/internal/sync":
            return {"heads": {"live": self.head, "import": 0}, "waiting": {"live": 0, "import": 0}}
        assert path == "/ledger/reconciliation" and params
        found: dict[str, dict[str, Any]] = {}
        for line in self.lines:
            key = {"day": str(line.business_date), "channel": line.channel, "merchant": str(line.merchant_id)}[params["by"]]
            row = found.setdefault(key, {"key": key, "gross_fen": 0, "refunds_fen": 0, "lines": 0})
            row["lines"] += 1
            row["gross_fen" if line.kind == "sale" else "refunds_fen"] += abs(line.amount_fen)
        if self.on_read:
            self.on_read()
        return {"items": list(found.values())}


def run(reporting: Reporting, orders: Orders) -> dict[str, Any]:
    return reconcile_with(reporting.harness.db, OrdersLedger(orders), wait_seconds=0.2)  # type: ignore[arg-type]


def test_equal_sides_reconcile_and_the_figures_say_so(reporting: Reporting) -> None:
    sale = b.line(5_000)
    back = b.refund(sale, 700)
    reporting.harness.deliver(b.sales(sale))
    reporting.harness.deliver(b.refunds(back))
    assert reporting.figures()["sales_total"]["reconciled"] is None
    assert run(reporting, Orders(sale, back)) == {"state": "equal", "compared": 3, "differing": 0, "moving": 0}
    assert reporting.figures()["sales_total"]["reconciled"] is True


def test_each_row_that_differs_is_named_and_the_figures_are_not_reconciled(reporting: Reporting) -> None:
    kept, lost = b.line(5_000), b.line(300, merchant=2, channel="counter", document=2)
    reporting.harness.deliver(b.sales(kept))
    assert run(reporting, Orders(kept, lost))["state"] == "different"
    answer = reporting.harness.get("/reconciliation", OPERATOR).ok()
    assert answer["run"]["differing"] == 3
    assert {(d["by"], d["key"], d["ledger_gross_fen"], d["facts_gross_fen"]) for d in reporting.all("/reconciliation", first=2)} == {
        ("day", str(b.DAY), 5_300, 5_000),
        ("channel", "counter", 300, 0),
        ("merchant", str(b.merchant_id(2)), 300, 0),
    }
    item = reporting.figures()["sales_total"]
    assert item["reconciled"] is False and reporting.harness.get("/figures", BUREAU).ok()["reconciled"] is False
    reporting.harness.deliver(b.sales(lost))
    assert run(reporting, Orders(kept, lost))["state"] == "equal"
    assert reporting.figures()["sales_total"]["reconciled"] is True


def test_a_side_that_is_behind_is_not_judged(reporting: Reporting) -> None:
    assert run(reporting, Orders(b.line(1), head=5))["state"] == "behind"
    assert reporting.figures()["sales_total"]["reconciled"] is None


def test_orders_out_of_reach_changes_no_verdict(reporting: Reporting) -> None:
    run(reporting, Orders())

    def away() -> None:
        raise Unavailable()

    orders = Orders()
    orders.on_read = away
    assert run(reporting, orders)["state"] == "unreachable"
    assert reporting.figures()["sales_total"]["reconciled"] is True


def test_a_row_that_moves_while_it_is_looked_at_is_counted_and_not_judged() -> None:
    one, two, gone = Balance(1, 0, 1), Balance(2, 0, 2), Balance(9, 0, 1)
    assert compare("day", {"a": one, "b": one, "c": one}, {"a": one, "b": two, "d": gone}, {"a": one, "b": two, "c": one}) == (
        [Difference("day", "c", one, Balance(0, 0, 0)), Difference("day", "d", Balance(0, 0, 0), gone)],
        1,
    )


def test_rollups_that_differ_from_their_facts_are_found(reporting: Reporting) -> None:
    sale = b.line(5_000, session_id=b.uid(6, 1))
    reporting.harness.deliver(b.sales(sale))
    with reporting.harness.db.transaction() as conn:
        conn.execute("UPDATE rollups SET gross_fen = gross_fen + 1 WHERE dim = 'session'")
    assert run(reporting, Orders(sale))["state"] == "different"
    [found] = reporting.all("/reconciliation")
    assert (found["by"], found["key"], found["ledger_gross_fen"], found["facts_gross_fen"]) == ("rollup_session", "2026-03", 5_000, 5_001)
