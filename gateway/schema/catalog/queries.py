from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.catalog.types import (
    Application,
    CertificateCheck,
    CertificationState,
    Label,
    Mechanism,
    Merchant,
    PlaceName,
    Product,
    SearchResult,
    Withdrawal,
)
from gateway.schema.fields import by_id, fetch_page, listing, page_arguments, raw_id


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    filters = {k: getattr(v, "value", v) for k, v in given.items() if v is not None}
    if "merchant_id" in filters:
        filters["merchant_id"] = raw_id(filters["merchant_id"], "Merchant")
    return filters


def directory(context: Any, page: dict[str, Any], **given: Any) -> Any:
    return context.clients.catalog.get("/directory", {**page, **_filters(given)}, context.principal)


def merchants(context: Any, page: dict[str, Any], **given: Any) -> Any:
    return context.clients.catalog.get("/merchants", {**page, **_filters(given)}, context.principal)


def merchant_products(context: Any, page: dict[str, Any], **given: Any) -> Any:
    return context.clients.catalog.get("/products", {**page, **_filters(given)}, context.principal)


def applications(context: Any, page: dict[str, Any], **given: Any) -> Any:
    filters = _filters(given)
    if filters.pop("queue", False):
        filters["queue"] = 1
    return context.clients.catalog.get("/applications", {**page, **filters}, context.principal)


def mechanisms(context: Any, page: dict[str, Any], **given: Any) -> Any:
    return context.clients.catalog.get("/mechanisms", {**page, **_filters(given)}, context.principal)


def withdrawals(context: Any, page: dict[str, Any], id: str | None = None) -> Any:
    filters = {}
    if id:
        from gateway.schema.fields import from_global_id

        kind, raw = from_global_id(id)
        filters = {"subject": kind.lower(), "subject_id": raw}
    return context.clients.catalog.get("/withdrawals", {**page, **filters}, context.principal)


def resolve_search(_root: Any, info: Any, query: str, first: int = 20, after: str | None = None, **given: Any) -> Any:
    return fetch_page(
        lambda page: info.context.clients.catalog.get("/search", {"q": query[:200], **page, **_filters(given)}, info.context.principal),
        first,
        after,
    )


def resolve_check(_root: Any, info: Any, number: str) -> Any:
    from urllib.parse import quote

    return info.context.clients.catalog.get(f"/certificates/{quote(number[:80], safe='')}", principal=info.context.principal)


def _names(path: str) -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(PlaceName))),
        resolver=lambda _r, info: info.context.clients.catalog.get(path, principal=info.context.principal)["items"],
    )


_FILTERS = {"county_code": graphene.String(), "category": graphene.String(), "label": Label(), "merchant_id": graphene.ID()}

QUERIES = {
    "products": listing(
        Product,
        directory,
        "The directory: certified products that may be sold now",
        **_FILTERS,
        sort=graphene.String(description="default, new, price or -price"),
    ),
    "search": graphene.Field(
        graphene.NonNull(SearchResult),
        resolver=resolve_search,
        query=graphene.String(required=True),
        description="By words, pinyin or initials, forgiving typos; exact words first",
        **page_arguments(),
        **_FILTERS,
    ),
    "product": by_id(Product, "Product", "/products/{}", "catalog", "A product on sale; members and officers see others too"),
    "merchant_products": listing(
        Product, merchant_products, "A merchant's products in any state", merchant_id=graphene.ID(required=True), state=CertificationState()
    ),
    "merchants": listing(
        Merchant,
        merchants,
        "Certified merchants",
        county_code=graphene.String(),
        kind=graphene.String(),
        q=graphene.String(),
        state=CertificationState(),
    ),
    "merchant": by_id(Merchant, "Merchant", "/merchants/{}", "catalog", "A certified merchant; members and officers see others too"),
    "applications": listing(
        Application,
        applications,
        "One's own applications, or with `queue` what waits for one's review",
        queue=graphene.Boolean(),
        state=graphene.String(),
        subject=graphene.String(),
    ),
    "application": by_id(Application, "Application", "/applications/{}", "catalog", "An application with its steps"),
    "mechanisms": listing(Mechanism, mechanisms, "Assistance mechanisms of a merchant", merchant_id=graphene.ID()),
    "withdrawals": listing(
        Withdrawal, withdrawals, "History of suspensions, revocations and recalls, of one product or merchant or all", id=graphene.ID()
    ),
    "certificate": graphene.Field(
        CertificateCheck, resolver=resolve_check, number=graphene.String(required=True), description="Public check of a certificate number"
    ),
    "counties": _names("/counties"),
    "categories": _names("/categories"),
}
