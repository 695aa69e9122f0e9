"""What lay in the stores when online selling began: goods received, once a product. No sale, so not bound to the cutover."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from services.kit.db import Conn, every
from services.kit.imports.columns import Column, code, positive
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.units import QuantityError, parse_quantity
from services.orders.domain.errors import OutOfStock
from services.orders.domain.offers.offer import Offer
from services.orders.importers import shared
from services.orders.importers.papers import unit
from services.orders.store.offers.offers import by_number
from services.orders.store.stock.shelves import Movement, lock, move


@dataclass(frozen=True)
class Received:
    offer: Offer
    quantity: Decimal


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Received]:
    known = shared.look_up(conn, documents)
    found = []
    for document in documents:
        shared.repeated(document, "product_no", problems)
        row = document.rows[0]
        offer = shared.product_of(known, row, problems)
        if offer is None:
            continue
        if row["unit"] != offer.unit:
            problems.add(row.line, "unit", "WRONG_UNIT", f"应为 {offer.unit}", f"it is sold by {offer.unit}", row["unit"])
            continue
        try:
            found.append(Received(offer, parse_quantity(row["quantity"], offer.unit)))
        except QuantityError as error:
            problems.add(row.line, "quantity", "INVALID_QUANTITY", f"数量无效（{error.reason}）", f"not a quantity ({error.reason})",
                         row["quantity"])
    return found


def source_of(import_id: UUID, offer: Offer) -> UUID:
    """The movement's source: the import's receipt of this product, so that it is found again."""
    return uuid5(import_id, str(offer.product_id))


def apply(conn: Conn, checked: list[Received], run: Run) -> None:
    shelves = lock(conn, [r.offer.product_id for r in checked])
    move(conn, [Movement(r.offer.merchant_id, r.offer.product_id, source_of(run.import_id, r.offer), "received", r.quantity)
                for r in checked], shelves)


def withdraw(conn: Conn, run: Run) -> None:
    """Takes out what came in. Raises OutOfStock when part of it is sold or reserved."""
    keys = every(conn, "SELECT document_key FROM import_keys WHERE import_id = %s", [run.import_id])
    shelves = lock(conn, [o.product_id for o in by_number(conn, {row["document_key"] for row in keys}).values()])
    sources = {source_of(run.import_id, shelf.offer): shelf for shelf in shelves.values()}
    rows = every(conn, "SELECT source_id, quantity FROM stock_movements WHERE merchant_id = ANY(%s) AND source_id = ANY(%s) "
                 "AND reason = 'received'", [list({s.offer.merchant_id for s in shelves.values()}), list(sources)])
    back = []
    for row in rows:
        shelf = sources[row["source_id"]]
        if shelf.available < row["quantity"]:
            raise OutOfStock(name=shelf.offer.name, left=shelf.available, unit=shelf.offer.unit)
        back.append(Movement(shelf.offer.merchant_id, shelf.offer.product_id, row["source_id"], "counted", -row["quantity"]))
    move(conn, back, shelves)


OPENING_STOCK = ImportKind(
    name="opening_stock", title="期初库存", document_key="product_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    history=False,
    columns=(Column("product_no", "产品编号", code, header=True), Column("quantity", "数量", positive), Column("unit", "单位", unit)))
