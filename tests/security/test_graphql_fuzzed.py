"""Operations made from the published schema, sent to the whole product: every answer is foreseen, none tells of our insides."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from graphql import build_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from infra.runner.state import ROOT
from services.kit.ids import new_id
from tests.journeys.client import Client, gid
from tests.journeys.world import World, world_of
from tests.security.test_services_fuzzed import LEAKS
from tests.support.system import System

pytestmark = pytest.mark.system

TEXTS = st.sampled_from(("", " ", "灵芝", "a\u0000b", "' OR 1=1 --", "%", "\\", "\U0001f600" * 40, "<script>", "-1", "=1+1", "a" * 3000))
KINDS = ("Product", "Merchant", "Order", "Contract", "CallOff", "Institution", "Outlet", "Campaign", "LiveSession", "Report", "Upload", "?")
SCALARS = {
    "Day": st.sampled_from(("2026-11-20", "2026-02-30", "0001-01-01", "9999-12-31", "x")).map(nodes.String),
    "Instant": st.sampled_from(("2026-11-20T00:00:00Z", "2026-11-20", "9999-12-31T23:59:59Z", "x")).map(nodes.String),
    "Quantity": st.sampled_from(("1", "0", "-1", "1e30", "NaN", "0.0000001", "１")).map(nodes.String),
    "String": TEXTS.map(nodes.String),
    "ID": st.sampled_from([gid(kind, new_id()) for kind in KINDS] + ["", "x", "UHJvZHVjdDo", "é"]).map(nodes.String),
}
OPTIONS: dict[str, Any] = {"max_examples": 40, "deadline": None, "database": None, "phases": [Phase.generate], "derandomize": True}
CALM = list(HealthCheck)


@cache
def sdl() -> str:
    return (ROOT / "docs/api/schema.graphql").read_text()


@pytest.fixture(scope="module")
def world(system: System) -> World:
    return world_of(system)


def foreseen(client: Client, document: str) -> None:
    """Client.post raises for a status of 500 and above."""
    answer = client.post(document)
    codes = {e.get("extensions", {}).get("code") for e in answer.get("errors", [])}
    text = json.dumps(answer, ensure_ascii=False)
    unforeseen = sorted({"INTERNAL", "UNAVAILABLE", "None"} & {str(code) for code in codes}) + [leak for leak in LEAKS if leak in text]
    if unforeseen:
        raise AssertionError(f"{unforeseen}: {document}\n{text}")


def check(client: Client, strategy: Any, examples: int) -> None:
    @settings(**{**OPTIONS, "max_examples": examples}, suppress_health_check=CALM)
    @given(document=strategy)
    def ask(document: str) -> None:
        foreseen(client, document)

    ask()


def people(world: World) -> dict[str, Client]:
    return {"visitor": world.visitor, "shopper": world.account(), "bureau": world.bureau}


def test_any_query_is_answered(world: World) -> None:
    names = sorted(build_schema(sdl()).query_type.fields)  # type: ignore[union-attr]
    for client in people(world).values():
        one = st.sampled_from(names).flatmap(lambda name: queries(sdl(), fields=[name], custom_scalars=SCALARS))
        check(client, one, 40)


def test_any_mutation_is_answered(world: World) -> None:
    """By people without a role of their own, so that no test beside this one is disturbed; sessions are ended by nobody."""
    names = sorted(set(build_schema(sdl()).mutation_type.fields) - {"signOut", "closeAccount"})  # type: ignore[union-attr]
    merchant = world.merchant("371525")
    for client in (world.visitor, world.account(), merchant.owner):
        one = st.sampled_from(names).flatmap(lambda name: mutations(sdl(), fields=[name], custom_scalars=SCALARS))
        check(client, one, 40)


@pytest.mark.full
def test_any_operation_is_answered_for_long(world: World) -> None:
    merchant = world.merchant("371525")
    for client in (*people(world).values(), merchant.owner):
        check(client, queries(sdl(), custom_scalars=SCALARS), 400)
    names = sorted(set(build_schema(sdl()).mutation_type.fields) - {"signOut", "closeAccount"})  # type: ignore[union-attr]
    for client in (world.visitor, world.account(), merchant.owner):
        one = st.sampled_from(names).flatmap(lambda name: mutations(sdl(), fields=[name], custom_scalars=SCALARS))
        check(client, one, 400)
