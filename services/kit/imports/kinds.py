"""An importer as data: its columns, what makes a document, and the three acts check, apply, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn
from services.kit.errors import DomainError, NotYetKnown
from services.kit.imports.columns import Column
from services.kit.principal import Role

MAX_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is the row's number in the file, the header being 1."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@dataclass(frozen=True, slots=True)
class Document:
    """The rows that share a business key, in the order of the file."""

    key: str
    rows: list[Row]

    @property
    def line(self) -> int:
        return self.rows[0].line

    def __getitem__(self, key: str) -> Any:
        return self.rows[0].values[key]


@dataclass
class Problems:
    """Every mistake of the file. ``count`` goes on past what is kept. ``behind``: a source has events that are not yet
    applied here, so that what is missing may only be on its way."""

    errors: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    behind: bool = False

    def add(self, line: int, column: str | None, code: str, zh: str, en: str, value: object = "") -> None:
        self.count += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"line": line, "column": column, "code": code, "value": str(value)[:100], "zh": zh, "en": en})

    def refuse(self, line: int, column: str | None, error: DomainError, value: object = "") -> None:
        self.add(line, column, error.code, error.message("zh-CN"), error.message("en"), value)

    def unknown(self, line: int, column: str, value: object) -> None:
        if self.behind:
            self.refuse(line, column, NotYetKnown(value=value), value)
        else:
            self.add(line, column, "UNKNOWN", f"系统中没有“{value}”", f"“{value}” does not exist here", value)


@dataclass(frozen=True, slots=True)
class Run:
    """One import being applied. ``progress(done)`` may be called often."""

    import_id: UUID
    created_by: str
    filename: str
    cutover: datetime
    progress: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """``check`` reads only, reports to ``problems`` and returns what ``apply`` needs; it sees the rows that parsed.

    ``apply(conn, checked, run)`` and ``withdraw(conn, run)`` run in one transaction of the caller's: all or nothing.
    ``document_key``: a column, or several joined by ``+``. ``withdraw`` refuses by a DomainError.
    ``roles`` may start it. ``sources`` are the other services whose copies ``check`` looks things up in: the file waits
    until these are up to date.
    ``amount(document)`` in fen, for the preview's total. ``history`` False: not bound to the cutover (a till file).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    document_key: str
    check: Callable[[Conn, list[Document], Problems], Any]
    apply: Callable[[Conn, Any, Run], None]
    withdraw: Callable[[Conn, Run], None]
    roles: tuple[Role, ...] = (Role.OPERATOR, Role.BUREAU)
    sources: tuple[str, ...] = ()
    amount: Callable[[Document], int] | None = None
    dated_by: str | None = None
    history: bool = True
