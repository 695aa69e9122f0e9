"""Cells of the matrix, asked of the started gateway by many at once, and what each answer shows and hides."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import urllib3

from gateway.permissions import Rule, table
from gateway.restricted import FIELDS
from tests.journeys.client import gid
from tests.matrix.arguments import SCHEMA, Filling, base, document, field_of, variables
from tests.matrix.cast import ROLES, Actor, Cast, Side
from tests.matrix.expectation import DOOR, OBJECT, OPEN, expected, left_out, scoped

OWN, OTHER = "own", "another's"
AT_ONCE = 8
_pool = urllib3.PoolManager(maxsize=32, retries=False, timeout=urllib3.Timeout(connect=5, read=60))


@dataclass(frozen=True)
class Cell:
    """``whose`` stands at the positions of ``at`` (at all that decide, if none is named)."""

    operation: str
    role: str
    whose: str
    at: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.operation} as {self.role} on {self.whose}" + (f" at {', '.join(self.at)}" if self.at else "")


@dataclass(frozen=True)
class Answer:
    cell: Cell
    status: int
    body: dict[str, Any]
    text: str

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.body.get("errors") or [])

    @property
    def codes(self) -> set[str]:
        """Of errors of the operation itself: a field deeper down has its own."""
        return {str(e.get("extensions", {}).get("code")) for e in self.errors if len(e.get("path") or ()) <= 1}

    @property
    def data(self) -> Any:
        found = self.body.get("data")
        return next(iter(found.values())) if found else None


@dataclass
class Matrix:
    cast: Cast
    mark: str
    rules: Mapping[str, Rule] = field(default_factory=table)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def home(self) -> Side:
        return self.cast.sides[0]

    @property
    def away(self) -> Side:
        return self.cast.sides[1]

    def cells(self, operations: Iterable[str]) -> Iterator[Cell]:
        for operation in operations:
            places = scoped(operation)
            for role in ROLES:
                yield Cell(operation, role, OWN)
                if places:
                    yield Cell(operation, role, OTHER)
                if len(places) > 1 and operation.startswith("Mutation."):
                    for place in places:
                        yield Cell(operation, role, OTHER, (place.path,))

    def actor(self, cell: Cell) -> Actor:
        return self.home.actors[cell.role]

    def expected(self, cell: Cell) -> str:
        swapped = self._swapped(cell)
        return expected(cell.operation, self.rules[cell.operation], self.actor(cell).principal, swapped, self.home)

    def _swapped(self, cell: Cell) -> dict[str, Side]:
        if cell.whose == OWN:
            return {}
        paths = cell.at or tuple(p.path for p in scoped(cell.operation))
        return dict.fromkeys(paths, self.away)

    def variables(self, cell: Cell) -> dict[str, Any]:
        at = {}
        for place in scoped(cell.operation):
            if place.path in self._swapped(cell):
                kind = next((k for k in place.kinds if k in self.away.ids), None)
                if kind is not None:
                    at[place.path] = self.away.ids[kind]
        ids = dict(self.home.ids)
        extra = self.home.extra if cell.whose == OWN else self.away.extra
        skipped = left_out(cell.operation, self.actor(cell).principal, self._swapped(cell), self.home)
        return variables(cell.operation, Filling(ids, self.home.county, self.mark, extra, at, skipped, self.cast.world.today))

    # -------------------------------------------------------------------------------------------- asking

    def ask(self, cells: Iterable[Cell], *, whole: bool) -> list[Answer]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda cell: self._ask(cell, whole=whole), cells))

    def _ask(self, cell: Cell, *, whole: bool) -> Answer:
        client = self.actor(cell).client
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Language": "en"}
        if client.login:
            with self.lock:
                headers["Authorization"] = f"Bearer {client.token()}"
        elif client.guest:
            headers["X-Bangfu-Guest"] = client.guest
        body = json.dumps({"query": document(cell.operation, whole=whole), "variables": self.variables(cell)})
        answer = _pool.request("POST", client.url, body=body, headers=headers)
        text = answer.data.decode()
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        return Answer(cell, answer.status, found, text)

    # ------------------------------------------------------------------------------------ what it shows

    def faults(self, answer: Answer) -> list[str]:
        """What the table forbids in this answer. Empty: as it should be."""
        cell, outcome = answer.cell, self.expected(answer.cell)
        found = [f"shows {word}" for word in self.leaks(answer)]
        if answer.status >= 500 or "INTERNAL" in {e.get("extensions", {}).get("code") for e in answer.errors}:
            found.append(f"HTTP {answer.status} {answer.text[:200]}")
        if outcome == DOOR:
            refusal = self.rules[cell.operation].refusal(self.actor(cell).principal)
            assert refusal is not None
            if answer.codes != {refusal.code} or answer.data is not None:
                found.append(f"not {refusal.code}: {answer.text[:200]}")
        elif outcome == OBJECT:
            if not _denied(answer):
                found.append(f"not refused: {answer.text[:300]}")
        elif answer.codes & {"FORBIDDEN", "UNAUTHENTICATED", "NOT_FOUND"}:
            found.append(f"refused though allowed: {answer.text[:300]}")
        return [f"{cell}: {fault}" for fault in found]

    def leaks(self, answer: Answer) -> list[str]:
        """Restricted words of either side in the text that this principal may not see."""
        who = self.actor(answer.cell).principal
        return [
            f"{name} of side {side.name}"
            for side in self.cast.sides
            for word, (name, kind) in side.words.items()
            if word in answer.text and not FIELDS[name].allows(who, side.facts_for(kind, who))
        ]


def _denied(answer: Answer) -> bool:
    """NOT_FOUND or FORBIDDEN, a null where a node was, or a list with nothing in it."""
    if answer.codes:
        return answer.codes <= {"NOT_FOUND", "FORBIDDEN"} and not answer.data
    if not answer.cell.operation.startswith("Query."):
        # Told in the payload that these ids do not go together; that nothing changed is looked at besides.
        return bool(answer.data and answer.data.get("userErrors"))
    data = answer.data
    return data is None or (isinstance(data, dict) and data.get("nodes") == []) or data in ([], [None])


# ------------------------------------------------------------------------------------- restricted fields

SEEN, HIDDEN, REFUSED = "seen", "hidden", "refused"


def restricted_fields(matrix: Matrix, answer: Answer) -> Iterator[tuple[str, str, str, bool]]:
    """(Type.field, own or another's, seen | hidden | refused, allowed by the table) of each object of the cast in an answer."""
    refusals = {
        tuple(e.get("path") or ()) for e in answer.errors if e.get("extensions", {}).get("code") in ("FORBIDDEN", "UNAUTHENTICATED")
    }
    known = {gid_: (kind, side) for side in matrix.cast.sides for kind, gid_ in side.ids.items()}
    known |= {gid("Payment", _raw(s.extra["OrderPayment"])): ("Payment", s) for s in matrix.cast.sides if "OrderPayment" in s.extra}
    who = matrix.actor(answer.cell).principal
    name = answer.cell.operation.partition(".")[2]

    def walk(kind: Any, value: Any, path: tuple[Any, ...]) -> Iterator[tuple[str, str, str, bool]]:
        if isinstance(value, list):
            for number, one in enumerate(value):
                yield from walk(kind, one, (*path, number))
            return
        if not isinstance(value, dict):
            return
        named = SCHEMA.type_map[value["__typename"]] if "__typename" in value else base(kind)
        place = known.get(str(value.get("id")))
        for key, inner in value.items():
            field_name = key.removeprefix(f"{named.name}_")
            rule = FIELDS.get(f"{named.name}.{field_name}")
            if rule is not None and place is not None:
                facts = place[1].facts_for(place[0], who)
                state = REFUSED if (*path, key) in refusals else HIDDEN if inner in (None, []) else SEEN
                yield f"{named.name}.{field_name}", OWN if place[1] is matrix.home else OTHER, state, rule.allows(who, facts)
            spec = getattr(named, "fields", {}).get(field_name)
            if spec is not None:
                yield from walk(spec.type, inner, (*path, key))

    yield from walk(field_of(answer.cell.operation).type, (answer.body.get("data") or {}).get(name), (name,))


def _raw(global_id: str) -> str:
    from tests.journeys.client import raw

    return raw(global_id)


__all__ = ["DOOR", "OBJECT", "OPEN", "OTHER", "OWN", "Answer", "Cell", "Matrix", "restricted_fields"]
