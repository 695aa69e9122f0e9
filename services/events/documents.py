"""The events in words and as JSON Schema, made from their types: `docs/events.md` and `docs/api/events.schema.json`."""

from __future__ import annotations

import inspect
from typing import Any

from services.events import catalog, livestream, orders, others  # noqa: F401 – their events make themselves known
from services.events.base import Event

HEAD = """# Events

Made by `python -m infra.documents` from `services/events`; a test compares. The protocol (outbox, relay, lanes, readers, replay) stands in
`services/kit/relay.py` and `reader.py`; `docs/api/events.schema.json` holds the JSON Schema of each payload.

An event commits with its change. A reader applies it at least once on the wire and exactly once in effect, in the order of its owner; it
ignores fields that it does not know. **No event carries a person's name, phone or address.**

| event | version | owner | readers |
| --- | --- | --- | --- |
"""


def events() -> list[type[Event]]:
    """Every published event, by owner and name."""
    return sorted(Event.known.values(), key=lambda e: (e.owner, e.event_name()))


def markdown() -> str:
    rows = [f"| `{e.event_name()}` | {e.schema_version} | {e.owner} | {', '.join(sorted(e.readers))} |" for e in events()]
    parts = [HEAD + "\n".join(rows) + "\n"]
    owner = ""
    for event in events():
        if event.owner != owner:
            owner = event.owner
            parts.append(f"\n## {owner}\n")
        parts.append(_section(event.event_name(), event.model_json_schema(), event.__dict__.get("__doc__") or ""))
    parts.append("\n## Parts of payloads\n")
    for name, schema in sorted(json_schema()["$defs"].items()):
        parts.append(_section(name, schema, schema.get("description", "")))
    return "".join(parts)


def _section(title: str, schema: dict[str, Any], words: str) -> str:
    words = inspect.cleandoc(words).replace("\n\n", "\n")
    needed = set(schema.get("required", []))
    fields = [
        f"| `{name}` | {_kind(field)} | {'' if name in needed else 'may be absent'} |"
        for name, field in schema.get("properties", {}).items()
    ]
    table = "\n".join(("| field | type | |", "| --- | --- | --- |", *fields))
    return f"\n### {title}\n\n{words + chr(10) + chr(10) if words else ''}{table}\n"


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return f"`{field['$ref'].rsplit('/', 1)[1]}`"
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return str(field.get("format") or field.get("type") or "any")


def json_schema() -> dict[str, Any]:
    """One document: event name → payload, shared parts under ``$defs``."""
    shared: dict[str, Any] = {}
    payloads = {}
    for event in events():
        schema = event.model_json_schema()
        shared |= schema.pop("$defs", {})
        payloads[event.event_name()] = schema | {
            "x-owner": event.owner,
            "x-readers": sorted(event.readers),
            "x-version": event.schema_version,
        }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bangfu events", "$defs": shared, "properties": payloads}
