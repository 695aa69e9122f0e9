"""The heads of all chains, signed with the gateway's key and kept outside the databases.

Who rewrites a whole chain, and the gateway's copy of it, still has to answer for what was noted before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from gateway.audit import store
from services.kit import clock, json
from services.kit.audit_check import Head
from services.kit.objects import ObjectStore
from services.kit.principal import ALGORITHM, signing_key, verifying_key
from services.kit.service import Context

PREFIX = "audit/heads/"


def write(context: Context, heads: dict[str, dict[str, Any]], previous: str | None) -> str:
    """The object first, then its row: a crash between leaves an object too many, which is true all the same."""
    with context.db.reading() as conn:
        at = clock.now(conn)
    key = f"{PREFIX}{at:%Y/%m/%d/%H-%M-%S-%f}.jws"
    content = json.canonical({"written_at": at, "heads": heads, "previous": previous})
    signed = jws.serialize_compact(
        {"alg": ALGORITHM, "kid": "gateway"}, content, signing_key(context.settings.private_key), algorithms=[ALGORITHM]
    )
    context.objects.put(key, signed.encode(), "application/jose")
    with context.db.transaction() as conn:
        store.note(conn, key, at, heads)
    return key


@dataclass(frozen=True)
class Noted:
    """``problems``: objects that are gone or were not signed by the gateway."""

    heads: list[Head]
    objects: int
    newest: str | None
    problems: list[str]


def read(objects: ObjectStore, public_key: str, known: Iterable[str]) -> Noted:
    """Every noted head there is. ``known``: the keys that the gateway's database remembers having written."""
    present = set(objects.keys(PREFIX))
    problems = [f"{key} was written and is gone from the object store" for key in known if key not in present]
    found: list[Head] = []
    newest: str | None = None
    for key in sorted(present):
        try:
            content = jws.deserialize_compact(objects.read(key), verifying_key(public_key), algorithms=[ALGORITHM]).payload
        except (JoseError, ValueError):
            problems.append(f"{key} is not signed by the gateway")
            continue
        noted = json.loads(content)
        newest = max(newest or "", noted["written_at"])
        found += [Head(service, head["seq"], head["hash"], noted["written_at"]) for service, head in noted["heads"].items()]
    return Noted(found, len(present), newest, problems)
