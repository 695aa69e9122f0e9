from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.events.catalog import MerchantCertified
from services.events.livestream import OutsideSessionConfirmed
from services.kit.principal import Principal, Role
from tests.livestream.support import COUNTY, GUEST, OFFICER, OTHER_COUNTY, OTHER_OFFICER, VIEWER, World
from tests.support.service import BUREAU, principal

PATH = "/outside-sessions"


def body(world: World, **changes: Any) -> dict[str, Any]:
    start = world.h.now() - timedelta(hours=5)
    return {
        "title": "香瓜专场",
        "platform": "短视频平台",
        "host": "@瓜田小禾（演示）",
        "started_at": start,
        "ended_at": start + timedelta(hours=2),
        "participants": 22000,
        "peak": 1900,
        "paid_fen": 499000,
        "refund_fen": 12000,
        "evidence": "平台后台截图 ZB-001",
        "lines": [
            {"product_id": world.products[0], "quantity": "60", "unit": "箱", "gross_fen": 299400, "refund_fen": 12000},
            {"product_id": world.products[1], "quantity": "80", "unit": "斤", "gross_fen": 199600},
        ],
        **changes,
    }


def record(world: World, who: Principal, key: str = "key-00000001", **changes: Any) -> Any:
    return world.h.post(PATH, who, body(world, **changes), key)


def merchant(world: World) -> Principal:
    return principal(Role.MERCHANT, world.merchant_id)


def test_recorded_with_its_paper_and_confirmed_by_its_county_it_is_published_with_its_lines(world: World) -> None:
    session = record(world, merchant(world)).ok()
    assert (session["state"], session["county_code"], session["recorder_role"]) == ("submitted", COUNTY, "merchant")
    assert world.h.published(OutsideSessionConfirmed) == []
    confirmed = world.h.post(f"{PATH}/{session['session_id']}/confirm", OFFICER).ok()
    assert confirmed["state"] == "confirmed" and confirmed["confirmed_on"] == world.today.isoformat()
    (event,) = world.h.published(OutsideSessionConfirmed)
    assert (event["participants"], event["peak"], event["evidence"], event["void"]) == (22000, 1900, "平台后台截图 ZB-001", False)
    assert [(x["quantity"], x["unit"], x["gross_fen"], x["refund_fen"]) for x in event["lines"]] == [
        ("60", "箱", 299400, 12000),
        ("40.000", "kg", 199600, 0),
    ]
    assert "瓜田小禾" not in str(event)
    world.h.post(f"{PATH}/{session['session_id']}/confirm", OFFICER).refused("WRONG_STATE")
    assert len(world.h.published(OutsideSessionConfirmed)) == 1


def test_returned_with_a_reason_it_is_mended_by_its_recorder_and_sent_again(world: World) -> None:
    who, session_id = merchant(world), record(world, merchant(world)).ok()["session_id"]
    path = f"{PATH}/{session_id}"
    world.h.post(f"{path}/resubmit", who, body(world), "key-00000002").refused("WRONG_STATE")
    world.h.post(f"{path}/return", OFFICER, {"reason": ""}).refused("INVALID_INPUT")
    assert world.h.post(f"{path}/return", OFFICER, {"reason": "截图看不清"}).ok()["return_reason"] == "截图看不清"
    world.h.post(f"{path}/confirm", OFFICER).refused("WRONG_STATE")
    world.h.post(f"{path}/resubmit", principal(Role.MERCHANT, uuid4()), body(world), "key-00000003").refused("NOT_FOUND")
    mended = body(world, evidence="清晰截图")
    for _ in range(2):
        assert world.h.post(f"{path}/resubmit", who, mended, "key-00000004").ok()["evidence"] == "清晰截图"
    assert world.h.post(f"{path}/confirm", OFFICER).ok()["state"] == "confirmed"


def test_each_recorder_records_for_his_own_scope_and_county(world: World) -> None:
    assert record(world, world.streamer, "key-streamer1").ok()["county_code"] == COUNTY
    assert record(world, OTHER_OFFICER, "key-officer-1").ok()["county_code"] == OTHER_COUNTY
    record(world, OFFICER, "key-officer-2", county_code=OTHER_COUNTY).refused("NOT_FOUND")
    record(world, merchant(world), "key-merchant-1", county_code=OTHER_COUNTY).refused("INVALID_INPUT")
    record(world, merchant(world), "key-merchant-2", merchant_id=uuid4()).refused("NOT_FOUND")
    record(world, VIEWER, "key-viewer-01").refused("FORBIDDEN")
    record(world, GUEST, "key-guest-001").refused("FORBIDDEN")
    record(world, principal(Role.MERCHANT, uuid4()), "key-unknown-1").refused("NOT_FOUND")


def test_a_merchant_records_its_own_goods_only(world: World) -> None:
    other = uuid4()
    world.h.deliver(MerchantCertified(merchant=world.merchant(other)))
    foreign = world.certify(merchant_id=other)
    lines = [{"product_id": foreign, "quantity": "1", "unit": "箱", "gross_fen": 100}]
    record(world, merchant(world), lines=lines, paid_fen=100, refund_fen=0).refused("NOT_YOUR_PRODUCT")
    record(world, world.streamer, lines=lines, paid_fen=100, refund_fen=0).ok()


def test_the_same_key_records_once_even_at_the_same_moment(world: World) -> None:
    who, content = merchant(world), body(world)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: world.h.post(PATH, who, content, "key-parallel"), range(6)))
    assert {a.status for a in answers} <= {200, 409} and len({a.body["session_id"] for a in answers if a.status == 200}) == 1
    again = world.h.post(PATH, who, content, "key-parallel").ok()
    assert len(world.h.get(PATH, who).ok()["items"]) == 1
    world.h.post(PATH, who, {**content, "participants": 1, "peak": 1}, "key-parallel").refused("IDEMPOTENCY_MISMATCH")
    assert world.h.post(PATH, who, content, "another-key-1").refused("ALREADY_RECORDED")["facts"]["session_no"] == again["session_no"]
    world.h.post(PATH, who, content).refused("INVALID_INPUT")


def test_bad_records_are_refused_with_field_and_rule_and_nothing_is_kept(world: World) -> None:
    who, good = merchant(world), body(world)
    line = good["lines"][0]

    def refused(code: str, field: str | None = None, **changes: Any) -> None:
        answer = record(world, who, **changes).refused(code)
        assert field is None or answer["field"] == field, answer

    refused("INVALID_INPUT", "evidence", evidence="")
    refused("INVALID_INPUT", "evidence", evidence="   ")
    refused("TOTALS_DIFFER", "paid_fen", paid_fen=498999)
    refused("TOTALS_DIFFER", "refund_fen", refund_fen=0)
    refused("INVALID_INPUT", "peak", peak=22001)
    refused("INVALID_INPUT", None, participants=0)
    refused("INVALID_INPUT", None, lines=[])
    refused("INVALID_INPUT", None, started_at="2026-05-18T19:00:00")
    now = world.h.now()
    refused("IN_THE_FUTURE", "ended_at", started_at=now - timedelta(hours=1), ended_at=now + timedelta(hours=1))
    refused("BAD_PERIOD", "ended_at", ended_at=good["started_at"] - timedelta(hours=1))
    refused("PERIOD_CLOSED", "started_at", started_at=now - timedelta(days=120), ended_at=now - timedelta(days=120, hours=-1))
    for quantity in ("0", "-1", "1e30", "NaN", "1.5", "１２"):
        refused("INVALID_QUANTITY", "lines.0.quantity", lines=[{**line, "quantity": quantity}], paid_fen=299400)
    refused("INVALID_QUANTITY", "lines.0.quantity", lines=[{**line, "unit": "bushel"}], paid_fen=299400)
    refused("WRONG_UNIT", "lines.0.product_id", lines=[{**line, "unit": "袋"}], paid_fen=299400)
    refused("DOUBLE_PRODUCT", "lines.1.product_id", lines=[line, line], paid_fen=598800, refund_fen=24000)
    refused("NOT_CERTIFIED_THEN", "lines.0.product_id", lines=[{**line, "product_id": uuid4()}], paid_fen=299400)
    for extra in ("state", "import_id", "confirmed_on", "decided_by", "role"):
        refused("INVALID_INPUT", extra, **{extra: "confirmed"})
    assert world.h.get(PATH, who).ok()["items"] == []


def test_what_lies_before_the_cutover_enters_by_the_importer_only(world: World) -> None:
    world.h.set_cutover(world.h.now() - timedelta(hours=1))
    record(world, merchant(world)).refused("PERIOD_CLOSED")


def test_a_record_is_found_by_its_recorder_its_county_and_the_bureau_only(world: World) -> None:
    who = merchant(world)
    session_id = record(world, who).ok()["session_id"]
    path = f"{PATH}/{session_id}"
    for reader in (who, OFFICER, BUREAU, principal(Role.DEPARTMENT_OFFICER, "commerce")):
        assert len(world.h.get(path, reader).ok()["lines"]) == 2
        (shown,) = world.h.get(PATH, reader).ok()["items"]
        assert shown["session_id"] == session_id and shown["lines"] is None
    others = (
        VIEWER,
        GUEST,
        OTHER_OFFICER,
        world.streamer,
        principal(Role.MERCHANT, uuid4()),
        principal(Role.STREAMER, world.merchant_id),
        principal(Role.CANTEEN_BUYER, uuid4()),
        Principal("anonymous"),
    )
    for other in others:
        world.h.get(path, other).refused("NOT_FOUND")
        assert world.h.get(PATH, other).ok()["items"] == []
        for verb, sent in (("confirm", {}), ("return", {"reason": "x"})):
            world.h.post(f"{path}/{verb}", other, sent).refused("NOT_FOUND")
    for other in (who, BUREAU):
        world.h.post(f"{path}/confirm", other).refused("NOT_FOUND")
    assert world.h.get(path, OFFICER).ok()["state"] == "submitted"
