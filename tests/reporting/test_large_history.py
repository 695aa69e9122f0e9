"""200,000 lines of history add up; what applying them and asking afterwards took is printed, and judged by nobody but the reader."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from services.kit.outbox import Envelope
from services.reporting.usecases.record_sales import record_sales
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.reporting.test_reading import envelope
from tests.support.service import BUREAU, principal

EVENTS, LINES, BATCH = 400, 500, 20


def history(n: int) -> Envelope:
    """Sheets of outlets, slips, deliveries and monthly reports, spread over two years as the demo city's are."""
    channel, evidence, also = (
        ("counter", "reported", {"outlet_id": b.uid(5, n % 128)}), ("external", "reported", {}),
        ("contract", "transacted", {"contract_id": b.uid(4, n % 246), "buyer_org_id": b.uid(3, n % 102)}),
        ("counter", "transacted", {"outlet_id": b.uid(5, n % 78)}))[n % 4]  # fmt: skip
    return envelope(
        b.sales(
            *(
                b.line(
                    100 + i,
                    merchant=1 + (n + i) % 200,
                    product=1 + (n + i) % 200 + 200 * (i % 3),
                    sold_at=b.NOON - timedelta(days=30 * ((n + i // 50) % 24) + n % 3),
                    channel=channel,
                    evidence=evidence,
                    document=n * 100 + i // 5,
                    consumption_county=str(371500 + n % 8),
                    **also,
                )
                for i in range(LINES)
            )
        ),
        n + 1,
        "import",
    )


def milliseconds(ask: Callable[[], Any], times: int = 7) -> float:
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_a_history_of_200_000_lines_adds_up(reporting: Reporting, capsys: pytest.CaptureFixture[str]) -> None:
    db, seconds, amount = reporting.harness.db, 0.0, 0
    for at in range(0, EVENTS, BATCH):
        events = [history(n) for n in range(at, at + BATCH)]
        amount += sum(line["amount_fen"] for e in events for line in e.payload["lines"])
        started = time.perf_counter()
        with db.transaction() as conn:
            record_sales(conn, events)
        seconds += time.perf_counter() - started
    with db.reading() as conn:
        conn.execute("ANALYZE sales_facts, rollups")
    get = reporting.harness.get
    asked: dict[str, Callable[[], Any]] = {
        "figures": lambda: get("/figures", BUREAU).ok(),
        "figures of a past day": lambda: get("/figures", BUREAU, as_of=str(b.DAY - timedelta(days=200))).ok(),
        "figures of a county": lambda: get("/figures", principal("county_officer", b.CHIPING)).ok(),
        "sums by channel": lambda: get("/sums", BUREAU, by="channel").ok(),
        "sums by merchant": lambda: get("/sums", BUREAU, by="merchant").ok(),
        "sums by product": lambda: get("/sums", BUREAU, by="product").ok(),
        "a merchant's products": lambda: get("/sums", principal("merchant", b.merchant_id(3)), by="product").ok(),
        "a merchant's institutions": lambda: get("/sums", principal("merchant", b.merchant_id(3)), by="institution").ok(),
        "rows of a figure": lambda: get("/figures/contract_purchases/rows", BUREAU).ok(),
        "lines of a county": lambda: get("/lines", principal("county_officer", b.CHIPING)).ok(),
    }
    spent = {name: milliseconds(ask) for name, ask in asked.items()}
    with capsys.disabled():
        print(f"\n{EVENTS * LINES:,} lines in {seconds:.1f} s ({EVENTS * LINES / seconds:,.0f}/s)")
        for name, ms in spent.items():
            print(f"  {name:28} {ms:7.1f} ms")
    assert reporting.figures()["sales_total"]["value"] == amount
