"""The life of an import: checking → refused | ready → applying → applied → withdrawing → withdrawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from services.kit import audit, clock, jobs
from services.kit.db import Conn, every, one, value
from services.kit.errors import DomainError
from services.kit.imports.files import documents, read_table
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.jobs import Job, JobKind
from services.kit.principal import Grant, Principal, Role
from services.kit.reader import applied

PREVIEW_ROWS = 20
WAIT_SECONDS = 15.0
CHECK, APPLY, WITHDRAW = "import_check", "import_apply", "import_withdraw"


def import_jobs(kinds: Iterable[ImportKind]) -> tuple[JobKind, ...]:
    by_name = {kind.name: kind for kind in kinds}
    if not by_name:
        return ()

    def bound(work: Callable[[Job, ImportKind, dict[str, Any]], Any]) -> Callable[[Job], Any]:
        def run(job: Job) -> Any:
            with job.db.reading() as conn:
                row = one(conn, "SELECT * FROM imports WHERE import_id = %s", [job.args["import_id"]])
            if row is None:
                raise jobs.JobRefused("no such import")
            try:
                return work(job, by_name[row["kind"]], row)
            except Exception as error:
                if job.attempts >= 3:
                    _fail(job, row, error)
                    raise jobs.JobRefused(repr(error)[:500]) from error
                raise
        return run

    return (
        JobKind(CHECK, bound(check), "reads only; its result overwrites itself"),
        JobKind(APPLY, bound(apply), "one transaction that ends in state applied; an applied import is passed over"),
        JobKind(WITHDRAW, bound(withdraw), "one transaction that ends in state withdrawn"),
    )


def check(job: Job, kind: ImportKind, row: dict[str, Any]) -> dict[str, Any]:
    if row["state"] != "checking":
        return {"state": row["state"]}
    problems = Problems(behind=_wait_for(job, kind.sources))
    digest, table = read_table(job.context.objects, row["object_key"], row["filename"], problems)
    found, rows = documents(kind, table, problems), max(0, len(table) - 1)
    del table
    with job.db.transaction() as conn:
        conn.execute("SET LOCAL statement_timeout = '10min'")
        earlier = value(conn, "SELECT import_id FROM imports WHERE kind = %s AND sha256 = %s AND state IN ('applying', 'applied')",
                        [kind.name, digest])
        if earlier is not None:
            conn.execute("UPDATE imports SET state = 'duplicate', sha256 = %s, duplicate_of = %s, finished_at = bangfu_now() "
                         "WHERE import_id = %s",
                         [digest, earlier, row["import_id"]])
            return {"state": "duplicate"}
        _check_documents(conn, kind, found, problems)
        clean = problems.count == 0
        state = "refused" if not clean else "applying" if row["apply_when_clean"] else "ready"
        personal = {c.key: "***" for c in kind.columns if c.personal}
        preview = [{"line": r.line, **r.values, **personal} for d in found[:PREVIEW_ROWS] for r in d.rows[:3]][:PREVIEW_ROWS]
        amount = sum(kind.amount(d) for d in found) if kind.amount else None
        try:
            with conn.transaction():
                conn.execute(
                    "UPDATE imports SET state = %s, sha256 = %s, rows = %s, documents = %s, amount_fen = %s, errors = %s, "
                    "error_count = %s, preview = %s, finished_at = CASE WHEN %s = 'refused' THEN bangfu_now() END WHERE import_id = %s",
                    [state, digest, rows, len(found), amount, Jsonb(problems.errors), problems.count, Jsonb(preview),
                     state, row["import_id"]])
        except psycopg.errors.UniqueViolation:
            conn.execute("UPDATE imports SET state = 'duplicate', sha256 = %s, finished_at = bangfu_now() WHERE import_id = %s",
                         [digest, row["import_id"]])
            return {"state": "duplicate"}
        if state == "applying":
            jobs.enqueue(conn, APPLY, {"import_id": str(row["import_id"]), "by": job.args.get("by")},
                         unique_key=f"import:{row['import_id']}")
    return {"state": state, "errors": problems.count}


def _check_documents(conn: Conn, kind: ImportKind, found: list[Document], problems: Problems) -> Any:
    lines = {d.key: d.line for d in found}
    for known in every(conn, "SELECT document_key FROM import_keys WHERE kind = %s AND document_key = ANY(%s)",
                       [kind.name, list(lines)]):
        problems.add(lines[known["document_key"]], None, "DUPLICATE_DOCUMENT", f"单据 {known['document_key']} 已经导入过",
                     f"document {known['document_key']} was imported before", known["document_key"])
    before = clock.cutover(conn)
    if kind.history and before is None:
        problems.add(0, None, "NO_CUTOVER", "尚未设置历史数据截止时间", "no cutover is set yet: an operator sets it first")
    elif kind.history and kind.dated_by and before is not None:
        title = next(c.title for c in kind.columns if c.key == kind.dated_by)
        for document in found:
            for row in document.rows:
                dated = row.values[kind.dated_by]
                if dated is not None and _too_late(dated, before):
                    problems.add(row.line, title, "AFTER_CUTOVER", "日期晚于历史数据截止时间",
                                 "dated after the cutover of history", dated)
    return kind.check(conn, found, problems)


def _wait_for(job: Job, sources: Iterable[str]) -> bool:
    """Until what the sources had published at the start is applied here, `WAIT_SECONDS` at most. True: still behind."""
    heads: dict[tuple[str, str], int] = {}
    for source in sources:
        try:
            sync = job.context.clients[source].get("/internal/sync")
        except DomainError:
            continue
        heads |= {(source, lane): head + sync["waiting"].get(lane, 0) for lane, head in sync["heads"].items()}
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with job.db.reading() as conn:
            reached = applied(conn)
        if all(reached.get(source, {}).get(lane, 0) >= head for (source, lane), head in heads.items()):
            return False
        if time.monotonic() > deadline:
            return True
        time.sleep(0.1)


def _too_late(dated: Any, before: Any) -> bool:
    from datetime import datetime

    from services.kit.time import start_of_day
    return bool((dated if isinstance(dated, datetime) else start_of_day(dated)) >= before)


def apply(job: Job, kind: ImportKind, row: dict[str, Any]) -> dict[str, Any]:
    if row["state"] != "applying":
        return {"state": row["state"]}
    problems = Problems(behind=_wait_for(job, kind.sources))
    _, table = read_table(job.context.objects, row["object_key"], row["filename"], problems)
    found = documents(kind, table, problems)
    del table
    with job.db.transaction() as conn:
        conn.execute("SET LOCAL statement_timeout = '30min'")
        conn.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        value(conn, "SELECT pg_advisory_xact_lock(hashtext(%s))::text", [f"import:{kind.name}"])
        if value(conn, "SELECT state FROM imports WHERE import_id = %s FOR UPDATE", [row["import_id"]]) != "applying":
            return {"state": "applied"}
        checked = _check_documents(conn, kind, found, problems)
        if problems.count:
            # What was clean when previewed may have changed since: refuse whole, with the reasons.
            conn.execute("UPDATE imports SET state = 'refused', errors = %s, error_count = %s, finished_at = bangfu_now() "
                         "WHERE import_id = %s",
                         [Jsonb(problems.errors), problems.count, row["import_id"]])
            return {"state": "refused", "errors": problems.count}
        with conn.cursor() as cursor, cursor.copy("COPY import_keys (kind, document_key, import_id, line) FROM STDIN") as copy:
            for document in found:
                copy.write_row((kind.name, document.key, row["import_id"], document.line))
        kind.apply(conn, checked, _run(job, row, clock.cutover(conn)))
        conn.execute("UPDATE imports SET state = 'applied', done = rows, finished_at = bangfu_now() WHERE import_id = %s",
                     [row["import_id"]])
        audit.record(conn, _by(job, row), "import:applied", f"import:{row['import_id']}", before="applying",
                     after={"state": "applied", "kind": kind.name, "documents": len(found), "sha256": row["sha256"]})
    return {"state": "applied"}


def withdraw(job: Job, kind: ImportKind, row: dict[str, Any]) -> dict[str, Any]:
    """A kind refuses by a DomainError (something depends on what it brought): the import then stays applied, with the reason."""
    try:
        with job.db.transaction() as conn:
            conn.execute("SET LOCAL statement_timeout = '30min'")
            if value(conn, "SELECT state FROM imports WHERE import_id = %s FOR UPDATE", [row["import_id"]]) != "withdrawing":
                return {"state": row["state"]}
            kind.withdraw(conn, _run(job, row, clock.cutover(conn)))
            conn.execute("DELETE FROM import_keys WHERE import_id = %s", [row["import_id"]])
            conn.execute("UPDATE imports SET state = 'withdrawn', finished_at = bangfu_now() WHERE import_id = %s", [row["import_id"]])
            audit.record(conn, _by(job, row), "import:withdrawn", f"import:{row['import_id']}", before="withdrawing", after="withdrawn")
    except DomainError as error:
        problems = Problems()
        problems.refuse(0, None, error)
        with job.db.transaction() as conn:
            conn.execute("UPDATE imports SET state = 'applied', errors = %s, error_count = 1 WHERE import_id = %s",
                         [Jsonb(problems.errors), row["import_id"]])
        return {"state": "applied", "refused": error.code}
    return {"state": "withdrawn"}


def _run(job: Job, row: dict[str, Any], before: Any) -> Run:
    last = [time.monotonic()]

    def progress(done: int) -> None:
        if time.monotonic() - last[0] > 0.5:
            last[0] = time.monotonic()
            job.progress(done, row["rows"])

    return Run(UUID(str(row["import_id"])), row["created_by"], row["filename"], before, progress)


def who_of(principal: Principal) -> dict[str, Any]:
    """Who ordered the job, for its args: the effect is his act too."""
    return {"subject": principal.subject, "api_key": principal.facts.get("api_key"),
            "grants": [[g.role.value, g.scope] for g in principal.grants if g.role in (Role.OPERATOR, Role.BUREAU)]}


def _by(job: Job, row: dict[str, Any]) -> Principal:
    by = job.args.get("by") or {"subject": row["created_by"], "grants": [], "api_key": None}
    facts = {"api_key": by["api_key"]} if by["api_key"] else {}
    return Principal(by["subject"], tuple(Grant(Role(role), scope) for role, scope in by["grants"]), facts)


def _fail(job: Job, row: dict[str, Any], error: Exception) -> None:
    with job.db.transaction() as conn:
        failure = {"line": 0, "column": None, "code": "FAILED", "value": "", "zh": "导入失败，请联系管理员",
                   "en": "the import failed; ask the operator"}
        conn.execute("UPDATE imports SET state = 'failed', errors = %s, error_count = 1, finished_at = bangfu_now() "
                     "WHERE import_id = %s", [Jsonb([failure]), row["import_id"]])
