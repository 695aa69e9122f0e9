"""Looks for a person in every column of every table of all five databases: what an auditor would do who trusts no list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tests.conftest import SERVICES
from tests.support.system import System


@dataclass(frozen=True, order=True)
class Finding:
    """``value`` is the whole content of the cell, ``word`` what was looked for in it."""

    service: str
    table: str
    column: str
    word: str
    value: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.service, self.table, self.column


TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'm') ORDER BY 1"""
# The row as JSON gives every column of every type as text; separators in a number do not hide it.
SEARCH = sql.SQL("""
SELECT cell.key, cell.value FROM {table} t, jsonb_each_text(to_jsonb(t)) cell
WHERE strpos(cell.value, %(word)s) > 0 OR strpos(translate(cell.value, '+- ', ''), %(word)s) > 0""")


def search_one(service: str, url: str, words: Iterable[str]) -> list[Finding]:
    found = []
    with psycopg.connect(url, autocommit=True) as conn:
        for (table,) in conn.execute(TABLES).fetchall():
            for word in words:
                cells = conn.execute(SEARCH.format(table=sql.Identifier(table)), {"word": word}).fetchall()
                found += [Finding(service, table, column, word, value) for column, value in cells]
    return found


def search(system: System, *words: str) -> list[Finding]:
    """Partitions are looked into by themselves; a word is at least four characters, or it would find what is nobody's."""
    assert all(len(word) >= 4 for word in words)
    return sorted(f for service in SERVICES for f in search_one(service, system.database_url(service), words))
