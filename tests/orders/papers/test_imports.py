"""History comes by files: all mistakes at once by row and column, all or nothing, once, and it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from services.events.orders import CampaignClosed, ContractEnded, ContractSigned, OutletClosed, OutletOpened, RefundRecorded, SaleRecorded
from services.kit.db import every, value
from tests.orders.papers.conftest import FILES, MERCHANT, OTHER, SALES, Town, as_csv
from tests.orders.support import assert_ledger_holds
from tests.support.service import BUREAU, principal

AMOUNTS = {
    "deliveries": 49_560,
    "monthly_sheets": 1_128_080,
    "day_sheets": 94_000,
    "slips": 9890,
    "fair_orders": 4_250_000,
    "campaigns": 4_776_000,
    "external_reports": 30_408_000,
}
DAYS = {
    "deliveries": "2025-03-03",
    "monthly_sheets": "2025-04-30",
    "day_sheets": "2025-05-02",
    "slips": "2025-06-03",
    "fair_orders": "2025-05-20",
    "campaigns": "2025-01-28",
    "external_reports": "2025-04-30",
}


def lines_of(town: Town) -> list[dict[str, Any]]:
    return [line for event in town.orders.published(SaleRecorded) for line in event["lines"]]


@pytest.mark.parametrize("kind", SALES)
def test_a_file_of_sales_becomes_lines_dated_then_settled_outside_and_marked_as_history(town: Town, kind: str) -> None:
    shown = town.bring(kind)
    assert (shown["state"], shown["amount_fen"], shown["errors"]) == ("applied", AMOUNTS[kind], [])
    lines = lines_of(town)
    assert sum(line["amount_fen"] for line in lines) == AMOUNTS[kind]
    assert {line["business_date"] for line in lines} == {DAYS[kind]}
    assert {(line["origin"], line["import_id"]) for line in lines} == {("import", shown["import_id"])}
    assert all(line["import_line"] >= 2 for line in lines)
    reported = kind in ("monthly_sheets", "day_sheets", "fair_orders", "external_reports")
    assert {(line["evidence"], bool(line["paper"])) for line in lines} == {("reported", True) if reported else ("transacted", False)}
    with town.orders.db.reading() as conn:
        assert {row["account"] for row in every(conn, "SELECT DISTINCT account FROM postings")} == {
            "settled_outside_receipts",
            "settled_outside_sales",
        }
        assert every(conn, "SELECT 1 FROM stock_movements") == []
    assert_ledger_holds(town.orders)


@pytest.mark.parametrize("kind", SALES)
def test_the_document_behind_an_imported_line_is_found_and_adds_up(town: Town, kind: str) -> None:
    town.bring(kind)
    line = lines_of(town)[0]
    document = town.orders.get(f"/documents/{line['document_kind']}/{line['document_id']}", BUREAU).ok()
    assert document["document_no"] == line["document_no"]
    assert document["amount_fen"] == document["seen_fen"] == AMOUNTS[kind]


@pytest.mark.parametrize("kind", SALES)
def test_the_same_file_twice_changes_nothing_and_a_withdrawn_one_may_come_again(town: Town, kind: str) -> None:
    first = town.bring(kind)
    again = town.bring(kind, with_needs=False)
    assert (again["state"], again["duplicate_of"]) == ("duplicate", first["import_id"])
    assert town.withdraw(first)["state"] == "withdrawn"
    undone = [line for event in town.orders.published(RefundRecorded) for line in event["lines"]]
    assert sum(line["amount_fen"] for line in undone) == -AMOUNTS[kind]
    assert {line["business_date"] for line in undone} == {DAYS[kind]}, "as of any day it is as if it had never come"
    assert town.bring(kind, with_needs=False)["state"] == "applied"
    with town.orders.db.reading() as conn:
        assert value(conn, "SELECT sum(amount_fen) FROM sale_lines") == AMOUNTS[kind]
    assert_ledger_holds(town.orders)


def test_registers_come_with_their_events_and_go_only_when_nothing_depends_on_them(town: Town) -> None:
    institutions, contracts = town.bring("institutions"), town.bring("contracts", with_needs=False)
    deliveries = town.bring("deliveries", with_needs=False)
    outlets = town.bring("outlets")
    sheets = town.bring("day_sheets", with_needs=False)
    assert [e["signing"] for e in town.orders.published(ContractSigned)] == ["HD-1"]
    assert {(e["outlet_code"], e["closed_on"]) for e in town.orders.published(OutletOpened)} == {("C-1", None), ("E-1", "2025-05-03")}
    for register in (institutions, contracts, outlets):
        refused = town.withdraw(register)
        assert (refused["state"], refused["errors"][0]["code"]) == ("applied", "IN_USE")
    for shown in (deliveries, sheets, contracts, institutions, outlets):
        assert town.withdraw(shown)["state"] == "withdrawn"
    assert [e["void"] for e in town.orders.published(ContractEnded)] == [True]
    assert [e["void"] for e in town.orders.published(OutletClosed)] == [True, True]
    with town.orders.db.reading() as conn:
        assert (
            value(conn, "SELECT (SELECT count(*) FROM contracts) + (SELECT count(*) FROM institutions) + (SELECT count(*) FROM outlets)")
            == 0
        )


def test_a_campaign_of_history_is_closed_with_its_members(town: Town) -> None:
    town.bring("campaigns")
    (event,) = town.orders.published(CampaignClosed)
    assert (event["members"], event["closed_on"], event["kind"]) == (398, "2025-01-25", "union")
    assert {line["channel"] for line in lines_of(town)} == {"union"}


def test_imported_deliveries_use_up_the_contract_and_give_it_back_when_withdrawn(town: Town) -> None:
    shown = town.bring("deliveries")
    contract = town.orders.get("/contracts", BUREAU).ok()["items"][0]["contract_id"]
    assert town.orders.get(f"/contracts/{contract}", BUREAU).ok()["lines"][0]["left_quantity"] == "382"
    too_much = [
        r | {"delivery_no": f"SH-{n}", "delivered_quantity": "200", "accepted_quantity": "200"}
        for n, r in ((2, FILES["deliveries"][0]), (3, FILES["deliveries"][0]))
    ]
    refused = town.bring("deliveries", too_much, with_needs=False)
    assert [(e["line"], e["column"], e["code"]) for e in refused["errors"]] == [(3, "accepted_quantity", "REMAINDER_EXCEEDED")]
    town.withdraw(shown)
    assert town.orders.get(f"/contracts/{contract}", BUREAU).ok()["lines"][0]["left_quantity"] == "500"


BAD = [
    ("institutions", {"kind": "马戏团"}, "单位类型", "UNKNOWN_CHOICE"),
    ("institutions", {"county_code": "outside"}, "county_code", "UNKNOWN_CHOICE"),
    ("contracts", {"merchant_code": "93371502XX00000XXX"}, "merchant_code", "UNKNOWN"),
    ("contracts", {"valid_until": "2024-12-01"}, "valid_until", "BAD_PERIOD"),
    ("contracts", {"product_no": "Q-1"}, "product_no", "NOT_THE_MERCHANTS_PRODUCT"),
    ("contracts", {"line_no": 2}, "line_no", "REPEATED_LINE"),
    ("contracts", {"unit": "马"}, "单位", "BAD_UNIT"),
    ("deliveries", {"price": "4.21"}, "price", "PRICE_FIXED"),
    ("deliveries", {"unit": "斤"}, "unit", "UNIT_DIFFERS"),
    ("deliveries", {"product_no": "Q-1"}, "product_no", "NOT_IN_CONTRACT"),
    ("deliveries", {"accepted_quantity": "121"}, "accepted_quantity", "MORE_THAN_DELIVERED"),
    ("deliveries", {"accepted_quantity": "-1"}, "验收数量", "NEGATIVE"),
    ("outlets", {"sub_kind": "展销"}, "sub_kind", "SUB_KIND_DIFFERS"),
    ("outlets", {"closed_on": "2024-01-01"}, "closed_on", "BAD_PERIOD"),
    ("monthly_sheets", {"amount": "0"}, "amount", "NOT_POSITIVE"),
    ("monthly_sheets", {"product_no": "P-9"}, "product_no", "UNKNOWN"),
    ("day_sheets", {"stand": ""}, "stand", "STAND_NEEDED"),
    ("day_sheets", {"day": "2025-05-04"}, "day", "OUTLET_NOT_OPEN"),
    ("slips", {"quantity": "1.5"}, "quantity", "INVALID_QUANTITY"),
    ("slips", {"unit": "袋"}, "unit", "WRONG_UNIT"),
    ("fair_orders", {"outlet_code": "C-1"}, "outlet_code", "NOT_A_FAIR"),
    ("fair_orders", {"fulfilled_on": "2025-04-30"}, "fulfilled_on", "OUTLET_NOT_OPEN"),
    ("campaigns", {"institution_code": ""}, "institution_code", "NO_BUYER"),
    ("campaigns", {"paid_on": "2025-01-20"}, "closed_on", "BAD_PERIOD"),
    ("campaigns", {"organised_by": "工会"}, "organised_by", "ONLY_EMPLOYEE"),
    ("external_reports", {"confirmed_on": "2025-04-29"}, "confirmed_on", "PERIOD_NOT_OVER"),
    ("external_reports", {"product_no": "Q-1"}, "product_no", "NOT_THE_MERCHANTS_PRODUCT"),
    ("external_reports", {"consumption_county": "37"}, "消费地", "UNKNOWN_CHOICE"),
]
HEADERS = {"merchant_code", "valid_until", "paid_on", "confirmed_on", "organised_by", "institution_code"}
KEYS = {
    "institutions": "institution_code",
    "contracts": "contract_no",
    "deliveries": "delivery_no",
    "outlets": "outlet_code",
    "monthly_sheets": "sheet_no",
    "day_sheets": "sheet_no",
    "slips": "slip_no",
    "fair_orders": "order_no",
    "campaigns": "campaign_no",
    "external_reports": "report_no",
}


@pytest.mark.parametrize("kind", list(KEYS))
def test_all_mistakes_of_a_file_are_told_at_once_by_row_column_and_rule_and_nothing_is_written(town: Town, kind: str) -> None:
    """One document a mistake: the file has them all."""
    rows: list[dict[str, Any]] = []
    expected: set[tuple[int, str, str]] = set()
    for number, (_, change, column, code) in enumerate([bad for bad in BAD if bad[0] == kind], 50):
        mine = [dict(r) | {KEYS[kind]: f"X-{number}"} for r in FILES[kind]]
        expected.add((len(rows) + (3 if code == "REPEATED_LINE" else 2), column, code))
        for row in mine if HEADERS & change.keys() else mine[:1]:
            row |= change
        rows += mine
    shown = town.bring(kind, rows)
    assert shown["state"] == "refused"
    assert expected <= {(e["line"], e["column"], e["code"]) for e in shown["errors"]}, shown["errors"]
    assert all(e["zh"] and e["en"] for e in shown["errors"])
    assert lines_of(town) == []
    with town.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM import_keys WHERE import_id = %s", [shown["import_id"]]) == 0


@pytest.mark.parametrize(
    ("kind", "row", "change"),
    [
        ("deliveries", 1, {"accepted_at": "2025-08-20 06:10", "accepted_quantity": "5"}),
        ("slips", 1, {"sold_at": "2025-08-03 09:30"}),
        ("day_sheets", 0, {"product_no": "P-2", "day": "2025-08-20", "outlet_code": "C-1"}),
        ("campaigns", 0, {"product_no": "P-2", "closed_on": "2025-08-20", "paid_on": "2025-08-20"}),
        ("monthly_sheets", 0, {"month": "2026-07"}),
        ("external_reports", 0, {"month": "2024-05", "confirmed_on": "2024-06-05"}),
    ],
)
def test_what_was_not_certified_then_is_no_history(town: Town, kind: str, row: int, change: dict[str, Any]) -> None:
    rows = [dict(r) for r in FILES[kind]]
    for r in rows:
        r |= {k: v for k, v in change.items() if k in ("accepted_at", "sold_at", "month", "confirmed_on")}
    rows[row] |= change
    shown = town.bring(kind, rows)
    assert shown["state"] == "refused"
    assert {e["code"] for e in shown["errors"]} == {"NOT_CERTIFIED_THEN"}


def test_a_month_in_which_a_product_was_suspended_for_some_days_counts_and_never_inside_the_interval(town: Town) -> None:
    rows = [r | {"month": "2025-08"} for r in FILES["monthly_sheets"]]
    assert town.bring("monthly_sheets", rows)["state"] == "applied"
    assert {line["business_date"] for line in lines_of(town)} == {"2025-08-31"}
    assert_ledger_holds(town.orders)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("contracts", {"signed_on": "2026-11-01", "valid_from": "2026-11-02"}),
        ("deliveries", {"accepted_at": "2026-11-01 00:00"}),
        ("monthly_sheets", {"month": "2026-11"}),
        ("day_sheets", {"day": "2026-11-01", "outlet_code": "C-1"}),
        ("slips", {"sold_at": "2026-11-01 00:00"}),
        ("fair_orders", {"fulfilled_on": "2026-11-01"}),
        ("campaigns", {"paid_on": "2026-11-01"}),
        ("external_reports", {"confirmed_on": "2026-11-01"}),
    ],
)
def test_what_is_dated_after_the_cutover_does_not_come_by_a_file(town: Town, kind: str, change: dict[str, Any]) -> None:
    shown = town.bring(kind, [dict(r) | change for r in FILES[kind]])
    assert "AFTER_CUTOVER" in {e["code"] for e in shown["errors"]}, shown


def test_three_mistakes_in_one_file_are_told_at_once(town: Town) -> None:
    rows = [
        dict(FILES["external_reports"][0]) | {"consumption_county": c, "quantity": q, "product_no": p}
        for c, q, p in (("outside", "1", "P-1"), ("371503", "-1", "P-1"), ("371504x", "1", "P-1"), ("371581", "1", "P-404"))
    ]
    shown = town.bring("external_reports", rows)
    assert sorted((e["line"], e["code"]) for e in shown["errors"]) == [(3, "NOT_POSITIVE"), (4, "UNKNOWN_CHOICE"), (5, "UNKNOWN")]


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [("monthly_sheets", {"sheet_no": "YB-2"}, "SHEET_EXISTS"), ("external_reports", {"report_no": "WB-2"}, "REPORT_EXISTS")],
)
def test_a_period_is_reported_once_under_whatever_number(town: Town, kind: str, change: dict[str, Any], code: str) -> None:
    town.bring(kind)
    shown = town.bring(kind, [dict(r) | change for r in FILES[kind]], with_needs=False)
    assert {e["code"] for e in shown["errors"]} == {code}


def test_header_cells_of_a_document_do_not_differ_between_its_rows(town: Town) -> None:
    shown = town.bring("slips", town.changed("slips", 1, rounding="-0.20"))
    assert [(e["line"], e["column"], e["code"]) for e in shown["errors"]] == [(3, "抹零", "DIFFERS_IN_DOCUMENT")]


def test_only_operators_and_the_bureau_bring_history(town: Town) -> None:
    body = {"kind": "slips", "filename": "x.csv", "object_key": "uploads/12345678"}
    town.orders.post("/imports", principal("merchant", MERCHANT), body).refused("FORBIDDEN")
    town.orders.post("/imports", principal("county_officer", "371502"), body).refused("FORBIDDEN")
    assert OTHER != MERCHANT
    assert as_csv(FILES["slips"]).startswith("slip_no,")
