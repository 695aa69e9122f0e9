"""The short way and the executor's own give the same answers, also about what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import ExecutionContext, execute, parse, validate

from gateway.context import RequestContext
from gateway.projection import ProjectingContext
from gateway.schema import schema
from services.kit.principal import ANONYMOUS

ROW = {
    "product_id": "p1", "product_no": "LC-1", "name": "苹果", "category": "fruit", "county_code": "371525", "price_fen": 1230, "unit": "箱",
    "offer_version": 2, "sellable": True, "image": "public/a.webp", "labels": ["green", "gi"], "merchant_id": "m1", "availability": "low",
    "images": [{"card": "public/a.webp", "large": "public/b.webp"}], "certificates": [], "season_months": [9, 10], "state": "certified",
}  # fmt: skip
DOCUMENTS = [
    "{ products { nodes { id name image labels price { amount currency } seasonMonths images { card } } pageInfo { endCursor } } }",
    "{ products { edges { cursor node { shop: name ...Card } } } } fragment Card on Product { unit __typename price { amount } }",
    "query($x: Boolean = false) { products { nodes { id name @include(if: $x) price @skip(if: $x) { amount } } } }",
    "{ products { nodes { id merchant { name } merchantName } } }",
    "{ products { nodes { ...A ...B } } } fragment A on Product { images { card } } fragment B on Product { images { large } }",
]


class Catalog:
    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def get(self, path: str, *_: Any, **__: Any) -> Any:
        if path == "/merchants":
            return {"items": [{"merchant_id": "m1", "name": "禾田"}]}
        return {"items": [self.row, {**self.row, "product_id": "p2"}], "next_cursor": None}


class Clients:
    def __init__(self, row: dict[str, Any]) -> None:
        self.catalog = Catalog(row)

    def named(self, _service: str) -> Catalog:
        return self.catalog


class Edge:
    class settings:
        public_url = "http://shop.test"

    def __init__(self, row: dict[str, Any]) -> None:
        self.clients = Clients(row)


async def answer(document: str, row: dict[str, Any], way: type[ExecutionContext]) -> Any:
    parsed = parse(document)
    assert not validate(schema.graphql_schema, parsed)
    context = RequestContext(Edge(row), ANONYMOUS)  # type: ignore[arg-type]
    answers = []
    for variables in ({}, {"x": True}, {"x": False}):
        result = execute(schema.graphql_schema, parsed, context_value=context, variable_values=variables, execution_context_class=way)
        result = result if not hasattr(result, "__await__") else await result
        answers.append(result.formatted)
    return answers


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(
    "change", [{}, {"image": None, "labels": [], "availability": None}, {"name": None}, {"labels": ["unheard of"]}, {"price_fen": None}]
)
def test_both_ways_agree(document: str, change: dict[str, Any]) -> None:
    import asyncio

    row = ROW | change
    assert asyncio.run(answer(document, row, ProjectingContext)) == asyncio.run(answer(document, row, ExecutionContext))
