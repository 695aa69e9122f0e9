"""A market in a few lines: merchants and products as catalog would publish them, their stock, and its invariants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.events import catalog
from services.kit.db import every
from services.kit.ids import new_id
from services.kit.principal import Principal, Role
from tests.support.service import Harness, principal

LONG_AGO, FAR_AHEAD = date(2023, 1, 1), date(2030, 12, 31)


def certificate(first: date = LONG_AGO, last: date = FAR_AHEAD, no: str = "BFC-1") -> catalog.CertificatePeriod:
    return catalog.CertificatePeriod(certificate_id=uuid4(), certificate_no=no, valid_from=first, valid_until=last)


def merchant_state(merchant_id: UUID | None = None, version: int = 1, **changes: Any) -> catalog.MerchantState:
    values: dict[str, Any] = {
        "merchant_id": merchant_id or new_id(), "version": version, "credit_code": f"93371502XX{uuid4().hex[:8].upper()}",
        "name": "青禾合作社（演示）", "kind": "cooperative", "county_code": "371502", "state": "certified",
        "certificates": (certificate(),),
    }
    return catalog.MerchantState(**values | changes)


def product_state(merchant_id: UUID, product_id: UUID | None = None, version: int = 1, **changes: Any) -> catalog.ProductState:
    values: dict[str, Any] = {
        "product_id": product_id or new_id(), "version": version, "product_no": f"P371502-{uuid4().hex[:6]}", "merchant_id": merchant_id,
        "name": "许营西瓜", "category": "fruit", "family": "watermelon", "county_code": "371502", "state": "certified", "unit": "箱",
        "pack": "2.5kg/箱", "net_weight_g": 2500, "price_fen": 2480, "bulk_price_fen_per_kg": 600, "offer_version": 1,
        "certificates": (certificate(),),
    }
    return catalog.ProductState(**values | changes)


@dataclass(frozen=True)
class Market:
    """One merchant with products; ``orders`` is the harness."""

    orders: Harness
    merchant: catalog.MerchantState
    products: tuple[catalog.ProductState, ...]

    @property
    def seller(self) -> Principal:
        return principal(Role.MERCHANT, self.merchant.merchant_id, account=UUID(int=7))

    def withdraw(self, product: catalog.ProductState, version: int = 2, withdrawal_id: UUID | None = None) -> UUID:
        """As catalog's event would, decided a moment ago."""
        withdrawal_id = withdrawal_id or new_id()
        self.orders.deliver(catalog.ProductWithdrawn(
            product=product.model_copy(update={"state": "suspended", "version": version}), withdrawal_id=withdrawal_id, kind="suspended",
            decided_at=self.orders.now()), version=version)
        return withdrawal_id

    def reinstate(self, product: catalog.ProductState, withdrawal_id: UUID, version: int = 3) -> None:
        self.orders.deliver(catalog.ProductReinstated(
            product=product.model_copy(update={"version": version}), withdrawal_id=withdrawal_id, decided_at=self.orders.now()),
            version=version)


def open_market(orders: Harness, products: int = 1, *, changes: Sequence[dict[str, Any]] = (), **merchant: Any) -> Market:
    """``changes``: per product. Stock is none until it is put in."""
    state = merchant_state(**merchant)
    orders.deliver(catalog.MerchantCertified(merchant=state))
    made = []
    for index in range(products):
        product = product_state(state.merchant_id, **(changes[index] if index < len(changes) else {}))
        orders.deliver(catalog.ProductCertified(product=product))
        made.append(product)
    return Market(orders, state, tuple(made))


def assert_ledger_holds(orders: Harness) -> None:
    """The invariants of money and goods, recomputed from rows (failures.md, last section)."""
    with orders.db.reading() as conn:
        assert every(conn, "SELECT entry_id FROM postings GROUP BY merchant_id, entry_id HAVING sum(amount_fen) <> 0") == []
        assert every(conn, "SELECT * FROM limits WHERE used_fen NOT BETWEEN 0 AND limit_fen") == []
        assert every(
            conn, """
            SELECT s.product_id, s.available, s.reserved, m.* FROM stock s JOIN LATERAL (
                SELECT coalesce(sum(CASE reason WHEN 'received' THEN quantity WHEN 'counted' THEN quantity WHEN 'reserved' THEN -quantity
                           WHEN 'released' THEN quantity WHEN 'sold_late' THEN -quantity WHEN 'returned' THEN quantity ELSE 0 END), 0) AS a,
                       coalesce(sum(CASE reason WHEN 'reserved' THEN quantity WHEN 'released' THEN -quantity WHEN 'sold' THEN -quantity
                           ELSE 0 END), 0) AS r
                FROM stock_movements x WHERE x.merchant_id = s.merchant_id AND x.product_id = s.product_id) m ON true
            WHERE s.available <> m.a OR s.reserved <> m.r""") == []
        assert every(
            conn, """
            SELECT l.merchant_id, l.entry_id FROM sale_lines l JOIN LATERAL (
                SELECT sum(amount_fen) FILTER (WHERE amount_fen > 0) AS debit, count(DISTINCT account) / 2 AS moves
                FROM postings p WHERE p.merchant_id = l.merchant_id AND p.entry_id = l.entry_id) p ON true
            GROUP BY l.merchant_id, l.entry_id, p.debit, p.moves
            HAVING abs(sum(l.amount_fen)) * greatest(p.moves, 1) <> coalesce(p.debit, 0)""") == []
        assert every(
            conn, "SELECT payment_id FROM payments p WHERE state = 'paid' AND refunded_fen <> coalesce((SELECT sum(amount_fen) "
            "FROM refunds r WHERE r.payment_id = p.payment_id AND r.state <> 'failed'), 0)") == []
        assert sold_in_withdrawn_interval(orders) == []


def sold_in_withdrawn_interval(orders: Harness) -> list[dict[str, Any]]:
    with orders.db.reading() as conn:
        return every(
            conn, "SELECT l.line_id FROM sale_lines l JOIN withdrawn_intervals w ON w.subject_id IN (l.product_id, l.merchant_id) "
            "WHERE l.kind = 'sale' AND l.sold_at >= w.from_instant AND (w.until_instant IS NULL OR l.sold_at < w.until_instant)")


def later(orders: Harness, **delta: float) -> datetime:
    return orders.now() + timedelta(**delta)
