"""Counters, fairs and community stores that were open before the cutover."""

from __future__ import annotations

from uuid import UUID

from services.events.orders import OutletClosed, OutletOpened
from services.kit import clock, outbox
from services.kit.db import Conn, every
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.time import business_date
from services.orders.domain.outlets.outlet import SUB_KINDS
from services.orders.importers.papers import copy_rows, refuse_after_cutover, refuse_taken, refuse_used
from services.orders.importers.shared import county_or_outside

KINDS = {"counter": "专柜", "expo": "展销会", "community_store": "社区店"}
SUB_KIND_WORDS = {"supermarket": "超市", "wholesale_market": "批发市场", "scenic_spot": "景区", "service_area": "服务区",
                  "post_or_bank": "邮政银行网点", "fair": "展销", "store": "社区店"}
ROW = ("outlet_id", "outlet_code", "kind", "sub_kind", "name", "county_code", "state", "opened_on", "closed_on", "applied_by", "applied_at",
       "import_id", "import_line")


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Document]:
    refuse_taken(conn, documents, problems, "outlet_code", "SELECT outlet_code AS number FROM outlets WHERE outlet_code = ANY(%s)")
    refuse_after_cutover(conn, documents, problems, "opened_on")
    for document in documents:
        for row in document.rows[1:]:
            problems.add(row.line, "outlet_code", "REPEATED_LINE", "同一网点出现两次", "the outlet stands twice", document.key)
        if document["county_code"] == "outside":
            problems.add(document.line, "county_code", "UNKNOWN_CHOICE", "应为县市区代码", "a county code", document["county_code"])
        if SUB_KINDS[document["sub_kind"]] != document["kind"]:
            problems.add(document.line, "sub_kind", "SUB_KIND_DIFFERS", "细类与网点类型不符", "no sub-kind of this kind",
                         document["sub_kind"])
        if document["closed_on"] is not None and document["closed_on"] < document["opened_on"]:
            problems.add(document.line, "closed_on", "BAD_PERIOD", "关闭日期早于开业日期", "closed before it opened", document["closed_on"])
    return documents


def apply(conn: Conn, checked: list[Document], run: Run) -> None:
    now = clock.now(conn)
    today = business_date(now)
    rows = []
    events = []
    for document in checked:
        outlet_id = new_id()
        closed = document["closed_on"] is not None and document["closed_on"] < today
        rows.append((outlet_id, document.key, document["kind"], document["sub_kind"], document["name"], document["county_code"],
                     "closed" if closed else "open", document["opened_on"], document["closed_on"], run.created_by, now, run.import_id,
                     document.line))
        events.append((OutletOpened(
            outlet_id=outlet_id, version=1, outlet_code=document.key, name=document["name"], kind=document["kind"],
            sub_kind=document["sub_kind"], county_code=document["county_code"], opened_on=document["opened_on"],
            closed_on=document["closed_on"]), 1))
    copy_rows(conn, "outlets", ROW, rows)
    outbox.publish_many(conn, list(events), "import")


def withdraw(conn: Conn, run: Run) -> None:
    refuse_used(conn, run, "slips, sheets, fair orders",
                "SELECT 1 FROM outlets o WHERE o.import_id = %(import_id)s AND ("
                "EXISTS (SELECT 1 FROM slips s WHERE s.outlet_id = o.outlet_id AND s.state = 'recorded') "
                "OR EXISTS (SELECT 1 FROM sheets s WHERE s.outlet_id = o.outlet_id AND s.state = 'recorded') "
                "OR EXISTS (SELECT 1 FROM fair_orders s WHERE s.outlet_id = o.outlet_id AND s.state = 'recorded')) LIMIT 1")
    today = business_date(clock.now(conn))
    ids: list[UUID] = [row["outlet_id"] for row in every(conn, "SELECT outlet_id FROM outlets WHERE import_id = %s", [run.import_id])]
    conn.execute("DELETE FROM outlets WHERE import_id = %s", [run.import_id])
    outbox.publish_many(conn, [(OutletClosed(outlet_id=outlet_id, closed_on=today, void=True), 2) for outlet_id in ids], "import")


OUTLETS = ImportKind(
    name="outlets", title="网点", document_key="outlet_code", check=check, apply=apply, withdraw=withdraw,
    columns=(
        Column("outlet_code", "网点编号", code), Column("kind", "网点类型", choice(KINDS)),
        Column("sub_kind", "网点细类", choice(SUB_KIND_WORDS)), Column("name", "名称", text()),
        Column("county_code", "县市区代码", county_or_outside), Column("opened_on", "开业日期", day),
        Column("closed_on", "关闭日期", day, required=False),
    ))
