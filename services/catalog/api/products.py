from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.catalog.api.common import Code, LabelPath, ProductPath, Reason, Slug, parse_ids
from services.catalog.domain.certification import State
from services.catalog.queries import directory, products
from services.catalog.store import labels
from services.catalog.usecases.access import is_member, own_merchants, reads_city, sees
from services.catalog.usecases.products.change_product import change_product
from services.catalog.usecases.products.grant_label import end_label, grant_label
from services.catalog.usecases.products.set_images import set_images
from services.catalog.usecases.products.store_image import store_image
from services.kit.app import context, principal
from services.kit.db import Conn
from services.kit.errors import Forbidden, InvalidInput, NotFound
from services.kit.models import Input, PageInput
from services.kit.principal import Role

api = APIBlueprint("products", "products")


class ProductsQuery(PageInput):
    ids: str | None = Field(None, max_length=4000)
    merchant_id: UUID | None = None
    state: State | None = None


class ChangeProduct(Input):
    price_fen: int | None = None
    unit: str | None = Field(None, min_length=1, max_length=8)
    pack: str | None = Field(None, min_length=1, max_length=200)
    net_weight_g: int | None = None
    description: str | None = Field(None, min_length=1, max_length=2000)
    bulk_price_fen_per_kg: int | None = None


NULLABLE = {"net_weight_g", "bulk_price_fen_per_kg"}


class SetImages(Input):
    image_keys: list[str] = Field(max_length=8)


class StoreImage(Input):
    object_key: str = Field(max_length=130, pattern=r"^uploads(/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*){1,5}$")


class GrantLabel(Input):
    label: Slug
    certificate_no: Code
    valid_from: date | None = None
    valid_until: date | None = None


class EndLabel(Input):
    reason: Reason


@api.get("/products")
def get_products(query: ProductsQuery) -> dict[str, Any]:
    who = principal()
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": _by_ids(conn, parse_ids(query.ids))}
        counties = who.scopes(Role.COUNTY_OFFICER)
        if reads_city(who):
            merchant_id, county = query.merchant_id, None
        elif counties and not (query.merchant_id and is_member(conn, who, query.merchant_id)):
            merchant_id, county = query.merchant_id, counties[0]
        else:
            own = own_merchants(conn, who)
            merchant_id, county = query.merchant_id or next(iter(own), None), None
            if merchant_id not in own:
                raise Forbidden() if query.merchant_id is None else NotFound()
        page = directory.listed(conn, merchant_id=merchant_id, county_code=county, state=query.state, first=query.first, after=query.after)
    return directory.as_answer(page)


def _by_ids(conn: Conn, ids: list[UUID]) -> list[dict[str, Any]]:
    """Past orders show what they bought in whatever state it is; applications only their own people see."""
    rows = directory.cards(conn, ids)
    unsellable = [r["product_id"] for r in rows if not r["sellable"]]
    if not unsellable or reads_city(principal()):
        return rows
    known = products.published_only(conn, unsellable)
    mine = own_merchants(conn, principal())
    return [
        r
        for r in rows
        if r["sellable"] or r["product_id"] in known or r["merchant_id"] in mine or principal().has(Role.COUNTY_OFFICER, r["county_code"])
    ]


@api.get("/products/<uuid:product_id>")
def get_product(path: ProductPath) -> dict[str, Any]:
    return _shown(path.product_id)


@api.post("/products/<uuid:product_id>/change")
def post_change(path: ProductPath, body: ChangeProduct) -> dict[str, Any]:
    changes = body.model_dump(exclude_unset=True)
    for name, given in changes.items():
        if given is None and name not in NULLABLE:
            raise InvalidInput(name, "not null")
    change_product(context().db, principal(), path.product_id, changes)
    return _shown(path.product_id)


@api.post("/media/images")
def post_image(body: StoreImage) -> dict[str, Any]:
    who = principal()
    if not any(who.has(role) for role in (Role.MERCHANT, Role.BUREAU, Role.OPERATOR)):
        with context().db.reading() as conn:
            if not own_merchants(conn, who):
                raise Forbidden()
    return store_image(context().db, context().objects, who, body.object_key)


@api.post("/products/<uuid:product_id>/images")
def post_images(path: ProductPath, body: SetImages) -> dict[str, Any]:
    if len(set(body.image_keys)) != len(body.image_keys):
        raise InvalidInput("image_keys", "each once")
    set_images(context().db, principal(), path.product_id, body.image_keys)
    return _shown(path.product_id)


@api.post("/products/<uuid:product_id>/labels")
def post_label(path: ProductPath, body: GrantLabel) -> dict[str, Any]:
    return _label(
        grant_label(context().db, principal(), path.product_id, body.label, body.certificate_no, body.valid_from, body.valid_until)
    )


@api.post("/labels/<uuid:label_id>/end")
def post_label_end(path: LabelPath, body: EndLabel) -> dict[str, Any]:
    end_label(context().db, principal(), path.label_id, body.reason)
    return _label(path.label_id)


def _label(label_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = labels.find_label(conn, label_id)
    assert row is not None
    return {k: row[k] for k in ("label_id", "product_id", "label", "certificate_no", "valid_from", "valid_until")}


def _shown(product_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = products.product_detail(conn, product_id)
        inside = row is not None and sees(conn, principal(), row["merchant_id"], row["county_code"])
        if row is None or not (row["sellable"] or inside):
            raise NotFound()
        if not inside:
            del row["label_history"]
    return row
