from __future__ import annotations

from gateway.schema.inputs import day, flag, ref, refs, text, texts
from gateway.schema.intentions import intention, send
from gateway.schema.reporting.types import Activity, Department, PublicityRecord, Report

MUTATIONS = {
    "request_report": intention(
        "requestReport",
        "A report of a period as XLSX and CSV",
        {"from": day(), "until": day(), "county_code": text(required=False), "formats": texts("xlsx, csv", required=False)},
        ("report", Report),
        send("reporting", "/reports"),
        keyed=True,
    ),
    "record_department": intention(
        "recordDepartment",
        "Enter a department that takes part",
        {
            "code": text(),
            "name": text(),
            "duty": text(),
            "lead": flag(required=True),
            "valid_from": day(),
            "valid_until": day(required=False),
            "successor": text(required=False),
        },
        ("department", Department),
        send("reporting", "/departments"),
    ),
    "record_activity": intention(
        "recordActivity",
        "Enter a special sales activity",
        {
            "activity_no": text(),
            "kind": text("session, fair, signing, community_day or matching"),
            "title": text(),
            "held_on": day(),
            "county_code": text(required=False),
            "department": text(),
            "session_id": ref("LiveSession", "OutsideSession", key="session_id", required=False),
            "outlet_id": ref("Outlet", key="outlet_id", required=False),
            "contract_ids": refs("Contract", key="contract_ids", required=False),
        },
        ("activity", Activity),
        send("reporting", "/activities"),
    ),
    "record_publicity": intention(
        "recordPublicity",
        "Enter an article or broadcast",
        {
            "record_no": text(),
            "medium": text("newspaper, television, radio, online, film, column or brochure"),
            "level": text(required=False),
            "media_kind": text(),
            "title": text(),
            "published_on": day(),
        },
        ("record", PublicityRecord),
        send("reporting", "/publicity"),
    ),
}
