"""Finds what was done to an audit chain past the database's own fences, and says in which row.

`check` looks at one chain; `compare` at a service's chain beside the gateway's copy of it; `compare_heads` at what was noted of both
in the object store earlier. Each reads rows in order of their number and keeps none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.kit import json
from services.kit.audit import CONTENT, content, digest, genesis

What = Literal["altered", "unlinked", "deleted", "cut off", "swapped", "rewritten", "copy altered"]


# A hole of millions of numbers is one forged number, not millions of lines.
MOST_HOLES = 100


@dataclass(frozen=True)
class Finding:
    """``seq`` and ``position`` name the row; ``detail`` says what about it, in English for the operator's log."""

    service: str
    seq: int
    what: What
    act: str | None
    subject: str | None
    position: int | None
    detail: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def line(self) -> str:
        row = f" {self.act} on {self.subject} (position {self.position})" if self.act else ""
        return f"{self.service} seq {self.seq}{row}: {self.what}: {self.detail}"


@dataclass
class Chain:
    """What a pass over a chain came to."""

    service: str
    count: int = 0
    seq: int = 0
    hash: bytes = b""


@dataclass(frozen=True)
class Checked:
    """A row, the numbers missing before it, and what is wrong with itself."""

    row: Mapping[str, Any]
    missing: range
    fault: Finding | None


def check(service: str, rows: Iterable[Mapping[str, Any]], chain: Chain) -> Iterator[Checked]:
    """Each row with what is wrong with it; fills ``chain`` on the way.

    A row fits if its hash follows from its content and the hash of the row before: the stored one, or, where that was
    changed, the one that it should have been. So a single change is found once, in its own row.
    """
    chain.hash = should_be = genesis(service)
    for row in rows:
        seq, stored, before = int(row["seq"]), bytes(row["hash"]), bytes(row["previous_hash"])
        missing, fault = range(chain.seq + 1, seq), None
        if missing:
            chain.hash = should_be = before
        own, beside = digest(should_be, row), digest(chain.hash, row)
        if stored not in (own, beside):
            fault = _finding(service, row, "altered", "its content does not give its hash")
        elif before not in (chain.hash, should_be):
            fault = _finding(service, row, "unlinked", "its previous_hash is not the hash of the row before")
        should_be = own if stored == own else beside
        chain.count, chain.seq, chain.hash = chain.count + 1, seq, stored
        yield Checked(row, missing, fault)


def _finding(service: str, row: Mapping[str, Any], what: What, detail: str) -> Finding:
    return Finding(service, int(row["seq"]), what, row["act"], row["subject"], int(row["position"]), detail)


def verify(service: str, rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """One chain for itself."""
    found: list[Finding] = []
    for checked in check(service, rows, Chain(service)):
        found += _holes(service, checked.missing, set())
        found += [checked.fault] if checked.fault else []
    return found


def _holes(service: str, missing: range, told: set[int]) -> list[Finding]:
    return [Finding(service, n, "deleted", None, None, None, "no row has this number") for n in missing[:MOST_HOLES] if n not in told]


def compare(
    service: str, rows: Iterable[Mapping[str, Any]], copies: Iterable[Mapping[str, Any]], chain: Chain, copy: Chain
) -> Iterator[Finding]:
    """The service's chain and the gateway's copy side by side. What the copy has not gathered yet is judged by itself."""
    left, right = _next(check(service, rows, chain)), _next(check(service, copies, copy))
    # The copy first: read a moment earlier, it cannot hold a row that the service's reading lacks.
    theirs, ours = next(right), next(left)
    told: set[int] = set()
    moved: dict[int, int] = {}
    while ours is not None or theirs is not None:
        if ours is not None and (theirs is None or ours.row["seq"] <= theirs.row["seq"]):
            yield from _holes(service, ours.missing, told)
        if theirs is not None and (ours is None or ours.row["seq"] > theirs.row["seq"]):
            what: What = "cut off" if ours is None else "deleted"
            yield _finding(service, theirs.row, what, f"the gateway's copy has this row, the database of {service} has not")
            told.add(int(theirs.row["seq"]))
            theirs = next(right)
        elif ours is not None and theirs is not None and ours.row["seq"] == theirs.row["seq"]:
            yield from _pair(service, ours, theirs, moved)
            ours, theirs = next(left), next(right)
        elif ours is not None:
            if ours.fault:
                yield ours.fault
            if theirs is not None:
                yield _finding(service, ours.row, "deleted", "the gateway's copy has lost this row")
            ours = next(left)


def _pair(service: str, ours: Checked, theirs: Checked, moved: dict[int, int]) -> Iterator[Finding]:
    """Two rows of one number. ``moved``: number → position that the copy has there, of rows found out of place."""
    row, copy = ours.row, theirs.row
    now, was = content(row), content(copy)
    differing = [k for k in CONTENT if json.canonical(now[k]) != json.canonical(was[k])]
    if theirs.fault is None and row["position"] != copy["position"]:
        moved[int(row["seq"])] = int(copy["position"])
        other = next((seq for seq, position in moved.items() if position == row["position"]), None)
        beside = f": it and number {other} have changed places" if other else ""
        there = f"position {copy['position']} ({copy['act']} on {copy['subject']})"
        yield _finding(service, row, "swapped", f"the copy has {there} here{beside}")
    elif theirs.fault is None and differing:
        words = "; ".join(f"{k} is {_short(now[k])}, was {_short(was[k])}" for k in differing)
        yield _finding(service, row, "altered" if ours.fault else "rewritten", words)
    elif theirs.fault is not None and ours.fault is None:
        words = "; ".join(f"{k} is {_short(was[k])}, in the service {_short(now[k])}" for k in differing)
        yield _finding(service, copy, "copy altered", words or theirs.fault.detail)
    elif ours.fault is not None:
        stored = f"{ours.fault.detail}; stored hash {bytes(row['hash']).hex()[:16]}…, in the copy {bytes(copy['hash']).hex()[:16]}…"
        yield _finding(service, row, ours.fault.what, stored)
    elif bytes(row["hash"]) != bytes(copy["hash"]):
        yield _finding(service, row, "rewritten", "the chain is whole, but not the one that the gateway gathered")


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 160 else f"{text[:160]}…"


def _next(rows: Iterator[Checked]) -> Iterator[Checked | None]:
    """Ends with None for ever: two chains of different length are walked side by side."""
    yield from rows
    while True:
        yield None


@dataclass(frozen=True)
class Head:
    """Noted in the object store: at that time this was the last row of the service's chain."""

    service: str
    seq: int
    hash: str
    written_at: str


def compare_heads(heads: Iterable[Head], hashes: Mapping[tuple[str, int], str], of: str) -> list[Finding]:
    """``hashes`` of the noted numbers as they are now in ``of`` (the services, or the gateway's copy)."""
    found = []
    for head in heads:
        now = hashes.get((head.service, head.seq))
        if now is None:
            found.append(Finding(head.service, head.seq, "cut off", None, None, None,
                                 f"noted at {head.written_at} as the head, missing in {of}"))
        elif now != head.hash:
            found.append(Finding(head.service, head.seq, "rewritten", None, None, None,
                                 f"noted at {head.written_at} with hash {head.hash[:16]}…, now {now[:16]}… in {of}"))
    return found
