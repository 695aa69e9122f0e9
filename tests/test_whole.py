"""What must hold of every service at once: events, jobs, errors, migrations, tables. A newcomer is covered on the day it appears."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import psycopg
import pytest
from jsonschema import Draft202012Validator

from infra import documents, error_list
from infra.runner.processes import TABLE
from infra.runner.state import ROOT
from services.events.base import Event
from services.events.documents import events, json_schema
from services.kit.errors import DomainError
from services.kit.schema import KIT_TABLES
from services.kit.service import Service
from services.kit.worker import job_kinds

DOMAIN = sorted(p.parent.name for p in (ROOT / "services").glob("*/app.py") if p.parent.name != "kit")
ALL = [*DOMAIN, "gateway"]
# What belongs to a person. Names of merchants, products, institutions and outlets are not.
PERSONAL = re.compile(r"phone|mobile|address|e_?mail|recipient|contact|login|id_card|password|(?:buyer|person|member|applicant|host)_name")


def service_of(name: str) -> Service:
    module = "gateway.service" if name == "gateway" else f"services.{name}.app"
    found: Service = importlib.import_module(module).SERVICE
    return found


SERVICES = {name: service_of(name) for name in ALL}


# ----------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize("event", events(), ids=lambda e: e.event_name())
def test_an_event_is_published_by_its_owner_and_handled_by_each_reader_it_names(event: type[Event]) -> None:
    assert event in SERVICES[event.owner].publishes
    handled = {name for name, s in SERVICES.items() if any(h.event is event for h in s.handlers.get(event.owner, ()))}
    assert handled == set(event.readers)


@pytest.mark.parametrize("name", ALL)
def test_a_service_publishes_and_handles_known_events_only(name: str) -> None:
    assert {e.owner for e in SERVICES[name].publishes} <= {name}
    for source, handlers in SERVICES[name].handlers.items():
        assert source != name
        for handler in handlers:
            assert Event.known[handler.event.event_name()] is handler.event
            assert handler.event.owner == source
        assert max(Counter(h.event for h in handlers).values()) == 1, "one effect an event"


def test_no_event_carries_personal_data() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    for name, part in (*schema["properties"].items(), *schema["$defs"].items()):
        found = [field for field in part.get("properties", {}) if PERSONAL.search(field)]
        assert not found, (name, found)


def test_the_key_of_an_event_is_its_own() -> None:
    assert not [e.event_name() for e in events() if e.key is Event.key]


@pytest.mark.parametrize("file", documents.documents(), ids=lambda f: f.name)
def test_generated_documents_are_up_to_date(file: Path) -> None:
    """`python -m infra.documents` renews them."""
    assert file.read_text(encoding="utf-8") == documents.documents()[file]()


# ------------------------------------------------------------------------------------------------- jobs


@pytest.mark.parametrize("name", DOMAIN)
def test_every_queue_has_a_worker_and_every_job_says_why_a_repeat_is_harmless(name: str) -> None:
    workers = {p.name for p in TABLE if p.kind == "worker"}
    assert f"{name}-worker" in workers
    kinds = job_kinds(SERVICES[name])
    assert len(kinds) >= len(SERVICES[name].jobs)
    for kind in kinds.values():
        assert kind.repeat.strip(), kind.name
        assert kind.max_attempts > 1, kind.name


def test_every_process_of_a_service_is_in_the_table() -> None:
    names = {p.name for p in TABLE}
    assert {f"{name}-api" for name in ALL} | {f"{name}-worker" for name in ALL} <= names


# ----------------------------------------------------------------------------------------------- errors


def errors() -> list[type[DomainError]]:
    """Every refusal that can be raised; a class that only gathers others is none."""
    return error_list.classes()


def test_every_error_speaks_both_languages_with_the_same_facts() -> None:
    for error in errors():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", error.code), error
        assert re.search(r"[一-鿿]|^\{\w+\}$", error.zh), error
        assert re.search(r"[A-Za-z]", error.en), error
        facts = [set(re.findall(r"\{(\w+)\}", words)) for words in (error.zh, error.en)]
        # A word may differ between the languages; the numbers may not.
        assert {f.removesuffix("_zh").removesuffix("_en") for f in facts[0]} == {
            f.removesuffix("_zh").removesuffix("_en") for f in facts[1]
        }, error


def test_a_code_means_one_thing_in_a_service() -> None:
    owners: dict[tuple[str, str], set[str]] = {}
    for error in errors():
        service = ".".join(error.__module__.split(".")[:2])
        owners.setdefault((service, error.code), set()).add(f"{error.__module__}.{error.__qualname__}")
    assert not {k: v for k, v in owners.items() if len(v) > 1}
    kit = {code for (service, code) in owners if service == "services.kit"}
    assert not {(s, c) for (s, c) in owners if c in kit and s != "services.kit"}, "the kit's codes are taken"


def test_a_code_has_one_kind_everywhere() -> None:
    kinds: dict[str, set[str]] = {}
    for error in errors():
        kinds.setdefault(error.code, set()).add(error.kind.value)
    assert not {code: found for code, found in kinds.items() if len(found) > 1}


# ------------------------------------------------------------------------------- migrations and tables


@pytest.mark.parametrize("name", ALL)
def test_migrations_are_numbered_and_have_one_parent_each(name: str) -> None:
    folder = ROOT / ("gateway" if name == "gateway" else f"services/{name}") / "migrations"
    files = sorted(f for f in folder.glob("*.py") if f.name != "__init__.py")
    assert [f.name[:4] for f in files] == [f"{n:04d}" for n in range(1, len(files) + 1)]
    before = None
    for file in files:
        source = file.read_text()
        revision = re.search(r'^revision(?:: str)? = "(\w+)"', source, re.MULTILINE)
        parent = re.search(r'^down_revision(?:: [^=]+)? = (?:"(\w+)"|None)', source, re.MULTILINE)
        assert revision, file
        assert parent, file
        assert (revision[1], parent[1]) == (file.name[:4], before), file
        before = revision[1]


def distribution_of(name: str) -> dict[str, str]:
    module = "gateway.accounts.distribution" if name == "gateway" else f"services.{name}.store.distribution"
    found: dict[str, str] = importlib.import_module(module).DISTRIBUTION
    return found


PRIMARY_KEYS = """
SELECT c.relname, c.relispartition, array_agg(a.attname ORDER BY k.n) FILTER (WHERE a.attname IS NOT NULL)
FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'public'
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
LEFT JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, n) ON true
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
WHERE c.relkind IN ('r', 'p') GROUP BY 1, 2"""


@pytest.mark.parametrize("name", ALL)
def test_every_table_declares_its_distribution_key_which_leads_its_primary_key(name: str, migrated_database: Callable[[str], str]) -> None:
    with psycopg.connect(migrated_database(name)) as conn:
        tables = {row[0]: row[2] for row in conn.execute(PRIMARY_KEYS) if not row[1]}
    own = tables.keys() - set(KIT_TABLES)
    declared = distribution_of(name)
    assert own == declared.keys(), {"undeclared": own - declared.keys(), "gone": declared.keys() - own}
    for table in own:
        assert tables[table], f"{table} has no primary key"
        if declared[table] != "local":
            assert tables[table][0] == declared[table], (table, tables[table])


@pytest.mark.parametrize("name", ALL)
def test_personal_data_stands_in_its_own_tables_only(name: str, migrated_database: Callable[[str], str]) -> None:
    """So that it can be deleted."""
    allowed = {
        "gateway": {"identities", "sessions", "accounts"},
        "catalog": {"contacts"},
        "orders": {"recipients"},
        "livestream": {"handles"},
    }
    with psycopg.connect(migrated_database(name)) as conn:
        columns = conn.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'").fetchall()
    found = {(t, c) for t, c in columns if PERSONAL.search(c) and t not in allowed.get(name, set())}
    # Keys that point to the row with the data, and a place where goods go, are not the data.
    found = {(t, c) for t, c in found if not c.endswith("_id")}
    assert not found


# -------------------------------------------------------------------------------------------- boundaries


def test_every_service_is_in_the_import_contracts() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    everyone = {f"services.{name}" for name in DOMAIN}
    independent = contracts["importlinter:contract:services"]["modules"].split()
    assert set(independent) == everyone
    for contract in ("kit", "gateway"):
        assert everyone <= set(contracts[f"importlinter:contract:{contract}"]["forbidden_modules"].split()), contract


def test_the_published_schema_of_events_names_owner_and_readers() -> None:
    published: dict[str, Any] = json.loads((ROOT / "docs/api/events.schema.json").read_text())
    assert published["properties"].keys() == Event.known.keys()
    for name, schema in published["properties"].items():
        assert (schema["x-owner"], schema["x-readers"]) == (Event.known[name].owner, sorted(Event.known[name].readers))
