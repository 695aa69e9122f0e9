"""What a service knows of a person, as data: found for an export, erased on request, and the closed list of what the law keeps.

PIPL art. 45 (a copy of one's data), art. 47 (deletion; where the law sets a time to keep, only keeping), E-Commerce Law art. 31
(transactions three years). Only the gateway's own process may ask; it sends the person's verified logins, so that nobody finds
another's data by an unproven number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.kit import audit
from services.kit.app import context, principal
from services.kit.db import Conn, Row, every
from services.kit.models import Input
from services.kit.principal import Role

GONE = "已注销"
"""Stands where a name stood that a row cannot do without."""
MOST_ROWS = 20_000
"""Of one table in an export."""


@dataclass(frozen=True)
class Kept:
    """What stays after deletion and may still hold the person's name or number: ``columns`` of ``table``.

    ``law`` names the duty; ``until`` says when it ends.
    """

    table: str
    columns: tuple[str, ...]
    what: str
    law: str
    until: str


@dataclass(frozen=True)
class Person:
    """``phones`` and ``emails`` are verified; ``names`` are what the person calls himself; ``scopes`` are those of his roles."""

    account_id: UUID
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return str(self.account_id)

    @property
    def words(self) -> list[str]:
        """What to look for in texts of the person's own rows, longest first."""
        return sorted({*self.phones, *self.emails, *(n for n in self.names if len(n) > 1)}, key=len, reverse=True)


@dataclass
class Erased:
    """Rows changed by table, and rows that cannot go yet, by table: then the gateway asks again."""

    rows: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, count: int) -> None:
        if count:
            self.rows[table] = self.rows.get(table, 0) + count

    def wait(self, table: str, count: int) -> None:
        if count:
            self.waiting[table] = self.waiting.get(table, 0) + count


@dataclass(frozen=True)
class PersonData:
    """``find`` gives rows by table. ``erase`` runs in one transaction and is harmless when repeated."""

    find: Callable[[Conn, Person], dict[str, list[Row]]]
    erase: Callable[[Conn, Person], Erased]
    kept: tuple[Kept, ...]


class PersonInput(Input):
    """The person's verified logins and own names."""

    account_id: UUID
    phones: list[str] = Field(default_factory=list, max_length=5)
    emails: list[str] = Field(default_factory=list, max_length=5)
    names: list[str] = Field(default_factory=list, max_length=5)
    scopes: list[str] = Field(default_factory=list, max_length=1000)

    def person(self) -> Person:
        return Person(self.account_id, tuple(self.phones), tuple(self.emails), tuple(self.names), tuple(self.scopes))


def persons_blueprint(data: PersonData) -> APIBlueprint:
    api = APIBlueprint("persons", "persons", url_prefix="/internal/persons")

    @api.post("/export")
    def export_person(body: PersonInput) -> dict[str, Any]:
        """Everything this service has of a person, by table, and what of it would stay after deletion."""
        principal().require(Role.SERVICE, "gateway")
        with context().db.reading() as conn:
            return {"tables": data.find(conn, body.person()), "kept": [vars(k) for k in data.kept]}

    @api.post("/erase")
    def erase_person(body: PersonInput) -> dict[str, Any]:
        """Erases what no law keeps. ``done`` false: something is still needed (a parcel on its way); to be asked again."""
        who = principal()
        who.require(Role.SERVICE, "gateway")
        with context().db.transaction() as conn:
            erased = data.erase(conn, body.person())
            if erased.rows:
                audit.record(conn, who, "person:erase", f"account:{body.account_id}", after={"rows": erased.rows})
        return {"done": not erased.waiting, "erased": erased.rows, "waiting": erased.waiting}

    return api


def rows(conn: Conn, sql: str, params: Any) -> list[Row]:
    """At most `MOST_ROWS`, newest or first as ``sql`` orders them."""
    return every(conn, f"SELECT * FROM ({sql}) found LIMIT {MOST_ROWS}", params)  # noqa: S608 – the services' own statements


def scrub(text: str | None, words: list[str]) -> str | None:
    """A free text without the person's own words."""
    if text is None:
        return None
    for word in words:
        text = text.replace(word, "***")
    return text


def digits(phone: str) -> str:
    """``+86 138-0013 8000`` → ``13800138000``."""
    return re.sub(r"^\+?86|\D", "", re.sub(r"[\s\-]", "", phone))
