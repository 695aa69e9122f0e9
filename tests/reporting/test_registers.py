"""Departments, activities and publicity: by hand and by file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.kit.db import every
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU, OPERATOR, principal

CUTOVER = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
HEALTH = {"code": "health", "name": "市卫健委", "duty": "组织医院采购", "valid_from": "2023-01-01"}
FAIR = {
    "activity_no": "HD-2",
    "kind": "fair",
    "title": "年货节",
    "held_on": "2026-03-02",
    "department": "health",
    "outlet_id": str(b.uid(5, 1)),
}
REPORT = {
    "record_no": "XC-1",
    "medium": "newspaper",
    "level": "central",
    "media_kind": "中央级报纸",
    "title": "一颗鸭梨走出富民路",
    "published_on": "2026-03-03",
}

DEPARTMENTS = """代码,名称,职责,牵头,起始日期,终止日期,承接单位
rural_revitalisation,市乡村振兴局,牵头消费帮扶,是,2023-01-01,2025-12-31,agriculture_rural
agriculture_rural,市农业农村局,认定,否,2023-01-01,,
"""
ACTIVITIES = """活动编号,活动类型,标题,举办日期,县市区代码,主办单位,关联专场,关联网点,关联合同
HD-0001,直播专场,专场,2025-05-18,371522,agriculture_rural,ZB-1,,
HD-0002,展销会,年货节,2025-01-12,,agriculture_rural,,C-1,
HD-0003,签约仪式,进医院,2024-11-18,,agriculture_rural,,,HT-1;HT-2
HD-0004,社区集市日,集市,2024-11-19,371502,agriculture_rural,,,
"""
PUBLICITY = """编号,媒介,级别,媒体类别,标题,发布日期,播出次数
XC-0001,报纸,省级,省级报纸,一颗鸭梨走出富民路,2025-09-20,
XC-0002,公益片,,公益片,买产品献爱心,2025-09-21,36
XC-0003,网络,市级,网站,丰收节,2025/9/22,
"""


@pytest.fixture
def known(reporting: Reporting) -> Reporting:
    reporting.harness.set_cutover(CUTOVER)
    reporting.harness.post("/departments", BUREAU, HEALTH).ok()
    reporting.harness.deliver(b.outlet(1, "expo"))
    reporting.harness.deliver(b.session_ended(1, 5))
    for n in (1, 2):
        reporting.harness.deliver(b.contract(n))
    return reporting


def test_an_entry_is_made_changed_and_struck_out_and_each_leaves_an_audit_row(known: Reporting) -> None:
    made = known.harness.post("/activities", principal("department_officer", "health"), FAIR)
    assert made.status == 201 and made.body["outlet_code"] == "C-1" and made.body["department_name"] == "市卫健委"
    path = f"/activities/{made.body['activity_id']}"
    assert known.figures()["activities"]["value"] == 1
    changed = known.harness.call("PUT", path, BUREAU, FAIR | {"title": "樱桃节", "contract_ids": [str(b.uid(4, 1))]}).ok()
    assert (changed["title"], changed["contract_nos"]) == ("樱桃节", ["HT-1"])
    assert known.harness.call("DELETE", path, BUREAU).status == 204
    assert known.figures()["activities"]["value"] == 0
    known.harness.call("DELETE", path, BUREAU).refused("NOT_FOUND")
    with known.harness.db.reading() as conn:
        acts = [row["act"] for row in every(conn, "SELECT act FROM audit WHERE subject LIKE 'activities:%%' ORDER BY position", [])]
    assert acts == ["activities:enter", "activities:change", "activities:strike"]


@pytest.mark.parametrize(("path", "body", "code"), [
    ("/departments", HEALTH, "ALREADY_REGISTERED"),
    ("/departments", HEALTH | {"code": "new", "successor": "health"}, "SUCCESSOR_NEEDS_END"),
    ("/departments", HEALTH | {"code": "new", "valid_until": "2022-01-01"}, "PERIOD_REVERSED"),
    ("/departments", HEALTH | {"code": "new", "valid_until": "2024-01-01", "successor": "nobody"}, "UNKNOWN"),
    ("/departments", HEALTH | {"code": "Bad Code"}, "INVALID_INPUT"),
    ("/departments", HEALTH | {"code": "new", "import_id": str(b.uid(9, 1))}, "INVALID_INPUT"),
    ("/activities", FAIR | {"outlet_id": None}, "LINK_REQUIRED"),
    ("/activities", FAIR | {"kind": "session", "outlet_id": None}, "LINK_REQUIRED"),
    ("/activities", FAIR | {"department": "nobody"}, "UNKNOWN"),
    ("/activities", FAIR | {"outlet_id": str(b.uid(5, 99))}, "UNKNOWN"),
    ("/activities", FAIR | {"contract_ids": [str(b.uid(4, 99))]}, "UNKNOWN"),
    ("/activities", FAIR | {"held_on": "2026-02-28"}, "PAST_DATE"),
    ("/publicity", REPORT | {"level": None}, "LEVEL_REQUIRED"),
    ("/publicity", REPORT | {"medium": "film"}, "LEVEL_REQUIRED"),
    ("/publicity", REPORT | {"published_on": "2025-01-01"}, "PAST_DATE"),
    ("/publicity", REPORT | {"medium": "blog"}, "INVALID_INPUT"),
])  # fmt: skip
def test_what_breaks_a_rule_is_refused_by_name_and_nothing_is_entered(known: Reporting, path: str, body: dict[str, Any], code: str) -> None:
    before = known.all(path)
    known.harness.post(path, BUREAU, body).refused(code)
    assert known.all(path) == before


def test_a_session_or_fair_is_one_activity_only(known: Reporting) -> None:
    known.harness.post("/activities", BUREAU, FAIR).ok()
    refused = known.harness.post("/activities", BUREAU, FAIR | {"activity_no": "HD-3"}).refused("ALREADY_REGISTERED")
    assert refused["field"] == "outlet_id"


@pytest.mark.parametrize("who", [OPERATOR, principal("county_officer", b.CHIPING)])
def test_operators_and_county_officers_read_registers_and_do_not_write_them(known: Reporting, who: Any) -> None:
    assert [d["code"] for d in known.all("/departments", who)] == ["health"]
    known.harness.post("/departments", who, HEALTH | {"code": "new"}).refused("FORBIDDEN")
    known.harness.post("/publicity", who, REPORT).refused("FORBIDDEN")


def test_lists_are_filtered_and_paged_to_the_end(known: Reporting) -> None:
    for n in range(1, 8):
        known.harness.post("/publicity", BUREAU, REPORT | {"record_no": f"XC-{n}", "medium": "online" if n % 2 else "radio"}).ok()
    assert len(known.all("/publicity", first=3)) == 7
    assert len(known.all("/publicity", first=2, medium="online")) == 4
    assert known.all("/publicity", **{"from": "2026-03-04"}) == []
    assert known.all("/departments", as_of="2022-12-31") == []
    known.harness.get("/publicity", BUREAU, after="???").refused("INVALID_INPUT")


def test_the_three_files_of_history_come_in_and_count(known: Reporting) -> None:
    assert known.harness.import_file("departments", DEPARTMENTS)["state"] == "applied"
    for kind, content, rows in (("activities", ACTIVITIES, 4), ("publicity", PUBLICITY, 3)):
        done = known.harness.import_file(kind, content.encode("gb18030"))
        assert (done["state"], done["rows"], done["errors"]) == ("applied", rows, [])
    found = known.figures(as_of="2025-12-31")
    assert {
        k: found[k]["value"] for k in ("departments", "activities", "press_reports", "press_reports_provincial_or_higher", "online_reports")
    } == {"departments": 3, "activities": 4, "press_reports": 1, "press_reports_provincial_or_higher": 1, "online_reports": 1}
    now = known.figures(as_of="2026-01-01", more=True)
    assert (now["departments"]["value"], now["departments_in_force"]["value"]) == (3, 2)
    linked = {a["activity_no"]: a for a in known.all("/activities")}
    assert (linked["HD-0001"]["session_no"], linked["HD-0002"]["outlet_code"], linked["HD-0003"]["contract_nos"]) == (
        "ZB-1",
        "C-1",
        ["HT-1", "HT-2"],
    )


def test_the_same_file_twice_changes_nothing_and_a_withdrawn_one_leaves_nothing(known: Reporting) -> None:
    first = known.harness.import_file("publicity", PUBLICITY)
    assert known.harness.import_file("publicity", PUBLICITY)["state"] == "duplicate"
    assert len(known.all("/publicity")) == 3
    known.harness.post(f"/imports/{first['import_id']}/withdraw", OPERATOR).ok()
    known.harness.run_jobs()
    assert known.all("/publicity") == []
    assert known.harness.import_file("publicity", PUBLICITY)["state"] == "applied"


def test_every_mistake_of_a_file_is_told_at_once_and_nothing_enters(known: Reporting) -> None:
    known.harness.import_file("departments", DEPARTMENTS)
    bad = (
        ACTIVITIES.replace("ZB-1", "ZB-99")
        .replace("HT-1;HT-2", "HT-1;HT-9")
        .replace("2024-11-19", "2026-03-01")
        .replace("集市,", "=1+1,")
        .replace("展销会,年货节,2025-01-12,,agriculture_rural,,C-1", "展销会,年货节,2025-01-12,,nobody,,")
    )
    done = known.harness.import_file("activities", bad)
    assert done["state"] == "refused"
    assert {(e["line"], e["code"]) for e in done["errors"]} == {
        (2, "UNKNOWN"),
        (3, "UNKNOWN"),
        (3, "LINK_REQUIRED"),
        (4, "UNKNOWN"),
        (5, "FORMULA"),
    }
    late = known.harness.import_file("activities", ACTIVITIES.replace("2024-11-19", "2026-03-01"))
    assert [(e["line"], e["code"]) for e in late["errors"]] == [(5, "AFTER_CUTOVER")]
    assert known.all("/activities") == []


def test_two_rows_with_one_number_or_one_link_are_refused(known: Reporting) -> None:
    known.harness.import_file("departments", DEPARTMENTS)
    twice = (
        ACTIVITIES
        + "HD-0004,社区集市日,集市,2024-11-19,371502,agriculture_rural,,,\nHD-0005,展销会,节,2025-01-13,,agriculture_rural,,C-1,\n"
    )
    done = known.harness.import_file("activities", twice)
    assert {(e["line"], e["code"]) for e in done["errors"]} == {(6, "DUPLICATE_KEY"), (7, "LINKED_TWICE")}
    known.harness.post("/activities", BUREAU, FAIR).ok()
    done = known.harness.import_file("activities", ACTIVITIES)
    assert [(e["line"], e["code"]) for e in done["errors"]] == [(3, "LINKED_TWICE")]
