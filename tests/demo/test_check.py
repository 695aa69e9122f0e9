"""The published figures beside the system's answers."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from infra.demo.check import Row, as_json, as_text, compare, published
from infra.runner.state import ROOT


def answer(
    key: str, unit: str, value: str | None, transacted: str = "0", reported: str = "0", carried: str = "0", **more: Any
) -> dict[str, Any]:
    shares = {"transacted": transacted, "reported": reported, "carriedForward": carried}
    return {"key": key, "unit": unit, "value": value, "incomplete": False} | shares | more


def answers(**changes: Any) -> list[dict[str, Any]]:
    """Each figure at the lower end of its interval, all of it reported; changed by key, None takes it out."""
    made = {p.key: answer(p.key, p.unit, str(p.low), reported=str(p.low)) for p in published()}
    return [a for a in (made | changes).values() if a is not None]


def row(rows: list[Row], key: str) -> Row:
    return next(r for r in rows if r.key == key)


def test_25_figures_hold_in_the_order_of_the_report() -> None:
    rows = compare(published(), answers())
    assert len(rows) == 25
    assert [r.key for r in rows[:3]] == ["departments", "products_certified", "persons_covered"]
    assert all(r.holds for r in rows)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (None, "not answered"),
        (answer("expos", "count", None), "no value"),
        (answer("expos", "count", "9", reported="9"), "outside its interval"),
        (answer("expos", "count", "8", reported="7"), "shares do not add up"),
        (answer("expos", "persons", "8", reported="8"), "unit is persons"),
        (answer("expos", "count", "8", reported="8", incomplete=True), "incomplete"),
    ],
)
def test_what_does_not_hold_says_why(changed: dict[str, Any] | None, why: str) -> None:
    rows = compare(published(), answers(expos=changed))
    assert row(rows, "expos").why == why
    assert sum(not r.holds for r in rows) == 1


def test_both_ends_of_an_interval_belong_to_it_and_shares_may_mix() -> None:
    sales = answer("sales_total", "CNY", "1086499999.00", "1086499900.50", "90.00", "8.50")
    found = row(compare(published(), answers(sales_total=sales)), "sales_total")
    assert found.holds
    assert found.carried_forward == Decimal("8.50")


def test_the_table_has_a_line_a_figure_with_the_published_words() -> None:
    text = as_text(compare(published(), answers(expos=None)))
    lines = text.splitlines()
    assert len(lines) == 26
    assert "more than 22300000" in text
    assert next(line for line in lines if line.startswith("expos")).endswith("NO: not answered")


def test_json_says_whether_all_holds() -> None:
    day = date(2026, 10, 31)
    good, bad = as_json(compare(published(), answers()), day, []), as_json(compare(published(), answers()), day, ["2 events are parked"])
    assert (good["holds"], bad["holds"]) == (True, False)
    assert {"key", "published", "low", "high", "value", "transacted", "reported", "carried_forward", "holds"} <= set(good["figures"][0])


@pytest.mark.parametrize("name", ["accounts", "build", "check"])
def test_production_refuses_the_demo(name: str) -> None:
    environment = {**os.environ, "BANGFU_ENV": "production"}
    command = [sys.executable, "-m", "infra.demo.cli", name]
    process = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=environment)
    assert process.returncode == 1
    assert "refused in production" in process.stderr
