"""The 25 figures: what counts, as of which day, and that each is the sum of its rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.events import catalog, orders
from services.kit.ids import new_id
from services.reporting.domain.figures import ALL, PUBLISHED
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU, principal

DAY, BEFORE = b.DAY, b.DAY - timedelta(days=1)
CHANNELS = {
    "contract": "contract_purchases",
    "counter": "counter_sales",
    "expo": "expo_sales",
    "live": "live_sales",
    "employee": "employee_sales",
    "union": "union_sales",
    "community_store": "community_store_sales",
}


def fill(reporting: Reporting) -> None:
    """A small city with at least two rows behind each figure, some of them before and some after `DAY`."""
    deliver = reporting.harness.deliver
    for n in (1, 2, 3):
        deliver(b.merchant(n, county=(b.CHIPING, b.SHEN, b.GUAN)[n - 1]))
    deliver(b.product(1, labels=(b.label(1, date(2025, 1, 1), date(2027, 1, 1)), b.label(2, date(2025, 1, 1), None, "gi"))))
    deliver(b.product(2, merchant=2, county=b.SHEN, labels=(b.label(3, date(2025, 1, 1), BEFORE),)))
    deliver(b.product(3, merchant=3, county=b.GUAN, labels=(b.label(4, DAY, None),)))
    deliver(b.product(4, certificates=(b.certificate(4, DAY + timedelta(days=1), date(2027, 1, 1)),)))
    deliver(b.mechanism(1, 120))
    deliver(b.mechanism(2, 80, merchant=2, county=b.SHEN, end=BEFORE), version=2)
    deliver(b.mechanism(3, 40, merchant=3, county=b.GUAN), version=3)
    for n, kind in enumerate(("hospital", "school", "enterprise", "hospital"), start=1):
        deliver(b.institution(n, kind))
        deliver(b.contract(n, institution=n, kind=kind, merchant=1 + n % 2))
    deliver(b.contract(5, institution=1, kind="hospital", merchant=3, signed_on=DAY + timedelta(days=1)))
    for n, kind in enumerate(("counter", "expo", "community_store", "counter"), start=1):
        deliver(b.outlet(n, kind))
    deliver(b.outlet(5, "counter", opened_on=DAY + timedelta(days=1)))
    deliver(b.session_ended(1, 300))
    deliver(b.outside_session(2, 5000, county=b.SHEN))
    deliver(b.outside_session(3, 7000, void=True), version=2)
    sold = [
        b.line(
            10_000 + i, channel=channel, document=i, evidence="reported" if i % 2 else "transacted", product=1 + i % 3, merchant=1 + i % 3
        )
        for i, channel in enumerate(orders.CHANNELS)
    ]
    deliver(b.sales(*sold))
    deliver(b.refunds(b.refund(sold[2], 500)))
    deliver(b.sales(b.line(1, sold_at=b.NOON + timedelta(days=1))))
    http = reporting.harness.post
    for code in ("health", "unions"):
        http("/departments", BUREAU, {"code": code, "name": code, "duty": "…", "valid_from": "2023-01-01"}).ok()
    http(
        "/departments",
        BUREAU,
        {"code": "gone", "name": "gone", "duty": "…", "valid_from": "2023-01-01", "valid_until": "2025-12-31", "successor": "health"},
    ).ok()
    http(
        "/activities",
        BUREAU,
        {
            "activity_no": "HD-1",
            "kind": "session",
            "title": "专场",
            "held_on": str(DAY),
            "department": "health",
            "session_id": str(b.uid(6, 1)),
            "county_code": b.CHIPING,
        },
    ).ok()
    http(
        "/activities", BUREAU, {"activity_no": "HD-2", "kind": "matching", "title": "对接", "held_on": str(BEFORE), "department": "health"}
    ).ok()
    for n, (medium, level) in enumerate(
        (("newspaper", "central"), ("radio", "city"), ("television", "provincial"), ("online", None), ("film", None)), start=1
    ):
        http(
            "/publicity",
            BUREAU,
            {"record_no": f"XC-{n}", "medium": medium, "level": level, "media_kind": "报", "title": "一颗鸭梨", "published_on": str(DAY)},
        ).ok()


def test_every_figure_counts_what_its_definition_says(reporting: Reporting) -> None:
    fill(reporting)
    found = {key: item["value"] for key, item in reporting.figures(as_of=DAY).items()}
    money = {figure: 10_000 + orders.CHANNELS.index(channel) for channel, figure in CHANNELS.items()}  # type: ignore[arg-type]
    money["contract_purchases"] -= 500
    assert found == money | {
        "departments": 3,
        "products_certified": 3,
        "persons_covered": 160,
        "counters": 2,
        "activities": 2,
        "sales_total": sum(10_000 + i for i in range(9)) - 500,
        "quality_labels": 2,
        "contract_hospitals": 2,
        "contract_schools": 1,
        "contract_enterprises": 1,
        "contract_merchants": 2,
        "expos": 1,
        "live_sessions": 2,
        "live_participants": 5300,
        "community_stores": 1,
        "press_reports": 3,
        "press_reports_provincial_or_higher": 2,
        "online_reports": 1,
    }
    assert list(reporting.figures()) == [f.key for f in PUBLISHED]


def test_the_three_shares_of_every_figure_add_up_to_it(reporting: Reporting) -> None:
    fill(reporting)
    reporting.harness.deliver(
        b.sales(b.line(700, evidence="carried_forward", document_kind="carried_forward", product=None)), lane="import"
    )
    for item in reporting.figures(more=True).values():
        assert item["transacted"] + item["reported"] + item["carried_forward"] == item["value"], item["key"]
        if item["unit"] == "CNY":
            assert item["gross"] - item["refunds"] == item["value"]
    assert reporting.figures()["sales_total"]["carried_forward"] == 700


@pytest.mark.parametrize("first", [2, 500])
def test_every_figure_is_the_sum_of_its_rows_and_each_row_names_its_source(reporting: Reporting, first: int) -> None:
    fill(reporting)
    for who, params in ((BUREAU, {}), (BUREAU, {"county_code": b.SHEN}), (principal("county_officer", b.CHIPING), {})):
        for key, item in reporting.figures(who, as_of=DAY, more=True, **params).items():
            rows = reporting.all(f"/figures/{key}/rows", who, first=first, as_of=DAY, **params)
            assert sum(row["number"] for row in rows) == item["value"], key
            if item["unit"] == "count":
                assert len(rows) == item["value"], key
            assert len({row["row_id"] for row in rows}) == len(rows)
            for row in rows:
                assert row["document_kind"] and row["document_id"] and row["document_no"], (key, row)
                assert row["business_date"] <= str(DAY)


def test_any_past_day_can_be_asked_again(reporting: Reporting) -> None:
    fill(reporting)
    before, then, after = (reporting.figures(as_of=DAY + timedelta(days=n)) for n in (-1, 0, 1))
    assert [f["products_certified"]["value"] for f in (before, then, after)] == [3, 3, 4]
    assert [f["quality_labels"]["value"] for f in (before, then, after)] == [2, 2, 2]
    assert [f["persons_covered"]["value"] for f in (before, then, after)] == [240, 160, 160]
    assert [f["counters"]["value"] for f in (before, then, after)] == [2, 2, 3]
    assert [f["contract_merchants"]["value"] for f in (before, then, after)] == [2, 2, 3]
    assert [f["activities"]["value"] for f in (before, then, after)] == [1, 2, 2]
    assert [f["live_sessions"]["value"] for f in (before, then, after)] == [0, 2, 2]
    assert before["sales_total"]["value"] == 0
    assert after["sales_total"]["value"] == then["sales_total"]["value"] + 1


def test_late_in_the_evening_of_the_year_figures_lines_and_sums_agree_on_the_day(reporting: Reporting) -> None:
    old_year, new_year = datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC)
    reporting.harness.deliver(b.sales(b.line(7, sold_at=old_year), b.line(11, sold_at=new_year)))
    assert reporting.figures(as_of="2025-12-31")["sales_total"]["value"] == 7
    assert reporting.figures(as_of="2026-01-01")["sales_total"]["value"] == 18
    assert [row["number"] for row in reporting.all("/figures/sales_total/rows", as_of="2025-12-31")] == [7]
    assert {k: s["net_fen"] for k, s in reporting.sums("month").items()} == {"2025-12": 7, "2026-01": 11}
    assert {k: s["net_fen"] for k, s in reporting.sums("day").items()} == {"2025-12-31": 7, "2026-01-01": 11}
    assert [line["amount_fen"] for line in reporting.all("/lines", **{"from": "2026-01-01"})] == [11]


def test_a_refund_is_negative_on_its_own_day(reporting: Reporting) -> None:
    sale = b.line(9_000)
    reporting.harness.deliver(b.sales(sale))
    reporting.harness.deliver(b.refunds(b.refund(sale, 2_500, b.NOON + timedelta(days=40))))
    assert reporting.figures(as_of=DAY)["sales_total"]["value"] == 9_000
    now = reporting.figures()["sales_total"]
    assert (now["value"], now["gross"], now["refunds"]) == (6_500, 9_000, 2_500)
    [newest, _] = reporting.all("/figures/sales_total/rows")
    assert newest["number"] == -2_500


def test_a_reversed_import_returns_every_figure_exactly(reporting: Reporting) -> None:
    fill(reporting)
    before = {k: f["value"] for k, f in reporting.figures(as_of=date(2027, 1, 1)).items()}
    brought = [
        b.line(1_000 + n, evidence="reported", channel="external", document=50 + n, import_id=b.uid(9, 1), import_line=n) for n in range(30)
    ]
    reporting.harness.deliver(b.sales(*brought), lane="import")
    reporting.harness.deliver(b.outside_session(9, 100), version=1, lane="import")
    reporting.harness.deliver(b.outlet(9, "counter"), lane="import")
    reporting.harness.deliver(b.contract(9, institution=3, kind="school"), lane="import")
    assert reporting.figures(as_of=date(2027, 1, 1))["sales_total"]["value"] > before["sales_total"]
    reporting.harness.deliver(b.refunds(*(b.refund(s, s.amount_fen) for s in brought)), lane="import")
    reporting.harness.deliver(b.outside_session(9, 100, void=True), version=2, lane="import")
    reporting.harness.deliver(orders.OutletClosed(outlet_id=b.uid(5, 9), closed_on=DAY, void=True), version=2, lane="import")
    reporting.harness.deliver(orders.ContractEnded(contract_id=b.uid(4, 9), ended_on=DAY, void=True), version=2, lane="import")
    assert {k: f["value"] for k, f in reporting.figures(as_of=date(2027, 1, 1)).items()} == before


def test_products_in_force_leave_out_what_expired_or_is_withdrawn_and_ever_certified_does_not(reporting: Reporting) -> None:
    deliver = reporting.harness.deliver
    for n in (1, 2):
        deliver(b.merchant(n))
    for n in (1, 2, 3, 4):
        deliver(b.product(n, merchant=2 if n == 4 else 1))
    deliver(b.product(5, certificates=(b.certificate(5, date(2024, 1, 1), date(2024, 12, 31)),)))
    instant = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    deliver(
        orders.WithdrawalInForce(
            subject="product", subject_id=b.product_id(1), withdrawal_id=new_id(), kind="suspended", from_instant=instant
        )
    )
    again = new_id()
    deliver(
        orders.WithdrawalInForce(subject="product", subject_id=b.product_id(2), withdrawal_id=again, kind="suspended", from_instant=instant)
    )
    deliver(
        orders.ReinstatementInForce(
            subject="product", subject_id=b.product_id(2), withdrawal_id=again, until_instant=instant + timedelta(days=2)
        )
    )
    revoked = catalog.WithdrawnPeriod(kind="revoked", from_instant=instant + timedelta(days=1))
    deliver(
        catalog.MerchantWithdrawn(
            merchant=b.merchant(2, version=2, withdrawals=(revoked,)).merchant, withdrawal_id=new_id(), kind="revoked", decided_at=instant
        )
    )
    in_force = [reporting.figures(more=True, as_of=DAY + timedelta(days=n))["products_in_force"]["value"] for n in (-1, 0, 1, 2)]
    assert in_force == [4, 2, 1, 2]
    assert reporting.figures()["products_certified"]["value"] == 5


def test_a_reinstatement_ends_the_interval_that_catalog_still_shows_open(reporting: Reporting) -> None:
    deliver, withdrawal_id = reporting.harness.deliver, new_id()
    deliver(b.merchant(1))
    deliver(b.product(1))
    begun = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    shown_open = b.product_state(1, version=3, withdrawals=(catalog.WithdrawnPeriod(kind="suspended", from_instant=begun),))
    in_force = orders.WithdrawalInForce(
        subject="product", subject_id=b.product_id(1), withdrawal_id=withdrawal_id, kind="suspended", from_instant=begun
    )
    ended = orders.ReinstatementInForce(
        subject="product", subject_id=b.product_id(1), withdrawal_id=withdrawal_id, until_instant=begun + timedelta(minutes=5)
    )
    reinstated = catalog.ProductReinstated(product=shown_open, withdrawal_id=withdrawal_id, decided_at=begun)
    for event, version in ((reinstated, 3), (in_force, 1), (ended, 2)):
        deliver(event, version=version)
    assert reporting.figures(more=True, as_of=date(2026, 3, 11))["products_in_force"]["value"] == 1


def test_a_copy_takes_only_a_higher_version(reporting: Reporting) -> None:
    deliver = reporting.harness.deliver
    deliver(b.product(1, version=3, name="新名", certificates=(b.certificate(1, date(2025, 5, 1), date(2027, 1, 1)),)))
    deliver(b.product(1, version=2, name="旧名", certificates=()))
    deliver(b.mechanism(1, 50), version=5)
    deliver(b.mechanism(1, 70), version=4)
    deliver(b.session_ended(1, 10), version=4)
    deliver(b.outside_session(1, 99), version=3)
    [row] = reporting.all("/figures/products_certified/rows")
    assert (row["title"], row["business_date"]) == ("新名", "2025-05-01")
    assert reporting.figures()["persons_covered"]["value"] == 50
    assert reporting.figures()["live_participants"]["value"] == 10


def test_what_ends_a_contract_or_outlet_may_arrive_before_what_opens_it(reporting: Reporting) -> None:
    reporting.harness.deliver(orders.OutletClosed(outlet_id=b.uid(5, 1), closed_on=DAY, void=True), version=2)
    reporting.harness.deliver(orders.ContractEnded(contract_id=b.uid(4, 1), ended_on=DAY, void=False), version=2)
    reporting.harness.deliver(b.outlet(1, "counter"), lane="import")
    reporting.harness.deliver(b.contract(1), lane="import")
    found = reporting.figures()
    assert (found["counters"]["value"], found["contract_hospitals"]["value"]) == (0, 1)


def test_parked_events_make_the_figures_of_their_source_incomplete(reporting: Reporting) -> None:
    with reporting.harness.db.transaction() as conn:
        conn.execute(
            "INSERT INTO parked_events (source, lane, seq, key, name, envelope, error) VALUES ('catalog', 'live', 1, 'k', 'n', '{}', 'e')"
        )
    answer = reporting.harness.get("/figures", BUREAU).ok()
    flags = {item["key"]: item["incomplete"] for item in answer["items"]}
    assert answer["incomplete"] and flags["products_certified"] and not flags["sales_total"]


def test_every_figure_says_in_both_languages_what_it_is() -> None:
    for figure in ALL:
        assert figure.name_zh and figure.name_en and figure.definition_zh and figure.definition_en and figure.formula and figure.owner
    assert len(PUBLISHED) == 25 and len({f.key for f in ALL}) == len(ALL)
