from __future__ import annotations

from typing import Any
from uuid import UUID

from services.catalog.adapters.credit_code import checked
from services.catalog.domain.certification import after, as_of_today
from services.catalog.domain.errors import CreditCodeTaken
from services.catalog.store import certificates, codes, listing, merchants
from services.catalog.usecases.access import account_of, is_member
from services.catalog.usecases.applications.apply import check_county, open_application
from services.catalog.usecases.merchants.add_member import grant_membership
from services.kit import audit
from services.kit.db import Conn, Database
from services.kit.ids import new_id
from services.kit.principal import Principal


def apply_merchant(db: Database, principal: Principal, body: dict[str, Any]) -> UUID:
    """A new merchant, or one of the applicant's own again after it lapsed. Returns the application."""
    account = account_of(principal)
    credit_code = checked(body["credit_code"])
    with db.transaction() as conn:
        check_county(conn, body["county_code"])
        now, today = listing.now_and_today(conn)
        merchant_id = new_id()
        if codes.take(conn, codes.CREDIT_CODE, credit_code, merchant_id, merchant_id):
            merchants.insert_many(conn, [{**body, "credit_code": credit_code, "merchant_id": merchant_id}])
        else:
            merchant_id = _own_again(conn, principal, credit_code)
        merchants.set_contact(conn, merchant_id, body["contact_name"], body["contact_phone"])
        application_id = open_application(
            conn,
            {
                "merchant_id": merchant_id,
                "subject": "merchant",
                "subject_id": merchant_id,
                "county_code": body["county_code"],
                "category": None,
                "applied_by": account,
            },
            now,
            today,
        )
        grant_membership(conn, merchant_id, account)
        audit.record(conn, principal, "merchant:apply", f"merchant:{merchant_id}", after={"application_id": str(application_id)})
    return application_id


def _own_again(conn: Conn, principal: Principal, credit_code: str) -> UUID:
    known = codes.find(conn, codes.CREDIT_CODE, credit_code)
    if known is None or not is_member(conn, principal, known["merchant_id"]):
        raise CreditCodeTaken("credit_code", value=credit_code)
    merchant_id: UUID = known["merchant_id"]
    row = merchants.lock(conn, [merchant_id])[merchant_id]
    _, today = listing.now_and_today(conn)
    held = certificates.periods(certificates.of(conn, [merchant_id])[merchant_id])
    after(as_of_today(row["state"], held, today), "apply", "merchant")
    return merchant_id
