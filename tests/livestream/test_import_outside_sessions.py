from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.events.livestream import OutsideSessionConfirmed
from services.kit.db import every, value
from services.kit.time import SHANGHAI
from tests.livestream.support import OFFICER, OTHER_OFFICER, VIEWER, World
from tests.support.service import OPERATOR

HEADER = "专场编号,标题,平台,县市区代码,主播,开始时间,结束时间,参与人数,最高在线,产品编号,数量,单位,成交金额,退款金额,佐证材料,县级确认日期"


@pytest.fixture
def past(world: World) -> World:
    world.h.set_cutover(world.h.now() - timedelta(days=5))
    return world


def rows(world: World, number: str = "ZB-001", **changes: Any) -> list[str]:
    start = datetime.combine(world.today - timedelta(days=30), datetime.min.time(), SHANGHAI) + timedelta(hours=19)
    cells: dict[str, Any] = {
        "no": number,
        "title": "香瓜开园专场",
        "platform": "短视频平台",
        "county": "371522",
        "host": "@瓜田小禾（演示）",
        "start": f"{start:%Y-%m-%d %H:%M}",
        "end": f"{start + timedelta(hours=2):%Y-%m-%d %H:%M}",
        "participants": 22000,
        "peak": 1900,
        "product": "P371522-0001",
        "quantity": "104",
        "unit": "箱",
        "gross": "4940.00",
        "refunds": "120.00",
        "evidence": f"截图 {number}",
        "confirmed": f"{start + timedelta(days=3):%Y-%m-%d}",
        **changes,
    }
    second = {**cells, "product": "P371522-0002", "quantity": "50", "unit": "斤", "gross": "500.50", "refunds": "0"}
    return [",".join(str(v) for v in line.values()) for line in (cells, second)]


def table(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def test_sessions_are_imported_confirmed_and_published_on_the_import_lane(past: World) -> None:
    content = table(*rows(past), *rows(past, "ZB-002"))
    done = past.h.import_file("outside_sessions", content)
    assert (done["state"], done["rows"], done["documents"], done["amount_fen"]) == ("applied", 4, 2, 2 * (482000 + 50050))
    events = past.h.published(OutsideSessionConfirmed)
    assert [e["session_no"] for e in events] == ["ZB-001", "ZB-002"]
    assert {e["import_id"] for e in events} == {done["import_id"]} and not any(e["void"] for e in events)
    assert [(x["quantity"], x["unit"], x["gross_fen"], x["refund_fen"]) for x in events[0]["lines"]] == [
        ("104", "箱", 494000, 12000),
        ("25.000", "kg", 50050, 0),
    ]
    with past.h.db.reading() as conn:
        assert {r["lane"] for r in every(conn, "SELECT lane FROM outbox WHERE name = 'outside_session_confirmed'")} == {"import"}
    (first, _) = sorted(past.h.get("/outside-sessions", OFFICER).ok()["items"], key=lambda s: s["session_no"])
    assert (first["state"], first["recorder_role"], first["host"], first["import_line"]) == ("confirmed", "import", "@瓜田小禾（演示）", 2)
    assert past.h.get("/outside-sessions", OTHER_OFFICER).ok()["items"] == []
    past.h.get(f"/outside-sessions/{first['session_id']}", VIEWER).refused("NOT_FOUND")


def test_the_same_file_twice_changes_nothing(past: World) -> None:
    content = table(*rows(past))
    past.h.import_file("outside_sessions", content)
    assert past.h.import_file("outside_sessions", content)["state"] == "duplicate"
    assert len(past.h.published(OutsideSessionConfirmed)) == 1


def test_a_withdrawn_import_is_published_as_void_and_can_be_imported_again(past: World) -> None:
    content = table(*rows(past))
    done = past.h.import_file("outside_sessions", content)
    past.h.post(f"/imports/{done['import_id']}/withdraw", OPERATOR).ok()
    past.h.run_jobs()
    first, second = past.h.published(OutsideSessionConfirmed)
    assert second == {**first, "void": True}
    with past.h.db.reading() as conn:
        assert value(conn, "SELECT state FROM outside_sessions") == "void"
        assert value(
            conn, "SELECT array_agg(aggregate_version ORDER BY position) FROM outbox WHERE name = 'outside_session_confirmed'"
        ) == [1, 2]
    assert past.h.import_file("outside_sessions", content)["state"] == "applied"


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_stored(past: World) -> None:
    good, late = (
        rows(past),
        rows(past, "ZB-009", start=f"{past.today:%Y-%m-%d} 01:00", end=f"{past.today:%Y-%m-%d} 02:00", confirmed=f"{past.today:%Y-%m-%d}"),
    )
    lines = [
        *good,  # 2, 3
        *rows(past, "ZB-003", product="P371522-9999"),  # 4
        *rows(past, "ZB-004", product="P371522-0002"),  # 6 + 7 the same product
        *rows(past, "ZB-005", refunds="4940.01"),  # 8
        *rows(past, "ZB-006", unit="袋"),  # 10
        *rows(past, "ZB-007", quantity="-3"),  # 12
        *rows(past, "ZB-008", peak="22001"),  # 14
        *late,  # 16, 17
        *rows(past, "ZB-010", evidence=""),  # 18
        *rows(past, "ZB-011", county="东昌"),  # 20
        *rows(past, "ZB-012", quantity="1.5"),  # 22
    ]
    done = past.h.import_file("outside_sessions", table(*lines))
    assert done["state"] == "refused"
    found = {(e["line"], e["code"]) for e in done["errors"]}
    assert {
        (4, "UNKNOWN"),
        (7, "DOUBLE_PRODUCT"),
        (8, "REFUNDS_ABOVE_GROSS"),
        (10, "WRONG_UNIT"),
        (12, "NOT_POSITIVE"),
        (14, "PEAK_ABOVE_PARTICIPANTS"),
        (16, "AFTER_CUTOVER"),
        (18, "REQUIRED"),
        (20, "BAD_COUNTY"),
        (22, "INVALID_QUANTITY"),
    } <= found
    assert not any(line in (2, 3) for line, _ in found)
    assert past.h.published(OutsideSessionConfirmed) == []


def test_a_product_not_certified_on_the_session_s_day_is_refused(past: World) -> None:
    start = past.today - timedelta(days=750)
    changes = {"start": f"{start} 19:00", "end": f"{start} 21:00", "confirmed": f"{start + timedelta(days=1)}"}
    done = past.h.import_file("outside_sessions", table(*rows(past, **changes)))
    assert [(e["line"], e["code"]) for e in done["errors"]] == [(2, "NOT_CERTIFIED_THEN"), (3, "NOT_CERTIFIED_THEN")]


def test_gb18030_is_read_like_utf_8(past: World) -> None:
    assert past.h.import_file("outside_sessions", table(*rows(past)).encode("gb18030"))["state"] == "applied"


def test_only_operator_and_bureau_import(past: World) -> None:
    past.h.post("/imports", OFFICER, {"kind": "outside_sessions", "filename": "a.csv", "object_key": "uploads/abcdefgh"}).refused(
        "FORBIDDEN"
    )


def test_a_host_stands_in_its_own_table_only(past: World) -> None:
    """Neither the preview of a file nor the list of its mistakes keeps what a person is called."""
    host = "@瓜田小禾（演示）"
    past.h.import_file("outside_sessions", table(*rows(past)))
    refused = past.h.import_file("outside_sessions", table(*rows(past, "ZB-009", host=host * 8), *rows(past, "ZB-010", host=f"={host}")))
    assert refused["state"] == "refused"
    assert {e["value"] for e in refused["errors"] if e["column"] == "主播"} == {""}
    with past.h.db.reading() as conn:
        names = [
            row["name"]
            for row in every(
                conn, "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]
        holding = {name for name in names if value(conn, f"SELECT count(*) FROM {name} t WHERE strpos(t::text, '瓜田小禾') > 0")}
    assert holding == {"handles"}
