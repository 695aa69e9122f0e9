"""`./bangfu audit verify`: every service's chain, the gateway's copy of it and the heads noted in the object store, against each other.

Reads the databases with the services' own roles; changes nothing. ``python -m infra.runner.audit`` does the same with the settings of
the environment, where there is no state folder (docker-compose, a cluster).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from infra.runner.state import SERVICES, RunnerError


@dataclass
class Examined:
    """A service's chain: rows, number and hash of the last, rows not yet hashed, rows in the gateway's copy."""

    service: str
    entries: int = 0
    seq: int = 0
    hash: str = ""
    waiting: int = 0
    copied: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings


@dataclass
class Report:
    services: list[Examined]
    heads: int = 0
    newest_head: str | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems and all(s.ok for s in self.services)

    def as_dict(self) -> dict[str, Any]:
        services = [
            {"service": s.service, "entries": s.entries, "seq": s.seq, "hash": s.hash, "waiting": s.waiting, "copied": s.copied, "ok": s.ok,
             "findings": s.findings}
            for s in self.services
        ]  # fmt: skip
        return {"ok": self.ok, "services": services, "heads": {"noted": self.heads, "newest": self.newest_head, "problems": self.problems}}


def verify(settings: Mapping[str, str]) -> Report:
    """Raises RunnerError when a database cannot be read."""
    import psycopg

    try:
        with psycopg.connect(settings["BANGFU_GATEWAY_DATABASE_URL"], autocommit=True, connect_timeout=5) as gateway:
            report = Report([_service(settings, service, gateway) for service in SERVICES])
            _heads(settings, report, gateway)
    except psycopg.OperationalError as error:
        raise RunnerError(f"a database does not answer: {str(error).splitlines()[0]}", "./bangfu up, or ./bangfu doctor") from error
    return report


def _service(settings: Mapping[str, str], service: str, gateway: Any) -> Examined:
    import psycopg
    from psycopg.rows import dict_row

    from gateway.audit.store import SELECT_COPY
    from services.kit import audit
    from services.kit.audit_check import Chain, compare

    chain, copy, found = Chain(service), Chain(service), Examined(service)
    url = settings[f"BANGFU_{service.upper()}_DATABASE_URL"]
    with psycopg.connect(url, row_factory=dict_row, autocommit=True, connect_timeout=5) as conn:
        gateway.row_factory = dict_row
        with gateway.transaction(), conn.transaction():
            copies = audit.rows_of(gateway, SELECT_COPY, [service])
            for finding in compare(service, audit.rows_of(conn), copies, chain, copy):
                found.findings.append(finding.as_dict())
                found.lines.append(finding.line())
        found.waiting = audit.waiting(conn)
    found.entries, found.seq, found.hash, found.copied = chain.count, chain.seq, chain.hash.hex(), copy.count
    return found


def _heads(settings: Mapping[str, str], report: Report, gateway: Any) -> None:
    import psycopg
    from minio.error import MinioException
    from urllib3.exceptions import HTTPError

    from gateway.audit import heads, store
    from services.kit.audit_check import compare_heads
    from services.kit.objects import ObjectStore

    known = [row["object_key"] for row in store.noted(gateway)]
    public_key = json.loads(settings["BANGFU_PUBLIC_KEYS"])["gateway"]
    try:
        noted = heads.read(ObjectStore(settings["BANGFU_S3_URL"]), public_key, known)
    except (MinioException, HTTPError, OSError) as error:
        report.problems.append(f"the object store does not answer, the noted heads were not compared: {type(error).__name__}")
        return
    report.heads, report.newest_head, report.problems = noted.objects, noted.newest, noted.problems
    for examined in report.services:
        mine = [h for h in noted.heads if h.service == examined.service]
        numbers = [h.seq for h in mine]
        with psycopg.connect(settings[f"BANGFU_{examined.service.upper()}_DATABASE_URL"], connect_timeout=5) as conn:
            ours = conn.execute("SELECT seq, hash FROM audit WHERE seq = ANY(%s)", [numbers]).fetchall()
        copies = gateway.execute("SELECT seq, hash FROM audit_trail WHERE service = %s AND seq = ANY(%s)", [examined.service, numbers])
        for of, rows in (
            (f"the database of {examined.service}", ours),
            ("the gateway's copy", [(row["seq"], row["hash"]) for row in copies]),
        ):
            hashes = {(examined.service, seq): bytes(digest).hex() for seq, digest in rows}
            for finding in compare_heads(mine, hashes, of):
                examined.findings.append(finding.as_dict())
                examined.lines.append(finding.line())


def show(report: Report, as_json: bool) -> int:
    """Prints it; the exit code: 0 all holds, 1 something was changed."""
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=1, ensure_ascii=False, default=str))
        return 0 if report.ok else 1
    click.echo(f"{'service':<12} {'entries':>8} {'head':>8}  {'hash':<16} {'waiting':>8} {'copied':>8}  result")
    for s in report.services:
        result = "ok" if s.ok else f"BROKEN: {len(s.findings)} found"
        click.echo(f"{s.service:<12} {s.entries:>8} {s.seq:>8}  {s.hash[:16]:<16} {s.waiting:>8} {s.copied:>8}  {result}")
    click.echo(f"heads noted outside the databases: {report.heads}, the newest of {report.newest_head or '-'}")
    for line in (*report.problems, *(line for s in report.services for line in s.lines)):
        click.echo(f"FOUND {line}")
    click.echo("every chain holds" if report.ok else "the audit trail was changed")
    return 0 if report.ok else 1


if __name__ == "__main__":
    try:
        sys.exit(show(verify(os.environ), "--json" in sys.argv[1:]))
    except RunnerError as trouble:
        click.echo(f"error: {trouble}", err=True)
        sys.exit(2)
