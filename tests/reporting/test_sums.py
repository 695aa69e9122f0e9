"""Sums by every dimension, whichever of rollups and facts answers: the same to the fen as adding up the lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.events import orders
from services.reporting.domain.period import cut
from services.reporting.domain.scope import CITY, Scope
from services.reporting.queries.lines_of import GROUPS, Filters, rollup_for
from services.reporting.queries.sums import every_sum, sums
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU

DAYS = [date(2025, 12, 31) + timedelta(days=n) for n in (0, 1, 14, 31, 32, 58, 59, 60, 90)]
COUNTIES = [b.CHIPING, b.SHEN, "outside", "unknown"]


@st.composite
def sale_lines(draw: st.DrawFn) -> orders.SaleLine:
    day = draw(st.sampled_from(DAYS))
    merchant = draw(st.integers(1, 2))
    amount = draw(st.integers(1, 10**6))
    entity = st.one_of(st.none(), st.integers(1, 2))
    kind, n = draw(st.sampled_from([("sale", 1), ("sale", 1), ("refund", -1)]))
    return b.line(
        amount * n,
        kind=kind,
        merchant=merchant,
        product=draw(st.sampled_from([None, merchant * 10, merchant * 10 + 1])),
        sold_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        channel=draw(st.sampled_from(["online", "live", "contract"])),
        evidence=draw(st.sampled_from(["transacted", "reported", "carried_forward"])),
        origin_county=draw(st.sampled_from(COUNTIES[:2])),
        consumption_county=draw(st.sampled_from(COUNTIES)),
        kg=draw(st.sampled_from([None, "0.5", "12.125"])),
        buyer_org_id=None if (i := draw(entity)) is None else b.uid(3, i),
        session_id=None if (s := draw(entity)) is None else b.uid(6, s),
        outlet_id=None if (o := draw(entity)) is None else b.uid(5, o),
        contract_id=None if (c := draw(entity)) is None else b.uid(4, c),
        campaign_id=None if (g := draw(entity)) is None else b.uid(7, g),
    )


def key_of(line: orders.SaleLine, by: str) -> str | None:
    if by == "month":
        return line.business_date.isoformat()[:7]
    if by == "day":
        return line.business_date.isoformat()
    if by in ("channel", "evidence", "origin_county", "consumption_county"):
        return str(getattr(line, by))
    found = line.buyer_org_id if by == "institution" else getattr(line, f"{by}_id")
    return None if found is None else str(found)


def matches(line: orders.SaleLine, filters: Filters, scope: Scope) -> bool:
    county = filters.county_code
    entities = {"institution_id": line.buyer_org_id} | {
        f"{e}_id": getattr(line, f"{e}_id") for e in ("merchant", "product", "session", "outlet", "contract", "campaign")
    }
    return (
        filters.start <= line.business_date <= filters.end
        and (filters.channel is None or line.channel == filters.channel)
        and (filters.evidence is None or line.evidence == filters.evidence)
        and (county is None or county in (line.origin_county, line.consumption_county))
        and all(entities[f"{name}_id"] == wanted for name, wanted in filters.entities().items())
        and (
            scope.city
            or line.origin_county in scope.counties
            or line.consumption_county in scope.counties
            or str(line.merchant_id) in scope.merchants
            or str(line.buyer_org_id) in scope.institutions
        )
    )


def expected(lines: list[orders.SaleLine], by: str, filters: Filters, scope: Scope) -> dict[str | None, dict[str, Any]]:
    found: dict[str | None, dict[str, Any]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        key = key_of(line, by)
        if matches(line, filters, scope) and (key is not None or by == "product"):
            found[key]["net"] += line.amount_fen
            found[key]["refunds"] += -line.amount_fen if line.kind == "refund" else 0
            found[key][line.evidence] += line.amount_fen
            found[key]["lines"] += 1
            found[key]["kg"] += line.quantity_kg or 0
    return found


@pytest.fixture
def filled(reporting: Reporting) -> Callable[[list[orders.SaleLine], int], None]:
    def fill(lines: list[orders.SaleLine], live: int) -> None:
        with reporting.harness.db.transaction() as conn:
            conn.execute("TRUNCATE sales_facts, rollups")
        for lane, part in (("live", lines[:live]), ("import", lines[live:])):
            for start in range(0, len(part), 7):
                reporting.harness.deliver(b.sales(*part[start : start + 7]), lane=lane)

    return fill


SCOPES = st.sampled_from(
    [
        CITY,
        CITY,
        Scope(counties=(b.CHIPING,)),
        Scope(counties=(b.SHEN, b.CHIPING)),
        Scope(merchants=(str(b.merchant_id(1)),)),
        Scope(institutions=(str(b.uid(3, 1)),)),
        Scope(merchants=(str(b.merchant_id(2)),), institutions=(str(b.uid(3, 2)),)),
    ]
)
FILTERS = st.builds(
    lambda days, **also: Filters(max(days), min(days), **also),
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
    channel=st.sampled_from([None, None, "live"]),
    evidence=st.sampled_from([None, None, "reported"]),
    county_code=st.sampled_from([None, None, b.SHEN]),
    merchant_id=st.sampled_from([None, None, b.merchant_id(1)]),
    product_id=st.sampled_from([None, None, b.product_id(10)]),
    session_id=st.sampled_from([None, None, None, b.uid(6, 1)]),
    institution_id=st.sampled_from([None, None, None, b.uid(3, 2)]),
)


def test_rollups_and_facts_give_the_same_sums_for_any_question(reporting: Reporting, filled: Callable[..., None]) -> None:
    @settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
    @given(st.lists(sale_lines(), min_size=1, max_size=40), st.integers(0, 20), st.data())
    def check(lines: list[orders.SaleLine], live: int, data: st.DataObject) -> None:
        filled(lines, live)
        for _ in range(25):
            by, filters, scope = data.draw(st.sampled_from(GROUPS)), data.draw(FILTERS), data.draw(SCOPES)
            with reporting.harness.db.reading() as conn:
                found = {s.key: s.measures for s in every_sum(conn, by, filters, scope)}
                total = sums(conn, by, filters, scope, 1, None).total
            wanted = expected(lines, by, filters, scope)
            assert {
                k: (m.net_fen, m.refunds_fen, m.transacted_fen, m.reported_fen, m.carried_forward_fen, m.lines, m.quantity_kg)
                for k, m in found.items()
            } == {
                k: (w["net"], w["refunds"], w["transacted"], w["reported"], w["carried_forward"], w["lines"], w["kg"])
                for k, w in wanted.items()
            }
            assert total.net_fen == sum(w["net"] for w in wanted.values())
            assert total.net_fen == total.transacted_fen + total.reported_fen + total.carried_forward_fen

    check()


@given(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2026, 12, 31))),
)
def test_a_period_is_cut_into_whole_months_and_edges_that_cover_each_day_once(start: date, end: date, last: date | None) -> None:
    found = cut(start, end, last)
    covered = [day for first, until in found.edges for n in range((until - first).days + 1) if (day := first + timedelta(days=n))]
    if found.months:
        day = found.months[0]
        while day.replace(day=1) <= found.months[1]:
            covered.append(day)
            day += timedelta(days=1)
    wanted = {start + timedelta(days=n) for n in range((end - start).days + 1)} if last is not None and start <= end else set()
    reached = {day for day in wanted if last is not None and day <= last}
    assert len(covered) == len(set(covered))
    assert {day for day in covered if last is not None and day <= last} == reached


def test_the_usual_questions_are_answered_by_rollups() -> None:
    everything = Filters(end=DAYS[0])
    assert rollup_for("channel", everything, CITY) == "all"
    assert rollup_for("product", everything, Scope(merchants=("m",))) == "product"
    assert rollup_for("month", everything, Scope(institutions=("i",))) == "institution"
    assert rollup_for("institution", everything, Scope(merchants=("m",))) is None
    assert rollup_for("day", everything, CITY) is None


def test_sums_are_paged_largest_first_and_every_page_carries_the_total(reporting: Reporting) -> None:
    for n in range(1, 8):
        reporting.harness.deliver(b.merchant(n, name=f"主体{n}"))
        reporting.harness.deliver(b.sales(b.line(n * 100, merchant=n, product=n)))
    answer = reporting.harness.get("/sums", BUREAU, by="merchant", first=3).ok()
    assert [item["net_fen"] for item in answer["items"]] == [700, 600, 500]
    assert answer["items"][0]["name"] == "主体7"
    assert answer["total"]["net_fen"] == 2800
    assert [s["net_fen"] for s in reporting.sums("merchant", first=3).values()] == [700, 600, 500, 400, 300, 200, 100]


def test_a_rounding_line_without_a_product_is_in_the_sums_by_product_too(reporting: Reporting) -> None:
    reporting.harness.deliver(b.sales(b.line(1000), b.line(-30, product=None, kg=None)))
    by_product = reporting.sums("product")
    assert by_product[None]["net_fen"] == -30
    assert sum(s["net_fen"] for s in by_product.values()) == 970


def test_text_with_separators_comes_back_unchanged(reporting: Reporting) -> None:
    nasty = '单\t据\\N\n号\r{"a"},\''
    reporting.harness.deliver(b.sales(b.line(5, document_no=nasty, paper="\\N", organised_by="a\\tb")))
    [line] = reporting.all("/lines")
    assert (line["document_no"], line["paper"], line["organised_by"]) == (nasty, "\\N", "a\\tb")
