"""The audit trail of one service: what a row holds, the chain made after commit, and what the database refuses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from services.kit import audit, audit_check
from services.kit.audit import UnknownAct, record
from services.kit.audit_check import Chain, Finding
from services.kit.db import Conn, Database, connect, every, value
from services.kit.principal import Grant, Principal, Role
from services.kit.relay import Relay
from services.kit.schema import AUDIT_V2, BASE_V1
from services.kit.stream import RedisStream
from services.kit.telemetry import begin_request

BUREAU = Principal("0197fedc-0000-7000-8000-000000000001", (Grant(Role.BUREAU),))
COUNTY = Principal("0197fedc-0000-7000-8000-000000000002", (Grant(Role.MERCHANT, "m-1"), Grant(Role.COUNTY_OFFICER, "371502")))


@pytest.fixture(scope="module")
def database(migrated_database_module: Callable[[str], str]) -> Iterator[Database]:
    db = Database(migrated_database_module("reporting"), size=4).open()
    yield db
    db.close()


@pytest.fixture
def superuser(database: Database, pg_admin_url: str) -> str:
    """The writer's database, as its administrator."""
    return f"{pg_admin_url.rsplit('/', 1)[0]}/{database.url.rsplit('/', 1)[1]}"


@pytest.fixture
def writer(database: Database, superuser: str) -> Database:
    """Without a row: one database for all, because making one takes longer than any test here."""
    with connect(superuser) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("TRUNCATE audit RESTART IDENTITY")
        conn.execute("DROP TABLE IF EXISTS copy")
    return database


def write(db: Database, number: int = 1) -> None:
    with db.transaction() as conn:
        for n in range(number):
            record(conn, BUREAU, "product:suspend", f"product:{n}", before={"state": "certified"}, after={"state": "suspended"}, reason="r")


def rows(db: Database) -> list[dict[str, Any]]:
    with db.reading() as conn:
        return every(conn, "SELECT * FROM audit ORDER BY position")


def chained(db: Database, limit: int = audit.BATCH) -> int:
    with db.reading() as conn:
        return audit.chain(conn, "writer", limit)


def verified(db: Database) -> list[Finding]:
    with db.transaction() as conn:
        return audit_check.verify("writer", audit.rows_of(conn))


# ---------------------------------------------------------------------------------------------- a row


def test_a_row_says_who_as_what_on_what_and_only_what_changed(writer: Database) -> None:
    begin_request("req-1", "en")
    with writer.transaction() as conn:
        before = {"state": "certified", "price_fen": 500, "labels": ["green"]}
        after = {**before, "price_fen": 600}
        record(conn, COUNTY, "external_report:confirm", "external_report:9", before=before, after=after, reason="why")
    (row,) = rows(writer)
    assert (row["actor"], row["role"], row["scope"], row["api_key"]) == (COUNTY.subject, "county_officer", "371502", None)
    assert (row["act"], row["subject"]) == ("external_report:confirm", "external_report:9")
    assert (row["reason"], row["request_id"]) == ("why", "req-1")
    assert (row["before"], row["after"]) == ({"price_fen": 500}, {"price_fen": 600})


def test_a_bare_value_is_the_subjects_state_and_an_api_key_is_named(writer: Database) -> None:
    by_key = Principal("a", (Grant(Role.MERCHANT, "m-1"), Grant(Role.MERCHANT, "m-2")), {"api_key": "key-7"})
    with writer.transaction() as conn:
        record(conn, by_key, "call_off:confirm", "call_off:1", before="requested", after="confirmed")
        record(conn, by_key, "stock:counted", "product:1", after={"merchant_id": "m-2"})
    first, second = rows(writer)
    assert (first["before"], first["after"], first["api_key"]) == ({"state": "requested"}, {"state": "confirmed"}, "key-7")
    # Of two merchants it is the one that the row speaks of, or none.
    assert [(r["role"], r["scope"]) for r in (first, second)] == [("merchant", None), ("merchant", "m-2")]


def test_an_act_outside_the_closed_list_cannot_be_recorded(writer: Database) -> None:
    with pytest.raises(UnknownAct), writer.transaction() as conn:
        record(conn, BUREAU, "product:burn", "product:1")  # type: ignore[arg-type]
    assert rows(writer) == []


_NOT_A_PERSONS = "发票 12345678901234567890，0197fedc-0000-7138-8123-456780000001"


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("与 13812345678 联系", "与 *** 联系"),
        ("call +86 138-1234-5678 or a.b@example.org", "call *** or ***"),
        (_NOT_A_PERSONS, _NOT_A_PERSONS),
        (None, None),
    ],
)
def test_a_reason_loses_numbers_by_which_a_person_is_called(reason: str | None, kept: str | None) -> None:
    assert audit.masked(reason) == kept


def test_the_row_commits_with_its_change_or_not_at_all(writer: Database) -> None:
    with pytest.raises(ZeroDivisionError), writer.transaction() as conn:
        record(conn, BUREAU, "product:suspend", "product:1")
        raise ZeroDivisionError
    assert rows(writer) == []


# ------------------------------------------------------------------------------------------ the chain


def test_committed_rows_are_numbered_and_hashed_once_in_order(writer: Database) -> None:
    write(writer, 5)
    assert [chained(writer, 2) for _ in range(4)] == [2, 2, 1, 0]
    found = rows(writer)
    assert [r["seq"] for r in found] == [1, 2, 3, 4, 5]
    assert [bytes(r["previous_hash"]) for r in found] == [audit.genesis("writer"), *(bytes(r["hash"]) for r in found[:-1])]
    assert all(audit.digest(bytes(r["previous_hash"]), r) == bytes(r["hash"]) for r in found)
    assert verified(writer) == []


def test_a_row_that_commits_late_is_not_passed_over(writer: Database) -> None:
    """Its position is lower, its number is higher: numbers are given after commit."""
    with connect(writer.url) as slow, slow.transaction():
        record(slow, BUREAU, "product:recall", "product:late")
        write(writer, 2)
        assert chained(writer) == 2
    assert chained(writer) == 1
    assert [(r["subject"], r["seq"]) for r in rows(writer)] == [("product:late", 3), ("product:0", 1), ("product:1", 2)]
    assert verified(writer) == []


def test_a_relay_that_dies_between_commit_and_hash_loses_nothing_and_doubles_nothing(writer: Database) -> None:
    write(writer, 3)
    with connect(writer.url) as dying:
        pid = dying.info.backend_pid

        def give_up(*_: Any) -> None:
            with writer.reading() as conn:
                conn.execute("SELECT pg_terminate_backend(%s)", [pid])

        with pytest.raises(psycopg.OperationalError), dying.transaction():
            assert audit.chain(dying, "writer") == 3
            give_up()
    assert [r["seq"] for r in rows(writer)] == [None] * 3
    assert chained(writer) == 3
    assert verified(writer) == []


def test_the_relay_chains_beside_its_events_and_goes_on_after_another(writer: Database, stream: RedisStream) -> None:
    write(writer, 2)
    for round_ in (1, 2):
        stop = threading.Event()
        thread = threading.Thread(target=Relay("writer", writer.url, stream).run, args=(stop,), daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not all(r["seq"] for r in rows(writer)):
            assert time.monotonic() < until, "the relay does not chain"
            stop.wait(0.02)
        stop.set()
        thread.join(5)
        if round_ == 1:
            write(writer, 3)
    assert sorted(r["seq"] for r in rows(writer)) == [1, 2, 3, 4, 5]
    assert verified(writer) == []


# ------------------------------------------------------------------------------------------ the fences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'x'",
        "UPDATE audit SET hash = '\\x00' WHERE hash IS NOT NULL",
        "UPDATE audit SET seq = NULL, hash = NULL, previous_hash = NULL",
        "UPDATE audit SET hash = '\\x00', seq = 7, previous_hash = '\\x00', actor = 'x' WHERE hash IS NULL",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE hash IS NULL",
        "TRUNCATE audit",
    ],
)
def test_the_database_refuses_to_change_or_delete(writer: Database, superuser: str, statement: str) -> None:
    """To the service's role, which lacks the right, and to a superuser, whom the trigger stops."""
    write(writer, 2)
    chained(writer, 1)
    before = rows(writer)
    for url in (writer.url, superuser):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(url) as conn:
            conn.execute(statement)
    assert rows(writer) == before


def test_the_services_role_keeps_the_right_to_number_and_to_hash_alone(writer: Database) -> None:
    with writer.reading() as conn:
        rights = {
            r: value(conn, "SELECT coalesce(bool_or(a.privilege_type = %s), false) FROM pg_class c, aclexplode(c.relacl) a "
                     "WHERE c.relname = 'audit' AND a.grantee = c.relowner", [r])
            for r in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        }
        columns = every(conn, "SELECT attname FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attacl IS NOT NULL ORDER BY 1")
    assert rights == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    assert [c["attname"] for c in columns] == ["hash", "previous_hash", "seq"]


# ---------------------------------------------------------------- what is found when somebody got past the fences


@pytest.fixture
def tampered(writer: Database, superuser: str) -> Iterator[Conn]:
    """Seven chained rows, and a superuser for whom no trigger fires. The copy is what the gateway had gathered."""
    write(writer, 7)
    chained(writer)
    with connect(superuser) as conn:
        conn.execute("CREATE TABLE copy AS SELECT * FROM audit")
        conn.execute("SET session_replication_role = replica")
        yield conn


def judged(conn: Conn) -> list[Finding]:
    with conn.transaction():
        ours = list(audit.rows_of(conn))
        theirs = list(audit.rows_of(conn, f"SELECT {', '.join(audit.COLUMNS)} FROM copy ORDER BY seq"))
    return list(audit_check.compare("writer", ours, theirs, Chain("writer"), Chain("writer")))


def alone(conn: Conn) -> list[tuple[int, str]]:
    with conn.transaction():
        return [(f.seq, f.what) for f in audit_check.verify("writer", audit.rows_of(conn))]


def test_whole_chains_give_no_finding(tampered: Conn) -> None:
    assert judged(tampered) == []


ONE_BYTE = {
    "reason": "reason = 's'",
    "actor": "actor = overlay(actor placing '9' from 36)",
    "act": "act = 'product:suspenD'",
    "subject": "subject = 'product:9'",
    "before": """before = '{"state": "certifieb"}'""",
    "after": """after = '{"state": "suspendet"}'""",
    "at": "at = at + interval '1 microsecond'",
    "role": "role = 'bureav'",
    "request_id": "request_id = coalesce(request_id, '') || '!'",
    "hash": "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
    "previous_hash": "previous_hash = set_byte(previous_hash, 0, get_byte(previous_hash, 0) # 1)",
}


@pytest.mark.parametrize("field", ONE_BYTE)
def test_one_byte_changed_is_found_with_its_row_and_no_other(tampered: Conn, field: str) -> None:
    tampered.execute(f"UPDATE audit SET {ONE_BYTE[field]} WHERE seq = 4")
    (found,) = judged(tampered)
    assert (found.service, found.seq, found.what) == ("writer", 4, "unlinked" if field == "previous_hash" else "altered")
    assert found.position == value(tampered, "SELECT position FROM audit WHERE seq = 4")
    if field not in ("hash", "previous_hash"):
        assert f"{field} is " in found.detail
    assert [seq for seq, _ in alone(tampered)] == [4], "without the copy, too"


def test_the_first_and_the_last_row_are_no_exception(tampered: Conn) -> None:
    tampered.execute("UPDATE audit SET reason = 's' WHERE seq IN (1, 7)")
    assert [f.seq for f in judged(tampered)] == [1, 7]
    assert [seq for seq, _ in alone(tampered)] == [1, 7]


def test_a_deleted_row_is_named_from_the_copy(tampered: Conn) -> None:
    tampered.execute("DELETE FROM audit WHERE seq IN (3, 4)")
    assert [(f.seq, f.what, f.act, f.subject) for f in judged(tampered)] == [
        (3, "deleted", "product:suspend", "product:2"),
        (4, "deleted", "product:suspend", "product:3"),
    ]
    assert alone(tampered) == [(3, "deleted"), (4, "deleted")]


def test_a_row_deleted_in_both_is_missing_all_the_same(tampered: Conn) -> None:
    tampered.execute("DELETE FROM audit WHERE seq = 3")
    tampered.execute("DELETE FROM copy WHERE seq = 3")
    assert [(f.seq, f.what) for f in judged(tampered)] == [(3, "deleted")]


def test_a_tail_cut_off_is_known_to_the_copy(tampered: Conn) -> None:
    tampered.execute("DELETE FROM audit WHERE seq > 5")
    assert alone(tampered) == [], "the chain alone cannot know"
    assert [(f.seq, f.what, f.act) for f in judged(tampered)] == [(6, "cut off", "product:suspend"), (7, "cut off", "product:suspend")]


def test_two_rows_that_changed_places_are_both_named(tampered: Conn) -> None:
    tampered.execute(
        "UPDATE audit a SET seq = -b.seq, hash = b.hash, previous_hash = b.previous_hash FROM audit b "
        "WHERE (a.seq, b.seq) IN ((2, 5), (5, 2))"
    )
    tampered.execute("UPDATE audit SET seq = -seq WHERE seq < 0")
    found = judged(tampered)
    assert [(f.seq, f.what) for f in found] == [(2, "swapped"), (5, "swapped")]
    assert "number 2 have changed places" in found[1].detail
    assert {2, 5} <= {seq for seq, _ in alone(tampered)}


def test_a_chain_made_anew_from_a_row_on_is_whole_but_not_the_one_that_was_gathered(tampered: Conn) -> None:
    tampered.execute("UPDATE audit SET reason = 'another' WHERE seq = 5")
    tampered.execute("UPDATE audit SET seq = NULL, hash = NULL, previous_hash = NULL WHERE seq >= 5")
    audit.chain(tampered, "writer")
    assert alone(tampered) == []
    found = judged(tampered)
    assert [(f.seq, f.what) for f in found] == [(5, "rewritten"), (6, "rewritten"), (7, "rewritten")]
    assert 'reason is "another", was "r"' in found[0].detail


def test_a_change_of_the_copy_is_told_from_one_of_the_service(tampered: Conn) -> None:
    tampered.execute("UPDATE copy SET reason = 's' WHERE seq = 4")
    assert [(f.seq, f.what) for f in judged(tampered)] == [(4, "copy altered")]


def test_rows_that_the_copy_has_not_gathered_yet_are_judged_by_themselves(tampered: Conn) -> None:
    tampered.execute("DELETE FROM copy WHERE seq > 2")
    assert judged(tampered) == []
    tampered.execute("UPDATE audit SET reason = 's' WHERE seq = 6")
    assert [(f.seq, f.what) for f in judged(tampered)] == [(6, "altered")]


# --------------------------------------------------------------------------------------- rows of before


def test_rows_chained_before_the_trail_named_roles_are_chained_anew_in_their_order(make_database: Callable[[str], str]) -> None:
    with connect(make_database("orders")) as conn:
        conn.execute(BASE_V1)
        for n in range(3):
            conn.execute(
                "INSERT INTO audit (actor, act, subject, hash, previous_hash, chained) "
                "VALUES ('a', 'slip:record', %s, 'old', 'old', nextval('audit_chain'))",
                [f"slip:{n}"],
            )
        conn.execute(AUDIT_V2)
        assert audit.chain(conn, "orders") == 3
        found = every(conn, "SELECT subject, seq, role FROM audit ORDER BY position")
        assert [(r["subject"], r["seq"], r["role"]) for r in found] == [("slip:0", 1, None), ("slip:1", 2, None), ("slip:2", 3, None)]
        with conn.transaction():
            assert audit_check.verify("orders", audit.rows_of(conn)) == []
