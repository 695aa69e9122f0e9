"""A started system with the demo city's directory in it: 519 products, most of them on sale, each with stock."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from infra.demo.build.copies import wait_for_all
from infra.demo.build.imports import File, import_all, known_imports
from infra.demo.build.progress import Progress
from infra.demo.city.build import DEFAULT_SEED, generate
from infra.demo.client import Api, Credentials
from infra.runner.state import ROOT
from services.kit.time import start_of_day
from tests.support import engines
from tests.support.system import System, close_systems, hosted_system

AS_OF = date(2026, 10, 31)
CUTOVER = date(2026, 11, 1)
PASSWORD = secrets.token_urlsafe(12)
KINDS = ("merchants", "products", "certificates", "labels", "mechanisms", "outlets", "opening_stock")


@dataclass(frozen=True)
class City:
    system: System
    operator: Api
    bureau: Api
    folder: Path

    @property
    def url(self) -> str:
        return self.system.graphql_url

    def files(self, *kinds: str) -> list[File]:
        import json

        manifest = json.loads((self.folder / "manifest.json").read_text())
        return [
            File(f["service"], f["kind"], self.folder / f["file"], f["file"], f["rows"], f["documents"])
            for f in manifest["files"]
            if f["kind"] in kinds
        ]

    def import_kinds(self, *kinds: str) -> None:
        files = self.files(*kinds)
        with Progress(sum(f.rows for f in files), terminal=False) as progress:
            import_all(self.operator, files, known_imports(self.operator), progress)
        wait_for_all(self.bureau, 120)


def account(system: System, login: str, role: str) -> Api:
    """An operator or bureau account, as the command line makes the first ones."""
    subprocess.run(
        [sys.executable, "-m", "gateway", "create-account", "--login", login, "--role", role],
        input=PASSWORD + "\n",
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, **system.env},
    )
    api = Api(system.graphql_url, Credentials(login, PASSWORD))
    api.sign_in()
    return api


def _fill_the_shelves(system: System) -> None:
    """No bench is about running out: neither the product's path nor the reference may meet an empty shelf."""
    with psycopg.connect(system.database_url("orders")) as conn:
        conn.execute("UPDATE stock SET available = available + 1000000, level = 'available'")


@contextmanager
def city() -> Iterator[City]:
    engines.open_session()
    folder = Path(tempfile.mkdtemp(prefix="bangfu-bench-"))
    try:
        system = hosted_system("bench")
        operator, bureau = account(system, "10000000001", "operator"), account(system, "10000000002", "bureau")
        generate(AS_OF, DEFAULT_SEED, folder)
        operator.do("setCutover", {"cutover": start_of_day(CUTOVER).isoformat()}, "cutover")
        made = City(system, operator, bureau, folder)
        made.import_kinds(*KINDS)
        _fill_the_shelves(system)
        yield made
    finally:
        close_systems(engines.session_folder())
        engines.close_session()


def products(city: City, least: int = 500) -> list[dict[str, str | int]]:
    """Products on sale with their offer versions, as a visitor sees them."""
    found = list(city.bureau.pages("products", "", "id offerVersion merchantId"))
    if len(found) < least:
        raise RuntimeError(f"only {len(found)} products are on sale")
    return found
