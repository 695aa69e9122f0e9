"""Lists, searches and `expand[]`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra.paysim.errors import invalid, missing
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_MAX_EXPAND = 4


def page(
    u: Unit, p: Params, kind: str, url: str, filters: tuple[str, ...] = (), fixed: dict[str, str] | None = None
) -> dict[str, Any]:
    """One page, newest first; `filters` are parameters that name a link, `fixed` links given by the path."""
    links = dict(fixed or {})
    for name in filters:
        if (value := p.text(name)) is not None:
            links[name] = value
    wanted = _event_filter(u, p) if kind == "event" else None
    limit = p.integer("limit", least=1, most=100) or 10
    after, before = p.text("starting_after"), p.text("ending_before")
    created = _created(p)
    p.ignore("expand")
    p.finish()
    if after is not None and before is not None:
        raise invalid("You cannot specify both starting_after and ending_before.", param="ending_before")
    place = _place(u, kind, after, "starting_after") if after is not None else None
    newer = _place(u, kind, before, "ending_before") if before is not None else None
    if wanted is not None:
        rows: list[Doc] = []
        for doc in u.store.scan(kind, u.call.account, links, place):
            if wanted(doc) and created[0] <= doc.data["created"] <= created[1]:
                rows.append(doc)
            if len(rows) > limit:
                break
    else:
        rows = u.store.listed(
            kind, u.call.account, links, before=place, after=newer, created=created, limit=limit + 1
        )
    more = len(rows) > limit
    if more:
        rows = rows[1:] if newer is not None else rows[:limit]
    return {"object": "list", "url": url, "has_more": more, "data": [u.known(doc) for doc in rows]}


def _event_filter(u: Unit, p: Params) -> Callable[[Doc], bool] | None:
    """By `types` and `delivery_success`; None when neither is given."""
    types, delivered = p.texts("types"), p.flag("delivery_success")
    if types is None and delivered is None:
        return None

    def fits(doc: Doc) -> bool:
        if types is not None and doc.data["type"] not in types:
            return False
        return delivered is None or delivered == (u.store.undelivered_webhooks(doc.id) == 0)

    return fits


def _place(u: Unit, kind: str, id: str, param: str) -> int:
    doc = u.find(id)
    if doc is None or doc.kind != kind or doc.account != u.call.account or doc.seq is None:
        raise missing(kind, id, param)
    return doc.seq


def _created(p: Params) -> tuple[int, int]:
    value = p.anything("created")
    least, most = 0, 1 << 60
    if value is None:
        return least, most
    bounds = value if isinstance(value, dict) else {"gte": value, "lte": value}
    for name, text in bounds.items():
        if name not in ("gt", "gte", "lt", "lte") or not str(text).isdigit():
            raise invalid(f"Invalid integer: {str(text)[:100]}", param=f"created[{name[:20]}]")
        number = int(text)
        if name.startswith("g"):
            least = max(least, number + (name == "gt"))
        else:
            most = min(most, number - (name == "lt"))
    return least, most


_CLAUSE = re.compile(
    r"""\s*(?P<not>-?)(?P<field>[a-z_]+)(?:\[(?P<quote>["'])(?P<key>(?:\\.|(?!(?P=quote)).)*)(?P=quote)\])?"""
    r"""\s*(?P<op>:|>=|<=|>|<|~)\s*(?:(?P<q>["'])(?P<text>(?:\\.|(?!(?P=q)).)*)(?P=q)|(?P<number>\d+)|(?P<null>null))""",
)
_JOIN = re.compile(r"\s+(AND|OR)\s+|\s+", re.IGNORECASE)
_SEARCHABLE = ("amount", "created", "currency", "customer", "status", "metadata")


def _clauses(query: str) -> tuple[list[dict[str, Any]], str]:
    """Stripe's search language: clauses joined by AND (or by nothing), or all by OR."""
    clauses: list[dict[str, Any]] = []
    joins: set[str] = set()
    place = 0
    while True:
        match = _CLAUSE.match(query, place)
        if match is None or match["field"] not in _SEARCHABLE or (match["field"] == "metadata") != bool(match["quote"]):
            raise invalid(f"We were unable to parse your search query near: {query[place:place + 60]}", param="query")
        text = match["text"] if match["q"] else match["number"]
        clauses.append({
            "not": bool(match["not"]), "field": match["field"], "op": match["op"],
            "key": _unescape(match["key"]), "value": None if match["null"] else _unescape(text),
        })
        place = match.end()
        if not query[place:].strip():
            break
        joined = _JOIN.match(query, place)
        if joined is None:
            raise invalid(f"We were unable to parse your search query near: {query[place:place + 60]}", param="query")
        joins.add((joined[1] or "AND").upper())
        place = joined.end()
    if len(joins) > 1:
        raise invalid("You can't combine AND and OR in the same query.", param="query")
    return clauses, joins.pop() if joins else "AND"


def _unescape(text: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", text or "")


def _holds(clause: dict[str, Any], data: dict[str, Any]) -> bool:
    field, wanted = clause["field"], clause["value"]
    found = data["metadata"].get(clause["key"]) if field == "metadata" else data.get(field)
    if wanted is None:
        result = found is None
    elif found is None:
        result = False
    elif clause["op"] == ":":
        result = str(found).lower() == wanted.lower() if field != "metadata" else str(found) == wanted
    elif clause["op"] == "~":
        result = wanted.lower() in str(found).lower()
    else:
        try:
            left, right = int(found), int(wanted)
        except ValueError:
            return False
        result = {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[clause["op"]]
    return result is not clause["not"]


def search(u: Unit, p: Params, kind: str, url: str) -> dict[str, Any]:
    clauses, join = _clauses(p.needed("query"))
    limit = p.integer("limit", least=1, most=100) or 10
    place_text = p.text("page")
    p.ignore("expand")
    p.finish()
    if place_text is not None and not place_text.isdigit():
        raise invalid("Invalid page", param="page")
    links = {
        f"metadata.{clause['key']}" if clause["field"] == "metadata" else clause["field"]: clause["value"]
        for clause in clauses
        if join == "AND" and clause["op"] == ":" and not clause["not"] and clause["value"] is not None
        and clause["field"] in ("metadata", "customer")
    }
    newest = u.now - u.tuning.search_lag_ms / 1_000
    rows: list[Doc] = []
    for doc in u.store.scan(kind, u.call.account, links, int(place_text) if place_text else None):
        results = (_holds(clause, doc.data) for clause in clauses)
        if (doc.data["created"] <= newest) and (all(results) if join == "AND" else any(results)):
            rows.append(doc)
            if len(rows) > limit:
                break
    more = len(rows) > limit
    shown = rows[:limit]
    return {
        "object": "search_result", "url": url, "has_more": more,
        "next_page": str(shown[-1].seq) if more else None, "data": [u.known(doc) for doc in shown],
    }


def render(u: Unit, result: Any, expand: list[str]) -> Any:
    """The answer as plain data, with the named ids replaced by their objects."""
    plain = _plain(u, result)
    for path in expand:
        parts = path.split(".")
        if len(parts) > _MAX_EXPAND + (parts[0] == "data"):
            raise invalid(f"You cannot expand more than {_MAX_EXPAND} levels of a property: {path[:100]}",
                          param="expand")
        _expand(u, plain, parts, path)
    return plain


def _plain(u: Unit, result: Any) -> Any:
    if isinstance(result, Doc):
        data = dict(result.data)
        if result.kind == "event":
            data["pending_webhooks"] = u.store.pending_webhooks(result.id)
        return data
    if isinstance(result, list):
        return [_plain(u, item) for item in result]
    if isinstance(result, dict) and isinstance(result.get("data"), list):
        return result | {"data": _plain(u, result["data"])}
    return result


def _expand(u: Unit, here: Any, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if isinstance(here, list):
        for item in here:
            _expand(u, item, parts, path)
        return
    if not isinstance(here, dict) or name not in here:
        raise invalid(f"This property cannot be expanded ({path[:100]}).", param="expand")
    value = here[name]
    if isinstance(value, str):
        doc = u.find(value)
        if doc is None:
            raise invalid(f"This property cannot be expanded ({path[:100]}).", param="expand")
        here[name] = value = _plain(u, doc)
    elif isinstance(value, dict) and (rest or "object" in value):
        here[name] = value = dict(value)
    elif value is not None and not isinstance(value, list):
        raise invalid(f"This property cannot be expanded ({path[:100]}).", param="expand")
    if rest and value is not None:
        _expand(u, value, rest, path)


__all__ = ["page", "render", "search"]
