"""Report files, read back: their totals are the figures, their text is text, their scope is the asker's."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from services.kit.principal import Principal
from services.reporting.adapters import sheets
from services.reporting.domain.cells import Yuan
from services.reporting.domain.figures import PUBLISHED
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.reporting.test_figures import fill
from tests.support.service import BUREAU, principal

FORMULAS = ['=HYPERLINK("http://evil","x")', "@SUM(A1)", "+1+1", "-2+3", "\tTAB", "\rCR", "=1\n+2"]
MARCH = {"from": "2026-03-01", "until": "2026-03-31"}
NOW = datetime(2026, 4, 15, tzinfo=UTC)


@pytest.fixture
def reporting(reporting: Reporting) -> Reporting:
    reporting.harness.shift_clock(NOW - reporting.harness.now())
    return reporting


def make(reporting: Reporting, who: Principal = BUREAU, key: str = "report-key-1", **body: Any) -> dict[str, Any]:
    asked = reporting.harness.post("/reports", who, MARCH | body, key=key)
    assert asked.status == 202 and asked.body["state"] in ("queued", "done")
    reporting.harness.run_jobs()
    report: dict[str, Any] = reporting.harness.get(f"/reports/{asked.body['report_id']}", who).ok()
    assert report["state"] == "done", report
    return report


def content(reporting: Reporting, report: dict[str, Any], name: str) -> bytes:
    [file] = [f for f in report["files"] if f["name"] == name]
    data = reporting.harness.context.objects.read(file["object_key"])
    assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])
    return data


def sheet(data: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def csv_rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def fen(cell: Any) -> int:
    return round(float(cell) * 100)


def figures_of(data: bytes) -> dict[str, list[Any]]:
    rows = sheet(data, "指标 figures")
    start = next(n for n, row in enumerate(rows) if row[0] == "序号 No.")
    return {row[3]: row for row in rows[start + 1 :]}


def test_the_files_carry_the_same_25_figures_as_the_screens(reporting: Reporting) -> None:
    fill(reporting)
    reporting.harness.deliver(b.sales(b.line(77_700, sold_at=datetime(2026, 2, 10, tzinfo=UTC))))
    report = make(reporting)
    book = figures_of(content(reporting, report, "report.xlsx"))
    lines = {row["键 key"]: row for row in csv_rows(content(reporting, report, "figures.csv"))}
    then, before = reporting.figures(as_of="2026-03-31"), reporting.figures(as_of="2026-02-28")
    assert list(book) == list(lines) == [f.key for f in PUBLISHED]
    for key, figure in then.items():
        number = fen if figure["unit"] == "CNY" else int
        assert number(book[key][6]) == number(lines[key]["累计 cumulative"]) == figure["value"], key
        assert number(book[key][5]) == number(lines[key]["本期 period"]) == figure["value"] - before[key]["value"], key
        assert [number(cell) for cell in book[key][7:10]] == [figure["transacted"], figure["reported"], figure["carried_forward"]]
        assert (book[key][10], book[key][11]) == (figure["definition_zh"], figure["definition_en"])
    assert (report["as_of"], report["incomplete"], report["reconciled"]) == ("2026-03-31", False, None)


def test_every_sheet_of_the_workbook_adds_up_to_the_same_total(reporting: Reporting) -> None:
    fill(reporting)
    report = make(reporting)
    data = content(reporting, report, "report.xlsx")
    total = fen(figures_of(data)["sales_total"][5])
    assert total == sum(line["amount_fen"] for line in reporting.all("/lines", **MARCH))
    for name, net in (
        ("渠道与月份 channels", 4),
        ("产地 origin", 3),
        ("消费地 consumption", 3),
        ("经营主体 merchants", 4),
        ("产品 products", 4),
    ):
        assert sum(fen(row[net]) for row in sheet(data, name)[1:]) == total, name
    sold = sheet(data, "明细 lines")
    assert sum(fen(row[15]) for row in sold[1:]) == total
    assert [f["rows"] for f in report["files"] if f["name"] in ("report.xlsx", "lines.csv")] == [len(sold) - 1] * 2
    assert sum(fen(row["金额(元) amount"]) for row in csv_rows(content(reporting, report, "lines.csv"))) == total


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_that_begins_like_a_formula_stays_text_in_every_file(reporting: Reporting, name: str) -> None:
    reporting.harness.deliver(b.merchant(1, name=name))
    reporting.harness.deliver(b.product(1, name=name))
    reporting.harness.deliver(b.institution(1, name=name))
    sale = b.line(5_000, buyer_org_id=b.uid(3, 1), paper=name, organised_by=name, document_no=name)
    reporting.harness.deliver(b.sales(sale))
    reporting.harness.deliver(b.refunds(b.refund(sale, 1_234)))
    report = make(reporting)
    data = content(reporting, report, "report.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert not any(b"<f>" in book.read(entry) or b"<f " in book.read(entry) for entry in book.namelist() if "worksheets/sheet" in entry)
        assert not any(b"<hyperlink" in book.read(entry) for entry in book.namelist())
    rows = sheet(data, "明细 lines")[1:]
    for column in (5, 6, 7, 10, 11, 16):
        assert {row[column] for row in rows} == {name}
    assert sorted(fen(row[15]) for row in rows) == [-1_234, 5_000]
    found = csv_rows(content(reporting, report, "lines.csv"))
    assert {row["经营主体 merchant"] for row in found} == {f"'{name}"}
    assert {row["佐证材料 paper"] for row in found} == {f"'{name}"}
    assert sorted(row["金额(元) amount"] for row in found) == ["-12.34", "50.00"]


def test_a_county_officers_report_holds_her_county_only(reporting: Reporting) -> None:
    reporting.harness.deliver(
        b.sales(
            b.line(1_009, origin_county=b.CHIPING),
            b.line(10_007, origin_county=b.SHEN, consumption_county=b.CHIPING),
            b.line(100_003, origin_county=b.SHEN, consumption_county=b.GUAN),
        )
    )
    report = make(reporting, principal("county_officer", b.CHIPING))
    data = content(reporting, report, "report.xlsx")
    assert sorted(fen(row[15]) for row in sheet(data, "明细 lines")[1:]) == [1_009, 10_007]
    assert fen(figures_of(data)["sales_total"][6]) == 11_016
    for name in ("渠道与月份 channels", "产地 origin", "消费地 consumption", "经营主体 merchants", "产品 products"):
        assert "1000.03" not in str(sheet(data, name)), name
    assert sheet(data, "指标 figures")[1][:2] == ["范围 scope", b.CHIPING]


def test_late_evening_of_the_year_falls_into_the_report_of_its_business_date(reporting: Reporting) -> None:
    reporting.harness.deliver(
        b.sales(
            b.line(7, sold_at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)),
            b.line(11, sold_at=datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC)),
        )
    )
    report = make(reporting, **{"from": "2025-12-01", "until": "2025-12-31"})
    data = content(reporting, report, "report.xlsx")
    assert [fen(row[15]) for row in sheet(data, "明细 lines")[1:]] == [7]
    assert fen(figures_of(data)["sales_total"][6]) == 7
    assert [row[0] for row in sheet(data, "渠道与月份 channels")[1:]] == ["2025-12"]
    assert [row["业务日期 business date"] for row in csv_rows(content(reporting, report, "lines.csv"))] == ["2025-12-31"]


def test_the_same_key_is_the_same_report_and_another_content_under_it_is_refused(reporting: Reporting) -> None:
    first = make(reporting)
    again = make(reporting)
    assert again["report_id"] == first["report_id"] and len(reporting.all("/reports")) == 1
    reporting.harness.post("/reports", BUREAU, MARCH | {"formats": ["csv"]}, key="report-key-1").refused("IDEMPOTENCY_MISMATCH")
    assert make(reporting, key="report-key-2", formats=["csv"])["report_id"] != first["report_id"]
    assert [len(r["files"]) for r in reporting.all("/reports")] == [2, 3]
    assert len(reporting.harness.published()) == 2


@pytest.mark.parametrize(("body", "code"), [
    ({"from": "2026-04-01"}, "PERIOD_REVERSED"), ({"until": "2026-04-16"}, "PERIOD_NOT_OVER"), ({"formats": []}, "INVALID_INPUT"),
    ({"formats": ["pdf"]}, "INVALID_INPUT"), ({"county_code": "abc"}, "INVALID_INPUT"), ({"state": "done"}, "INVALID_INPUT")])  # fmt: skip
def test_a_wrong_wish_is_refused_and_leaves_no_report(reporting: Reporting, body: dict[str, Any], code: str) -> None:
    reporting.harness.post("/reports", BUREAU, MARCH | body, key="report-key-1").refused(code)
    assert reporting.all("/reports") == []


def test_a_report_needs_a_key(reporting: Reporting) -> None:
    reporting.harness.post("/reports", BUREAU, MARCH).refused("INVALID_INPUT")


def test_a_report_that_cannot_be_made_says_so_and_is_made_when_asked_again(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("the object store is away")

    with monkeypatch.context() as broken:
        broken.setattr(reporting.harness.context.objects, "put", away)
        report_id = reporting.harness.post("/reports", BUREAU, MARCH, key="report-key-1").ok()["report_id"]
        for _ in range(3):
            reporting.harness.run_jobs()
            reporting.harness.shift_clock(timedelta(minutes=10))
    failed = reporting.harness.get(f"/reports/{report_id}", BUREAU).ok()
    assert (failed["state"], failed["files"]) == ("failed", [])
    assert make(reporting, key="report-key-2")["state"] == "done"


def test_rows_beyond_a_sheets_limit_go_on_in_another_sheet(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 4)
    book = sheets.Workbook(str(tmp_path / "x.xlsx"))
    book.sheet("明细 lines", ("n",))
    for n in range(7):
        book.write((n, date(2026, 1, 1), Yuan(-150), True))
    book.close()
    found = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx"))
    assert found.sheet_names == ["明细 lines", "明细 lines 2", "明细 lines 3"]
    rows = [row for name in found.sheet_names for row in found.get_sheet_by_name(name).to_python()[1:]]
    assert [row[0] for row in rows] == list(range(7))
    assert rows[0][1:] == [date(2026, 1, 1), -1.5, "是"]
