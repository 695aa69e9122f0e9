from __future__ import annotations

from typing import Any
from uuid import UUID

from services.catalog.adapters.search import postgres as search
from services.catalog.domain.certification import after, as_of_today
from services.catalog.domain.errors import UnknownChoice
from services.catalog.domain.goods import asks_shopper_again, check_listing
from services.catalog.store import certificates, codes, listing, merchants, products
from services.catalog.usecases.access import account_of, require_member
from services.catalog.usecases.applications.apply import check_county, open_application
from services.catalog.usecases.products.set_images import check_images
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import ProductChanged
from services.kit import audit
from services.kit.db import Conn, Database, Row, value
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.principal import Principal


def apply_product(db: Database, principal: Principal, body: dict[str, Any]) -> UUID:
    """``body`` as in the route; with ``product_id`` an own product applies again. Returns the application."""
    check_listing(body)
    account = account_of(principal)
    values = {**body, "images": body["image_keys"]}
    with db.transaction() as conn:
        require_member(conn, principal, merchants.find(conn, body["merchant_id"]))
        check_county(conn, body["county_code"])
        if value(conn, "SELECT 1 FROM categories WHERE slug = %s", [body["category"]]) is None:
            raise UnknownChoice("category", value=body["category"])
        check_images(conn, body["image_keys"])
        merchants.hold(conn, [body["merchant_id"]])
        now, today = listing.now_and_today(conn)
        product_id = body["product_id"] or _new_product(conn, values, today.year)
        if body["product_id"]:
            _again(conn, values)
        application_id = open_application(
            conn,
            {
                "merchant_id": body["merchant_id"],
                "subject": "product",
                "subject_id": product_id,
                "county_code": body["county_code"],
                "category": body["category"],
                "applied_by": account,
            },
            now,
            today,
        )
        audit.record(conn, principal, "product:apply", f"product:{product_id}", after={"application_id": str(application_id)})
    return application_id


def _new_product(conn: Conn, values: dict[str, Any], year: int) -> UUID:
    """The number carries the year, as certificates' do: a county's own earlier numbers, imported later, shall not meet it."""
    product_id = new_id()
    number = codes.next_numbers(conn, codes.PRODUCT_NO, f"P{values['county_code']}-{year}-", 1, 4)[0]
    codes.take_many(conn, codes.PRODUCT_NO, [(number, values["merchant_id"], product_id)])
    products.insert_many(conn, [{**values, "product_id": product_id, "product_no": number}])
    listing.refresh(conn, [values["merchant_id"]], [product_id])
    search.index_products(conn, [product_id])
    return product_id


def _again(conn: Conn, values: dict[str, Any]) -> None:
    product_id: UUID = values["product_id"]
    before: Row | None = products.lock(conn, [product_id]).get(product_id)
    if before is None or before["merchant_id"] != values["merchant_id"]:
        raise NotFound("product_id")
    _, today = listing.now_and_today(conn)
    after(as_of_today(before["state"], certificates.periods(certificates.of(conn, [product_id])[product_id]), today), "apply", "product")
    row = before | {k: values[k] for k in products.APPLIED if k in values}
    row["offer_version"] = before["offer_version"] + (1 if asks_shopper_again(before, row) else 0)
    products.update(conn, row, products.APPLIED)
    product_changed(conn, [row["merchant_id"]], [product_id], lambda state: [ProductChanged(product=state)], words=True)
