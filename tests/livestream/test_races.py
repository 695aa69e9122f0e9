"""A withdrawal and the host's hand at the same moment, both orders forced: no room keeps a product that may not be sold."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from services.events.orders import WithdrawalInForce
from services.kit.db import Database
from services.livestream.store import products, sessions
from services.livestream.usecases.link_products import link_into
from services.livestream.usecases.unlink_gone import unlink_gone
from tests.livestream.support import World


def withdraw(world: World, product_id: UUID, subject: str = "product") -> None:
    world.h.deliver(
        WithdrawalInForce(
            subject=subject,
            subject_id=product_id,
            withdrawal_id=uuid4(),
            kind="suspended",  # type: ignore[arg-type]
            from_instant=world.h.now(),
        )
    )


@pytest.mark.parametrize("subject", ["product", "merchant"])
def test_a_link_not_yet_committed_is_seen_by_the_withdrawal_that_waits_for_it(world: World, subject: str) -> None:
    session_id, product_id = UUID(world.schedule(product_ids=[])["session_id"]), world.products[0]
    subject_id = product_id if subject == "product" else world.merchant_id
    with ThreadPoolExecutor(1) as pool:
        with world.h.db.transaction() as conn:
            products.lock(conn, [product_id])
            link_into(conn, world.streamer, sessions.lock(conn, session_id), [product_id])
            withdrawal = pool.submit(withdraw, world, subject_id, subject)
            _wait_until_blocked(world.h.db)
        withdrawal.result(timeout=20)
    assert world.shown(str(session_id))["products"] == []
    with world.h.db.reading() as conn:
        assert sessions.linked(conn, session_id) == []


def test_a_withdrawal_not_yet_committed_is_seen_by_the_link_that_waits_for_it(world: World) -> None:
    session_id, product_id = world.schedule(product_ids=[])["session_id"], world.products[0]
    with ThreadPoolExecutor(1) as pool:
        with world.h.db.transaction() as conn:
            products.save_in_force(conn, "product", product_id, uuid4(), "suspended", world.h.now())
            unlink_gone(conn, [product_id])
            link = pool.submit(world.act, session_id, "link", {"product_ids": [product_id]})
            _wait_until_blocked(world.h.db)
        link.result(timeout=20).refused("NOT_SELLABLE")


def test_pins_links_and_withdrawals_from_all_sides_neither_deadlock_nor_leave_a_pin_behind(world: World) -> None:
    rooms = [world.live()]
    more = [world.certify() for _ in range(4)]
    world.act(rooms[0], "link", {"product_ids": more}).ok()
    barrier = threading.Barrier(6)

    def pin(order: list[UUID]) -> set[int]:
        barrier.wait()
        return {world.act(rooms[0], "pin", {"product_id": p}).status for p in order for _ in range(3)}

    def gone(product_id: UUID) -> set[int]:
        barrier.wait()
        withdraw(world, product_id)
        return {200}

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(pin, order) for order in (more, more[::-1], more[2:], more[:2])] + [pool.submit(gone, p) for p in more[:2]]
        statuses = set().union(*(w.result(timeout=60) for w in work))
    assert statuses <= {200, 409}
    shown = world.shown(rooms[0])
    assert {p["product_id"] for p in shown["products"]} == {str(p) for p in [*world.products[:2], *more[2:]]}
    assert shown["pinned_product_id"] not in {str(p) for p in more[:2]}


def _wait_until_blocked(db: Database) -> None:
    """Until some connection of this database waits for a lock."""
    for _ in range(2000):
        with db.reading() as conn:
            if conn.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").fetchone():
                return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waits")
