"""Either party writes the terms down; nobody is bound until both have confirmed their hash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, NotFound, Several
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.access import demand, is_buyer, is_merchant
from services.orders.domain.contracts.errors import NotTheMerchantsProduct, NumberTaken, UnitDiffers
from services.orders.domain.contracts.terms import ContractLine, Terms, check
from services.orders.domain.entered import quantity_of
from services.orders.domain.errors import UnknownProduct
from services.orders.domain.numbers import paper_number
from services.orders.domain.offers.offer import sells_by
from services.orders.store.contracts import contracts, institutions
from services.orders.store.offers import offers
from services.orders.usecases.once import once


class ProposedLine(Input):
    line_no: int | None = Field(None, ge=1, le=100_000)
    product_id: UUID
    unit: str = Field(max_length=10)
    price_fen: int | None = None
    max_quantity: DecimalText | None = None
    min_quantity: DecimalText | None = None


class ProposeContract(Input):
    contract_no: str | None = Field(None, min_length=1, max_length=32)
    institution_id: UUID
    merchant_id: UUID
    valid_from: date
    valid_until: date
    credit_limit_fen: int | None = None
    acceptors_required: int = 1
    tolerance: DecimalText = Decimal(0)
    signing: Text | None = None
    lines: list[ProposedLine]


def propose_contract(db: Database, who: Principal, key: str, command: ProposeContract) -> UUID:
    demand(is_buyer(who, command.institution_id) or is_merchant(who, command.merchant_id))
    with db.transaction() as conn:
        return once(conn, who, "propose_contract", key, command, lambda: _propose(conn, who, command))


def _propose(conn: Conn, who: Principal, command: ProposeContract) -> UUID:
    if institutions.find(conn, command.institution_id) is None:
        raise NotFound("institution_id")
    if offers.merchant(conn, command.merchant_id) is None:
        raise NotFound("merchant_id")
    now, contract_id = clock.now(conn), new_id()
    terms = _terms(command, contract_id, business_date(now))
    check(terms, business_date(now))
    _check_products(conn, terms)
    if not contracts.insert(conn, contract_id, terms, who.subject, now):
        raise NumberTaken("contract_no", number=terms.contract_no)
    audit.record(conn, who, "contract:propose", f"contract:{contract_id}", after={"hash": terms.hash()})
    return contract_id


def _terms(command: ProposeContract, contract_id: UUID, today: date) -> Terms:
    errors: list[DomainError] = []
    lines: list[ContractLine] = []
    for index, line in enumerate(command.lines):
        limits: list[Decimal | None] = []
        for name in ("max_quantity", "min_quantity"):
            entered = getattr(line, name)
            try:
                limits.append(None if entered is None else quantity_of(entered, line.unit, f"lines.{index}.{name}").amount)
            except DomainError as error:
                errors.append(error)
                limits.append(None)
        lines.append(ContractLine(line.line_no or index + 1, line.product_id, line.unit, line.price_fen, *limits))
    if errors:
        raise Several(errors)
    return Terms(command.contract_no or paper_number("HT", today, contract_id), command.institution_id, command.merchant_id,
                 command.valid_from, command.valid_until, tuple(lines), command.credit_limit_fen, command.acceptors_required,
                 command.tolerance, command.signing)


def _check_products(conn: Conn, terms: Terms) -> None:
    known = offers.load(conn, (line.product_id for line in terms.lines))
    errors: list[DomainError] = []
    for index, line in enumerate(terms.lines):
        offer = known.get(line.product_id)
        if offer is None:
            errors.append(UnknownProduct(f"lines.{index}.product_id", product_id=line.product_id))
        elif offer.merchant_id != terms.merchant_id:
            errors.append(NotTheMerchantsProduct(f"lines.{index}.product_id"))
        elif not sells_by(offer, line.price_unit):
            errors.append(UnitDiffers(f"lines.{index}.unit", agreed=offer.unit, unit=line.price_unit))
    if errors:
        raise Several(errors)
