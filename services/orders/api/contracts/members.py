"""Who acts for an institution: routes of its blueprint, because one path belongs to one blueprint in the document."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.kit.app import context, principal
from services.kit.models import PageInput
from services.orders.api.common import paged
from services.orders.api.contracts.institutions import InstitutionPath, api
from services.orders.usecases.contracts.remove_member import members_page, remove_member

__all__ = ["api"]


class MemberPath(BaseModel):
    institution_id: UUID
    account_id: UUID
    role: Literal["canteen_buyer", "canteen_approver", "group_organiser"]


@api.get("/<uuid:institution_id>/members")
def get_members(path: InstitutionPath, query: PageInput) -> dict[str, Any]:
    return paged(members_page(context().db, principal(), path.institution_id, query.first, query.after))


@api.delete("/<uuid:institution_id>/members/<uuid:account_id>/<string:role>")
def delete_member(path: MemberPath) -> dict[str, Any]:
    remove_member(context().db, principal(), path.institution_id, path.account_id, path.role)
    return {"institution_id": path.institution_id, "account_id": path.account_id, "role": path.role}
