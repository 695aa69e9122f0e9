"""Group purchases of unions and staff: planned, joined, closed, paid, or cancelled and nothing left open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.events.orders import CampaignClosed, SaleRecorded
from services.kit.principal import Role
from services.kit.time import business_date
from tests.orders.contracts.support import key
from tests.orders.groups.conftest import Group
from tests.orders.shopping.conftest import Shop
from tests.orders.support import assert_ledger_holds
from tests.support.service import BUREAU, principal

Start = Callable[..., Group]


def lines_of(group: Group) -> list[dict[str, object]]:
    return [line for event in group.orders.published(SaleRecorded) for line in event["lines"]]


def test_a_union_campaign_is_sold_when_it_is_closed_and_paid_by_a_transfer_that_matches(shop: Shop, start_group: Start) -> None:
    group = start_group(shop)
    for quantities in (("1", "1"), ("2",), ("1",)):
        group.join(principal(), *quantities).ok()
    assert shop.stock(0) == ("996", "4")
    group.transfer(60_000).refused("WRONG_STATE")
    assert group.act("close").ok()["state"] == "closed"
    assert lines_of(group) == []
    group.transfer(59_999).refused("AMOUNT_DIFFERS")
    paid = group.transfer(60_000).ok()
    assert (paid["state"], paid["fapiao_no"], paid["paid_fen"]) == ("paid", "FP-1", 60_000)
    lines = sorted(lines_of(group), key=lambda line: -int(str(line["amount_fen"])))
    assert [(line["channel"], Decimal(str(line["quantity"])), line["amount_fen"]) for line in lines] == [
        ("union", 4, 48_000),
        ("union", 1, 12_000),
    ]
    assert {
        (line["document_kind"], line["document_id"], line["campaign_id"], line["evidence"], line["organised_by"]) for line in lines
    } == {("campaign", group.campaign_id, group.campaign_id, "transacted", "union")}
    (closed,) = group.orders.published(CampaignClosed)
    assert (closed["members"], closed["kind"]) == (3, "union")
    assert shop.stock(0) == ("996", "0")
    assert_ledger_holds(group.orders)


def test_a_member_joins_once_with_the_code_and_within_the_quota_a_head(shop: Shop, start_group: Start) -> None:
    group = start_group(shop)
    member, same = principal(), key()
    group.join(member, "1", code="WRONG").refused("BAD_JOIN_CODE")
    refusal = group.join(member, "3", "1").refused("SEVERAL")
    assert [(e["field"], e["code"]) for e in refusal["errors"]] == [("choices.0.quantity", "QUOTA_EXCEEDED")]
    first = group.join(member, "2", key_=same).ok()
    assert group.join(member, "2", key_=same).ok()["joined"] == first["joined"]
    group.join(member, "1").refused("ALREADY_JOINED")
    assert group.shown()["members"] == 1
    assert "code" in group.shown() and group.shown(member)["code"] is None


def test_the_budget_and_the_shelf_refuse_what_is_beyond_them(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, budget_fen=30_000, stock=2)
    group.join(principal(), "2").ok()
    group.join(principal(), "0", "1").refused("SEVERAL")
    refusal = group.orders.post(
        f"/campaigns/{group.campaign_id}/join",
        principal(),
        {"code": group.code, "choices": [{"product_id": shop.market.products[1].product_id, "quantity": "1"}]},
        key(),
    ).refused("LIMIT_EXCEEDED")
    assert refusal["facts"]["left_fen"] == "6000"
    other = start_group(shop, stock=1, budget_fen=None)
    other.join(principal(), "2").refused("OUT_OF_STOCK")
    assert_ledger_holds(group.orders)


def test_a_campaign_that_did_not_reach_its_minimum_is_cancelled_by_the_clock_and_nothing_stays_held(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, min_members=2, budget_fen=100_000)
    group.join(principal(), "2").ok()
    group.orders.shift_clock(timedelta(days=5))
    group.orders.run_scheduled("close_campaigns")
    assert group.shown()["state"] == "open", "the deadline's day counts"
    group.orders.shift_clock(timedelta(days=1))
    group.join(principal(), "1").refused("CAMPAIGN_OVER")
    group.orders.run_scheduled("close_campaigns")
    shown = group.shown()
    assert (shown["state"], shown["ended_reason"], shown["budget"]["used_fen"]) == ("cancelled", "minimum_not_reached", 0)
    assert shop.stock(0) == ("1000", "0")
    assert group.orders.published(CampaignClosed) == []
    assert_ledger_holds(group.orders)


def test_goods_are_held_until_the_deadline_and_the_days_after_it_then_an_unpaid_campaign_ends(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, hold_days=3)
    group.join(principal(), "2").ok()
    group.orders.shift_clock(timedelta(days=6))
    group.orders.run_scheduled("close_campaigns")
    assert group.shown()["state"] == "closed"
    group.orders.shift_clock(timedelta(days=2))
    group.orders.run_scheduled("close_campaigns")
    assert shop.stock(0) == ("998", "2")
    group.orders.shift_clock(timedelta(days=1))
    group.orders.run_scheduled("close_campaigns")
    assert (group.shown()["state"], shop.stock(0)) == ("cancelled", ("1000", "0"))
    group.transfer(24_000).refused("WRONG_STATE")
    assert_ledger_holds(group.orders)


def test_a_product_suspended_before_the_payment_is_no_sale_and_its_money_is_owed_back(shop: Shop, start_group: Start) -> None:
    group = start_group(shop)
    group.join(principal(), "1", "2").ok()
    group.act("close").ok()
    shop.market.withdraw(shop.market.products[0])
    paid = group.transfer(36_000).ok()
    assert (paid["state"], paid["refund_due_fen"]) == ("paid", 12_000)
    assert [line["amount_fen"] for line in lines_of(group)] == [24_000]
    assert (shop.stock(0), shop.stock(1)) == (("1000", "0"), ("998", "0"))
    assert_ledger_holds(group.orders)


def test_staff_pay_their_own_part_online_and_each_payment_is_a_sale(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, kind="employee", funding="member", organised_by="union", title="职工直购")
    first, second = principal(), principal()
    for member in (first, second):
        group.join(member, "1").ok()
    group.act("pay", first).refused("WRONG_STATE")
    group.act("close").ok()
    group.act("pay", principal()).refused("NOT_FOUND")
    opened = group.act("pay", first).ok()
    assert (opened["amount_fen"], opened["state"]) == (12_000, "paying")
    assert group.act("pay", first).ok()["payment_id"] == opened["payment_id"]
    group.transfer(24_000).refused("PAYMENT_PENDING")
    assert shop.start(first, opened["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    (line,) = lines_of(group)
    assert (line["channel"], line["amount_fen"], line["organised_by"]) == ("employee", 12_000, "union")
    assert group.shown(first)["joined"]["state"] == "paid"
    assert group.shown()["state"] == "closed"
    assert shop.start(second, group.act("pay", second).ok()["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    assert group.shown()["state"] == "paid"
    assert_ledger_holds(group.orders)


def test_what_union_and_member_share_becomes_two_lines_one_a_payer(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, funding="shared", union_per_head_fen=20_000, quota="5")
    rich, poor = principal(), principal()
    assert group.join(rich, "2").ok()["joined"]["member_fen"] == 4000
    assert group.join(poor, "1").ok()["joined"]["member_fen"] == 0
    group.act("close").ok()
    assert shop.start(rich, group.act("pay", rich).ok()["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    group.act("pay", poor).refused("NOTHING_DUE")
    assert group.transfer(32_000).ok()["state"] == "paid"
    lines = {line["channel"]: line for line in lines_of(group)}
    assert (lines["union"]["amount_fen"], lines["employee"]["amount_fen"]) == (32_000, 4000)
    assert sum(Decimal(str(line["quantity"])) for line in lines.values()) == 3
    assert shop.stock(0) == ("997", "0")
    assert_ledger_holds(group.orders)


def test_members_who_did_not_pay_their_part_are_collected_for_or_dropped(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, funding="shared", union_per_head_fen=10_000)
    for _ in range(2):
        group.join(principal(), "1").ok()
    group.act("close").ok()
    group.transfer(20_000).refused("AMOUNT_DIFFERS")
    assert group.transfer(24_000).ok()["paid_fen"] == 24_000
    assert sorted((line["channel"], line["amount_fen"]) for line in lines_of(group)) == [("employee", 4000), ("union", 20_000)]
    other = start_group(shop, funding="shared", union_per_head_fen=10_000, budget_fen=100_000)
    payer, late = principal(), principal()
    for member in (payer, late):
        other.join(member, "1").ok()
    other.act("close").ok()
    assert shop.start(payer, other.act("pay", payer).ok()["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    done = other.transfer(10_000, drop_unpaid=True).ok()
    assert (done["members"], done["budget"]["used_fen"]) == (1, 10_000)
    other.act("pay", late).refused("WRONG_STATE")
    assert_ledger_holds(group.orders)


def test_a_payment_that_lapses_may_be_started_again_and_one_that_comes_too_late_is_refunded(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, kind="employee", funding="member", hold_days=0)
    member, other = principal(), principal()
    for who in (member, other):
        group.join(who, "1").ok()
    group.act("close").ok()
    first = group.act("pay", member).ok()["payment_id"]
    group.orders.shift_clock(timedelta(minutes=20))
    group.orders.run_scheduled("lapse_reservations")
    assert group.shown(member)["joined"]["state"] == "joined"
    again = group.act("pay", member).ok()["payment_id"]
    assert again != first
    assert shop.start(member, again, "pm_card_visa").ok()["status"] == "paid"
    group.orders.shift_clock(timedelta(days=6))
    group.orders.run_scheduled("close_campaigns")
    assert (group.shown()["state"], group.shown()["members"]) == ("paid", 1)
    assert shop.stock(0) == ("999", "0")
    assert_ledger_holds(group.orders)


def test_a_campaign_that_is_paid_in_part_is_not_cancelled(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, kind="employee", funding="member")
    member = principal()
    group.join(member, "1").ok()
    group.join(principal(), "1").ok()
    group.act("close").ok()
    shop.start(member, group.act("pay", member).ok()["payment_id"], "pm_card_visa").ok()
    group.act("cancel").refused("WRONG_STATE")


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"funding": "member"}, "funding"),
        ({"kind": "employee"}, "funding"),
        ({"funding": "shared"}, "union_per_head_fen"),
        ({"budget_fen": 0}, "budget_fen"),
        ({"min_members": 0}, "min_members"),
        ({"hold_days": 31}, "hold_days"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(shop: Shop, start_group: Start, plan: dict[str, object], field: str) -> None:
    with pytest.raises(AssertionError, match=f"'{field}'"):
        start_group(shop, opened=False, **plan)


def test_somebody_elses_campaign_is_not_found_and_only_its_organiser_runs_it(shop: Shop, start_group: Start) -> None:
    group, elsewhere = start_group(shop), start_group(shop)
    path = f"/campaigns/{group.campaign_id}"
    for stranger in (principal(), elsewhere.organiser, principal(Role.MERCHANT, uuid4()), principal(Role.COUNTY_OFFICER, "371526")):
        group.orders.get(path, stranger).refused("NOT_FOUND")
        for verb in ("open", "close", "cancel"):
            group.act(verb, stranger).refused("NOT_FOUND")
    assert group.orders.get(path, principal(), code=group.code).ok()["campaign_id"] == group.campaign_id
    member = principal()
    group.join(member, "1").ok()
    group.act("close", member).refused("FORBIDDEN")
    for reader in (BUREAU, principal(Role.COUNTY_OFFICER, "371503"), shop.market.seller):
        shown = group.shown(reader)
        assert (shown["members"], shown["code"], shown["joined"]) == (1, None, None)
        group.act("close", reader).refused("FORBIDDEN")
    body = {
        "institution_id": group.institution_id,
        "kind": "union",
        "title": "x",
        "funding": "union",
        "goods": [],
        "deadline": business_date(group.orders.now()),
    }
    group.orders.post("/campaigns", elsewhere.organiser, body, key()).refused("FORBIDDEN")
