"""Bodies of a service's routes, made from its OpenAPI document: valid in form, about nothing that is there."""

from __future__ import annotations

from typing import Any

SOME_ID = "0197fedc-0000-7000-8000-000000000001"
WORDS = {
    "county_code": "371502", "guest": "guest:matrixmatrix", "object_key": f"uploads/{SOME_ID}", "kind": "merchants", "verdict": "pass",
    "category": "fruit", "by": "county", "subject": "product", "product_kind": "*", "role": "canteen_buyer", "month": "2026-02",
    "contact_phone": "13800138000", "credit_code": "91371502MA00000000", "unit": "袋", "consumption_county": "outside", "code": "matrix",
    "department": "agriculture_rural", "duty": "quality", "medium": "radio", "media_kind": "radio", "account_id": SOME_ID,
    "hash": "a" * 64,
}  # fmt: skip


def sample(document: dict[str, Any], schema: dict[str, Any], name: str = "") -> Any:
    """A value that the schema takes; only what it requires."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for choice in ("anyOf", "oneOf", "allOf"):
        options = [option for option in schema.get(choice, []) if option.get("type") != "null"]
        if options:
            return sample(document, options[0], name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {key: sample(document, properties[key], key) for key in schema.get("required", [])}
    if kind == "array":
        return [sample(document, schema.get("items", {}), name) for _ in range(max(1, schema.get("minItems", 0)))]
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
    if kind == "boolean":
        return False
    if name in WORDS:
        return WORDS[name]
    return {"uuid": SOME_ID, "date": "2026-11-25", "date-time": "2026-11-25T00:00:00+00:00"}.get(
        schema.get("format", ""), "x" * max(1, schema.get("minLength", 1))
    )


def body_of(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    found = content.get("application/json", {}).get("schema")
    return None if found is None else sample(document, found)


def query_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    return {
        p["name"]: sample(document, p.get("schema", {}), p["name"])
        for p in operation.get("parameters", [])
        if p["in"] == "query" and p.get("required")
    }
