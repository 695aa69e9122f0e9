"""Who sees what: a test for each pair of roles and each route. Amounts are distinct primes, so that a leak shows in any sum."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from services.kit.principal import ANONYMOUS, Grant, Principal, Role
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU, OPERATOR, principal

# (amount, merchant, origin county, consumption county, institution)
SALES = [
    (1_009, 1, b.CHIPING, "outside", None),
    (10_007, 1, b.CHIPING, b.SHEN, 1),
    (100_003, 2, b.SHEN, b.SHEN, 2),
    (1_000_003, 2, b.SHEN, "unknown", 1),
    (10_000_019, 3, b.GUAN, b.CHIPING, None),
]

COUNTY = {code: principal("county_officer", code) for code in (b.CHIPING, b.SHEN, b.GUAN)}
MERCHANT = {n: principal("merchant", b.merchant_id(n)) for n in (1, 2, 3)}
INSTITUTION = {n: principal(role, b.uid(3, n)) for n, role in ((1, "canteen_buyer"), (2, "group_organiser"))}
DEPARTMENT = principal("department_officer", "health")
SHOPPER = principal()
NOBODY = [
    SHOPPER,
    ANONYMOUS,
    Principal("guest:1"),
    principal("streamer", b.uid(9, 1)),
    principal("outlet", b.uid(5, 1)),
    OPERATOR,
    principal("merchant", ""),
    principal("merchant", "not-an-id"),
]

VISIBLE: list[tuple[str, Principal, set[int]]] = [
    ("bureau", BUREAU, {0, 1, 2, 3, 4}),
    ("department", DEPARTMENT, {0, 1, 2, 3, 4}),
    ("chiping", COUNTY[b.CHIPING], {0, 1, 4}),
    ("shen", COUNTY[b.SHEN], {1, 2, 3}),
    ("guan", COUNTY[b.GUAN], {4}),
    ("merchant 1", MERCHANT[1], {0, 1}),
    ("merchant 2", MERCHANT[2], {2, 3}),
    ("merchant 3", MERCHANT[3], {4}),
    ("institution 1", INSTITUTION[1], {1, 3}),
    ("institution 2", INSTITUTION[2], {2}),
]


@pytest.fixture
def sold(reporting: Reporting) -> Reporting:
    for n in (1, 2, 3):
        reporting.harness.deliver(b.merchant(n))
        reporting.harness.deliver(b.institution(n))
    for n, (amount, merchant, origin, consumption, institution) in enumerate(SALES):
        reporting.harness.deliver(
            b.sales(
                b.line(
                    amount,
                    merchant=merchant,
                    product=merchant,
                    origin_county=origin,
                    consumption_county=consumption,
                    document=n,
                    buyer_org_id=None if institution is None else b.uid(3, institution),
                )
            )
        )
    return reporting


@pytest.mark.parametrize(("who", "seen"), [(p, s) for _, p, s in VISIBLE], ids=[name for name, _, _ in VISIBLE])
def test_everybody_sees_his_own_lines_and_sums_only(sold: Reporting, who: Principal, seen: set[int]) -> None:
    amounts = {SALES[n][0] for n in seen}
    assert {line["amount_fen"] for line in sold.all("/lines", who)} == amounts
    for by in ("channel", "month", "day", "evidence", "merchant", "product", "origin_county", "consumption_county"):
        answer = sold.harness.get("/sums", who, by=by).ok()
        assert answer["total"]["net_fen"] == sum(amounts), by
        assert sum(item["net_fen"] for item in answer["items"]) == sum(amounts), by
    by_institution = sold.sums("institution", who)
    assert sum(s["net_fen"] for s in by_institution.values()) == sum(SALES[n][0] for n in seen if SALES[n][4])


@pytest.mark.parametrize(
    ("mine", "theirs"), [(x, y) for x, y in combinations(VISIBLE, 2)], ids=[f"{x[0]}-{y[0]}" for x, y in combinations(VISIBLE, 2)]
)
def test_a_filter_by_somebody_elses_row_opens_nothing(sold: Reporting, mine: Any, theirs: Any) -> None:
    for (_, who, seen), (_, _, others) in ((mine, theirs), (theirs, mine)):
        for n in others - seen:
            amount, merchant, _, _, institution = SALES[n]
            asked = {"document_id": str(b.uid(8, n))}
            assert sold.all("/lines", who, **asked) == []
            for filters in (
                {"merchant_id": str(b.merchant_id(merchant))},
                {"institution_id": str(b.uid(3, institution))} if institution else {},
            ):
                assert amount not in {line["amount_fen"] for line in sold.all("/lines", who, **filters)}
                total = sold.harness.get("/sums", who, by="channel", **filters).ok()["total"]["net_fen"]
                assert total <= sum(SALES[i][0] for i in seen)


@pytest.mark.parametrize("mine", COUNTY)
@pytest.mark.parametrize("other", COUNTY)
def test_a_county_officer_has_figures_rows_and_reports_of_her_county_only(sold: Reporting, mine: str, other: str) -> None:
    who = COUNTY[mine]
    own = sum(s[0] for s in SALES if mine in s[2:4])
    assert sold.figures(who)["sales_total"]["value"] == own
    assert sold.figures(BUREAU, county_code=mine)["sales_total"]["value"] == own
    rows = sold.all("/figures/sales_total/rows", who)
    assert sum(row["number"] for row in rows) == own
    assert all(mine in (row["origin_county"], row["consumption_county"]) for row in rows)
    report = sold.harness.post("/reports", who, {"from": "2026-03-01", "until": str(b.DAY)}, key="key-of-report").ok()
    assert report["county_code"] == mine
    if mine != other:
        for path in ("/figures", "/figures/sales_total/rows", "/sums", "/lines"):
            sold.harness.get(path, who, county_code=other, by="channel" if path == "/sums" else None).refused("NOT_FOUND")
        sold.harness.post("/reports", who, {"from": "2026-03-01", "until": str(b.DAY), "county_code": other}, key="other-county").refused(
            "NOT_FOUND"
        )
        sold.harness.get(f"/reports/{report['report_id']}", COUNTY[other]).refused("NOT_FOUND")
        assert sold.all("/reports", COUNTY[other]) == []
    city = sold.harness.post("/reports", BUREAU, {"from": "2026-03-01", "until": str(b.DAY)}, key="key-of-report").ok()
    sold.harness.get(f"/reports/{city['report_id']}", who).refused("NOT_FOUND")


OFFICES = [
    ("GET", "/figures"),
    ("GET", "/figures/sales_total/rows"),
    ("GET", "/reports"),
    ("GET", f"/reports/{b.uid(9, 5)}"),
    ("POST", "/reports"),
    ("GET", "/departments"),
    ("GET", "/activities"),
    ("GET", "/publicity"),
    ("POST", "/departments"),
    ("GET", "/reconciliation"),
]


@pytest.mark.parametrize(("method", "path"), OFFICES)
def test_merchants_institutions_and_shoppers_have_no_figures_reports_or_registers(sold: Reporting, method: str, path: str) -> None:
    body = (
        {"from": "2026-03-01", "until": str(b.DAY)}
        if path == "/reports"
        else {"code": "aa", "name": "a", "duty": "a", "valid_from": "2026-01-01"}
        if method == "POST"
        else None
    )
    for who in (*MERCHANT.values(), *INSTITUTION.values(), SHOPPER, ANONYMOUS):
        sold.harness.call(method, path, who, body, key="key-of-test").refused("FORBIDDEN")
    sold.harness.call(method, path, None, body).refused("UNAUTHENTICATED")


@pytest.mark.parametrize("who", NOBODY, ids=range(len(NOBODY)))
def test_whoever_has_no_lines_of_his_own_is_forbidden(sold: Reporting, who: Principal) -> None:
    sold.harness.get("/lines", who).refused("FORBIDDEN")
    sold.harness.get("/sums", who, by="channel").refused("FORBIDDEN")
    sold.harness.get("/figures", who).refused("FORBIDDEN")


def test_somebody_with_two_roles_sees_the_lines_of_both_and_no_others(sold: Reporting) -> None:
    both = Principal("account", (Grant(Role.MERCHANT, str(b.merchant_id(3))), Grant(Role.CANTEEN_APPROVER, str(b.uid(3, 2)))))
    assert {line["amount_fen"] for line in sold.all("/lines", both)} == {100_003, 10_000_019}
    assert sold.harness.get("/sums", both, by="channel").ok()["total"]["net_fen"] == 100_003 + 10_000_019


def test_the_counts_of_a_county_are_the_rows_that_name_it(reporting: Reporting) -> None:
    for n, county in ((1, b.CHIPING), (2, b.SHEN)):
        reporting.harness.deliver(b.merchant(n, county=county))
        reporting.harness.deliver(b.product(n, merchant=n, county=county, labels=(b.label(n, b.DAY, None),)))
        reporting.harness.deliver(b.mechanism(n, 10 * n, merchant=n, county=county))
        reporting.harness.deliver(b.outlet(n, county=county))
        reporting.harness.deliver(b.session_ended(n, n, county=county))
        reporting.harness.deliver(b.contract(n, institution=n, merchant=n, county=county))
    found = {k: f["value"] for k, f in reporting.figures(COUNTY[b.SHEN]).items() if f["value"]}
    assert found == {
        "products_certified": 1,
        "quality_labels": 1,
        "persons_covered": 20,
        "counters": 1,
        "live_sessions": 1,
        "live_participants": 2,
        "contract_hospitals": 1,
        "contract_merchants": 1,
    }


def test_no_answer_holds_a_buyers_name_phone_or_address(sold: Reporting) -> None:
    [line, *_] = sold.all("/lines", BUREAU)
    assert not {key for key in line if any(word in key for word in ("buyer", "recipient", "phone", "address", "account"))}
