"""Who acts for a merchant: routes of its blueprint, because one path belongs to one blueprint in the document."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalog.api.common import MerchantPath
from services.catalog.api.merchants import api
from services.catalog.queries.directory import as_answer
from services.catalog.usecases.merchants.remove_member import members_page, remove_member
from services.kit.app import context, principal
from services.kit.models import PageInput

__all__ = ["api"]


class MemberPath(BaseModel):
    merchant_id: UUID
    account_id: UUID


@api.get("/merchants/<uuid:merchant_id>/members")
def get_members(path: MerchantPath, query: PageInput) -> dict[str, Any]:
    with context().db.reading() as conn:
        return as_answer(members_page(conn, principal(), path.merchant_id, query.first, query.after))


@api.delete("/merchants/<uuid:merchant_id>/members/<uuid:account_id>")
def delete_member(path: MemberPath) -> dict[str, Any]:
    remove_member(context().db, principal(), path.merchant_id, path.account_id)
    return {"merchant_id": path.merchant_id, "account_id": path.account_id}
