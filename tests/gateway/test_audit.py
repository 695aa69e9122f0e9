"""The gateway's copy of the trail: gathered once, each link checked, searched by those who may, its heads noted outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from gateway.accounts import store as accounts
from gateway.audit import gather, heads, store
from gateway.schema.fields import to_global_id
from services.kit import audit, json
from services.kit.db import Database, every
from services.kit.errors import Unavailable
from services.kit.ids import new_id
from services.kit.objects import ObjectStore
from services.kit.principal import Grant, Principal, Role, TokenIssuer
from services.kit.service import Context
from tests.gateway.conftest import Caller
from tests.journeys.client import raw
from tests.support.service import PUBLIC_KEYS, SEEDS

BUREAU = Principal(str(new_id()), (Grant(Role.BUREAU),))
OFFICER = Principal(str(new_id()), (Grant(Role.COUNTY_OFFICER, "371502"),), {"api_key": str(new_id())})


@dataclass
class Owner:
    """A service as the gateway's client meets it, without the wire."""

    name: str
    db: Database
    away: bool = False
    asked: list[int] = field(default_factory=list)

    def get(self, path: str, params: dict[str, Any]) -> Any:
        if self.away:
            raise Unavailable()
        assert path == "/internal/audit"
        self.asked.append(params["after"])
        with self.db.reading() as conn:
            return json.loads(json.dumps_bytes({"entries": audit.page(conn, params["after"], params["limit"])}))

    def act(self, act: Any, subject: str, who: Principal = BUREAU, **more: Any) -> None:
        with self.db.transaction() as conn:
            audit.record(conn, who, act, subject, **more)
        with self.db.reading() as conn:
            audit.chain(conn, self.name)


@dataclass
class Gatherer:
    context: Context
    catalog: Owner
    orders: Owner

    def rows(self, service: str) -> list[dict[str, Any]]:
        with self.context.db.reading() as conn:
            return every(conn, "SELECT * FROM audit_trail WHERE service = %s ORDER BY seq", [service])


@pytest.fixture
def gatherer(gateway: Flask, migrated_database: Callable[[str], str]) -> Iterator[Gatherer]:
    edge = gateway.extensions["edge"]
    owners = {name: Owner(name, Database(migrated_database(name), size=2).open()) for name in ("catalog", "orders")}
    silent = {name: Owner(name, edge.db, away=True) for name in ("livestream", "reporting")}
    context = Context(edge.settings, edge.db, edge.objects, TokenIssuer("gateway", SEEDS["gateway"]), {**owners, **silent})  # type: ignore[dict-item]
    yield Gatherer(context, owners["catalog"], owners["orders"])
    for owner in owners.values():
        owner.db.close()


# ------------------------------------------------------------------------------------------- gathering


def test_rows_are_gathered_once_with_their_hashes_whatever_service_is_away(gatherer: Gatherer) -> None:
    gatherer.catalog.act("product:suspend", "product:1", before={"state": "certified"}, after={"state": "suspended"}, reason="抽检")
    gatherer.catalog.act("product:reinstate", "product:1", after={"price": 1.5, "at": "2026-01-01", "n": [1, None, True]})
    for _ in range(3):
        gather.gather_all(gatherer.context)
    rows = gatherer.rows("catalog")
    assert [r["seq"] for r in rows] == [1, 2]
    with gatherer.catalog.db.reading() as conn:
        assert [bytes(r["hash"]) for r in rows] == [bytes(r["hash"]) for r in every(conn, "SELECT hash FROM audit ORDER BY seq")]
    assert all(audit.digest(bytes(r["previous_hash"]), r) == bytes(r["hash"]) for r in rows)
    gatherer.catalog.act("product:recall", "product:1", who=OFFICER)
    gatherer.catalog.away = True
    gather.gather_all(gatherer.context)
    assert len(gatherer.rows("catalog")) == 2
    gatherer.catalog.away = False
    gather.gather_all(gatherer.context)
    assert [r["act"] for r in gatherer.rows("catalog")] == ["product:suspend", "product:reinstate", "product:recall"]
    assert gatherer.catalog.asked[-1] == 2, "only what is missing is asked for"


def test_more_than_a_page_comes_in_one_go(gatherer: Gatherer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "PAGE", 2)
    for n in range(5):
        gatherer.catalog.act("product:suspend", f"product:{n}")
    gather.gather_all(gatherer.context)
    assert [r["seq"] for r in gatherer.rows("catalog")] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'x' WHERE seq = 2",
        "UPDATE audit SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE seq = 2",
        "UPDATE audit SET previous_hash = set_byte(previous_hash, 0, get_byte(previous_hash, 0) # 1) WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
    ],
)
def test_a_row_that_does_not_follow_is_not_taken_and_is_alarmed(gatherer: Gatherer, pg_admin_url: str, statement: str) -> None:
    gatherer.catalog.act("product:suspend", "product:1")
    gather.gather_all(gatherer.context)
    gatherer.catalog.act("product:suspend", "product:2")
    gatherer.catalog.act("product:suspend", "product:3")
    with psycopg.connect(f"{pg_admin_url.rsplit('/', 1)[0]}/{gatherer.catalog.db.url.rsplit('/', 1)[1]}", autocommit=True) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute(statement)  # type: ignore[call-overload]
    gatherer.orders.act("slip:record", "slip:1")
    gather.gather_all(gatherer.context)
    assert [r["seq"] for r in gatherer.rows("catalog")] == [1]
    assert gather.AUDIT_BROKEN.labels("catalog")._value.get() == 1
    assert [r["seq"] for r in gatherer.rows("orders")] == [1], "the others go on"
    assert gather.AUDIT_BROKEN.labels("orders")._value.get() == 0


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize(("table", "column"), [("audit_trail", "reason"), ("audit_heads", "heads")])
def test_the_copy_cannot_be_changed_either(gatherer: Gatherer, pg_admin_url: str, statement: str, table: str, column: str) -> None:
    gatherer.catalog.act("product:suspend", "product:1")
    gather.gather_all(gatherer.context)
    gather.note(gatherer.context)
    words = statement.format(table, column, column)
    url = gatherer.context.db.url
    for each in (url, f"{pg_admin_url.rsplit('/', 1)[0]}/{url.rsplit('/', 1)[1]}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(each) as conn:
            conn.execute(words)  # type: ignore[call-overload]


def test_two_gatherers_at_once_keep_one_row(gatherer: Gatherer) -> None:
    """Should a lock be lost without its holder noticing: the number is unique, the second one's page is rolled back whole."""
    gatherer.catalog.act("product:suspend", "product:1")
    rows = gather._rows(gatherer.context, "catalog", 0)
    for expected in (False, True):
        try:
            with gatherer.context.db.transaction() as conn:
                store.insert_many(conn, "catalog", rows)
            refused = False
        except psycopg.errors.UniqueViolation:
            refused = True
        assert refused is expected
    gather.gather_all(gatherer.context)
    assert len(gatherer.rows("catalog")) == 1


# ------------------------------------------------------------------------------------ heads outside


def noted(gatherer: Gatherer, public_key: str = PUBLIC_KEYS["gateway"]) -> heads.Noted:
    with gatherer.context.db.reading() as conn:
        known = [row["object_key"] for row in store.noted(conn)]
    return heads.read(gatherer.context.objects, public_key, known)


def test_heads_are_noted_signed_when_they_have_moved(gatherer: Gatherer) -> None:
    assert not gather.note(gatherer.context), "nothing to note yet: it is tried again soon"
    gatherer.catalog.act("product:suspend", "product:1")
    gather.gather_all(gatherer.context)
    assert gather.note(gatherer.context)
    assert gather.note(gatherer.context)
    first = noted(gatherer)
    assert (first.objects, first.problems) == (1, [])
    (head,) = first.heads
    assert (head.service, head.seq, head.hash) == ("catalog", 1, bytes(gatherer.rows("catalog")[0]["hash"]).hex())
    gatherer.orders.act("slip:record", "slip:1")
    gather.gather_all(gatherer.context)
    gather.note(gatherer.context)
    second = noted(gatherer)
    assert (second.objects, len(second.heads)) == (2, 3)


def test_a_noted_head_that_is_forged_or_taken_away_is_found(gatherer: Gatherer) -> None:
    gatherer.catalog.act("product:suspend", "product:1")
    gather.gather_all(gatherer.context)
    gather.note(gatherer.context)
    objects: ObjectStore = gatherer.context.objects
    (key,) = objects.keys(heads.PREFIX)
    signed = objects.read(key)
    header, payload, signature = signed.split(b".")
    objects.put(key, b".".join([header, payload[:-2] + b"AA", signature]), "application/jose")
    assert noted(gatherer).problems == [f"{key} is not signed by the gateway"]
    objects.put(key, signed, "application/jose")
    assert noted(gatherer, PUBLIC_KEYS["catalog"]).problems == [f"{key} is not signed by the gateway"]
    objects.remove(key)
    assert noted(gatherer).problems == [f"{key} was written and is gone from the object store"]


# --------------------------------------------------------------------------------------------- searching

ENTRIES = """query($filter: AuditFilter, $first: Int, $after: String) {
  auditEntries(filter: $filter, first: $first, after: $after) {
    nodes { id service seq action title subjectId subjectKey reason role scope apiKeyId requestId hash
            actor { id } actorName changes { field before after } }
    pageInfo { endCursor hasNextPage } } }"""


@pytest.fixture
def reader(gatherer: Gatherer, sign_up: Callable[..., Any], gateway: Flask) -> Any:
    """A bureau officer, and a trail of seven entries in two services."""
    caller = sign_up()
    with gatherer.context.db.transaction() as conn:
        accounts.put_grant(conn, UUID(raw(caller.account_id)), "operator", "", "test")
    for n in range(3):
        before, after = {"state": "certified"}, {"state": "suspended"}
        gatherer.catalog.act("product:suspend", f"product:{PRODUCT[n]}", before=before, after=after, reason=f"抽检不合格 {n}")
    gatherer.catalog.act("merchant:certify", f"merchant:{PRODUCT[0]}", after={"document_no": "聊帮〔2026〕7号"})
    gatherer.orders.act("external_report:confirm", f"external_report:{PRODUCT[1]}", who=OFFICER, before="submitted", after="confirmed")
    gatherer.orders.act("import:start", f"import:{PRODUCT[2]}", after={"kind": "slips"})
    gather.gather_all(gatherer.context)
    return caller


PRODUCT = [str(new_id()) for _ in range(3)]


def found(reader: Any, **filter: Any) -> list[str]:
    return [n["action"] for n in reader.data(ENTRIES, {"filter": filter})["auditEntries"]["nodes"] if n["service"] != "gateway"]


def test_entries_are_read_newest_first_with_all_that_was_asked_for(reader: Any) -> None:
    (entry,) = reader.data(ENTRIES, {"filter": {"actions": ["external_report:confirm"]}})["auditEntries"]["nodes"]
    assert entry["subjectId"] == to_global_id("ExternalReport", PRODUCT[1])
    assert entry["actor"]["id"] == to_global_id("Account", OFFICER.subject)
    assert (entry["role"], entry["scope"]) == ("COUNTY_OFFICER", "371502")
    assert entry["apiKeyId"] == to_global_id("ApiKey", OFFICER.facts["api_key"])
    assert entry["changes"] == [{"field": "state", "before": '"submitted"', "after": '"confirmed"'}]
    assert entry["title"] == "核定外部销售月报"
    again = reader.data("query($id: ID!) { auditEntry(id: $id) { id hash } }", {"id": entry["id"]})["auditEntry"]
    assert again == {"id": entry["id"], "hash": entry["hash"]}
    assert found(reader, service="orders") == ["import:start", "external_report:confirm"]


def test_each_filter_finds_what_it_says_and_nothing_else(reader: Any) -> None:
    assert found(reader, actions=["product:suspend"]) == ["product:suspend"] * 3
    assert found(reader, subject=to_global_id("Product", PRODUCT[1])) == ["product:suspend"]
    assert found(reader, subject=to_global_id("Import", f"orders.{PRODUCT[2]}")) == ["import:start"]
    assert found(reader, actor=to_global_id("Account", OFFICER.subject)) == ["external_report:confirm"]
    assert found(reader, text="不合格 2") == ["product:suspend"]
    assert found(reader, text="2026〕7") == ["merchant:certify"]
    assert found(reader, text="合") == ["product:suspend"] * 3
    assert found(reader, text="SLIPS") == ["import:start"]
    assert found(reader, text="100%_") == []
    assert found(reader, **{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}) == []
    assert len(found(reader, **{"from": "2020-01-01T00:00:00Z"})) == 6


def test_pages_join_without_a_gap_or_an_entry_twice(reader: Any) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = reader.data(ENTRIES, {"first": 2, "after": after})["auditEntries"]
        seen += [n["id"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    whole = [n["id"] for n in reader.data(ENTRIES, {"first": 100})["auditEntries"]["nodes"]]
    assert seen == whole
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("filter", "code"),
    [
        ({"service": "payroll"}, "INVALID_INPUT"),
        ({"actions": ["product:burn"]}, "INVALID_INPUT"),
        ({"text": "x" * 101}, "INVALID_INPUT"),
        ({"subject": "bm8"}, "NOT_FOUND"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(reader: Any, filter: dict[str, Any], code: str) -> None:
    assert reader.code(ENTRIES, {"filter": filter}) == code


@pytest.mark.parametrize("query", ["{ auditEntries { nodes { id } } }", '{ auditEntry(id: "eA") { id } }', "{ auditActions { name } }"])
def test_nobody_else_reads_the_trail(sign_up: Callable[..., Any], gateway: Flask, query: str) -> None:
    assert Caller(gateway).code(query) == "UNAUTHENTICATED"
    assert sign_up().code(query) == "FORBIDDEN"


def test_the_closed_list_is_shown_in_both_languages(reader: Any) -> None:
    listed = {a["name"]: a["title"] for a in reader.data("{ auditActions { name title services } }")["auditActions"]}
    assert listed["product:recall"] == "召回产品"
