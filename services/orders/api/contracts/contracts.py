"""Contracts and calling off under them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import Input
from services.orders.api.common import IdsPage, uuids
from services.orders.queries.contracts import call_offs as call_off_queries
from services.orders.queries.contracts import contracts as queries
from services.orders.usecases.contracts.call_off_contract import CallOffContract, call_off_contract
from services.orders.usecases.contracts.confirm_contract import confirm_contract
from services.orders.usecases.contracts.end_contract import end_contract
from services.orders.usecases.contracts.propose_contract import ProposeContract, propose_contract
from services.orders.usecases.contracts.record_contract_payment import RecordContractPayment, record_contract_payment

api = APIBlueprint("contracts", "contracts", url_prefix="/contracts")


class ContractPath(BaseModel):
    contract_id: UUID


class ContractPage(IdsPage):
    state: str | None = Field(None, max_length=20)
    institution_id: UUID | None = None
    merchant_id: UUID | None = None


class ConfirmContract(Input):
    hash: str = Field(min_length=64, max_length=64)


@api.post("")
def post_contract(body: ProposeContract) -> dict[str, Any]:
    return _shown(propose_contract(context().db, principal(), idempotency_key(), body))


@api.get("")
def get_list(query: ContractPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": queries.contracts_by_ids(conn, principal(), uuids([query.ids], "ids")), "next_cursor": None}
        page = queries.list_contracts(conn, principal(), **query.model_dump(exclude={"ids"}))
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:contract_id>")
def get_one(path: ContractPath) -> dict[str, Any]:
    return _shown(path.contract_id)


@api.post("/<uuid:contract_id>/confirm")
def post_confirm(path: ContractPath, body: ConfirmContract) -> dict[str, Any]:
    return _shown(confirm_contract(context().db, principal(), path.contract_id, body.hash))


@api.post("/<uuid:contract_id>/end")
def post_end(path: ContractPath) -> dict[str, Any]:
    return _shown(end_contract(context().db, principal(), path.contract_id))


@api.post("/<uuid:contract_id>/payments")
def post_payment(path: ContractPath, body: RecordContractPayment) -> dict[str, Any]:
    record_contract_payment(context().db, principal(), idempotency_key(), path.contract_id, body)
    return _shown(path.contract_id)


@api.post("/<uuid:contract_id>/call-offs")
def post_call_off(path: ContractPath, body: CallOffContract) -> dict[str, Any]:
    call_off_id = call_off_contract(context().db, principal(), idempotency_key(), path.contract_id, body)
    with context().db.reading() as conn:
        return vars(call_off_queries.get_call_off(conn, principal(), call_off_id))


def _shown(contract_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_contract(conn, principal(), contract_id))
