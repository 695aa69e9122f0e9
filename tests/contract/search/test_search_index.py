"""One contract for every search engine: PostgreSQL always, Meilisearch where BANGFU_MEILI_URL names a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.catalog.adapters.search.meili import MeiliSearch
from services.catalog.adapters.search.port import SearchIndex, SearchQuery
from services.catalog.app import SERVICE
from services.catalog.queries.search import search as run_search
from services.kit.db import Conn
from tests.catalog.support import CERTIFICATES, CUTOVER, LABELS, MERCHANTS, PRODUCTS, credit_code, csv, product_row
from tests.contract.search.judged import GOODS, JUDGED, MISTYPED, Good
from tests.support.service import Harness

MEILI_URL = os.environ.get("BANGFU_MEILI_URL")
ENGINES = ["postgres", pytest.param("meilisearch", marks=pytest.mark.skipif(not MEILI_URL, reason="BANGFU_MEILI_URL names no server"))]


def fill(catalog: Harness, goods: tuple[Good, ...] = GOODS) -> None:
    catalog.set_cutover(CUTOVER)
    code = credit_code(1)
    rows = [
        product_row(n, code, name=g.name, category=g.category, family=g.family, county_code=g.county, description=g.description)
        for n, g in enumerate(goods, 1)
    ]
    numbers = [str(row[0]) for row in rows]
    certificates = [("merchant", code, "BFM-1", "1号", "2026-01-01", "2030-12-31")]
    certificates += [("product", no, f"BFP-{n}", "1号", "2026-01-01", "2030-12-31") for n, no in enumerate(numbers)]
    labels = [(numbers[2], "地理标志", "GI-1", "2026-01-01", "2029-12-31"), (numbers[3], "绿色食品", "LB-1", "2026-01-01", "2026-06-30")]
    for kind, content in (
        ("merchants", csv(MERCHANTS, [(code, "润禾供销有限公司（演示）", "企业", "371502", "", "")])),
        ("products", csv(PRODUCTS, rows)),
        ("certificates", csv(CERTIFICATES, certificates)),
        ("labels", csv(LABELS, labels)),
    ):
        done = catalog.import_file(kind, content)
        assert done["state"] == "applied", done


@pytest.fixture(params=ENGINES)
def filled(request: pytest.FixtureRequest, make_service: Callable[..., Harness]) -> Iterator[tuple[Harness, SearchIndex]]:
    """A service whose engine is the one under test, its index up to date."""
    catalog = make_service(SERVICE)
    fill(catalog)
    engine = catalog.context.extra["search"]
    if request.param == "meilisearch":
        assert MEILI_URL
        engine.first = MeiliSearch(MEILI_URL, os.environ.get("BANGFU_MEILI_KEY"), index=f"test-{uuid4().hex[:12]}")
        catalog.run_scheduled("search_feed")
    yield catalog, engine.first
    if isinstance(engine.first, MeiliSearch):
        engine.first.drop()


def _names(catalog: Harness, q: str, **filters: object) -> list[str]:
    with catalog.db.reading() as conn:
        answer = run_search(conn, catalog.context.extra["search"], SearchQuery(q, **filters))  # type: ignore[arg-type]
    return [item["name"] for item in answer["items"]]


def test_what_people_type_finds_what_they_mean(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, _ = filled
    missed = {}
    for q, (first, expected) in JUDGED.items():
        found = _names(catalog, q)
        if not expected <= set(found) or (first is not None and found[:1] != [first]):
            missed[q] = found
    assert missed == {}


def test_mistakes_of_typing_are_mended(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, engine = filled
    if engine.name == "meilisearch":
        pytest.skip("its typo rules are its own; homophones are found by PostgreSQL")
    missed = {q: found for q, meant in MISTYPED.items() if meant not in (found := _names(catalog, q))[:3]}
    assert missed == {}


def test_the_exact_word_is_not_crowded_out_by_homophones(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, _ = filled
    found = _names(catalog, "枣")
    assert all("枣" in name for name in found[:2]) and "景行 灶糖 原味" not in found


def test_nonsense_finds_nothing_and_breaks_nothing(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, _ = filled
    for q in (
        "",
        "   ",
        "!!!",
        "'",
        "\\",
        "& | ! :*",
        "<script>alert(1)</script>",
        "%_%",
        "(a+)+$" * 10,
        "\u0000x",
        "🍎",
        "''''''",
        "a" * 100,
        "枣" * 100,
    ):
        _names(catalog, q)
    assert _names(catalog, "魑魅魍魉") == []


def test_filters_and_facets_agree(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, engine = filled
    with catalog.db.reading() as conn:
        found = engine.search(conn, SearchQuery("", first=50))
        assert found.total == len(GOODS) and sum(found.facets["county_code"].values()) == len(GOODS)
        assert found.facets["label"] == {"gi": 1}
        for dimension, values in found.facets.items():
            for value, count in values.items():
                narrowed = engine.search(conn, SearchQuery("", first=50, **{dimension: value}))  # type: ignore[arg-type]
                assert len(narrowed.product_ids) == count, (dimension, value)
                assert narrowed.facets[dimension] == values


def test_pages_follow_without_gap_or_repeat(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, engine = filled
    seen: list[UUID] = []
    after = None
    with catalog.db.reading() as conn:
        while True:
            page = engine.search(conn, SearchQuery("", first=7, after=after))
            seen += page.product_ids
            after = page.next_cursor
            if after is None:
                break
    assert len(seen) == len(set(seen)) == len(GOODS)


def test_a_label_that_has_ended_is_no_facet_and_no_filter(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, _ = filled
    assert _names(catalog, "", label="green") == []
    assert _names(catalog, "地理标志") == _names(catalog, "", label="gi") == ["禾安 莘县香瓜 精品"]
    assert _names(catalog, "绿色食品") == []


def test_an_expired_certificate_hides_without_any_job(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, _ = filled
    catalog.shift_clock(timedelta(days=365 * 6))
    assert _names(catalog, "苹果") == [] and _names(catalog, "") == []


def test_the_self_check_counts_and_mends(filled: tuple[Harness, SearchIndex]) -> None:
    catalog, engine = filled
    name = engine.name
    assert catalog.run_scheduled("search_self_check")[name] == {"missing": 0, "different": 0, "extra": 0, "up_to_date": len(GOODS)}
    with catalog.db.transaction() as conn:
        _damage(conn)
    if name == "postgres":
        assert catalog.run_scheduled("search_self_check")[name] == {"missing": 1, "different": 1, "extra": 0, "up_to_date": len(GOODS) - 2}
    else:
        catalog.run_scheduled("search_self_check")
    assert catalog.run_scheduled("search_self_check")[name]["up_to_date"] == len(GOODS)
    assert "沃野 苹果 一级" in _names(catalog, "苹果")


def _damage(conn: Conn) -> None:
    conn.execute("DELETE FROM search_index WHERE product_id = (SELECT product_id FROM products WHERE name LIKE '沃野 苹果%')")
    conn.execute("UPDATE search_index SET digest = 'old' WHERE product_id = (SELECT product_id FROM products WHERE name LIKE '沃野 鸭梨%')")
