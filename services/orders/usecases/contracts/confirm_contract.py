"""A party confirms the very terms it has seen; the second confirmation signs."""

from __future__ import annotations

from uuid import UUID

from services.events.orders import ContractSigned
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database, Row
from services.kit.errors import DomainError, NotFound, Several, WrongState
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.access import demand, is_buyer, is_merchant
from services.orders.domain.contracts.errors import HashDiffers, NotTheMerchantsProduct
from services.orders.domain.errors import NotCertified
from services.orders.domain.offers.offer import is_sellable_at
from services.orders.store.contracts import contracts, credit, institutions
from services.orders.store.offers import offers
from services.orders.usecases.contracts.load import contract_of


def confirm_contract(db: Database, who: Principal, contract_id: UUID, hash_: str) -> UUID:
    with db.transaction() as conn:
        row = contract_of(conn, who, contract_id, contracts.lock_for_change)
        sides = [side for side, theirs in (("institution", is_buyer(who, row["institution_id"])),
                                           ("merchant", is_merchant(who, row["merchant_id"]))) if theirs]
        demand(bool(sides))
        if row["hash"] != hash_:
            raise HashDiffers("hash")
        side = sides[0]
        if row[f"{side}_confirmed_at"] is not None:
            return contract_id
        if row["state"] != "proposed":
            raise WrongState(state=row["state"])
        row = contracts.confirm_side(conn, row, side, who.subject, clock.now(conn))
        audit.record(conn, who, "contract:confirm", f"contract:{contract_id}", after={"side": side, "hash": hash_})
        if row["institution_confirmed_at"] and row["merchant_confirmed_at"]:
            _sign(conn, row)
    return contract_id


def _sign(conn: Conn, row: Row) -> None:
    """Every product is the merchant's, and certified at this moment."""
    lines = contracts.lines(conn, row["merchant_id"], row["contract_id"])
    locked = offers.lock(conn, (line.product_id for line in lines))
    now = clock.now(conn)
    errors: list[DomainError] = []
    for index, line in enumerate(lines):
        offer = locked.get(line.product_id)
        if offer is None or offer.merchant_id != row["merchant_id"]:
            errors.append(NotTheMerchantsProduct(f"lines.{index}.product_id"))
        elif (reason := is_sellable_at(offer, now)) is not None:
            errors.append(NotCertified(f"lines.{index}.product_id", name=offer.name, reason=reason.value))
    if errors:
        raise Several(errors)
    institution = institutions.find(conn, row["institution_id"])
    if institution is None:
        raise NotFound()
    contracts.sign(conn, row, business_date(now))
    credit.open_account(conn, row)
    publish_signed(conn, {**row, "signed_on": business_date(now)}, institution)


def publish_signed(conn: Conn, row: Row, institution: Row) -> None:
    outbox.publish(conn, signed_event(row, institution), row["version"])


def signed_event(row: Row, institution: Row) -> ContractSigned:
    return ContractSigned(
        contract_id=row["contract_id"], contract_no=row["contract_no"], institution_id=row["institution_id"],
        institution_kind=institution["kind"], institution_county=institution["county_code"], merchant_id=row["merchant_id"],
        signed_on=row["signed_on"], valid_from=row["valid_from"], valid_until=row["valid_until"], signing=row["signing"])
