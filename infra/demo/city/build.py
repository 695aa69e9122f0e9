"""The demo city as files: pure data in, the files of `docs/imports.md` out, the same bytes for the same day and seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict

from infra.demo.city.campaigns import build_campaigns, campaigns_table
from infra.demo.city.certification import certificates_table, certify, labels_table, mechanisms_table, withdrawals_table
from infra.demo.city.contracts import contracts_table, deliveries_table, institutions_table, supply
from infra.demo.city.directory import build_directory, merchants_table, opening_stock_table, products_table
from infra.demo.city.external import external_table
from infra.demo.city.fairs import build_fairs, day_sheets_table, fair_orders_table
from infra.demo.city.files import CSV_GB18030, CSV_UTF8, XLSX, write
from infra.demo.city.model import Table
from infra.demo.city.online import online_table
from infra.demo.city.outlets import build_counters, build_stores, outlets_table, sheets_table
from infra.demo.city.registers import activities_table, departments_table, publicity_table
from infra.demo.city.sessions import build_sessions, sessions_table
from infra.demo.city.slips import slips_table
from infra.demo.city.timeline import timeline

DEFAULT_SEED = 20201

SERVICES = {
    "catalog": ("merchants", "products", "certificates", "labels", "mechanisms", "withdrawals"),
    "orders": (
        "institutions", "contracts", "deliveries", "outlets", "monthly_sheets", "day_sheets", "slips", "fair_orders", "campaigns",
        "online_orders", "external_reports", "opening_stock",
    ),
    "livestream": ("outside_sessions",),
    "reporting": ("departments", "activities", "publicity"),
}  # fmt: skip

# Every format that an importer accepts is met at least once.
_FORMS = {"contracts": XLSX, "campaigns": XLSX, "outside_sessions": XLSX, "activities": XLSX, "day_sheets": CSV_GB18030}
_ENGLISH = ("labels", "publicity", "online_orders")


class FileEntry(TypedDict):
    service: str
    kind: str
    file: str
    format: str
    rows: int
    documents: int
    totals: dict[str, str]


class Manifest(TypedDict):
    """`files` stand in the order in which they are to be imported."""

    as_of: str
    cutover: str
    start: str
    seed: int
    files: list[FileEntry]


def tables(as_of: date, seed: int = DEFAULT_SEED) -> dict[str, Table]:
    """All tables by kind. Raises ValueError unless `as_of` is the last day of a month."""
    city = build_directory(timeline(as_of), seed)
    certify(city)
    made = supply(city)
    counters, stores = build_counters(city), build_stores(city)
    fairs, sessions = build_fairs(city), build_sessions(city)
    campaigns = build_campaigns(city, made.institutions)
    # Activities come before contracts: a contract names the ceremony at which it was signed.
    activities = activities_table(city, made, fairs, sessions)
    made_tables: Sequence[Table] = (
        merchants_table(city), products_table(city), certificates_table(city), labels_table(city), mechanisms_table(city),
        withdrawals_table(city), institutions_table(made), contracts_table(made), deliveries_table(made),
        outlets_table(counters, [f.outlet for f in fairs], stores), sheets_table(city, counters, stores), day_sheets_table(city, fairs),
        slips_table(city, counters), fair_orders_table(city, fairs), campaigns_table(campaigns), online_table(city), external_table(city),
        opening_stock_table(city),
        sessions_table(city, sessions), departments_table(city), activities, publicity_table(city),
    )  # fmt: skip
    return {t.kind: t for t in made_tables}


def generate(as_of: date, seed: int, folder: Path) -> Manifest:
    """Write the city's files and `manifest.json` into `folder` (made if missing); answer the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tables(as_of, seed)
    tl = timeline(as_of)
    entries: list[FileEntry] = []
    for service, kinds in SERVICES.items():
        for kind in kinds:
            table, form = made[kind], _FORMS.get(kind, CSV_UTF8)
            name = f"{len(entries) + 1:02d}-{kind}.{'xlsx' if form == XLSX else 'csv'}"
            write(table, folder / name, form, kind in _ENGLISH)
            entries.append({
                "service": service, "kind": kind, "file": name, "format": form, "rows": len(table.rows),
                "documents": table.documents, "totals": table.totals,
            })  # fmt: skip
    manifest: Manifest = {
        "as_of": as_of.isoformat(),
        "cutover": f"{tl.cutover:%Y-%m-%dT%H:%M:%S}+08:00",
        "start": tl.start.isoformat(),
        "seed": seed,
        "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest
