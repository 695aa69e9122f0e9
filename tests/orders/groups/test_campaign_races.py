"""Sixty-four members at once: quota, budget and shelf hold; a payment sold once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from services.events.orders import SaleRecorded
from services.kit.db import every, value
from tests.orders.contracts.support import key
from tests.orders.groups.conftest import Group
from tests.orders.shopping.conftest import Shop
from tests.orders.support import assert_ledger_holds
from tests.support.service import Answer, principal

Start = Callable[..., Group]


def at_once(*acts: Callable[[], Answer], workers: int = 16) -> list[Answer]:
    barrier = Barrier(workers)

    def run(act: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, acts))


def totals_hold(group: Group) -> None:
    with group.orders.db.reading() as conn:
        assert every(
            conn, "SELECT c.campaign_id FROM campaigns c WHERE (c.members, c.union_fen, c.member_fen) <> (SELECT count(*)::int, "
            "coalesce(sum(m.union_fen), 0)::bigint, coalesce(sum(m.member_fen), 0)::bigint FROM campaign_members m "
            "WHERE m.campaign_id = c.campaign_id AND m.state <> 'lapsed')") == []
        assert every(
            conn, "SELECT l.subject_id FROM limits l JOIN campaigns c ON c.campaign_id::text = l.subject_id "
            "WHERE l.account = 'campaign_budget' AND l.used_fen <> c.union_fen") == []
    assert_ledger_holds(group.orders)


def test_sixty_four_claims_on_a_budget_of_five(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, budget_fen=5 * 12_000)
    answers = at_once(*[lambda: group.join(principal(), "1")] * 64)
    assert [a.status for a in answers].count(200) == 5
    assert {a.code for a in answers if a.status != 200} == {"LIMIT_EXCEEDED"}
    totals_hold(group)


def test_sixty_four_claims_on_three_boxes_on_the_shelf(shop: Shop, start_group: Start) -> None:
    group = start_group(shop, stock=3)
    answers = at_once(*[lambda: group.join(principal(), "1")] * 64)
    assert [a.status for a in answers].count(200) == 3
    assert {a.code for a in answers if a.status != 200} == {"OUT_OF_STOCK"}
    assert shop.stock(0) == ("0", "3")
    totals_hold(group)


def test_one_member_claims_sixteen_times_at_once_and_gets_his_quota_once(shop: Shop, start_group: Start) -> None:
    group, member, same = start_group(shop), principal(), key()
    answers = at_once(*[lambda: group.join(member, "2")] * 16)
    assert [a.status for a in answers].count(200) == 1
    assert {a.code for a in answers if a.status != 200} == {"ALREADY_JOINED"}
    other = principal()
    again = at_once(*[lambda: group.join(other, "2", key_=same)] * 16)
    assert {a.status for a in again} <= {200, 409}
    assert {a.code for a in again if a.status != 200} <= {"IN_PROGRESS"}
    assert shop.stock(0) == ("996", "4")
    totals_hold(group)


def test_members_who_join_while_it_closes_are_in_it_or_refused(shop: Shop, start_group: Start) -> None:
    group = start_group(shop)
    group.join(principal(), "1").ok()
    acts: list[Callable[[], Answer]] = [lambda: group.join(principal(), "1")] * 15
    answers = at_once(*acts, lambda: group.act("close"))
    joined = [a for a in answers if a.status == 200]
    assert {a.code for a in answers if a.status != 200} <= {"WRONG_STATE"}
    assert group.shown()["members"] == len(joined)
    assert group.shown()["state"] == "closed"
    totals_hold(group)


def test_a_transfer_recorded_eight_times_at_once_sells_once(shop: Shop, start_group: Start) -> None:
    group = start_group(shop)
    group.join(principal(), "2").ok()
    group.act("close").ok()
    answers = at_once(*[lambda: group.transfer(24_000)] * 8, workers=8)
    assert [a.status for a in answers].count(200) == 1
    assert len(group.orders.published(SaleRecorded)) == 1
    with group.orders.db.reading() as conn:
        assert value(conn, "SELECT sum(amount_fen) FROM sale_lines") == 24_000
    totals_hold(group)
